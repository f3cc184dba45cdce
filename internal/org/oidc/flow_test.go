package oidc_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
)

func TestCodeFlowSignsInAndCallsTheAPI(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		b := x.browser()
		a := b.signIn(orgServer, request(), admin, password)
		back := a.location(t)
		if a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), callback+"?") {
			t.Fatalf("after the password: %d %s, want 303 to the client", a.status, a.header.Get("Location")) // security 55
		}
		if back.Get("state") != "s t&1" || back.Get("iss") != x.url {
			t.Errorf("response carries state %q and iss %q", back.Get("state"), back.Get("iss"))
		}
		tokens := b.exchange(orgServer, back.Get("code")).json(t)
		if got := strings.Fields(tokens["scope"].(string)); !slices.Contains(got, "okta.users.read") {
			t.Errorf("scope %v", got)
		}
		checkIDToken(t, x, tokens["id_token"].(string), "n1")
		access := tokens["access_token"].(string)
		user := b.userOf(orgServer, access).json(t)
		if user["preferred_username"] != admin || user["email"] != admin {
			t.Errorf("userinfo %v", user)
		}
		me := x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+access)
		if me.status != http.StatusOK || me.text(t, "id") != user["sub"] {
			t.Errorf("users/me: %d %s", me.status, me.body)
		}
		if denied := x.api("GET", "/api/v1/groups", nil, "Authorization", "Bearer "+access); denied.status != http.StatusForbidden ||
			!strings.Contains(denied.header.Get("WWW-Authenticate"), "insufficient_scope") {
			t.Errorf("a call without its scope: %d %s", denied.status, denied.header.Get("WWW-Authenticate"))
		}
		for _, event := range []string{
			"user.session.start", "app.oauth2.authorize.code", "app.oauth2.token.grant",
			"app.oauth2.token.grant.access_token", "app.oauth2.token.grant.id_token", "app.oauth2.token.grant.refresh_token",
		} {
			if x.events(event) != 1 {
				t.Errorf("%d events %s, want 1", x.events(event), event)
			}
		}
	})
}

// checkIDToken verifies an ID token as a client does, by the published keys.
func checkIDToken(t *testing.T, x *server, raw, nonce string) *gooidc.IDToken {
	t.Helper()
	provider, err := gooidc.NewProvider(t.Context(), x.url)
	if err != nil {
		t.Fatal(err)
	}
	token, err := provider.Verifier(&gooidc.Config{ClientID: "web", Now: x.clock.Now}).Verify(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if token.Nonce != nonce {
		t.Errorf("nonce %q, want %q", token.Nonce, nonce)
	}
	return token
}
