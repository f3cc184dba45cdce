package org

import (
	"net/url"
	"strings"
	"testing"
)

const groupSchemaPath = "/api/v1/meta/schemas/group/default"

// groupAttribute adds a custom attribute to groups.
func (x *testOrg) groupAttribute(name, definition string) answer {
	x.t.Helper()
	return x.call("POST", groupSchemaPath, `{"definitions":{"custom":{"properties":{"`+name+`":`+definition+`}}}}`)
}

func TestGroupSchema(t *testing.T) {
	x := newTestOrg(t)
	doc := x.call("GET", groupSchemaPath, "").want(200).doc()
	if doc.Text("id") != "http://org.example/meta/schemas/group/default" || doc.Text("name") != "group" || doc.Text("created") == "" ||
		doc.Text("definitions", "base", "properties", "name", "type") != "string" || string(doc.Get("definitions", "base", "required")) != `["name"]` ||
		string(doc.Get("definitions", "custom", "properties")) != "{}" || string(doc.Get("definitions", "custom", "required")) != "[]" ||
		doc.Text("_links", "self", "href") != "http://org.example"+groupSchemaPath {
		t.Errorf("schema of a new org %s", doc.Bytes())
	}
	doc = x.groupAttribute("contact", `{"title":"Contact","type":"string","minLength":1,"maxLength":5}`).want(200).doc()
	if got := doc.Get("definitions", "custom", "properties", "contact"); string(got) != `{"title":"Contact","type":"string","mutability":"READ_WRITE",`+
		`"scope":"NONE","minLength":1,"maxLength":5,"permissions":[{"principal":"SELF","action":"READ_ONLY"}],"master":{"type":"PROFILE_MASTER"}}` {
		t.Errorf("attribute %s", got)
	}
	x.groupAttribute("contact", `{"title":"Who to ask"}`).want(200) // a part of the definition
	if got := x.call("GET", groupSchemaPath, "").doc().Text("definitions", "custom", "properties", "contact", "title"); got != "Who to ask" {
		t.Errorf("title %s", got)
	}
	for name, definition := range map[string]string{
		"name": `{"title":"N","type":"string"}`, "1st": `{"title":"N","type":"string"}`, "untitled": `{"type":"string"}`,
		"list": `{"title":"L","type":"array"}`, "contact": `{"type":"integer"}`, "one": `{"title":"O","type":"string","unique":"UNIQUE_VALIDATED"}`,
	} {
		x.groupAttribute(name, definition).refused(400, "E0000001", "")
	}
	x.call("POST", groupSchemaPath, `{"definitions":{"base":{"properties":{"name":{"title":"N"}}}}}`).refused(400, "E0000001", "")
	helper := x.as("desk@example.com", "HELP_DESK_ADMIN")
	helper.groupAttribute("mine", `{"title":"M","type":"string"}`).refused(403, "E0000006", "")
}

func TestCustomGroupAttributes(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		create := func(profile string) answer { return x.call("POST", "/api/v1/groups", `{"profile":`+profile+`}`) }
		create(`{"name":"A","floor":3}`).refused(400, "E0000001", "Property name 'floor' is not defined in profile")
		x.groupAttribute("floor", `{"title":"Floor","type":"integer"}`).want(200)
		x.groupAttribute("tags", `{"title":"Tags","type":"array","items":{"type":"string"}}`).want(200)
		x.groupAttribute("login", `{"title":"Shared account","type":"string","required":true}`).want(200)
		create(`{"name":"A","floor":3}`).refused(400, "E0000001", "login: The field cannot be left blank")
		create(`{"name":"A","floor":"third","login":"a"}`).refused(400, "E0000001", "floor: The value must be an integer")
		a := create(`{"name":"A","floor":3,"tags":["north","quiet"],"login":"a"}`).want(200).doc()
		if got := string(a.Get("profile")); got != `{"name":"A","description":null,"floor":3,"tags":["north","quiet"],"login":"a"}` {
			t.Errorf("profile %s", got)
		}
		b := create(`{"name":"B","floor":12,"tags":[],"login":"b"}`).want(200).doc()
		search := func(text string) string {
			var names []string
			for _, d := range x.call("GET", "/api/v1/groups?search="+url.QueryEscape(text), "").want(200).docs() {
				names = append(names, d.Text("profile", "name"))
			}
			return strings.Join(names, " ")
		}
		for text, want := range map[string]string{
			`profile.floor gt 3`: "B", `profile.floor eq 3`: "A", `profile.tags eq "Quiet"`: "A", `profile.tags pr`: "A", `profile.login sw "b"`: "B",
		} {
			if got := search(text); got != want {
				t.Errorf("%s finds %q, want %q", text, got, want)
			}
		}
		// A replaced profile keeps nothing that is not sent.
		b = x.call("PUT", "/api/v1/groups/"+b.Text("id"), `{"profile":{"name":"B","login":"b"}}`).want(200).doc()
		if got := string(b.Get("profile")); got != `{"name":"B","description":null,"login":"b"}` {
			t.Errorf("replaced %s", got)
		}
		// An attribute that the schema loses is gone from groups and from searches.
		x.groupAttribute("floor", "null").want(200)
		x.groupAttribute("floor", "null").want(200)
		a = x.call("GET", "/api/v1/groups/"+a.Text("id"), "").want(200).doc()
		if a.Get("profile", "floor") != nil || search(`profile.floor pr`) != "" {
			t.Errorf("still there: %s", a.Bytes())
		}
		create(`{"name":"C","login":"c","floor":1}`).refused(400, "E0000001", "Property name 'floor' is not defined in profile")
	})
}
