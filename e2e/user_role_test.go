package e2e

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// A role is given with the login typed, narrowed to a group, to another, widened by one,
// and taken away; what the org refuses is said with what to do instead.
func TestRolesAreGivenAndNarrowed(t *testing.T) {
	s := startSite(t)
	who := s.addPerson(t, "Ines", "Ruiz", "")
	var admins struct{ ID string }
	s.api(t, "POST", "/api/v1/groups", map[string]any{"profile": map[string]string{"name": "Night desk"}}, &admins)
	s.api(t, "POST", "/api/v1/groups/"+admins.ID+"/roles", map[string]string{"type": "REPORT_ADMIN"}, nil)
	s.api(t, "PUT", "/api/v1/groups/"+admins.ID+"/users/"+who.ID, nil, nil)
	p := newVisitor(t).signIn(s, "super-admin", "/people/"+who.ID+"/roles")
	p.see("Report Administrator")
	p.see("By the group Night desk")
	give := func(role, login string) {
		t.Helper()
		p.click("Give a role")
		p.must(p.label("Role").Select([]string{role}, true, "text"))
		p.fill("Type Ines.Ruiz@journey.example", login)
		p.confirm()
	}
	give("Help Desk Administrator", "somebody@else.example")
	p.see("Not given: the login does not match")
	p.must(p.holds(`() => !document.querySelector("dialog[open]")`)) // which would hide the message
	p.visit(s.Console + "/people/" + who.ID + "/roles")
	give("Help Desk Administrator", "ines.ruiz@journey.example")
	p.see("Ines Ruiz is Help Desk Administrator now.")
	p.see("Covers the whole org. The first group narrows it to that group.")
	narrow := func(group string) {
		t.Helper()
		p.ready()
		p.must(p.find("input[name=find]").Input(group))
		p.must(p.Keyboard.Press(input.Enter))
		p.click("Narrow to " + group)
		p.see("Help Desk Administrator is narrowed.")
		p.see(group)
	}
	narrow("Support")
	p.see("The last group cannot be taken away")
	narrow("Engineering")
	p.gone("The last group cannot be taken away")
	targets := func() (names []string) {
		t.Helper()
		var roles []struct{ ID, Type string }
		s.api(t, "GET", "/api/v1/users/"+who.ID+"/roles", nil, &roles)
		for _, r := range roles {
			if r.Type != "HELP_DESK_ADMIN" {
				continue
			}
			var groups []struct{ Profile struct{ Name string } }
			s.api(t, "GET", "/api/v1/users/"+who.ID+"/roles/"+r.ID+"/targets/groups", nil, &groups)
			for _, g := range groups {
				names = append(names, g.Profile.Name)
			}
		}
		return names
	}
	if n := targets(); len(n) != 2 {
		t.Fatalf("the org narrows the role to %v", n)
	}
	p.click("Take Support away from Help Desk Administrator")
	p.see("covers less now.")
	p.see("The last group cannot be taken away")
	if n := targets(); len(n) != 1 || n[0] != "Engineering" {
		t.Errorf("the org narrows the role to %v", n)
	}
	p.click("Remove the role Help Desk Administrator")
	p.see("given again, it covers the whole org")
	p.confirm()
	p.see("Help Desk Administrator is taken from Ines Ruiz.")
	p.gone("Given directly")
	p.see("Report Administrator") // it comes with the group
}

// security 37: only a super admin sees and gives roles; others have no such tab.
func TestRolesAreForSuperAdmins(t *testing.T) {
	s := startSite(t)
	c := newClient(t)
	person := "/people/" + s.as(t, "end-user").UserID
	c.signIn(s, "org-admin", person)
	// What the org refused once has no tab any more.
	if a := c.get(s.Console + person + "/roles"); a.status != 403 {
		t.Errorf("the roles of somebody, as org admin: %d", a.status)
	}
	for _, to := range []string{"/roles", "/roles/ra1/remove", "/roles/ra1/targets"} {
		a := c.send("POST", s.Console+person+to, "type=SUPER_ADMIN&confirm="+s.as(t, "end-user").Login, "HX-Request", "true", "Origin", s.Console)
		if a.status != 403 && a.status != 404 {
			t.Errorf("POST %s as org admin: %d", to, a.status)
		}
	}
	var roles []struct{ ID string }
	if s.api(t, "GET", "/api/v1/users/"+s.as(t, "end-user").UserID+"/roles", nil, &roles); len(roles) != 0 {
		t.Errorf("the org gave %v", roles)
	}
}

// A tab whose first change needs a scope: the search is there again, one more press does
// it, and nothing says any more that it is still to be sent.
func TestFirstChangeOnATabComesBackReady(t *testing.T) {
	s := startSite(t)
	p := newVisitor(t).signInToRead(s, "super-admin", "/people/"+s.as(t, "help-desk-admin").UserID+"/roles?role=JBCUYUC7IRCVGS27IFCE2SKO&find=Engin")
	p.click("Narrow to Engineering")
	p.see("Ready, not sent yet: press Narrow to Engineering")
	p.click("Narrow to Engineering")
	p.see("Help Desk Administrator is narrowed.")
	p.gone("Ready, not sent yet")
}
