package oidc_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// security 54
func TestOIDCCServerTest(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		a := p.exchange(p.at, p.code(p.at, request(ask()...)))
		if a.status != http.StatusOK || a.header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
			t.Fatalf("%d %v %s", a.status, a.header, a.body)
		}
		tokens := a.json(t)
		if tokens["token_type"] != "Bearer" || tokens["expires_in"].(float64) <= 0 {
			t.Errorf("%v", tokens)
		}
		claims := p.idToken(tokens, "n1")
		has(t, claims, []string{"iss", "sub", "aud", "exp", "iat", "at_hash"}, nil)
		if sub := p.userinfo(tokens)["sub"]; sub != claims["sub"] {
			t.Errorf("sub %v at userinfo, %v in the ID token", sub, claims["sub"])
		}
	})
}

// security 54
func TestOIDCCServerTestClientSecretPost(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		code := p.code(p.at, request(ask()...))
		a := p.post(p.at+"/v1/token", form("grant_type", "authorization_code", "code", code, "redirect_uri", callback,
			"code_verifier", verifier, "client_id", "web", "client_secret", p.x.web.Secret))
		if a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
		p.idToken(a.json(t), "n1")
	})
}

// security 54
func TestOIDCCResponseTypeMissing(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		got := p.authorize(ask("response_type", "")...).location(t)
		if got.Get("error") != "invalid_request" || got.Get("code") != "" || got.Get("state") != "s t&1" {
			t.Errorf("%v", got)
		}
	})
}

// security 54
func TestOIDCCUserInfoGet(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		tokens := p.grant(ask()...)
		if got := p.userinfo(tokens)["sub"]; got != p.idToken(tokens, "n1")["sub"] {
			t.Errorf("sub %v", got)
		}
	})
}

// security 54
func TestOIDCCUserInfoPostHeader(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		tokens := p.grant(ask()...)
		a := p.post(p.at+"/v1/userinfo", nil, "Authorization", "Bearer "+tokens["access_token"].(string))
		if a.status != http.StatusOK || a.text(t, "sub") != p.idToken(tokens, "n1")["sub"] {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
}

// security 54
func TestOIDCCUserInfoPostBody(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		tokens := p.grant(ask()...)
		a := p.post(p.at+"/v1/userinfo", form("access_token", tokens["access_token"].(string)))
		if a.status != http.StatusOK || a.text(t, "sub") != p.idToken(tokens, "n1")["sub"] {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
}

// security 54
func TestOIDCCIdTokenSignature(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		tokens := p.grant(ask()...)
		signed, err := jose.ParseSignedCompact(tokens["id_token"].(string), []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			t.Fatal(err)
		}
		if kid := signed.Signatures[0].Protected.KeyID; !strings.Contains(p.get(p.at+"/v1/keys").body, `"kid":"`+kid+`"`) {
			t.Errorf("the key %q is not published", kid)
		}
		p.idToken(tokens, "n1") // by the published keys
	})
}

// security 54: a client can register no algorithm, so none is not offered.
func TestOIDCCIdTokenUnsigned(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		m := p.get(p.at + "/.well-known/openid-configuration")
		if p.at == orgServer {
			m = p.get("/.well-known/openid-configuration")
		}
		if algorithms := m.json(t)["id_token_signing_alg_values_supported"].([]any); len(algorithms) != 1 || algorithms[0] != "RS256" {
			t.Errorf("%v", algorithms)
		}
	})
}

// security 54
func TestOIDCCEnsureRequestWithoutNonceSucceedsForCodeFlow(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		claims := p.idToken(p.grant(ask("nonce", "")...), "")
		has(t, claims, nil, []string{"nonce"})
	})
}

// security 54
func TestOIDCCEnsureRegisteredRedirectUri(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		a := p.authorize(ask("redirect_uri", "https://elsewhere.example/callback")...)
		if a.status != http.StatusBadRequest || a.header.Get("Location") != "" || !strings.Contains(a.body, "redirect_uri") {
			t.Errorf("%d %s", a.status, a.header.Get("Location"))
		}
	})
}

// security 54
func TestOIDCCEnsurePostRequestSucceeds(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		page := p.post(p.at+"/v1/authorize", request(ask()...))
		if page.status != http.StatusSeeOther {
			t.Fatalf("%d %s", page.status, page.body)
		}
		code := p.post(page.header.Get("Location"), form("username", admin, "password", password)).location(t).Get("code")
		p.idToken(p.exchange(p.at, code).json(t), "n1")
	})
}

// security 54
func TestOIDCCEnsureRequestWithValidPkceSucceeds(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		p.idToken(p.grant(ask("code_challenge", challenge(), "code_challenge_method", "S256")...), "n1")
	})
}

// security 54: without PKCE, without state, with other scopes, for another client.
func TestOIDCCAlternateHappyFlow(t *testing.T) {
	eachServer(t, func(t *testing.T, p *party) {
		a := p.signIn(p.at, request("scope", "openid profile email phone address", "state", "", "code_challenge", "", "code_challenge_method", ""), admin, password)
		back := a.location(t)
		if _, has := back["state"]; has {
			t.Errorf("a state that was not sent: %v", back)
		}
		p.idToken(p.exchange(p.at, back.Get("code"), "code_verifier", "").json(t), "n1")

		spa := p.authorize(ask("client_id", "spa", "nonce", "")...).location(t)
		got := p.post(p.at+"/v1/token", form("grant_type", "authorization_code", "client_id", "spa", "code", spa.Get("code"), "redirect_uri", callback, "code_verifier", verifier))
		if claims := payload(t, got.json(t)["id_token"]); claims["aud"] != "spa" || claims["iss"] != p.issuer {
			t.Errorf("%v", claims)
		}
	})
}
