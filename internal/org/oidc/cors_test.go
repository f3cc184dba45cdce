package oidc_test

import (
	"net/http"
	"testing"
)

const (
	portal = "https://portal.example:8443"
	spaURL = "https://app.example/callback"
	spa    = "https://app.example"
)

// corsPaths are what scripts may read, and whether the origin of a single-page app is enough.
var corsPaths = []struct {
	method, path string
	apps         bool
}{
	{"GET", "/.well-known/openid-configuration", true},
	{"GET", "/oauth2/default/.well-known/oauth-authorization-server", true},
	{"GET", "/oauth2/v1/keys", true},
	{"GET", "/oauth2/default/v1/keys", true},
	{"POST", "/oauth2/v1/token", true},
	{"POST", "/oauth2/default/v1/token", true},
	{"GET", "/oauth2/v1/userinfo", true},
	{"POST", "/oauth2/v1/revoke", true},
	{"POST", "/oauth2/v1/introspect", true},
	{"POST", "/api/v1/authn", false},
	{"GET", "/api/v1/users/me", false},
	{"DELETE", "/api/v1/users/me", false},
}

// trusted makes the org trust an origin, and holds a single-page app.
func (x *server) trusted(scopes ...string) (originID, appID string) {
	x.t.Helper()
	var list []object
	for _, s := range scopes {
		list = append(list, object{"type": s})
	}
	a := x.api("POST", "/api/v1/trustedOrigins", object{"name": "Portal", "origin": portal, "scopes": list})
	b := x.api("POST", "/api/v1/apps", object{
		"name": "oidc_client", "label": "Browser app", "signOnMode": "OPENID_CONNECT",
		"credentials": object{"oauthClient": object{"token_endpoint_auth_method": "none"}},
		"settings": object{"oauthClient": object{
			"application_type": "browser", "redirect_uris": []string{spaURL, "https://other.example:443/cb"},
			"grant_types": []string{"authorization_code"}, "response_types": []string{"code"},
		}},
	})
	if a.status != http.StatusOK || b.status != http.StatusOK {
		x.t.Fatalf("origin: %d %s, app: %d %s", a.status, a.body, b.status, b.body)
	}
	return a.text(x.t, "id"), b.text(x.t, "id")
}

// preflight asks whether a script of an origin may send a request.
func (x *server) preflight(method, path, origin string) answer {
	x.t.Helper()
	return x.browser().do("OPTIONS", path, "", nil, "Origin", origin, "Access-Control-Request-Method", method, "Access-Control-Request-Headers", "authorization, content-type,x-okta-user-agent-extended")
}

// Scripts of trusted origins read the API and the endpoints of tokens, those of single-page
// apps the latter, and nobody else reads anything.
func TestCrossOriginReads(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		x.trusted("CORS")
		for _, p := range corsPaths {
			for _, c := range []struct {
				origin           string
				allowed, cookies bool
			}{
				{portal, true, true},
				{spa, p.apps, false},
				{"https://other.example", p.apps, false},
				{"https://evil.example", false, false},
				{"http://app.example", false, false},
				{"https://app.example.evil.example", false, false},
				{"https://portal.example", false, false},
				{"null", false, false},
				{"*", false, false},
			} {
				want := map[bool]string{true: c.origin}[c.allowed]
				cookies := map[bool]string{true: "true"}[c.cookies]
				ask := x.preflight(p.method, p.path, c.origin)
				got := x.browser().do(p.method, p.path, "", nil, "Origin", c.origin)
				for what, a := range map[string]answer{"preflight": ask, "request": got} {
					if o := a.header.Get("Access-Control-Allow-Origin"); o != want {
						t.Errorf("%s of %s %s for %s: allows %q, want %q", what, p.method, p.path, c.origin, o, want)
					}
					if v := a.header.Get("Access-Control-Allow-Credentials"); v != cookies {
						t.Errorf("%s of %s %s for %s: credentials %q, want %q", what, p.method, p.path, c.origin, v, cookies)
					}
					if a.header.Get("Vary") == "" {
						t.Errorf("%s of %s %s for %s: no Vary", what, p.method, p.path, c.origin)
					}
				}
				if ask.status != http.StatusNoContent || (ask.header.Get("Access-Control-Allow-Methods") != "") != c.allowed ||
					(ask.header.Get("Access-Control-Allow-Headers") == "authorization, content-type,x-okta-user-agent-extended") != c.allowed {
					t.Errorf("preflight of %s %s for %s: %d %v", p.method, p.path, c.origin, ask.status, ask.header)
				}
			}
			if a := x.browser().do(p.method, p.path, "", nil); a.header.Get("Access-Control-Allow-Origin") != "" || a.header.Get("Vary") != "Origin" {
				t.Errorf("%s %s without an origin: %v", p.method, p.path, a.header)
			}
		}
	})
}

// security 55: no script reads what the authorization endpoint or a page answers, trusted or not.
func TestCrossOriginNeverOnAuthorize(t *testing.T) {
	x := newServer(t)
	x.trusted("CORS", "REDIRECT")
	for _, path := range []string{
		"/oauth2/v1/authorize", "/oauth2/default/v1/authorize", "/oauth2/v1/logout", "/login", "/signin/x", "/outbox", "/welcome/x",
		"/oauth2/v1/token/../authorize", "/oauth2/v1/authorize/token", "/oauth2/v1/keys/", "/oauth2/v1/keysx",
	} {
		for _, origin := range []string{portal, spa} {
			for what, a := range map[string]answer{
				"preflight": x.preflight("GET", path, origin), "GET": x.browser().get(path, "Origin", origin), "POST": x.browser().do("POST", path, "", nil, "Origin", origin),
			} {
				for name := range a.header {
					if name == "Access-Control-Allow-Origin" || name == "Access-Control-Allow-Credentials" {
						t.Errorf("%s %s for %s: %d %s", what, path, origin, a.status, name)
					}
				}
			}
		}
	}
}

// What is no longer trusted is not from the next request on.
func TestCrossOriginEndsAtOnce(t *testing.T) {
	x := newServer(t)
	originID, appID := x.trusted("CORS")
	allowed := func(origin string) bool {
		return x.browser().get("/oauth2/v1/keys", "Origin", origin).header.Get("Access-Control-Allow-Origin") == origin
	}
	if !allowed(portal) || !allowed(spa) {
		t.Fatal("not allowed at first")
	}
	path := "/api/v1/trustedOrigins/" + originID
	for what, change := range map[string][2]func() answer{
		"inactive": {
			func() answer { return x.api("POST", path+"/lifecycle/deactivate", nil) },
			func() answer { return x.api("POST", path+"/lifecycle/activate", nil) },
		},
		"for redirects only": {
			func() answer {
				return x.api("PUT", path, object{"name": "Portal", "origin": portal, "scopes": []object{{"type": "REDIRECT"}}})
			},
			func() answer {
				return x.api("PUT", path, object{"name": "Portal", "origin": portal, "scopes": []object{{"type": "CORS"}}})
			},
		},
	} {
		if a := change[0](); a.status != http.StatusOK || allowed(portal) {
			t.Errorf("%s: %d, allowed %v", what, a.status, allowed(portal))
		}
		if a := change[1](); a.status != http.StatusOK || !allowed(portal) {
			t.Errorf("no longer %s: %d, allowed %v", what, a.status, allowed(portal))
		}
	}
	if a := x.api("POST", "/api/v1/apps/"+appID+"/lifecycle/deactivate", nil); a.status != http.StatusOK || allowed(spa) {
		t.Errorf("inactive app: %d, allowed %v", a.status, allowed(spa))
	}
}
