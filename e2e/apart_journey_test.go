package e2e

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"gatehouse/internal/config"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// The console works the same on an org that it knows over the network alone.
func TestServeOnAnOrgElsewhere(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { useApart(t, startApart(t)) })
	t.Run("PostgreSQL", func(t *testing.T) {
		key := filepath.Join(t.TempDir(), "key")
		if _, err := config.EnsureSecretKeys(key); err != nil {
			t.Fatal(err)
		}
		useApart(t, startApart(t, "--database-url", dbtest.URL(t, db.Postgres), "--secret-key-file", key))
	})
}

func useApart(t *testing.T, s *apart) {
	t.Helper()
	p := newVisitor(t).signIn(s.site, "org-admin", "/people")
	p.see("Help Desk Admin")
	p.follow("Changes")
	p.see("Sign in") // the first thing in the trail is this sign-in
	p.follow("Sign out")
	p.see("signed out")
}

// fault 13, fault 26: a console whose org is not there starts, says so, and finds it
// when it comes; an org that goes away and comes back signs nobody out.
func TestOrgThatIsNotThere(t *testing.T) {
	s := startServe(t)
	c := newClient(t)
	a := c.get(s.Console + "/login")
	if a.status < 500 || !strings.Contains(a.body, "org") || !strings.Contains(a.body, "Try again") && !strings.Contains(a.body, "again") {
		t.Errorf("without an org /login answers %d: %s", a.status, a.body)
	}
	if a := c.send(http.MethodGet, s.Console+"/healthz", ""); a.status != http.StatusOK {
		t.Errorf("/healthz %d without an org", a.status)
	}
	s.startOrg(t)
	c.signIn(s.site, "super-admin", "/people")

	up := s.relay.up.Load()
	s.relay.up.Store(nil)
	if a := c.get(s.Console + "/people"); a.status < 500 || strings.Contains(a.url.Path, "signin") || !strings.Contains(a.body, "org") {
		t.Errorf("with the org gone /people answers %s: %d %s", a, a.status, a.body)
	}
	if a := c.get(s.Console + "/changes"); a.status != http.StatusOK {
		t.Errorf("a page of the console's own fails with the org: %d", a.status)
	}
	s.relay.up.Store(up)
	if a := c.get(s.Console + "/changes"); a.status != http.StatusOK || a.url.Path != "/changes" {
		t.Errorf("after the org came back: %s %d", a, a.status)
	}
	p := newVisitor(t).signIn(s.site, "super-admin", "/people")
	p.see("Help Desk Admin")
}

// security 9: what is revoked at the org ends here at the next click, in words.
func TestSessionRevokedAtTheOrg(t *testing.T) {
	s := startSite(t)
	p := newVisitor(t).signIn(s, "help-desk-admin", "/people")
	s.api(t, "DELETE", "/api/v1/users/"+s.as(t, "help-desk-admin").UserID+"/sessions?oauthTokens=true", nil, nil)
	p.visit(s.Console + "/people?q=ana")
	if p.shows("Help Desk Admin") {
		t.Errorf("a revoked session still reads people:\n%s", p.text())
	}
	c := p.client(s)
	if a := c.send(http.MethodGet, s.Console+"/people", "", "Accept", "application/json"); a.status != http.StatusUnauthorized {
		t.Errorf("the old cookie answers %d", a.status)
	}
}

// A restart on the same folder keeps people signed in.
func TestRestartKeepsSessions(t *testing.T) {
	console, org, dir := freeAddress(t), freeAddress(t), t.TempDir()
	args := []string{"demo", "--addr", console, "--org-addr", org, "--seed", "20", "--password", seedPassword, "--data", dir, "--json"}
	s := start(t, args...)
	c := newClient(t)
	c.signIn(s, "super-admin", "/people")
	s.stop()
	s = start(t, args...)
	if a := c.get(s.Console + "/people"); a.status != http.StatusOK || a.url.Path != "/people" || len(c.answers) == 0 {
		t.Errorf("after a restart: %s %d", a, a.status)
	}
	last := c.answers[len(c.answers)-1]
	if strings.Contains(last.url.Host, org) {
		t.Error("the restart led through sign-in")
	}
}

// fault 27: requests under way when the signal comes are answered.
func TestRequestsUnderWayAreFinished(t *testing.T) {
	s := startApart(t)
	c := newClient(t)
	c.signIn(s.site, "super-admin", "/")
	hold := s.relay.holdNext("/api/v1/users")
	answered := make(chan answer, 1)
	go func() { answered <- c.send(http.MethodGet, s.Console+"/people", "") }()
	<-hold.reached
	stopped := make(chan struct{})
	go func() { s.stop(); close(stopped) }()
	at := strings.TrimPrefix(s.Console, "http://")
	for { // until it has stopped to listen
		conn, err := net.Dial("tcp", at)
		if err != nil {
			break
		}
		conn.Close()
		runtime.Gosched()
	}
	close(hold.release)
	if a := <-answered; a.status != http.StatusOK || !strings.Contains(a.body, "Help Desk Admin") {
		t.Errorf("the request under way got %d", a.status)
	}
	<-stopped
}

// security 32: whatever an admin does, the org is asked with that admin's own token.
func TestEveryCallCarriesTheAdminsOwnToken(t *testing.T) {
	s := startApart(t)
	owners := map[string]string{}
	clients := map[string]*client{}
	for _, role := range []string{"super-admin", "org-admin", "help-desk-support"} {
		clients[role] = newClient(t)
		clients[role].signIn(s.site, role, "/")
	}
	s.relay.called()
	for range 2 { // in turn, so that what one left behind would show in another's call
		for role, c := range clients {
			for _, path := range []string{"/", "/people", "/people/" + s.as(t, role).UserID, "/groups"} {
				c.get(s.Console + path)
				calls := s.relay.called()
				if len(calls) == 0 {
					t.Errorf("%s as %s asks nothing of the org", path, role)
				}
				for _, call := range calls {
					if owner := owners[call.authorization]; !strings.HasPrefix(call.authorization, "Bearer ") || owner != "" && owner != role {
						t.Errorf("%s as %s calls %s with a token of %q", path, role, call.path, owner)
					}
					owners[call.authorization] = role
				}
			}
		}
	}
	for authorization, role := range owners {
		if sub := subjectOf(t, authorization); sub != s.as(t, role).UserID {
			t.Errorf("the token used for %s is that of %s", role, sub)
		}
	}
	if len(owners) != len(clients) {
		t.Errorf("%d tokens for %d admins", len(owners), len(clients))
	}
}

// subjectOf is whom an access token of the embedded org acts for: clients must not look
// into it, a test may.
func subjectOf(t *testing.T, authorization string) string {
	t.Helper()
	parts := strings.Split(authorization, ".")
	if len(parts) != 3 {
		t.Fatalf("no token: %.20s", authorization)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		UserID string `json:"uid"`
	}
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	return claims.UserID
}
