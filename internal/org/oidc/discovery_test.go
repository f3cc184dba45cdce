package oidc_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// security 50: that S256 alone is offered is published.
func TestDiscovery(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	for path, issuer := range map[string]string{
		"/.well-known/openid-configuration":                      x.url,
		"/.well-known/oauth-authorization-server":                x.url,
		"/oauth2/default/.well-known/openid-configuration":       x.url + "/oauth2/default",
		"/oauth2/default/.well-known/oauth-authorization-server": x.url + "/oauth2/default",
	} {
		a := b.get(path)
		m := a.json(t)
		if a.status != http.StatusOK || m["issuer"] != issuer {
			t.Errorf("%s: %d, issuer %v, want %s", path, a.status, m["issuer"], issuer)
		}
		for name, v := range m {
			address, _ := v.(string)
			if !strings.HasSuffix(name, "_endpoint") && name != "jwks_uri" {
				continue
			}
			if !strings.HasPrefix(address, x.url+"/oauth2/") {
				t.Errorf("%s: %s is %s", path, name, address)
			}
			if got := b.get(address); got.status == http.StatusNotFound {
				t.Errorf("%s: nothing is at %s", path, address)
			}
		}
		if at(m, "code_challenge_methods_supported", 0) != "S256" || at(m, "response_types_supported", 1) != nil || m["authorization_response_iss_parameter_supported"] != true {
			t.Errorf("%s: %v", path, m)
		}
	}
	if a := b.get("/oauth2/other/.well-known/openid-configuration"); a.status != http.StatusNotFound {
		t.Errorf("an unknown server: %d", a.status)
	}
	if a := b.get("/oauth2/org/.well-known/openid-configuration"); a.status != http.StatusNotFound {
		t.Errorf("the org server under its internal name: %d", a.status)
	}
	scopes := b.get("/.well-known/oauth-authorization-server").body
	if !strings.Contains(scopes, `"okta.users.manage"`) || strings.Contains(b.get("/oauth2/default/.well-known/oauth-authorization-server").body, "okta.users") {
		t.Error("okta.* scopes belong to the org server alone")
	}
	if a := b.get("/.well-known/okta-organization").json(t); a["id"] != x.ID() || at(a, "_links", "organization", "href") != x.url || a["pipeline"] == nil {
		t.Errorf("okta-organization: %v", a)
	}
}

func TestIssuersComeFromTheBaseURLNotFromHost(t *testing.T) {
	x := newServer(t)
	q, err := http.NewRequest("GET", x.url+"/.well-known/openid-configuration", nil)
	x.check(err)
	q.Host = "evil.example"
	res, err := http.DefaultClient.Do(q)
	x.check(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	x.check(err)
	if strings.Contains(string(text), "evil.example") || !strings.Contains(string(text), `"issuer":"`+x.url+`"`) {
		t.Errorf("%s", text)
	}
}
