package auth_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/okta"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const base = "http://127.0.0.1:8080"

// console is the relying party under test, its provider, clock and log.
type console struct {
	*auth.Auth
	op    *op
	clock *clock // the console's own; the provider's is op.clock
	db    *db.DB
	log   *lines
}

// lines is a log that several goroutines write.
type lines struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.String()
}

func options() db.Options { return db.Options{Migrations: auth.Migrations(), Table: auth.VersionTable} }

// newConsole is a console on SQLite with its own provider.
func newConsole(t *testing.T, change ...func(*auth.Config)) *console {
	t.Helper()
	return consoleOn(t, dbtest.Open(t, db.SQLite, options()), change...)
}

func consoleOn(t *testing.T, d *db.DB, change ...func(*auth.Config)) *console {
	t.Helper()
	c := &console{clock: newClock(), db: d, log: &lines{}}
	c.op = newOP(t, newClock())
	c.Auth = c.again(t, change...)
	return c
}

// again starts another console process on the same database and provider.
func (c *console) again(t *testing.T, change ...func(*auth.Config)) *auth.Auth {
	t.Helper()
	a, err := c.start(change...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (c *console) start(change ...func(*auth.Config)) (*auth.Auth, error) {
	config := auth.Config{
		OrgURL: c.op.url, BaseURL: base, ClientID: clientID, ClientSecret: clientSecret,
		Keys: [][]byte{bytes.Repeat([]byte{1}, 32)}, DB: c.db,
		Now: c.clock.now, Log: slog.New(slog.NewJSONHandler(c.log, nil)),
	}
	for _, f := range change {
		f(&config)
	}
	reach, err := okta.NewTransport(config.OrgURL, okta.TransportOptions{})
	if err != nil {
		return nil, err
	}
	config.HTTP = reach.Client()
	return auth.New(context.Background(), config)
}

// advance moves both clocks.
func (c *console) advance(d time.Duration) {
	c.clock.advance(d)
	c.op.clock.advance(d)
}

// browser keeps cookies by name, as a browser does for one host.
type browser struct{ jar map[string]*http.Cookie }

func newBrowser() *browser { return &browser{jar: map[string]*http.Cookie{}} }

func (b *browser) request(target string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for _, c := range b.jar {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	return r
}

func (b *browser) keep(w *httptest.ResponseRecorder) {
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.jar, c.Name)
		} else {
			b.jar[c.Name] = c
		}
	}
}

func (b *browser) session() string {
	for name, c := range b.jar {
		if name == "gatehouse_8080" || name == "__Host-gatehouse" {
			return c.Value
		}
	}
	return ""
}

func (c *console) begin(t *testing.T, b *browser, returnTo string) string {
	t.Helper()
	w := httptest.NewRecorder()
	address, err := c.Begin(w, b.request("/login"), returnTo)
	if err != nil {
		t.Fatalf("Begin: %v", err)
	}
	b.keep(w)
	return address
}

func (c *console) complete(b *browser, callback string) (*auth.Session, string, error) {
	w := httptest.NewRecorder()
	s, returnTo, err := c.Complete(w, b.request(callback))
	b.keep(w)
	return s, returnTo, err
}

func (c *console) signIn(t *testing.T, b *browser) *auth.Session {
	t.Helper()
	s, _, err := c.complete(b, c.op.authorize(t, c.begin(t, b, "/")))
	if err != nil {
		t.Fatalf("sign-in: %v", err)
	}
	return s
}

func (c *console) load(b *browser) (*auth.Session, error) { return c.Load(b.request("/")) }

func (c *console) mustLoad(t *testing.T, b *browser) *auth.Session {
	t.Helper()
	s, err := c.load(b)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return s
}

// call makes one call to the provider's API as s.
func (c *console) call(a *auth.Auth, s *auth.Session, method string, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(auth.With(context.Background(), s), method, c.op.url+"/api/v1/users/me", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	client := &http.Client{Transport: a.Transport(http.DefaultTransport)}
	return client.Do(req)
}

func wantSignedOut(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, auth.ErrSignedOut) {
		t.Fatalf("err = %v, want ErrSignedOut", err)
	}
}

func wantStatus(t *testing.T, err error, status int) *auth.SignInError {
	t.Helper()
	var problem *auth.SignInError
	if !errors.As(err, &problem) || problem.Status != status {
		t.Fatalf("err = %v, want a SignInError of status %d", err, status)
	}
	return problem
}

func query(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// edit changes one parameter of an address.
func edit(t *testing.T, address, name, value string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}
