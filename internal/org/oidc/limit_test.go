package oidc_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/org"
)

// security 59
func TestRateLimitsOfSignIn(t *testing.T) {
	x := serveConfig(t, dbtest.Open(t, db.SQLite, org.DatabaseOptions("")), org.Config{RateLimit: true})
	b := x.browser()
	ask := func() answer {
		return b.postJSON("/api/v1/authn", object{"username": "nobody@company.example", "password": "wrong"})
	}
	for range 4 {
		if a := ask(); a.status != http.StatusUnauthorized {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if a := ask(); a.status != http.StatusTooManyRequests || a.text(t, "errorCode") != "E0000047" || a.header.Get("X-Rate-Limit-Reset") == "" {
		t.Errorf("the fifth in a second: %d %s", a.status, a.body)
	}
	page := b.page(request())
	for range 4 {
		b.post(page, form("username", "other@company.example", "password", "wrong"))
	}
	if a := b.post(page, form("username", "OTHER@company.example", "password", "wrong")); !strings.Contains(a.problem(), "Too many") {
		t.Errorf("the fifth on the page: %d %q", a.status, a.problem())
	}
	x.clock.forward(time.Second)
	if a := ask(); a.status != http.StatusUnauthorized {
		t.Errorf("a second later: %d", a.status)
	}
}

func TestKeysAndMetadataHaveNoRateLimit(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	for path, limited := range map[string]bool{
		"/oauth2/v1/keys": false, "/.well-known/openid-configuration": false, "/oauth2/default/.well-known/openid-configuration": false,
		"/oauth2/v1/userinfo": true, "/oauth2/default/v1/authorize": true,
	} {
		if got := b.get(path).header.Get("X-Rate-Limit-Limit") != ""; got != limited {
			t.Errorf("%s: limited %v, want %v", path, got, limited)
		}
	}
}
