package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// A group from its first line to its last, by hand: added, found, filled, renamed,
// emptied, deleted; each step in its history and in the org's log.
func TestGroupFromBeginningToEnd(t *testing.T) {
	s := startSite(t)
	p := newVisitor(t).signIn(s, "super-admin", "/groups")
	p.follow("Add group")
	p.click("Add group")
	p.see("The field cannot be left blank")
	p.fill("Name", "Everyone")
	p.click("Add group")
	p.see("already exists")
	name := `Night shift "<b>"`
	p.fill("Name", name)
	p.fill("Description", "Nights & weekends")
	p.follow("Add group")
	p.see(name + " was added.")
	group := p.url()

	p.click("Members")
	p.see("No members")
	p.ready()
	p.must(p.find("input[name=find]").Input("end-user@"))
	p.must(p.Keyboard.Press(input.Enter))
	person := s.name(t, "end-user")
	p.click("Add " + person)
	p.see(person + " was added.")
	p.find(`a[href="/people/` + s.as(t, "end-user").UserID + `"]`)

	p.visit(s.Console + "/people/" + s.as(t, "end-user").UserID + "/groups")
	p.follow(name)
	if p.url() != group {
		t.Errorf("the group of a person leads to %s, want %s", p.url(), group)
	}
	p.fill("Name", "Night shift")
	p.fill("Reason or ticket (optional)", "HR-77")
	p.click("Save")
	p.see("Saved: Name.")
	p.click("Members")
	p.click("Remove " + person)
	p.see(person + " was removed.")
	p.click("Activity")
	p.see("Remove user from group membership")
	p.click("History")
	p.see("HR-77")
	p.see("Remove user from group")

	p.visit(group)
	p.follow("Delete")
	p.see("It has no members.")
	p.fill("Type Night shift", "Day shift")
	p.click("Delete group")
	p.see("Nothing was changed")
	p.fill("Type Night shift", "Night shift")
	p.follow("Delete group")
	p.see("Night shift is deleted.")
	p.visit(group)
	p.see("Group not found")
}

// name is what somebody of the seed is called.
func (s *site) name(t *testing.T, login string) string {
	t.Helper()
	var u struct {
		Profile struct{ FirstName, LastName string }
	}
	s.api(t, "GET", "/api/v1/users/"+s.as(t, login).UserID, nil, &u)
	return u.Profile.FirstName + " " + u.Profile.LastName
}

// The address is the list's state: search, kind and order survive a reload and Back.
func TestGroupListIsItsAddress(t *testing.T) {
	s := startSite(t)
	for i := range 60 {
		s.api(t, "POST", "/api/v1/groups", map[string]any{"profile": map[string]any{"name": fmt.Sprintf("Depot %02d", i)}}, nil)
	}
	p := newVisitor(t).signIn(s, "super-admin", "/groups")
	p.ready()
	p.must(p.find("#list input[name=q]").Input("depot"))
	p.must(p.Keyboard.Press(input.Enter))
	p.see(`profile.name co "depot"`)
	p.see("Depot 49")
	p.click("Load more")
	p.see("Depot 59")
	p.follow("Name") // the other way round
	p.see("Depot 59")
	p.gone("Depot 00")
	if at := p.url(); !strings.Contains(at, "q=depot") || !strings.Contains(at, "order=desc") {
		t.Errorf("the list is at %s", at)
	}
	p.follow("Built in")
	p.see("No group here")
	p.must(p.NavigateBack())
	p.see("Depot 59")
	p.visit(s.Console + "/groups?q=" + url.QueryEscape(`type eq "BUILT_IN"`))
	p.follow("Everyone")
	p.see("The org keeps this group")
	p.gone("Save")
}

// security 28: hostile names of groups show as text on every page of a group.
func TestHostileGroupNames(t *testing.T) {
	s := startSite(t)
	ids := []string{}
	for _, text := range hostile[:36] {
		var made struct{ ID string }
		s.api(t, "POST", "/api/v1/groups", map[string]any{"profile": map[string]any{"name": head(text, 255), "description": text}}, &made)
		s.api(t, "PUT", "/api/v1/groups/"+made.ID+"/users/"+s.as(t, "end-user").UserID, nil, nil)
		ids = append(ids, made.ID)
	}
	p := newVisitor(t).signIn(s, "super-admin", "/groups?limit=200")
	p.unstruck("/groups")
	for _, text := range hostile[:36] {
		p.see(strings.TrimSpace(strings.ReplaceAll(text, "\t", " ")))
	}
	for _, i := range []int{0, 3, 8, 29} {
		for _, tab := range []string{"", "/members?find=end", "/activity", "/history", "/json", "/delete"} {
			p.visit(s.Console + "/groups/" + ids[i] + tab)
			p.unstruck(tab)
		}
	}
	p.visit(s.Console + "/people/" + s.as(t, "end-user").UserID + "/groups")
	p.unstruck("the groups of a person")
}
