package oidc_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/org"
)

// tv is a client on a device without a browser.
func (x *server) tv() {
	x.t.Helper()
	x.check(x.PutClient(x.t.Context(), org.OAuthClient{
		ID: "tv", Name: "Television", RedirectURIs: []string{"com.example.tv:/callback"}, GrantTypes: []string{org.GrantCode, org.GrantRefresh, org.GrantDevice}, Everyone: true,
	}))
}

// device asks for the codes of a device.
func (b *browser) device(server string, changes ...string) answer {
	b.t.Helper()
	return b.post(server+"/v1/device/authorize", form(append([]string{"client_id", "tv", "scope", "openid profile offline_access"}, changes...)...))
}

// poll asks for the tokens of a device.
func (b *browser) poll(server, code string, more ...string) answer {
	b.t.Helper()
	return b.post(server+"/v1/token", form(append([]string{"grant_type", org.GrantDevice, "client_id", "tv", "device_code", code}, more...)...))
}

// enter enters the code of a device, signs in, and returns the address of the page that asks.
func (b *browser) enter(code string) (string, answer) {
	b.t.Helper()
	a := b.post("/activate", form("user_code", code))
	at, page := b.follow(a)
	if strings.Contains(page.body, `name="password"`) {
		at, page = b.follow(b.post(at, form("username", admin, "password", password)))
	}
	return at, page
}

func TestDeviceGetsTokensOnceItsUserAllows(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		x.tv()
		for _, at := range []string{orgServer, defaultServer} {
			device, b := x.browser(), x.browser()
			d := device.device(at)
			code, user := d.text(t, "device_code"), d.text(t, "user_code")
			if d.status != http.StatusOK || !regexp.MustCompile(`^[BCDFGHJKLMNPQRSTVWXZ]{8}$`).MatchString(user) || d.text(t, "verification_uri") != x.url+"/activate" ||
				d.text(t, "verification_uri_complete") != x.url+"/activate?user_code="+user || d.json(t)["expires_in"] != 600.0 || d.json(t)["interval"] != 5.0 {
				t.Fatalf("%d %s", d.status, d.body)
			}
			wait := func(want string) {
				t.Helper()
				if a := device.poll(at, code); a.status != http.StatusBadRequest || a.text(t, "error") != want {
					t.Errorf("poll: %d %s, want %s", a.status, a.body, want)
				}
			}
			wait("authorization_pending")
			x.clock.forward(2 * time.Second)
			wait("slow_down") // from now on 10 seconds
			x.clock.forward(6 * time.Second)
			wait("slow_down") // and now 15
			x.clock.forward(15 * time.Second)
			wait("authorization_pending")
			if page := b.get("/activate?user_code=" + user); !strings.Contains(page.body, `value="`+user[:4]+"-"+user[4:]+`"`) {
				t.Errorf("the page of the link: %s", page.body)
			}
			signin, page := b.enter(strings.ToLower(user[:4]) + " - " + user[4:])
			if !strings.Contains(page.body, "Sign in to Television on your device?") || !strings.Contains(page.body, admin) {
				t.Fatalf("page: %s", page.body)
			}
			x.clock.forward(15 * time.Second)
			wait("authorization_pending")
			if a := b.allow(signin, page); a.status != http.StatusOK || !strings.Contains(a.body, "Device connected") {
				t.Fatalf("allow: %d %s", a.status, a.body)
			}
			if a := x.browser().post("/activate", form("user_code", user)); a.status != http.StatusUnprocessableEntity {
				t.Errorf("the user code a second time: %d", a.status)
			}
			got := race(4, func() string {
				a := device.poll(at, code)
				if a.status == http.StatusOK {
					tokens := a.json(t)
					if payload(t, tokens["id_token"])["aud"] != "tv" || payload(t, tokens["access_token"])["cid"] != "tv" || tokens["refresh_token"] == nil || tokens["scope"] != "openid profile offline_access" {
						t.Errorf("tokens %v", tokens)
					}
					return "tokens"
				}
				return a.text(t, "error")
			})
			if got["tokens"] != 1 || got["invalid_grant"] != 3 {
				t.Errorf("of four that ask at once: %v", got)
			}
		}
		if n := x.events("app.oauth2.token.grant"); n != 4 { // one granted, three used up
			t.Errorf("%d entries about grants: a device that waits is none", n)
		}
	})
}

func TestDeviceThatIsRefusedOrTooLate(t *testing.T) {
	x := newServer(t)
	x.tv()
	b := x.browser()
	d := b.device(orgServer)
	at, page := b.enter(d.text(t, "user_code"))
	if a := b.post(at, url.Values{"deny": {"1"}, "asked": page.asked()}); a.status != http.StatusOK || !strings.Contains(a.body, "was not signed in") {
		t.Errorf("refused: %d %s", a.status, a.body)
	}
	if a := b.poll(orgServer, d.text(t, "device_code")); a.status != http.StatusBadRequest || a.text(t, "error") != "access_denied" {
		t.Errorf("after that: %d %s", a.status, a.body)
	}
	d = b.device(orgServer)
	at, page = b.enter(d.text(t, "user_code"))
	x.clock.forward(601 * time.Second)
	if a := b.allow(at, page); a.status != http.StatusBadRequest || !strings.Contains(a.problem(), "has expired") {
		t.Errorf("too late: %d %s", a.status, a.body)
	}
	if a := b.poll(orgServer, d.text(t, "device_code")); a.text(t, "error") != "expired_token" {
		t.Errorf("too late: %d %s", a.status, a.body)
	}
	if a := b.post("/activate", form("user_code", d.text(t, "user_code"))); a.status != http.StatusUnprocessableEntity {
		t.Errorf("an expired user code: %d", a.status)
	}
	// Somebody who does not have the app.
	x.check(x.PutClient(t.Context(), org.OAuthClient{ID: "other-tv", Name: "Other", RedirectURIs: []string{"com.example.tv:/callback"}, GrantTypes: []string{org.GrantDevice}}))
	d = b.post("/oauth2/v1/device/authorize", form("client_id", "other-tv", "scope", "openid"))
	if a := b.post("/activate", form("user_code", d.text(t, "user_code"))); a.status != http.StatusBadRequest || a.problem() != "User is not assigned to the client application." {
		t.Errorf("not assigned: %d %s", a.status, a.body)
	}
	if a := b.post("/oauth2/v1/token", form("grant_type", org.GrantDevice, "client_id", "other-tv", "device_code", d.text(t, "device_code"))); a.text(t, "error") != "access_denied" {
		t.Errorf("not assigned: %d %s", a.status, a.body)
	}
}

func TestDeviceCodesAreForTheirClientAndServerOnly(t *testing.T) {
	x := newServer(t)
	x.tv()
	b := x.browser()
	d := b.device(orgServer)
	code := d.text(t, "device_code")
	for name, a := range map[string]answer{
		"another server":   b.poll(defaultServer, code),
		"another client":   b.post("/oauth2/v1/token", form("grant_type", org.GrantDevice, "device_code", code), "Authorization", basic("web", x.web.Secret)),
		"the user code":    b.poll(orgServer, d.text(t, "user_code")),
		"no code":          b.poll(orgServer, ""),
		"client without":   b.post("/oauth2/v1/device/authorize", form("scope", "openid"), "Authorization", basic("web", x.web.Secret)),
		"unknown client":   b.post("/oauth2/v1/device/authorize", form("scope", "openid", "client_id", "nobody")),
		"no scope":         b.device(orgServer, "scope", ""),
		"an unknown scope": b.device(orgServer, "scope", "openid nonsense"),
	} {
		want := map[string]string{"another client": "unauthorized_client", "client without": "unauthorized_client", "unknown client": "invalid_client", "no scope": "invalid_scope", "an unknown scope": "invalid_scope"}[name]
		if want == "" {
			want = "invalid_grant"
		}
		if a.status < 400 || a.text(t, "error") != want {
			t.Errorf("%s: %d %s, want %s", name, a.status, a.body, want)
		}
	}
	if a := b.poll(orgServer, code); a.text(t, "error") != "authorization_pending" {
		t.Errorf("the right one: %s", a.body)
	}
}

// security 59: codes of devices cannot be tried one after the other.
func TestFewUserCodesCanBeTried(t *testing.T) {
	x := newServer(t)
	x.tv()
	b := x.browser()
	for range 20 {
		if a := b.post("/activate", form("user_code", "BBBB-BBBB")); a.status != http.StatusUnprocessableEntity {
			t.Fatalf("a wrong code: %d %s", a.status, a.body)
		}
	}
	user := b.device(orgServer).text(t, "user_code")
	if a := b.post("/activate", form("user_code", user)); a.status != http.StatusTooManyRequests {
		t.Errorf("after 20 wrong ones: %d", a.status)
	}
	x.clock.forward(5 * time.Minute)
	if a := b.post("/activate", form("user_code", user)); a.status != http.StatusSeeOther {
		t.Errorf("five minutes later: %d %s", a.status, a.body)
	}
	if a := b.post("/activate", form("user_code", user), "Sec-Fetch-Site", "cross-site"); a.status != http.StatusForbidden {
		t.Errorf("sent by another site: %d", a.status) // security 23
	}
}

// What a device is given can be bound to its key, as anything else.
func TestDeviceWithDPoP(t *testing.T) {
	x := newServer(t)
	x.check(x.PutClient(t.Context(), org.OAuthClient{
		ID: "tv", Name: "Television", RedirectURIs: []string{"com.example.tv:/callback"}, GrantTypes: []string{org.GrantRefresh, org.GrantDevice}, Everyone: true, DPoP: true,
	}))
	b, p := x.browser(), x.prover()
	d := b.device(orgServer)
	at, page := b.enter(d.text(t, "user_code"))
	b.allow(at, page)
	v := form("grant_type", org.GrantDevice, "client_id", "tv", "device_code", d.text(t, "device_code"))
	a := b.post("/oauth2/v1/token", v, "DPoP", p.proof("POST", "/oauth2/v1/token", map[string]any{"nonce": x.ProofNonce()}))
	if a.status != http.StatusOK || a.text(t, "token_type") != "DPoP" || at1(payload(t, a.text(t, "access_token")), "cnf", "jkt") != p.thumbprint() {
		t.Errorf("%d %s", a.status, a.body)
	}
}
