package org

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/okta"
)

func names(docs []okta.Object, path ...string) []string {
	var out []string
	for _, d := range docs {
		out = append(out, d.Text(path...))
	}
	slices.Sort(out)
	return out
}

func TestListGroups(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		for _, n := range []string{"Support", "Sales", "Support EU"} {
			x.newGroup(n)
		}
		all := x.call("GET", "/api/v1/groups", "").want(200)
		if got := names(all.docs(), "profile", "name"); !slices.Equal(got, []string{"Everyone", "Sales", "Support", "Support EU"}) {
			t.Errorf("all groups: %v", got)
		}
		begin := x.call("GET", "/api/v1/groups?q=support", "").want(200)
		if got := names(begin.docs(), "profile", "name"); !slices.Equal(got, []string{"Support", "Support EU"}) {
			t.Errorf("groups that begin with support: %v", got)
		}
		if got := begin.header.Get("Link"); got != "" {
			t.Errorf("an answer to q has the Link %s", got)
		}
		if begin.docs()[0].Text("_links", "users", "href") == "" {
			t.Error("a listed group has no links")
		}
		x.call("GET", "/api/v1/groups?limit=0", "").refused(400, "E0000029", "")
	})
}

func TestSearchGroups(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		busy := x.newGroup("Support")
		x.newGroup("Support EU")
		x.newGroup(`Sales "west" 🚒`)
		x.clock.forward(time.Hour)
		x.call("PUT", "/api/v1/groups/"+busy+"/users/"+x.admin, "").want(204)
		x.call("PUT", "/api/v1/groups/"+x.newGroup("Later"), groupBody("Renamed", "once Later")).want(200)
		for query, want := range map[string][]string{
			`search=profile.name sw "supp"`:                                         {"Support", "Support EU"},
			`search=profile.name eq "Sales \"west\" 🚒"`:                             {`Sales "west" 🚒`},
			`search=profile.name co "PPORT"`:                                        {"Support", "Support EU"},
			`search=profile.description co "later"`:                                 {"Renamed"},
			`search=lastMembershipUpdated gt "2026-03-02T09:30:00.000Z"`:            {"Renamed", "Support"},
			`search=type eq "BUILT_IN"`:                                             {"Everyone"},
			`filter=type eq "OKTA_GROUP" and lastUpdated gt "2026-03-02T09:30:00Z"`: {"Renamed"},
			`search=profile.name eq "Later"`:                                        nil,
		} {
			key, value, _ := strings.Cut(query, "=")
			a := x.call("GET", "/api/v1/groups?"+key+"="+url.QueryEscape(value), "").want(200)
			if got := names(a.docs(), "profile", "name"); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		x.call("GET", "/api/v1/groups?search="+url.QueryEscape(`profile.name is "x"`), "").want(400)
	})
}

var nextLink = regexp.MustCompile(`<http://org\.example([^>]+)>; rel="next"`)

// pages follows rel="next" from path and returns every document, in order.
func (x *testOrg) pages(path string) (docs []okta.Object, count int) {
	x.t.Helper()
	for path != "" {
		a := x.call("GET", path, "").want(200)
		docs, path, count = append(docs, a.docs()...), "", count+1
		for _, l := range a.header.Values("Link") {
			if m := nextLink.FindStringSubmatch(l); m != nil {
				path = m[1]
			}
		}
	}
	return docs, count
}

func TestListMembers(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		group, other := x.newGroup("Support"), x.newGroup("Other")
		var ids []string
		for i := range 7 {
			id := x.person(fmt.Sprintf("p%d@org.example", i))
			ids = append(ids, id)
			x.call("PUT", "/api/v1/groups/"+group+"/users/"+id, "").want(204)
		}
		x.call("PUT", "/api/v1/groups/"+other+"/users/"+ids[0], "").want(204)
		slices.Sort(ids)
		docs, count := x.pages("/api/v1/groups/" + group + "/users?limit=3")
		if got := names(docs, "id"); !slices.Equal(got, ids) || count != 3 {
			t.Errorf("%d pages of %v, want %v", count, got, ids)
		}
		if got := string(docs[0].Get("_links")); got != `{"self":{"href":"http://org.example/api/v1/users/`+docs[0].Text("id")+`"}}` {
			t.Errorf("links of a listed person: %s", got)
		}
		x.call("GET", "/api/v1/groups/00gnothere000000005g/users", "").refused(404, "E0000007", "")

		// A cursor belongs to its list.
		first := x.call("GET", "/api/v1/groups/"+group+"/users?limit=3", "").want(200)
		next := nextLink.FindStringSubmatch(fmt.Sprint(first.header.Values("Link")))
		u, err := url.Parse(next[1])
		if err != nil {
			t.Fatal(err)
		}
		x.call("GET", "/api/v1/groups/"+other+"/users?limit=3&after="+url.QueryEscape(u.Query().Get("after")), "").want(400)
	})
}

func TestListGroupsOfPerson(t *testing.T) {
	x := newTestOrg(t)
	ada := x.person("ada@org.example")
	x.call("PUT", "/api/v1/groups/"+x.newGroup("Support")+"/users/"+ada, "").want(204)
	for _, name := range []string{ada, "ada@org.example", "ada"} {
		docs := x.call("GET", "/api/v1/users/"+name+"/groups", "").want(200).docs()
		if got := names(docs, "profile", "name"); !slices.Equal(got, []string{"Everyone", "Support"}) {
			t.Errorf("groups of %s: %v", name, got)
		}
	}
}

// Everyone changes when somebody joins, though no request writes that group.
func TestEveryoneShowsTheLastJoin(t *testing.T) {
	x := newTestOrg(t)
	x.clock.forward(time.Hour)
	x.person("late@org.example")
	x.clock.forward(time.Hour)
	doc := x.call("GET", "/api/v1/groups/"+x.everyone(), "").want(200).doc()
	if got := doc.Text("lastMembershipUpdated"); got != "2026-03-02T10:00:00.000Z" {
		t.Errorf("last join of Everyone: %s", got)
	}
}
