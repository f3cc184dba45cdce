package okta

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// flight follows a request of Client through the layer that signs in down to Transport:
// is one on its way whose answer has not come? That layer may send it twice, and calls
// of its own (a token request) in the same context are not it.
type flight struct {
	method, path string
	pending      atomic.Bool
}

type flightKey struct{}

// flightOf is the flight that r belongs to, or nil.
func flightOf(r *http.Request) *flight {
	f, ok := r.Context().Value(flightKey{}).(*flight)
	if !ok || f.method != r.Method || f.path != r.URL.Path {
		return nil
	}
	return f
}

// trace notes when the request goes out.
func (f *flight) trace(ctx context.Context) context.Context {
	if f == nil {
		return ctx
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { f.pending.Store(true) }})
}

// landed notes that an answer has come.
func (f *flight) landed() {
	if f != nil {
		f.pending.Store(false)
	}
}
