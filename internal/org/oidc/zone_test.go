package oidc_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/config"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/org"
)

// behindProxy is an org that believes the X-Forwarded-For of a proxy on loopback, and the
// proxy, which writes there who comes: Test-Address stands for the address of the peer.
// One with Test-Forged sends a header of its own, which the proxy keeps in front.
func behindProxy(t *testing.T) (x *server, proxy string) {
	t.Helper()
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	x = serveConfig(t, dbtest.Open(t, db.SQLite, org.DatabaseOptions("")), org.Config{ClientChain: config.ClientChain(trusted)})
	to, err := url.Parse(x.url)
	if err != nil {
		t.Fatal(err)
	}
	p := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = to.Host
		chain := r.In.Header.Get("Test-Address")
		if forged := r.In.Header.Get("Test-Forged"); forged != "" {
			chain = forged + ", " + chain
		}
		r.Out.Header.Set("X-Forwarded-For", chain)
	}})
	t.Cleanup(p.Close)
	return x, p.URL
}

// authnFrom is a password sign-in that reaches the org through the proxy.
func (x *server) authnFrom(proxy, login, from, forged string) answer {
	x.t.Helper()
	return x.browser().postJSON(proxy+"/api/v1/authn", object{"username": login, "password": password}, "Test-Address", from, "Test-Forged", forged)
}

func (x *server) zone(body object) string {
	x.t.Helper()
	a := x.api("POST", "/api/v1/zones", body)
	if a.status != http.StatusOK {
		x.t.Fatalf("zone: %d %s", a.status, a.body)
	}
	return a.text(x.t, "id")
}

func networks(values ...string) (out []object) {
	for _, v := range values {
		out = append(out, object{"type": "CIDR", "value": v})
	}
	return out
}

// A rule asks for a second factor off the office network: from there, and not from within.
// security 61
func TestARuleAsksOffTheOfficeNetwork(t *testing.T) {
	x, proxy := behindProxy(t)
	office := x.zone(object{"type": "IP", "name": "Office", "gateways": networks("203.0.113.0/24"), "proxies": networks("198.51.100.1")})
	group := x.group("Sales")
	login, _ := x.person("seller", group)
	id := x.policy("OKTA_SIGN_ON", group, nil, signOn("requireFactor", false))
	rule := object{
		"name": "Off the network", "priority": 1, "conditions": object{"network": object{"connection": "ZONE", "exclude": []string{office}}},
		"actions": signOn("requireFactor", true, "factorPromptMode", "ALWAYS"),
	}
	if a := x.api("POST", "/api/v1/policies/"+id+"/rules", rule); a.status != http.StatusOK {
		t.Fatalf("rule: %d %s", a.status, a.body)
	}
	for _, c := range []struct{ what, from, forged, want string }{
		{"from the office", "203.0.113.9", "", "SUCCESS"},
		{"from elsewhere", "192.0.2.7", "", "MFA_ENROLL"},
		{"from elsewhere, claiming the office", "192.0.2.7", "203.0.113.9", "MFA_ENROLL"},
		{"through the office's own proxy", "198.51.100.1", "203.0.113.9", "SUCCESS"},
		{"through that proxy from elsewhere", "198.51.100.1", "192.0.2.7", "MFA_ENROLL"},
	} {
		if a := x.authnFrom(proxy, login, c.from, c.forged); a.text(t, "status") != c.want {
			t.Errorf("%s: %d %s, want %s", c.what, a.status, a.body, c.want)
		}
	}
	logs := x.api("GET", "/api/v1/logs?filter="+url.QueryEscape(`eventType eq "policy.evaluate_sign_on"`), nil)
	if !strings.Contains(logs.body, `"zone":"Office"`) || !strings.Contains(logs.body, `"zone":"null"`) {
		t.Errorf("the log does not tell the zone: %s", logs.body)
	}
	if !strings.Contains(logs.body, `"ipAddress":"203.0.113.9"`) || strings.Contains(logs.body, `"ipAddress":"127.0.0.1"`) {
		t.Errorf("the log does not tell the address behind the proxy: %s", logs.body)
	}
}

// An address that a zone blocks gets no answer anywhere, and the log tells of it once.
func TestABlockedAddressIsRefusedEverywhere(t *testing.T) {
	x, proxy := behindProxy(t)
	get := func(path, from, token string) answer {
		return x.browser().get(proxy+path, "Test-Address", from, "Authorization", strings.TrimSpace("SSWS "+token))
	}
	x.zone(object{"type": "IP", "name": "Attackers", "usage": "BLOCKLIST", "gateways": networks("192.0.2.0/24")})
	for _, path := range []string{"/api/v1/users/me", "/login", "/.well-known/openid-configuration", "/oauth2/v1/keys", "/oauth2/v1/authorize?client_id=web"} {
		if a := get(path, "192.0.2.7", apiToken); a.status != http.StatusForbidden {
			t.Errorf("%s from a blocked address: %d %s", path, a.status, a.body)
		}
		if a := get(path, "198.51.100.7", apiToken); a.status == http.StatusForbidden {
			t.Errorf("%s from another address: %d %s", path, a.status, a.body)
		}
	}
	if a := get("/api/v1/users/me", "192.0.2.7", ""); a.status != http.StatusForbidden {
		t.Errorf("without a token: %d, want 403 before anybody is known", a.status)
	}
	if a := x.authnFrom(proxy, admin, "192.0.2.7", ""); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000006" {
		t.Errorf("authn: %d %s", a.status, a.body)
	}
	if page := get("/login", "192.0.2.7", ""); !strings.Contains(page.body, "takes no requests from your network") {
		t.Errorf("the page does not say why: %s", page.body)
	}
	if n := x.events("security.request.blocked"); n != 1 {
		t.Errorf("%d events, want 1 within a minute", n)
	}
}
