package org

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/okta"
)

const rulesPath = "/api/v1/groups/rules"

func ruleBody(name, expression string, groups ...string) string {
	body, err := json.Marshal(map[string]any{
		"type": "group_rule", "name": name,
		"conditions": map[string]any{
			"people":     map[string]any{"users": map[string]any{}},
			"expression": map[string]string{"type": ruleLanguage, "value": expression},
		},
		"actions": map[string]any{"assignUserToGroups": map[string]any{"groupIds": groups}},
	})
	if err != nil {
		panic(err) // strings can always be written
	}
	return string(body)
}

// newRule creates a rule and returns its id.
func (x *testOrg) newRule(name, expression string, groups ...string) string {
	x.t.Helper()
	return x.call("POST", rulesPath, ruleBody(name, expression, groups...)).want(200).doc().Text("id")
}

// activeRule creates a rule, activates it and waits until everybody is done.
func (x *testOrg) activeRule(name, expression string, groups ...string) string {
	x.t.Helper()
	id := x.newRule(name, expression, groups...)
	x.call("POST", rulesPath+"/"+id+"/lifecycle/activate", "").want(204)
	x.idle()
	return id
}

func (x *testOrg) rule(id string) okta.Object {
	x.t.Helper()
	return x.call("GET", rulesPath+"/"+id, "").want(200).doc()
}

// hasMembers fails the test unless these people are the members of a group.
func (x *testOrg) hasMembers(group string, want ...string) {
	x.t.Helper()
	got := x.members(group)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		x.t.Fatalf("members of %s: %v, want %v", group, got, want)
	}
}

func TestGroupRuleDocument(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		group := x.newGroup("Andys")
		made := x.call("POST", rulesPath, ruleBody("Andy", `String.startsWith(user.firstName,"andy")`, group)).want(200)
		id := made.doc().Text("id")
		// The keys and their order are recorded.
		want := `{"type":"group_rule","id":"` + id + `","status":"INACTIVE","name":"Andy","created":"2026-03-02T09:00:00.000Z","lastUpdated":"2026-03-02T09:00:00.000Z",` +
			`"conditions":{"people":{"users":{"exclude":[]},"groups":{"exclude":[]}},"expression":{"value":"String.startsWith(user.firstName,\"andy\")","type":"urn:okta:expression:1.0"}},` +
			`"actions":{"assignUserToGroups":{"groupIds":["` + group + `"]}},"allGroupsValid":true}`
		if string(made.body) != want || !strings.HasPrefix(id, "0pr") {
			t.Errorf("created\n%s, want\n%s", made.body, want)
		}
		x.clock.forward(time.Minute)
		changed := x.call("PUT", rulesPath+"/"+id, ruleBody("Sales", `user.department=="Sales"`, group)).want(200).doc()
		if changed.Text("name") != "Sales" || changed.Text("conditions", "expression", "value") != `user.department=="Sales"` || changed.Text("lastUpdated") != "2026-03-02T09:01:00.000Z" {
			t.Errorf("changed: %s", changed.Bytes())
		}
		x.call("POST", rulesPath+"/"+id+"/lifecycle/activate", "").want(204)
		x.idle()
		if s := x.rule(id).Text("status"); s != "ACTIVE" {
			t.Errorf("status %s after activation", s)
		}
		x.call("PUT", rulesPath+"/"+id, ruleBody("Other", `true`, group)).refused(400, "E0000001", "status: Only an inactive rule can be changed: deactivate it first")
		x.call("POST", rulesPath+"/"+id+"/lifecycle/deactivate", "").want(204)
		if s := x.rule(id).Text("status"); s != "INACTIVE" {
			t.Errorf("status %s after deactivation", s)
		}
		if named := x.call("GET", rulesPath+"/"+id+"?expand=groupIdToGroupNameMap", "").want(200).doc(); named.Text("_embedded", "groupIdToGroupNameMap", group) != "Andys" {
			t.Errorf("names of groups: %s", named.Bytes())
		}
		if gone := x.call("DELETE", rulesPath+"/"+id, "").want(202); string(gone.body) != "{}" {
			t.Errorf("deleted: %s", gone.body)
		}
		x.call("GET", rulesPath+"/"+id, "").refused(404, "E0000007", "")
	})
}

func TestGroupRuleList(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("Target")
	for i := range 3 {
		x.newRule(fmt.Sprint("Rule ", i), `true`, group)
	}
	x.newRule("Something else", `true`, group)
	found := x.call("GET", rulesPath+"?search=rule&limit=2", "").want(200)
	if docs := found.docs(); len(docs) != 2 {
		t.Fatalf("%d rules on the first page: %s", len(docs), found.body)
	}
	links := found.header.Values("Link")
	if len(links) != 2 || !strings.Contains(links[1], `rel="next"`) || !strings.Contains(links[1], "search=rule") {
		t.Fatalf("links %q", links)
	}
	next, _, _ := strings.Cut(strings.TrimPrefix(links[1], "<"+x.BaseURL()), ">")
	if docs := x.call("GET", next, "").want(200).docs(); len(docs) != 1 || !strings.HasPrefix(docs[0].Text("name"), "Rule ") {
		t.Errorf("%d rules on the second page", len(docs))
	}
	if docs := x.call("GET", rulesPath, "").want(200).docs(); len(docs) != 4 {
		t.Errorf("%d rules in all", len(docs))
	}
}

func TestGroupRuleRefusals(t *testing.T) {
	x := newTestOrg(t)
	group, admins := x.newGroup("Target"), x.newGroup("Admins")
	x.write(func(tx *Tx) error {
		_, err := tx.q.Exec(tx.ctx, `INSERT INTO role_assignment (owner, id, type, via, created) VALUES ($1, 'gra1', 'USER_ADMIN', 'GROUP', 0)`, admins)
		return err
	})
	x.newRule("Taken", `true`, group)
	cases := map[string]struct{ body, cause string }{
		"no name":              {ruleBody(" ", `true`, group), "name: The field cannot be left blank"},
		"51 characters":        {ruleBody(strings.Repeat("é", 51), `true`, group), "name: The field is too long"},
		"a name that is taken": {ruleBody("TAKEN", `true`, group), "name: Policy rule name already in use"}, // recorded
		"no expression":        {`{"name":"R"}`, "conditions.expression.type: The only type is urn:okta:expression:1.0"},
		"a broken expression":  {ruleBody("R", `user.department = "x"`, group), "conditions.expression.value: character 17: a single '=' does not compare; write =="},
		"an unknown attribute": {ruleBody("R", `true AND user.shoeSize == "x"`, group), "conditions.expression.value: character 10: no user has an attribute 'shoeSize'; name one of the user schema"},
		"no group":             {ruleBody("R", `true`), "actions.assignUserToGroups.groupIds: Name a group"},
		"a group that is gone": {ruleBody("R", `true`, "00gnothere000000005g"), "actions.assignUserToGroups.groupIds: There is no group '00gnothere000000005g'"},
		"the group Everyone":   {ruleBody("R", `true`, x.everyone()), "actions.assignUserToGroups.groupIds: Members of 'Everyone' cannot be assigned: it is no Okta group"},
		"a group of admins":    {ruleBody("R", `true`, admins), "actions.assignUserToGroups.groupIds: 'Admins' holds admin roles: a rule cannot make admins"},
		"an excluded nobody":   {strings.Replace(ruleBody("R", `true`, group), `"users":{}`, `"users":{"exclude":["00unobody00000000005"]}`, 1), "conditions.people.users: There is no user '00unobody00000000005'"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			x := *x
			x.t = t
			x.call("POST", rulesPath, c.body).refused(400, "E0000001", c.cause)
		})
	}
	id := x.newRule("Mine", `true`, group)
	x.call("PUT", rulesPath+"/"+id, ruleBody("Mine", `true`, x.newGroup("Other"))).refused(400, "E0000001", "actions: The groups of a rule cannot be changed: create another rule")
}

// A rule tells of people and groups that an admin of some groups may not know.
func TestGroupRulesAreNotForAdminsOfSomeGroups(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("Support")
	id := x.newRule("R", `true`, group)
	scoped, reader := x.as("support@example.com", "USER_ADMIN"), x.as("reader@example.com", "READ_ONLY_ADMIN")
	x.target(scoped.admin, "USER_ADMIN", group)
	reader.call("GET", rulesPath, "").want(200)
	for _, path := range []string{rulesPath, rulesPath + "/" + id} {
		scoped.call("GET", path, "").refused(403, "E0000006", "")
	}
	for _, actor := range []*testOrg{scoped, reader} {
		actor.call("POST", rulesPath+"/"+id+"/lifecycle/activate", "").refused(403, "E0000006", "")
	}
}
