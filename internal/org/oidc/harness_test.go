package oidc_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/org"
	"gatehouse/internal/org/oidc"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

const (
	password = "Correct-Horse-7"
	apiToken = "test-api-token-0123456789"
	admin    = "super-admin@company.example"
	callback = "http://127.0.0.1:9/callback"
	goodbye  = "http://127.0.0.1:9/signed-out"
)

// server is an org served over HTTP with its provider, a super admin and three clients:
// web (secret, refresh), spa (public) and service (a secret, and keys in some tests).
type server struct {
	*org.Org
	t     testing.TB
	url   string
	clock *clock
	web   org.OAuthClient
	// provider is what is served.
	provider *oidc.Provider
}

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// keys are made once for all tests: each is slow.
var keys struct {
	sync.Mutex
	made []*rsa.PrivateKey
}

// keyMaker hands out the n-th key of the pool at its n-th call.
func keyMaker() func() (*rsa.PrivateKey, error) {
	n := 0
	return func() (*rsa.PrivateKey, error) {
		keys.Lock()
		defer keys.Unlock()
		if n == len(keys.made) {
			k, err := rsa.GenerateKey(rand.Reader, 2048)
			if err != nil {
				return nil, err
			}
			keys.made = append(keys.made, k)
		}
		n++
		return keys.made[n-1], nil
	}
}

func eachDatabase(t *testing.T, f func(*testing.T, *server)) {
	t.Helper()
	dbtest.Each(t, org.DatabaseOptions(""), func(t *testing.T, d *db.DB) { f(t, serve(t, d)) })
}

func newServer(t testing.TB) *server {
	t.Helper()
	return serve(t, dbtest.Open(t, db.SQLite, org.DatabaseOptions("")))
}

func serve(t testing.TB, d *db.DB) *server {
	t.Helper()
	return serveWith(t, d, slog.New(slog.DiscardHandler))
}

func serveWith(t testing.TB, d *db.DB, log *slog.Logger) *server {
	t.Helper()
	return serveConfig(t, d, org.Config{Log: log})
}

// serveConfig serves an org with these settings; what they leave out is filled in. A BaseURL
// is the name by which the org is reached, in place of the loopback address.
func serveConfig(t testing.TB, d *db.DB, settings org.Config, change ...func(*oidc.Config)) *server {
	t.Helper()
	mux := http.NewServeMux()
	web := httptest.NewServer(mux)
	c := &clock{now: time.Now().UTC().Truncate(time.Second)}
	host := cmp.Or(settings.BaseURL, "127.0.0.1")
	settings.DB, settings.BaseURL, settings.Now, settings.SealKey, settings.NewKey = d, strings.Replace(web.URL, "127.0.0.1", host, 1), c.Now, make([]byte, 32), keyMaker()
	o, err := org.New(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	provider := oidc.Config{Log: settings.Log}
	for _, f := range change {
		f(&provider)
	}
	p := oidc.New(o, provider)
	for _, path := range []string{"/oauth2/", "/.well-known/", "/login", "/login/", "/activate", "/signin/", "/welcome/", "/app/", "/outbox", "/outbox/", "/api/v1/authn", "/api/v1/authn/"} {
		mux.Handle(path, p)
	}
	mux.Handle("/", o)
	t.Cleanup(func() {
		web.Close()
		if err := o.Close(context.Background()); err != nil {
			t.Errorf("close the org: %v", err)
		}
	})
	x := &server{Org: o, t: t, url: web.URL, clock: c, provider: p}
	if _, _, err := o.Seed(t.Context(), org.SeedOptions{Password: password, APIToken: apiToken}); err != nil {
		t.Fatal(err)
	}
	both := []string{org.GrantCode, org.GrantRefresh}
	x.web = org.OAuthClient{
		ID: "web", Name: "Web", Secret: "web secret+/%", RedirectURIs: []string{callback}, PostLogoutURIs: []string{goodbye},
		GrantTypes: both, Scopes: []string{"okta.users.read", "okta.sessions.manage"}, Everyone: true,
	}
	x.check(o.PutClient(t.Context(), x.web))
	x.check(o.PutClient(t.Context(), org.OAuthClient{ID: "spa", Name: "SPA", RedirectURIs: []string{callback}, GrantTypes: both, Everyone: true}))
	return x
}

func (x *server) check(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}
