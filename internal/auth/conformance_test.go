package auth_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// The modules of the OpenID Foundation's Basic RP plan, by their names: the provider
// misbehaves in one way, and only the good ways give a session. security 4
func TestOIDCCClient(t *testing.T) {
	noKid := func(o *op) { o.signer.KeyID = "" }
	cases := []struct {
		name     string
		change   func(*op)
		signedIn bool
	}{
		{"ClientTest", func(*op) {}, true},
		{"ClientTestClientSecretBasic", func(*op) {}, true}, // the fake takes client_secret_basic and nothing else
		{"IdTokenSignedUsingRS256", func(*op) {}, true},
		{"NonceInvalid", claim("nonce", "other"), false},
		{"nonce missing", claim("nonce", nil), false},
		{"InvalidIssuerInIdToken", claim("iss", "https://other.example.com"), false},
		{"issuer with a slash more", func(o *op) { o.onClaims = func(m map[string]any) { m["iss"] = o.url + "/" } }, false},
		{"MissingSubInIdToken", claim("sub", nil), false},
		{"sub missing in ID token and userinfo", func(o *op) {
			withoutSub := func(m map[string]any) { delete(m, "sub") }
			o.onClaims, o.onUserInfo = withoutSub, withoutSub
		}, false},
		{"sub with a control character", claim("sub", "00u1\x00"), false},
		{"InvalidAudInIdToken", claim("aud", "other-client"), false},
		{"several audiences without azp", claim("aud", []string{clientID, "other-client"}), false},
		{"azp of another client", claim("azp", "other-client"), false},
		{"MissingIatInIdToken", claim("iat", nil), false},
		{"exp missing", claim("exp", nil), false},
		{"InvalidIdTokenSignatureWithRS256", func(o *op) { o.sign = brokenSignature }, false},
		{"IdTokenSigAlgNone", func(o *op) { o.sign = unsigned }, false},
		{"HS256 with the client secret", func(o *op) { o.sign = withSecret }, false},
		{"key in the header (jwk)", func(o *op) { o.sign = withOwnKey }, false},
		{"KidAbsentSingleJwks", noKid, true},
		{"KidAbsentMultipleMatchingKeysInJwks, one signed it", func(o *op) {
			o.signer.KeyID = ""
			o.published = []jose.JSONWebKey{public(1, "two"), public(0, "one")}
		}, true},
		{"KidAbsentMultipleMatchingKeysInJwks, none signed it", func(o *op) {
			o.signer.KeyID = ""
			o.published = []jose.JSONWebKey{public(1, "two"), public(1, "three")}
		}, false},
		{"InvalidSubInUserinfoResponse", func(o *op) { o.onUserInfo = func(m map[string]any) { m["sub"] = "00u2" } }, false},
		{"sub missing in userinfo", func(o *op) { o.onUserInfo = func(m map[string]any) { delete(m, "sub") } }, false},
		{"ID token missing", func(o *op) { o.onAnswer = func(m map[string]any) { delete(m, "id_token") } }, false},
		{"token type other than Bearer", func(o *op) { o.onAnswer = func(m map[string]any) { m["token_type"] = "mac" } }, false},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			c := newConsole(t)
			test.change(c.op)
			b := newBrowser()
			s, _, err := c.complete(b, c.op.authorize(t, c.begin(t, b, "/")))
			if (err == nil) != test.signedIn || (b.session() != "") != test.signedIn {
				t.Fatalf("err = %v, session %v, want signed in: %v", err, s != nil, test.signedIn)
			}
			var problem *auth.SignInError
			if err != nil && (!errors.As(err, &problem) || problem.Message == "") {
				t.Errorf("no words for %v", err)
			}
		})
	}
}

// ScopeUserInfoClaims, UserinfoBearerHeader: who the person is comes from userinfo, asked with the token in the header. security 4
func TestOIDCCClientUserinfo(t *testing.T) {
	dbtest.Each(t, options(), testUserinfo)
}

func testUserinfo(t *testing.T, d *db.DB) {
	c := consoleOn(t, d)
	c.op.onUserInfo = func(m map[string]any) {
		m["name"] = "Grace\x00 <b>Hopper \u202e\U0001F600"
		delete(m, "preferred_username")
		m["email"] = "g@x.example"
	}
	s := c.signIn(t, newBrowser())
	if s.Name != "Grace <b>Hopper \u202e\U0001F600" || s.Login != "g@x.example" {
		t.Errorf("session of %q, %q", s.Name, s.Login)
	}
}

// security 5
func TestDiscoveryMustNameTheConfiguredIssuer(t *testing.T) {
	for name, change := range map[string]func(o *op, m map[string]any){
		"a slash more":                   func(o *op, m map[string]any) { m["issuer"] = o.url + "/" },
		"another org":                    func(_ *op, m map[string]any) { m["issuer"] = "https://other.example.com" },
		"token endpoint elsewhere":       func(_ *op, m map[string]any) { m["token_endpoint"] = "http://127.0.0.2/token" },
		"sign-in page elsewhere":         func(_ *op, m map[string]any) { m["authorization_endpoint"] = "https://evil.example/authorize" },
		"sign-out elsewhere":             func(_ *op, m map[string]any) { m["end_session_endpoint"] = "https://evil.example/logout" },
		"keys missing from the document": func(_ *op, m map[string]any) { delete(m, "jwks_uri") },
	} {
		t.Run(name, func(t *testing.T) {
			c := newConsole(t)
			c.op.onMetadata = func(m map[string]any) { change(c.op, m) }
			if err := c.CheckOrg(t.Context()); !errors.Is(err, auth.ErrMetadata) {
				t.Errorf("err = %v, want ErrMetadata", err)
			}
		})
	}
}

// fault 14
func TestClockSkewIsExplained(t *testing.T) {
	cases := []struct {
		name  string
		skew  time.Duration // of the console against the org
		life  time.Duration // of the ID token
		words string        // "" when the sign-in goes through
	}{
		{"50 s behind", -50 * time.Second, time.Hour, ""},
		{"50 s past the end", 50 * time.Second, 0, ""},
		{"5 min behind", -5 * time.Minute, time.Hour, "5 minutes behind"},
		{"5 min ahead", 5 * time.Minute, time.Hour, ""},
		{"5 min ahead of a token of 2 min", 5 * time.Minute, 2 * time.Minute, "5 minutes ahead"},
		{"equal clocks, old token", 0, -10 * time.Minute, "another time"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			c := newConsole(t)
			c.clock.advance(test.skew)
			c.op.onClaims = func(m map[string]any) { m["exp"] = c.op.clock.now().Add(test.life).Unix() }
			b := newBrowser()
			_, _, err := c.complete(b, c.op.authorize(t, c.begin(t, b, "/")))
			var problem *auth.SignInError
			switch {
			case test.words == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.words != "" && (!errors.As(err, &problem) || !strings.Contains(problem.Message, test.words)):
				t.Errorf("err = %v, want words with %q", err, test.words)
			}
		})
	}
}

func claim(name string, value any) func(*op) {
	return func(o *op) {
		o.onClaims = func(m map[string]any) {
			if value == nil {
				delete(m, name)
			} else {
				m[name] = value
			}
		}
	}
}

func public(n int, id string) jose.JSONWebKey {
	k := key(n, id)
	return k.Public()
}

func brokenSignature(o *op, claims map[string]any) string {
	k := key(1, o.signer.KeyID)
	return signed(k, jose.RS256, claims)
}

func unsigned(_ *op, claims map[string]any) string {
	body, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"one"}`)) + "." + base64.RawURLEncoding.EncodeToString(body) + "."
}

func withSecret(_ *op, claims map[string]any) string {
	secret := []byte(strings.Repeat(clientSecret, 4))
	return signed(jose.JSONWebKey{Key: secret, KeyID: "one"}, jose.HS256, claims)
}

// withOwnKey signs with a key the org does not publish and sends it along in the header.
func withOwnKey(_ *op, claims map[string]any) string {
	k := key(1, "own")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: k.Key}, (&jose.SignerOptions{EmbedJWK: true}).WithHeader("kid", "one"))
	if err != nil {
		panic(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	jws, err := signer.Sign(body)
	if err != nil {
		panic(err)
	}
	text, err := jws.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return text
}
