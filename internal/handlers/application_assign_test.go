package handlers

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// assignOrg is an org with an app that the group Sales gives Ana, with an attribute role
// of its people; it keeps the calls it got with their bodies.
type assignOrg struct {
	mu    sync.Mutex
	calls []string
	sent  map[string]string
	query map[string]url.Values
	at    map[string]string
	// refuse answers writes so, with status 400.
	refuse string
}

const assignSchema = `{"definitions":{"custom":{"required":["role"],"properties":{
	"role":{"title":"Role","type":"string","enum":["Seller","Manager"],"scope":"NONE"},
	"limit":{"title":"Limit","type":"integer","scope":"NONE"},
	"badge":{"title":"Badge","type":"string","scope":"SELF"}}},
	"base":{"required":["userName"],"properties":{"userName":{"title":"Username","type":"string"}}}}}`

func newAssignOrg() *assignOrg {
	app := "/apps/" + crmID
	anaHas := `{"id":"` + anaID + `","scope":"USER","created":"2026-01-01T00:00:00.000Z","credentials":{"userName":"ana"},"profile":{"role":"Manager","badge":"7","kept":true},"_embedded":{"user":` + ana + `}}`
	benHas := `{"id":"` + benID + `","scope":"GROUP","credentials":{"userName":"ben@company.example"},"profile":{"role":"Seller"},"_links":{"group":{"name":"Sales <b>","href":"http://org.example/api/v1/groups/` + salesID + `"}},"_embedded":{"user":` + whyBen + `}}`
	return &assignOrg{sent: map[string]string{}, query: map[string]url.Values{}, at: map[string]string{
		app: crm, app + "/users": "[" + anaHas + "," + benHas + "]", app + "/users/" + anaID: anaHas, app + "/users/" + benID: benHas,
		app + "/groups": `[{"id":"` + everyoneID + `","priority":1,"profile":{},"_embedded":{"group":` + everyone + `}},
			{"id":"` + salesID + `","priority":0,"profile":{"role":"Seller","other":1},"_embedded":{"group":` + sales + `}}]`,
		app + "/groups/" + salesID:                 `{"id":"` + salesID + `","priority":0,"profile":{"role":"Seller","other":1}}`,
		"/meta/schemas/apps/" + crmID + "/default": assignSchema,
		"/users/" + anaID:                          ana,
		"/users/" + benID:                          whyBen,
		"/users/" + anaID + "/groups":              "[" + sales + "]",
		"/users/" + benID + "/groups":              "[" + sales + "]",
		"/groups/" + salesID:                       sales,
		"/groups/" + salesID + "/users":            "[" + ana + "," + whyBen + "]",
		"/groups/rules":                            "[]",
		"/groups":                                  "[" + sales + "]",
		"/users":                                   "[" + whyBen + "," + leaver + "]",
	}}
}

func (o *assignOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	o.calls = append(o.calls, r.Method+" "+path)
	o.query[r.Method+" "+path] = r.URL.Query()
	if r.Method != http.MethodGet {
		b, _ := io.ReadAll(r.Body)
		o.sent[r.Method+" "+path] = string(b)
	}
	body := o.at[path]
	switch {
	case r.Method == http.MethodDelete:
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodGet && o.refuse != "":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, o.refuse)
	case r.Method != http.MethodGet:
		answerJSON(w, `{"id":"x"}`)
	case body == "":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"errorCode":"E0000007","errorSummary":"Not found"}`)
	default:
		answerJSON(w, body)
	}
}

func (o *assignOrg) fixture(t *testing.T, scopes ...string) *fixture {
	f := newFixture(t, o.ServeHTTP)
	f.desk.session.Scopes = append(append(f.desk.session.Scopes, "okta.apps.read", "okta.groups.read", "okta.schemas.read"), scopes...)
	return f
}

const assignManage = "okta.apps.manage"

func TestAssignments(t *testing.T) {
	o := newAssignOrg()
	f := o.fixture(t, assignManage)
	at := "/apps/" + crmID + "/assignments"
	w := f.ask(t, request("GET", at))
	has(t, w, "Assigned directly", `<a href="/groups/`+salesID+`"><bdi>Sales &lt;b&gt;</bdi></a>`, "role: Seller", `aria-label="Move Everyone up"`, `aria-label="Move Sales &lt;b&gt; down"`,
		`/people/`+benID+`/apps/`+crmID+`/why"`, `/apps/`+crmID+`/people/`+anaID+`"`)
	if body := w.Body.String(); strings.Index(body, "role: Seller") > strings.Index(body, "Everyone") {
		t.Error("the groups are not in their order")
	}
	if len(o.calls) != 3 {
		t.Errorf("asked %v", o.calls)
	}
	has(t, f.ask(t, request("GET", at+"?find=b")), `aria-label="Assign to Ben Bo"`, ">assigned<", "deactivated: can have no app")
	f.ask(t, request("GET", at+"?q=An"))
	if got := o.query["GET /apps/"+crmID+"/users"]; got.Get("q") != "An" || got.Get("expand") != "user" {
		t.Errorf("searched by %v", got)
	}
	read := newAssignOrg().fixture(t)
	if w := read.ask(t, request("GET", at)); contains(w, "Find people or groups") || contains(w, "/move") || !contains(w, ">View<") {
		t.Error("who may only read is offered changes")
	}
}

func TestAssignAPersonWithTheirProfile(t *testing.T) {
	o := newAssignOrg()
	delete(o.at, "/apps/"+crmID+"/users/"+benID)
	f := o.fixture(t, assignManage)
	at := "/apps/" + crmID + "/people/" + benID
	w := f.ask(t, request("GET", at))
	has(t, w, "Username in the app", `name="profile.role"`, `<option value="Manager">Manager</option>`, "A whole number", `name="profile.badge"`, ">Assign<", "as their own")
	form := func(more ...string) url.Values {
		v := url.Values{"form_token": {"the-form-token"}, "base": {`{"credentials.userName":null,"profile.role":null,"profile.limit":null,"profile.badge":null}`}, "credentials.userName": {""}, "profile.role": {""}, "profile.limit": {""}, "profile.badge": {""}}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	w = f.ask(t, formRequest(at, form("profile.limit", "many")))
	if w.Code != http.StatusUnprocessableEntity || len(o.sent) > 0 {
		t.Errorf("%d, sent %v", w.Code, o.sent)
	}
	has(t, w, "This is required", "Must be a whole number", `value="many"`)
	has(t, f.ask(t, formRequest(at, form("profile.role", "Owner"))), "Choose one of the values")
	w = f.ask(t, formRequest(at, form("profile.role", "Seller", "profile.limit", "12", "credentials.userName", "ben")))
	if got := o.sent["POST /apps/"+crmID+"/users"]; w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/apps/"+crmID+"/assignments" ||
		got != `{"credentials":{"userName":"ben"},"profile":{"role":"Seller","limit":12},"id":"`+benID+`","scope":"USER"}` {
		t.Errorf("%d to %s, sent %s", w.Code, w.Header().Get("Location"), got)
	}
	o.refuse = `{"errorCode":"E0000001","errorSummary":"Api validation failed","errorCauses":[{"errorSummary":"profile.role: not now"},{"errorSummary":"something else"}]}`
	w = f.ask(t, formRequest(at, form("profile.role", "Seller")))
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", w.Code)
	}
	has(t, w, "not now", "something else", "Not assigned")
}

// An edit sends what was changed and nothing else; what somebody else changed meanwhile is
// shown and not overwritten (fault 16).
func TestEditAnAssignment(t *testing.T) {
	o := newAssignOrg()
	f := o.fixture(t, assignManage)
	at := "/apps/" + crmID + "/people/" + anaID
	form := url.Values{
		"form_token": {"the-form-token"}, "base": {`{"credentials.userName":"ana","profile.role":"Manager","profile.limit":null,"profile.badge":"7"}`},
		"credentials.userName": {"ana"}, "profile.role": {"Manager"}, "profile.limit": {"3"}, "profile.badge": {"7"},
	}
	w := f.ask(t, formRequest(at, form))
	if got := o.sent["POST /apps/"+crmID+"/users/"+anaID]; w.Code != http.StatusSeeOther || got != `{"profile":{"limit":3}}` {
		t.Errorf("%d, sent %s", w.Code, got)
	}
	clear(o.sent)
	form.Set("base", `{"credentials.userName":"ana","profile.role":"Seller","profile.limit":null,"profile.badge":"7"}`)
	form.Set("profile.role", "")
	form["profile.role"] = []string{"Manager"}
	form.Set("profile.badge", "9")
	form.Set("base", `{"credentials.userName":"ana","profile.role":"Manager","profile.limit":null,"profile.badge":"6"}`)
	w = f.ask(t, formRequest(at, form))
	if w.Code != http.StatusUnprocessableEntity || len(o.sent) > 0 {
		t.Errorf("%d, sent %v", w.Code, o.sent)
	}
	has(t, w, "somebody else changed this meanwhile", "Badge")
	r := formRequest(at, form)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Gatehouse-Request", "1")
	if w = f.ask(t, r); w.Code != http.StatusPreconditionFailed || !contains(w, `"changed"`) || len(o.sent) > 0 {
		t.Errorf("as JSON %d %s", w.Code, w.Body)
	}
}

func TestWhatARemovalAndAConversionMean(t *testing.T) {
	o := newAssignOrg()
	f := o.fixture(t, assignManage)
	at := "/apps/" + crmID + "/people/" + anaID
	w := f.ask(t, request("GET", at))
	has(t, w, "Ana &lt;i&gt;Ferreira keeps the app: the group Sales &lt;b&gt; gives it, too", "Hand over to the group Sales", "loses it when they leave the group", "<del><bdi>Manager</bdi></del>", "<ins><bdi>Seller</bdi></ins>")
	token := url.Values{"form_token": {"the-form-token"}}
	w = f.ask(t, formRequest(at+"/convert", token))
	if got := o.sent["POST /apps/"+crmID+"/users"]; got != `{"id":"`+anaID+`","scope":"GROUP"}` || w.Code != http.StatusSeeOther {
		t.Errorf("%d, sent %s", w.Code, got)
	}
	if w = f.ask(t, formRequest(at+"/remove", token)); w.Code != http.StatusSeeOther || o.calls[len(o.calls)-1] != "DELETE /apps/"+crmID+"/users/"+anaID {
		t.Errorf("%d after %v", w.Code, o.calls)
	}
	o.at["/users/"+anaID+"/groups"] = "[]"
	has(t, f.ask(t, request("GET", at)), "loses the app at once: no group gives it to them")
	w = f.ask(t, request("GET", "/apps/"+crmID+"/people/"+benID))
	has(t, w, "The group Sales &lt;b&gt; gives it. To take it away", "Assign directly")
	if contains(w, "/remove\"") {
		t.Error("what a group gives can be removed from the person")
	}
}

func TestAssignAGroup(t *testing.T) {
	o := newAssignOrg()
	f := o.fixture(t, assignManage)
	at := "/apps/" + crmID + "/groups/" + salesID
	w := f.ask(t, request("GET", at))
	has(t, w, `name="profile.role"`, "is taken from 2 members at once", "directly or by another group")
	if contains(w, "profile.badge") || contains(w, "credentials.userName") {
		t.Error("a group is asked for what is a person's own")
	}
	form := url.Values{"form_token": {"the-form-token"}, "base": {`{"profile.role":"Seller","profile.limit":null}`}, "profile.role": {"Manager"}, "profile.limit": {""}}
	f.ask(t, formRequest(at, form))
	if got := o.sent["PUT /apps/"+crmID+"/groups/"+salesID]; got != `{"profile":{"role":"Manager","other":1},"priority":0}` {
		t.Errorf("sent %s", got)
	}
	w = f.ask(t, formRequest(at+"/move", url.Values{"form_token": {"the-form-token"}, "to": {"1"}}, "HX-Request: true", "HX-Request-Type: partial"))
	if got := o.sent["PUT /apps/"+crmID+"/groups/"+salesID]; got != `{"priority":1,"profile":{"role":"Seller","other":1}}` {
		t.Errorf("moved by %s", got)
	}
	has(t, w, "Sales &lt;b&gt; is number 2 now", "People")
	delete(o.at, "/apps/"+crmID+"/groups/"+salesID)
	w = f.ask(t, request("GET", at))
	has(t, w, "reaches 2 members now", ">Assign<")
	form.Set("base", `{"profile.role":null,"profile.limit":null}`)
	w = f.ask(t, formRequest(at, form))
	if got := o.sent["PUT /apps/"+crmID+"/groups/"+salesID]; got != `{"profile":{"role":"Manager"}}` || w.Code != http.StatusSeeOther {
		t.Errorf("%d, sent %s", w.Code, got)
	}
	if w = f.ask(t, formRequest(at+"/remove", url.Values{"form_token": {"the-form-token"}})); w.Code != http.StatusSeeOther || o.calls[len(o.calls)-1] != "DELETE /apps/"+crmID+"/groups/"+salesID {
		t.Errorf("%d after %v", w.Code, o.calls)
	}
}

// Who moves a group by keyboard goes on with the same button, at the end with the other.
func TestTheKeyboardStaysWithTheGroupThatMoved(t *testing.T) {
	f := newAssignOrg().fixture(t, assignManage)
	for _, c := range []struct{ group, by, want string }{
		{salesID, "Down", `value="Down" aria-label="Move Sales &lt;b&gt; down" data-focus`},
		{salesID, "Up", `value="Down" aria-label="Move Sales &lt;b&gt; down" data-focus`},
	} {
		w := f.ask(t, formRequest("/apps/"+crmID+"/groups/"+c.group+"/move", url.Values{"form_token": {"the-form-token"}, "to": {"0"}, "by": {c.by}}, "HX-Request: true", "HX-Request-Type: partial"))
		has(t, w, c.want)
		if n := strings.Count(w.Body.String(), "data-focus"); n != 1 {
			t.Errorf("%d places for the keyboard", n)
		}
	}
}
