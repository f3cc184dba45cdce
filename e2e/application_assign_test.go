package e2e

import (
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// crm is what the journey below is made with: an app whose people have a role, a group
// that a rule fills, Ana in it and Ben not.
type crm struct{ app, group, ana, ben string }

func (s *site) newCRM(t *testing.T) crm {
	t.Helper()
	var app, group, rule struct{ ID string }
	s.api(t, "POST", "/api/v1/apps", map[string]any{"name": "bookmark", "label": "Field CRM", "signOnMode": "BOOKMARK", "settings": map[string]any{"app": map[string]any{"url": "https://crm.example"}}}, &app)
	role := map[string]any{"title": "Role", "type": "string", "enum": []string{"Seller", "Manager"}, "required": true, "scope": "NONE"}
	s.api(t, "POST", "/api/v1/meta/schemas/apps/"+app.ID+"/default", map[string]any{"definitions": map[string]any{"custom": map[string]any{"properties": map[string]any{"role": role}}}}, nil)
	s.api(t, "POST", "/api/v1/groups", map[string]any{"profile": map[string]any{"name": "Field sales"}}, &group)
	s.api(t, "POST", "/api/v1/groups/rules", map[string]any{
		"type": "group_rule", "name": "Sellers by town",
		"conditions": map[string]any{"expression": map[string]any{"type": "urn:okta:expression:1.0", "value": `user.city == "Oslo"`}},
		"actions":    map[string]any{"assignUserToGroups": map[string]any{"groupIds": []string{group.ID}}},
	}, &rule)
	s.api(t, "POST", "/api/v1/groups/rules/"+rule.ID+"/lifecycle/activate", nil, nil)
	ana, ben := s.addPerson(t, "Ana", "Journey", ""), s.addPerson(t, "Ben", "Journey", "")
	for id, city := range map[string]string{ana.ID: "Oslo", ben.ID: "Rome"} {
		s.api(t, "POST", "/api/v1/users/"+id, map[string]any{"profile": map[string]any{"city": city}}, nil)
	}
	return crm{app.ID, group.ID, ana.ID, ben.ID}
}

// An admin gives Sales the CRM app with a role in its profile, then finds out why Ana has
// it and why Ben has not.
func TestGiveSalesTheCRMAndFindOutWhy(t *testing.T) {
	s := startSite(t)
	in := s.newCRM(t)
	p := newVisitor(t).signIn(s, "super-admin", "/apps/"+in.app+"/assignments")
	p.see("Nobody has it")
	p.ready()
	p.must(p.find("input[name=find]").Input("Field sa"))
	p.must(p.Keyboard.Press(input.Enter))
	p.follow("Assign to Field sales")
	p.see("Field CRM reaches 1 member now")
	p.click("Assign") // without the role that the app wants
	p.see("This is required")
	p.must(p.label("Role").Timeout(patience).Select([]string{"Seller"}, true, "text"))
	p.follow("Assign")
	p.see("Field CRM is assigned to the group Field sales.")
	p.see("role: Seller")
	p.see("Ana Journey")
	p.accessible("the assignments of an app")

	p.follow("Edit the assignment of Ana Journey")
	p.see("The group Field sales gives it")
	p.click("Assign directly")
	p.must(p.holds(`() => window.leaving = true`))
	p.must(p.find("dialog[open] button[type=submit]").Click("left", 1))
	p.must(p.holds(`() => !window.leaving && document.readyState === "complete"`))
	p.see("Field CRM is assigned directly to Ana Journey now.")

	p.follow("Why Ana Journey has Field CRM")
	p.see("Assigned directly")
	p.see("Without the direct assignment it would come from Field sales.")
	p.see(`user.city is "Oslo"`)
	p.accessible("why somebody has an app")
	p.must(p.find("input[name=person]").Input("ben.journey@journey.example"))
	p.must(p.holds(`() => window.leaving = true`))
	p.must(p.Keyboard.Press(input.Enter))
	p.must(p.holds(`() => !window.leaving && document.readyState === "complete"`))
	p.see("Why Ben Journey has not got Field CRM")
	p.see("The group Field sales would give it.")
	p.see(`user.city is "Rome"`)
	p.find(".clauses .false .clauses .false")
	if at := p.url(); at != s.Console+"/people/"+in.ben+"/apps/"+in.app+"/why" {
		t.Errorf("the answer has the address %s", at)
	}

	p.visit(s.Console + "/apps/" + in.app + "/people/" + in.ana)
	p.click("Hand over to the group")
	p.see("Ana Journey loses it when they leave the group")
	p.must(p.holds(`() => window.leaving = true`))
	p.must(p.find("dialog[open] button[type=submit]").Click("left", 1))
	p.must(p.holds(`() => !window.leaving && document.readyState === "complete"`))
	p.see("The group Field sales gives Field CRM to Ana Journey now.")
}
