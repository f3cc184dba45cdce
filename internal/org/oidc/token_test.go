package oidc_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// security 49
func TestASecondUseOfACodeEndsWhatTheFirstGave(t *testing.T) {
	for name, wait := range map[string]time.Duration{"at once": 0, "after 31 seconds": 31 * time.Second, "after it expired": 10 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			x := newServer(t)
			b := x.browser()
			code := b.code(orgServer, request())
			tokens := b.exchange(orgServer, code).json(t)
			access := tokens["access_token"].(string)
			if a := x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+access); a.status != http.StatusOK {
				t.Fatalf("before: %d", a.status)
			}
			x.clock.forward(wait)
			if a := b.exchange(orgServer, code); a.status != http.StatusBadRequest || a.text(t, "error") != "invalid_grant" {
				t.Errorf("second use: %d %s", a.status, a.body)
			}
			if a := b.userOf(orgServer, access); a.status != http.StatusUnauthorized {
				t.Errorf("userinfo after reuse: %d", a.status)
			}
			if a := x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+access); a.status != http.StatusUnauthorized || a.text(t, "errorCode") != "E0000011" {
				t.Errorf("the API after reuse: %d %s", a.status, a.body)
			}
			if a := b.refresh(orgServer, tokens["refresh_token"].(string)); a.text(t, "error") != "invalid_grant" {
				t.Errorf("refresh after reuse: %s", a.body)
			}
		})
	}
}

func TestCodesExpireAndBelongToOneClientServerAndRedirect(t *testing.T) {
	x := newServer(t)
	other := x.web
	other.ID = "other"
	x.check(x.PutClient(t.Context(), other))
	refusals := map[string]func(b *browser, code string) answer{
		"after 300 seconds": func(b *browser, code string) answer {
			x.clock.forward(301 * time.Second)
			return b.exchange(orgServer, code)
		},
		"another redirect": func(b *browser, code string) answer {
			return b.exchange(orgServer, code, "redirect_uri", callback+"2")
		},
		"no redirect": func(b *browser, code string) answer { return b.exchange(orgServer, code, "redirect_uri", "") },
		"another server": func(b *browser, code string) answer {
			return b.exchange(defaultServer, code)
		},
		"another client": func(b *browser, code string) answer {
			return b.post("/oauth2/v1/token", form("grant_type", "authorization_code", "code", code, "redirect_uri", callback, "code_verifier", verifier), "Authorization", basic("other", other.Secret))
		},
		"no code": func(b *browser, code string) answer { return b.exchange(orgServer, "") },
		"garbage": func(b *browser, code string) answer { return b.exchange(orgServer, code+"x") },
	}
	for name, try := range refusals {
		t.Run(name, func(t *testing.T) {
			b := x.browser()
			if a := try(b, b.code(orgServer, request())); a.status != http.StatusBadRequest || a.text(t, "error") != "invalid_grant" {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
}

// security 50
func TestPKCEIsEnforced(t *testing.T) {
	x := newServer(t)
	for name, c := range map[string]struct {
		request  []string
		verifier string
		want     string
	}{
		"right verifier":             {nil, verifier, ""},
		"wrong verifier":             {nil, strings.Repeat("a", 43), "invalid_grant"},
		"no verifier":                {nil, "", "invalid_request"},
		"the challenge itself":       {nil, challenge(), "invalid_grant"},
		"verifier without challenge": {[]string{"code_challenge", "", "code_challenge_method", ""}, verifier, "invalid_request"},
		"neither":                    {[]string{"code_challenge", "", "code_challenge_method", ""}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := x.browser()
			a := b.exchange(orgServer, b.code(orgServer, request(c.request...)), "code_verifier", c.verifier)
			if got, _ := a.json(t)["error"].(string); got != c.want {
				t.Errorf("%d %s, want error %q", a.status, a.body, c.want)
			}
		})
	}
}

// security 51
func TestRefreshTokensRotateAndReuseEndsTheFamily(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		b := x.browser()
		r1 := b.tokens(orgServer, request())["refresh_token"].(string)
		r2 := b.refresh(orgServer, r1).text(t, "refresh_token")
		if r2 == "" || r2 == r1 {
			t.Fatalf("the refresh token did not change: %q", r2)
		}
		if again := b.refresh(orgServer, r1).text(t, "refresh_token"); again != r2 {
			t.Errorf("the previous token within 30 s gives %q, want the current one", again)
		}
		last := b.refresh(orgServer, r2).json(t)
		if a := b.refresh(orgServer, r1); a.text(t, "error") != "invalid_grant" {
			t.Fatalf("a token of two generations ago, within 30 s: %s", a.body)
		}
		if x.events("app.oauth2.token.detect_reuse") != 1 {
			t.Error("reuse is not in the System Log")
		}
		if a := b.refresh(orgServer, last["refresh_token"].(string)); a.text(t, "error") != "invalid_grant" {
			t.Errorf("the newest token after reuse: %s", a.body)
		}
		if a := b.userOf(orgServer, last["access_token"].(string)); a.status != http.StatusUnauthorized {
			t.Errorf("the newest access token after reuse: %d", a.status)
		}
	})
}

// security 51
func TestThePreviousRefreshTokenWorksForThirtySecondsOnly(t *testing.T) {
	for seconds, works := range map[int]bool{30: true, 31: false} {
		x := newServer(t)
		b := x.browser()
		r1 := b.tokens(orgServer, request())["refresh_token"].(string)
		r2 := b.refresh(orgServer, r1).text(t, "refresh_token")
		x.clock.forward(time.Duration(seconds) * time.Second)
		if a := b.refresh(orgServer, r1); (a.status == http.StatusOK) != works {
			t.Errorf("after %d s: %d %s", seconds, a.status, a.body)
		}
		if a := b.refresh(orgServer, r2); (a.status == http.StatusOK) != works {
			t.Errorf("the current token after %d s: %d %s", seconds, a.status, a.body)
		}
	}
}

func TestOneOfManyRefreshesRotates(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		b := x.browser()
		r1 := b.tokens(orgServer, request())["refresh_token"].(string)
		next := race(16, func() string { return b.refresh(orgServer, r1).text(t, "refresh_token") })
		delete(next, "") // a writer that met too many others is told to try again
		if len(next) != 1 {
			t.Errorf("16 refreshes gave %d different tokens, want one", len(next))
		}
		for r2 := range next {
			if a := b.refresh(orgServer, r2); a.status != http.StatusOK {
				t.Errorf("the token they gave: %d %s", a.status, a.body)
			}
		}
	})
}

func TestOneOfManyExchangesOfACodeWins(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		b := x.browser()
		code := b.code(orgServer, request())
		given := race(16, func() string {
			a := b.exchange(orgServer, code)
			if a.status != http.StatusOK {
				return ""
			}
			return a.text(t, "access_token")
		})
		delete(given, "")
		if len(given) > 1 {
			t.Errorf("%d exchanges of one code gave tokens", len(given))
		}
	})
}

// race runs f n times at once and counts its results.
func race(n int, f func() string) map[string]int {
	var mu sync.Mutex
	var all sync.WaitGroup
	results := map[string]int{}
	for range n {
		all.Go(func() {
			got := f()
			mu.Lock()
			defer mu.Unlock()
			results[got]++
		})
	}
	all.Wait()
	return results
}

func TestRefreshKeepsWhoAndWhenAndNarrowsScopes(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	first := b.tokens(orgServer, request())
	x.clock.forward(10 * time.Minute)
	second := b.refresh(orgServer, first["refresh_token"].(string), "scope", "openid").json(t)
	if second["scope"] != "openid" {
		t.Errorf("scope %v", second["scope"])
	}
	before, after := payload(t, first["id_token"]), payload(t, second["id_token"])
	for _, claim := range []string{"iss", "sub", "aud", "auth_time"} {
		if before[claim] != after[claim] {
			t.Errorf("%s went from %v to %v", claim, before[claim], after[claim])
		}
	}
	if after["iat"].(float64)-before["iat"].(float64) != 600 {
		t.Errorf("iat went from %v to %v", before["iat"], after["iat"])
	}
	if _, has := after["nonce"]; has {
		t.Error("a refreshed ID token carries a nonce")
	}
	if a := b.refresh(orgServer, second["refresh_token"].(string), "scope", "openid okta.groups.read"); a.text(t, "error") != "invalid_scope" {
		t.Errorf("more scopes than were granted: %s", a.body)
	}
	x.clock.forward(time.Minute) // beyond the grace: a token that was used up would now be reuse
	if a := b.refresh(orgServer, second["refresh_token"].(string)); a.status != http.StatusOK {
		t.Errorf("the token of a refused request: %d %s", a.status, a.body)
	}
}

// A scope that an admin took back from the client is in none of the tokens to come.
func TestRefreshGivesNoScopeThatWasTakenBack(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	first := b.tokens(orgServer, request())
	var grants []map[string]any
	list := x.api("GET", x.appOf("web")+"/grants", nil)
	x.check(json.Unmarshal([]byte(list.body), &grants))
	for _, g := range grants {
		if g["scopeId"] == "okta.users.read" {
			if a := x.api("DELETE", x.appOf("web")+"/grants/"+g["id"].(string), nil); a.status != http.StatusNoContent {
				t.Fatalf("%d %s", a.status, a.body)
			}
		}
	}
	second := b.refresh(orgServer, first["refresh_token"].(string)).json(t)
	if second["scope"] != "openid profile email offline_access okta.sessions.manage" {
		t.Errorf("scope %v", second["scope"])
	}
	if a := b.refresh(orgServer, second["refresh_token"].(string), "scope", "okta.users.read"); a.text(t, "error") != "invalid_scope" {
		t.Errorf("asked for: %s", a.body)
	}
}

func TestRefreshTokensEnd(t *testing.T) {
	for name, c := range map[string]struct {
		server string
		wait   time.Duration
		works  bool
	}{
		"org server, 89 days":                  {orgServer, 89 * 24 * time.Hour, true},
		"org server, 91 days":                  {orgServer, 91 * 24 * time.Hour, false},
		"custom server, unused for six days":   {defaultServer, 6 * 24 * time.Hour, true},
		"custom server, unused for eight days": {defaultServer, 8 * 24 * time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			x := newServer(t)
			b := x.browser()
			r := b.tokens(c.server, request("scope", "openid offline_access"))["refresh_token"].(string)
			x.clock.forward(c.wait)
			if a := b.refresh(c.server, r); (a.status == http.StatusOK) != c.works {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
}

func TestRefreshTokensOfOthersAndForgedOnesAreRefused(t *testing.T) {
	x := newServer(t)
	other := x.web
	other.ID = "other"
	x.check(x.PutClient(t.Context(), other))
	b := x.browser()
	r := b.tokens(orgServer, request())["refresh_token"].(string)
	for name, a := range map[string]answer{
		"another client": b.post("/oauth2/v1/token", form("grant_type", "refresh_token", "refresh_token", r), "Authorization", basic("other", other.Secret)),
		"another server": b.refresh(defaultServer, r),
		"changed":        b.refresh(orgServer, r[:len(r)-1]+"-"),
		"cut":            b.refresh(orgServer, r[:30]),
		"empty":          b.refresh(orgServer, ""),
	} {
		if a.status != http.StatusBadRequest || a.text(t, "error") != "invalid_grant" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if a := b.refresh(orgServer, r); a.status != http.StatusOK {
		t.Errorf("the owner afterwards: %d %s", a.status, a.body)
	}
}

// security 52
func TestOtherGrantTypesAreRefused(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	for grant, want := range map[string]string{
		"password": "unsupported_grant_type", "implicit": "unsupported_grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer": "unsupported_grant_type",
		"client_credentials": "unauthorized_client", "": "invalid_request",
	} {
		a := b.post("/oauth2/v1/token", form("grant_type", grant, "username", admin, "password", password, "scope", "openid"), "Authorization", basic("web", x.web.Secret))
		if a.text(t, "error") != want {
			t.Errorf("grant_type %q: %d %s, want %s", grant, a.status, a.body, want)
		}
	}
}

func TestParametersMayStandInTheQueryAndADPoPProofIsTolerated(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	q := form("grant_type", "authorization_code", "code", b.code(orgServer, request()), "redirect_uri", callback, "code_verifier", verifier)
	a := b.do("POST", "/oauth2/v1/token?"+q.Encode(), "application/x-www-form-urlencoded", nil, "Authorization", basic("web", x.web.Secret), "DPoP", "eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.x")
	if a.status != http.StatusOK || a.text(t, "token_type") != "Bearer" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control %q", a.header.Get("Cache-Control"))
	}
}

func TestPublicClientsExchangeWithoutASecret(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	code := b.code(defaultServer, request("client_id", "spa", "scope", "openid offline_access"))
	a := b.post("/oauth2/default/v1/token", form("grant_type", "authorization_code", "client_id", "spa", "code", code, "redirect_uri", callback, "code_verifier", verifier))
	if a.status != http.StatusOK || a.text(t, "refresh_token") == "" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestPeopleWhoMayNotSignInAnyMoreGetNoTokens(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	tokens := b.tokens(orgServer, request())
	id := payload(t, tokens["id_token"])["sub"].(string)
	other := x.api("POST", "/api/v1/users?activate=true", map[string]any{
		"profile":     map[string]string{"firstName": "A", "lastName": "B", "login": "ab@company.example", "email": "ab@company.example"},
		"credentials": map[string]any{"password": map[string]string{"value": password}},
	}).text(t, "id")
	c := x.browser()
	theirs := c.signIn(orgServer, request(), "ab@company.example", password).location(t).Get("code")
	given := c.exchange(orgServer, theirs).json(t)
	if a := x.api("POST", "/api/v1/users/"+other+"/lifecycle/suspend", nil); a.status != http.StatusOK {
		t.Fatalf("suspend: %d %s", a.status, a.body)
	}
	if a := c.refresh(orgServer, given["refresh_token"].(string)); a.text(t, "error") != "invalid_grant" {
		t.Errorf("refresh of a suspended person: %s", a.body)
	}
	if a := c.userOf(orgServer, given["access_token"].(string)); a.status != http.StatusUnauthorized {
		t.Errorf("userinfo of a suspended person: %d", a.status)
	}
	if a := x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+given["access_token"].(string)); a.status != http.StatusUnauthorized {
		t.Errorf("the API as a suspended person: %d", a.status)
	}
	if a := x.api("DELETE", "/api/v1/users/"+id+"/sessions?oauthTokens=true", nil); a.status != http.StatusNoContent {
		t.Fatalf("clear sessions: %d %s", a.status, a.body)
	}
	if a := b.refresh(orgServer, tokens["refresh_token"].(string)); a.text(t, "error") != "invalid_grant" {
		t.Errorf("refresh after the sessions were cleared: %s", a.body)
	}
	if got := b.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()).location(t); got.Get("error") != "login_required" {
		t.Errorf("the browser after the sessions were cleared: %v", got)
	}
}

func TestCustomServerTokens(t *testing.T) {
	x := newServer(t)
	tokens := x.browser().tokens(defaultServer, request("scope", "openid offline_access"))
	claims := payload(t, tokens["access_token"])
	if claims["iss"] != x.url+"/oauth2/default" || claims["aud"] != "api://default" || claims["cid"] != "web" || claims["ver"] != float64(1) || !strings.HasPrefix(claims["jti"].(string), "AT.") {
		t.Errorf("claims %v", claims)
	}
	if id := payload(t, tokens["id_token"]); id["iss"] != x.url+"/oauth2/default" || id["aud"] != "web" || id["idp"] != x.ID() {
		t.Errorf("ID token %v", id)
	}
	a := x.browser().post("/oauth2/default/v1/token", form("grant_type", "client_credentials", "scope", "openid"), "Authorization", basic("web", x.web.Secret))
	if a.text(t, "error") != "unauthorized_client" {
		t.Errorf("client_credentials by a web client: %s", a.body)
	}
}
