package org

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

// everyReach are the rows that role_reach must have, as targets and memberships say it.
func (x *testOrg) everyReach() (want, got []string) {
	x.t.Helper()
	s := x.reads(x.t.Context())
	want, err := s.ids(`SELECT DISTINCT t.owner || ' ' || t.role || ' ' || e.src FROM role_target t JOIN edge e ON e.kind = 'member' AND e.dst = t.target
		WHERE t.kind = 'group' AND t.target NOT IN (SELECT owner FROM role_assignment) ORDER BY 1`)
	if err != nil {
		x.t.Fatal(err)
	}
	got, err = s.ids(`SELECT owner || ' ' || role || ' ' || person FROM role_reach ORDER BY 1`)
	if err != nil {
		x.t.Fatal(err)
	}
	return want, got
}

// What a role reaches follows every change of members, targets and roles.
func TestReachFollowsEveryChange(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		random := rand.New(rand.NewPCG(7, 7))
		var people, grps, admins []string
		for i := range 4 {
			people = append(people, x.person(fmt.Sprintf("p%d@example.com", i)))
			grps = append(grps, x.newGroup(fmt.Sprint("Group ", i)))
		}
		for i := range 2 {
			id := x.person(fmt.Sprintf("admin%d@example.com", i))
			x.call("POST", "/api/v1/users/"+id+"/roles", `{"type":"HELP_DESK_ADMIN"}`).want(201)
			admins = append(admins, "/api/v1/users/"+id+"/roles/"+x.roleID(id, okta.HelpDeskAdmin)+"/targets/groups/")
		}
		holders := x.newGroup("Holders")
		role := x.call("POST", "/api/v1/groups/"+holders+"/roles", `{"type":"USER_ADMIN"}`).want(201).doc().Text("id")
		admins = append(admins, "/api/v1/groups/"+holders+"/roles/"+role+"/targets/groups/")
		rounds := 250
		if testing.Short() {
			rounds = 100
		}
		did := map[int]int{}
		for n := range rounds {
			i, j, k := random.IntN(len(grps)), random.IntN(len(people)), random.IntN(len(admins))
			group, person, target := "/api/v1/groups/"+grps[i], "/api/v1/users/"+people[j], admins[k]+grps[i]
			membership := group + "/users/" + people[j]
			steps := [][2]string{
				{"PUT", membership},
				{"PUT", membership},
				{"DELETE", membership},
				{"PUT", target},
				{"PUT", target},
				{"DELETE", target},
				{"POST", group + "/roles"},
				{"DELETE", group + "/roles"},
				{"DELETE", group + "/roles"},
				{"DELETE", person},
				{"DELETE", group},
				{"DELETE", strings.TrimSuffix(admins[k], "/targets/groups/")},
			}
			kind := random.IntN(len(steps))
			method, path, body := steps[kind][0], steps[kind][1], ""
			switch {
			case kind == 6:
				body = `{"type":"READ_ONLY_ADMIN"}`
			case strings.HasSuffix(path, "/roles"):
				if held := x.call("GET", path, "").want(200).docs(); len(held) > 0 {
					path += "/" + held[0].Text("id")
				}
			}
			a := x.call(method, path, body)
			if want, got := x.everyReach(); !slices.Equal(want, got) {
				t.Fatalf("after %s %s:\n%v, want\n%v", method, path, got, want)
			}
			if a.status >= 300 {
				continue
			}
			did[kind]++
			switch path { // somebody or something else takes the place of what is gone
			case person:
				people[j] = x.person(fmt.Sprintf("p%d@example.com", 100+n))
			case group:
				grps[i] = x.newGroup(fmt.Sprint("Group ", 100+n))
			case steps[11][1]:
				holder := path[:strings.LastIndex(path, "/")]
				role := okta.HelpDeskAdmin
				if strings.Contains(holder, holders) {
					role = okta.UserAdmin
				}
				x.call("POST", holder, `{"type":"`+role+`"}`).want(201)
			}
		}
		if len(did) < 9 {
			t.Errorf("too few kinds of change were made: %v", did)
		}
	})
}

// A group that is given an admin role leaves the reach of the admins who are narrowed to
// it, from the next request on, and comes back when it has lost the role (okta-semantics C6).
// security 35
func TestGroupWithRolesLeavesTheReach(t *testing.T) {
	x := newTestOrg(t)
	support, second := x.newGroup("Support"), x.newGroup("Second")
	member, both := x.person("member@example.com"), x.person("both@example.com")
	x.call("PUT", "/api/v1/groups/"+support+"/users/"+member, "").want(204)
	for _, g := range []string{support, second} {
		x.call("PUT", "/api/v1/groups/"+g+"/users/"+both, "").want(204)
	}
	y := x.as("admin@example.com", okta.UserAdmin)
	x.target(y.admin, okta.UserAdmin, support)
	x.target(y.admin, okta.UserAdmin, second)
	sees := func(logins, groups []string) {
		t.Helper()
		if got := y.call("GET", "/api/v1/users", "").want(200).logins(); !slices.Equal(got, logins) {
			t.Errorf("people %v, want %v", got, logins)
		}
		var names []string
		for _, d := range y.call("GET", "/api/v1/groups", "").want(200).docs() {
			names = append(names, d.Text("profile", "name"))
		}
		if slices.Sort(names); !slices.Equal(names, groups) {
			t.Errorf("groups %v, want %v", names, groups)
		}
	}
	sees([]string{"both@example.com", "member@example.com"}, []string{"Second", "Support"})
	y.call("PUT", "/api/v1/groups/"+second+"/users/"+member, "").want(204)
	y.call("DELETE", "/api/v1/groups/"+second+"/users/"+member, "").want(204)

	role := x.call("POST", "/api/v1/groups/"+support+"/roles", `{"type":"READ_ONLY_ADMIN"}`).want(201).doc().Text("id")
	sees([]string{"both@example.com"}, []string{"Second"})
	y.call("GET", "/api/v1/groups/"+support, "").refused(404, "E0000007", "")
	y.call("GET", "/api/v1/groups/"+support+"/users", "").refused(404, "E0000007", "")
	y.call("GET", "/api/v1/users/"+member, "").refused(404, "E0000007", "")
	y.call("POST", "/api/v1/users/"+member+"/lifecycle/suspend", "").refused(403, "E0000006", "")
	y.call("PUT", "/api/v1/groups/"+support+"/users/"+both, "").refused(403, "E0000006", "")
	y.call("DELETE", "/api/v1/groups/"+support+"/users/"+both, "").refused(403, "E0000006", "")

	x.call("DELETE", "/api/v1/groups/"+support+"/roles/"+role, "").want(204)
	sees([]string{"both@example.com", "member@example.com"}, []string{"Second", "Support"})

	// Narrowed to groups of which none is left, the role covers nothing, not all.
	for _, g := range []string{support, second} {
		x.call("POST", "/api/v1/groups/"+g+"/roles", `{"type":"READ_ONLY_ADMIN"}`).want(201)
	}
	sees(nil, nil)
}
