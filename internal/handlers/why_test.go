package handlers

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/expr"
	"gatehouse/internal/policy"
	"gatehouse/web/templates/ui"
)

// whyOrg answers by path; what is not there is 404, a body "403" a refusal.
type whyOrg struct {
	mu    sync.Mutex
	calls []string
	at    map[string]string
}

func (o *whyOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	o.calls = append(o.calls, r.Method+" "+path)
	switch body := o.at[path]; body {
	case "":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"errorCode":"E0000007","errorSummary":"Not found"}`))
	case "403":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"errorCode":"E0000006","errorSummary":"You do not have permission"}`))
	default:
		answerJSON(w, body)
	}
}

const (
	benID  = "00u1ben000000000001a"
	whyBen = `{"id":"` + benID + `","status":"ACTIVE","profile":{"firstName":"Ben","lastName":"Bo","login":"ben@company.example","department":"Ops"}}`
	// two rules that fill Sales: one by department and city, one that excepts Ben.
	whyRules = `[
	{"id":"0pr1why00000000001a","status":"ACTIVE","name":"Sellers","conditions":{"expression":{"value":"user.department == \"Sales\" or isMemberOfGroup(\"` + everyoneID + `\") and user.city == \"Oslo\""},"people":{"users":{"exclude":[]}}},"actions":{"assignUserToGroups":{"groupIds":["` + salesID + `"]}}},
	{"id":"0pr1why00000000002a","status":"ACTIVE","name":"Ops","conditions":{"expression":{"value":"user.department == \"Ops\""},"people":{"users":{"exclude":["` + benID + `"]}}},"actions":{"assignUserToGroups":{"groupIds":["` + salesID + `"]}}}]`
	byMara = `[{"published":"2026-02-27T10:00:00.000Z","actor":{"type":"User","displayName":"Mara Olsen"}}]`
	byRule = `[{"published":"2026-02-27T10:00:00.000Z","actor":{"type":"SystemPrincipal","displayName":"Okta System"}}]`
)

func newWhyOrg() *whyOrg {
	return &whyOrg{at: map[string]string{
		"/users/" + anaID:             strings.Replace(ana, `"login"`, `"department":"Sales","login"`, 1),
		"/users/" + benID:             whyBen,
		"/users/" + anaID + "/groups": "[" + everyone + "," + sales + "]",
		"/users/" + benID + "/groups": "[" + everyone + "]",
		"/groups/" + salesID:          sales, "/groups/" + everyoneID: everyone,
		"/groups/rules": whyRules, "/logs": "[]",
		"/apps/" + crmID: crm, "/apps/" + crmID + "/users/" + anaID: `{"id":"` + anaID + `","scope":"GROUP","_links":{"group":{"name":"Sales","href":"http://org.example/api/v1/groups/` + salesID + `"}}}`,
		"/apps/" + crmID + "/groups": `[{"id":"` + salesID + `","priority":0,"_embedded":{"group":` + sales + `}}]`,
	}}
}

func (o *whyOrg) fixture(t *testing.T) *fixture {
	f := newFixture(t, o.ServeHTTP)
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.groups.read", "okta.schemas.read", "okta.apps.read", "okta.logs.read")
	return f
}

func TestWhyMember(t *testing.T) {
	cases := map[string]struct {
		person string
		change func(map[string]string)
		says   []string
		not    []string
	}{
		"by a rule": {anaID, nil, []string{
			"A member, by the rule Sellers", `Holds: </span> <a href="/group-rules/0pr1why00000000001a"><bdi>Group rule Sellers`,
			"user.department == &#34;Sales&#34;</code>", "user.department is &#34;Sales&#34;", `class="passed"`, "The org does not tell whether somebody added them, too",
		}, nil},
		"by a rule, as the log knows": {anaID, func(at map[string]string) { at["/logs"] = byRule }, []string{
			`Does not hold: </span> <bdi>Added by hand`, "a group rule did it, 27 February 2026 10:00 UTC",
		}, []string{"That rule holds no more"}},
		"by somebody, and by a rule": {anaID, func(at map[string]string) { at["/logs"] = byMara }, []string{
			`Holds: </span> <bdi>Added by hand`, "By Mara Olsen, 27 February 2026 10:00 UTC (System Log)",
		}, nil},
		"by hand": {anaID, func(at map[string]string) { at["/groups/rules"] = "[]" }, []string{
			"A member, by hand", "no rule fills this group", "not in the System Log of the last 90 days",
		}, nil},
		"not a member": {benID, nil, []string{
			"Why Ben Bo is not in Sales &lt;b&gt;", "Not a member", "None of the 2 rules", "user.department is &#34;Ops&#34;", "user.city is empty", "is a member",
			"Ben Bo is excepted by name",
		}, []string{"Added by hand"}},
		"inactive rule": {benID, func(at map[string]string) { at["/groups/rules"] = strings.ReplaceAll(whyRules, "ACTIVE", "INACTIVE") }, []string{
			"The rule is inactive: it adds nobody",
		}, nil},
		"pending people are left alone": {benID, func(at map[string]string) {
			at["/users/"+benID] = strings.Replace(whyBen, "ACTIVE", "STAGED", 1)
		}, []string{"Rules move people once they are active: staged now"}, nil},
		"rules that may not be read": {benID, func(at map[string]string) { at["/groups/rules"] = "403" }, []string{
			`Not known: </span> <bdi>A group rule`, "Your admin role does not cover group rules.",
		}, nil},
		"groups that may not be read": {anaID, func(at map[string]string) { at["/users/"+anaID+"/groups"] = "403" }, []string{
			"Not known whether Ana", "None of your admin roles covers it",
		}, []string{"Not a member"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o := newWhyOrg()
			if c.change != nil {
				c.change(o.at)
			}
			w := o.fixture(t).ask(t, request("GET", "/people/"+c.person+"/groups/"+salesID+"/why"))
			if w.Code != http.StatusOK || len(o.calls) > 5 {
				t.Fatalf("%d after %v", w.Code, o.calls)
			}
			has(t, w, c.says...)
			for _, not := range c.not {
				if contains(w, not) {
					t.Errorf("says %q", not)
				}
			}
		})
	}
}

func TestWhyAssigned(t *testing.T) {
	at := "/apps/" + crmID
	cases := map[string]struct {
		person string
		change func(map[string]string)
		says   []string
		not    []string
	}{
		"by a group, and why in it": {anaID, nil, []string{
			"Why Ana &lt;i&gt;Ferreira has CRM", "Assigned by the group Sales", `Does not hold: </span> <bdi>Assigned directly`,
			`Holds: </span> <a href="/groups/` + salesID + `"><bdi>Member of Sales`, "Group rule Sellers", "user.department is &#34;Sales&#34;",
		}, []string{"Added by hand</bdi><small"}},
		"not assigned: which group would give it, and why not in it": {benID, nil, []string{
			"Why Ben Bo has not got CRM", "Not assigned", "The group Sales &lt;b&gt; would give it.", "user.department is &#34;Ops&#34;", "excepted by name",
		}, nil},
		"directly, and by a group behind it": {anaID, func(m map[string]string) { m[at+"/users/"+anaID] = `{"id":"1","scope":"USER"}` }, []string{
			"Assigned directly", "Without the direct assignment it would come from Sales",
		}, nil},
		"no group has it": {benID, func(m map[string]string) { m[at+"/groups"] = "[]" }, []string{
			"The app is assigned to no group", "assign it to Ben Bo, or to a group",
		}, nil},
		"inactive app": {anaID, func(m map[string]string) { m[at] = strings.Replace(crm, "ACTIVE", "INACTIVE", 1) }, []string{
			"The app is inactive: nobody can use it", `Does not hold: </span> <bdi>The app is active`,
		}, nil},
		"suspended person": {anaID, func(m map[string]string) { m["/users/"+anaID] = strings.Replace(ana, "ACTIVE", "SUSPENDED", 1) }, []string{
			"It cannot be used now", "Suspended: cannot sign in",
		}, nil},
		"assignments that may not be read": {anaID, func(m map[string]string) { m[at+"/users/"+anaID], m[at+"/groups"] = "403", "403" }, []string{
			"Not known whether CRM", `Not known: </span> <bdi>Assigned directly`, `Not known: </span> <bdi>Assigned by a group`,
		}, []string{"Not assigned"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o := newWhyOrg()
			if c.change != nil {
				c.change(o.at)
			}
			w := o.fixture(t).ask(t, request("GET", "/people/"+c.person+"/apps/"+crmID+"/why"))
			if w.Code != http.StatusOK || len(o.calls) > 6 {
				t.Fatalf("%d after %v", w.Code, o.calls)
			}
			has(t, w, c.says...)
			for _, not := range c.not {
				if contains(w, not) {
					t.Errorf("says %q", not)
				}
			}
		})
	}
}

func TestWhyNotSomebodyElse(t *testing.T) {
	o := newWhyOrg()
	f := o.fixture(t)
	has(t, f.ask(t, request("GET", "/groups/"+salesID+"/why")), "Why, or why not?", "Find a person")
	o.at["/users"] = "[" + ana + "," + whyBen + "]"
	has(t, f.ask(t, request("GET", "/groups/"+salesID+"/why?person=e")), `href="/people/`+benID+`/groups/`+salesID+`/why"`, "ben@company.example")
	o.at["/users"] = "[" + whyBen + "]"
	if w := f.ask(t, request("GET", "/groups/"+salesID+"/why?person=Ben")); w.Code != http.StatusFound || w.Header().Get("Location") != "/people/"+benID+"/groups/"+salesID+"/why" {
		t.Errorf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	o.at["/users/ben@company.example"] = whyBen
	if w := f.ask(t, request("GET", "/people/ben@company.example/apps/"+crmID+"/why")); w.Header().Get("Location") != "/people/"+benID+"/apps/"+crmID+"/why" {
		t.Errorf("by login: %d to %s", w.Code, w.Header().Get("Location"))
	}
	o.at["/users"] = "[]"
	has(t, f.ask(t, request("GET", "/groups/"+salesID+"/why?person=Zoe")), "Nobody that you may see matches")
	w := f.ask(t, request("GET", "/people/"+anaID+"/groups/"+salesID+"/why", "Accept: application/json"))
	has(t, w, `"kind":"ok"`, `"state":"true"`, `"notes":["user.department is \"Sales\""]`)
}

// The trace of policies: each policy, rule and condition with what it read, by name.
func TestStepsOfADecision(t *testing.T) {
	first, err := policy.Parse([]byte(`{"name":"Off","status":"INACTIVE"}`))
	if err != nil {
		t.Fatal(err)
	}
	second, err := policy.Parse([]byte(`{"name":"Staff","status":"ACTIVE","conditions":{"people":{"groups":{"include":["00g1","00g2"]}}}}`),
		[]byte(`{"name":"Risky","status":"ACTIVE","priority":1,"conditions":{"riskScore":{"level":"HIGH"}}}`),
		[]byte(`{"name":"All","status":"ACTIVE","priority":2}`))
	if err != nil {
		t.Fatal(err)
	}
	d := policy.Evaluate([]policy.Policy{first, second}, policy.Context{Person: &policy.Person{ID: "00u1", Groups: []string{"00g2"}}})
	got := decisionSteps(d, map[string]string{"00g2": "Support"})
	want := []ui.Step{
		{State: ui.Passed, Text: "Policy Off", Notes: []string{"Not looked at: it is not active"}},
		{State: ui.Holds, Text: "Policy Staff", Steps: []ui.Step{
			{State: ui.Holds, Text: "In one of these groups: 00g1, Support", Notes: []string{"Read: Support"}},
			{State: ui.Unknown, Text: "Rule Risky", Steps: []ui.Step{{State: ui.Unknown, Text: "Risk: HIGH", Notes: []string{"The risk of the request is not known"}}}},
			{State: ui.Holds, Text: "Rule All"},
		}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
}

// An object alone can only be there or not, an attribute has a value.
func TestWhatAnExpressionReadIsPutIntoWords(t *testing.T) {
	got := readsOf([]expr.Read{{Name: "appuser", Value: true}, {Name: "user.admin", Value: true}, {Name: `isMemberOfGroupName("Sales")`, Value: false}, {Name: "user.age", Value: 36.0}, {Name: "user.city"}})
	want := []string{"appuser is there", "user.admin is true", "is no member", "user.age is 36", "user.city is empty"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
