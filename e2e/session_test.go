package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// security 20: what a super admin ends in one browser stops in another with its next
// click, in each of its tabs; what is typed there is kept.
func TestSuperAdminEndsASession(t *testing.T) {
	s := startSite(t)
	desk := newVisitor(t)
	one := desk.signInToRead(s, "help-desk-admin", "/people")
	two := desk.open(s.Console + "/changes")
	two.see("Help Desk Admin")

	boss := newVisitor(t).signInToRead(s, "super-admin", "/sessions/all")
	boss.see("help-desk-admin@company.example")
	boss.follow("End the session of help-desk-admin@company.example")
	boss.see("The session is ended.")
	boss.gone("help-desk-admin@company.example")
	for _, p := range []*tab{two, one} {
		if _, err := p.Activate(); err != nil {
			t.Fatal(err)
		}
		p.visit(p.url())
		p.see("Super Admin (super-admin@company.example) ended this session")
	}
	if _, err := boss.Activate(); err != nil {
		t.Fatal(err)
	}
	boss.visit(s.Console + "/changes")
	boss.see("the session of help-desk-admin@company.example")
}

// security 20: who is disabled at the org is out with the next request, also on pages
// that show what the console keeps itself.
func TestDisabledPersonIsOutWithTheNextRequest(t *testing.T) {
	s := startSite(t)
	for _, op := range []string{"suspend", "deactivate"} {
		for _, path := range []string{"/people", "/changes", "/sessions"} {
			t.Run(op+path, func(t *testing.T) {
				name := map[string]string{"suspend": "read-only-admin", "deactivate": "mobile-admin"}[op]
				c := newClient(t)
				c.signInToRead(s, name, path)
				id := s.as(t, name).UserID
				s.api(t, "POST", "/api/v1/users/"+id+"/lifecycle/"+op, nil, nil)
				a := c.send(http.MethodGet, s.Console+path, "", "Accept", "application/json")
				if a.status != http.StatusUnauthorized {
					t.Errorf("%s answers %d %.200s", path, a.status, a.body)
				}
				if strings.Contains(a.body, "items") {
					t.Error("something is read")
				}
				if op == "suspend" {
					s.api(t, "POST", "/api/v1/users/"+id+"/lifecycle/unsuspend", nil, nil)
				} else {
					s.api(t, "POST", "/api/v1/users/"+id+"/lifecycle/activate?sendEmail=false", nil, nil)
					s.api(t, "POST", "/api/v1/users/"+id, map[string]any{"credentials": map[string]any{"password": map[string]any{"value": seedPassword}}}, nil)
				}
			})
		}
	}
}
