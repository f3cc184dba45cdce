package oidc_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"gatehouse/internal/okta"
)

// What the app says of its refresh tokens counts: whether they rotate, and how long the one before works.
func TestRefreshTokensObeyTheApp(t *testing.T) {
	x := newServer(t)
	app, err := okta.Parse([]byte(x.api("GET", x.appOf("spa"), nil).body))
	x.check(err)
	says := func(refresh string) int {
		t.Helper()
		return x.api("PUT", "/api/v1/apps/"+app.Text("id"), json.RawMessage(app.WithPath(json.RawMessage(refresh), "settings", "oauthClient", "refresh_token").Bytes())).status
	}
	b := x.browser()
	use := func(token string) answer {
		return b.post(orgServer+"/v1/token", form("grant_type", "refresh_token", "client_id", "spa", "refresh_token", token))
	}
	begin := func() string {
		t.Helper()
		code := x.browser().code(orgServer, request("client_id", "spa", "scope", "openid offline_access"))
		return b.post(orgServer+"/v1/token", form("grant_type", "authorization_code", "client_id", "spa", "code", code, "redirect_uri", callback, "code_verifier", verifier)).text(t, "refresh_token")
	}
	if status := says(`{"rotation_type":"STATIC"}`); status != http.StatusOK {
		t.Fatalf("the app: %d", status)
	}
	first := begin()
	for range 3 {
		x.clock.forward(time.Hour)
		if a := use(first); a.status != http.StatusOK || a.text(t, "refresh_token") != first {
			t.Fatalf("a token that stays: %d %s", a.status, a.body)
		}
	}
	for _, c := range []struct {
		leeway string
		after  time.Duration
		status int
	}{{"60", 45 * time.Second, http.StatusOK}, {"5", 10 * time.Second, http.StatusBadRequest}} {
		says(`{"rotation_type":"ROTATE","leeway":` + c.leeway + `}`)
		one := begin()
		if next := use(one).text(t, "refresh_token"); next == one || next == "" {
			t.Errorf("the token did not rotate: %q", next)
		}
		x.clock.forward(c.after)
		if a := use(one); a.status != c.status {
			t.Errorf("leeway %s, after %s: %d %s", c.leeway, c.after, a.status, a.body)
		}
	}
	for _, wrong := range []string{`{"rotation_type":"NEVER"}`, `{"rotation_type":"ROTATE","leeway":61}`, `{"leeway":-1}`} {
		if status := says(wrong); status != http.StatusBadRequest {
			t.Errorf("%s: %d", wrong, status)
		}
	}
}

// security 51: an old refresh token is reuse where the policies give its holder nothing, too.
func TestReuseIsSeenWherePoliciesRefuse(t *testing.T) {
	x := newServer(t)
	doc := x.made(serversPath, `{"name":"parcels","audiences":["api://parcels"]}`)
	at := "/oauth2/" + doc.Text("id")
	policies := serversPath + "/" + doc.Text("id") + "/policies"
	rules := policies + "/" + x.made(policies, `{"name":"All","conditions":{"clients":{"include":["ALL_CLIENTS"]}}}`).Text("id") + "/rules"
	rule := rules + "/" + x.made(rules, `{"name":"All","conditions":{"people":{"groups":{"include":["EVERYONE"]}},"grantTypes":{"include":["authorization_code"]},"scopes":{"include":["*"]}}}`).Text("id")
	b := x.browser()
	one := b.tokens(at, request("scope", "openid offline_access"))["refresh_token"].(string)
	two := b.refresh(at, one).text(t, "refresh_token")
	x.clock.forward(time.Minute)
	x.manage("POST", rule+"/lifecycle/deactivate", "")
	if a := b.refresh(at, one); a.text(t, "error") != "invalid_grant" || x.events("app.oauth2.as.token.detect_reuse") != 1 {
		t.Errorf("reuse while no rule applies: %s", a.body)
	}
	x.manage("POST", rule+"/lifecycle/activate", "")
	if a := b.refresh(at, two); a.text(t, "error") != "invalid_grant" {
		t.Errorf("the family after reuse: %s", a.body)
	}
}

// A rule that was given a shorter life for refresh tokens ends those that are older.
func TestAShorterLifeEndsOlderRefreshTokens(t *testing.T) {
	x := newServer(t)
	doc := x.made(serversPath, `{"name":"parcels","audiences":["api://parcels"]}`)
	at := "/oauth2/" + doc.Text("id")
	policies := serversPath + "/" + doc.Text("id") + "/policies"
	rules := policies + "/" + x.made(policies, `{"name":"All","conditions":{"clients":{"include":["ALL_CLIENTS"]}}}`).Text("id") + "/rules"
	rule := func(minutes string) string {
		return `{"name":"All","conditions":{"people":{"groups":{"include":["EVERYONE"]}},"grantTypes":{"include":["authorization_code"]},"scopes":{"include":["*"]}},
			"actions":{"token":{"refreshTokenLifetimeMinutes":` + minutes + `}}}`
	}
	id := x.made(rules, rule("0")).Text("id")
	b := x.browser()
	token := b.tokens(at, request("scope", "openid offline_access"))["refresh_token"].(string)
	x.clock.forward(2 * time.Hour)
	x.manage("PUT", rules+"/"+id, rule("180"))
	next := b.refresh(at, token)
	if next.status != http.StatusOK {
		t.Fatalf("within its life: %d %s", next.status, next.body)
	}
	x.manage("PUT", rules+"/"+id, rule("60"))
	if a := b.refresh(at, next.text(t, "refresh_token")); a.status != http.StatusBadRequest || a.text(t, "error") != "invalid_grant" {
		t.Errorf("beyond its life: %d %s", a.status, a.body)
	}
}
