package command

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"gatehouse/internal/db"
)

// lateHandler answers for a server that waits for its database: alive, not ready, 503
// to everything else. Once there is a handler behind it, it is that.
type lateHandler struct{ behind atomic.Pointer[http.Handler] }

func (l *lateHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := l.behind.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	if r.URL.Path == "/healthz" {
		w.WriteHeader(http.StatusOK)
		return
	}
	header.Set("Retry-After", "5")
	http.Error(w, "The database does not answer yet. Try again in a few seconds.", http.StatusServiceUnavailable)
}

// serveLate serves on l at once and opens what is behind it, however long its database
// takes to answer. Any other error ends the start.
func serveLate[T any](ctx context.Context, l *listener, log *slog.Logger, open func() (T, error), handler func(T) http.Handler) (T, *server, error) {
	late := &lateHandler{}
	s := serveOn(l, late, log)
	opened, err := reach(ctx, log, open)
	if err != nil {
		return opened, nil, errors.Join(err, s.http.Close())
	}
	h := handler(opened)
	late.behind.Store(&h)
	return opened, s, nil
}

// An attempt to reach a database goes on for connectFor; the pauses between attempts
// grow to longestPause.
const (
	connectFor   = time.Second
	longestPause = 15 * time.Second
)

// reach opens, again and again while the database server does not answer (fault 13).
func reach[T any](ctx context.Context, log *slog.Logger, open func() (T, error)) (T, error) {
	for pause := time.Second; ; pause = min(2*pause, longestPause) {
		opened, err := open()
		if !errors.Is(err, db.ErrUnreachable) {
			return opened, err
		}
		log.WarnContext(ctx, "waiting for the database", "error", err, "again in", pause)
		select {
		case <-ctx.Done():
			return opened, ctx.Err()
		case <-time.After(pause):
		}
	}
}
