package oidc_test

import (
	"strings"
	"testing"
	"time"
)

// security 54
func TestOIDCCPromptLogin(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		first := authTime(t, p.idToken(p.grant(ask()...), "n1"))
		p.x.clock.forward(2 * time.Second)
		a := p.authorize(ask("prompt", "login")...)
		if !p.asked(a) {
			t.Fatalf("no page: %d %s", a.status, a.header.Get("Location"))
		}
		second := authTime(t, p.idToken(p.grant(ask("prompt", "login")...), "n1"))
		if second <= first {
			t.Errorf("auth_time %v after %v", second, first)
		}
	})
}

// security 54
func TestOIDCCPromptNoneLoggedIn(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		first := p.idToken(p.grant(ask()...), "n1")
		p.x.clock.forward(2 * time.Second)
		second := p.idToken(p.again(ask("prompt", "none")...), "n1")
		if first["sub"] != second["sub"] || first["auth_time"] != second["auth_time"] {
			t.Errorf("%v after %v", second, first)
		}
	})
}

// security 54
func TestOIDCCPromptNoneNotLoggedIn(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		got := p.authorize(ask("prompt", "none")...).location(t)
		if got.Get("error") != "login_required" || got.Get("code") != "" || got.Get("state") != "s t&1" {
			t.Errorf("%v", got)
		}
	})
}

// security 54
func TestOIDCCMaxAge1(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		first := authTime(t, p.idToken(p.grant(ask()...), "n1"))
		p.x.clock.forward(2 * time.Second)
		second := authTime(t, p.idToken(p.grant(ask("max_age", "1")...), "n1")) // grant fails where no page asks
		if second-first < 2 {
			t.Errorf("auth_time %v after %v", second, first)
		}
	})
}

// security 54
func TestOIDCCMaxAge10000(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		first := authTime(t, p.idToken(p.grant(ask()...), "n1"))
		p.x.clock.forward(time.Minute)
		if second := authTime(t, p.idToken(p.again(ask("max_age", "10000")...), "n1")); second != first {
			t.Errorf("auth_time %v, then %v", first, second)
		}
	})
}

// security 54
func TestOIDCCIdTokenHint(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		tokens := p.grant(ask()...)
		first := p.idToken(tokens, "n1")
		second := p.idToken(p.again(ask("prompt", "none", "id_token_hint", tokens["id_token"].(string))...), "n1")
		if first["sub"] != second["sub"] {
			t.Errorf("sub %v, then %v", first["sub"], second["sub"])
		}
	})
}

// security 54
func TestOIDCCLoginHint(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		page := p.get(p.authorize(ask("login_hint", "somebody@company.example")...).header.Get("Location"))
		if !strings.Contains(page.body, `value="somebody@company.example"`) {
			t.Errorf("the hint is not in the form: %s", page.body)
		}
	})
}

// security 54
func TestOIDCCDisplayPage(t *testing.T) { accepted(t, "display", "page") }

// security 54
func TestOIDCCDisplayPopup(t *testing.T) { accepted(t, "display", "popup") }

// security 54
func TestOIDCCUiLocales(t *testing.T) { accepted(t, "ui_locales", "se fr de") }

// security 54
func TestOIDCCClaimsLocales(t *testing.T) { accepted(t, "claims_locales", "se fr de") }

// security 54
func TestOIDCCEnsureRequestWithUnknownParameterSucceeds(t *testing.T) {
	accepted(t, "extra", "foobar")
}

// security 54
func TestOIDCCEnsureRequestWithAcrValuesSucceeds(t *testing.T) { accepted(t, "acr_values", "1 2") }

// security 54: discovery says that the claims parameter is not supported; a request with it goes on.
func TestOIDCCClaimsEssential(t *testing.T) {
	accepted(t, "claims", `{"userinfo":{"name":{"essential":true}}}`)
}

// accepted checks that a request with this parameter ends in an ID token.
func accepted(t *testing.T, parameter, value string) {
	t.Helper()
	eachServer(t, func(t *testing.T, p *party) { p.idToken(p.grant(ask(parameter, value)...), "n1") })
}
