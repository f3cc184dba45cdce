package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"gatehouse/internal/auth"
)

// fault 15: the org signs with a new key after its keys were read.
func TestKeyRotationIsFollowed(t *testing.T) {
	c := newConsole(t)
	c.signIn(t, newBrowser())
	b := newBrowser()
	callback := c.op.authorize(t, c.begin(t, b, "/"))
	c.op.set(func(o *op) {
		o.signer = key(1, "two")
		o.published = append(o.published, public(1, "two"))
	})
	if _, _, err := c.complete(b, callback); err != nil {
		t.Fatal(err)
	}
	if n := c.op.called("/oauth2/v1/keys"); n != 2 {
		t.Errorf("keys read %d times, want 2", n)
	}
}

// security 56: sign-ins that meet a new key at the same time all go through, by few readings.
func TestRotationUnderLoad(t *testing.T) {
	c := newConsole(t)
	c.signIn(t, newBrowser())
	c.op.set(func(o *op) { o.signer, o.published = key(1, "two"), []jose.JSONWebKey{public(1, "two")} })
	var all sync.WaitGroup
	for range 8 {
		b := newBrowser()
		callback := c.op.authorize(t, c.begin(t, b, "/"))
		all.Go(func() {
			if _, _, err := c.complete(b, callback); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := c.op.called("/oauth2/v1/keys"); n != 2 {
		t.Errorf("keys read %d times, want 2", n)
	}
}

// security 56: unknown key ids read the keys at most once a minute.
func TestUnknownKeyIDsDoNotFloodTheOrg(t *testing.T) {
	c := newConsole(t)
	c.signIn(t, newBrowser())
	c.op.set(func(o *op) { o.signer = key(1, "unknown") })
	for range 10 {
		b := newBrowser()
		if _, _, err := c.complete(b, c.op.authorize(t, c.begin(t, b, "/"))); err == nil {
			t.Fatal("a token of an unpublished key signed in")
		}
	}
	if n := c.op.called("/oauth2/v1/keys"); n != 2 {
		t.Errorf("keys read %d times, want 2", n)
	}
	c.advance(time.Minute)
	b := newBrowser()
	if _, _, err := c.complete(b, c.op.authorize(t, c.begin(t, b, "/"))); err == nil {
		t.Fatal("a token of an unpublished key signed in")
	}
	if n := c.op.called("/oauth2/v1/keys"); n != 3 {
		t.Errorf("keys read %d times after a minute, want 3", n)
	}
}

// fault 15: keys that were read serve until their max-age while the org's are not to be had; then nobody signs in.
func TestKeysThatCannotBeRead(t *testing.T) {
	c := newConsole(t)
	c.op.onKeys = func(w http.ResponseWriter) bool { w.Header().Set("Cache-Control", "public, max-age=600"); return false }
	c.signIn(t, newBrowser())
	c.op.set(func(o *op) {
		o.onKeys = func(w http.ResponseWriter) bool { w.WriteHeader(http.StatusServiceUnavailable); return true }
	})
	c.advance(599 * time.Second)
	c.signIn(t, newBrowser())
	c.advance(2 * time.Second)
	b := newBrowser()
	if _, _, err := c.complete(b, c.op.authorize(t, c.begin(t, b, "/"))); err == nil {
		t.Fatal("keys were used after their max-age")
	}
}

// private_key_jwt (RFC 7523): the console proves itself at each endpoint by a fresh token made for it.
func TestPrivateKeyJWT(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, private := range map[string]*jose.JSONWebKey{
		"RS256": {Key: testKeys()[1], KeyID: "mine", Algorithm: "RS256"},
		"ES256": {Key: ec, Algorithm: "ES256"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConsole(t, func(c *auth.Config) { c.ClientSecret, c.PrivateKey = "", private })
			var form url.Values
			seen := map[string]bool{}
			c.op.onToken = func(_ http.ResponseWriter, r *http.Request) bool {
				form = r.PostForm
				checkAssertion(t, private, form, c.op.url+"/oauth2/v1/token", c.clock.now(), seen)
				r.SetBasicAuth(url.QueryEscape(clientID), url.QueryEscape(clientSecret)) // let the fake go on
				return false
			}
			s := c.signIn(t, newBrowser())
			if err := c.Refresh(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			if form.Has("client_secret") || len(seen) != 2 {
				t.Errorf("form %v, %d assertions", form, len(seen))
			}
		})
	}
}

func checkAssertion(t *testing.T, private *jose.JSONWebKey, form url.Values, audience string, now time.Time, seen map[string]bool) {
	t.Helper()
	if got := form.Get("client_assertion_type"); got != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" || form.Get("client_id") != clientID {
		t.Errorf("client_assertion_type %q, client_id %q", got, form.Get("client_id"))
	}
	token, err := jwt.ParseSigned(form.Get("client_assertion"), []jose.SignatureAlgorithm{jose.RS256, jose.ES256})
	if err != nil {
		t.Error(err)
		return
	}
	var claims jwt.Claims
	if err := token.Claims(private.Public(), &claims); err != nil {
		t.Error(err)
		return
	}
	if err := claims.Validate(jwt.Expected{Issuer: clientID, Subject: clientID, AnyAudience: jwt.Audience{audience}, Time: now}); err != nil {
		t.Error(err)
	}
	if claims.ID == "" || seen[claims.ID] || claims.Expiry.Time().Sub(now) > time.Minute {
		t.Errorf("jti %q, exp %v", claims.ID, claims.Expiry.Time())
	}
	seen[claims.ID] = true
}
