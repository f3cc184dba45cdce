package auth_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// security 44, the part of sign-in: each of its turns is told once, with who and from where.
func TestEvents(t *testing.T) {
	var got []auth.Event
	c := newConsole(t, longIdle, func(c *auth.Config) {
		c.Scopes = append(auth.DefaultScopes(), "okta.groups.manage") // asked for, and not granted
		c.OnEvent = func(_ context.Context, e auth.Event) { got = append(got, e) }
	})
	b := newBrowser()
	state := query(t, c.begin(t, b, "/")).Get("state")
	for range 2 { // the second has no sign-in to refuse
		if _, _, err := c.complete(b, base+"/callback?error=access_denied&state="+state); err == nil {
			t.Fatal("signed in although the org refused")
		}
	}
	s := c.signIn(t, b)
	if _, err := c.client(t).Do(auth.With(t.Context(), s), okta.Call{Op: okta.Find("deleteGroup"), Args: map[string]string{"groupId": "00g1"}}); err == nil {
		t.Fatal("deleted a group without the scope")
	}
	c.signOut(t, b)
	c.signIn(t, b)
	c.op.set(func(o *op) { clear(o.refresh) })
	c.advance(time.Hour)
	_, err := c.load(b)
	wantSignedOut(t, err)

	var kinds []auth.EventKind
	for _, e := range got {
		kinds = append(kinds, e.Kind)
		if e.Address != "192.0.2.1" || e.Kind != auth.SignInRefused && (e.UserID != "00u1" || e.Login != "ada@company.example" || e.SessionID == "") {
			t.Errorf("%+v", e)
		}
	}
	want := []auth.EventKind{auth.SignInRefused, auth.SignedIn, auth.CallRefused, auth.SignedOutHere, auth.SignedIn, auth.SessionEnded}
	if !slices.Equal(kinds, want) {
		t.Errorf("%v, want %v", kinds, want)
	}
	if got[2].Operation != "deleteGroup" || got[2].Target != "00g1" {
		t.Errorf("%+v", got[2])
	}
}

// security 46: what anybody can put into the address of the callback cannot forge the log.
func TestHostileWordsOfARefusal(t *testing.T) {
	var got auth.Event
	c := newConsole(t, func(c *auth.Config) { c.OnEvent = func(_ context.Context, e auth.Event) { got = e } })
	b := newBrowser()
	state := query(t, c.begin(t, b, "/")).Get("state")
	words := url.QueryEscape("\x1b[31m\u202eno\r\n{\"msg\":\"fake\"}" + strings.Repeat("a", 5000))
	if _, _, err := c.complete(b, base+"/callback?error=access_denied&error_description="+words+"&state="+state); err == nil {
		t.Fatal("signed in although the org refused")
	}
	if strings.ContainsAny(got.Reason, "\x1b\r\n\u202e") || len(got.Reason) > 1024 || !strings.Contains(got.Reason, "access_denied") {
		t.Errorf("reason %q", got.Reason)
	}
}

// fault 11: who is signed in stays so while nothing can be written; what must be stored is refused as such.
func TestUnwritableDatabase(t *testing.T) {
	c := newConsole(t)
	b := newBrowser()
	c.signIn(t, b)
	exec(t, c.db, `PRAGMA query_only = ON`)
	c.advance(2 * time.Minute)
	c.mustLoad(t, b)
	if _, err := c.Begin(httptest.NewRecorder(), b.request("/login"), "/"); !db.Unwritable(err) {
		t.Errorf("Begin: %v, want an error of an unwritable database", err)
	}
	w := httptest.NewRecorder()
	if _, err := c.SignOut(w, b.request("/logout")); !db.Unwritable(err) {
		t.Errorf("SignOut: %v, want an error of an unwritable database", err)
	}
	if cookies := w.Result().Cookies(); len(cookies) != 1 || cookies[0].MaxAge >= 0 || c.op.valid("refresh-1") {
		t.Error("sign-out left the browser its cookie, or the org its refresh token")
	}
}
