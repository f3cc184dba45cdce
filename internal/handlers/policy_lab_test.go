package handlers

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

const (
	labSales    = "00gSales000000000001"
	labEveryone = "00gEveryone000000001"
	labOffice   = "nzoOffice00000000001"
	labNina     = "00uNina0000000000001"
	labOskar    = "00uOskar000000000001"
)

// labOrg is an org with two sign-on policies, an office zone and a crowd: Nina, of Sales, and Oskar
// before people who are nobody in particular.
type labOrg struct {
	mu    sync.Mutex
	calls []string
	// factors are what people hold; crowd counts everybody, endless gives each page of them a next one.
	factors string
	crowd   int
	endless bool
	writes  int
}

func labUser(id, first string) string {
	return fmt.Sprintf(`{"id":%q,"status":"ACTIVE","type":{"id":"oty1"},"credentials":{"provider":{"type":"OKTA"}},"profile":{"firstName":%q,"lastName":"<b>N","login":"%s@company.example"}}`, id, first, strings.ToLower(first))
}

func labRule(id, name string, priority int, conditions, signOn string) string {
	return fmt.Sprintf(`{"id":%q,"name":%q,"status":"ACTIVE","priority":%d,"system":%v,"type":"SIGN_ON","conditions":%s,"actions":{"signon":%s}}`, id, name, priority, strings.HasPrefix(name, "Default"), conditions, signOn)
}

func labPolicyDoc(id, name string, priority int, groups string, rules ...string) string {
	return fmt.Sprintf(`{"id":%q,"name":%q,"status":"ACTIVE","priority":%d,"system":%v,"type":"OKTA_SIGN_ON","conditions":{"people":{"groups":{"include":[%q]}}},"_embedded":{"rules":[%s]}}`,
		id, name, priority, strings.HasPrefix(name, "Default"), groups, strings.Join(rules, ","))
}

const (
	labSalesPolicy = "00pSales"
	labAnywhere    = `{"network":{"connection":"ANYWHERE"}}`
	labPassword    = `{"access":"ALLOW","requireFactor":false}`
)

var labSignOn = "[" + labPolicyDoc(labSalesPolicy, "Sales <i>", 1, labSales,
	labRule("0prOffice", "In the office", 1, `{"network":{"connection":"ZONE","include":["`+labOffice+`"]}}`, labPassword),
	labRule("0prAway", "Away", 2, labAnywhere, `{"access":"ALLOW","requireFactor":true,"factorPromptMode":"ALWAYS"}`)) + "," +
	labPolicyDoc("00pDefault", "Default Policy", 2, labEveryone, labRule("0prDefault", "Default Rule", 1, labAnywhere, labPassword)) + "]"

const labEnroll = `[{"id":"00pEnroll","name":"Default Policy","status":"ACTIVE","priority":1,"system":true,"type":"MFA_ENROLL","conditions":null,
	"settings":{"authenticators":[{"key":"google_otp","enroll":{"self":"OPTIONAL"}}]},"_embedded":{"rules":[{"id":"0prEnroll","name":"Default Rule","status":"ACTIVE","priority":1,"actions":{"enroll":{"self":"%s"}}}]}}]`

func (o *labOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	path, q := strings.TrimPrefix(r.URL.Path, "/api/v1"), r.URL.Query()
	o.calls = append(o.calls, r.Method+" "+path)
	if r.Method != http.MethodGet {
		o.writes++
	}
	group := func(id, name, kind string) string {
		return fmt.Sprintf(`{"id":%q,"type":%q,"profile":{"name":%q}}`, id, kind, name)
	}
	sales, everyone := group(labSales, "Sales", "OKTA_GROUP"), group(labEveryone, "Everyone", "BUILT_IN")
	switch {
	case path == "/policies" && q.Get("type") == "OKTA_SIGN_ON":
		answerJSON(w, labSignOn)
	case path == "/policies" && q.Get("type") == "MFA_ENROLL":
		answerJSON(w, fmt.Sprintf(labEnroll, "CHALLENGE"))
	case path == "/policies" && q.Get("type") == "ACCESS_POLICY":
		rule := `{"id":"rul1","name":"Catch-all","status":"ACTIVE","priority":99,"system":true,"type":"ACCESS_POLICY","conditions":null,"actions":{"appSignOn":{"access":"%s"}}}`
		answerJSON(w, `[{"id":"rstA","name":"Any","status":"ACTIVE","priority":1,"system":true,"type":"ACCESS_POLICY","_embedded":{"rules":[`+fmt.Sprintf(rule, "ALLOW")+`]}},`+
			`{"id":"rstB","name":"Closed","status":"ACTIVE","priority":1,"type":"ACCESS_POLICY"}]`)
	case path == "/policies/rstB/rules":
		answerJSON(w, `[{"id":"rul2","name":"Nobody","status":"ACTIVE","priority":99,"system":true,"type":"ACCESS_POLICY","conditions":null,"actions":{"appSignOn":{"access":"DENY"}}}]`)
	case path == "/apps" && q.Get("q") == "none":
		answerJSON(w, "[]")
	case path == "/apps":
		answerJSON(w, `[{"id":"0oaCRM","label":"CRM","name":"crm","_links":{"accessPolicy":{"href":"http://org.example/api/v1/policies/rstB"}}},{"id":"0oaCRM2","label":"CRM two","name":"crm"}]`)
	case path == "/zones":
		answerJSON(w, `[{"id":"`+labOffice+`","name":"Offices","type":"IP","status":"ACTIVE","usage":"POLICY","gateways":[{"type":"CIDR","value":"198.51.100.0/24"}]},`+
			`{"id":"nzoRefused","name":"Refused","type":"IP","status":"ACTIVE","usage":"BLOCKLIST","gateways":[{"type":"CIDR","value":"192.0.2.0/24"}]}]`)
	case path == "/users" && strings.Contains(q.Get("search"), "nobody"):
		answerJSON(w, "[]")
	case path == "/users" && (strings.Contains(q.Get("search"), "nina") || strings.Contains(q.Get("search"), labNina)):
		answerJSON(w, "["+labUser(labNina, "Nina")+"]")
	case path == "/users":
		answerJSON(w, "["+labUser(labNina, "Nina")+","+labUser(labOskar, "Oskar")+"]")
	case strings.HasSuffix(path, "/factors"):
		answerJSON(w, "["+o.factors+"]")
	case strings.HasSuffix(path, "/groups"):
		if path == "/groups" && strings.Contains(q.Get("search"), "BUILT_IN") {
			answerJSON(w, "["+everyone+"]")
			return
		}
		if path == "/groups" && strings.Contains(q.Get("search"), "profile.name") {
			answerJSON(w, "["+sales+"]")
			return
		}
		answerJSON(w, "["+sales+","+everyone+"]")
	case path == "/groups/"+labSales+"/users":
		answerJSON(w, "["+labUser(labNina, "Nina")+"]")
	case path == "/groups/"+labEveryone+"/users":
		if o.endless {
			w.Header().Set("Link", fmt.Sprintf(`<http://%s/api/v1%s?limit=1000&after=%d>; rel="next"`, r.Host, path, len(o.calls)))
		}
		people := []string{labUser(labNina, "Nina"), labUser(labOskar, "=Oskar")}
		for i := len(people); i < o.crowd; i++ {
			people = append(people, labUser(fmt.Sprintf("00u%d", i), fmt.Sprintf("P%d", i)))
		}
		answerJSON(w, "["+strings.Join(people, ",")+"]")
	default:
		answerJSON(w, "[]")
	}
}

func (o *labOrg) fixture(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t, o.ServeHTTP)
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.policies.read", "okta.groups.read", "okta.networkZones.read", "okta.apps.read")
	return f
}

const totpHeld = `{"id":"uft1","factorType":"token:software:totp","provider":"GOOGLE","status":"ACTIVE"}`

// labBudget is the most calls that a page for one person may cost: policies of sign-on and of
// enrolment, zones, the person, their groups and factors, and names of three kinds.
const labBudget = 9

func TestTheLabSaysWhichRuleDecidesAndWhy(t *testing.T) {
	for _, c := range []struct {
		name, query, factors string
		has                  []string
		hasNot               string
	}{
		{
			"in the office", "person=nina&address=198.51.100.7", "",
			[]string{"Rule 1 “In the office” of “Sales &lt;i&gt;” decides: password", "gets in with the password", "From one of these zones: Offices", "Read: 198.51.100.7", "Not looked at: an earlier one decides"},
			"<b>N",
		},
		{"a link with an id", "person=" + labNina + "&address=198.51.100.7", "", []string{`value="nina@company.example"`}, ""},
		{"away, with a factor", "person=nina&address=203.0.113.7", totpHeld, []string{"Rule 2 “Away”", "holds Google Authenticator, and gets in with it"}, ""},
		{"away, without one", "person=nina&address=203.0.113.7", "", []string{"has to set up Google Authenticator first"}, ""},
		{"in a zone by name", "person=nina&zone=" + labOffice, "", []string{"Rule 1 “In the office”"}, ""},
		{"in no zone", "person=nina&zone=none", totpHeld, []string{"Rule 2 “Away”"}, "Not certain"},
		{"from nobody knows where", "person=nina", totpHeld, []string{"Rule 2 “Away”", "Not certain", "Where the request comes from is not known"}, ""},
		{"a bad address", "person=nina&address=198.51", totpHeld, []string{"“198.51” is no IP address"}, ""},
		{"nobody in particular", "address=198.51.100.7", "", []string{"No person was named", "Not decided: it depends on who it is"}, "No policy applies"},
		{"nothing", "", "", []string{"Name a person"}, "No policy applies"},
		{"nobody of that name", "person=nobody", "", []string{"Nobody that you may see matches “nobody”"}, "No policy applies"},
		{"several", "person=n&address=198.51.100.7", "", []string{"Which person?", "person=" + labOskar, "address=198.51.100.7"}, "No policy applies"},
		{"a group with a bad address", "group=Sales&address=198.51", "", []string{"“198.51” is no IP address", "what they meet"}, "No policy applies"},
		{"an app that is none", "type=ACCESS_POLICY&app=none", "", []string{"No app that you may see begins with “none”", "Choose an app"}, "decides:"},
		{"an app names its policy", "type=ACCESS_POLICY&app=CRM", "", []string{"Rule 1 “Nobody” of “Closed” decides: deny"}, "Any"},
		{"the org's own rule of apps", "type=ACCESS_POLICY&policy=rstA&person=nina", "", []string{"gets in with the password", "a cloud org for all that it says"}, ""},
		{"from where a zone blocks", "person=nina&address=192.0.2.7", "", []string{"Nobody gets in from there", "“Refused” blocks the address"}, "gets in with"},
		{"a group from there", "group=Sales&zone=nzoRefused", "", []string{"“Refused” blocks the address"}, "what they meet"},
		{"without an app", "type=ACCESS_POLICY", "", []string{"Choose an app"}, "decides:"},
		{"a type that is none", "type=MOON&address=198.51.100.7", "", []string{"Default Policy"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := &labOrg{factors: c.factors}
			f := o.fixture(t)
			w := f.ask(t, request(http.MethodGet, "/policies/lab?"+c.query))
			if w.Code != http.StatusOK {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			has(t, w, c.has...)
			if c.hasNot != "" && contains(w, c.hasNot) {
				t.Errorf("the answer has %q: %s", c.hasNot, w.Body)
			}
			if len(o.calls) > labBudget || o.writes > 0 {
				t.Errorf("%d calls, %d of them writes: %v", len(o.calls), o.writes, o.calls)
			}
		})
	}
}

// labDraft is a form with a draft of a rule of the Sales policy, for everybody.
func labDraft(rule, document string) url.Values {
	return url.Values{
		"type": {policy.TypeSignOn}, "group": {everybodyID}, "zone": {noZone},
		draftOfWhat: {"rule"}, draftPolicy: {labSalesPolicy}, draftRule: {rule}, draftDocument: {document},
	}
}

const denyAll = `{"name":"Closed","priority":1,"actions":{"signon":{"access":"DENY"}}}`

func TestADraftIsComparedForEverybody(t *testing.T) {
	o := &labOrg{crowd: 50, factors: totpHeld}
	f := o.fixture(t)
	form := labDraft("", denyAll)
	form.Set("person", "nina")
	w := f.ask(t, write("/policies/lab", form))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	has(t, w, "If the draft is saved: of 50 people, 1 change", "Lose access", "Nina &lt;b&gt;N", "Password + factor, every time", "Deny", "With the draft", "As it is saved", "Unsaved draft", "Rule 1 “Closed”")
	// Policies and zones, Everyone and the person; names, groups, factors, enrolment; the members of two groups.
	if len(o.calls) > 13 || o.writes > 0 {
		t.Errorf("%d calls, %d of them writes: %v", len(o.calls), o.writes, o.calls)
	}
	form.Set("form_token", "the-form-token")
	page := f.ask(t, formRequest("/policies/lab", form, "Origin: http://console.example", "Sec-Fetch-Site: same-origin"))
	has(t, page, `name="draft_document" value="{&#34;name&#34;:&#34;Closed&#34;`, "Unsaved: Closed", `name="form_token" value="the-form-token"`)
	w = f.ask(t, write("/policies/lab", labDraft("0prAway", `{"name":"Away","priority":2,"conditions":{"network":{"connection":"ANYWHERE"}},"actions":{"signon":{"access":"ALLOW","requireFactor":false}}}`)))
	has(t, w, "1 change", "Are asked for less")
	w = f.ask(t, write("/policies/lab", labDraft("0prAway", labRule("0prAway", "Other name", 2, labAnywhere, `{"access":"ALLOW","requireFactor":true,"factorPromptMode":"ALWAYS"}`))))
	has(t, w, "0 change")
	access := labDraft("rul1", `{"actions":{"appSignOn":{"access":"DENY"}}}`)
	access.Set("type", policy.TypeAccess)
	access.Set(draftPolicy, "rstA")
	has(t, f.ask(t, write("/policies/lab", access)), "50 change", "Lose access", "whether or not they have an app with this policy")
	o.endless = true
	o.crowd = 500
	w = f.ask(t, write("/policies/lab", form))
	has(t, w, "of the first 10,000 people, at least 20 change")
	if w := f.ask(t, write("/policies/lab", labDraft("", `{"name":`))); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a draft that cannot be read: %d", w.Code)
	}
	bad := labDraft("", denyAll)
	bad.Set(draftPolicy, "00pGone")
	if w := f.ask(t, write("/policies/lab", bad)); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a draft of a policy that is gone: %d", w.Code)
	}
}

// security 29, 40: who is affected leaves as other lists of people do.
func TestWhoIsAffectedIsAFile(t *testing.T) {
	o := &labOrg{crowd: 3}
	f := o.fixture(t)
	w := f.ask(t, write("/policies/lab.csv", labDraft("", denyAll)))
	rows, err := csv.NewReader(w.Body).ReadAll()
	if w.Code != http.StatusOK || err != nil || len(rows) != 4 {
		t.Fatalf("%d, %v: %v", w.Code, err, rows)
	}
	if got := strings.Join(rows[1], "|"); got != "Nina <b>N|nina@company.example|ACTIVE|"+labNina+"|Password + factor, every time · Session without an end|Sales <i>, Away|Deny|Sales <i>, Closed|Lose access" {
		t.Errorf("row %s", got)
	}
	if !strings.HasPrefix(rows[2][0], "'=Oskar") || rows[2][8] != "No change" {
		t.Errorf("row %v", rows[2])
	}
	header(t, w, "Content-Disposition", `attachment; filename="policy-lab-2026-03-02-120000.csv"`)
	now := f.ask(t, request(http.MethodGet, "/policies/lab.csv?group=Sales&type=OKTA_SIGN_ON"))
	has(t, now, "Name,Login,Status,Id,Now,Decided by\r\n", "nina@company.example")
	if w := f.ask(t, request(http.MethodGet, "/policies/lab.csv?group=Sales&address=192.0.2.7")); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("from where a zone blocks: %d", w.Code)
	}
	if w := f.ask(t, request(http.MethodGet, "/policies/lab.csv")); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a group: %d", w.Code)
	}
	f.desk.session.Roles[0].Type = "MOBILE_ADMIN"
	if w := f.ask(t, write("/policies/lab.csv", labDraft("", denyAll))); w.Code != http.StatusForbidden || contains(w, "nina") {
		t.Errorf("a role that exports nothing: %d", w.Code)
	}
}

func TestTheLabNeedsItsScopes(t *testing.T) {
	o := &labOrg{crowd: 3}
	f := o.fixture(t)
	f.desk.session.Scopes = []string{"okta.users.read", "okta.policies.read", "okta.groups.read"}
	has(t, f.ask(t, request(http.MethodGet, "/policies/lab?person=nina&address=198.51.100.7")), "Network zones are not shown to you", "Not certain")
	f.desk.session.Scopes = []string{"okta.users.read", "okta.groups.read"}
	for _, path := range []string{"/policies/lab", "/policies/lab.csv?group=everybody"} {
		if w := f.ask(t, request(http.MethodGet, path)); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestWhereADraftComesToStand(t *testing.T) {
	set := func(names ...string) []labPolicy {
		p := labPolicy{policyEntry: policyEntry{ID: "p"}}
		for i, name := range names {
			p.rules = append(p.rules, policyEntry{ID: name, Name: name, Status: "ACTIVE", Priority: i + 1, System: name == "default"})
		}
		return []labPolicy{p}
	}
	for _, c := range []struct {
		name, rule, document string
		want                 string
	}{
		{"a new rule without a place goes last, before the system's", "", `{}`, "a b c draft default"},
		{"a new rule at a place", "", `{"priority":2}`, "a draft b c default"},
		{"a new rule behind all", "", `{"priority":9}`, "a b c draft default"},
		{"one that stays", "b", `{"priority":2}`, "a b c default"},
		{"one that says no place", "b", `{}`, "a b c default"},
		{"moved up", "c", `{"priority":1}`, "c a b default"},
		{"moved down", "a", `{"priority":3}`, "b c a default"},
		{"moved down by one", "a", `{"priority":2}`, "b a c default"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, err := okta.Parse([]byte(c.document))
			if err != nil {
				t.Fatal(err)
			}
			before := set("a", "b", "c", "default")
			for i, r := range before[0].rules {
				if before[0].rules[i].doc, err = okta.Parse([]byte(fmt.Sprintf(`{"priority":%d}`, r.Priority))); err != nil {
					t.Fatal(err)
				}
			}
			then, err := policyDraft{policy: "p", rule: c.rule, ofRule: true, doc: doc}.in(before)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range then[0].rules {
				got = append(got, r.ID)
			}
			if strings.Join(got, " ") != c.want || len(before[0].rules) != 4 {
				t.Errorf("%v, want %s", got, c.want)
			}
		})
	}
}
