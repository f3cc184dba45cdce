package org

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// members lists the ids of a group's members from the store.
func (x *testOrg) members(group string) []string {
	x.t.Helper()
	ids, err := x.reads(context.Background()).sources(member, group, 1000)
	if err != nil {
		x.t.Fatal(err)
	}
	return ids
}

func TestMembership(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		group, ada := x.newGroup("Support"), x.person("ada@org.example")
		path := "/api/v1/groups/" + group + "/users/" + ada
		x.clock.forward(time.Minute)

		x.call("PUT", path, "").want(204)
		if got := x.members(group); len(got) != 1 || got[0] != ada {
			t.Fatalf("members %v", got)
		}
		doc := x.call("GET", "/api/v1/groups/"+group, "").want(200).doc()
		if doc.Text("lastMembershipUpdated") != "2026-03-02T09:01:00.000Z" || doc.Text("lastUpdated") != "2026-03-02T09:00:00.000Z" {
			t.Errorf("times after a join: %s", doc.Bytes())
		}

		x.clock.forward(time.Minute)
		x.call("PUT", path, "").want(204) // again: nothing changes
		if doc := x.call("GET", "/api/v1/groups/"+group, "").doc(); doc.Text("lastMembershipUpdated") != "2026-03-02T09:01:00.000Z" {
			t.Errorf("a repeated join changed the group: %s", doc.Bytes())
		}
		x.call("DELETE", path, "").want(204)
		x.call("DELETE", path, "").want(204) // again: nothing changes
		if got := x.members(group); len(got) != 0 {
			t.Errorf("members after leaving: %v", got)
		}
		if a, r := x.events("group.user_membership.add"), x.events("group.user_membership.remove"); a != 1 || r != 1 {
			t.Errorf("%d events of joining, %d of leaving; want one each", a, r)
		}
	})
}

func TestMembershipRefusals(t *testing.T) {
	x := newTestOrg(t)
	group, gone := x.newGroup("Support"), x.person("gone@org.example")
	x.write(func(tx *Tx) error {
		doc, err := tx.get(users, gone)
		if err != nil {
			return err
		}
		if err := leaveGroups(tx, doc); err != nil {
			return err
		}
		return tx.putUser(doc.With("status", "DEPROVISIONED"))
	})
	x.call("PUT", "/api/v1/groups/"+group+"/users/00unobody00000000005", "").refused(404, "E0000007", "")
	x.call("PUT", "/api/v1/groups/00gnothere000000005g/users/"+x.admin, "").refused(404, "E0000007", "")
	x.call("PUT", "/api/v1/groups/"+group+"/users/"+gone, "").refused(403, "E0000038", "")
	for _, id := range x.members(x.everyone()) {
		if id == gone {
			t.Error("a deactivated person is in Everyone")
		}
	}
}

func TestLeaveGroupsTellsEach(t *testing.T) {
	x := newTestOrg(t)
	ada := x.person("ada@org.example")
	for i := range 3 {
		x.call("PUT", "/api/v1/groups/"+x.newGroup(fmt.Sprint("Group ", i))+"/users/"+ada, "").want(204)
	}
	x.write(func(tx *Tx) error {
		doc, err := tx.get(users, ada)
		if err != nil {
			return err
		}
		return leaveGroups(tx, doc)
	})
	left, err := x.reads(context.Background()).targets(member, ada, 10)
	if err != nil || len(left) != 0 {
		t.Errorf("still in %v (%v)", left, err)
	}
	if n := x.events("group.user_membership.remove"); n != 3 {
		t.Errorf("%d events of leaving, want 3: none for Everyone", n)
	}
}

func TestDeleteGroupTakesAllWithIt(t *testing.T) {
	x := newTestOrg(t)
	group, other, ada := x.newGroup("Support"), x.newGroup("Sales"), x.person("ada@org.example")
	x.call("PUT", "/api/v1/groups/"+group+"/users/"+ada, "").want(204)
	x.write(func(tx *Tx) error {
		for _, q := range []string{
			`INSERT INTO role_assignment (owner, id, type, via, created) VALUES ('` + group + `', 'gra1', 'READ_ONLY_ADMIN', 'GROUP', 0)`,
			`INSERT INTO role_assignment (owner, id, type, via, created) VALUES ('narrow', 'r1', 'USER_ADMIN', 'USER', 0)`,
			`INSERT INTO role_assignment (owner, id, type, via, created) VALUES ('wide', 'r1', 'USER_ADMIN', 'USER', 0)`,
			`INSERT INTO role_target (owner, role, kind, target) VALUES ('narrow', 'r1', 'group', '` + group + `')`,
			`INSERT INTO role_target (owner, role, kind, target) VALUES ('wide', 'r1', 'group', '` + group + `')`,
			`INSERT INTO role_target (owner, role, kind, target) VALUES ('wide', 'r1', 'group', '` + other + `')`,
		} {
			if _, err := tx.q.Exec(tx.ctx, q); err != nil {
				return err
			}
		}
		tx.changed = true
		return nil
	})
	rolesOfAda := func() int {
		roles, err := rolesOf(x.reads(context.Background()), ada)
		if err != nil {
			t.Fatal(err)
		}
		return len(roles)
	}
	if rolesOfAda() != 1 {
		t.Fatal("the group's role does not reach its member")
	}

	x.call("DELETE", "/api/v1/groups/"+group, "").want(204)
	x.call("DELETE", "/api/v1/groups/"+group, "").refused(404, "E0000007", "")
	if got := x.members(group); len(got) != 0 {
		t.Errorf("memberships left: %v", got)
	}
	if rolesOfAda() != 0 {
		t.Error("the role of a deleted group is still held")
	}
	s := x.reads(context.Background())
	narrow, err := rolesOf(s, "narrow")
	if err != nil || len(narrow) != 0 {
		t.Errorf("a role that lost its only target now covers everything: %v %v", narrow, err)
	}
	wide, err := s.ids(`SELECT target FROM role_target WHERE owner = 'wide'`)
	if err != nil || len(wide) != 1 || wide[0] != other {
		t.Errorf("targets of the role with two: %v %v", wide, err)
	}
	x.newGroup("Support") // the name is free again
}

// Joining a group that holds an admin role counts from the next request.
func TestMembershipOfAdminGroupCountsAtOnce(t *testing.T) {
	x := newTestOrg(t)
	group, ada := x.newGroup("Admins"), x.person("ada@org.example")
	x.write(func(tx *Tx) error {
		if _, err := tx.q.Exec(tx.ctx, `INSERT INTO role_assignment (owner, id, type, via, created) VALUES ($1, 'gra1', 'ORG_ADMIN', 'GROUP', 0)`, group); err != nil {
			return err
		}
		_, err := tx.q.Exec(tx.ctx, `INSERT INTO api_token (hash, id, name, user_id, created) VALUES ($1, '00T2', 'ada', $2, 0)`, hashSecret("ada-token"), ada)
		return err
	})
	hers := *x
	hers.token = "ada-token"
	hers.call("GET", "/api/v1/groups/"+group, "").refused(403, "E0000006", "")
	x.call("PUT", "/api/v1/groups/"+group+"/users/"+ada, "").want(204)
	hers.call("GET", "/api/v1/groups/"+group, "").want(200)
	x.call("DELETE", "/api/v1/groups/"+group+"/users/"+ada, "").want(204)
	hers.call("GET", "/api/v1/groups/"+group, "").refused(403, "E0000006", "")
}

func TestMembershipRace(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		const writers = 16
		group := x.newGroup("Busy")
		people := make([]string, writers)
		for i := range people {
			people[i] = x.person(fmt.Sprintf("p%d@org.example", i))
		}
		x.clock.forward(time.Minute)
		var wg sync.WaitGroup
		for _, id := range people {
			wg.Go(func() {
				if a := x.call("PUT", "/api/v1/groups/"+group+"/users/"+id, ""); a.status != 204 {
					t.Errorf("status %d: %s", a.status, a.body)
				}
			})
		}
		wg.Wait()
		if got := x.members(group); len(got) != writers {
			t.Errorf("%d members, want %d", len(got), writers)
		}
		if n := x.events("group.user_membership.add"); n != writers {
			t.Errorf("%d events, want %d", n, writers)
		}
	})
}

func TestGroupStats(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("Support")
	x.call("PUT", "/api/v1/groups/"+group+"/users/"+x.admin, "").want(204)
	doc := x.call("GET", "/api/v1/groups/"+group+"?expand=stats", "").want(200).doc()
	if got := string(doc.Get("_embedded", "stats")); got != `{"usersCount":1,"appsCount":0,"groupPushMappingsCount":0,"hasAdminPrivilege":false}` {
		t.Errorf("stats %s", got)
	}
}

// security 37: an admin who is no super admin cannot rise, or lift a friend, through a group with roles.
func TestGroupsWithRolesAreForSuperAdmins(t *testing.T) {
	x := newTestOrg(t)
	group, friend := x.newGroup("Admins"), x.person("friend@org.example")
	x.write(func(tx *Tx) error { _, err := tx.assignRole(group, superAdmin); return err })
	orgAdmin := x.as("org-admin@example.com", "ORG_ADMIN")
	for _, c := range []struct{ method, path, body string }{
		{"PUT", "/api/v1/groups/" + group + "/users/" + orgAdmin.admin, ""},
		{"PUT", "/api/v1/groups/" + group + "/users/" + friend, ""},
		{"DELETE", "/api/v1/groups/" + group + "/users/" + friend, ""},
		{"PUT", "/api/v1/groups/" + group, groupBody("Renamed", "")},
		{"DELETE", "/api/v1/groups/" + group, ""},
		{"POST", "/api/v1/users", `{"profile":{"firstName":"A","lastName":"B","login":"new@example.com","email":"new@example.com"},"groupIds":["` + group + `"]}`},
	} {
		orgAdmin.call(c.method, c.path, c.body).refused(403, "E0000006", "")
	}
	orgAdmin.call("PUT", "/api/v1/groups/"+orgAdmin.newGroup("Plain")+"/users/"+friend, "").want(204)
	if got := x.members(group); len(got) != 0 {
		t.Errorf("members %v", got)
	}
}

// security 37: the last super admin holds the role through a group, and stays in it.
func TestLastSuperAdminStaysInTheGroup(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("Admins")
	membership := "/api/v1/groups/" + group + "/users/" + x.admin
	x.call("PUT", membership, "").want(204)
	x.write(func(tx *Tx) error { _, err := tx.assignRole(group, superAdmin); return err })
	x.call("DELETE", "/api/v1/users/"+x.admin+"/roles/ra1", "").want(204) // still one through the group
	x.call("DELETE", membership, "").refused(403, "E0000006", "")
	x.call("DELETE", "/api/v1/groups/"+group, "").refused(403, "E0000006", "")
	other := x.person("other@org.example")
	x.call("PUT", "/api/v1/groups/"+group+"/users/"+other, "").want(204)
	x.call("DELETE", membership, "").want(204)
}
