package oidc_test

import (
	"net/http"
	"testing"
	"time"
)

func (b *browser) introspect(server, token string) map[string]any {
	b.t.Helper()
	a := b.post(server+"/v1/introspect", form("token", token), "Authorization", basic("web", b.x.web.Secret))
	if a.status != http.StatusOK {
		b.t.Fatalf("introspect: %d %s", a.status, a.body)
	}
	return a.json(b.t)
}

func TestIntrospectionTellsOfLiveTokensOnly(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	tokens := b.tokens(orgServer, request())
	access, refresh := tokens["access_token"].(string), tokens["refresh_token"].(string)
	if got := b.introspect(orgServer, access); got["active"] != true || got["username"] != admin || got["client_id"] != "web" || got["token_type"] != "Bearer" {
		t.Errorf("access token: %v", got)
	}
	if got := b.introspect(orgServer, refresh); got["active"] != true || got["client_id"] != "web" {
		t.Errorf("refresh token: %v", got)
	}
	dead := map[string]string{"garbage": "x", "ID token": tokens["id_token"].(string)}
	for name, token := range dead {
		if got := b.introspect(orgServer, token); got["active"] != false || len(got) != 1 {
			t.Errorf("%s: %v", name, got)
		}
	}
	custom := b.tokens(defaultServer, request("scope", "openid", "prompt", "login"))
	if got := b.introspect(defaultServer, custom["access_token"].(string)); got["active"] != true {
		t.Errorf("the custom server's own: %v", got)
	}
	if got := b.introspect(defaultServer, custom["id_token"].(string)); got["active"] != false {
		t.Errorf("the custom server's ID token: %v", got)
	}
	if got := b.introspect(defaultServer, access); got["active"] != false {
		t.Errorf("at another server: %v", got)
	}
	own := b.post("/oauth2/v1/introspect", form("token", access, "client_id", "spa")).json(t)
	if own["active"] != false {
		t.Errorf("a public client about another's token: %v", own)
	}
	x.clock.forward(61 * time.Minute)
	if got := b.introspect(orgServer, access); got["active"] != false || len(got) != 1 {
		t.Errorf("after it expired: %v", got)
	}
}

func TestRevocation(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		b := x.browser()
		tokens := b.tokens(orgServer, request())
		access, refresh := tokens["access_token"].(string), tokens["refresh_token"].(string)
		call := func(token string) int {
			return x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+token).status
		}
		revoke := func(token string, client ...string) int {
			v := form(append([]string{"token", token}, client...)...)
			if len(client) > 0 {
				return b.post("/oauth2/v1/revoke", v).status
			}
			return b.post("/oauth2/v1/revoke", v, "Authorization", basic("web", x.web.Secret)).status
		}
		if call(access) != http.StatusOK {
			t.Fatal("the token does not work at all")
		}
		if got := revoke(refresh, "client_id", "spa"); got != http.StatusOK || call(access) != http.StatusOK {
			t.Errorf("another client revoked it: %d", got)
		}
		if got := revoke(access); got != http.StatusOK || call(access) != http.StatusUnauthorized {
			t.Errorf("access token: %d, then %d", got, call(access))
		}
		again := b.refresh(orgServer, refresh).json(t)
		if call(again["access_token"].(string)) != http.StatusOK {
			t.Error("revoking one access token ended the authorization")
		}
		if got := revoke(again["refresh_token"].(string)); got != http.StatusOK || call(again["access_token"].(string)) != http.StatusUnauthorized {
			t.Errorf("refresh token: %d, then %d", got, call(again["access_token"].(string)))
		}
		if a := b.refresh(orgServer, again["refresh_token"].(string)); a.text(t, "error") != "invalid_grant" {
			t.Errorf("refresh afterwards: %s", a.body)
		}
		if got := revoke("unknown"); got != http.StatusOK {
			t.Errorf("an unknown token: %d, want 200 (RFC 7009 section 2.2)", got)
		}
		if x.events("app.oauth2.token.revoke") != 2 {
			t.Errorf("%d events of revocation, want 2", x.events("app.oauth2.token.revoke"))
		}
	})
}
