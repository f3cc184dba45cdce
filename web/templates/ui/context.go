package ui

import (
	"context"
	"time"
)

// Request is what parts need to know of the request they are drawn for.
type Request struct {
	// FormToken goes into every form that writes (security 23).
	FormToken string
	// Now is the server's time: relative times count from it.
	Now time.Time
}

type requestKey struct{}

// With returns ctx with r, for rendering.
func With(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

func from(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}
