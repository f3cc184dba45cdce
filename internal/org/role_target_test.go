package org

import (
	"slices"
	"testing"
)

func TestGroupRole(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		group := x.newGroup("Auditors")
		roles := "/api/v1/groups/" + group + "/roles"
		give := func(kind string) answer { return x.call("POST", roles, `{"type":"`+kind+`"}`) }
		app := string(give("APP_ADMIN").want(201).body)
		// The recorded form.
		if want := `{"id":"IFIFAX2BIRGUSTQ","label":"Application Administrator","type":"APP_ADMIN","status":"ACTIVE","created":"2026-03-02T09:00:00.000Z",` +
			`"lastUpdated":"2026-03-02T09:00:00.000Z","assignmentType":"GROUP","_links":{"assignee":{"href":"http://org.example/api/v1/groups/` + group + `"}}}`; app != want {
			t.Errorf("role\n%s\nwant\n%s", app, want)
		}
		give("APP_ADMIN").refused(409, "E0000090", "The role specified is already assigned to the group.")
		give("EMPEROR").refused(400, "E0000001", "")
		reader := give("READ_ONLY_ADMIN").want(201).doc()
		if id := reader.Text("id"); id[:3] != "gra" || reader.Text("label") != "Read-only Administrator" {
			t.Errorf("role %s", reader.Bytes())
		}
		if n := len(x.call("GET", roles, "").want(200).docs()); n != 2 {
			t.Errorf("%d roles listed", n)
		}
		if got := string(x.call("GET", roles+"/IFIFAX2BIRGUSTQ", "").want(200).body); got != app {
			t.Errorf("read %s", got)
		}
		// Members hold it from the next request on, and lose it.
		member := x.as("member@example.com", "")
		member.call("GET", "/api/v1/users", "").refused(403, "E0000006", "")
		x.call("PUT", "/api/v1/groups/"+group+"/users/"+member.admin, "").want(204)
		member.call("GET", "/api/v1/users", "").want(200)
		x.call("DELETE", roles+"/IFIFAX2BIRGUSTQ", "").want(204)
		x.call("DELETE", roles+"/"+reader.Text("id"), "").want(204)
		member.call("GET", "/api/v1/users", "").refused(403, "E0000006", "")
		x.call("DELETE", roles+"/IFIFAX2BIRGUSTQ", "").refused(404, "E0000007", "")
		if g, r := x.events("group.privilege.grant"), x.events("group.privilege.revoke"); g != 3 || r != 1 {
			t.Errorf("%d grants and %d revocations told", g, r)
		}
	})
}

func TestGroupsThatCannotHoldRoles(t *testing.T) {
	x := newTestOrg(t)
	x.call("POST", "/api/v1/groups/"+x.everyone()+"/roles", `{"type":"READ_ONLY_ADMIN"}`).refused(400, "E0000211", "")
	large := x.newGroup("Large")
	join := func(n int) {
		x.write(func(tx *Tx) error {
			for range n {
				if _, err := tx.link(member, x.NewID(users.prefix), large); err != nil {
					return err
				}
			}
			return nil
		})
	}
	join(5001)
	x.call("POST", "/api/v1/groups/"+large+"/roles", `{"type":"READ_ONLY_ADMIN"}`).refused(400, "E0000193", "")
}

// security 37
func TestGroupOfTheLastSuperAdminsKeepsItsRole(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("Owners")
	role := x.call("POST", "/api/v1/groups/"+group+"/roles", `{"type":"SUPER_ADMIN"}`).want(201).doc().Text("id")
	x.call("PUT", "/api/v1/groups/"+group+"/users/"+x.admin, "").want(204)
	x.call("DELETE", "/api/v1/users/"+x.admin+"/roles/ra1", "").want(204)
	x.call("DELETE", "/api/v1/groups/"+group+"/roles/"+role, "").refused(403, "E0000006", "")
	x.call("GET", "/api/v1/groups/"+group+"/roles/"+role, "").want(200)
}

// security 37
func TestOnlySuperAdminsGiveGroupsRolesAndTargets(t *testing.T) {
	x := newTestOrg(t)
	group, other := x.newGroup("Admins"), x.newGroup("Other")
	role := "/api/v1/groups/" + group + "/roles/" + x.call("POST", "/api/v1/groups/"+group+"/roles", `{"type":"HELP_DESK_ADMIN"}`).want(201).doc().Text("id")
	y := x.as("org@example.com", "ORG_ADMIN")
	desk := x.as("desk@example.com", "HELP_DESK_ADMIN")
	own := "/api/v1/users/" + desk.admin + "/roles/" + x.roleID(desk.admin, "HELP_DESK_ADMIN") + "/targets/groups"
	x.call("PUT", own+"/"+group, "").want(204)
	x.call("PUT", own+"/"+other, "").want(204)
	y.call("POST", "/api/v1/groups/"+other+"/roles", `{"type":"READ_ONLY_ADMIN"}`).refused(403, "E0000006", "")
	for path, methods := range map[string][]string{
		role: {"GET", "DELETE"}, role + "/targets/groups": {"GET"}, role + "/targets/groups/" + other: {"PUT", "DELETE"}, own: {"GET"}, own + "/" + other: {"PUT", "DELETE"},
	} {
		for _, method := range methods {
			y.call(method, path, "").refused(403, "E0000006", "")
		}
	}
	desk.call("DELETE", own+"/"+other, "").refused(403, "E0000006", "")
	// Somebody reads their own, as the console asks at sign-in.
	if n := len(desk.call("GET", "/api/v1/users/me/roles/"+x.roleID(desk.admin, "HELP_DESK_ADMIN")+"/targets/groups", "").want(200).docs()); n != 2 {
		t.Errorf("%d targets of one's own role", n)
	}
}

func TestRoleTargets(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		support, sales, admins := x.newGroup("Support"), x.newGroup("Sales"), x.newGroup("Admins")
		person := x.newPerson("desk@example.com", "", "")
		for name, holder := range map[string]string{"a user": "/api/v1/users/" + person, "a group": "/api/v1/groups/" + admins} {
			t.Run(name, func(t *testing.T) {
				x := *x
				x.t = t
				role := holder + "/roles/" + x.call("POST", holder+"/roles", `{"type":"HELP_DESK_ADMIN"}`).want(201).doc().Text("id")
				targets := role + "/targets/groups"
				if got := string(x.call("GET", targets, "").want(200).body); got != "[]" {
					t.Errorf("targets of a new role %s", got)
				}
				for _, g := range []string{support, sales, support} {
					x.call("PUT", targets+"/"+g, "").want(204)
				}
				var got []string
				docs, pages := x.pages(targets + "?limit=1")
				for _, d := range docs {
					got = append(got, d.Text("id"))
				}
				if !slices.Equal(got, sorted([]string{support, sales})) || pages != 2 {
					t.Errorf("targets %v", got)
				}
				x.call("DELETE", targets+"/"+sales, "").want(204)
				x.call("DELETE", targets+"/"+sales, "").refused(404, "E0000007", "")
				x.call("DELETE", targets+"/"+support, "").refused(400, "E0000001", "")
				x.call("PUT", targets+"/00gnone", "").refused(404, "E0000007", "")
				reader := holder + "/roles/" + x.call("POST", holder+"/roles", `{"type":"READ_ONLY_ADMIN"}`).want(201).doc().Text("id")
				x.call("PUT", reader+"/targets/groups/"+support, "").refused(400, "E0000091", "")
				// A role that is given again covers the whole org again.
				x.call("DELETE", role, "").want(204)
				x.call("POST", holder+"/roles", `{"type":"HELP_DESK_ADMIN"}`).want(201)
				if got := string(x.call("GET", targets, "").want(200).body); got != "[]" {
					t.Errorf("targets of a role given again %s", got)
				}
			})
		}
	})
}

// A role that comes of a group is narrowed by the targets that it has there.
func TestGroupsRoleReachesItsTargets(t *testing.T) {
	x := newTestOrg(t)
	support, admins := x.newGroup("Support"), x.newGroup("Admins")
	inside, outside := x.person("in@example.com"), x.person("out@example.com")
	desk := x.as("desk@example.com", "")
	x.call("PUT", "/api/v1/groups/"+support+"/users/"+inside, "").want(204)
	x.call("PUT", "/api/v1/groups/"+admins+"/users/"+desk.admin, "").want(204)
	role := x.call("POST", "/api/v1/groups/"+admins+"/roles", `{"type":"HELP_DESK_ADMIN"}`).want(201).doc().Text("id")
	reset := func(id string) answer {
		return desk.call("POST", "/api/v1/users/"+id+"/lifecycle/reset_password?sendEmail=false", "")
	}
	reset(outside).want(200)
	x.call("PUT", "/api/v1/groups/"+admins+"/roles/"+role+"/targets/groups/"+support, "").want(204)
	reset(inside).want(200)
	reset(outside).refused(403, "E0000006", "")
	if got := desk.call("GET", "/api/v1/users", "").want(200).logins(); !slices.Equal(got, []string{"in@example.com"}) {
		t.Errorf("sees %v", got)
	}
	if n := len(desk.call("GET", "/api/v1/users/me/roles/"+role+"/targets/groups", "").want(200).docs()); n != 1 {
		t.Errorf("%d targets of the role that comes of the group", n)
	}
	// With the group the role is gone.
	x.call("DELETE", "/api/v1/groups/"+admins, "").want(204)
	reset(inside).refused(403, "E0000006", "")
}
