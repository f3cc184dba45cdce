package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/web/static"
)

// timed is a connection that notes its deadlines.
type timed struct {
	*httptest.ResponseRecorder
	read, write time.Duration
}

func (c *timed) SetReadDeadline(t time.Time) error  { c.read = time.Until(t); return nil }
func (c *timed) SetWriteDeadline(t time.Time) error { c.write = time.Until(t); return nil }

// security 61: every request has a deadline of its own, whatever came before on the connection.
func TestDeadlines(t *testing.T) {
	f := newFixture(t, empty)
	long := route{method: http.MethodGet, path: "/long", patience: time.Hour, handle: func(*gin.Context) (View, error) { return thing("", "", ""), nil }}
	handler, err := f.serve(append(f.routes(), long))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]time.Duration{"/": defaultPatience, "/healthz": defaultPatience, static.URL("app.js"): defaultPatience, "/nowhere": defaultPatience, "/long": time.Hour} {
		c := &timed{ResponseRecorder: httptest.NewRecorder()}
		handler.ServeHTTP(c, request(http.MethodGet, path))
		for _, got := range []time.Duration{c.read, c.write} {
			if got > want || got < want-time.Minute {
				t.Errorf("%s: the deadline is in %v, want %v", path, got, want)
			}
		}
	}
}

// security 61: an address and a body have their limits, also where the length is not told.
func TestLimits(t *testing.T) {
	f := newFixture(t, empty)
	r := formRequest("/logout", nil)
	r.ContentLength = -1
	r.Body = slowBody{strings.NewReader("x=" + strings.Repeat("a", 2<<20))}
	if w := f.ask(t, r); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of unknown length: %d, want 413", w.Code)
	}
	if w := f.ask(t, request(http.MethodGet, "/signed-out?x="+strings.Repeat("a", 7<<10))); w.Code != http.StatusOK {
		t.Errorf("an address of 7 KB: %d, want 200", w.Code)
	}
}

type slowBody struct{ *strings.Reader }

func (slowBody) Close() error { return nil }

func TestPagesAreCompressed(t *testing.T) {
	f := newFixture(t, empty)
	w := f.ask(t, request(http.MethodGet, "/", "Accept-Encoding: gzip"))
	header(t, w, "Content-Encoding", "gzip")
	if !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
		t.Errorf("Vary is %q", w.Header().Values("Vary"))
	}
	header(t, f.ask(t, anonymous(http.MethodGet, static.URL("app.js"), "Accept-Encoding: br, gzip")), "Content-Encoding", "br")
}

func TestHealth(t *testing.T) {
	f := newFixture(t, empty)
	if w := f.ask(t, anonymous(http.MethodGet, "/readyz")); w.Code != http.StatusOK {
		t.Errorf("ready: %d", w.Code)
	}
	f.config.Ready = func(context.Context) error { return errors.New("disk full") }
	w := f.ask(t, anonymous(http.MethodGet, "/readyz"))
	if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("not ready: %d %s", w.Code, w.Body)
	}
	if w := f.ask(t, anonymous(http.MethodGet, "/healthz")); w.Code != http.StatusOK {
		t.Errorf("alive: %d", w.Code)
	}
}

func TestHEAD(t *testing.T) {
	f := newFixture(t, empty)
	for _, path := range []string{"/", "/signed-out", static.URL("app.css")} {
		if w := f.ask(t, request(http.MethodHead, path)); w.Code != http.StatusOK {
			t.Errorf("HEAD %s: %d", path, w.Code)
		}
	}
}
