package handlers

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

const (
	crmID = "0oa1crm00000000001a"
	// crm is an app that the group Sales gives Ana, wiki one that she has of her own.
	crm  = `{"id":"` + crmID + `","name":"org_crm_1","label":"CRM <b>","status":"ACTIVE","signOnMode":"SAML_2_0","_embedded":{"user":{"id":"` + anaID + `","scope":"GROUP","credentials":{"userName":"ana.f"},"_links":{"group":{"name":"Sales <b>","href":"http://org.example/api/v1/groups/` + salesID + `"}}}}}`
	wiki = `{"id":"0oa1wiki0000000001a","name":"bookmark","label":"Wiki","status":"INACTIVE","signOnMode":"BOOKMARK","_embedded":{"user":{"id":"` + anaID + `","scope":"USER","credentials":{"userName":"ana@company.example"}}}}`
)

// appOrg is an org where Ana has two apps and the group Sales one; it keeps the calls it got.
type appOrg struct {
	mu    sync.Mutex
	calls []string
	lists []url.Values
	body  string
	// refuse answers the list of apps so, where it is not 0.
	refuse int
}

func (o *appOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	o.calls = append(o.calls, r.Method+" "+path)
	switch {
	case path == "/apps" && o.refuse != 0:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(o.refuse)
		_, _ = io.WriteString(w, `{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action","errorCauses":[]}`)
	case path == "/apps":
		o.lists = append(o.lists, r.URL.Query())
		answerJSON(w, "["+crm+","+wiki+"]")
	case r.Method == http.MethodDelete:
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodGet:
		b, _ := io.ReadAll(r.Body)
		o.body = string(b)
		answerJSON(w, "{}")
	case path == "/groups/"+salesID+"/apps":
		answerJSON(w, "["+crm+"]")
	case strings.HasPrefix(path, "/groups/"):
		answerJSON(w, sales)
	case strings.HasPrefix(path, "/apps/"):
		answerJSON(w, crm)
	case strings.HasPrefix(path, "/users/"+anaID):
		answerJSON(w, ana)
	default:
		answerJSON(w, "{}")
	}
}

func newAppFixture(t *testing.T, o *appOrg, scopes ...string) *fixture {
	f := newFixture(t, o.ServeHTTP)
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.groups.read", "okta.schemas.read")
	f.desk.session.Scopes = append(f.desk.session.Scopes, scopes...)
	return f
}

// count is how many calls begin so.
func (o *appOrg) count(call string) (n int) {
	for _, c := range o.calls {
		if strings.HasPrefix(c, call) {
			n++
		}
	}
	return n
}

// The apps of a person come in one list, each with the path that gives it.
func TestAppsOfAPerson(t *testing.T) {
	o := &appOrg{}
	f := newAppFixture(t, o, "okta.apps.read", "okta.apps.manage")
	w := f.ask(t, request("GET", "/people/"+anaID+"/apps"))
	has(
		t, w, "CRM &lt;b&gt;", "SAML 2.0", `Group <a href="/groups/`+salesID+`"><bdi>Sales &lt;b&gt;</bdi></a>`, "ana.f",
		"Wiki", "Assigned directly", "Inactive", `action="/people/`+anaID+`/apps/0oa1wiki0000000001a/remove"`,
	)
	if contains(w, "/apps/"+crmID+"/remove") {
		t.Error("what a group gives can be removed from the person")
	}
	if len(o.lists) != 1 || o.lists[0].Get("filter") != `user.id eq "`+anaID+`"` || o.lists[0].Get("expand") != "user/"+anaID || o.count("GET /apps/") != 0 {
		t.Errorf("asked %v with %v", o.calls, o.lists)
	}
	w = f.ask(t, request("GET", "/people/"+anaID+"/apps?find=C", "Accept: application/json"))
	has(t, w, `"label":"CRM <b>"`, `"scope":"GROUP"`)
	if got := o.lists[len(o.lists)-1]; got.Get("q") != "C" && o.lists[len(o.lists)-2].Get("q") != "C" {
		t.Errorf("searched %v", o.lists)
	}
}

func TestAppsThatTheRoleDoesNotCover(t *testing.T) {
	o := &appOrg{refuse: http.StatusForbidden}
	f := newAppFixture(t, o, "okta.apps.read")
	w := f.ask(t, request("GET", "/people/"+anaID+"/apps"))
	if w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
	has(t, w, "Ana", "Profile") // the rest of the page stands
	if f := newAppFixture(t, &appOrg{}); contains(f.ask(t, request("GET", "/people/"+anaID)), `/people/`+anaID+`/apps"`) {
		t.Error("a tab without its scope")
	}
	read := newAppFixture(t, &appOrg{}, "okta.apps.read")
	if w := read.ask(t, request("GET", "/people/"+anaID+"/apps?find=C")); contains(w, "Find an app to assign") || contains(w, "/remove") {
		t.Error("who may only read is offered changes")
	}
}

func TestAssignAndUnassignAnApp(t *testing.T) {
	o := &appOrg{}
	f := newAppFixture(t, o, "okta.apps.read", "okta.apps.manage")
	token := url.Values{"form_token": {"the-form-token"}, "app": {crmID}}
	w := f.ask(t, formRequest("/people/"+anaID+"/apps", token))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/people/"+anaID+"/apps" || o.body != `{"id":"`+anaID+`","scope":"USER"}` || o.count("POST /apps/"+crmID+"/users") != 1 {
		t.Errorf("%d to %s, sent %s in %v", w.Code, w.Header().Get("Location"), o.body, o.calls)
	}
	w = f.ask(t, formRequest("/people/"+anaID+"/apps/"+crmID+"/remove", token, "HX-Request: true", "HX-Request-Type: partial"))
	if w.Code != http.StatusOK || o.count("DELETE /apps/"+crmID+"/users/"+anaID) != 1 {
		t.Errorf("%d after %v", w.Code, o.calls)
	}
	has(t, w, "CRM &lt;b&gt; is no longer assigned directly to Ana")
	w = f.ask(t, formRequest("/groups/"+salesID+"/apps", token))
	if w.Code != http.StatusSeeOther || o.body != "{}" || o.count("PUT /apps/"+crmID+"/groups/"+salesID) != 1 {
		t.Errorf("%d, sent %s in %v", w.Code, o.body, o.calls)
	}
	w = f.ask(t, formRequest("/groups/"+salesID+"/apps/"+crmID+"/remove", token, "HX-Request: true", "HX-Request-Type: partial"))
	if w.Code != http.StatusOK || o.count("DELETE /apps/"+crmID+"/groups/"+salesID) != 1 {
		t.Errorf("%d after %v", w.Code, o.calls)
	}
	has(t, w, "is no longer assigned to Sales")
}

func TestAppsOfAGroup(t *testing.T) {
	f := newAppFixture(t, &appOrg{}, "okta.apps.read", "okta.apps.manage")
	w := f.ask(t, request("GET", "/groups/"+salesID+"/apps?find=w"))
	has(
		t, w, "CRM &lt;b&gt;", "SAML 2.0", `action="/groups/`+salesID+`/apps/`+crmID+`/remove"`,
		"Wiki", `value="0oa1wiki0000000001a"`, ">assigned<", // found: one that can be assigned, one that is
	)
}

// Counting changes what the rows show, so that it stands with the export, not with the filters.
func TestCountingIsNoFilterOfTheListOfApps(t *testing.T) {
	f := newAppFixture(t, &appOrg{}, "okta.apps.read")
	filters := func(w string) string {
		_, w, _ = strings.Cut(w, `aria-label="Filters"`)
		w, _, _ = strings.Cut(w, "</ul>")
		return w
	}
	w := f.ask(t, request("GET", "/apps"))
	has(t, w, `href="/apps?count=page">Count assignments`)
	if got := filters(w.Body.String()); !strings.Contains(got, "OIDC") || strings.Contains(got, "Count") {
		t.Errorf("the filters are %s", got)
	}
	w = f.ask(t, request("GET", "/apps?count=page&mode=saml"))
	has(t, w, `href="/apps?mode=saml">Hide counts`)
	if contains(f.ask(t, request("GET", "/apps?c=status")), "Count assignments") {
		t.Error("what no column shows can be counted")
	}
}
