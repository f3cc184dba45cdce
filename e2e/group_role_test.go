package e2e

import "testing"

// A group makes its members admins: the role is given, narrowed to a group and taken
// away; a group that rules fill gets none, with what to do about it.
func TestAdminRolesOfAGroup(t *testing.T) {
	s := startSite(t)
	var made struct{ ID string }
	s.api(t, "POST", "/api/v1/groups", map[string]any{"profile": map[string]any{"name": "Night desk"}}, &made)
	p := newVisitor(t).signIn(s, "super-admin", "/groups/"+made.ID+"/roles")
	p.see("Night desk makes nobody an admin.")
	give := func(name string) {
		t.Helper()
		p.click("Give a role")
		p.ready()
		p.must(p.find("dialog[open] select[name=type]").Select([]string{"Help Desk Administrator"}, true, "text"))
		p.must(p.find("dialog[open] input[name=confirm]").SelectAllText())
		p.must(p.find("dialog[open] input[name=confirm]").Input(name))
		p.must(p.find("dialog[open] button[type=submit]").Click("left", 1))
	}
	give("Day desk")
	p.see("Not given: the name does not match")
	p.visit(s.Console + "/groups/" + made.ID + "/roles")
	give("Night desk")
	p.see("Members of Night desk are Help Desk Administrator now.")
	p.see("Covers the whole org.")
	p.must(p.find(".filters-form input[name=find]").Input("Support"))
	p.click("Find")
	p.click("Narrow to Support")
	p.see("Help Desk Administrator is narrowed.")
	p.see("Covers only:")
	p.accessible("the admin roles of a group")
	p.click("Remove the role Help Desk Administrator")
	p.must(p.find("dialog[open] button[type=submit]").Click("left", 1))
	p.see("Help Desk Administrator is taken from Night desk.")

	p.visit(s.Console + "/groups/" + s.groupNamed(t, "Sales") + "/roles")
	give("Sales")
	p.see("Delete the rule first, or give the role to another group.")
}

// Owners of a group: a person and a group are found, added and removed.
func TestOwnersOfAGroup(t *testing.T) {
	s := startSite(t)
	sales := s.groupNamed(t, "Sales")
	p := newVisitor(t).signIn(s, "super-admin", "/groups/"+sales+"/owners")
	p.see("Nobody is named")
	find := func(text string) {
		t.Helper()
		p.ready()
		p.must(p.find("input[name=find]").SelectAllText())
		p.must(p.find("input[name=find]").Input(text))
		p.click("Find")
	}
	find("end-user@")
	p.click("Add " + s.name(t, "end-user"))
	p.see("The owner was added.")
	find("Managers")
	p.click("Add Managers")
	p.find(`#tab tr a[href="/groups/` + s.groupNamed(t, "Managers") + `"]`)
	p.accessible("the owners of a group")
	p.click("Remove Managers")
	p.see("The owner was removed.")
	p.find(`#tab tr a[href="/people/` + s.as(t, "end-user").UserID + `"]`)
}
