package org

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/okta"
)

// newGroup creates a group over HTTP and returns its id.
func (x *testOrg) newGroup(name string) string {
	x.t.Helper()
	return x.call("POST", "/api/v1/groups", groupBody(name, "")).want(200).doc().Text("id")
}

func groupBody(name, description string) string {
	doc := okta.Object{}.With("profile", okta.Object{}.With("name", name).With("description", description))
	return string(doc.Bytes())
}

func TestGroupDocument(t *testing.T) {
	x := newTestOrg(t)
	doc := x.call("POST", "/api/v1/groups", groupBody("Support", "Help desk")).want(200).doc()
	id := doc.Text("id")
	want := `{"id":"` + id + `","created":"2026-03-02T09:00:00.000Z","lastUpdated":"2026-03-02T09:00:00.000Z",` +
		`"lastMembershipUpdated":"2026-03-02T09:00:00.000Z","objectClass":["okta:user_group"],"type":"OKTA_GROUP",` +
		`"profile":{"name":"Support","description":"Help desk"}`
	if !strings.HasPrefix(string(doc.Bytes()), want) {
		t.Errorf("group\n%s\nwant\n%s", doc.Bytes(), want)
	}
	for _, l := range []string{"owners", "users", "apps"} {
		if got := doc.Text("_links", l, "href"); got != "http://org.example/api/v1/groups/"+id+"/"+l {
			t.Errorf("link %s: %s", l, got)
		}
	}
	if got := x.call("GET", "/api/v1/groups/"+id, "").want(200); string(got.body) != string(doc.Bytes()) {
		t.Errorf("read back\n%s\nwant\n%s", got.body, doc.Bytes())
	}
	if n := x.events("group.lifecycle.create"); n != 1 {
		t.Errorf("%d events of the creation", n)
	}
}

func TestGroupReplace(t *testing.T) {
	x := newTestOrg(t)
	id := x.newGroup("Before")
	x.clock.forward(time.Minute)
	doc := x.call("PUT", "/api/v1/groups/"+id, `{"profile":{"name":"After"}}`).want(200).doc()
	if got := string(doc.Get("profile")); got != `{"name":"After","description":null}` {
		t.Errorf("profile %s", got)
	}
	if doc.Text("lastUpdated") != "2026-03-02T09:01:00.000Z" || doc.Text("created") != "2026-03-02T09:00:00.000Z" {
		t.Errorf("times: %s", doc.Bytes())
	}
	x.newGroup("Before") // the old name is free again
	x.call("PUT", "/api/v1/groups/"+id, groupBody("bEFORE", "")).refused(400, "E0000001", "name: An object with this field already exists in the current organization")
	if n := x.events("group.profile.update"); n != 1 {
		t.Errorf("%d events of the update", n)
	}
}

func TestGroupRefusals(t *testing.T) {
	x := newTestOrg(t)
	x.newGroup("Taken")
	everyone := "/api/v1/groups/" + x.everyone()
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		code, cause        string
	}{
		"taken name":          {"POST", "/api/v1/groups", groupBody("tAKEN", ""), 400, "E0000001", "name: An object with this field already exists in the current organization"},
		"blank name":          {"POST", "/api/v1/groups", groupBody("  ", ""), 400, "E0000001", "name: The field cannot be left blank"},
		"no profile":          {"POST", "/api/v1/groups", `{}`, 400, "E0000001", "profile: The field cannot be left blank"},
		"unknown attribute":   {"POST", "/api/v1/groups", `{"profile":{"name":"A","color":"red"}}`, 400, "E0000001", "Property name 'color' is not defined in profile"},
		"number as name":      {"POST", "/api/v1/groups", `{"profile":{"name":7}}`, 400, "E0000001", "name: The value must be a string"},
		"name of 256":         {"POST", "/api/v1/groups", groupBody(strings.Repeat("ü", 256), ""), 400, "E0000001", "name: The field is too long"},
		"description of 1025": {"POST", "/api/v1/groups", groupBody("A", strings.Repeat("d", 1025)), 400, "E0000001", "description: The field is too long"},
		"broken JSON":         {"POST", "/api/v1/groups", `{"profile":`, 400, "E0000003", ""},
		"unknown group":       {"GET", "/api/v1/groups/00gnothere000000005g7", "", 404, "E0000007", ""},
		"hostile id":          {"GET", "/api/v1/groups/..%2f..%2fetc", "", 404, "E0000007", ""}, // fault 25
		"rename Everyone":     {"PUT", everyone, groupBody("All", ""), 403, "E0000111", ""},
		"delete Everyone":     {"DELETE", everyone, "", 403, "E0000111", ""},
		"add to Everyone":     {"PUT", everyone + "/users/" + x.admin, "", 403, "E0000111", ""},
		"leave Everyone":      {"DELETE", everyone + "/users/" + x.admin, "", 403, "E0000111", ""},
	} {
		t.Run(name, func(t *testing.T) {
			x := *x
			x.t = t
			x.call(c.method, c.path, c.body).refused(c.status, c.code, c.cause)
		})
	}
}

// fault 22
func TestGroupHostileNames(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		for _, name := range []string{
			"🚒 Fire brigade 👩‍🚒", "مجموعة الدعم", "\u202egnp.exe", "e\u0301quipe", `Say "hi" \ bye`, "<script>alert(1)</script>",
			"'; DROP TABLE document; --", "%_*", "a/b?c#d", strings.Repeat("é", 255),
		} {
			id := x.newGroup(name)
			doc := x.call("GET", "/api/v1/groups/"+id, "").want(200).doc()
			if got := doc.Text("profile", "name"); got != name {
				t.Errorf("name %q came back as %q", name, got)
			}
		}
		x.call("POST", "/api/v1/groups", `{"profile":{"name":"zero\u0000"}}`).refused(400, "E0000003", "")
	})
}

func TestGroupNameRace(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		const writers = 16
		statuses := make([]int, writers)
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() {
				statuses[i] = x.call("POST", "/api/v1/groups", groupBody("Only one", fmt.Sprint(i))).status
			})
		}
		wg.Wait()
		won := 0
		for _, s := range statuses {
			switch s {
			case http.StatusOK:
				won++
			case http.StatusBadRequest:
			default:
				t.Errorf("status %d", s)
			}
		}
		if won != 1 {
			t.Errorf("%d writers made the group: %v", won, statuses)
		}
		if n := x.events("group.lifecycle.create"); n != 1 {
			t.Errorf("%d events for one group", n)
		}
	})
}
