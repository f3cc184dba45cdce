package oidc_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/org"
)

// scope changes a scope of the server "default", which is created where it is not there.
func (x *server) scope(name, consent string, optional bool) {
	x.t.Helper()
	path := "/api/v1/authorizationServers/default/scopes"
	var held []map[string]any
	x.check(json.Unmarshal([]byte(x.api("GET", path, nil).body), &held))
	body := map[string]any{"name": name, "displayName": "Use " + name, "description": "What " + name + " is for.", "consent": consent, "optional": optional, "metadataPublish": "ALL_CLIENTS"}
	a := answer{}
	if i := slices.IndexFunc(held, func(s map[string]any) bool { return s["name"] == name }); i >= 0 {
		a = x.api("PUT", path+"/"+held[i]["id"].(string), body)
	} else {
		a = x.api("POST", path, body)
	}
	if a.status != http.StatusOK && a.status != http.StatusCreated {
		x.t.Fatalf("scope %s: %d %s", name, a.status, a.body)
	}
}

// third is a client that people have to consent to.
func (x *server) third() org.OAuthClient {
	x.t.Helper()
	c := org.OAuthClient{ID: "third", Name: "Third Party", RedirectURIs: []string{callback}, GrantTypes: []string{org.GrantCode, org.GrantRefresh}, Everyone: true, ConsentRequired: true}
	x.check(x.PutClient(x.t.Context(), c))
	return c
}

// follow opens the page that an answer leads to.
func (b *browser) follow(a answer) (string, answer) {
	b.t.Helper()
	at := a.header.Get("Location")
	if !strings.HasPrefix(at, b.x.url+"/signin/") {
		b.t.Fatalf("no page: %d %s %s", a.status, at, a.body)
	}
	return at, b.get(at)
}

var askedScope = regexp.MustCompile(`name="asked" value="([^"]*)"`)

// asked are the scopes that a consent page asks for.
func (a answer) asked() []string {
	var names []string
	for _, m := range askedScope.FindAllStringSubmatch(a.body, -1) {
		names = append(names, m[1])
	}
	return names
}

// allow sends the consent page's form with these optional scopes left in.
func (b *browser) allow(at string, page answer, chosen ...string) answer {
	b.t.Helper()
	return b.post(at, url.Values{"allow": {"1"}, "asked": page.asked(), "scope": chosen})
}

func (b *browser) thirdTokens(code string) map[string]any {
	b.t.Helper()
	a := b.post(defaultServer+"/v1/token", form("grant_type", "authorization_code", "client_id", "third", "code", code, "redirect_uri", callback, "code_verifier", verifier))
	if a.status != http.StatusOK {
		b.t.Fatalf("token: %d %s", a.status, a.body)
	}
	return a.json(b.t)
}

func TestConsentIsAskedForOnceAndAgainAfterItWasRevoked(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		x.third()
		x.scope("email", "REQUIRED", false)
		x.scope("phone", "FLEXIBLE", false)
		b := x.browser()
		q := request("client_id", "third", "scope", "openid profile email phone offline_access")
		at, page := b.follow(b.signIn(defaultServer, q, admin, password))
		if got := page.asked(); !slices.Equal(got, []string{"email", "phone"}) || !strings.Contains(page.body, "Third Party asks for access") || !strings.Contains(page.body, "What email is for.") {
			t.Fatalf("asked for %v: %s", got, page.body)
		}
		if csp := page.header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' http://127.0.0.1:9") {
			t.Errorf("policy %s", csp)
		}
		a := b.allow(at, page)
		if a.status != http.StatusSeeOther || a.location(t).Get("state") != "s t&1" {
			t.Fatalf("allow: %d %s %s", a.status, a.header.Get("Location"), a.body)
		}
		if again := b.allow(at, page); again.status == http.StatusSeeOther {
			t.Errorf("the same form once more: %d %s", again.status, again.header.Get("Location"))
		}
		tokens := b.thirdTokens(a.location(t).Get("code"))
		if tokens["scope"] != "openid profile offline_access email phone" && tokens["scope"] != "openid profile email phone offline_access" {
			t.Errorf("scopes %v", tokens["scope"])
		}
		if a := b.get(defaultServer + "/v1/authorize?" + q.Encode()); a.location(t).Get("code") == "" {
			t.Errorf("asked twice: %d %s", a.status, a.header.Get("Location"))
		}
		if n := x.events("app.oauth2.as.consent.grant"); n != 1 {
			t.Errorf("%d consents in the System Log", n)
		}
		me := "/api/v1/users/" + payload(t, tokens["access_token"])["uid"].(string)
		// Tokens that are revoked leave the consent (published), a consent that is revoked ends the tokens.
		x.api("DELETE", me+"/clients/third/tokens", nil)
		if a := b.get(defaultServer + "/v1/authorize?" + q.Encode()); a.location(t).Get("code") == "" {
			t.Errorf("asked again after tokens were revoked: %d %s", a.status, a.header.Get("Location"))
		}
		for _, g := range list(t, x.api("GET", me+"/clients/third/grants", nil)) {
			if g["scopeId"] == "email" {
				if a := x.api("DELETE", me+"/grants/"+g["id"].(string), nil); a.status != http.StatusNoContent {
					t.Fatalf("revoke: %d %s", a.status, a.body)
				}
			}
		}
		_, page = b.follow(b.get(defaultServer + "/v1/authorize?" + q.Encode()))
		if got := page.asked(); !slices.Equal(got, []string{"email"}) {
			t.Errorf("after the consent was revoked asked for %v", got)
		}
		if x.events("app.oauth2.as.consent.revoke") != 1 {
			t.Error("the revocation is not in the System Log")
		}
	})
}

func list(t *testing.T, a answer) []map[string]any {
	t.Helper()
	var v []map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%d %s", a.status, a.body)
	}
	return v
}

// The published table: prompt, consent method of the client and consent of the scope.
func TestWhenConsentIsAskedFor(t *testing.T) {
	x := newServer(t)
	x.third()
	x.check(x.PutClient(t.Context(), org.OAuthClient{ID: "trusted", Name: "Trusted", RedirectURIs: []string{callback}, GrantTypes: []string{org.GrantCode}, Everyone: true}))
	for _, consent := range []string{"REQUIRED", "FLEXIBLE", "IMPLICIT"} {
		x.scope("phone", consent, false)
		for prompt, client := range map[string]map[string]bool{
			"consent": {"trusted": consent != "IMPLICIT", "third": consent != "IMPLICIT"},
			"":        {"trusted": false, "third": consent != "IMPLICIT"},
		} {
			for id, asked := range client {
				a := x.browser().signIn(defaultServer, request("client_id", id, "scope", "openid phone", "prompt", prompt), admin, password)
				if got := a.location(t).Get("code") == ""; got != asked {
					t.Errorf("prompt %q, client %s, scope %s: asked %v", prompt, id, consent, got)
				}
			}
		}
	}
	// prompt=none shows no page.
	x.scope("phone", "REQUIRED", false)
	b := x.browser()
	b.signIn(orgServer, request(), admin, password)
	got := b.get(defaultServer + "/v1/authorize?" + request("client_id", "third", "scope", "openid phone", "prompt", "none").Encode()).location(t)
	if got.Get("error") != "consent_required" || got.Get("error_description") != "The following scopes require user consent: [phone]." {
		t.Errorf("prompt=none: %v", got)
	}
	// A client that acts for itself has nobody who could consent.
	x.check(x.PutClient(t.Context(), org.OAuthClient{ID: "machine", Name: "Machine", Secret: "a secret of a machine", GrantTypes: []string{org.GrantClientCredentials}}))
	for consent, want := range map[string]string{"REQUIRED": "consent_required", "FLEXIBLE": ""} {
		x.scope("crm", consent, false)
		a := b.post(defaultServer+"/v1/token", form("grant_type", "client_credentials", "scope", "crm"), "Authorization", basic("machine", "a secret of a machine"))
		if a.text(t, "error") != want {
			t.Errorf("client credentials, %s: %d %s", consent, a.status, a.body)
		}
	}
}

func TestOptionalScopesCanBeLeftOut(t *testing.T) {
	x := newServer(t)
	x.third()
	x.scope("email", "REQUIRED", false)
	x.scope("phone", "REQUIRED", true)
	b := x.browser()
	q := request("client_id", "third", "scope", "openid email phone")
	at, page := b.follow(b.signIn(defaultServer, q, admin, password))
	if !strings.Contains(page.body, `name="scope" value="phone" checked`) || strings.Contains(page.body, `name="scope" value="email"`) {
		t.Fatalf("page %s", page.body)
	}
	tokens := b.thirdTokens(b.allow(at, page).location(t).Get("code"))
	if tokens["scope"] != "openid email" {
		t.Errorf("scopes %v", tokens["scope"])
	}
	// What was left out is not asked for again, unless the client wants that, or it is optional no more.
	code := b.get(defaultServer + "/v1/authorize?" + q.Encode()).location(t).Get("code")
	if tokens := b.thirdTokens(code); tokens["scope"] != "openid email" {
		t.Errorf("the second time: scopes %v", tokens["scope"])
	}
	q.Set("prompt", "consent")
	if _, page := b.follow(b.get(defaultServer + "/v1/authorize?" + q.Encode())); len(page.asked()) != 2 {
		t.Errorf("with prompt=consent: asked for %v", page.asked())
	}
	q.Del("prompt")
	x.scope("phone", "REQUIRED", false)
	if _, page := b.follow(b.get(defaultServer + "/v1/authorize?" + q.Encode())); !slices.Equal(page.asked(), []string{"phone"}) {
		t.Errorf("once it is required: asked for %v", page.asked())
	}
}

func TestConsentThatIsNotGivenGivesNothing(t *testing.T) {
	x := newServer(t)
	x.third()
	x.scope("email", "REQUIRED", false)
	q := request("client_id", "third", "scope", "openid email phone")
	b := x.browser()
	at, page := b.follow(b.signIn(defaultServer, q, admin, password))
	a := b.post(at, url.Values{"deny": {"1"}, "asked": page.asked()})
	if got := a.location(t); a.status != http.StatusSeeOther || got.Get("error") != "access_denied" || got.Get("code") != "" || got.Get("state") != "s t&1" {
		t.Errorf("refused: %d %v", a.status, got)
	}
	if a := b.allow(at, page); a.location(t).Get("code") != "" {
		t.Error("allowed after it was refused")
	}
	ask := func() (string, answer) {
		t.Helper()
		return b.follow(b.get(defaultServer + "/v1/authorize?" + q.Encode()))
	}
	at, _ = ask()
	if _, page := b.follow(b.post(at, url.Values{"switch": {"1"}})); !strings.Contains(page.body, `name="password"`) {
		t.Errorf("as somebody else: %s", page.body)
	}
	at, page = ask()
	x.scope("phone", "REQUIRED", false)
	if a := b.allow(at, page); a.status != http.StatusOK || !slices.Equal(a.asked(), []string{"email", "phone"}) {
		t.Errorf("what was not on the page: %d %v", a.status, a.asked())
	}
	at, page = ask()
	if a := b.post(at, url.Values{"allow": {"1"}, "asked": page.asked()}, "Sec-Fetch-Site", "cross-site"); a.status != http.StatusForbidden {
		t.Errorf("sent by another site: %d", a.status) // security 23
	}
	if a := x.browser().allow(at, page); a.status == http.StatusSeeOther {
		t.Errorf("sent by another browser: %d %s", a.status, a.header.Get("Location"))
	}
	b.post("/login/signout", url.Values{})
	if a := b.allow(at, page); a.location(t).Get("code") != "" || !strings.HasPrefix(a.header.Get("Location"), x.url+"/oauth2/default/v1/authorize?") {
		t.Errorf("after the session ended: %d %s", a.status, a.header.Get("Location"))
	}
}

// Consent ends with what it is about (published): after that it is asked for again.
func TestConsentEndsWithWhatItIsAbout(t *testing.T) {
	x := newServer(t)
	x.third()
	x.scope("email", "REQUIRED", false)
	third, _, err := x.OAuthClient(t.Context(), "third")
	x.check(err)
	app, servers := "/api/v1/apps/"+third.AppID, "/api/v1/authorizationServers/default"
	for name, paths := range map[string][]string{
		"the app is deactivated":    {app + "/lifecycle/deactivate", app + "/lifecycle/activate"},
		"the server is deactivated": {servers + "/lifecycle/deactivate", servers + "/lifecycle/activate"},
	} {
		b := x.browser()
		q := request("client_id", "third", "scope", "openid email", "prompt", "consent")
		at, page := b.follow(b.signIn(defaultServer, q, admin, password))
		if a := b.allow(at, page); a.location(t).Get("code") == "" {
			t.Fatalf("%s: %d %s", name, a.status, a.body)
		}
		q.Del("prompt")
		if a := b.get(defaultServer + "/v1/authorize?" + q.Encode()); a.location(t).Get("code") == "" {
			t.Fatalf("%s: asked before that: %d %s", name, a.status, a.header.Get("Location"))
		}
		for _, path := range paths {
			if a := x.api("POST", path, nil); a.status >= 300 {
				t.Fatalf("%s: %d %s", path, a.status, a.body)
			}
		}
		if _, page := b.follow(b.get(defaultServer + "/v1/authorize?" + q.Encode())); !slices.Equal(page.asked(), []string{"email"}) {
			t.Errorf("after %s asked for %v", name, page.asked())
		}
	}
}

// What people allowed is what a scope meant then: another one that gets its name is asked for anew.
func TestAScopeThatTakesANameIsAskedForAnew(t *testing.T) {
	x := newServer(t)
	x.third()
	x.scope("parcels", "REQUIRED", false)
	b := x.browser()
	q := request("client_id", "third", "scope", "openid parcels")
	at, page := b.follow(b.signIn(defaultServer, q, admin, password))
	b.thirdTokens(b.allow(at, page).location(t).Get("code"))
	path := "/api/v1/authorizationServers/default/scopes"
	var held []map[string]any
	x.check(json.Unmarshal([]byte(x.api("GET", path+"?q=parcels", nil).body), &held))
	x.manage("PUT", path+"/"+held[0]["id"].(string), `{"name":"parcels:old","consent":"REQUIRED"}`)
	x.scope("parcels", "REQUIRED", false)
	_, page = b.follow(b.get(defaultServer + "/v1/authorize?" + q.Encode()))
	if got := page.asked(); !slices.Equal(got, []string{"parcels"}) {
		t.Errorf("asked for %v: %d %s", got, page.status, page.body)
	}
}
