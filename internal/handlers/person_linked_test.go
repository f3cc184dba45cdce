package handlers

import (
	"net/http"
	"strings"
	"testing"
)

const bossCrew = `{"primary":{"name":"boss","title":"The <b>boss","description":"Decides"},"associated":{"name":"crew","title":"Crew"}}`

func TestLinkedPeopleAreNamed(t *testing.T) {
	o := &tabOrg{answers: map[string]string{
		"GET /meta/schemas/user/linkedObjects": "[" + bossCrew + "]",
		"GET /linkedObjects/boss":              `[{"_links":{"self":{"href":"http://org.example/api/v1/users/00u1lee000000000001a"}}}]`,
		"GET /linkedObjects/crew":              `[{"_links":{"self":{"href":"http://org.example/api/v1/users/00u1nobody000000001a"}}}]`,
		"GET /users":                           "[" + leaver + "]",
	}}
	f := o.fixture(t)
	w := f.ask(t, request(http.MethodGet, anaPath+"/linked?link=boss&side=primary&find=lee"))
	has(t, w, "The &lt;b&gt;boss", `<a href="/people/00u1lee000000000001a"><bdi>Lee Ver</bdi></a>`, "linked</span>",
		`<a href="/people/00u1nobody000000001a"><bdi>Somebody you may not see</bdi></a>`)
	o.answers["GET /linkedObjects/crew"] = `refuse 403 {"errorCode":"E0000006","errorSummary":"no"}`
	has(t, f.ask(t, request(http.MethodGet, anaPath+"/linked")), "Who is linked cannot be read", "Lee Ver")
}

func TestLinksAreSetFromBothSides(t *testing.T) {
	const lee = "00u1lee000000000001a"
	for name, c := range map[string]struct{ path, side, call string }{
		"their boss":          {"/linked/boss", "primary", "PUT /linkedObjects/boss/" + lee},
		"somebody's boss":     {"/linked/boss", "associated", "PUT /users/" + lee + "/linkedObjects/boss/" + anaID},
		"no boss":             {"/linked/boss/remove", "primary", "DELETE /linkedObjects/boss"},
		"one of the crew off": {"/linked/boss/remove", "associated", "DELETE /users/" + lee + "/linkedObjects/boss"},
	} {
		t.Run(name, func(t *testing.T) {
			o := &tabOrg{answers: map[string]string{c.call: "", "GET /users/" + lee: leaver}}
			w := o.fixture(t).ask(t, formRequest(anaPath+c.path, postForm("side="+c.side, "person="+lee)))
			if calls := strings.Join(o.asked(), ", "); w.Code != http.StatusSeeOther || !strings.Contains(calls, c.call) {
				t.Errorf("%d %s", w.Code, calls)
			}
		})
	}
	o := &tabOrg{}
	if w := o.fixture(t).ask(t, formRequest(anaPath+"/linked/boss", postForm("side=primary", "person=../x"))); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("nobody: %d", w.Code)
	}
}

func TestDefinitionsOfLinkedObjects(t *testing.T) {
	o := &tabOrg{answers: map[string]string{
		"GET /meta/schemas/user/linkedObjects": "[" + bossCrew + "]", "GET /meta/schemas/user/linkedObjects/boss": bossCrew, "DELETE /meta/schemas/user/linkedObjects/boss": "",
		"POST /meta/schemas/user/linkedObjects": `refuse 400 {"errorCode":"E0000001","errorSummary":"x","errorCauses":[{"errorSummary":"primary.name: Bad name"},{"errorSummary":"of no field"}]}`,
	}}
	f := o.fixture(t)
	has(t, f.ask(t, request(http.MethodGet, "/linked-objects")), "The &lt;b&gt;boss", "Decides", "/linked-objects/boss/delete")
	has(t, f.ask(t, request(http.MethodGet, "/linked-objects", "Accept: application/json")), `"items":[`+bossCrew+`],"next":null`)
	w := f.ask(t, formRequest("/linked-objects/new", postForm("primary.name=a b", "associated.title=Kept")))
	if has(t, w, "Bad name", "of no field", `value="Kept"`); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("refused: %d", w.Code)
	}
	o.asked()
	if w := f.ask(t, formRequest("/linked-objects/boss/delete", postForm("confirm=crew"))); w.Code != http.StatusUnprocessableEntity || len(o.asked()) != 0 { // security 38
		t.Errorf("without the name: %d", w.Code)
	}
	if w := f.ask(t, formRequest("/linked-objects/boss/delete", postForm("confirm=boss"))); w.Code != http.StatusSeeOther {
		t.Errorf("with the name: %d %s", w.Code, w.Body)
	}
	o.answers["POST /meta/schemas/user/linkedObjects"] = bossCrew
	if w := f.ask(t, formRequest("/linked-objects/new", postForm("primary.name=boss", "form_id=x"))); w.Code != http.StatusSeeOther {
		t.Errorf("added: %d %s", w.Code, w.Body)
	}
	if w := o.fixture(t, "okta.linkedObjects.manage").ask(t, request(http.MethodGet, "/linked-objects/new")); w.Code != http.StatusForbidden {
		t.Errorf("the form of somebody who may not: %d", w.Code)
	}
}
