package auth_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/okta"
)

var write = okta.Find("suspendUser") // okta.users.manage

// readFirst makes the provider grant what is asked for, as far as the app was granted it.
func readFirst(c *console) {
	c.op.set(func(o *op) {
		o.granted = append(auth.DefaultScopes(), "okta.users.manage", "okta.groups.manage")
	})
}

// stepUp asks for one more scope, and returns the address at the org.
func (c *console) stepUp(t *testing.T, b *browser, s *auth.Session, scope string) string {
	t.Helper()
	w := httptest.NewRecorder()
	address, err := c.StepUp(w, b.request("/people/00u9"), s, "/people/00u9?draft=d", []string{scope})
	if err != nil {
		t.Fatal(err)
	}
	b.keep(w)
	return address
}

// under is the browser with the cookies that it had at some time.
func (b *browser) copy() *browser {
	again := newBrowser()
	for name, c := range b.jar {
		again.jar[name] = c
	}
	return again
}

// security 11, 16: the first sign-in only reads; a step-up asks for what is held and what
// is needed, and comes back under a new id. The old cookie counts for ten seconds.
func TestStepUp(t *testing.T) {
	dbtest.Each(t, options(), func(t *testing.T, d *db.DB) {
		c := consoleOn(t, d)
		readFirst(c)
		b := newBrowser()
		first := c.begin(t, b, "/")
		if scope := query(t, first).Get("scope"); strings.Contains(scope, ".manage") {
			t.Errorf("the first sign-in asks for %s", scope)
		}
		s, _, err := c.complete(b, c.op.authorize(t, first))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Can(t.Context(), s, write, "00u9"); got.Verdict == auth.No || !got.StepUp || got.MissingScope != "okta.users.manage" {
			t.Errorf("before: %+v", got)
		}
		old := b.copy()
		c.advance(time.Minute)
		address := c.stepUp(t, b, s, "okta.users.manage")
		for _, scope := range append(auth.DefaultScopes(), "okta.users.manage") {
			if !slices.Contains(strings.Fields(query(t, address).Get("scope")), scope) {
				t.Errorf("%s is not asked for", scope)
			}
		}
		more, back, err := c.complete(b, c.op.authorize(t, address))
		if err != nil || back != "/people/00u9?draft=d" {
			t.Fatalf("back at %q: %v", back, err)
		}
		if more.ID == s.ID || b.session() == old.session() {
			t.Error("the session kept its id")
		}
		if !more.HasScope("okta.users.manage") || c.Can(t.Context(), more, write, "00u9").StepUp {
			t.Errorf("scopes after the step-up: %v", more.Scopes)
		}
		if c.op.valid("refresh-1") || !c.op.valid("refresh-2") {
			t.Error("the old refresh token was not revoked, or the new one was")
		}
		if list, err := c.Sessions(t.Context(), "00u1"); err != nil || len(list) != 1 || list[0].ID != more.ID {
			t.Errorf("sessions after the step-up: %v, %v", list, err)
		}
		// A form that another tab had open is still ours.
		if now := c.mustLoad(t, b); !now.CheckForm(c.mustLoad(t, old).FormToken) || now.CheckForm("") {
			t.Error("the forms of before the step-up are not accepted")
		}
		c.advance(9 * time.Second)
		res, err := c.call(c.Auth, c.mustLoad(t, old), http.MethodGet, nil)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("under the old cookie: %v, %v", res, err)
		}
		res.Body.Close()
		c.advance(time.Second)
		_, err = c.load(old)
		wantReason(t, err, "renewed")
		c.mustLoad(t, b)
	})
}

// security 17: a step-up without a new proof of who it is does not make a session last longer.
func TestStepUpKeepsTheTimeLimit(t *testing.T) {
	c := newConsole(t, longIdle)
	readFirst(c)
	b := newBrowser()
	proven := c.op.clock.now().Unix()
	c.op.set(func(o *op) { o.onClaims = func(claims map[string]any) { claims["auth_time"] = proven } })
	c.signIn(t, b)
	c.advance(3 * time.Hour)
	s := c.mustLoad(t, b)
	more, _, err := c.complete(b, c.op.authorize(t, c.stepUp(t, b, s, "okta.users.manage")))
	if err != nil {
		t.Fatal(err)
	}
	if !more.ExpiresAt.Equal(s.ExpiresAt) || !more.SignedInAt.Equal(s.SignedInAt) {
		t.Errorf("until %v, before the step-up until %v", more.ExpiresAt, s.ExpiresAt)
	}
	proven = c.op.clock.now().Unix()
	more, _, err = c.complete(b, c.op.authorize(t, c.stepUp(t, b, more, "okta.groups.manage")))
	if err != nil || more.ExpiresAt.Sub(s.ExpiresAt) != 3*time.Hour {
		t.Errorf("after a new proof until %v, before until %v: %v", more.ExpiresAt, s.ExpiresAt, err)
	}
}

// A request under way across a step-up goes on with the new tokens: its own were revoked.
func TestRequestUnderWayAcrossAStepUp(t *testing.T) {
	c := newConsole(t)
	readFirst(c)
	b := newBrowser()
	s := c.signIn(t, b)
	underWay := c.mustLoad(t, b)
	if _, _, err := c.complete(b, c.op.authorize(t, c.stepUp(t, b, s, "okta.users.manage"))); err != nil {
		t.Fatal(err)
	}
	res, err := c.call(c.Auth, underWay, http.MethodGet, nil) // the provider takes the newest access token only
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", res, err)
	}
	res.Body.Close()
	if n := c.op.called("refresh_token"); n != 0 {
		t.Errorf("%d calls of the token endpoint to refresh", n)
	}
	c.mustLoad(t, b)
}

// A refresh that the org answers while the step-up ends leaves no token behind.
func TestRefreshUnderWayAcrossAStepUp(t *testing.T) {
	c := newConsole(t, longIdle)
	readFirst(c)
	b := newBrowser()
	s := c.signIn(t, b)
	held := c.mustLoad(t, b)
	stepUp := c.op.authorize(t, c.stepUp(t, b, s, "okta.users.manage"))
	reached, released := make(chan struct{}), make(chan struct{})
	refreshed := make(chan error, 1)
	c.op.set(func(o *op) {
		o.onToken = func(_ http.ResponseWriter, r *http.Request) bool {
			if r.PostFormValue("grant_type") == "refresh_token" {
				o.mu.Unlock()
				close(reached)
				<-released
				o.mu.Lock()
			}
			return false
		}
	})
	go func() { refreshed <- c.Refresh(t.Context(), held) }()
	<-reached
	if _, _, err := c.complete(b, stepUp); err != nil {
		t.Fatal(err)
	}
	c.op.set(func(o *op) { o.refresh["refresh-1"] = true }) // its turn was before the revocation
	close(released)
	if err := <-refreshed; err != nil {
		t.Fatal(err)
	}
	c.mustLoad(t, b)
	if !c.op.valid("refresh-2") || c.op.valid("refresh-3") {
		t.Error("the refresh token of the step-up is gone, or the other one stays valid")
	}
}

// A refresh that is refused because the step-up has revoked its token signs nobody out.
func TestRefreshRevokedByAStepUp(t *testing.T) {
	c := newConsole(t, longIdle)
	readFirst(c)
	b := newBrowser()
	s := c.signIn(t, b)
	held := c.mustLoad(t, b)
	stepUp := c.op.authorize(t, c.stepUp(t, b, s, "okta.users.manage"))
	reached, released := make(chan struct{}), make(chan struct{})
	c.op.set(func(o *op) {
		o.onToken = func(_ http.ResponseWriter, r *http.Request) bool {
			if r.PostFormValue("grant_type") == "refresh_token" {
				o.mu.Unlock()
				close(reached)
				<-released
				o.mu.Lock()
			}
			return false
		}
	})
	refreshed := make(chan error, 1)
	go func() { refreshed <- c.Refresh(t.Context(), held) }()
	<-reached
	old := b.copy()
	if _, _, err := c.complete(b, stepUp); err != nil {
		t.Fatal(err)
	}
	close(released)
	if err := <-refreshed; err != nil {
		t.Fatal(err)
	}
	res, err := c.call(c.Auth, held, http.MethodGet, nil)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("the request under way: %v, %v", res, err)
	}
	res.Body.Close()
	c.mustLoad(t, old)
	c.mustLoad(t, b)
}

// Another person at the org's pages is a new sign-in: the first one's way ends there.
func TestStepUpBySomebodyElse(t *testing.T) {
	c := newConsole(t)
	readFirst(c)
	b := newBrowser()
	s := c.signIn(t, b)
	old := b.copy()
	id, err := c.KeepDraft(t.Context(), s, auth.Draft{Page: "/people/00u9", Action: "/people/00u9"})
	if err != nil {
		t.Fatal(err)
	}
	c.op.set(func(o *op) {
		o.onClaims = func(claims map[string]any) { claims["sub"] = "00u2" }
		o.onUserInfo = func(body map[string]any) { body["sub"] = "00u2" }
	})
	other, back, err := c.complete(b, c.op.authorize(t, c.stepUp(t, b, s, "okta.users.manage")))
	if err != nil || other.UserID != "00u2" || back != "/" {
		t.Fatalf("%+v, back at %q: %v", other, back, err)
	}
	if _, found, err := c.Draft(t.Context(), other, id); err != nil || found {
		t.Errorf("somebody else reads the draft: %v", err)
	}
	if err := c.DropDraft(t.Context(), other, id); err != nil {
		t.Fatal(err)
	}
	if _, found, err := c.Draft(t.Context(), s, id); err != nil || !found {
		t.Errorf("somebody else removed the draft: %v", err)
	}
	_, err = c.load(old)
	wantSignedOut(t, err)
}

// Two tabs step up at once: each comes back, and the last one's session goes on.
func TestTwoStepUpsAtOnce(t *testing.T) {
	c := newConsole(t)
	readFirst(c)
	b := newBrowser()
	s := c.signIn(t, b)
	first := b.copy()
	one, two := c.stepUp(t, b, s, "okta.users.manage"), c.stepUp(t, b, s, "okta.groups.manage")
	for _, address := range []string{one, two} {
		if _, back, err := c.complete(b, c.op.authorize(t, address)); err != nil || back != "/people/00u9?draft=d" {
			t.Fatalf("back at %q: %v", back, err)
		}
	}
	if now := c.mustLoad(t, b); !now.HasScope("okta.groups.manage") {
		t.Errorf("scopes %v", now.Scopes)
	}
	// Two replacements later the first cookie still leads to the session that goes on.
	res, err := c.call(c.Auth, c.mustLoad(t, first), http.MethodGet, nil)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", res, err)
	}
	res.Body.Close()
	if list, err := c.Sessions(t.Context(), "00u1"); err != nil || len(list) != 1 {
		t.Errorf("%d sessions, %v", len(list), err)
	}
}

// What the org leaves out of its answer, or refuses to be asked for, is no from then on:
// nobody is sent round in circles.
func TestStepUpNotGranted(t *testing.T) {
	for name, refuse := range map[string]func(*console, string) string{
		"left out": func(c *console, address string) string { return c.op.authorize(t, address) },
		"refused": func(c *console, address string) string {
			return base + "/callback?error=invalid_scope&state=" + query(t, address).Get("state")
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConsole(t)
			c.op.set(func(o *op) { o.granted = auth.DefaultScopes() })
			b := newBrowser()
			s := c.signIn(t, b)
			_, back, err := c.complete(b, refuse(c, c.stepUp(t, b, s, "okta.users.manage")))
			if back != "/people/00u9?draft=d" || (err != nil) != (name == "refused") {
				t.Fatalf("back at %q: %v", back, err)
			}
			got := c.Can(t.Context(), c.mustLoad(t, b), write, "00u9")
			if got.Verdict != auth.No || got.StepUp || !strings.Contains(got.Reason, "okta.users.manage") || !strings.Contains(got.Reason, "super admin") {
				t.Errorf("%+v", got)
			}
		})
	}
}
