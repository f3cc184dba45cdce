package org

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

// narrowedOrg is an org with people in many groups, and an admin who holds a role that
// is narrowed to some of them, another one through a group, and no other.
func narrowedOrg(t *testing.T, x *testOrg) (desk *testOrg) {
	t.Helper()
	random := rand.New(rand.NewPCG(3, 4))
	var grps []string
	for i := range 6 {
		grps = append(grps, x.newGroup(fmt.Sprint("Group ", i)))
	}
	for i := range 40 {
		id := x.personOf(x.defaultType(), fmt.Sprintf("person%02d@example.com", i),
			fmt.Sprintf(`,"city":"%s","title":"Title %d"`, []string{"Oslo", "Praha", "Dakar"}[random.IntN(3)], random.IntN(9)))
		for _, g := range grps {
			if random.IntN(4) == 0 {
				x.call("PUT", "/api/v1/groups/"+g+"/users/"+id, "").want(204)
			}
		}
	}
	desk = x.as("desk@example.com", okta.HelpDeskAdmin)
	x.target(desk.admin, okta.HelpDeskAdmin, grps[0])
	x.target(desk.admin, okta.HelpDeskAdmin, grps[1])
	holders := x.newGroup("Holders")
	x.call("PUT", "/api/v1/groups/"+holders+"/users/"+desk.admin, "").want(204)
	role := "/api/v1/groups/" + holders + "/roles"
	role += "/" + x.call("POST", role, `{"type":"USER_ADMIN"}`).want(201).doc().Text("id")
	x.call("PUT", role+"/targets/groups/"+grps[2], "").want(204)
	return desk
}

// A narrowed admin's list is what the super admin's has of it, in the same order, in
// every plan of a search, page by page.
func TestNarrowedListIsAPartOfTheWhole(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		desk := narrowedOrg(t, x)
		held, err := x.reads(t.Context()).holdingsOf(desk.admin)
		if err != nil {
			t.Fatal(err)
		}
		walk := func(l listing, query url.Values, far *reach, many int) (ids []string) {
			r := &Request{ctx: t.Context(), Query: query, reach: far}
			q, err := l.read(r, x.db.Dialect)
			if err != nil {
				t.Fatal(err)
			}
			for {
				f := newFinder(q, x.reads(r.ctx))
				f.many = many
				found, more, err := f.run()
				if err != nil {
					t.Fatalf("%v, rows read whole up to %d: %v", query, many, err)
				}
				for _, h := range found {
					ids = append(ids, h.at.id)
				}
				if !more {
					return ids
				}
				q.after = found[len(found)-1].at
			}
		}
		for _, c := range []struct {
			l      listing
			op     string
			within string
		}{{userList, "listUsers", "SELECT person FROM role_reach"}, {groupList, "listGroups", "SELECT target FROM role_target"}} {
			far, covered := reachOf(held, c.op)
			within, err := x.reads(t.Context()).ids(c.within)
			if err != nil || !covered || far == nil {
				t.Fatalf("%v %v %v", err, covered, far)
			}
			queries := []string{"", "q=person", "q=group", "search=id pr", `search=id pr&sortBy=id&sortOrder=desc`}
			if c.op == "listUsers" {
				queries = append(queries, `search=status eq "ACTIVE"`, `search=profile.city eq "Oslo" and status eq "ACTIVE"`, `search=profile.city eq "Oslo" or profile.title sw "Title 1"`,
					`search=id pr&sortBy=profile.city`, `search=id pr&sortBy=profile.city&sortOrder=desc`, `search=id pr&sortBy=profile.none`,
					`search=profile.city sw "O"&sortBy=profile.title`, `search=profile.login co "1"`, `search=profile.login co "person1"`, `filter=status eq "ACTIVE"`)
			} else {
				queries = append(queries, `search=type eq "OKTA_GROUP"`, `search=profile.name sw "Group"&sortBy=profile.name&sortOrder=desc`)
			}
			seen := 0
			for _, text := range queries {
				for _, many := range []int{manyRows, 5, 0} {
					query, err := url.ParseQuery(strings.ReplaceAll(text, " ", "%20"))
					if err != nil {
						t.Fatal(err)
					}
					query.Set("limit", "4")
					whole := walk(c.l, query, nil, many)
					want := slices.DeleteFunc(whole, func(id string) bool { return !slices.Contains(within, id) })
					if got := walk(c.l, query, far, many); !slices.Equal(got, want) {
						t.Errorf("%s %s, rows read whole up to %d: %v, want %v", c.op, text, many, got, want)
					}
					seen += len(want)
				}
			}
			if seen == 0 {
				t.Errorf("%s: nothing is within the reach", c.op)
			}
		}
	})
}

// A page of a narrowed admin takes at most three queries, however many groups there are.
func TestNarrowedPageTakesThreeQueries(t *testing.T) {
	x := newTestOrg(t)
	desk := narrowedOrg(t, x)
	ids := desk.call("GET", "/api/v1/users?limit=1", "").want(200).docs()
	id, login := ids[0].Text("id"), ids[0].Text("profile", "login")
	group := desk.call("GET", "/api/v1/groups", "").want(200).docs()[0].Text("id")
	search := func(text, more string) string { return "/api/v1/users?limit=3&search=" + url.QueryEscape(text) + more }
	for _, path := range []string{
		"/api/v1/users?limit=3", "/api/v1/users?q=person", "/api/v1/users?limit=3&filter=" + url.QueryEscape(`status eq "ACTIVE"`),
		search(`status eq "ACTIVE"`, ""), search(`profile.city eq "Oslo" and status eq "ACTIVE"`, ""), search(`status eq "ACTIVE"`, "&sortBy=profile.city&sortOrder=desc"),
		search(`status eq "ACTIVE"`, "&sortBy=profile.none"),
		"/api/v1/groups?limit=2", "/api/v1/groups?q=Group", "/api/v1/groups/" + group, "/api/v1/groups/" + group + "/users?limit=2",
		"/api/v1/users/" + id, "/api/v1/users/" + login, "/api/v1/users/" + id + "/groups?limit=1", "/api/v1/users/me/roles",
	} {
		for page := 1; path != "" && page <= 2; page++ {
			desk.call("GET", path, "").want(200) // prepares what is kept
			before := x.db.Queries()
			a := desk.call("GET", path, "").want(200)
			if n := x.db.Queries() - before; n > 3 {
				t.Errorf("%s, page %d: %d queries", path, page, n)
			}
			path = ""
			for _, l := range a.header["Link"] {
				if to, next := strings.CutSuffix(l, `>; rel="next"`); next {
					path = strings.TrimPrefix(to, "<"+x.baseURL)
				}
			}
		}
	}
}

// A cursor of one admin is none of another, who reaches something else.
func TestCursorBelongsToTheReach(t *testing.T) {
	x := newTestOrg(t)
	desk := narrowedOrg(t, x)
	links := desk.call("GET", "/api/v1/users?limit=1", "").want(200).header["Link"]
	to, _ := strings.CutSuffix(links[len(links)-1], `>; rel="next"`)
	path := strings.TrimPrefix(to, "<"+x.baseURL)
	desk.call("GET", path, "").want(200)
	x.call("GET", path, "").refused(400, "E0000029", "")
}

// Everyone is in no list of who sees groups as a group admin (documentation of the list).
func TestEveryoneIsHiddenFromGroupAdmins(t *testing.T) {
	x := newTestOrg(t)
	x.newGroup("Support")
	for role, want := range map[string]bool{okta.SuperAdmin: true, okta.OrgAdmin: true, okta.ReadOnlyAdmin: true, okta.UserAdmin: false} {
		docs := x.as(role+"@example.com", role).call("GET", "/api/v1/groups?limit=1000", "").want(200).docs()
		if got := slices.ContainsFunc(docs, func(d okta.Object) bool { return d.Text("id") == x.everyone() }); got != want || len(docs) == 0 {
			t.Errorf("%s sees Everyone: %v, want %v", role, got, want)
		}
	}
}
