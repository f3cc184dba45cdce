package handlers

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

const (
	lisbonID = "0pr1lisbon000000001a"
	lisbon   = `{"type":"group_rule","id":"` + lisbonID + `","status":"%s","name":"Lisbon <b>","created":"2026-01-01T00:00:00.000Z","lastUpdated":"%s","vendor":{"kept":true},"conditions":{"people":{"users":{"exclude":["` + anaID + `"]},"groups":{"exclude":[]}},"expression":{"value":"user.city == \"Lisbon\"","type":"urn:okta:expression:1.0"}},"actions":{"assignUserToGroups":{"groupIds":["` + salesID + `"]}},"allGroupsValid":true,"_embedded":{"groupIdToGroupNameMap":{"` + salesID + `":"Sales"}}}`
)

// ruleOrg is an org with one rule, one group and two people.
type ruleOrg struct {
	mu              sync.Mutex
	status, updated string
	calls, bodies   []string
	search          url.Values
	refuse          string
	// evaluated: the log has the end of the work on the rule. groupless refuses the groups of people.
	evaluated bool
}

func newRuleOrg() *ruleOrg { return &ruleOrg{status: "INACTIVE", updated: "2026-03-01T12:00:00.000Z"} }

const ruleBen = `{"id":"00u1ben000000000001a","status":"ACTIVE","profile":{"firstName":"Ben","lastName":"<i>Okafor","login":"ben@company.example","city":"Lisbon","level":3}}`

func (o *ruleOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	o.calls = append(o.calls, r.Method+" "+path)
	rule := fmt.Sprintf(lisbon, o.status, o.updated)
	if r.Method != http.MethodGet {
		b, _ := io.ReadAll(r.Body)
		o.bodies = append(o.bodies, strings.TrimSpace(r.Method+" "+r.URL.RawQuery+" "+string(b)))
		if o.refuse != "" {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"errorCode":"E0000001","errorSummary":"Api validation failed","errorCauses":[{"errorSummary":%q}]}`, o.refuse)
			return
		}
		if strings.Contains(path, "lifecycle") || r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		answerJSON(w, rule)
		return
	}
	switch {
	case path == "/groups/rules":
		o.search = r.URL.Query()
		answerJSON(w, "["+rule+"]")
	case strings.HasPrefix(path, "/groups/rules/"):
		answerJSON(w, rule)
	case path == "/groups":
		answerJSON(w, "["+sales+","+everyone+"]")
	case strings.HasSuffix(path, "/users"):
		if path == "/users" {
			o.search = r.URL.Query()
		}
		answerJSON(w, "["+ana+","+ruleBen+"]")
	case strings.HasSuffix(path, "/groups"):
		answerJSON(w, "["+sales+"]")
	case path == "/logs" && o.evaluated:
		answerJSON(w, `[{"eventType":"group.user_membership.rule.evaluation"}]`)
	default:
		answerJSON(w, "[]")
	}
}

func (o *ruleOrg) fixture(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t, o.ServeHTTP)
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.groups.read", "okta.groups.manage")
	return f
}

func TestRulesPage(t *testing.T) {
	o := newRuleOrg()
	f := o.fixture(t)
	w := f.ask(t, request(http.MethodGet, "/group-rules?q=lis"))
	has(t, w, "Lisbon &lt;b&gt;", `href="/group-rules/`+lisbonID+`"`, "Inactive", "user.city == &#34;Lisbon&#34;", "Sales", "Add rule", "group-rules.csv?q=lis")
	if len(o.calls) != 1 || o.search.Get("search") != "lis" || o.search.Get("expand") == "" {
		t.Errorf("calls %v, query %v", o.calls, o.search)
	}
	w = f.ask(t, request(http.MethodGet, "/group-rules.csv"))
	has(t, w, "Name,Status,If,Groups,Except,Updated,Id\r\n", `"user.city == ""Lisbon"""`)
	f.desk.session.Scopes = []string{"okta.users.read"}
	for _, path := range []string{"/group-rules", "/group-rules/new"} {
		if w := f.ask(t, request(http.MethodGet, path)); w.Code != http.StatusForbidden || contains(w, `href="/group-rules"`) {
			t.Errorf("%s without the scope: %d", path, w.Code)
		}
	}
}

func TestRuleCheck(t *testing.T) {
	for _, c := range []struct {
		name, text, person string
		has, calls         string
	}{
		{"nothing yet", " ", "", "Write an expression", ""},
		{"a fault at its character", "user.city = \"é\"", "", "Character 11: A single", ""},
		{"behind letters of two bytes", `"é" == "é" user`, "", "Character 12:", ""},
		{"the mend", `user.city == "x`, "", "Mend: ", ""},
		{"who matches and why", `user.city == "Lisbon" AND user.level > 2`, "", "user.city is &#34;Lisbon&#34;", "GET /users"},
		{"a value that is not there", `user.city == "Lisbon"`, "", "Excepted", "GET /users"},
		{"groups are not read for a sample", `isMemberOfGroupName("Sales <b>")`, "", "Depends on groups", "GET /users"},
		{"groups are read for somebody named", `isMemberOfGroupName("Sales <b>") AND user.level > 2`, "ben", "is a member", "GET /users"},
		{"a negated condition is ticked where it holds", `!isMemberOfGroupName("x") OR NOT user.manager`, "ben", `<li class="true">`, "GET /users"},
		{"what cannot be told", `user.login > 3`, "", "Cannot be told", "GET /users"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newRuleOrg()
			f := o.fixture(t)
			form := url.Values{"expression": {c.text}, "person": {c.person}, "except": {anaID}}
			w := f.ask(t, write("/group-rules/check", form))
			has(t, w, c.has)
			if contains(w, "<i>Okafor") {
				t.Error("a name is not escaped")
			}
			if got := strings.Join(o.calls, ", "); !strings.HasPrefix(got, c.calls) || c.calls == "" && got != "" {
				t.Errorf("calls: %s, want %s", got, c.calls)
			}
			if c.person != "" && strings.Count(strings.Join(o.calls, ""), "/groups") != 2 {
				t.Errorf("calls: %v, want the groups of each of the two people", o.calls)
			}
		})
	}
}

func TestRuleIsAdded(t *testing.T) {
	o := newRuleOrg()
	f := o.fixture(t)
	form := url.Values{
		"form_id": {"once"}, "name": {" Lisbon "}, "expression": {`user.city == "Lisbon"`}, "group": {salesID, salesID, "../x"}, "except": {anaID}, "step": {"save"}, "reason": {"HR-9"},
	}
	for range 2 { // fault 17
		header(t, f.ask(t, write("/group-rules/new", form)), "HX-Redirect", "/group-rules/"+lisbonID)
	}
	want := `POST  {"type":"group_rule","name":"Lisbon","conditions":{"expression":{"type":"urn:okta:expression:1.0","value":"user.city == \"Lisbon\""},"people":{"groups":{"exclude":[]},"users":{"exclude":["` + anaID + `"]}}},"actions":{"assignUserToGroups":{"groupIds":["` + salesID + `"]}}}`
	if len(o.bodies) != 1 || o.bodies[0] != want {
		t.Errorf("sent %v, want once %s", o.bodies, want)
	}
	if rows := f.trailOf(t, lisbonID); len(rows) != 1 || rows[0].Reason != "HR-9" {
		t.Errorf("the trail has %+v", rows)
	}
	form.Set("step", "find")
	form.Set("find_groups", "sal")
	has(t, f.ask(t, write("/group-rules/new", form)), `name="group" value="`+salesID+`" checked`, "Sales &lt;b&gt;", `name="except" value="`+anaID+`" checked`)
	if len(o.bodies) != 1 {
		t.Error("a search in the form saved it")
	}
	form.Set("step", "save")
	for cause, at := range map[string]string{
		"name: Policy rule name already in use":                    "Policy rule name already in use",
		"conditions.expression.value: character 3: oops; mend":     "character 3: oops; mend",
		"actions.assignUserToGroups.groupIds: There is no group":   "There is no group",
		"something that no field of this form is about, with a <b": "with a &lt;b",
	} {
		o.refuse = cause
		form.Set("form_id", cause)
		w := f.ask(t, write("/group-rules/new", form))
		has(t, w, at, `user.city == &#34;Lisbon&#34;`, `value="Lisbon"`)
		if w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", cause, w.Code)
		}
	}
}

// fault 16: what somebody else saved meanwhile is shown, not lost.
func TestRuleIsEdited(t *testing.T) {
	o := newRuleOrg()
	f := o.fixture(t)
	at := "/group-rules/" + lisbonID + "/edit"
	has(t, f.ask(t, request(http.MethodGet, at)), `name="base" value="2026-03-01T12:00:00.000Z"`, "The groups of a rule cannot be changed")
	form := url.Values{"base": {o.updated}, "name": {"Lisboa"}, "expression": {`user.city == "Lisboa"`}, "group": {everyoneID}, "step": {"save"}}
	header(t, f.ask(t, write(at, form)), "HX-Redirect", "/group-rules/"+lisbonID)
	if len(o.bodies) != 1 || !strings.Contains(o.bodies[0], `"vendor":{"kept":true}`) || !strings.Contains(o.bodies[0], `"groupIds":["`+salesID+`"]`) ||
		!strings.Contains(o.bodies[0], `user.city == \"Lisboa\"`) || strings.Contains(o.bodies[0], "_embedded") || !strings.Contains(o.bodies[0], `"exclude":[]`) {
		t.Errorf("sent %v", o.bodies)
	}
	form.Set("base", "2026-02-01T12:00:00.000Z")
	w := f.ask(t, write(at, form))
	has(t, w, "Theirs, now saved", "user.city == &#34;Lisbon&#34;", "user.city == &#34;Lisboa&#34;", `name="base" value="2026-03-01T12:00:00.000Z"`, "changed by")
	if w.Code != http.StatusPreconditionFailed || len(o.bodies) != 1 {
		t.Errorf("a change on an older version: %d, sent %v", w.Code, o.bodies)
	}
	o.status = "ACTIVE"
	if w := f.ask(t, write(at, form)); w.Code != http.StatusConflict || !contains(w, "Only an inactive rule can be edited") || len(o.bodies) != 1 {
		t.Errorf("an active rule: %d, sent %v", w.Code, o.bodies)
	}
}

func TestRulePageSaysWhatItDoes(t *testing.T) {
	o := newRuleOrg()
	f := o.fixture(t)
	path := "/group-rules/" + lisbonID
	has(t, f.ask(t, request(http.MethodGet, path)), "Sales &lt;b&gt;", "If it is activated", "Nobody joins", `action="`+path+`/activate"`, path+"/edit", "Excepted")
	header(t, f.ask(t, write(path+"/activate", url.Values{"reason": {"HR-1"}})), "HX-Redirect", path+"/members")
	o.status = "ACTIVE"
	w := f.ask(t, request(http.MethodGet, path))
	has(t, w, `action="`+path+`/deactivate"`)
	if contains(w, path+"/edit") || contains(w, "If it is activated") {
		t.Error("an active rule can be edited or activated")
	}
	o.status = "INVALID"
	w = f.ask(t, request(http.MethodGet, path))
	has(t, w, "This rule is invalid", "Add another rule")
	if contains(w, "/activate") || contains(w, path+"/edit") {
		t.Error("an invalid rule can be activated or edited")
	}
	has(t, f.ask(t, request(http.MethodGet, path, asJSON)), `"can":["deleteGroupRule"]`, `"vendor":{"kept":true}`)
	f.desk.session.Scopes = []string{"okta.groups.read", "okta.users.read"}
	if w := f.ask(t, request(http.MethodGet, path)); contains(w, "/delete") {
		t.Error("somebody who may only read is offered to delete")
	}
}

// The page of a rule that was just activated asks again until the org is done, at most rulePolls times.
func TestRuleMembersComeIn(t *testing.T) {
	o := newRuleOrg()
	o.status, o.updated = "ACTIVE", "2026-03-02T11:59:00.000Z"
	f := o.fixture(t)
	path := "/group-rules/" + lisbonID
	w := f.ask(t, request(http.MethodGet, path+"/members"))
	has(t, w, "Memberships come in the background", path+"/progress?n=1", "Ben &lt;i&gt;Okafor", "2 members, 1 by this rule", "by hand")
	has(t, f.ask(t, request(http.MethodGet, path+"/progress?n=7", "HX-Request: true", partial)), path+"/progress?n=8")
	w = f.ask(t, request(http.MethodGet, fmt.Sprint(path, "/progress?n=", rulePolls), "HX-Request: true", partial))
	has(t, w, "stopped asking")
	if contains(w, "hx-get") {
		t.Error("the page goes on asking for ever")
	}
	o.evaluated = true
	w = f.ask(t, request(http.MethodGet, path+"/progress?n=2", "HX-Request: true", partial))
	has(t, w, "worked through everybody")
	if contains(w, "hx-get") {
		t.Error("the page goes on asking when all is done")
	}
	o.updated = "2026-02-01T00:00:00.000Z"
	if w := f.ask(t, request(http.MethodGet, path+"/members")); contains(w, "/progress") {
		t.Error("a rule that has been active for long is asked about")
	}
}

func TestRuleIsDeleted(t *testing.T) {
	o := newRuleOrg()
	f := o.fixture(t)
	at := "/group-rules/" + lisbonID + "/delete"
	has(t, f.ask(t, request(http.MethodGet, at)), "Keep the memberships", "Remove the memberships", "Type <bdi>Lisbon &lt;b&gt;</bdi>")
	w := f.ask(t, write(at, url.Values{"confirm": {"Lisbon"}, "memberships": {"remove"}}))
	if w.Code != http.StatusUnprocessableEntity || len(o.bodies) != 0 {
		t.Fatalf("unconfirmed: %d, %v", w.Code, o.bodies)
	}
	header(t, f.ask(t, write(at, url.Values{"confirm": {"Lisbon <b>"}, "memberships": {"keep"}})), "HX-Redirect", "/group-rules")
	header(t, f.ask(t, write(at, url.Values{"confirm": {lisbonID}, "memberships": {"remove"}})), "HX-Redirect", "/group-rules")
	if got := strings.Join(o.bodies, ", "); got != "DELETE, DELETE removeUsers=true" {
		t.Errorf("sent %s", got)
	}
}
