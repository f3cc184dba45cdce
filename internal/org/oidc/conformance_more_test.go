package oidc_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

var (
	profileClaims = []string{"name", "given_name", "family_name", "preferred_username", "updated_at"}
	emailClaims   = []string{"email", "email_verified"}
	addressClaims = []string{"address"}
	phoneClaims   = []string{"phone_number"}
)

// security 54
func TestOIDCCScopeProfile(t *testing.T) { scope(t, "profile", profileClaims) }

// security 54
func TestOIDCCScopeEmail(t *testing.T) { scope(t, "email", emailClaims) }

// security 54
func TestOIDCCScopeAddress(t *testing.T) { scope(t, "address", addressClaims) }

// security 54
func TestOIDCCScopePhone(t *testing.T) { scope(t, "phone", phoneClaims) }

// security 54
func TestOIDCCScopeAll(t *testing.T) {
	scope(t, "profile email address phone", profileClaims, emailClaims, addressClaims, phoneClaims)
}

// scope checks that userinfo tells the claims of these scopes and no others.
func scope(t *testing.T, scopes string, claims ...[]string) {
	t.Helper()
	eachServer(t, func(t *testing.T, p *party) {
		a := p.x.api("POST", "/api/v1/users/"+p.x.adminID(), object{"profile": object{"city": "Oslo", "primaryPhone": "+47 22 00 00 00"}})
		if a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
		var wanted, all []string
		for _, c := range claims {
			wanted = append(wanted, c...)
		}
		for _, c := range [][]string{profileClaims, emailClaims, addressClaims, phoneClaims} {
			all = append(all, c...)
		}
		tokens := p.grant(ask("scope", "openid "+scopes)...)
		has(t, p.userinfo(tokens), append(wanted, "sub"), all)
		p.idToken(tokens, "n1")
	})
}

// security 49, 54
func TestOIDCCAuthCodeReuse(t *testing.T) { reuse(t, 0) }

// security 49, 54
func TestOIDCCAuthCodeReuseAfter30Seconds(t *testing.T) { reuse(t, 30*time.Second) }

func reuse(t *testing.T, after time.Duration) {
	t.Helper()
	eachServer(t, func(t *testing.T, p *party) {
		code := p.code(p.at, request(ask()...))
		tokens := p.exchange(p.at, code).json(t)
		p.userinfo(tokens)
		p.x.clock.forward(after)
		if a := p.exchange(p.at, code); a.status != http.StatusBadRequest || a.text(t, "error") != "invalid_grant" {
			t.Errorf("the second use: %d %s", a.status, a.body)
		}
		if a := p.userOf(p.at, tokens["access_token"].(string)); a.status != http.StatusUnauthorized {
			t.Errorf("what the first use gave: %d %s", a.status, a.body)
		}
	})
}

// security 54
func TestOIDCCUnsignedRequestObjectSupportedCorrectlyOrRejectedAsUnsupported(t *testing.T) {
	unsupported(t, "request_not_supported", "request", requestObject("state", "s t&1", "nonce", "n1"))
}

// security 54
func TestOIDCCRequestUriUnsignedSupportedCorrectlyOrRejectedAsUnsupported(t *testing.T) {
	unsupported(t, "request_uri_not_supported", "request_uri", "https://client.example/request.jwt")
}

// security 54: the redirect URI inside a request object counts as little as the rest of it.
func TestOIDCCEnsureRequestObjectWithRedirectUri(t *testing.T) {
	unsupported(t, "request_not_supported", "request", requestObject("redirect_uri", "https://elsewhere.example/callback"))
}

// requestObject is an unsigned request object (OpenID Connect Core section 6.1).
func requestObject(pairs ...string) string {
	var claims []string
	for i := 0; i < len(pairs); i += 2 {
		claims = append(claims, `"`+pairs[i]+`":"`+pairs[i+1]+`"`)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte("{"+strings.Join(claims, ",")+"}")) + "."
}

func unsupported(t *testing.T, code, parameter, value string) {
	t.Helper()
	eachServer(t, func(t *testing.T, p *party) {
		a := p.authorize(ask(parameter, value)...)
		got := a.location(t)
		if !strings.HasPrefix(a.header.Get("Location"), callback+"?") || got.Get("error") != code || got.Get("code") != "" || got.Get("state") != "s t&1" {
			t.Errorf("%d %s", a.status, a.header.Get("Location"))
		}
	})
}

// security 54
func TestOIDCCRefreshToken(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		other := p.x.web
		other.ID = "other"
		p.x.check(p.x.PutClient(t.Context(), other))
		tokens := p.grant("scope", "openid offline_access")
		first := p.idToken(tokens, "n1")
		p.x.clock.forward(5 * time.Second)
		refreshed := p.refresh(p.at, tokens["refresh_token"].(string)).json(t)
		second := p.idToken(refreshed, "")
		for _, claim := range []string{"iss", "sub", "aud", "auth_time"} {
			if first[claim] != second[claim] {
				t.Errorf("%s went from %v to %v", claim, first[claim], second[claim])
			}
		}
		if second["iat"].(float64) <= first["iat"].(float64) {
			t.Errorf("iat went from %v to %v", first["iat"], second["iat"])
		}
		a := p.post(p.at+"/v1/token", form("grant_type", "refresh_token", "refresh_token", refreshed["refresh_token"].(string)), "Authorization", basic("other", other.Secret))
		if a.status != http.StatusBadRequest || a.text(t, "error") != "invalid_grant" {
			t.Errorf("another client: %d %s", a.status, a.body)
		}
	})
}

// security 54
func TestOIDCCDiscoveryEndpointVerification(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		m := p.get(p.issuer + "/.well-known/openid-configuration").json(t)
		has(t, m, []string{
			"issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "response_types_supported",
			"subject_types_supported", "id_token_signing_alg_values_supported", "scopes_supported", "claims_supported",
		}, nil)
		if m["issuer"] != p.issuer {
			t.Errorf("issuer %v, want %s", m["issuer"], p.issuer)
		}
		for name, v := range m {
			if address, is := v.(string); is && (strings.HasSuffix(name, "_endpoint") || name == "jwks_uri") {
				u, err := url.Parse(address)
				if err != nil || u.Scheme != "https" && u.Hostname() != "127.0.0.1" {
					t.Errorf("%s is %s", name, address)
				}
			}
		}
		for name, want := range map[string]any{"request_parameter_supported": false, "request_uri_parameter_supported": false, "claims_parameter_supported": false} {
			if m[name] != want {
				t.Errorf("%s is %v", name, m[name])
			}
		}
		keys, _ := p.get(m["jwks_uri"].(string)).json(t)["keys"].([]any)
		for _, k := range keys {
			key := k.(map[string]any)
			has(t, key, []string{"kty", "kid", "use", "alg", "n", "e"}, []string{"d", "p", "q"})
			if key["alg"] != "RS256" {
				t.Errorf("a key for %v, which is not listed", key["alg"])
			}
		}
		if len(keys) == 0 {
			t.Error("no key is published")
		}
	})
}
