package handlers

import (
	"net/http"
	"strings"
	"testing"
)

const heldRoles = `[{"id":"R1","type":"HELP_DESK_ADMIN","label":"Help Desk Administrator","assignmentType":"USER","created":"2026-03-01T00:00:00.000Z"},
	{"id":"R2","type":"APP_ADMIN","label":"Application Administrator","assignmentType":"USER"},
	{"id":"ra3","type":"CUSTOM","label":"","assignmentType":"USER"}]`

func TestRolesAndWhatTheyAreNarrowedTo(t *testing.T) {
	o := &tabOrg{answers: map[string]string{
		"GET /roles": heldRoles, "GET /roles/R1/targets/groups": "[" + sales + "]",
		"GET /roles/R2/targets/catalog/apps": `[{"name":"crm","displayName":"CRM","id":"0oa1","label":"CRM north"},{"name":"wiki","displayName":"Wiki"}]`,
	}}
	w := o.fixture(t).ask(t, request(http.MethodGet, anaPath+"/roles"))
	has(t, w, "Help Desk Administrator", `href="/groups/`+salesID+`"`, "The last group cannot be taken away", "CRM north", "Every app of the kind Wiki", "Custom",
		`name="target" value="crm/0oa1"`, `name="target" value="wiki"`)
	if contains(w, `name="target" value="`+salesID+`"`) {
		t.Error("the last target can be taken away")
	}
	o.answers["GET /roles/R1/targets/groups"] = `refuse 403 {"errorCode":"E0000006","errorSummary":"no"}`
	has(t, o.fixture(t).ask(t, request(http.MethodGet, anaPath+"/roles")), "What it is narrowed to cannot be read")
}

// security 38: a role is given once the login is typed; fault 17: sent twice, it is given once.
func TestARoleIsGiven(t *testing.T) {
	o := &tabOrg{answers: map[string]string{"POST /roles": `{"id":"R1","type":"HELP_DESK_ADMIN"}`}}
	f := o.fixture(t)
	for _, fields := range [][]string{{"type=HELP_DESK_ADMIN"}, {"type=HELP_DESK_ADMIN", "confirm=somebody"}, {"type=EMPEROR", "confirm=ana@company.example"}, {"confirm=ana@company.example"}} {
		w := f.ask(t, formRequest(anaPath+"/roles", postForm(fields...)))
		if calls := strings.Join(o.asked(), " "); w.Code != http.StatusUnprocessableEntity || strings.Contains(calls, "POST") {
			t.Errorf("%v: %d %s", fields, w.Code, calls)
		}
	}
	for range 2 {
		w := f.ask(t, formRequest(anaPath+"/roles", postForm("type=HELP_DESK_ADMIN", "confirm=ANA@company.example", "form_id=one")))
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != anaPath+"/roles" {
			t.Errorf("given: %d %s", w.Code, w.Body)
		}
	}
	if calls := strings.Join(o.asked(), " "); strings.Count(calls, `POST /roles {"type":"HELP_DESK_ADMIN"}`) != 1 {
		t.Errorf("the org was asked %s", calls)
	}
}

func TestTargetsOfARole(t *testing.T) {
	role := func(kind string) string { return `{"id":"R1","type":"` + kind + `","label":"The role"}` }
	for name, c := range map[string]struct{ kind, path, target, call string }{
		"a group":             {"HELP_DESK_ADMIN", "", salesID, "PUT /roles/R1/targets/groups/" + salesID},
		"less one group":      {"HELP_DESK_ADMIN", "/remove", salesID, "DELETE /roles/R1/targets/groups/" + salesID},
		"an app":              {"APP_ADMIN", "", "crm/0oa1", "PUT /roles/R1/targets/catalog/apps/crm/0oa1"},
		"less one app":        {"APP_ADMIN", "/remove", "crm/0oa1", "DELETE /roles/R1/targets/catalog/apps/crm/0oa1"},
		"less a kind of app":  {"APP_ADMIN", "/remove", "crm", "DELETE /roles/R1/targets/catalog/apps/crm"},
		"what has no targets": {"REPORT_ADMIN", "", salesID, ""},
		"nothing":             {"HELP_DESK_ADMIN", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := &tabOrg{answers: map[string]string{"GET /roles/R1": role(c.kind), c.call: ""}}
			w := o.fixture(t).ask(t, formRequest(anaPath+"/roles/R1/targets"+c.path, postForm("target="+c.target)))
			calls := strings.Join(o.asked(), " ")
			if c.call == "" && (w.Code != http.StatusUnprocessableEntity || strings.Contains(calls, "PUT")) || c.call != "" && (w.Code != http.StatusSeeOther || !strings.Contains(calls, c.call)) {
				t.Errorf("%d %s", w.Code, calls)
			}
		})
	}
	o := &tabOrg{answers: map[string]string{
		"GET /roles/R1": role("USER_ADMIN"), "GET /roles/gone": `refuse 404 {"errorCode":"E0000007","errorSummary":"Not found"}`,
		"DELETE /roles/R1/targets/groups/" + salesID: `refuse 400 {"errorCode":"E0000001","errorSummary":"Api validation failed: role","errorCauses":[{"errorSummary":"role: The last target cannot be removed."}]}`,
	}}
	f := o.fixture(t)
	has(t, f.ask(t, formRequest(anaPath+"/roles/R1/targets/remove", postForm("target="+salesID))), "it is the last one", "Remove the role, and give it again")
	if w := f.ask(t, formRequest(anaPath+"/roles/gone/remove", postForm())); w.Code != http.StatusNotFound || !contains(w, "Role not found") {
		t.Errorf("a role that is gone: %d", w.Code)
	}
}
