package org

import (
	"context"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

// security 37: nobody but a super admin gives roles, takes them, or widens their own: not
// directly, through a group, a rule, a target, or an application that acts with a role or for
// whoever signs in to it.
func TestNobodyRaisesThemselves(t *testing.T) {
	x := newTestOrg(t)
	support := x.newGroup("Support")
	admins := x.newGroup("Admins")
	x.call("POST", "/api/v1/groups/"+admins+"/roles", `{"type":"ORG_ADMIN"}`).want(201)
	client := OAuthClient{ID: "service", Name: "Service", GrantTypes: []string{GrantClientCredentials}, Roles: []string{okta.SuperAdmin}, Secret: "s"}
	if err := x.PutClient(context.Background(), client); err != nil {
		t.Fatal(err)
	}
	client, _, err := x.OAuthClient(context.Background(), "service")
	if err != nil {
		t.Fatal(err)
	}
	app := "/api/v1/apps/" + client.AppID
	appBody := string(x.call("GET", app, "").want(200).body)
	console := OAuthClient{ID: "tool", Name: "Tool", GrantTypes: []string{GrantCode}, RedirectURIs: []string{"https://tool.example/cb"}, Scopes: []string{"okta.users.manage"}, Secret: "secret of the tool"}
	if err := x.PutClient(context.Background(), console); err != nil {
		t.Fatal(err)
	}
	if console, _, err = x.OAuthClient(context.Background(), "tool"); err != nil {
		t.Fatal(err)
	}
	tool := "/api/v1/apps/" + console.AppID
	toolBody := strings.Replace(string(x.call("GET", tool, "").want(200).body), "https://tool.example/cb", "https://evil.example/cb", 1)
	for _, role := range okta.Roles() {
		if role.Type == okta.SuperAdmin {
			continue
		}
		y := x.as(role.Type+"@example.com", role.Type)
		if role.Narrows == okta.GroupTargets {
			x.target(y.admin, role.Type, support)
			x.target(y.admin, role.Type, x.newGroup("More "+role.Type))
		}
		own := "/api/v1/users/" + y.admin
		before := string(x.call("GET", own+"/roles", "").want(200).body)
		held := own + "/roles/" + x.call("GET", own+"/roles", "").docs()[0].Text("id")
		for _, c := range [][3]string{
			{"POST", own + "/roles", `{"type":"SUPER_ADMIN"}`},
			{"POST", "/api/v1/users/me/roles", `{"type":"SUPER_ADMIN"}`},
			{"PUT", "/api/v1/groups/" + admins + "/users/" + y.admin, ""},
			{"POST", "/api/v1/groups/" + support + "/roles", `{"type":"SUPER_ADMIN"}`},
			{"POST", "/api/v1/groups/rules", ruleBody("Rise "+role.Type, `user.lastName=="Family"`, admins)},
			{"DELETE", held + "/targets/groups/" + support, ""},
			{"DELETE", held, ""},
			{"PUT", held + "/targets/catalog/apps", ""},
			{"PUT", app, appBody},
			{"POST", app + "/lifecycle/deactivate", ""},
			{"PUT", tool, toolBody},
			{"GET", tool + "/credentials/secrets", ""},
			{"POST", tool + "/credentials/secrets", ""},
			{"DELETE", "/api/v1/users/" + x.admin, ""},
			{"POST", "/api/v1/users/" + x.admin + "/lifecycle/reset_password?sendEmail=false", ""},
			{"POST", "/api/v1/users/" + x.admin + "/factors?activate=true", `{"factorType":"sms","provider":"OKTA","profile":{"phoneNumber":"+15554151337"}}`},
		} {
			if a := y.call(c[0], c[1], c[2]); a.status < 400 {
				t.Errorf("%s: %s %s answers %d %s", role.Type, c[0], c[1], a.status, a.body)
			}
		}
		if after := string(x.call("GET", own+"/roles", "").want(200).body); after != before {
			t.Errorf("%s holds %s, before %s", role.Type, after, before)
		}
	}
	if got := x.members(admins); len(got) != 0 {
		t.Errorf("in the group with a role: %v", got)
	}
	x.call("PUT", app, appBody).want(200)
}

// security 34: what a person is beside the profile cannot be written along with it, and
// no answer holds a secret.
func TestOnlyTheProfileIsWritten(t *testing.T) {
	x := newTestOrg(t)
	y := x.as("admin@example.com", okta.UserAdmin)
	const beside = `"id":"00uMine","status":"DEPROVISIONED","created":"2001-01-01T00:00:00.000Z","activated":"2001-01-01T00:00:00.000Z",
		"lastLogin":"2001-01-01T00:00:00.000Z","passwordChanged":"2001-01-01T00:00:00.000Z","realmId":"guo1","roles":[{"type":"SUPER_ADMIN"}],"_embedded":{},"_links":{}`
	made := y.call("POST", "/api/v1/users", strings.Replace(personBody("new@example.com", ""), "{", "{"+beside+",", 1)).want(200).doc()
	id := made.Text("id")
	unchanged := []string{"id", "status", "created", "activated", "lastLogin", "passwordChanged", "realmId", "roles", "_embedded"}
	for _, c := range []struct{ method, body string }{
		{"POST", `{` + beside + `,"profile":{"city":"Oslo"}}`},
		{"PUT", strings.Replace(personBody("new@example.com", ""), "{", "{"+beside+",", 1)},
	} {
		after := y.call(c.method, "/api/v1/users/"+id, c.body).want(200).doc()
		for _, name := range unchanged {
			if string(after.Get(name)) != string(made.Get(name)) {
				t.Errorf("%s: %s became %s, was %s", c.method, name, after.Get(name), made.Get(name))
			}
		}
	}
	if made.Text("id") == "00uMine" || made.Text("status") == "DEPROVISIONED" || made.Get("roles") != nil {
		t.Errorf("made with what was sent beside the profile: %s", made.Bytes())
	}
	for name, body := range map[string]string{"an attribute of no schema": `{"profile":{"isAdmin":true}}`, "a login that is none": `{"profile":{"login":""}}`} {
		if a := y.call("POST", "/api/v1/users/"+id, body); a.status != 400 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	secret := `{"credentials":{"password":{"value":"` + passwordA + `"},"recovery_question":{"question":"Where?","answer":"Nowhere at all"}}}`
	y.call("POST", "/api/v1/users/"+id, secret).want(200)
	for _, path := range []string{"/api/v1/users/" + id, "/api/v1/users?limit=200", "/api/v1/users/" + id + "/factors"} {
		if body := string(x.call("GET", path, "").want(200).body); strings.Contains(body, passwordA) || strings.Contains(body, "Nowhere at all") || strings.Contains(body, "argon2") {
			t.Errorf("%s tells a secret: %s", path, body)
		}
	}
}

// security 35: a role, its targets and a membership count from the next request.
func TestChangesOfRolesCountAtOnce(t *testing.T) {
	x := newTestOrg(t)
	support, member := x.newGroup("Support"), x.person("member@example.com")
	y := x.as("desk@example.com", "")
	reads := func(status int) { t.Helper(); y.call("GET", "/api/v1/users/"+member, "").want(status) }
	reads(403)
	role := x.call("POST", "/api/v1/users/"+y.admin+"/roles", `{"type":"HELP_DESK_ADMIN"}`).want(201).doc().Text("id")
	reads(200)
	at := "/api/v1/users/" + y.admin + "/roles/" + role
	x.call("PUT", at+"/targets/groups/"+support, "").want(204)
	reads(404)
	x.call("PUT", "/api/v1/groups/"+support+"/users/"+member, "").want(204)
	reads(200)
	if got := y.call("GET", "/api/v1/users", "").want(200).logins(); !slices.Equal(got, []string{"member@example.com"}) {
		t.Errorf("sees %v", got)
	}
	x.call("DELETE", "/api/v1/groups/"+support+"/users/"+member, "").want(204)
	reads(404)
	x.call("DELETE", at, "").want(204)
	reads(403)
}

// The owners of a group whom a narrowed admin does not reach are not told of.
func TestOwnersOutsideAreNotListed(t *testing.T) {
	x := newTestOrg(t)
	support := x.newGroup("Support")
	within, out := x.person("in@example.com"), x.person("out@example.com")
	x.call("PUT", "/api/v1/groups/"+support+"/users/"+within, "").want(204)
	owners := "/api/v1/groups/" + support + "/owners"
	for _, id := range []string{within, out} {
		x.call("POST", owners, `{"id":"`+id+`","type":"USER"}`).want(201)
	}
	y := x.as("desk@example.com", okta.HelpDeskAdmin)
	x.target(y.admin, okta.HelpDeskAdmin, support)
	if docs := y.call("GET", owners, "").want(200).docs(); len(docs) != 1 || docs[0].Text("id") != within {
		t.Errorf("owners %s", docs)
	}
	if docs := x.call("GET", owners, "").want(200).docs(); len(docs) != 2 {
		t.Errorf("a super admin sees %d owners", len(docs))
	}
}
