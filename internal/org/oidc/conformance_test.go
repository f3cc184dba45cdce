package oidc_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
)

// The tests named TestOIDCC... are the modules of the OpenID Foundation's conformance
// suite, the Basic OP plan (38) and the Config OP plan (1), under their names. Each runs
// on the org server and on a custom one (security 54).

// party is a relying party of one authorization server, with a browser of its own.
type party struct {
	*browser
	// at is the server's path.
	at     string
	issuer string
}

// eachServer runs a module on both kinds of authorization server.
func eachServer(t *testing.T, module func(t *testing.T, p *party)) {
	t.Helper()
	x := newServer(t)
	for _, at := range []string{orgServer, defaultServer} {
		t.Run(at, func(t *testing.T) { module(t, x.party(t, at)) })
	}
}

func (x *server) party(t *testing.T, at string) *party {
	b := x.browser()
	b.t = t
	p := &party{b, at, x.url}
	if at != orgServer {
		p.issuer = x.url + at
	}
	return p
}

// ask is a correct request for an ID token, with these parameters changed.
func ask(changes ...string) []string { return append([]string{"scope", "openid"}, changes...) }

// authorize sends a request to the authorization endpoint, which answers by redirect.
func (p *party) authorize(changes ...string) answer {
	p.t.Helper()
	return p.get(p.at + "/v1/authorize?" + request(changes...).Encode())
}

// asked tells whether an answer leads to the sign-in page.
func (p *party) asked(a answer) bool {
	return a.status == http.StatusFound && strings.HasPrefix(a.header.Get("Location"), p.x.url+"/signin/")
}

// grant signs in and returns the tokens.
func (p *party) grant(changes ...string) map[string]any {
	p.t.Helper()
	return p.tokens(p.at, request(changes...))
}

// again is grant for somebody who is signed in: no page may be shown.
func (p *party) again(changes ...string) map[string]any {
	p.t.Helper()
	a := p.authorize(changes...)
	code := a.location(p.t).Get("code")
	if code == "" {
		p.t.Fatalf("no code without a page: %d %s", a.status, a.header.Get("Location"))
	}
	return p.exchange(p.at, code).json(p.t)
}

// idToken verifies the ID token of an answer as a client must (OpenID Connect Core
// section 3.1.3.7) and returns its claims.
func (p *party) idToken(tokens map[string]any, nonce string) map[string]any {
	p.t.Helper()
	raw, _ := tokens["id_token"].(string)
	provider, err := gooidc.NewProvider(p.t.Context(), p.issuer)
	if err != nil {
		p.t.Fatal(err)
	}
	token, err := provider.Verifier(&gooidc.Config{ClientID: "web", Now: p.x.clock.Now}).Verify(p.t.Context(), raw)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := token.VerifyAccessToken(tokens["access_token"].(string)); err != nil {
		p.t.Error(err)
	}
	claims := payload(p.t, raw)
	if got, _ := claims["nonce"].(string); got != nonce {
		p.t.Errorf("nonce %q, want %q", got, nonce)
	}
	if token.Subject == "" || len(token.Subject) > 255 {
		p.t.Errorf("sub %q", token.Subject)
	}
	if now := p.x.clock.Now(); token.IssuedAt.Sub(now).Abs().Seconds() > 1 || !token.Expiry.After(now) {
		p.t.Errorf("iat %v and exp %v at %v", token.IssuedAt, token.Expiry, now)
	}
	return claims
}

// authTime is the auth_time of an ID token, in seconds.
func authTime(t *testing.T, claims map[string]any) float64 {
	t.Helper()
	at, is := claims["auth_time"].(float64)
	if !is {
		t.Fatalf("no auth_time in %v", claims)
	}
	return at
}

// userinfo is the answer of userinfo to an access token.
func (p *party) userinfo(tokens map[string]any) map[string]any {
	p.t.Helper()
	a := p.userOf(p.at, tokens["access_token"].(string))
	if a.status != http.StatusOK {
		p.t.Fatalf("userinfo: %d %s", a.status, a.body)
	}
	return a.json(p.t)
}

// has checks that all these claims are told, and none of those.
func has(t *testing.T, claims map[string]any, wanted, unwanted []string) {
	t.Helper()
	for _, name := range wanted {
		if claims[name] == nil || claims[name] == "" {
			t.Errorf("no %s in %v", name, claims)
		}
	}
	for _, name := range unwanted {
		if v, told := claims[name]; told && !slices.Contains(wanted, name) {
			t.Errorf("%s = %v was not asked for", name, v)
		}
	}
}
