package oidc_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestLogoutEndsTheSessionAndReturnsToTheClient(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	hint := b.tokens(orgServer, request())["id_token"].(string)
	x.clock.forward(90 * time.Minute) // an expired ID token is still a hint
	a := b.get("/oauth2/v1/logout?" + form("id_token_hint", hint, "post_logout_redirect_uri", goodbye, "state", "a b").Encode())
	if a.status != http.StatusFound || a.header.Get("Location") != goodbye+"?state=a+b" {
		t.Fatalf("%d %s %s", a.status, a.header.Get("Location"), a.body)
	}
	if got := b.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()).location(t); got.Get("error") != "login_required" {
		t.Errorf("after logout: %v", got)
	}
	if x.events("user.session.end") != 1 {
		t.Error("the logout is not in the System Log")
	}
}

func TestLogoutRefusesWhatItDoesNotKnow(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	tokens := b.tokens(orgServer, request())
	hint := tokens["id_token"].(string)
	for name, query := range map[string][]string{
		"no hint":           {"post_logout_redirect_uri", goodbye},
		"a forged hint":     {"id_token_hint", hint[:len(hint)-4] + "AAAA", "post_logout_redirect_uri", goodbye},
		"an access token":   {"id_token_hint", tokens["access_token"].(string), "post_logout_redirect_uri", goodbye},
		"another address":   {"id_token_hint", hint, "post_logout_redirect_uri", goodbye + "/more"},
		"a sign-in address": {"id_token_hint", hint, "post_logout_redirect_uri", callback},
	} {
		a := b.get("/oauth2/v1/logout?" + form(query...).Encode())
		if a.status != http.StatusBadRequest || a.header.Get("Location") != "" {
			t.Errorf("%s: %d %s", name, a.status, a.header.Get("Location"))
		}
	}
	if got := b.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()).location(t); got.Get("code") == "" {
		t.Errorf("a refused logout ended the session: %v", got)
	}
	page := b.post("/oauth2/v1/logout", form("id_token_hint", hint))
	if page.status != http.StatusOK || !strings.Contains(page.body, "signed out") {
		t.Errorf("without an address: %d", page.status)
	}
}

func TestLogoutOfOnePersonLeavesAnotherSignedIn(t *testing.T) {
	x := newServer(t)
	hint := x.browser().tokens(orgServer, request())["id_token"].(string)
	x.api("POST", "/api/v1/users?activate=true", object{
		"profile":     object{"firstName": "A", "lastName": "B", "login": "ab@company.example", "email": "ab@company.example"},
		"credentials": object{"password": object{"value": password}},
	})
	b := x.browser()
	if got := b.signIn(orgServer, request(), "ab@company.example", password).location(t); got.Get("code") == "" {
		t.Fatal("no sign-in")
	}
	b.get("/oauth2/v1/logout?" + form("id_token_hint", hint, "post_logout_redirect_uri", goodbye).Encode())
	if got := b.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()).location(t); got.Get("code") == "" {
		t.Errorf("%v", got)
	}
}
