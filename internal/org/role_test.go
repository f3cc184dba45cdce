package org

import (
	"sync"
	"testing"
)

// as is the org seen by another person, who holds a role; role is "" for none.
func (x *testOrg) as(login, role string) *testOrg {
	x.t.Helper()
	id := x.person(login)
	if role != "" {
		x.call("POST", "/api/v1/users/"+id+"/roles", `{"type":"`+role+`"}`).want(201)
	}
	y := *x
	y.token, y.admin = "token-of-"+id, id
	x.write(func(tx *Tx) error {
		_, err := tx.q.Exec(tx.ctx, `INSERT INTO api_token (hash, id, name, user_id, created) VALUES ($1, $2, 'test', $3, 0)`, hashSecret(y.token), "00T"+id, id)
		return err
	})
	return &y
}

func TestRoleAssignment(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("helper@example.com", "", "")
	roles := "/api/v1/users/" + id + "/roles"
	want := func(id, label, kind string) string {
		return `{"id":"` + id + `","label":"` + label + `","type":"` + kind + `","status":"ACTIVE","created":"2026-03-02T09:00:00.000Z",` +
			`"lastUpdated":"2026-03-02T09:00:00.000Z","assignmentType":"USER","_links":{"assignee":{"href":"http://org.example` + roles[:len(roles)-6] + `"}}}`
	}
	// The recorded ids of roles that take targets.
	for kind, c := range map[string]struct{ id, label string }{
		"APP_ADMIN":              {"IFIFAX2BIRGUSTQ", "Application Administrator"},
		"HELP_DESK_ADMIN":        {"JBCUYUC7IRCVGS27IFCE2SKO", "Help Desk Administrator"},
		"USER_ADMIN":             {"KVJUKUS7IFCE2SKO", "Group Administrator"},
		"GROUP_MEMBERSHIP_ADMIN": {"I5JE6VKQL5GUKTKCIVJFGSCJKBPUCRCNJFHA", "Group Membership Administrator"},
	} {
		a := x.call("POST", roles+"?disableNotifications=false", `{"type":"`+kind+`"}`).want(201)
		if string(a.body) != want(c.id, c.label, kind) {
			t.Errorf("role\n%s\nwant\n%s", a.body, want(c.id, c.label, kind))
		}
		x.call("POST", roles, `{"type":"`+kind+`"}`).refused(409, "E0000090", "")
	}
	super := x.call("POST", roles, `{"type":"SUPER_ADMIN"}`).want(201).doc()
	if super.Text("id")[:3] != "ra1" || super.Text("label") != "Super Administrator" {
		t.Errorf("super admin %s", super.Bytes())
	}
	if n := len(x.call("GET", roles, "").want(200).docs()); n != 5 {
		t.Errorf("%d roles listed, want 5", n)
	}
	if got := x.call("GET", roles+"/IFIFAX2BIRGUSTQ", "").want(200).doc().Text("type"); got != "APP_ADMIN" {
		t.Errorf("read %s", got)
	}
	x.call("DELETE", roles+"/IFIFAX2BIRGUSTQ", "").want(204)
	x.call("GET", roles+"/IFIFAX2BIRGUSTQ", "").refused(404, "E0000007", "")
	x.call("DELETE", roles+"/IFIFAX2BIRGUSTQ", "").refused(404, "E0000007", "")
	x.call("POST", roles, `{"type":"EMPEROR"}`).refused(400, "E0000001", "type: Must be one of the standard role types")
	// A removal that leaves roles tells what is left; only the last one is a revocation.
	for i, role := range x.call("GET", roles, "").want(200).docs() {
		if grants, revokes := x.events("user.account.privilege.grant"), x.events("user.account.privilege.revoke"); grants != 6+i || revokes != 0 {
			t.Errorf("%d grants and %d revokes told before removal %d", grants, revokes, i)
		}
		x.call("DELETE", roles+"/"+role.Text("id"), "").want(204)
	}
	if n := x.events("user.account.privilege.revoke"); n != 1 {
		t.Errorf("%d revocations told", n)
	}
}

func TestRoleThroughGroup(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("Auditors")
	id := x.newPerson("auditor@example.com", "", "")
	x.call("PUT", "/api/v1/groups/"+group+"/users/"+id, "").want(204)
	x.write(func(tx *Tx) error { _, err := tx.assignRole(group, "READ_ONLY_ADMIN"); return err })
	roles := x.call("GET", "/api/v1/users/"+id+"/roles", "").want(200).docs()
	if len(roles) != 1 || roles[0].Text("assignmentType") != "GROUP" || roles[0].Text("_links", "assignee", "href") != "http://org.example/api/v1/groups/"+group {
		t.Errorf("roles %s", roles)
	}
}

// security 37
func TestOnlySuperAdminsGiveRoles(t *testing.T) {
	x := newTestOrg(t)
	orgAdmin := x.as("org-admin@example.com", "ORG_ADMIN")
	for _, kind := range []string{"SUPER_ADMIN", "READ_ONLY_ADMIN"} {
		orgAdmin.call("POST", "/api/v1/users/"+orgAdmin.admin+"/roles", `{"type":"`+kind+`"}`).refused(403, "E0000006", "")
	}
	orgAdmin.call("DELETE", "/api/v1/users/"+x.admin+"/roles/ra1", "").refused(403, "E0000006", "")
	for _, c := range []struct{ method, path, body string }{
		{"POST", "/lifecycle/deactivate", ""},
		{"POST", "/lifecycle/reset_password?sendEmail=false", ""},
		{"POST", "/lifecycle/reset_factors", ""},
		{"POST", "", `{"profile":{"email":"mine@example.com"}}`},
		{"POST", "", `{"credentials":{"password":{"value":"` + passwordA + `"}}}`},
		{"DELETE", "", ""},
	} {
		orgAdmin.call(c.method, "/api/v1/users/"+x.admin+c.path, c.body).refused(403, "E0000006", "")
	}
	if n := len(x.call("GET", "/api/v1/users/"+x.admin+"/roles", "").want(200).docs()); n != 1 {
		t.Errorf("%d roles left", n)
	}
}

// security 37
func TestLastSuperAdminStays(t *testing.T) {
	x := newTestOrg(t)
	self := "/api/v1/users/" + x.admin
	stays := func() {
		t.Helper()
		x.call("DELETE", self+"/roles/ra1", "").refused(403, "E0000006", "")
		x.call("POST", self+"/lifecycle/deactivate", "").refused(403, "E0000006", "")
		x.call("POST", self+"/lifecycle/suspend", "").refused(403, "E0000006", "")
		x.call("DELETE", self, "").refused(403, "E0000006", "")
	}
	stays()
	second := x.as("second@example.com", superAdmin)
	x.call("POST", "/api/v1/users/"+second.admin+"/lifecycle/suspend", "").want(200)
	stays() // somebody who cannot sign in is not enough
	x.call("POST", "/api/v1/users/"+second.admin+"/lifecycle/unsuspend", "").want(200)
	x.call("DELETE", self+"/roles/ra1", "").want(204)
	second.call("DELETE", "/api/v1/users/"+second.admin, "").refused(403, "E0000006", "")
}

// security 37: of many super admins who all leave at once one stays.
func TestLastSuperAdminRace(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		const leavers = 16
		paths := []string{"/api/v1/users/" + x.admin + "/roles/ra1"}
		for len(paths) < leavers {
			id := x.person(x.NewSecret(8) + "@example.com")
			role := x.call("POST", "/api/v1/users/"+id+"/roles", `{"type":"SUPER_ADMIN"}`).want(201).doc().Text("id")
			paths = append(paths, "/api/v1/users/"+id+"/roles/"+role)
		}
		var wg sync.WaitGroup
		for _, path := range paths {
			wg.Go(func() { x.call("DELETE", path, "") })
		}
		wg.Wait()
		left, err := x.reads(t.Context()).ids(`SELECT owner FROM role_assignment WHERE type = 'SUPER_ADMIN' ORDER BY owner`)
		if err != nil || len(left) == 0 {
			t.Fatalf("super admins left: %v %v", left, err)
		}
	})
}
