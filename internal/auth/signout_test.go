package auth_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// security 13
func TestSignOut(t *testing.T) {
	dbtest.Each(t, options(), func(t *testing.T, d *db.DB) {
		c := consoleOn(t, d)
		b := newBrowser()
		c.signIn(t, b)
		kept := &browser{jar: map[string]*http.Cookie{"gatehouse_8080": b.jar["gatehouse_8080"]}}
		address := c.signOut(t, b)
		q := query(t, address)
		if !strings.HasPrefix(address, c.op.url+"/oauth2/v1/logout?") || !strings.HasPrefix(q.Get("id_token_hint"), "eyJ") || q.Get("post_logout_redirect_uri") != base+"/signed-out" {
			t.Errorf("sent to %s", address)
		}
		if b.session() != "" {
			t.Error("the cookie was not expired")
		}
		_, err := c.load(kept)
		wantSignedOut(t, err)
		if c.op.valid("refresh-1") {
			t.Error("the refresh token is still valid")
		}
		if again := c.signOut(t, kept); again != base+"/signed-out" {
			t.Errorf("a second sign-out is sent to %s", again)
		}
	})
}

// The local session ends even when the org cannot be reached.
func TestSignOutWithoutTheOrg(t *testing.T) {
	c := newConsole(t)
	b := newBrowser()
	c.signIn(t, b)
	kept := &browser{jar: map[string]*http.Cookie{"gatehouse_8080": b.jar["gatehouse_8080"]}}
	down := c.again(t, func(c *auth.Config) { c.OrgURL = "http://127.0.0.1:1" })
	w := httptest.NewRecorder()
	address, err := down.SignOut(w, b.request("/logout"))
	if err != nil || address != base+"/signed-out" {
		t.Fatalf("%q, %v", address, err)
	}
	_, err = c.load(kept)
	wantSignedOut(t, err)
}

// security 20, one's own sessions
func TestOwnSessions(t *testing.T) {
	dbtest.Each(t, options(), func(t *testing.T, d *db.DB) {
		c := consoleOn(t, d)
		first, second := newBrowser(), newBrowser()
		older := c.signIn(t, first)
		c.advance(time.Minute)
		newer := c.signIn(t, second)
		c.op.set(func(o *op) {
			somebodyElse := func(m map[string]any) { m["sub"] = "00u2" }
			o.onClaims, o.onUserInfo = somebodyElse, somebodyElse
		})
		foreign := c.signIn(t, newBrowser())

		list, err := c.Sessions(t.Context(), "00u1")
		if err != nil || len(list) != 2 || list[0].ID != newer.ID || list[1].ID != older.ID || list[0].Address != "192.0.2.1" {
			t.Fatalf("%+v, %v", list, err)
		}
		wantSignedOut(t, c.End(t.Context(), "00u1", foreign.ID))
		if err := c.End(t.Context(), "00u1", older.ID); err != nil {
			t.Fatal(err)
		}
		_, err = c.load(first)
		wantReason(t, err, "ended from another one")
		c.mustLoad(t, second)
		if c.op.valid("refresh-1") || !c.op.valid("refresh-2") || !c.op.valid("refresh-3") {
			t.Error("the wrong refresh tokens were revoked")
		}
		if list, err = c.Sessions(t.Context(), "00u1"); err != nil || len(list) != 1 {
			t.Errorf("%d sessions left, %v", len(list), err)
		}
	})
}

// fault 18, as far as a sweep goes: the tokens of sessions that are over go at once, their
// rows when nobody can come back for what they sent.
func TestSweep(t *testing.T) {
	c := newConsole(t)
	gone, stays := newBrowser(), newBrowser()
	c.signIn(t, gone)
	c.begin(t, gone, "/")
	c.advance(80 * time.Minute)
	c.signIn(t, stays)
	if err := c.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	count := func() (sessions, sealed, pending int) {
		t.Helper()
		if err := c.db.Reader().QueryRow(t.Context(), `SELECT (SELECT count(*) FROM auth_session), (SELECT count(*) FROM auth_session WHERE length(tokens) > 0),
			(SELECT count(*) FROM auth_pending)`).Scan(&sessions, &sealed, &pending); err != nil {
			t.Fatal(err)
		}
		return sessions, sealed, pending
	}
	if sessions, sealed, pending := count(); sessions != 2 || sealed != 1 || pending != 0 || c.op.valid("refresh-1") || !c.op.valid("refresh-2") {
		t.Errorf("%d sessions, %d with tokens, %d pending sign-ins left", sessions, sealed, pending)
	}
	c.mustLoad(t, stays)
	_, err := c.load(gone)
	wantReason(t, err, "without activity")
	c.advance(24 * time.Hour)
	for range 2 {
		if err := c.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if sessions, _, _ := count(); sessions != 1 {
		t.Errorf("%d sessions a day later", sessions)
	}
	c.StartSweep(t.Context())()
}

func (c *console) signOut(t *testing.T, b *browser) string {
	t.Helper()
	w := httptest.NewRecorder()
	address, err := c.SignOut(w, b.request("/logout"))
	if err != nil {
		t.Fatal(err)
	}
	b.keep(w)
	return address
}
