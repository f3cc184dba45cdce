package org

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

// scopes tells how each person has an application: "USER", or "GROUP" with the group's name.
func (x *testOrg) scopes(app string) map[string]string {
	x.t.Helper()
	out := map[string]string{}
	docs, _ := x.pages("/api/v1/apps/" + app + "/users?limit=2")
	for _, doc := range docs {
		out[doc.Text("id")] = strings.TrimSpace(doc.Text("scope") + " " + doc.Text("_links", "group", "name"))
	}
	if len(out) != len(docs) {
		x.t.Errorf("somebody is listed twice")
	}
	return out
}

// appIDs lists the applications of a filter by id.
func (x *testOrg) appIDs(filter string) []string {
	x.t.Helper()
	ids := []string{}
	docs, _ := x.pages("/api/v1/apps?limit=1&filter=" + strings.ReplaceAll(strings.ReplaceAll(filter, " ", "+"), `"`, "%22"))
	for _, doc := range docs {
		ids = append(ids, doc.Text("id"))
	}
	return ids
}

func TestPeopleOfAnApplication(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		app := x.newApp(modeSAML, "CRM").Text("id")
		at := "/api/v1/apps/" + app + "/users"
		ann, ben, cleo := x.person("ann@example.com"), x.person("ben@example.com"), x.person("cleo@example.com")
		sales := x.newGroup("Sales")
		x.call("PUT", "/api/v1/groups/"+sales+"/users/"+ben, "").want(204)
		x.call("PUT", "/api/v1/groups/"+sales+"/users/"+cleo, "").want(204)

		direct := x.call("POST", at, `{"id":"`+ann+`","scope":"USER","credentials":{"userName":"annie"},"profile":{"role":"Lead"}}`).want(200).doc()
		if direct.Text("scope") != "USER" || direct.Text("credentials", "userName") != "annie" || direct.Text("profile", "role") != "Lead" || direct.Text("status") != "ACTIVE" {
			t.Errorf("%s", direct.Bytes())
		}
		x.call("PUT", "/api/v1/apps/"+app+"/groups/"+sales, `{"profile":{"role":"Seller"}}`).want(200)
		want := map[string]string{ann: "USER", ben: "GROUP Sales", cleo: "GROUP Sales"}
		if got := x.scopes(app); !equal(got, want) {
			t.Errorf("people %v, want %v", got, want)
		}
		by := x.call("GET", at+"/"+ben+"?expand=user", "").want(200).doc()
		if by.Text("profile", "role") != "Seller" || by.Text("credentials", "userName") != "ben@example.com" || by.Text("_embedded", "user", "id") != ben {
			t.Errorf("by group: %s", by.Bytes())
		}
		// What a group gives is taken away at the group.
		x.call("DELETE", at+"/"+ben, "").refused(403, "E0000046", "The group 'Sales' gives this assignment: unassign the group, or remove the user from it")
		if got := x.call("POST", at+"/"+ben, `{"profile":{"role":"Senior seller"}}`).want(200).doc(); got.Text("scope") != "GROUP" || got.Text("profile", "role") != "Senior seller" {
			t.Errorf("changed: %s", got.Bytes())
		}
		x.call("POST", at, `{"id":"`+cleo+`"}`).want(200) // of her own, besides the group
		if got := x.call("GET", at+"/"+cleo, "").want(200).doc().Text("scope"); got != "USER" {
			t.Errorf("both paths: %s", got)
		}
		x.call("POST", at, `{"id":"`+ann+`","scope":"GROUP"}`).refused(400, "E0000001", "scope: No group of the user is assigned to the application")
		x.call("POST", at+"/"+cleo, `{"profile":{"role":"Owner"}}`).want(200)
		back := x.call("POST", at, `{"id":"`+cleo+`","scope":"GROUP"}`).want(200).doc()
		if got := x.scopes(app)[cleo]; got != "GROUP Sales" || back.Text("profile", "role") != "Seller" {
			t.Errorf("given back to the group: %s, %s", got, back.Bytes())
		}
		if found := x.call("GET", at+"?q=ben", "").want(200).docs(); len(found) != 1 || found[0].Text("id") != ben {
			t.Errorf("q: %v", found)
		}
		x.call("DELETE", at+"/"+ann, "").want(204)
		x.call("GET", at+"/"+ann, "").refused(404, "E0000007", "")

		// Members come and go with the group.
		x.call("DELETE", "/api/v1/groups/"+sales+"/users/"+ben, "").want(204)
		x.call("PUT", "/api/v1/groups/"+sales+"/users/"+ann, "").want(204)
		if got, want := x.scopes(app), map[string]string{ann: "GROUP Sales", cleo: "GROUP Sales"}; !equal(got, want) {
			t.Errorf("after a change of members %v, want %v", got, want)
		}
		x.call("PUT", "/api/v1/groups/"+sales+"/users/"+ben, "").want(204)
		if got := x.call("GET", at+"/"+ben, "").want(200).doc().Text("profile", "role"); got != "Seller" {
			t.Errorf("what was changed for somebody who left is kept: %s", got)
		}
		x.call("DELETE", "/api/v1/apps/"+app+"/groups/"+sales, "").want(204)
		if got := x.scopes(app); len(got) != 0 {
			t.Errorf("without the group: %v", got)
		}
		for event, want := range map[string]int{
			// ann twice, ben twice, cleo by the group; ann and ben before the group lost it, all three with it
			"application.user_membership.add": 5, "application.user_membership.remove": 5,
			"group.application_assignment.add": 1, "group.application_assignment.remove": 1,
		} {
			if got := x.events(event); got != want {
				t.Errorf("%d events %s, want %d", got, event, want)
			}
		}
	})
}

func equal(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

func TestApplicationsOfAPersonAndAGroup(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		one, two, three := x.newApp(modeSAML, "One").Text("id"), x.newApp(modeBookmark, "Two").Text("id"), x.newApp(modeBookmark, "Three").Text("id")
		ann, group := x.person("ann@example.com"), x.newGroup("Readers")
		x.call("POST", "/api/v1/apps/"+one+"/users", `{"id":"`+ann+`"}`).want(200)
		x.call("PUT", "/api/v1/apps/"+two+"/groups/"+group, "").want(200)
		x.call("PUT", "/api/v1/apps/"+three+"/groups/"+group, "{}").want(200)
		x.call("PUT", "/api/v1/groups/"+group+"/users/"+ann, "").want(204)
		hers, groups := []string{one, two, three}, []string{two, three}
		slices.Sort(hers)
		slices.Sort(groups)
		if got := x.appIDs(`user.id eq "` + ann + `"`); !slices.Equal(got, hers) {
			t.Errorf("hers: %v, want %v", got, hers)
		}
		if got := x.appIDs(`user.id eq "` + ann + `" and name eq "bookmark"`); !slices.Equal(got, groups) {
			t.Errorf("her bookmarks: %v, want %v", got, groups)
		}
		if got := x.appIDs(`group.id eq "` + group + `"`); !slices.Equal(got, groups) {
			t.Errorf("the group's: %v", got)
		}
		if docs, pages := x.pages("/api/v1/groups/" + group + "/apps?limit=1"); len(docs) != 2 || pages != 2 {
			t.Errorf("the group's list: %d on %d pages", len(docs), pages)
		}
		embedded := x.call("GET", `/api/v1/apps?filter=user.id+eq+%22`+ann+`%22&expand=user/`+ann, "").want(200).docs()
		for _, doc := range embedded {
			want := "GROUP Readers"
			if doc.Text("id") == one {
				want = "USER "
			}
			if got := doc.Text("_embedded", "user", "scope") + " " + doc.Text("_embedded", "user", "_links", "group", "name"); got != want {
				t.Errorf("%s: %q, want %q", doc.Text("label"), got, want)
			}
		}
		links := x.call("GET", "/api/v1/users/"+ann+"/appLinks", "").want(200).docs()
		if len(links) != 3 || links[0].Text("appInstanceId") != hers[0] || !strings.HasPrefix(links[0].Text("appAssignmentId"), "0ua") {
			t.Errorf("links %v", links)
		}
		x.call("POST", "/api/v1/apps/"+two+"/lifecycle/deactivate", "").want(200)
		if links := x.call("GET", "/api/v1/users/"+ann+"/appLinks", "").want(200).docs(); len(links) != 2 {
			t.Errorf("%d links with one inactive", len(links))
		}
		// Who is deactivated has nothing, also when they come back.
		x.call("POST", "/api/v1/users/"+ann+"/lifecycle/deactivate", "").want(200)
		if got := x.appIDs(`user.id eq "` + ann + `"`); len(got) != 0 {
			t.Errorf("deactivated: %v", got)
		}
		// A group that is deleted takes its assignments along.
		x.call("DELETE", "/api/v1/groups/"+group, "").want(204)
		if n := x.count("app_group"); n != 0 {
			t.Errorf("%d assignments of a deleted group", n)
		}
	})
}

func TestPrioritiesOfGroups(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		app := x.newApp(modeSAML, "CRM").Text("id")
		at := "/api/v1/apps/" + app + "/groups"
		a, b, c := x.newGroup("A"), x.newGroup("B"), x.newGroup("C")
		for _, group := range []string{a, b, c} {
			x.call("PUT", at+"/"+group, "{}").want(200)
		}
		order := func() string {
			out := make([]string, 3)
			docs := x.call("GET", at+"?expand=group", "").want(200).docs()
			for _, doc := range docs {
				out[int(doc.Get("priority")[0]-'0')] = doc.Text("_embedded", "group", "profile", "name")
			}
			return strings.Join(out[:len(docs)], "")
		}
		if got := order(); got != "ABC" {
			t.Errorf("as assigned: %s", got)
		}
		first := x.call("PUT", at+"/"+c, `{"priority":0}`).want(200).doc()
		if got := order(); got != "CAB" || string(first.Get("priority")) != "0" {
			t.Errorf("C first: %s", got)
		}
		x.call("PUT", at+"/"+c, `{"priority":9}`).want(200)
		x.call("PUT", at+"/"+a, `{"priority":-1}`).refused(400, "E0000001", "priority: The value must be from 0 to 100")
		if got := order(); got != "ABC" {
			t.Errorf("C last: %s", got)
		}
		x.call("DELETE", at+"/"+a, "").want(204)
		if got := order(); got != "BC" {
			t.Errorf("without A: %s", got)
		}
		x.call("GET", at+"/"+a, "").refused(404, "E0000007", "")
		// The first group decides for who is in several.
		ann := x.person("ann@example.com")
		for _, group := range []string{b, c} {
			x.call("PUT", "/api/v1/groups/"+group+"/users/"+ann, "").want(204)
		}
		x.call("PUT", at+"/"+c, `{"priority":0,"profile":{"role":"by C"}}`).want(200)
		if doc := x.call("GET", "/api/v1/apps/"+app+"/users/"+ann, "").want(200).doc(); doc.Text("profile", "role") != "by C" || doc.Text("_links", "group", "name") != "C" {
			t.Errorf("%s", doc.Bytes())
		}
	})
}

func TestUserNamesByTemplate(t *testing.T) {
	person, err := okta.Parse([]byte(`{"profile":{"login":"ann.lee@example.com","email":"ann@mail.example","firstName":"Ann"}}`))
	if err != nil {
		t.Fatal(err)
	}
	for template, want := range map[string]string{
		"${source.login}": "ann.lee@example.com", "${source.email}": "ann@mail.example", "user.firstName": "Ann",
		`${fn:substringBefore(source.login, "@")}`: "ann.lee", `String.substringBefore(user.email,"@")`: "ann", "${source.absent}": "ann.lee@example.com",
	} {
		app := literal("{}").WithPath(template, "credentials", "userNameTemplate", "template")
		if got := userNameFor(app, person); got != want {
			t.Errorf("%s: %s, want %s", template, got, want)
		}
	}
	app := literal("{}").WithPath("user.firstName", "credentials", "userNameTemplate", "template").WithPath("!", "credentials", "userNameTemplate", "suffix")
	if got := userNameFor(app, person); got != "Ann!" {
		t.Errorf("with a suffix: %s", got)
	}
}
