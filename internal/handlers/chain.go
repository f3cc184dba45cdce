package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzhttp"
)

// What a request may hold (security 61).
const (
	maxBody = 1 << 20
	maxURL  = 8 << 10
)

// defaultPatience bounds a request, from its header to the end of its answer. Calls to
// the org are given up well before.
const defaultPatience = 90 * time.Second

// chain puts around the engine what holds for every answer, the outermost first.
func (h *console) chain(engine http.Handler) (http.Handler, error) {
	// Jitter in the size keeps a page that reflects a search from telling its form token (BREACH).
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.RandomJitter(32, 0, false))
	if err != nil {
		return nil, fmt.Errorf("handlers: compression: %w", err)
	}
	origin := http.NewCrossOriginProtection()
	// Behind a proxy the Host header may differ from the address that browsers see.
	if err := origin.AddTrustedOrigin(h.base.Scheme + "://" + h.base.Host); err != nil {
		return nil, fmt.Errorf("handlers: BaseURL: %w", err)
	}
	origin.SetDenyHandler(h.outside(problem{
		Status: http.StatusForbidden, Code: "cross_origin", Title: "Nothing was changed",
		Message: "The request came from another site. Open the console and repeat it there.",
	}))
	handler := origin.Handler(engine)
	handler = compress(handler)
	handler = h.limited(handler)
	handler = h.recovered(handler)
	handler = h.logged(handler)
	handler = h.secured(handler)
	handler = h.bounded(handler)
	return handler, nil
}

// limited refuses addresses over 8 KB and bounds bodies to 1 MB.
func (h *console) limited(next http.Handler) http.Handler {
	tooLong := h.outside(problem{
		Status: http.StatusRequestURITooLong, Code: "uri_too_long", Title: "The address is too long",
		Message: "An address may have at most 8 KB. Shorten the search.",
	})
	tooLarge := h.outside(problem{
		Status: http.StatusRequestEntityTooLarge, Code: "too_large", Title: "Too much data",
		Message: "A request may hold at most 1 MB.",
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case len(r.RequestURI) > maxURL:
			tooLong.ServeHTTP(w, r)
		case r.ContentLength > maxBody:
			tooLarge.ServeHTTP(w, r)
		default:
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			next.ServeHTTP(w, r)
		}
	})
}

// bounded gives every request its deadline: one left over from the request before it on
// the same connection would cut its answer off.
func (h *console) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.bound(w, r, defaultPatience)
		next.ServeHTTP(w, r)
	})
}

// bound ends reading and writing after patience.
func (h *console) bound(w http.ResponseWriter, r *http.Request, patience time.Duration) {
	control, until := http.NewResponseController(w), time.Now().Add(patience)
	err := errors.Join(control.SetReadDeadline(until), control.SetWriteDeadline(until))
	if err != nil && !errors.Is(err, http.ErrNotSupported) { // a recorder has no deadlines
		h.config.Log.WarnContext(r.Context(), "no deadline", "error", err)
	}
}
