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
