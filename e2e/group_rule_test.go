package e2e

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// A group rule from its first line to its last: written with a fault that is shown while
// typing, mended, tried on a person, saved, activated; its members are seen coming in.
func TestGroupRuleFromBeginningToEnd(t *testing.T) {
	s := startSite(t)
	var made struct{ ID string }
	s.api(t, "POST", "/api/v1/groups", map[string]any{"profile": map[string]any{"name": "Lusophones"}}, &made)
	var in []seededPerson
	s.api(t, "GET", "/api/v1/users?search="+"profile.city%20eq%20%22Taipei%22", nil, &in)
	if len(in) == 0 {
		t.Fatal("nobody of the seed works in Taipei")
	}
	who := in[0].Profile.FirstName + " " + in[0].Profile.LastName

	p := newVisitor(t).signIn(s, "super-admin", "/group-rules")
	p.follow("Add rule")
	p.fill("If", `user.city = "Taipei"`)
	p.see("A single '=' does not compare")
	p.see("Mend: write ==.")
	p.fill("If", `user.city == "Taipei" AND user.department != "None"`)
	p.see("The expression can be read.")
	p.see(`user.city is "Taipei"`)
	p.must(p.find("#field-person").Input(in[0].Profile.Login))
	p.holdsOrFails(`n => { const t = [...document.querySelectorAll("#check .tried")]; return t.length === 1 && t[0].innerText.includes(n) && t[0].innerText.includes("Matches") }`, who)
	p.accessible("a group rule while it is written")
	p.fill("Name", "Taipei is Lusophone")
	p.must(p.find("#field-find_groups").Input("Luso"))
	p.must(p.find(`input[name=group][value="`+made.ID+`"]`).Click("left", 1))
	p.follow("Add rule")
	p.see("Taipei is Lusophone was added.")
	p.see("If it is activated")
	p.see(" Lusophones. Nobody leaves.")
	rule := p.url()
	p.accessible("a group rule with what activating it does")

	p.click("Activate")
	p.must(p.find("dialog[open] input[name=reason]").Input("HR-12"))
	p.must(p.holds(`() => window.leaving = true`))
	p.must(p.find("dialog[open] button[type=submit]").Click("left", 1))
	p.must(p.holds(`() => !window.leaving && document.readyState === "complete"`))
	p.see("The org has worked through everybody")
	p.see(in[0].Profile.Login)
	p.see("by this rule")
	p.accessible("the members of a group rule")
	p.visit(s.Console + "/groups/" + made.ID + "/members")
	p.see("Taipei is Lusophone")
	p.click("Rules")
	p.see("Active")
	p.visit(rule + "/history")
	p.see("HR-12")

	p.visit(rule)
	p.follow("Delete")
	p.must(p.find("input[value=remove]").Click("left", 1))
	p.fill("Type Taipei is Lusophone", "Taipei is Lusophone")
	p.follow("Delete rule")
	p.see("Taipei is Lusophone is deleted.")
	p.see("Its memberships are removed in the background.")
}

// Keys walk through a list, select, open and lead to other pages; not while somebody types.
func TestShortcuts(t *testing.T) {
	s := startSite(t)
	p := newVisitor(t).signIn(s, "super-admin", "/people")
	p.ready()
	press := func(keys ...input.Key) {
		t.Helper()
		for _, k := range keys {
			p.must(p.Keyboard.Type(k))
		}
	}
	press('?')
	p.see("Next and previous row of a list")
	p.accessible("the list of shortcuts")
	press(input.Escape)
	p.gone("Next and previous row of a list")
	press('j', 'j', 'k', 'j', 'x')
	p.see("1 selected")
	p.holdsOrFails(`() => document.activeElement === document.querySelectorAll("#rows th a")[1] && document.querySelectorAll("[data-select]")[1].checked`)
	p.accessible("people with a selection")
	press('x', '/')
	p.must(p.Keyboard.Type('g', 'g', 'j'))
	p.holdsOrFails(`() => document.activeElement.id === "search" && document.activeElement.value === "ggj"`)
	press(input.Escape)
	p.must(p.find("#rows th a").Focus())
	p.must(p.holds(`() => window.leaving = true`))
	press('g', 'g')
	p.holdsOrFails(`() => !window.leaving && location.pathname === "/groups"`)
	p.ready()
	press('j')
	p.must(p.holds(`() => window.leaving = true`))
	press(input.Enter)
	p.holdsOrFails(`() => !window.leaving && /^\/groups\/00g/.test(location.pathname)`)
}

// A few people are selected, with Shift and with all that match, and suspended: one row is
// refused, the others are done, and what became of each is said.
func TestSelectionIsSuspended(t *testing.T) {
	s := startSite(t)
	var ids []string
	for _, name := range []string{"Aone", "Atwo", "Athree", "Afour"} {
		made := s.addPerson(t, strings.ToLower(name), "Bulkley", "")
		ids = append(ids, made.ID)
	}
	s.api(t, "POST", "/api/v1/users/"+ids[1]+"/lifecycle/suspend", nil, nil)
	p := newVisitor(t).signIn(s, "super-admin", "/people?q=Bulkley&sort=profile.firstName")
	p.ready()
	boxes, err := p.Elements("[data-select]")
	p.must(err)
	if len(boxes) != 4 {
		t.Fatalf("%d boxes", len(boxes))
	}
	p.must(boxes[0].Click("left", 1))
	p.must(p.Keyboard.Press(input.ShiftLeft))
	p.must(boxes[2].Click("left", 1))
	p.must(p.Keyboard.Release(input.ShiftLeft))
	p.see("3 selected")
	p.click("Clear")
	p.gone("3 selected")
	p.must(boxes[3].Click("left", 1))
	p.click("Select all that match")
	p.see("4 selected: all that match")
	p.follow("Suspend")
	p.see("Suspend: 3 of 4 people")
	p.see("Not possible: suspended")
	p.accessible("the question before a selection is suspended")
	s.api(t, "POST", "/api/v1/users/"+ids[3]+"/lifecycle/suspend", nil, nil) // somebody is faster
	p.fill("Type 3 to confirm", "2")
	p.follow("Suspend")
	p.see("The number did not match")
	p.fill("Type 2 to confirm", "2")
	p.follow("Suspend")
	p.see("Suspend: 2 of 2 people done")
	p.accessible("what became of a selection")
	p.follow("Back to the list")
	p.holdsOrFails(`() => document.querySelectorAll("#rows tr").length === 4 && !document.querySelector("#rows").innerText.includes("Active")`)
}

// A selection that needs a scope which the sign-in does not hold yet comes back as it was,
// with the names of who is selected, and is done by one more click.
func TestSelectionSurvivesAStepUp(t *testing.T) {
	s := startSite(t)
	var ids []string
	for _, name := range []string{"Bone", "Btwo"} {
		ids = append(ids, s.addPerson(t, strings.ToLower(name), "Stepley", "").ID)
	}
	p := newVisitor(t).signInToRead(s, "super-admin", "/people?q=Stepley&sort=profile.firstName")
	p.ready()
	p.must(p.find("[data-select-all]").Click("left", 1))
	p.see("2 selected")
	p.follow("Suspend")
	p.fill("Type 2 to confirm", "2")
	p.fill("Reason or ticket (optional)", "HR-31")
	p.follow("Suspend")
	p.see("okta.users.manage")
	p.see("bone Stepley")
	for _, id := range ids {
		if got := s.person(t, id).Status; got != "ACTIVE" {
			t.Errorf("%s is %s before the form was sent again", id, got)
		}
	}
	p.holdsOrFails(`() => document.querySelector("#confirm").value === "2" && document.querySelectorAll("input[name=id]:checked").length === 2`)
	p.follow("Suspend")
	p.see("Suspend: 2 of 2 people done")
	for _, id := range ids {
		if got := s.person(t, id).Status; got != "SUSPENDED" {
			t.Errorf("%s is %s", id, got)
		}
	}
}

// A rule that needs a scope which the sign-in does not hold yet comes back as it was
// written, with the groups that were picked.
func TestGroupRuleSurvivesAStepUp(t *testing.T) {
	s := startSite(t)
	legal := s.groupNamed(t, "Legal")
	p := newVisitor(t).signInToRead(s, "super-admin", "/group-rules/new")
	p.ready()
	p.must(p.find("#field-find_groups").Input("Legal"))
	p.must(p.find(`input[name=group][value="`+legal+`"]`).Click("left", 1))
	p.fill("Name", "Legal by department")
	p.fill("If", `user.department == "Legal"`)
	p.see("The expression can be read.")
	p.follow("Add rule")
	p.see("okta.groups.manage")
	p.holdsOrFails(`g => document.querySelector("#field-name").value === "Legal by department" && document.querySelector("#field-expression").value.includes("Legal") && document.querySelector("input[name=group][value='" + g + "']").checked`, legal)
	p.follow("Add rule")
	p.see("Legal by department was added.")
}

// holdsOrFails waits until a JavaScript function of args returns true.
func (p *tab) holdsOrFails(js string, args ...any) {
	p.t.Helper()
	if err := p.holds(js, args...); err != nil {
		p.t.Fatalf("%s does not hold: %v\n%s", js, err, p.text())
	}
}
