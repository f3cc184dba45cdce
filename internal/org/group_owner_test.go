package org

import "testing"

func TestGroupOwners(t *testing.T) {
	x := newTestOrg(t)
	group, parent, ada := x.newGroup("Support"), x.newGroup("Parents"), x.person("ada@org.example")
	owners := "/api/v1/groups/" + group + "/owners"
	assigned := x.call("POST", owners, `{"id":"`+ada+`","type":"USER"}`).want(201)
	want := `{"id":"` + ada + `","type":"USER","resolved":true,"originId":null,"originType":"OKTA_DIRECTORY","displayName":"Given Family","lastUpdated":"Mon Mar 02 09:00:00 UTC 2026"}`
	if string(assigned.body) != want {
		t.Errorf("assigned\n%s\nwant\n%s", assigned.body, want)
	}
	x.call("POST", owners, `{"id":"`+ada+`","type":"USER"}`).refused(400, "E0000001", "id: This owner is already assigned to the group")
	x.call("POST", owners, `{"id":"`+parent+`","type":"USER"}`).refused(404, "E0000007", "")
	x.call("POST", owners, `{"id":"`+parent+`","type":"GROUP"}`).want(201)
	x.call("POST", owners, `{"id":"`+ada+`","type":"APP"}`).refused(400, "E0000001", "type: The value must be USER or GROUP")

	list := x.call("GET", owners, "").want(200).docs()
	if len(list) != 2 || list[0].Text("displayName") != "Parents" || list[1].Text("lastUpdated") != "2026-03-02 09:00:00.0" {
		t.Errorf("owners %s", list)
	}
	x.call("DELETE", owners+"/"+ada, "").want(204)
	x.call("DELETE", owners+"/"+ada, "").refused(404, "E0000007", "")
	x.call("DELETE", "/api/v1/groups/"+parent, "").want(204)
	if list := x.call("GET", owners, "").want(200).docs(); len(list) != 0 {
		t.Errorf("owners after the removal of the owning group: %s", list)
	}
}
