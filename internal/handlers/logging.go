package handlers

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"github.com/gin-gonic/gin"
)

type requestIDKey struct{}

// requestID names the request in the log, on error pages and in the trail.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// seen notes the status of an answer for the log.
type seen struct {
	http.ResponseWriter
	status int
	bytes  int
}

func (s *seen) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *seen) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	n, err := s.ResponseWriter.Write(b)
	s.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (s *seen) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Flush sends what is buffered: compression looks for a Flusher, not for Unwrap. A
// recorder of a test that cannot has nothing buffered.
func (s *seen) Flush() { _ = http.NewResponseController(s.ResponseWriter).Flush() }

// logged gives each request an id and writes one line about it: no query, no headers, no
// body, because codes, tokens and names travel there (security 45).
func (h *console) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()[:20]
		r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
		w.Header().Set("X-Request-Id", id)
		start := time.Now()
		s := &seen{ResponseWriter: w}
		defer func() {
			level := slog.LevelInfo
			if strings.HasPrefix(r.URL.Path, "/static/") || strings.HasSuffix(r.URL.Path, "z") && s.status == http.StatusOK {
				level = slog.LevelDebug
			}
			h.config.Log.Log(r.Context(), level, "request", "id", id, "method", printable(r.Method), "path", printable(r.URL.Path),
				"status", s.status, "bytes", s.bytes, "ms", time.Since(start).Milliseconds())
		}()
		next.ServeHTTP(s, r)
	})
}

// recovered turns a panic into the page of an internal error; its stack goes to the log.
func (h *console) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			h.config.Log.ErrorContext(r.Context(), "panic", "id", requestID(r.Context()),
				"value", printable(fmt.Sprint(v)), "stack", string(debug.Stack()))
			if s, ok := w.(*seen); ok && s.status != 0 {
				panic(http.ErrAbortHandler) // half an answer must not look whole
			}
			h.outside(h.describe(nil)).ServeHTTP(w, r)
		}()
		next.ServeHTTP(w, r)
	})
}

// outside answers with a problem where no route has been found yet.
func (h *console) outside(p problem) http.Handler {
	e := gin.New()
	e.NoRoute(h.abort(p))
	return e
}

// logProblem writes what an error page does not say.
func (h *console) logProblem(c *gin.Context, p problem) {
	if p.Err == nil && p.Status < 500 {
		return
	}
	level := slog.LevelInfo
	if p.Status >= 500 {
		level = slog.LevelError
	}
	h.config.Log.Log(c.Request.Context(), level, "request failed", "id", requestID(c.Request.Context()),
		"status", p.Status, "code", printable(p.Code), "route", c.FullPath(), "error", printable(p.Error()))
}

// printable makes text from outside harmless in a log: line breaks, escapes of terminals
// and marks that reverse the reading direction become visible (security 46).
func printable(s string) string {
	const most = 2048
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	if !strings.ContainsFunc(s, hostile) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hostile(r) {
			fmt.Fprintf(&b, "<%U>", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func hostile(r rune) bool {
	return r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}
