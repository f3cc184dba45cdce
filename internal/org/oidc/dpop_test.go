package oidc_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/org"
	"github.com/go-jose/go-jose/v4"
)

// prover makes DPoP proofs with a key of its own.
type prover struct {
	t   testing.TB
	x   *server
	key *ecdsa.PrivateKey
	n   int
}

func (x *server) prover() *prover {
	x.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	x.check(err)
	return &prover{x.t, x, key, 0}
}

// claims are those of a correct proof for a request, with these changed; nil takes one away.
func (p *prover) claims(method, path string, changes map[string]any) map[string]any {
	p.n++
	c := map[string]any{"jti": fmt.Sprintf("%p-%d", p, p.n), "htm": method, "htu": p.x.url + path, "iat": p.x.clock.Now().Unix()}
	for name, v := range changes {
		if c[name] = v; v == nil {
			delete(c, name)
		}
	}
	return c
}

// signed is a proof of these claims.
func (p *prover) signed(claims any, typ string) string {
	p.t.Helper()
	return proofOf(p.t, jose.SigningKey{Algorithm: jose.ES256, Key: p.key}, p.key.Public(), claims, typ)
}

func proofOf(t testing.TB, by jose.SigningKey, shown, claims any, typ string) string {
	t.Helper()
	options := (&jose.SignerOptions{}).WithHeader("jwk", jose.JSONWebKey{Key: shown})
	if typ != "" {
		options = options.WithType(jose.ContentType(typ))
	}
	signer, err := jose.NewSigner(by, options)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	out, err := token.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (p *prover) proof(method, path string, changes map[string]any) string {
	p.t.Helper()
	return p.signed(p.claims(method, path, changes), "dpop+jwt")
}

// for a request with an access token.
func (p *prover) with(method, path, token string) []string {
	p.t.Helper()
	sum := sha256.Sum256([]byte(token))
	return []string{"Authorization", "DPoP " + token, "DPoP", p.proof(method, path, map[string]any{"ath": base64.RawURLEncoding.EncodeToString(sum[:])})}
}

func (p *prover) thumbprint() string {
	p.t.Helper()
	sum, err := (&jose.JSONWebKey{Key: p.key.Public()}).Thumbprint(crypto.SHA256)
	p.x.check(err)
	return base64.RawURLEncoding.EncodeToString(sum)
}

// bound is a public client, and one with a secret, that ask for bound tokens.
func (x *server) bound() (public, secret org.OAuthClient) {
	x.t.Helper()
	both := []string{org.GrantCode, org.GrantRefresh}
	public = org.OAuthClient{ID: "bound", Name: "Bound", RedirectURIs: []string{callback}, GrantTypes: both, Scopes: []string{"okta.users.read"}, Everyone: true, DPoP: true}
	secret = public
	secret.ID, secret.Secret = "bound-web", "a secret of the bound one"
	x.check(x.PutClient(x.t.Context(), public))
	x.check(x.PutClient(x.t.Context(), secret))
	return public, secret
}

// nonceOf asks the token endpoint for the nonce.
func (b *browser) nonceOf(server string, p *prover) string {
	b.t.Helper()
	a := b.post(server+"/v1/token", form("grant_type", "authorization_code", "client_id", "bound", "code", "x"), "DPoP", p.proof("POST", server+"/v1/token", nil))
	if a.status != http.StatusBadRequest || a.text(b.t, "error") != "use_dpop_nonce" || a.header.Get("DPoP-Nonce") == "" {
		b.t.Fatalf("without a nonce: %d %s %v", a.status, a.body, a.header)
	}
	return a.header.Get("DPoP-Nonce")
}

func TestDPoPTokensAreBoundToTheirKey(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		x.bound()
		for _, at := range []string{orgServer, defaultServer} {
			b, p, thief := x.browser(), x.prover(), x.prover()
			nonce := map[string]any{"nonce": b.nonceOf(at, p)}
			scopes := "openid offline_access"
			if at == orgServer {
				scopes += " okta.users.read"
			}
			code := b.code(at, request("client_id", "bound", "scope", scopes))
			v := form("grant_type", "authorization_code", "client_id", "bound", "code", code, "redirect_uri", callback, "code_verifier", verifier)
			a := b.post(at+"/v1/token", v, "DPoP", p.proof("POST", at+"/v1/token", nonce))
			if a.status != http.StatusOK || a.text(t, "token_type") != "DPoP" {
				t.Fatalf("%s: %d %s", at, a.status, a.body)
			}
			access, refresh := a.text(t, "access_token"), a.text(t, "refresh_token")
			if got, want := at1(payload(t, access), "cnf", "jkt"), p.thumbprint(); got != want {
				t.Errorf("cnf.jkt %v, want %s", got, want)
			}
			info := b.post(at+"/v1/introspect", form("client_id", "bound", "token", access)).json(t)
			if info["token_type"] != "DPoP" || at1(info, "cnf", "jkt") != p.thumbprint() {
				t.Errorf("introspection %v", info)
			}
			path := at + "/v1/userinfo"
			if a := b.get(path, p.with("GET", path, access)...); a.status != http.StatusOK {
				t.Errorf("userinfo: %d %s", a.status, a.body)
			}
			for name, headers := range map[string][]string{
				"as a bearer token": {"Authorization", "Bearer " + access},
				"without a proof":   {"Authorization", "DPoP " + access},
				"by another key":    thief.with("GET", path, access),
				"for another path":  p.with("GET", at+"/v1/keys", access),
			} {
				if a := b.get(path, headers...); a.status != http.StatusBadRequest || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "DPoP algs=") {
					t.Errorf("userinfo %s: %d %s", name, a.status, a.body)
				}
			}
			again := func(q *prover, refresh string) answer {
				proof := q.proof("POST", at+"/v1/token", nonce)
				return b.post(at+"/v1/token", form("grant_type", "refresh_token", "client_id", "bound", "refresh_token", refresh), "DPoP", proof)
			}
			if a := again(thief, refresh); a.status != http.StatusBadRequest || a.text(t, "error") != "invalid_dpop_proof" {
				t.Errorf("a stolen refresh token: %d %s", a.status, a.body)
			}
			if a := again(p, refresh); a.status != http.StatusOK || at1(payload(t, a.text(t, "access_token")), "cnf", "jkt") != p.thumbprint() {
				t.Errorf("refresh: %d %s", a.status, a.body)
			}
		}
	})
}

// at1 is at for two names.
func at1(v map[string]any, outer, inner string) any {
	m, _ := v[outer].(map[string]any)
	return m[inner]
}

func TestDPoPAtTheManagementAPI(t *testing.T) {
	x := newServer(t)
	x.bound()
	b, p, thief := x.browser(), x.prover(), x.prover()
	code := b.code(orgServer, request("client_id", "bound", "scope", "openid okta.users.read"))
	v := form("grant_type", "authorization_code", "client_id", "bound", "code", code, "redirect_uri", callback, "code_verifier", verifier)
	access := b.post("/oauth2/v1/token", v, "DPoP", p.proof("POST", "/oauth2/v1/token", map[string]any{"nonce": x.ProofNonce()})).text(t, "access_token")
	plain := b.tokens(orgServer, request("scope", "openid okta.users.read", "prompt", "login"))["access_token"].(string)
	me := "/api/v1/users/me"
	used := p.with("GET", me, access)
	if a := x.api("GET", me, nil, used...); a.status != http.StatusOK {
		t.Fatalf("the right proof: %d %s", a.status, a.body)
	}
	if a := x.api("GET", me+"?fields=id", nil, p.with("GET", me+"?fields=id#x", access)...); a.status != http.StatusOK {
		t.Errorf("a proof with query and fragment: %d %s", a.status, a.body)
	}
	for name, c := range map[string]struct {
		headers []string
		status  int
		want    string
	}{
		"the same proof again":      {used, 400, "has already been used"},
		"as a bearer token":         {[]string{"Authorization", "Bearer " + access}, 400, "must use the DPoP authentication scheme"},
		"no proof":                  {[]string{"Authorization", "DPoP " + access}, 400, "requires a DPoP proof"},
		"another key":               {thief.with("GET", me, access), 400, "not bound to the provided DPoP proof"},
		"no hash of the token":      {[]string{"Authorization", "DPoP " + access, "DPoP", p.proof("GET", me, nil)}, 400, "'ath' claim"},
		"a proof of a POST":         {p.with("POST", me, access), 400, "'htm' claim"},
		"a plain token with DPoP":   {p.with("GET", me, plain), 401, "not DPoP bound"},
		"a plain token as Bearer":   {[]string{"Authorization", "Bearer " + plain}, 200, ""},
		"a plain token and proof":   {append(p.with("GET", me, plain), "Authorization", "Bearer "+plain), 200, ""},
		"a token that is none":      {p.with("GET", me, "x.y.z"), 401, ""},
		"another host in the proof": {[]string{"Authorization", "DPoP " + access, "DPoP", p.proof("GET", me, map[string]any{"htu": "https://evil.example" + me})}, 400, "'htu' claim"},
	} {
		a := x.api("GET", me, nil, c.headers...)
		if a.status != c.status || !strings.Contains(a.header.Get("WWW-Authenticate"), c.want) {
			t.Errorf("%s: %d %s %s", name, a.status, a.header.Get("WWW-Authenticate"), a.body)
		}
	}
}

func TestDPoPProofsThatAreRefused(t *testing.T) {
	x := newServer(t)
	x.bound()
	b, p := x.browser(), x.prover()
	path := "/oauth2/v1/token"
	now := x.clock.Now()
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	x.check(err)
	nonce := map[string]any{"nonce": x.ProofNonce()}
	with := func(name string, v any) string {
		changes := maps.Clone(nonce)
		changes[name] = v
		return p.proof("POST", path, changes)
	}
	parts := strings.Split(p.proof("POST", path, nonce), ".")
	for name, c := range map[string]struct{ proof, code, want string }{
		"none":                 {"", "invalid_dpop_proof", "header is missing"},
		"garbage":              {"x", "invalid_dpop_proof", "cannot be parsed"},
		"too long":             {strings.Repeat("a", 9<<10), "invalid_dpop_proof", "cannot be parsed"},
		"another typ":          {p.signed(p.claims("POST", path, nonce), "JWT"), "invalid_dpop_proof", "'typ' must be"},
		"no typ":               {p.signed(p.claims("POST", path, nonce), ""), "invalid_dpop_proof", "'typ' must be"},
		"a shared secret":      {hmacProof(t, p.claims("POST", path, nonce)), "invalid_dpop_proof", "signature algorithm"},
		"another key shown":    {proofOf(t, jose.SigningKey{Algorithm: jose.ES256, Key: p.key}, x.prover().key.Public(), p.claims("POST", path, nonce), "dpop+jwt"), "invalid_dpop_proof", "signature is invalid"},
		"a weak key":           {proofOf(t, jose.SigningKey{Algorithm: jose.RS256, Key: weak}, weak.Public(), p.claims("POST", path, nonce), "dpop+jwt"), "invalid_dpop_proof", "is invalid"},
		"its private part":     {proofOf(t, jose.SigningKey{Algorithm: jose.ES256, Key: p.key}, p.key, p.claims("POST", path, nonce), "dpop+jwt"), "invalid_dpop_proof", ""},
		"changed claims":       {parts[0] + "." + parts[1] + "A." + parts[2], "invalid_dpop_proof", ""},
		"no jti":               {with("jti", nil), "invalid_dpop_proof", "'jti'"},
		"an endless jti":       {with("jti", strings.Repeat("j", 300)), "invalid_dpop_proof", "'jti'"},
		"another method":       {p.proof("GET", path, nonce), "invalid_dpop_proof", "'htm'"},
		"another server":       {p.proof("POST", "/oauth2/default/v1/token", nonce), "invalid_dpop_proof", "'htu'"},
		"no iat":               {with("iat", nil), "invalid_dpop_proof", "'iat'"},
		"iat without an end":   {with("iat", 1e300), "invalid_dpop_proof", "'iat'"},
		"an old one":           {with("iat", now.Add(-7*time.Minute).Unix()), "invalid_dpop_proof", "five minutes in the past"},
		"of the future":        {with("iat", now.Add(2*time.Minute).Unix()), "invalid_dpop_proof", "in the future"},
		"expired":              {with("exp", now.Add(-2*time.Minute).Unix()), "invalid_dpop_proof", "expired"},
		"a nonce of its own":   {with("nonce", "abc"), "use_dpop_nonce", "requires nonce"},
		"claims that are none": {p.signed([]string{"x"}, "dpop+jwt"), "invalid_dpop_proof", "cannot be parsed"},
	} {
		v := form("grant_type", "authorization_code", "client_id", "bound", "code", "x")
		headers := []string{"DPoP", c.proof}
		if c.proof == "" {
			headers = nil
		}
		a := b.post(path, v, headers...)
		if a.status != http.StatusBadRequest || a.text(t, "error") != c.code || !strings.Contains(a.text(t, "error_description"), c.want) || a.header.Get("DPoP-Nonce") == "" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	// The nonce of a day works for three days more, then another has to be fetched.
	for days, want := range map[int]string{3: "invalid_grant", 4: "use_dpop_nonce"} {
		x := newServer(t)
		x.bound()
		old, p, b := x.ProofNonce(), x.prover(), x.browser()
		x.clock.forward(time.Duration(days) * 24 * time.Hour)
		a := b.post(path, form("grant_type", "authorization_code", "client_id", "bound", "code", "x"), "DPoP", p.proof("POST", path, map[string]any{"nonce": old}))
		if a.text(t, "error") != want {
			t.Errorf("after %d days: %s", days, a.body)
		}
	}
}

func hmacProof(t *testing.T, claims any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: make([]byte, 32)}, (&jose.SignerOptions{}).WithType("dpop+jwt"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	out, err := token.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// One proof works once, however many send it at the same time.
func TestADPoPProofWorksOnce(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		x.bound()
		p := x.prover()
		proof := p.proof("POST", "/oauth2/v1/token", map[string]any{"nonce": x.ProofNonce()})
		got := race(8, func() string {
			return x.browser().post("/oauth2/v1/token", form("grant_type", "authorization_code", "client_id", "bound", "code", "x"), "DPoP", proof).text(t, "error")
		})
		if got["invalid_grant"] != 1 || got["invalid_dpop_proof"] != 7 {
			t.Errorf("answers %v", got)
		}
	})
}

// A client that does not ask for bound tokens gets bearer tokens, whatever proof it sends:
// the vendor's SDK for Node.js sends one always. With a secret, a refresh token is nobody's key's.
func TestDPoPOnlyWhereTheAppAsksForIt(t *testing.T) {
	x := newServer(t)
	_, secret := x.bound()
	b, p, other := x.browser(), x.prover(), x.prover()
	a := b.post("/oauth2/v1/token", form("grant_type", "authorization_code", "code", b.code(orgServer, request()), "redirect_uri", callback, "code_verifier", verifier),
		"Authorization", basic("web", x.web.Secret), "DPoP", p.proof("POST", "/oauth2/v1/token", nil))
	if a.status != http.StatusOK || a.text(t, "token_type") != "Bearer" || payload(t, a.text(t, "access_token"))["cnf"] != nil {
		t.Errorf("a proof that nobody asked for: %d %s", a.status, a.body)
	}
	nonce := map[string]any{"nonce": x.ProofNonce()}
	code := b.code(orgServer, request("client_id", secret.ID, "scope", "openid offline_access", "prompt", "login"))
	a = b.post("/oauth2/v1/token", form("grant_type", "authorization_code", "code", code, "redirect_uri", callback, "code_verifier", verifier),
		"Authorization", basic(secret.ID, secret.Secret), "DPoP", p.proof("POST", "/oauth2/v1/token", nonce))
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	a = b.post("/oauth2/v1/token", form("grant_type", "refresh_token", "refresh_token", a.text(t, "refresh_token")),
		"Authorization", basic(secret.ID, secret.Secret), "DPoP", other.proof("POST", "/oauth2/v1/token", nonce))
	if a.status != http.StatusOK || at1(payload(t, a.text(t, "access_token")), "cnf", "jkt") != other.thumbprint() {
		t.Errorf("with a new key: %d %s", a.status, a.body)
	}
}
