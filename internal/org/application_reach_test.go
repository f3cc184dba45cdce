package org

import (
	"net/http"
	"slices"
	"testing"
)

// labels lists the labels of the applications that somebody sees.
func (x *testOrg) labels() []string {
	x.t.Helper()
	out := []string{}
	for _, doc := range x.call("GET", "/api/v1/apps?limit=200", "").want(200).docs() {
		out = append(out, doc.Text("label"))
	}
	slices.Sort(out)
	return out
}

// An application admin sees and changes the applications that the role is narrowed to:
// in lists, by id, in assignments (security 33).
func TestApplicationAdminIsNarrowed(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		one, two, page := x.newApp(modeSAML, "One").Text("id"), x.newApp(modeSAML, "Two").Text("id"), x.newApp(modeBookmark, "Page").Text("id")
		ann := x.person("ann@example.com")
		y := x.as("apps@example.com", "APP_ADMIN")
		if got := y.labels(); len(got) != 3 {
			t.Errorf("not narrowed: %v", got)
		}
		targets := "/api/v1/users/" + y.admin + "/roles/IFIFAX2BIRGUSTQ/targets/catalog/apps"
		x.call("GET", targets, "").want(200)
		x.call("PUT", targets+"/org_one_1/"+one, "").want(204)
		if got := y.labels(); !slices.Equal(got, []string{"One"}) {
			t.Errorf("narrowed to one: %v", got)
		}
		y.call("GET", "/api/v1/apps/"+one, "").want(200)
		y.call("POST", "/api/v1/apps/"+one+"/users", `{"id":"`+ann+`"}`).want(200)
		for _, path := range []string{"", "/users", "/groups"} {
			y.call("GET", "/api/v1/apps/"+two+path, "").refused(404, "E0000007", "")
		}
		y.call("POST", "/api/v1/apps/"+two+"/lifecycle/deactivate", "").refused(403, "E0000006", "")
		y.call("POST", "/api/v1/apps/"+two+"/users", `{"id":"`+ann+`"}`).refused(403, "E0000006", "")
		y.call("POST", "/api/v1/apps", appBodies[modeBookmark]).refused(403, "E0000006", "")
		// All applications of a catalog app.
		x.call("PUT", targets+"/bookmark", "").want(204)
		if got := y.labels(); !slices.Equal(got, []string{"One", "Page"}) {
			t.Errorf("with a catalog app: %v", got)
		}
		y.call("POST", "/api/v1/apps", appBodies[modeBookmark]).want(200)
		y.call("POST", "/api/v1/apps", appBodies[modeOIDC]).refused(403, "E0000006", "")
		if docs := x.call("GET", targets, "").want(200).docs(); len(docs) != 2 || docs[0].Text("id") != one || docs[1].Text("name") != "bookmark" {
			t.Errorf("targets %v", docs)
		}
		// What the person has outside of the reach is not shown.
		x.call("POST", "/api/v1/apps/"+two+"/users", `{"id":"`+ann+`"}`).want(200)
		if got := y.appIDs(`user.id eq "` + ann + `"`); !slices.Equal(got, []string{one}) {
			t.Errorf("ann's: %v", got)
		}
		// One of its applications in place of the catalog app, then the catalog app in place of it.
		x.call("PUT", targets+"/bookmark/"+page, "").want(204)
		if got := y.labels(); !slices.Equal(got, []string{"One", "Page"}) {
			t.Errorf("one bookmark: %v", got)
		}
		x.call("PUT", targets+"/bookmark", "").want(204)
		x.call("DELETE", targets+"/bookmark/"+page, "").refused(404, "E0000007", "")
		x.call("DELETE", targets+"/org_one_1/"+one, "").want(204)
		x.call("DELETE", targets+"/bookmark", "").refused(400, "E0000001", "role: The last target cannot be removed. Remove the role and assign it again to cover the whole org")
		x.call("PUT", targets, "").want(200)
		if got := y.labels(); len(got) != 4 {
			t.Errorf("widened again: %v", got)
		}
	})
}

func TestApplicationTargetRefusals(t *testing.T) {
	x := newTestOrg(t)
	page := x.newApp(modeBookmark, "Page").Text("id")
	group := x.newGroup("Admins")
	roles := "/api/v1/groups/" + group + "/roles"
	app := roles + "/" + x.call("POST", roles, `{"type":"APP_ADMIN"}`).want(201).doc().Text("id") + "/targets/catalog/apps"
	help := roles + "/" + x.call("POST", roles, `{"type":"HELP_DESK_ADMIN"}`).want(201).doc().Text("id") + "/targets/catalog/apps"
	x.call("PUT", help+"/bookmark", "").refused(400, "E0000091", "")
	x.call("GET", help, "").refused(400, "E0000091", "")
	x.call("PUT", app+"/no_such_app", "").refused(404, "E0000007", "")
	x.call("PUT", app+"/template_swa/"+page, "").refused(404, "E0000007", "")
	x.call("PUT", app+"/facebook", "").want(204)
	x.call("PUT", app+"/bookmark/"+page, "").want(204)
	// An application that is deleted leaves the roles it narrowed; the role goes with its last target.
	x.call("DELETE", app+"/facebook", "").want(204)
	x.call("POST", "/api/v1/apps/"+page+"/lifecycle/deactivate", "").want(200)
	x.call("DELETE", "/api/v1/apps/"+page, "").want(204)
	x.call("GET", app, "").refused(404, "E0000007", "")
	y := x.as("org@example.com", "ORG_ADMIN")
	if a := y.call("PUT", help+"/bookmark", ""); a.status != http.StatusForbidden {
		t.Errorf("an org admin changed targets: %d", a.status)
	}
}

// What each role may do with applications (okta-semantics C6).
func TestRolesAndApplications(t *testing.T) {
	x := newTestOrg(t)
	client, page := x.newApp(modeOIDC, "Client").Text("id"), x.newApp(modeBookmark, "Page").Text("id")
	for role, want := range map[string]struct{ list, client, page, write int }{
		"SUPER_ADMIN":                 {200, 200, 200, 200},
		"ORG_ADMIN":                   {403, 403, 403, 403},
		"USER_ADMIN":                  {403, 403, 403, 403},
		"APP_ADMIN":                   {200, 200, 200, 200},
		"READ_ONLY_ADMIN":             {200, 200, 200, 403},
		"MOBILE_ADMIN":                {200, 200, 200, 403},
		"HELP_DESK_ADMIN":             {403, 403, 403, 403},
		"REPORT_ADMIN":                {403, 403, 403, 403},
		"API_ACCESS_MANAGEMENT_ADMIN": {200, 200, 404, 403},
		"GROUP_MEMBERSHIP_ADMIN":      {403, 403, 403, 403},
	} {
		y := x.as(role+"@example.com", role)
		got := [4]int{
			y.call("GET", "/api/v1/apps", "").status, y.call("GET", "/api/v1/apps/"+client, "").status, y.call("GET", "/api/v1/apps/"+page, "").status,
			y.call("POST", "/api/v1/apps/"+page+"/lifecycle/activate", "").status,
		}
		if want := [4]int{want.list, want.client, want.page, want.write}; got != want {
			t.Errorf("%s: list, client, page, write %v, want %v", role, got, want)
		}
	}
	if got := x.as("api@example.com", "API_ACCESS_MANAGEMENT_ADMIN").labels(); !slices.Equal(got, []string{"Client"}) {
		t.Errorf("an API access admin sees %v", got)
	}
}
