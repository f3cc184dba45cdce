package e2e

import (
	"net/http"
	"testing"
)

// An app that somebody is signed in to: its grants and tokens are shown, revoked one by
// one and together, and stop working at once.
func TestTokensOfAPersonAreRevoked(t *testing.T) {
	s := startSite(t)
	person := "/people/" + s.as(t, "org-admin").UserID
	p := newVisitor(t).signIn(s, "super-admin", person+"/sessions")
	p.see("No app holds a token")

	signIn := func() *client {
		t.Helper()
		c := newClient(t)
		c.signIn(s, "org-admin", "/people")
		p.visit(s.Console + person + "/sessions")
		p.see("okta.users.read")
		return c
	}
	// The console itself is such an app: somebody who loses its tokens is signed out of it.
	ended := func(c *client) {
		t.Helper()
		p.see("No app holds a token")
		if a := c.get(s.Console + "/people"); a.status == http.StatusOK && a.url.Path == "/people" {
			t.Error("the token still works")
		}
	}
	c := signIn()
	p.click("Revoke this token of Gatehouse")
	p.see("The token is revoked.")
	ended(c)

	c = signIn()
	p.click("Revoke tokens of Gatehouse")
	p.confirm()
	p.see("The tokens of the app are revoked.")
	ended(c)

	c = signIn()
	p.click("Revoke okta.users.read of Gatehouse")
	p.see("The grant is revoked.")
	ended(c)

	c = signIn()
	p.click("Revoke grants of Gatehouse")
	p.confirm()
	p.see("The grants of the app are revoked.")
	ended(c)

	c = signIn()
	p.click("Revoke everything below")
	p.see("They have to sign in to each app again.")
	p.confirm()
	p.see("All grants are revoked.")
	ended(c)

	c = signIn()
	p.click("Clear sessions")
	p.must(p.label("Revoke the tokens of apps too").Click("left", 1))
	p.confirm()
	p.see("is signed out everywhere")
	ended(c)
}
