package oidc_test

import (
	"fmt"
	"net/http"
	"net/netip"
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

// security 59: whoever tries many names from one address is stopped before they lock
// everybody out; another address goes on.
func TestSignInsFromOneAddressAreLimited(t *testing.T) {
	x := serveConfig(t, dbtest.Open(t, db.SQLite, org.DatabaseOptions("")), org.Config{RateLimit: true, ClientChain: func(r *http.Request) []netip.Addr {
		return []netip.Addr{netip.MustParseAddr(r.Header.Get("Test-Address"))}
	}})
	ask := func(n int, from string) int {
		return x.browser().postJSON("/api/v1/authn", object{"username": fmt.Sprintf("nobody%d@company.example", n), "password": "wrong"}, "Test-Address", from).status
	}
	for n := range 60 {
		if got := ask(n, "192.0.2.1"); got != http.StatusUnauthorized {
			t.Fatalf("attempt %d: %d", n+1, got)
		}
	}
	if got := ask(60, "192.0.2.1"); got != http.StatusTooManyRequests {
		t.Errorf("the 61st in a minute: %d", got)
	}
	if got := ask(61, "192.0.2.2"); got != http.StatusUnauthorized {
		t.Errorf("another address: %d", got)
	}
	x.clock.forward(time.Minute)
	if got := ask(62, "192.0.2.1"); got != http.StatusUnauthorized {
		t.Errorf("a minute later: %d", got)
	}
}

// security 59: ten wrong passwords lock, on the page and at the API alike, and the right
// one is refused in the same words from then on.
func TestTenWrongPasswordsLock(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		for name, sign := range map[string]func(login, word string) bool{
			"page": func(login, word string) bool {
				b := x.browser()
				return b.post(b.page(request()), form("username", login, "password", word)).status == http.StatusSeeOther
			},
			"api": func(login, word string) bool {
				a := x.browser().postJSON("/api/v1/authn", object{"username": login, "password": word})
				if a.status != http.StatusOK && a.text(t, "errorCode") != "E0000004" {
					t.Errorf("%d %s", a.status, a.body)
				}
				return a.status == http.StatusOK
			},
		} {
			login := name + "@example.com"
			id := x.browser().person(login, `{"password":{"value":"`+password+`"}}`)
			status := func() string { return x.api("GET", "/api/v1/users/"+id, nil).text(t, "status") }
			for range 9 {
				sign(login, "Wrong-Password-1")
			}
			if got := status(); got != "ACTIVE" {
				t.Errorf("%s: %s after nine", name, got)
			}
			sign(login, "Wrong-Password-1")
			if got := status(); got != "LOCKED_OUT" {
				t.Errorf("%s: %s after ten", name, got)
			}
			if sign(login, password) {
				t.Errorf("%s: the right password opens a locked account", name)
			}
		}
	})
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
