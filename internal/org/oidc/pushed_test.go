package oidc_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// par pushes a request as the web client.
func (b *browser) par(server string, q url.Values) answer {
	b.t.Helper()
	return b.post(server+"/v1/par", q, "Authorization", basic("web", b.x.web.Secret))
}

func TestAPushedRequestStandsForItsParameters(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		for _, at := range []string{orgServer, defaultServer} {
			b := x.browser()
			q := request("scope", "openid offline_access")
			q.Del("client_id") // the client proves who it is
			a := b.par(at, q)
			uri := a.text(t, "request_uri")
			if a.status != http.StatusCreated || !strings.HasPrefix(uri, "urn:") || a.json(t)["expires_in"] != 3600.0 {
				t.Fatalf("push: %d %s", a.status, a.body)
			}
			// What stands beside the name does not count.
			named := form("client_id", "web", "request_uri", uri, "scope", "openid okta.users.manage", "redirect_uri", "https://evil.example")
			got := b.signIn(at, named, admin, password)
			if !strings.HasPrefix(got.header.Get("Location"), callback+"?") || got.location(t).Get("state") != "s t&1" {
				t.Fatalf("sign-in: %d %s", got.status, got.header.Get("Location"))
			}
			if tokens := b.exchange(at, got.location(t).Get("code")).json(t); tokens["scope"] != "openid offline_access" {
				t.Errorf("tokens %v", tokens)
			}
			if a := b.get(at + "/v1/authorize?" + named.Encode()); a.status != http.StatusBadRequest || a.header.Get("Location") != "" {
				t.Errorf("used twice: %d %s", a.status, a.header.Get("Location"))
			}
			named.Set("request_uri", b.par(at, q).text(t, "request_uri"))
			raced := race(4, func() string { return strconv.Itoa(x.browser().get(at + "/v1/authorize?" + named.Encode()).status) })
			if raced["302"] != 1 || raced["400"] != 3 {
				t.Errorf("four at once: %v", raced)
			}
		}
	})
}

// A session token is a browser's: it is neither kept with a pushed request nor signs anybody in by one.
func TestAPushedRequestKeepsNoSessionToken(t *testing.T) {
	x := newServer(t)
	var in struct{ SessionToken string }
	x.check(json.Unmarshal([]byte(x.api("POST", "/api/v1/authn", object{"username": admin, "password": password}).body), &in))
	b := x.browser()
	uri := b.par(orgServer, request("sessionToken", in.SessionToken)).text(t, "request_uri")
	a := b.get(orgServer + "/v1/authorize?" + form("client_id", "web", "request_uri", uri).Encode())
	if in.SessionToken == "" || !strings.Contains(a.header.Get("Location"), "/signin/") {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
}

func TestPushedRequestsThatAreRefused(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	for name, c := range map[string]struct {
		q    url.Values
		want string
	}{
		"another redirect URI":    {request("redirect_uri", "https://evil.example"), "invalid_request"},
		"an unknown scope":        {request("scope", "openid nonsense"), "invalid_scope"},
		"another response type":   {request("response_type", "token"), "unsupported_response_type"},
		"another client":          {request("client_id", "spa"), "invalid_request"},
		"the name of another one": {request("request_uri", "urn:okta:par:x"), "invalid_request"},
	} {
		if a := b.par(orgServer, c.q); a.status != http.StatusBadRequest || a.text(t, "error") != c.want {
			t.Errorf("%s: %d %s, want %s", name, a.status, a.body, c.want)
		}
	}
	if a := b.post("/oauth2/v1/par", request(), "Authorization", basic("web", "wrong")); a.status != http.StatusUnauthorized {
		t.Errorf("a client that did not prove itself: %d", a.status)
	}
	uri := b.par(orgServer, request()).text(t, "request_uri")
	for name, path := range map[string]string{
		"of another client": orgServer + "/v1/authorize?" + form("client_id", "spa", "request_uri", uri).Encode(),
		"at another server": defaultServer + "/v1/authorize?" + form("client_id", "web", "request_uri", uri).Encode(),
	} {
		if a := b.get(path); a.status != http.StatusBadRequest || a.header.Get("Location") != "" {
			t.Errorf("%s: %d %s", name, a.status, a.header.Get("Location"))
		}
	}
	x.clock.forward(61 * time.Minute)
	if a := b.get(orgServer + "/v1/authorize?" + form("client_id", "web", "request_uri", uri).Encode()); a.status != http.StatusBadRequest {
		t.Errorf("an hour later: %d", a.status)
	}
}
