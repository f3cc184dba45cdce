package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	signOnPolicy = `{"id":"00pSign","status":"ACTIVE","name":"Remote <b>","priority":1,"system":false,"conditions":{"people":{"groups":{"include":["` + salesID + `"]}}},"created":"2026-01-01T00:00:00.000Z","lastUpdated":"2026-03-01T12:00:00.000Z","vendor":{"kept":1.0},"type":"OKTA_SIGN_ON"}`
	signOnLast   = `{"id":"00pLast","status":"ACTIVE","name":"Default Policy","priority":2,"system":true,"conditions":{"people":{"groups":{"include":["` + salesID + `"]}}},"created":"2026-01-01T00:00:00.000Z","lastUpdated":"2026-03-01T12:00:00.000Z","type":"OKTA_SIGN_ON"}`
	// The rules of signOnPolicy, in their order, in the documents of the API with members that no form knows.
	officeRule = `{"id":"0prOffice","status":"ACTIVE","name":"Off the office","priority":1,"created":"2026-01-01T00:00:00.000Z","lastUpdated":"2026-03-01T12:00:00.000Z","system":false,"conditions":{"people":{"users":{"exclude":["` + anaID + `"]},"vendor":true},"network":{"connection":"ZONE","exclude":["nzoOffice"]},"authContext":{"authType":"ANY"},"riskScore":{"level":"ANY"},"identityProvider":{"provider":"ANY"},"vendorCondition":{"x":1}},"actions":{"signon":{"access":"ALLOW","requireFactor":true,"factorPromptMode":"SESSION","factorLifetime":480,"primaryFactor":"PASSWORD_IDP_ANY_FACTOR","rememberDeviceByDefault":false,"vendor":[1.50],"session":{"usePersistentCookie":false,"maxSessionIdleMinutes":120,"maxSessionLifetimeMinutes":720}}},"type":"SIGN_ON"}`
	denyRule   = `{"id":"0prDeny","status":"INACTIVE","name":"High risk","priority":2,"created":"2026-01-01T00:00:00.000Z","lastUpdated":"2026-03-01T12:00:00.000Z","system":false,"conditions":{"network":{"connection":"ANYWHERE"},"authContext":{"authType":"ANY"},"riskScore":{"level":"HIGH"},"risk":{"behaviors":["New Device"]},"identityProvider":{"provider":"ANY"}},"actions":{"signon":{"access":"DENY","requireFactor":false,"primaryFactor":"PASSWORD_IDP_ANY_FACTOR","rememberDeviceByDefault":false,"session":{"usePersistentCookie":false,"maxSessionIdleMinutes":120,"maxSessionLifetimeMinutes":0}}},"type":"SIGN_ON"}`
	lastRule   = `{"id":"0prLast","status":"ACTIVE","name":"Default Rule","priority":3,"created":"2026-01-01T00:00:00.000Z","lastUpdated":"2026-03-01T12:00:00.000Z","system":true,"conditions":{"people":{"users":{"exclude":[]}},"network":{"connection":"ANYWHERE"}},"actions":{"signon":{"access":"ALLOW","requireFactor":false,"primaryFactor":"PASSWORD_IDP_ANY_FACTOR","rememberDeviceByDefault":false,"session":{"usePersistentCookie":false,"maxSessionIdleMinutes":120,"maxSessionLifetimeMinutes":0}}},"type":"SIGN_ON"}`

	officeZone = `{"id":"nzoOffice","name":"Offices","type":"IP","status":"ACTIVE"}`
	awayZone   = `{"id":"nzoAway","name":"Away","type":"DYNAMIC","status":"ACTIVE"}`
)

// policyAnswers is an org with one sign-on policy before the system's own.
func policyAnswers() map[string]string {
	return map[string]string{
		"GET /policies":                                               "[" + signOnLast + "," + signOnPolicy + "]",
		"GET /policies/00pSign":                                       signOnPolicy,
		"GET /policies/00pSign/rules":                                 "[" + officeRule + "," + denyRule + "," + lastRule + "]",
		"PUT /policies/00pSign":                                       signOnPolicy,
		"PUT /policies/00pSign/rules/0prOffice":                       officeRule,
		"POST /policies/00pSign/rules":                                strings.Replace(officeRule, `"name":"Off the office"`, `"name":"Fresh"`, 1),
		"POST /policies":                                              signOnPolicy,
		"DELETE /policies/00pSign":                                    "",
		"DELETE /policies/00pSign/rules/0prDeny":                      "",
		"POST /policies/00pSign/rules/0prOffice/lifecycle/deactivate": "",
		"GET /groups":                                                 "[" + sales + "]",
		"GET /zones":                                                  "[" + officeZone + "," + awayZone + "]",
		"GET /users":                                                  "[" + ana + "]",
	}
}

const policyPath = "/policies/00pSign"

func policyFixture(t *testing.T, o *tabOrg, without ...string) *fixture {
	t.Helper()
	f := o.fixture(t)
	for _, s := range []string{"okta.policies.read", "okta.policies.manage", "okta.networkZones.read"} {
		if !slices.Contains(without, s) {
			f.desk.session.Scopes = append(f.desk.session.Scopes, s)
		}
	}
	return f
}

// drawnFields are the fields of the form of a page that posts to action, as a browser sends
// them when nothing is touched.
func drawnFields(t *testing.T, page, action string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	form := find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Form && attr(n, "action") == action })
	if form == nil {
		t.Fatalf("no form posts to %s:\n%s", action, page)
	}
	v := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		if name == "" || hasAttr(n, "disabled") {
			continue
		}
		switch {
		case n.DataAtom == atom.Textarea:
			v.Add(name, text(n))
		case n.DataAtom == atom.Select:
			var chosen *html.Node
			for o := range n.Descendants() {
				if o.DataAtom == atom.Option && (chosen == nil || hasAttr(o, "selected")) {
					chosen = o
				}
			}
			v.Add(name, attr(chosen, "value"))
		case n.DataAtom == atom.Input && (attr(n, "type") == "checkbox" || attr(n, "type") == "radio"):
			if hasAttr(n, "checked") {
				v.Add(name, attr(n, "value"))
			}
		case n.DataAtom == atom.Input:
			v.Add(name, attr(n, "value"))
		}
	}
	return v
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// writes are the calls that changed something, of those asked.
func writes(calls []string) []string {
	return slices.DeleteFunc(calls, func(c string) bool { return strings.HasPrefix(c, "GET ") })
}

// A policy says whom it is for and what its rules ask and do, with names and not ids, in
// few calls.
func TestPolicyInWords(t *testing.T) {
	o := &tabOrg{answers: policyAnswers()}
	f := policyFixture(t, o)
	w := f.ask(t, request(http.MethodGet, policyPath))
	has(
		t, w, "Remote &lt;b&gt;", "Global session policy", "priority 1", `href="/groups/`+salesID+`"`, "Off the office", `network not in zone`, "Offices",
		"except", "Ana", "condition vendorCondition, see JSON", "Password + factor, again after 8 h", "Session ends after 12 h, idle after 2 h", "Deny", "risk high", "behavior", "anyone else",
		"Password, and a factor of who holds one", "The embedded org cannot judge all of it", `href="/policies/00pSign/rules/new"`,
	)
	if got, want := o.asked(), []string{"GET /groups", "GET /policies/00pSign", "GET /policies/00pSign/rules", "GET /users", "GET /zones"}; !slices.Equal(got, want) {
		t.Errorf("the page asked %q, want %q", got, want)
	}
	has(t, f.ask(t, request(http.MethodGet, "/policies")), "Remote &lt;b&gt;", "Default Policy", "System", "Sales")
	if got, want := o.asked(), []string{"GET /groups", "GET /policies"}; !slices.Equal(got, want) {
		t.Errorf("the list asked %q, want %q", got, want)
	}
	if w := f.ask(t, request(http.MethodGet, "/policies/type/NONE")); w.Code != http.StatusNotFound {
		t.Errorf("a type that is none answers %d", w.Code)
	}
}

// A rule behind one that fits everybody is said to be never reached.
func TestRulesThatAreNeverReached(t *testing.T) {
	const never = "Never reached: rule 1 fits everybody."
	o := &tabOrg{answers: policyAnswers()}
	f := policyFixture(t, o)
	if contains(f.ask(t, request(http.MethodGet, policyPath)), "Never reached") {
		t.Error("a rule before which none fits everybody is said to be never reached")
	}
	open := strings.Replace(lastRule, `"priority":3,`, `"priority":0,`, 1)
	open = strings.Replace(open, `"system":true`, `"system":false`, 1)
	o.answers["GET /policies/00pSign/rules"] = "[" + open + "," + officeRule + "]"
	has(t, f.ask(t, request(http.MethodGet, policyPath)), never)
	o.answers["GET /policies/00pSign/rules"] = "[" + strings.Replace(open, `"ACTIVE"`, `"INACTIVE"`, 1) + "," + officeRule + "]"
	if contains(f.ask(t, request(http.MethodGet, policyPath)), never) {
		t.Error("an inactive rule stands before others")
	}
}

// Which apps use a policy follows from the links of the apps.
func TestPolicyNamesTheAppsThatUseIt(t *testing.T) {
	app := func(id, policy string) string {
		return `{"id":"` + id + `","label":"App ` + id + `","_links":{"accessPolicy":{"href":"http://org.example/api/v1/policies/` + policy + `"}}}`
	}
	o := &tabOrg{answers: map[string]string{
		"GET /policies/rst1":       `{"id":"rst1","name":"Two factors","status":"ACTIVE","priority":1,"system":false,"type":"ACCESS_POLICY","conditions":null,"lastUpdated":"2026-03-01T12:00:00.000Z"}`,
		"GET /policies/rst1/rules": `[]`,
		"GET /apps":                "[" + app("0oa1", "rst1") + "," + app("0oa2", "rst2") + "]",
	}}
	w := policyFixture(t, o).ask(t, request(http.MethodGet, "/policies/rst1"))
	has(t, w, "used by 1 app", "App 0oa1", `href="/apps/0oa1"`)
	if contains(w, "App 0oa2") {
		t.Error("the page names an app of another policy")
	}
}

// Who may only read sees no buttons, and a rule in words instead of its form.
func TestPoliciesOfWhoMayOnlyRead(t *testing.T) {
	o := &tabOrg{answers: policyAnswers()}
	f := policyFixture(t, o, "okta.policies.manage")
	for _, path := range []string{"/policies", policyPath, policyPath + "/rules/0prOffice", policyPath + "/json"} {
		w := f.ask(t, request(http.MethodGet, path))
		if w.Code != http.StatusOK {
			t.Errorf("%s answers %d", path, w.Code)
		}
		for _, button := range []string{"/move", "/rules/new", "/edit", "/delete", "/deactivate", "policy-form", "Add policy"} {
			if contains(w, button) {
				t.Errorf("%s has %q", path, button)
			}
		}
	}
	has(t, f.ask(t, request(http.MethodGet, policyPath+"/rules/0prOffice")), "network not in zone", "again after 8 h")
	for _, path := range []string{policyPath + "/edit", policyPath + "/rules/new", policyPath + "/rules/0prOffice", policyPath + "/delete"} {
		o.asked()
		if w := f.ask(t, formRequest(path, url.Values{"name": {"x"}, "confirm": {"Remote <b>"}, "form_token": {"the-form-token"}})); w.Code != http.StatusForbidden {
			t.Errorf("a post to %s answers %d", path, w.Code)
		}
		if sent := writes(o.asked()); len(sent) > 0 {
			t.Errorf("a post to %s was sent: %q", path, sent)
		}
	}
}

// Places change by one call with the priority that leads there, and not at all where the
// order is another by now.
func TestOrderOfPoliciesAndRules(t *testing.T) {
	o := &tabOrg{answers: policyAnswers()}
	f := policyFixture(t, o)
	move := func(path, at, to string) (int, []string) {
		o.asked()
		w := f.ask(t, formRequest(path, url.Values{"at": {at}, "to": {to}, "form_token": {"the-form-token"}}, "HX-Request: true", "HX-Request-Type: partial"))
		return w.Code, writes(o.asked())
	}
	code, sent := move(policyPath+"/rules/0prOffice/move", "1", "2")
	if want := "PUT /policies/00pSign/rules/0prOffice " + strings.Replace(officeRule, `"priority":1`, `"priority":2`, 1); code != http.StatusOK || len(sent) != 1 || sent[0] != want {
		t.Errorf("a rule moved down: %d, sent %q, want %q", code, sent, want)
	}
	for name, place := range map[string][2]string{"behind the system's own": {"1", "3"}, "from a place where it is not": {"2", "1"}, "nowhere": {"1", "9"}} {
		if code, sent := move(policyPath+"/rules/0prOffice/move", place[0], place[1]); code != http.StatusConflict || len(sent) > 0 {
			t.Errorf("%s: %d, sent %q", name, code, sent)
		}
	}
	if code, sent := move(policyPath+"/move", "1", "2"); code != http.StatusConflict || len(sent) > 0 {
		t.Errorf("a policy behind the system's own: %d, sent %q", code, sent)
	}
	has(t, f.ask(t, request(http.MethodGet, policyPath)), `id="down-0prOffice"`, `id="up-0prDeny"`)
	if contains(f.ask(t, request(http.MethodGet, policyPath)), `id="down-0prDeny"`) {
		t.Error("a rule can be moved behind the system's own")
	}
}

// Rules of a policy that apps name keep the gaps between their priorities: behind another is one more.
func TestPlacesWithoutRanks(t *testing.T) {
	o := &tabOrg{answers: map[string]string{
		"GET /policies/rst1":             `{"id":"rst1","name":"Two factors","status":"ACTIVE","priority":1,"system":false,"type":"ACCESS_POLICY","conditions":null}`,
		"GET /policies/rst1/rules":       `[{"id":"rul1","name":"A","priority":0,"status":"ACTIVE","actions":{}},{"id":"rul2","name":"B","priority":4,"status":"ACTIVE","actions":{}},{"id":"rul9","name":"Catch-all","priority":99,"system":true,"status":"ACTIVE","actions":{}}]`,
		"PUT /policies/rst1/rules/rul1":  `{"id":"rul1"}`,
		"PUT /policies/rst1/rules/rul2":  `{"id":"rul2"}`,
		"POST /policies/rst1/rules":      `{"id":"rul3","name":"C","status":"ACTIVE"}`,
		"GET /policies/rst1/rules/other": "refuse 404 {}",
	}}
	f := policyFixture(t, o)
	for _, c := range []struct{ rule, at, to, priority string }{{"rul1", "1", "2", `"priority":5`}, {"rul2", "2", "1", `"priority":0`}} {
		o.asked()
		f.ask(t, formRequest("/policies/rst1/rules/"+c.rule+"/move", url.Values{"at": {c.at}, "to": {c.to}, "form_token": {"the-form-token"}}))
		if sent := writes(o.asked()); len(sent) != 1 || !strings.Contains(sent[0], c.priority) {
			t.Errorf("%s from %s to %s sent %q, want %s", c.rule, c.at, c.to, sent, c.priority)
		}
	}
}

// security 38
func TestPolicyTurns(t *testing.T) {
	o := &tabOrg{answers: policyAnswers()}
	f := policyFixture(t, o)
	has(t, f.ask(t, request(http.MethodGet, policyPath+"/delete")), "Its 3 rules go with it", "get the next policy that fits", "Type <bdi>Remote &lt;b&gt;</bdi>")
	has(t, f.ask(t, request(http.MethodGet, policyPath+"/rules/0prDeny/delete")), "It is inactive: nothing changes for anybody.")
	has(t, f.ask(t, request(http.MethodGet, policyPath+"/rules/0prOffice/deactivate")), "gets the next rule that fits")
	if w := f.ask(t, request(http.MethodGet, policyPath+"/rules/0prLast/delete")); w.Code != http.StatusConflict {
		t.Errorf("the page to delete the system's own rule answers %d", w.Code)
	}
	post := func(path, confirm string) (int, []string) {
		o.asked()
		w := f.ask(t, formRequest(path, url.Values{"confirm": {confirm}, "form_token": {"the-form-token"}}))
		return w.Code, writes(o.asked())
	}
	if code, sent := post(policyPath+"/delete", "Remote"); code != http.StatusUnprocessableEntity || len(sent) > 0 {
		t.Errorf("deleted under a wrong name: %d, sent %q", code, sent)
	}
	for path, want := range map[string]string{
		policyPath + "/delete":                     "DELETE /policies/00pSign",
		policyPath + "/rules/0prDeny/delete":       "DELETE /policies/00pSign/rules/0prDeny",
		policyPath + "/rules/0prOffice/deactivate": "POST /policies/00pSign/rules/0prOffice/lifecycle/deactivate",
	} {
		name := map[bool]string{true: "Remote <b>", false: "High risk"}[strings.HasSuffix(path, "00pSign/delete")]
		if code, sent := post(path, name); code != http.StatusSeeOther || len(sent) != 1 || sent[0] != want {
			t.Errorf("%s: %d, sent %q, want %q", path, code, sent, want)
		}
	}
}
