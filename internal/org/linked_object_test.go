package org

import (
	"slices"
	"strings"
	"testing"
)

const linkedPath = "/api/v1/meta/schemas/user/linkedObjects"

// linkManager defines the relationship of managers and their reports.
func (x *testOrg) linkManager() answer {
	x.t.Helper()
	return x.call("POST", linkedPath, `{"associated":{"name":"report","title":"Report","type":"USER"},`+
		`"primary":{"description":"Who leads","name":"manager","title":"Manager","type":"USER"}}`)
}

// linked are the ids that a person's links by a name lead to, in order.
func (x *testOrg) linked(user, name string) []string {
	x.t.Helper()
	var ids []string
	for _, d := range x.call("GET", "/api/v1/users/"+user+"/linkedObjects/"+name, "").want(200).docs() {
		href := d.Text("_links", "self", "href")
		ids = append(ids, href[strings.LastIndexByte(href, '/')+1:])
	}
	slices.Sort(ids)
	return ids
}

func TestLinkedObjectDefinition(t *testing.T) {
	x := newTestOrg(t)
	// The recorded form.
	want := `{"primary":{"name":"manager","title":"Manager","description":"Who leads","type":"USER"},` +
		`"associated":{"name":"report","title":"Report","description":"","type":"USER"},` +
		`"_links":{"self":{"href":"http://org.example` + linkedPath + `/manager"}}}`
	if got := string(x.linkManager().want(201).body); got != want {
		t.Errorf("definition\n%s\nwant\n%s", got, want)
	}
	if got := string(x.call("GET", linkedPath, "").want(200).body); got != "["+want+"]" {
		t.Errorf("list %s", got)
	}
	for _, name := range []string{"manager", "report"} {
		if got := string(x.call("GET", linkedPath+"/"+name, "").want(200).body); got != want {
			t.Errorf("by %s: %s", name, got)
		}
	}
	x.linkManager().refused(409, "E0000127", "Linked object identifier for associated is already in use.")
	x.call("POST", linkedPath, `{"primary":{"name":"report","title":"R","type":"USER"},"associated":{"name":"other","title":"O","type":"USER"}}`).
		refused(409, "E0000127", "Linked object identifier for primary is already in use.")
	x.call("POST", linkedPath, `{"primary":{"name":"a","title":"A","type":"USER"},"associated":{"name":"a","title":"A","type":"USER"}}`).refused(409, "E0000127", "")
	x.call("POST", linkedPath, `{"primary":{"name":"1a","title":"A","type":"USER"},"associated":{"name":"b","title":"B","type":"USER"}}`).refused(400, "E0000001", "")
	x.call("POST", linkedPath, `{"primary":{"name":"a","title":"A","type":"GROUP"},"associated":{"name":"b","type":"USER"}}`).
		refused(400, "E0000001", "associated.title: The field cannot be left blank")
	x.call("DELETE", linkedPath+"/report", "").want(204)
	x.call("GET", linkedPath+"/manager", "").refused(404, "E0000007", "")
	x.linkManager().want(201) // both names are free again
	if c, d := x.events("directory.linked_object.create"), x.events("directory.linked_object.delete"); c != 2 || d != 1 {
		t.Errorf("%d creations and %d removals told", c, d)
	}
}

func TestLinkedPeople(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		x.linkManager().want(201)
		ann, ben, cyd := x.person("ann@org.example"), x.person("ben@org.example"), x.person("cyd@org.example")
		link := func(associated, primary string) answer {
			return x.call("PUT", "/api/v1/users/"+associated+"/linkedObjects/manager/"+primary, "")
		}
		link(ben, ann).want(204)
		link("cyd@org.example", ann).want(204)
		link(cyd, ann).want(204) // again
		if got, want := x.linked(ann, "report"), []string{ben, cyd}; !slices.Equal(got, sorted(want)) {
			t.Errorf("reports %v, want %v", got, want)
		}
		if got := x.linked(ben, "manager"); !slices.Equal(got, []string{ann}) {
			t.Errorf("manager of ben %v", got)
		}
		if got := x.linked(ann, "manager"); got != nil {
			t.Errorf("manager of ann %v", got)
		}
		link(cyd, ben).want(204) // one manager only
		if got := x.linked(cyd, "manager"); !slices.Equal(got, []string{ben}) {
			t.Errorf("manager of cyd %v", got)
		}
		x.call("PUT", "/api/v1/users/"+ben+"/linkedObjects/report/"+ann, "").refused(404, "E0000007", "")
		x.call("PUT", "/api/v1/users/"+ben+"/linkedObjects/manager/nobody@org.example", "").refused(404, "E0000007", "")
		x.call("DELETE", "/api/v1/users/"+ben+"/linkedObjects/report", "").refused(404, "E0000007", "")
		x.call("DELETE", "/api/v1/users/"+ben+"/linkedObjects/manager", "").want(204)
		x.call("DELETE", "/api/v1/users/"+ben+"/linkedObjects/manager", "").want(204)
		if got := x.linked(ann, "report"); got != nil {
			t.Errorf("reports left %v", got)
		}
		link(ben, ann).want(204)
		x.call("DELETE", "/api/v1/users/"+ben, "").want(204)
		x.call("DELETE", "/api/v1/users/"+ben, "").want(204)
		if got := [][]string{x.linked(ann, "report"), x.linked(cyd, "manager")}; got[0] != nil || got[1] != nil {
			t.Errorf("links to somebody removed: %v", got)
		}
		link(cyd, ann).want(204)
		x.call("DELETE", linkedPath+"/manager", "").want(204)
		x.call("GET", "/api/v1/users/"+cyd+"/linkedObjects/manager", "").refused(404, "E0000007", "")
		x.linkManager().want(201)
		if got := x.linked(cyd, "manager"); got != nil {
			t.Errorf("a new definition of the name has old links: %v", got)
		}
	})
}

func sorted(ids []string) []string { slices.Sort(ids); return ids }

// An admin who is narrowed to a group does not learn of linked people outside of it.
func TestLinkedPeopleStayInReach(t *testing.T) {
	x := newTestOrg(t)
	x.linkManager().want(201)
	support := x.newGroup("Support")
	boss, inside, outside := x.person("boss@org.example"), x.person("in@org.example"), x.person("out@org.example")
	for _, id := range []string{boss, inside} {
		x.call("PUT", "/api/v1/groups/"+support+"/users/"+id, "").want(204)
	}
	for _, id := range []string{inside, outside} {
		x.call("PUT", "/api/v1/users/"+id+"/linkedObjects/manager/"+boss, "").want(204)
	}
	desk := x.as("desk@example.com", "HELP_DESK_ADMIN")
	x.target(desk.admin, "HELP_DESK_ADMIN", support)
	if got := desk.linked(boss, "report"); !slices.Equal(got, []string{inside}) {
		t.Errorf("sees %v", got)
	}
	desk.call("GET", "/api/v1/users/"+outside+"/linkedObjects/manager", "").refused(404, "E0000007", "")
	desk.call("PUT", "/api/v1/users/"+inside+"/linkedObjects/manager/"+boss, "").refused(403, "E0000006", "")
	desk.call("DELETE", linkedPath+"/manager", "").refused(403, "E0000006", "")
}
