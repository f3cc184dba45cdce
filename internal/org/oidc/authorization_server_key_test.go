package oidc_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// security 56: while keys rotate no token is met whose key is not published.
func TestNoRequestFailsWhileKeysRotate(t *testing.T) {
	x := newServer(t)
	at, api, _ := x.authServer(everybody)
	b := x.browser()
	published := func() jose.JSONWebKeySet {
		var set jose.JSONWebKeySet
		x.check(json.Unmarshal([]byte(b.get(at+"/v1/keys").body), &set))
		return set
	}
	verify := func(what, token string, set jose.JSONWebKeySet) string {
		t.Helper()
		parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			t.Fatal(err)
		}
		kid := parsed.Signatures[0].Protected.KeyID
		if keys := set.Key(kid); len(keys) != 1 {
			t.Errorf("%s: key %s is not published", what, kid)
		} else if _, err := parsed.Verify(keys[0]); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return kid
	}
	tokens := x.browser().tokens(at, request("scope", "openid offline_access"))
	x.check(x.Idle(t.Context()))
	cached := published() // a client that keeps the keys for a while
	var signed []string
	for i := range 3 {
		token := b.refresh(at, tokens["refresh_token"].(string)).json(t)
		signed = append(signed, token["access_token"].(string))
		tokens = token
		what := fmt.Sprintf("rotation %d", i)
		if i < 2 { // the key that signs after the first rotation was published before it
			verify(what+", keys of before", signed[i], cached)
		}
		if a := x.api("POST", api+"/credentials/lifecycle/keyRotate", map[string]string{"use": "sig"}); a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", what, a.status, a.body)
		}
		set := published()
		for _, old := range signed {
			verify(what+", keys of now", old, set)
			if got := b.post(at+"/v1/introspect", form("token", old), "Authorization", basic("web", x.web.Secret)).json(t); got["active"] != true {
				t.Errorf("%s: an older token is %v", what, got)
			}
		}
	}
	kids := map[string]bool{}
	for _, token := range signed {
		kids[verify("at the end", token, published())] = true
	}
	if len(kids) != 3 {
		t.Errorf("%d keys signed, want 3", len(kids))
	}
}

// A key grows old: in AUTO mode the org replaces it, in MANUAL mode an admin does.
func TestRotationModes(t *testing.T) {
	x := newServer(t)
	at, api, _ := x.authServer(everybody)
	kid := func() string {
		parsed, err := jose.ParseSignedCompact(x.browser().tokens(at, request("scope", "openid"))["access_token"].(string), []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			t.Fatal(err)
		}
		return parsed.Signatures[0].Protected.KeyID
	}
	mode := func(mode string) {
		x.manage("PUT", api, `{"name":"parcels","audiences":["api://parcels"],"credentials":{"signing":{"rotationMode":"`+mode+`"}}}`)
	}
	first := kid()
	mode("MANUAL")
	x.clock.forward(91 * 24 * time.Hour)
	if kid() != first {
		t.Error("MANUAL: the key was replaced")
	}
	mode("AUTO")
	if kid() == first {
		t.Error("AUTO: the key is 91 days old")
	}
}
