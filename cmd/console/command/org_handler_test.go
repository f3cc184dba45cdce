package command

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/org"
	"gatehouse/internal/org/oidc"
)

// timed is a connection that notes its deadlines.
type timed struct {
	*httptest.ResponseRecorder
	read, write time.Duration
}

func (c *timed) SetReadDeadline(t time.Time) error  { c.read = time.Until(t); return nil }
func (c *timed) SetWriteDeadline(t time.Time) error { c.write = time.Until(t); return nil }

// security 61: a client that sends its body a byte at a time, or takes no answer, does not hold a connection of the org for ever.
func TestOrgBoundsEveryRequest(t *testing.T) {
	o, err := org.New(t.Context(), org.Config{DB: dbtest.Open(t, db.SQLite, org.DatabaseOptions("")), BaseURL: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	h := orgHandler(o, oidc.New(o, oidc.Config{}))
	for _, path := range []string{"/api/v1/users", "/oauth2/v1/token", "/api/v1/authn", "/healthz", "/nowhere"} {
		c := &timed{ResponseRecorder: httptest.NewRecorder()}
		h.ServeHTTP(c, httptest.NewRequest("POST", path, nil))
		if c.read <= 0 || c.read > readWithin || c.write <= 0 || c.write > answerWithin {
			t.Errorf("%s: read within %v, answer within %v", path, c.read, c.write)
		}
	}
}

// security 61: a header that comes a byte at a time is given up after 10 seconds, and a
// connection that asks nothing after two minutes.
func TestServersBoundTheHeader(t *testing.T) {
	l, err := listen(free, "", "", false)
	if err != nil {
		t.Fatal(err)
	}
	s := serveOn(l, http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	defer s.http.Close()
	if h := s.http.ReadHeaderTimeout; h < 5*time.Second || h > 10*time.Second {
		t.Errorf("a header may take %v", h)
	}
	if i := s.http.IdleTimeout; i <= 0 || i > 2*time.Minute {
		t.Errorf("a connection may idle for %v", i)
	}
	if s.http.MaxHeaderBytes <= 0 || s.http.MaxHeaderBytes > 64<<10 {
		t.Errorf("a header may have %d bytes", s.http.MaxHeaderBytes)
	}
}
