package oidc_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/org"
)

// security 48
func TestRedirectURIMustMatchExactly(t *testing.T) {
	x := newServer(t)
	for name, uri := range map[string]string{
		"absent": "", "prefix": callback + "/more", "shorter": "http://127.0.0.1:9/call", "path traversal": callback + "/../callback",
		"other case": "http://127.0.0.1:9/Callback", "other port": "http://127.0.0.1:10/callback", "query": callback + "?a=b", "fragment": callback + "#a",
		"other scheme": "https://127.0.0.1:9/callback", "user in front": "http://127.0.0.1:9@evil.example/callback", "other host": "http://localhost:9/callback",
		"encoded": "http://127.0.0.1:9/%63allback", "trailing slash": callback + "/", "space": callback + " ",
	} {
		t.Run(name, func(t *testing.T) {
			a := x.browser().get("/oauth2/v1/authorize?" + request("redirect_uri", uri).Encode())
			if a.status != http.StatusBadRequest || a.header.Get("Location") != "" || !strings.Contains(a.body, "redirect_uri") {
				t.Errorf("%d, Location %q: want an error page and no redirect", a.status, a.header.Get("Location"))
			}
		})
	}
}

// security 48
func TestRegisteredRedirectURIsMustBeSafe(t *testing.T) {
	x := newServer(t)
	for uri, allowed := range map[string]bool{
		"http://127.0.0.1/cb": true, "http://localhost:3000/cb": true, "http://[::1]:3000/cb": true, "https://app.example/cb": true, "com.example.app:/cb": true,
		"http://app.example/cb": false, "javascript:alert(1)": false, "data:text/html,x": false, "//app.example": false, "http://127.0.0.1.evil.example/cb": false,
	} {
		t.Run(uri, func(t *testing.T) {
			c := x.web
			c.RedirectURIs = []string{uri}
			if err := x.PutClient(t.Context(), c); err != nil && allowed { // some are refused at once
				t.Fatal(err)
			}
			a := x.browser().get("/oauth2/v1/authorize?" + request("redirect_uri", uri, "prompt", "none").Encode())
			if redirected := strings.HasPrefix(a.header.Get("Location"), uri); redirected != allowed {
				t.Errorf("%d, Location %q: allowed should be %v", a.status, a.header.Get("Location"), allowed)
			}
		})
	}
}

func TestFaultyAuthorizationRequestsAreToldToTheClient(t *testing.T) {
	x := newServer(t)
	for name, c := range map[string]struct {
		changes []string
		want    string
	}{
		"no response type":       {[]string{"response_type", ""}, "invalid_request"},
		"implicit access token":  {[]string{"response_type", "token"}, "unsupported_response_type"},    // security 52
		"implicit ID token":      {[]string{"response_type", "id_token"}, "unsupported_response_type"}, // security 52
		"hybrid":                 {[]string{"response_type", "code id_token"}, "unsupported_response_type"},
		"no scope":               {[]string{"scope", ""}, "invalid_scope"},
		"unknown scope":          {[]string{"scope", "openid nonsense"}, "invalid_scope"},
		"profile without openid": {[]string{"scope", "profile"}, "invalid_scope"},
		"only scopes not given":  {[]string{"scope", "okta.apps.manage"}, "consent_required"},
		"request object":         {[]string{"request", "eyJ"}, "request_not_supported"},
		"request by reference":   {[]string{"request_uri", "https://a.example/r"}, "request_uri_not_supported"},
		"unknown prompt":         {[]string{"prompt", "dance"}, "invalid_request"},
		"none and login":         {[]string{"prompt", "none login"}, "invalid_request"},
		"nobody is signed in":    {[]string{"prompt", "none"}, "login_required"},
		"max_age is no number":   {[]string{"max_age", "soon"}, "invalid_request"},
		"plain challenge":        {[]string{"code_challenge_method", "plain"}, "invalid_request"}, // security 50
		"challenge, no method":   {[]string{"code_challenge_method", ""}, "invalid_request"},      // security 50: no method is plain (RFC 7636 section 4.3)
		"short challenge":        {[]string{"code_challenge", "abc"}, "invalid_request"},
		"unknown response mode":  {[]string{"response_mode", "okta_post_message"}, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			a := x.browser().get("/oauth2/v1/authorize?" + request(c.changes...).Encode())
			got := a.location(t)
			if !strings.HasPrefix(a.header.Get("Location"), callback) || got.Get("error") != c.want {
				t.Fatalf("%d %s, want error %s", a.status, a.header.Get("Location"), c.want)
			}
			if got.Get("state") != "s t&1" || got.Get("iss") != x.url || got.Get("error_description") == "" {
				t.Errorf("state %q, iss %q, description %q", got.Get("state"), got.Get("iss"), got.Get("error_description"))
			}
		})
	}
}

func TestUnknownClientsAndRepeatedParametersAreErrorPages(t *testing.T) {
	x := newServer(t)
	for name, query := range map[string]string{
		"unknown client":     request("client_id", "nobody").Encode(),
		"no client":          request("client_id", "").Encode(),
		"repeated parameter": request().Encode() + "&redirect_uri=" + url.QueryEscape("https://evil.example"),
	} {
		t.Run(name, func(t *testing.T) {
			a := x.browser().get("/oauth2/v1/authorize?" + query)
			if a.status != http.StatusBadRequest || a.header.Get("Location") != "" || a.problem() == "" {
				t.Errorf("%d %s", a.status, a.header.Get("Location"))
			}
		})
	}
	if a := x.browser().get("/oauth2/nonsense/v1/authorize?" + request().Encode()); a.status != http.StatusNotFound {
		t.Errorf("an unknown server: %d", a.status)
	}
}

func TestPublicClientsNeedPKCE(t *testing.T) {
	x := newServer(t)
	a := x.browser().get("/oauth2/v1/authorize?" + request("client_id", "spa", "code_challenge", "", "code_challenge_method", "").Encode())
	if got := a.location(t).Get("error"); got != "invalid_request" {
		t.Errorf("error %q, want invalid_request", got)
	}
}

func TestASessionAnswersTheNextRequest(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	b.code(orgServer, request())
	quiet := request("prompt", "none", "scope", "openid")
	if got := b.get("/oauth2/v1/authorize?" + quiet.Encode()).location(t); got.Get("code") == "" {
		t.Errorf("signed in, prompt=none: %v", got)
	}
	if got := b.get("/oauth2/default/v1/authorize?" + quiet.Encode()).location(t); got.Get("code") == "" || got.Get("iss") != x.url+"/oauth2/default" {
		t.Errorf("on the custom server: %v", got)
	}
	if a := b.get("/oauth2/v1/authorize?" + request("prompt", "login").Encode()); !strings.Contains(a.header.Get("Location"), "/signin/") {
		t.Errorf("prompt=login: %s", a.header.Get("Location"))
	}
	if got := x.browser().get("/oauth2/v1/authorize?" + quiet.Encode()).location(t); got.Get("error") != "login_required" {
		t.Errorf("another browser: %v", got)
	}
	x.clock.forward(10 * time.Minute)
	if a := b.get("/oauth2/v1/authorize?" + request("max_age", "60").Encode()); !strings.Contains(a.header.Get("Location"), "/signin/") {
		t.Errorf("older than max_age: %s", a.header.Get("Location"))
	}
	if got := b.get("/oauth2/v1/authorize?" + request("max_age", "3600").Encode()).location(t); got.Get("code") == "" {
		t.Errorf("younger than max_age: %v", got)
	}
	x.clock.forward(121 * time.Minute)
	if got := b.get("/oauth2/v1/authorize?" + quiet.Encode()).location(t); got.Get("error") != "login_required" {
		t.Errorf("after two idle hours: %v", got)
	}
}

func TestIDTokenHintMustBeThePersonSignedIn(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	hint := b.tokens(orgServer, request("scope", "openid"))["id_token"].(string)
	quiet := request("prompt", "none", "id_token_hint", hint)
	if got := b.get("/oauth2/v1/authorize?" + quiet.Encode()).location(t); got.Get("code") == "" {
		t.Errorf("same person: %v", got)
	}
	quiet.Set("id_token_hint", hint[:len(hint)-4]+"AAAA")
	if got := b.get("/oauth2/v1/authorize?" + quiet.Encode()).location(t); got.Get("error") != "login_required" {
		t.Errorf("a forged hint: %v", got)
	}
}

func TestSomebodyWhoIsNotAssignedGetsNoCode(t *testing.T) {
	x := newServer(t)
	x.unassignEveryone("web")
	got := x.browser().signIn(orgServer, request(), admin, password).location(t)
	if got.Get("error") != "access_denied" || got.Get("code") != "" {
		t.Errorf("%v", got)
	}
}

func TestResponseModes(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	b.code(orgServer, request())
	fragment := b.get("/oauth2/v1/authorize?" + request("response_mode", "fragment").Encode())
	if !strings.HasPrefix(fragment.header.Get("Location"), callback+"#code=") {
		t.Errorf("fragment: %s", fragment.header.Get("Location"))
	}
	posted := b.get("/oauth2/v1/authorize?" + request("response_mode", "form_post").Encode())
	if posted.status != http.StatusOK || !strings.Contains(posted.body, `action="`+callback+`"`) || !strings.Contains(posted.body, `name="code"`) || !strings.Contains(posted.body, `value="s t&amp;1"`) {
		t.Errorf("form_post: %d %s", posted.status, posted.body)
	}
	if csp := posted.header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' http://127.0.0.1:9;") && !strings.HasSuffix(csp, "form-action 'self' http://127.0.0.1:9; script-src 'self'") {
		t.Errorf("form_post: policy %s", csp)
	}
}

func TestOnlyGrantedScopesAreGiven(t *testing.T) {
	x := newServer(t)
	tokens := x.browser().tokens(orgServer, request("scope", "openid okta.users.read okta.apps.manage okta.logs.read"))
	if tokens["scope"] != "openid okta.users.read" {
		t.Errorf("scope %q", tokens["scope"])
	}
	c := x.web
	c.GrantTypes = []string{org.GrantCode}
	x.check(x.PutClient(t.Context(), c))
	tokens = x.browser().tokens(orgServer, request("scope", "openid offline_access"))
	if _, refresh := tokens["refresh_token"]; refresh || slices.Contains(strings.Fields(tokens["scope"].(string)), "offline_access") {
		t.Errorf("a client without refresh tokens got %v", tokens["scope"])
	}
}

// security 55
func TestAuthorizeAndPagesKeepOtherOriginsOut(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	a := b.get("/oauth2/v1/authorize?"+request().Encode(), "Origin", "https://evil.example")
	if a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("authorize allows another origin")
	}
	for _, path := range []string{"/oauth2/v1/authorize", "/oauth2/default/v1/authorize", "/login"} {
		pre := b.do("OPTIONS", path, "", nil, "Origin", "https://evil.example", "Access-Control-Request-Method", "GET")
		if pre.status < 400 || pre.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("a preflight of %s: %d %v", path, pre.status, pre.header)
		}
	}
	if done := x.browser().signIn(orgServer, request(), admin, password); done.status != http.StatusSeeOther {
		t.Errorf("the password is answered by %d: a browser would send it on after a 307", done.status)
	}
	page := b.get(a.header.Get("Location"))
	csp := page.header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "form-action 'self' http://127.0.0.1:9") || !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("policy %s", csp)
	}
	if page.header.Get("Cache-Control") != "no-store" || page.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", page.header)
	}
	if p := b.post(a.header.Get("Location"), form("username", admin, "password", password), "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); p.status != http.StatusForbidden {
		t.Errorf("a form of another site: %d", p.status)
	}
}
