package e2e

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// An app reaches somebody through a group: the page of the person says which one, and
// when they leave it the app is gone. One of their own stays until it is taken away.
func TestAppsOfAPersonAndAGroup(t *testing.T) {
	s := startSite(t)
	var group struct{ ID string }
	s.api(t, "POST", "/api/v1/groups", map[string]any{"profile": map[string]any{"name": `Field "<b>" crew`}}, &group)
	person, name := "/people/"+s.as(t, "end-user").UserID, s.name(t, "end-user")
	p := newVisitor(t).signIn(s, "super-admin", "/groups/"+group.ID+"/apps")
	p.see("gives its members no app")
	p.ready()
	p.must(p.find("input[name=find]").Input("inci"))
	p.must(p.Keyboard.Press(input.Enter))
	p.click("Assign Incident pager")
	p.see("Incident pager is assigned to Field")
	p.see("SAML 2.0")
	s.api(t, "PUT", "/api/v1/groups/"+group.ID+"/users/"+s.as(t, "end-user").UserID, nil, nil)

	p.visit(s.Console + person + "/apps")
	p.find(`tr:has(th bdi) a[href="/groups/` + group.ID + `"]`) // the path, linked by name
	p.ready()
	p.must(p.find("input[name=find]").Input("pay"))
	p.must(p.Keyboard.Press(input.Enter))
	p.click("Assign Payroll")
	p.see("Payroll is assigned to " + name)
	p.see("Assigned directly")

	p.visit(s.Console + person + "/groups")
	p.click(`Remove from Field "<b>" crew`)
	p.see(name + " left Field")
	p.visit(s.Console + person + "/apps")
	p.see("Assigned directly")
	if p.shows("Incident pager") {
		t.Errorf("the app of the group that was left is still there: %s", p.text())
	}
	p.click("Remove Payroll")
	p.see("Payroll is no longer assigned directly to " + name)
	p.click("Activity")
	p.see("Remove user's application membership")
	p.click("History")
	p.see("Payroll")
}
