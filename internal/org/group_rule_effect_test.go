package org

import (
	"context"
	"fmt"
	"testing"

	"gatehouse/internal/okta"
)

// inDepartment stores an active person of a department.
func (x *testOrg) inDepartment(login, department string) string {
	x.t.Helper()
	return x.personOf(x.defaultType(), login, `,"department":"`+department+`"`)
}

func (x *testOrg) setDepartment(id, department string) {
	x.t.Helper()
	x.call("POST", "/api/v1/users/"+id, `{"profile":{"department":"`+department+`"}}`).want(200)
}

func TestGroupRuleFollowsProfiles(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		ada, ben := x.inDepartment("ada@org.example", "Sales"), x.inDepartment("ben@org.example", "Ops")
		sales := x.newGroup("Sales")
		rule := x.newRule("Sales", `user.department=="Sales"`, sales)
		x.hasMembers(sales)
		x.call("POST", rulesPath+"/"+rule+"/lifecycle/activate", "").want(204)
		x.idle()
		x.hasMembers(sales, ada)
		x.setDepartment(ben, "Sales")
		x.hasMembers(sales, ada, ben)
		x.setDepartment(ada, "Ops")
		x.hasMembers(sales, ben)
		created := x.call("POST", "/api/v1/users?activate=true", `{"profile":{"firstName":"C","lastName":"D","login":"c@org.example","email":"c@org.example","department":"Sales"},"credentials":{"password":{"value":"Correct-Horse-9"}}}`).want(200).doc().Text("id")
		x.hasMembers(sales, ben, created)
		for event, want := range map[string]int{
			"group.user_membership.add": 3, "group.user_membership.remove": 1,
			"group.user_membership.rule.trigger": 1, "group.user_membership.rule.evaluation": 1,
		} {
			if n := x.events(event); n != want {
				t.Errorf("%d events %s, want %d", n, event, want)
			}
		}
		x.call("POST", "/api/v1/users/"+ben+"/lifecycle/deactivate", "").want(200)
		x.hasMembers(sales, created)

		x.call("POST", rulesPath+"/"+rule+"/lifecycle/deactivate", "").want(204)
		x.hasMembers(sales, created) // what it gave stays
		x.setDepartment(created, "Ops")
		x.hasMembers(sales, created) // and it does no more
		x.call("POST", rulesPath+"/"+rule+"/lifecycle/activate", "").want(204)
		x.idle()
		x.hasMembers(sales)
	})
}

// Pending people are not moved (help page on group rules); they are when they become active.
func TestGroupRuleWaitsForPending(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("All")
	x.activeRule("All", `user.lastName != null`, group)
	id := x.call("POST", "/api/v1/users?activate=false", `{"profile":{"firstName":"C","lastName":"D","login":"c@org.example","email":"c@org.example"},"credentials":{"password":{"value":"Correct-Horse-9"}}}`).want(200).doc().Text("id")
	x.hasMembers(group, x.admin)
	x.call("POST", "/api/v1/users/"+id+"/lifecycle/activate?sendEmail=false", "").want(200)
	x.hasMembers(group, x.admin, id)
}

func TestGroupRuleExceptsWhoIsTakenOutByHand(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		ada := x.inDepartment("ada@org.example", "Sales")
		sales, crm := x.newGroup("Sales"), x.newGroup("CRM")
		rule := x.activeRule("Sales", `user.department=="Sales"`, sales, crm)
		x.hasMembers(crm, ada)
		x.call("DELETE", "/api/v1/groups/"+sales+"/users/"+ada, "").want(204)
		x.hasMembers(sales)
		x.hasMembers(crm) // the rule no longer gives this one, either
		var d groupRuleDocument
		if err := x.rule(rule).Decode(&d); err != nil || !d.excludes(ada) {
			t.Errorf("excluded: %v (%v)", d.Conditions.People.Users.Exclude, err)
		}
		if n := x.events("group.user_membership.rule.add_exclusion"); n != 1 {
			t.Errorf("%d events of an exclusion", n)
		}
		x.setDepartment(ada, "Ops")
		x.setDepartment(ada, "Sales")
		x.hasMembers(sales)
	})
}

// Where a membership comes from is known: a rule takes away only what no other gives,
// and manages from then on who was there by hand.
func TestGroupRulesShareAGroup(t *testing.T) {
	x := newTestOrg(t)
	ada, ben := x.inDepartment("ada@org.example", "Sales"), x.inDepartment("ben@org.example", "Ops")
	group := x.newGroup("Shared")
	for _, id := range []string{ada, ben} {
		x.call("PUT", "/api/v1/groups/"+group+"/users/"+id, "").want(204)
	}
	one := x.activeRule("One", `user.department=="Sales"`, group)
	two := x.activeRule("Two", `String.startsWith(user.login, "ada")`, group)
	s := x.reads(context.Background())
	if by, err := s.rulesGiving(ada, group); err != nil || len(by) != 2 {
		t.Errorf("ada by %v (%v)", by, err)
	}
	if by, err := s.rulesGiving(ben, group); err != nil || len(by) != 0 {
		t.Errorf("ben by %v (%v)", by, err)
	}
	x.setDepartment(ada, "Ops")
	x.hasMembers(group, ada, ben)
	x.call("DELETE", rulesPath+"/"+two+"?removeUsers=true", "").want(202)
	x.idle()
	x.hasMembers(group, ben)
	x.setDepartment(ada, "Sales")
	x.hasMembers(group, ada, ben)
	x.call("DELETE", rulesPath+"/"+one, "").want(202)
	x.idle()
	x.hasMembers(group, ada, ben)
	x.setDepartment(ada, "Ops")
	x.hasMembers(group, ada, ben) // by hand now
}

func TestGroupRulesThatAskForGroups(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		ada := x.inDepartment("ada@org.example", "Sales")
		sales, crm, tools := x.newGroup("Sales"), x.newGroup("CRM"), x.newGroup("Tools")
		x.activeRule("Tools", `isMemberOfGroupName("CRM")`, tools)
		x.activeRule("CRM", `isMemberOfAnyGroup("`+sales+`")`, crm)
		x.call("PUT", "/api/v1/groups/"+sales+"/users/"+ada, "").want(204)
		x.hasMembers(crm, ada)
		x.hasMembers(tools, ada) // through the other rule
		x.call("DELETE", "/api/v1/groups/"+sales+"/users/"+ada, "").want(204)
		x.hasMembers(crm)
		x.hasMembers(tools)
		x.call("PUT", "/api/v1/groups/"+sales+"/users/"+ada, "").want(204)
		x.call("PUT", "/api/v1/groups/"+crm, groupBody("Customers", "")).want(200)
		x.idle()
		x.hasMembers(tools) // the name has gone
		x.call("DELETE", "/api/v1/groups/"+sales, "").want(204)
		x.idle()
		x.hasMembers(crm)
	})
}

// A rule that undoes its own condition ends, and the log says so.
func TestGroupRuleThatContradictsItself(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("G")
	x.activeRule("Never", `!isMemberOfGroup("`+group+`")`, group)
	if x.events("group.user_membership.rule.error") == 0 {
		t.Error("no event tells that the rule does not come to an end")
	}
}

// What cannot be evaluated leaves the person as they are, and the edit goes through.
func TestGroupRuleThatFails(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("G")
	ada := x.inDepartment("ada@org.example", "12")
	x.activeRule("Number", `Convert.toInt(user.department) == 12`, group)
	if n := x.events("group.user_membership.rule.error"); n != 0 {
		t.Fatalf("%d errors before", n)
	}
	x.setDepartment(ada, "many")
	x.hasMembers(group, ada)
	if n := x.events("group.user_membership.rule.error"); n != 1 {
		t.Errorf("%d errors told, want 1", n)
	}
}

func TestGroupRuleLosesItsGroup(t *testing.T) {
	x := newTestOrg(t)
	one, two := x.newGroup("One"), x.newGroup("Two")
	id := x.activeRule("R", `true`, one, two)
	x.hasMembers(one, x.admin)
	x.call("DELETE", "/api/v1/groups/"+two, "").want(204)
	doc := x.rule(id)
	if doc.Text("status") != "INVALID" || string(doc.Get("allGroupsValid")) != "false" || x.events("group.user_membership.rule.invalidate") != 1 {
		t.Errorf("after its group was deleted: %s", doc.Bytes())
	}
	ada := x.person("ada@org.example")
	x.setDepartment(ada, "Sales")
	x.hasMembers(one, x.admin) // it works no more
	x.call("POST", rulesPath+"/"+id+"/lifecycle/activate", "").refused(400, "E0000001", "")
}

// Rules make no admins: a group that came to hold roles after the rule was written is passed over.
func TestGroupRuleMakesNoAdmins(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("G")
	x.activeRule("Sales", `user.department=="Sales"`, group)
	x.write(func(tx *Tx) error {
		_, err := tx.q.Exec(tx.ctx, `INSERT INTO role_assignment (owner, id, type, via, created) VALUES ($1, 'gra1', 'USER_ADMIN', 'GROUP', 0)`, group)
		return err
	})
	x.setDepartment(x.person("ada@org.example"), "Sales")
	x.hasMembers(group)
}

// A group that rules fill cannot be given a role (error catalogue).
func TestGroupsOfRulesHoldNoRoles(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("G")
	rule := x.newRule("R", `user.department=="Sales"`, group)
	path := "/api/v1/groups/" + group + "/roles"
	x.call("POST", path, `{"type":"READ_ONLY_ADMIN"}`).refused(400, "E0000192", "")
	x.call("DELETE", rulesPath+"/"+rule, "").want(202)
	x.call("POST", path, `{"type":"READ_ONLY_ADMIN"}`).want(201)
}

// Activation goes through people in batches; each is kept, so a stop loses nothing, and
// a deactivation ends it.
func TestGroupRuleInBatches(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		const people = jobBatch + 20
		group := x.newGroup("All")
		rule := x.newRule("All", `user.lastName=="B"`, group)
		x.write(func(tx *Tx) error {
			profile, err := okta.Parse([]byte(`{"firstName":"A","lastName":"B"}`))
			if err != nil {
				return err
			}
			for i := range people {
				login := fmt.Sprintf("p%d@org.example", i)
				doc, err := newUserDocument(newUser{
					id: x.NewID(users.prefix), typeID: x.defaultType(), status: "ACTIVE", created: tx.now,
					profile: profile.With("login", login).With("email", login),
				})
				if err != nil {
					return err
				}
				if err := tx.putUser(doc); err != nil {
					return err
				}
			}
			d, err := tx.groupRule(rule)
			if err != nil {
				return err
			}
			d.Status = ruleActive
			if _, err := tx.putRule(d); err != nil {
				return err
			}
			if err := tx.addRuleJob(ruleJob{rule, jobApply}); err != nil {
				return err
			}
			tx.ruleJobs, tx.touched = nil, nil // a process that stops before it begins
			return nil
		})
		done, err := x.ruleBatch(ruleJob{rule, jobApply})
		if n := len(x.members(group)); err != nil || done || n < jobBatch-1 || n > jobBatch {
			t.Fatalf("after the first batch: %d members, done %v, %v", n, done, err)
		}
		next, err := New(t.Context(), Config{DB: x.DB(), BaseURL: x.BaseURL(), Now: x.clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		if err := next.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(x.members(group)); n != people {
			t.Errorf("%d members at the end, want %d", n, people)
		}
		x.call("POST", rulesPath+"/"+rule+"/lifecycle/deactivate", "").want(204)
		if done, err := x.ruleBatch(ruleJob{rule, jobApply}); err != nil || !done {
			t.Errorf("a deactivated rule goes on: done %v, %v", done, err)
		}
		x.call("DELETE", rulesPath+"/"+rule+"?removeUsers=true", "").want(202)
		x.idle()
		x.hasMembers(group)
	})
}
