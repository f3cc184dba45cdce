package oidc_test

import (
	"net/http"
	"slices"
	"sort"
	"testing"
)

// The claims of each scope by name, exactly; the conformance modules ask only for some.
func TestUserinfoTellsWhatTheScopesAllow(t *testing.T) {
	x := newServer(t)
	a := x.api("POST", "/api/v1/users/"+x.adminID(), object{"profile": object{
		"city": "Oslo", "primaryPhone": "+47 22 00 00 00", "nickName": "Sue", "timezone": "Europe/Oslo", "locale": "nb_NO",
	}})
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	profile := []string{"family_name", "given_name", "locale", "name", "nickname", "preferred_username", "sub", "updated_at", "zoneinfo"}
	for scope, want := range map[string][]string{
		"openid":         {"sub"},
		"openid profile": profile,
		"openid email":   {"email", "email_verified", "sub"},
		"openid address": {"address", "sub"},
		"openid phone":   {"phone_number", "sub"},
		"openid profile email address phone": append(slices.Clone(profile),
			"address", "email", "email_verified", "phone_number"),
	} {
		b := x.browser()
		got := b.userOf(orgServer, b.tokens(orgServer, request("scope", scope))["access_token"].(string)).json(t)
		var names []string
		for name := range got {
			names = append(names, name)
		}
		sort.Strings(names)
		sort.Strings(want)
		if !slices.Equal(names, want) {
			t.Errorf("%s: %v, want %v", scope, names, want)
		}
		if slices.Contains(names, "address") && at(got, "address", "locality") != "Oslo" {
			t.Errorf("address %v", got["address"])
		}
	}
}

func TestUserinfoTakesNoTokenFromTheQuery(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	token := b.tokens(orgServer, request())["access_token"].(string)
	for name, a := range map[string]answer{
		"no token":     b.get("/oauth2/v1/userinfo"),
		"in the query": b.get("/oauth2/v1/userinfo?access_token=" + token),
	} {
		if a.status != http.StatusUnauthorized || a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	if a := b.userOf(orgServer, b.tokens(orgServer, request("scope", "okta.users.read", "prompt", "login"))["access_token"].(string)); a.status != http.StatusForbidden {
		t.Errorf("a token without openid: %d %s", a.status, a.body)
	}
}

func TestIDTokensNameThePersonOnlyWhenAsked(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	bare := payload(t, b.tokens(orgServer, request("scope", "openid", "nonce", ""))["id_token"])
	for _, claim := range []string{"name", "email", "preferred_username", "nonce"} {
		if v, has := bare[claim]; has {
			t.Errorf("%s = %v in a token that was not asked for it", claim, v)
		}
	}
	for _, claim := range []string{"iss", "sub", "aud", "exp", "iat", "jti", "at_hash", "auth_time", "amr", "idp", "ver"} {
		if _, has := bare[claim]; !has {
			t.Errorf("no %s", claim)
		}
	}
	full := payload(t, b.tokens(orgServer, request("prompt", "login"))["id_token"])
	if full["email"] != admin || full["preferred_username"] != admin || full["name"] == nil {
		t.Errorf("%v", full)
	}
}
