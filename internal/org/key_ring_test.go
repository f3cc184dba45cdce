package org

import (
	"net/http"
	"testing"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// security 56: two processes on one store, one of which rotates.
func TestATokenOfAnotherProcessIsKnownAfterItRotated(t *testing.T) {
	dbtest.Each(t, DatabaseOptions(""), func(t *testing.T, d *db.DB) {
		here := serveOrg(t, d)
		there, err := New(t.Context(), Config{DB: d, BaseURL: here.baseURL, Now: here.clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		h, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		token := func(o *Org) string {
			t.Helper()
			token, err := o.NewAccessToken(o.Begin(h), o.orgServer(), OAuthClient{ID: "service"}, Grant{Scopes: []string{"okta.users.read"}, Lives: orgLives})
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		known := func(what string, token string) {
			t.Helper()
			if _, ok, err := here.AccessToken(t.Context(), OrgServer, token); !ok || err != nil {
				t.Errorf("%s: known %v, %v", what, ok, err)
			}
		}
		known("before", token(there))
		for range 2 {
			if err := there.RotateKeys(there.Begin(h), OrgServer); err != nil {
				t.Fatal(err)
			}
		}
		here.clock.forward(unknownWait)
		known("after two rotations within the life of the keys here", token(there))
		known("signed here with the key of before", token(here.Org))
		if err := there.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		here.clock.forward(time.Minute)
		known("a minute later", token(here.Org))
	})
}

// security 56: a retired key is published as long as a token that it signed may live, a process
// that had not heard of the rotation included, and is not kept behind that.
func TestARetiredKeyOutlivesItsTokensAndIsClearedAway(t *testing.T) {
	x := newTestOrg(t)
	h, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r := x.Org.Begin(h)
	old, err := x.Org.activeKey(r, OrgServer)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Org.RotateKeys(r, OrgServer); err != nil {
		t.Fatal(err)
	}
	published := func() bool {
		t.Helper()
		set, err := x.Org.JWKS(t.Context(), OrgServer)
		if err != nil {
			t.Fatal(err)
		}
		return len(set.Key(old.kid)) > 0
	}
	x.clock.forward(maxAccessLife*time.Minute + ringLife - time.Second)
	if !published() {
		t.Error("the last token that the key signed cannot be verified")
	}
	x.clock.forward(2 * time.Second)
	if published() {
		t.Error("the key is published for longer")
	}
	x.Org.sweep()
	if err := x.Org.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if held, err := x.Org.reads(t.Context()).ids(`SELECT kid FROM signing_key WHERE kid = $1`, old.kid); err != nil || len(held) > 0 {
		t.Errorf("the private key is kept: %v, %v", held, err)
	}
}
