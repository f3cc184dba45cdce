package org

import (
	"net/url"
	"slices"
	"testing"
)

// logins are those of the people of a list answer, in order of login.
func (a answer) logins() []string {
	var out []string
	for _, d := range a.docs() {
		out = append(out, d.Text("profile", "login"))
	}
	slices.Sort(out)
	return out
}

// An admin who is narrowed to a group learns nothing of people and groups outside of it.
func TestNarrowedAdminsReadTheirGroupsOnly(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		support, other := x.newGroup("Support"), x.newGroup("Other")
		inside, outside := x.person("in@org.example"), x.person("out@org.example")
		x.call("PUT", "/api/v1/groups/"+support+"/users/"+inside, "").want(204)
		x.call("PUT", "/api/v1/groups/"+other+"/users/"+inside, "").want(204)
		x.call("PUT", "/api/v1/groups/"+other+"/users/"+outside, "").want(204)
		desk := x.as("desk@example.com", "HELP_DESK_ADMIN")
		x.target(desk.admin, "HELP_DESK_ADMIN", support)

		search := url.QueryEscape(`profile.login sw "in@" or profile.login sw "out@"`)
		for name, path := range map[string]string{
			"list":        "/api/v1/users",
			"search":      "/api/v1/users?search=" + search,
			"sorted":      "/api/v1/users?search=" + search + "&sortBy=profile.login",
			"filter":      "/api/v1/users?filter=" + url.QueryEscape(`status eq "ACTIVE" or status eq "STAGED" or status eq "PROVISIONED"`),
			"words":       "/api/v1/users?q=in",
			"small pages": "/api/v1/users?limit=1",
			"members":     "/api/v1/groups/" + support + "/users",
		} {
			t.Run(name, func(t *testing.T) {
				a := desk.call("GET", path, "").want(200)
				if got := a.logins(); !slices.Equal(got, []string{"in@org.example"}) {
					t.Errorf("sees %v", got)
				}
				if next := a.header.Values("Link"); len(next) != 1 {
					t.Errorf("a further page tells of others: %v", next)
				}
			})
		}
		desk.call("GET", "/api/v1/users/"+inside, "").want(200)
		desk.call("GET", "/api/v1/users/"+outside, "").refused(404, "E0000007", "")
		desk.call("GET", "/api/v1/users/out@org.example", "").refused(404, "E0000007", "")
		desk.call("GET", "/api/v1/users/"+outside+"/groups", "").refused(404, "E0000007", "")
		desk.call("GET", "/api/v1/groups/"+other, "").refused(404, "E0000007", "")
		desk.call("GET", "/api/v1/groups/"+other+"/users", "").refused(404, "E0000007", "")
		for path, want := range map[string]int{"/api/v1/groups": 1, "/api/v1/users/" + inside + "/groups": 1} {
			docs := desk.call("GET", path, "").want(200).docs()
			if len(docs) != want || docs[0].Text("id") != support {
				t.Errorf("%s: %d groups", path, len(docs))
			}
		}
		if got := x.call("GET", "/api/v1/users/"+inside+"/groups", "").want(200).docs(); len(got) < 3 {
			t.Errorf("a super admin sees %d groups of hers", len(got))
		}
		// Who holds another role over the whole org reads it.
		x.call("POST", "/api/v1/users/"+desk.admin+"/roles", `{"type":"READ_ONLY_ADMIN"}`).want(201)
		desk.call("GET", "/api/v1/users/"+outside, "").want(200)
	})
}
