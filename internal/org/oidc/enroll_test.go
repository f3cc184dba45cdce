package oidc_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/policy"
)

// enrolment are settings of an enrolment policy: keys and what is asked of each.
func enrolment(pairs ...string) object {
	factors := object{}
	for i := 0; i < len(pairs); i += 2 {
		factors[pairs[i]] = object{"enroll": object{"self": pairs[i+1]}, "consent": object{"type": "NONE"}}
	}
	return object{"factors": factors}
}

func when(self string) object { return object{"enroll": object{"self": self}} }

// link is the address of a link of an authentication answer.
func linkOf(t *testing.T, a map[string]any, name string) string {
	t.Helper()
	href, _ := at(a, "_links", name, "href").(string)
	if href == "" {
		t.Fatalf("no link %s: %v", name, a)
	}
	return href
}

func TestAuthnEnrolsWhatIsRequired(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		group := x.group("Sales")
		login, id := x.person("seller", group)
		x.policy("MFA_ENROLL", group, enrolment("okta_sms", "REQUIRED", "okta_question", "REQUIRED", "okta_email", "OPTIONAL"), when("LOGIN"))
		b := x.browser()
		start := object{"username": login, "password": password}
		in := b.postJSON("/api/v1/authn", start).json(t)
		factors, _ := at(in, "_embedded", "factors").([]any)
		if in["status"] != "MFA_ENROLL" || len(factors) != 3 || at(factors, 0, "enrollment") != "REQUIRED" || at(factors, 0, "status") != "NOT_SETUP" || at(factors, 2, "enrollment") != "OPTIONAL" {
			t.Fatalf("%v", in)
		}
		enroll, _ := at(factors, 0, "_links", "enroll", "href").(string)
		state := in["stateToken"]
		if a := b.postJSON(enroll, object{"stateToken": state, "factorType": "token:software:totp", "provider": "GOOGLE"}); a.status != http.StatusBadRequest {
			t.Errorf("a factor that is not allowed: %d %s", a.status, a.body)
		}
		question := b.postJSON(enroll, object{"stateToken": state, "factorType": "question", "provider": "OKTA", "profile": object{"question": "disliked_food", "answer": "mayonnaise"}}).json(t)
		if question["status"] != "MFA_ENROLL" || question["sessionToken"] != nil {
			t.Fatalf("after the first of two: %v", question)
		}
		sms := object{"stateToken": state, "factorType": "sms", "provider": "OKTA", "profile": object{"phoneNumber": "+15554151337"}}
		activate := b.postJSON(enroll+"?activate=true", sms).json(t) // what the management API offers is no way around the code
		if activate["status"] != "MFA_ENROLL_ACTIVATE" || at(activate, "_embedded", "factor", "factorType") != "sms" {
			t.Fatalf("%v", activate)
		}
		previous := b.postJSON(linkOf(t, activate, "prev"), object{"stateToken": state}).json(t)
		if previous["status"] != "MFA_ENROLL" {
			t.Errorf("previous: %v", previous)
		}
		if a := b.postJSON(linkOf(t, activate, "next"), object{"stateToken": state, "passCode": x.sent("+15554151337")}); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000079" {
			t.Errorf("the code after going back: %d %s", a.status, a.body)
		}
		x.clock.forward(30 * time.Second)
		activate = b.postJSON(enroll, sms).json(t)
		resend, _ := at(activate, "_links", "resend", 0, "href").(string)
		if a := b.postJSON(resend, object{"stateToken": state}); a.status != http.StatusTooManyRequests {
			t.Errorf("resent at once: %d %s", a.status, a.body)
		}
		x.clock.forward(30 * time.Second)
		if a := b.postJSON(resend, object{"stateToken": state}); a.text(t, "status") != "MFA_ENROLL_ACTIVATE" {
			t.Errorf("resent: %s", a.body)
		}
		next := linkOf(t, activate, "next")
		if a := b.postJSON(next, object{"stateToken": state, "passCode": "x"}); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000068" {
			t.Errorf("a wrong code: %d %s", a.status, a.body)
		}
		done := b.postJSON(next, object{"stateToken": state, "passCode": x.sent("+15554151337")}).json(t)
		if done["status"] != "SUCCESS" || done["sessionToken"] == "" {
			t.Fatalf("done: %v", done)
		}
		if s := x.api("POST", "/api/v1/sessions", object{"sessionToken": done["sessionToken"]}); at(s.json(t), "mfaActive") != true {
			t.Errorf("session: %s", s.body)
		}
		if again := b.postJSON("/api/v1/authn", start).json(t); again["status"] != "MFA_REQUIRED" { // the system's rule asks whoever holds a factor
			t.Errorf("the next sign-in: %v", again)
		}
		catalog := x.api("GET", "/api/v1/users/"+id+"/factors/catalog", nil)
		var kinds []map[string]any
		if err := json.Unmarshal([]byte(catalog.body), &kinds); err != nil || len(kinds) != 3 {
			t.Fatalf("catalog: %s", catalog.body)
		}
		for _, k := range kinds {
			if want := map[any]any{"question": "REQUIRED", "sms": "REQUIRED", "email": "OPTIONAL"}[k["factorType"]]; k["enrollment"] != want {
				t.Errorf("catalog: %v", k)
			}
		}
		if a := x.api("POST", "/api/v1/users/"+id+"/factors", object{"factorType": "call", "provider": "OKTA", "profile": object{"phoneNumber": "+15554151337"}}); a.status != http.StatusBadRequest {
			t.Errorf("an admin enrols what the policy does not allow: %d %s", a.status, a.body)
		}
	})
}

func TestWhoHoldsAFactorProvesItBeforeAnotherIsSet(t *testing.T) {
	x := newServer(t)
	group := x.group("Sales")
	login, id := x.person("seller", group)
	x.check(x.EnrolTOTP(t.Context(), id, totpSecret))
	x.policy("MFA_ENROLL", group, enrolment("okta_question", "REQUIRED", "google_otp", "OPTIONAL"), when("LOGIN"))
	x.policy("OKTA_SIGN_ON", group, nil, signOn("requireFactor", false))
	in := x.authn(object{"username": login, "password": password}).json(t)
	if in["status"] != "MFA_REQUIRED" {
		t.Fatalf("a factor is set with the password alone: %v", in)
	}
	if a := x.browser().postJSON("/api/v1/authn/factors", object{"stateToken": in["stateToken"], "factorType": "question", "provider": "OKTA", "profile": object{"question": "disliked_food", "answer": "mustard"}}); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000079" {
		t.Errorf("enrolled before the proof: %d %s", a.status, a.body)
	}
	verify, _ := at(in, "_embedded", "factors", 0, "_links", "verify", "href").(string)
	if a := x.browser().postJSON(verify, object{"stateToken": in["stateToken"], "passCode": x.totp(0)}); a.text(t, "status") != "MFA_ENROLL" {
		t.Errorf("after the proof: %s", a.body)
	}
}

// A sign-in that came to the enrolment before a factor was set elsewhere is as good as one
// that begins after it: the password alone sets no other factor.
func TestAFactorThatIsSetMeanwhileIsProvedFirst(t *testing.T) {
	x := newServer(t)
	group := x.group("Sales")
	login, id := x.person("seller", group)
	x.policy("MFA_ENROLL", group, enrolment("okta_sms", "REQUIRED", "okta_question", "REQUIRED", "google_otp", "OPTIONAL"), when("LOGIN"))
	b := x.browser()
	begin := func() any {
		in := b.postJSON("/api/v1/authn", object{"username": login, "password": password}).json(t)
		if in["status"] != "MFA_ENROLL" {
			t.Fatalf("%v", in)
		}
		return in["stateToken"]
	}
	chooses, activates := begin(), begin()
	sms := object{"stateToken": activates, "factorType": "sms", "provider": "OKTA", "profile": object{"phoneNumber": "+15554151337"}}
	activate := b.postJSON("/api/v1/authn/factors", sms).json(t)
	if activate["status"] != "MFA_ENROLL_ACTIVATE" {
		t.Fatalf("%v", activate)
	}
	x.check(x.EnrolTOTP(t.Context(), id, totpSecret))
	if a := b.postJSON("/api/v1/authn/factors", object{"stateToken": chooses, "factorType": "question", "provider": "OKTA", "profile": object{"question": "disliked_food", "answer": "mustard"}}); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000079" {
		t.Errorf("enrolled: %d %s", a.status, a.body)
	}
	if a := b.postJSON(linkOf(t, activate, "next"), object{"stateToken": activates, "passCode": x.sent("+15554151337")}); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000079" {
		t.Errorf("activated: %d %s", a.status, a.body)
	}
}

func TestWhoMayNotEnrolTheFactorTheyNeedDoesNotGetIn(t *testing.T) {
	x := newServer(t)
	group := x.group("Sales")
	login, _ := x.person("seller", group)
	x.policy("OKTA_SIGN_ON", group, nil, signOn("requireFactor", true, "factorPromptMode", "ALWAYS"))
	x.policy("MFA_ENROLL", group, enrolment("okta_sms", "OPTIONAL"), when("NEVER"))
	if a := x.authn(object{"username": login, "password": password}); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000085" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestAFactorThatIsNotAllowedAnyMoreOpensNothing(t *testing.T) {
	x := newServer(t)
	group := x.group("Sales")
	login, id := x.person("seller", group)
	x.check(x.EnrolTOTP(t.Context(), id, totpSecret))
	x.policy("OKTA_SIGN_ON", group, nil, signOn("requireFactor", true, "factorPromptMode", "ALWAYS"))
	x.policy("MFA_ENROLL", group, enrolment("okta_sms", "OPTIONAL", "google_otp", "NOT_ALLOWED"), when("CHALLENGE"))
	if in := x.authn(object{"username": login, "password": password}).json(t); in["status"] != "MFA_ENROLL" {
		t.Errorf("%v", in)
	}
}

func TestThePageAsksForWhatIsRequiredOnly(t *testing.T) {
	x := newServer(t)
	group := x.group("Sales")
	login, _ := x.person("seller", group)
	x.policy("MFA_ENROLL", group, enrolment("okta_question", "REQUIRED", "okta_sms", "OPTIONAL"), when("LOGIN"))
	b := x.browser()
	page := b.signIn(orgServer, request(), login, password).header.Get("Location")
	shown := b.get(page)
	if !strings.Contains(shown.body, `<select id="question"`) || strings.Contains(shown.body, "Text message") {
		t.Fatalf("the page: %s", shown.body)
	}
	set := page + "?set=" + url.QueryEscape("question OKTA")
	bad := b.post(set, form("question", "first_award", "answer", "ab"))
	if bad.status != http.StatusUnprocessableEntity || bad.problem() != "The security question answer must be at least 4 characters in length" || !strings.Contains(bad.body, `value="first_award" selected`) {
		t.Errorf("too short: %d %q", bad.status, bad.problem())
	}
	if done := b.post(set, form("question", "first_award", "answer", "swimming")); done.location(t).Get("code") == "" {
		t.Errorf("done: %d %q", done.status, done.problem())
	}
}

// Property: a sign-in does what the evaluator says of the documents that the API answers.
func TestSignInsAndTheEvaluatorAgree(t *testing.T) {
	x := newServer(t)
	r := rand.New(rand.NewPCG(3, 9))
	groups := []string{x.group("A"), x.group("B"), x.group("C")}
	some := func() []string {
		var out []string
		for _, g := range groups {
			if r.IntN(2) == 0 {
				out = append(out, g)
			}
		}
		return out
	}
	type someone struct{ login, id string }
	var people []someone
	for i := range 6 {
		login, id := x.person(fmt.Sprintf("person%d", i), some()...)
		people = append(people, someone{login, id})
	}
	for range 8 {
		for _, old := range x.documents("/api/v1/policies?type=OKTA_SIGN_ON") {
			if !strings.Contains(string(old), `"system":true`) {
				var p policy.Policy
				x.check(json.Unmarshal(old, &p))
				x.api("DELETE", "/api/v1/policies/"+p.ID, nil)
			}
		}
		for i := range r.IntN(4) {
			made := x.api("POST", "/api/v1/policies", object{"type": "OKTA_SIGN_ON", "name": fmt.Sprint("P", i), "priority": 1, "conditions": object{"people": object{"groups": object{"include": some()}}}})
			for j := range r.IntN(3) {
				conditions := object{"people": object{"users": object{"exclude": []string{people[r.IntN(len(people))].id}}, "groups": object{"exclude": some()}}}
				if r.IntN(4) == 0 {
					conditions["riskScore"] = object{"level": "HIGH"} // unknown to this org
				}
				access := []string{"ALLOW", "ALLOW", "DENY"}[r.IntN(3)]
				rule := x.api("POST", "/api/v1/policies/"+made.text(t, "id")+"/rules", object{
					"name": fmt.Sprint("R", j), "priority": 1, "conditions": conditions,
					"actions": signOn("access", access, "session", object{"maxSessionIdleMinutes": 1 + r.IntN(1000)}),
				})
				if r.IntN(4) == 0 {
					x.api("POST", "/api/v1/policies/"+made.text(t, "id")+"/rules/"+rule.text(t, "id")+"/lifecycle/deactivate", nil)
				}
			}
		}
		var set []policy.Policy
		for _, doc := range x.documents("/api/v1/policies?type=OKTA_SIGN_ON") {
			var p policy.Policy
			x.check(json.Unmarshal(doc, &p))
			parsed, err := policy.Parse(doc, x.documents("/api/v1/policies/"+p.ID+"/rules")...)
			x.check(err)
			set = append(set, parsed)
		}
		policy.Sort(set)
		for _, who := range people {
			var in []string
			for _, doc := range x.documents("/api/v1/users/" + who.id + "/groups") {
				var g struct{ ID string }
				x.check(json.Unmarshal(doc, &g))
				in = append(in, g.ID)
			}
			d := policy.Evaluate(set, policy.Context{
				Person: &policy.Person{ID: who.id, Groups: in}, Network: &policy.Network{Address: netip.MustParseAddr("127.0.0.1")}, AuthType: "ANY", IdentityProvider: "OKTA",
			})
			want, err := policy.SignOnOf(d.Rule)
			x.check(err)
			decided, err := x.Decide(t.Context(), policy.TypeSignOn, who.id, netip.MustParseAddr("127.0.0.1"))
			x.check(err)
			if decided.Rule.ID != d.Rule.ID || decided.Certain != d.Certain {
				t.Fatalf("the org decides on %s, the evaluator on %s", decided.Rule.Name, d.Rule.Name)
			}
			a := x.authn(object{"username": who.login, "password": password})
			if want.Deny {
				if a.text(t, "errorCode") != "E0000085" {
					t.Errorf("%s/%s denies: %s", d.Policy.Name, d.Rule.Name, a.body)
				}
				continue
			}
			s := x.api("POST", "/api/v1/sessions", object{"sessionToken": a.text(t, "sessionToken")})
			if until := x.clock.Now().Add(want.Idle).Format("2006-01-02T15:04:05.000Z"); s.text(t, "expiresAt") != until {
				t.Errorf("%s/%s: the session ends %s, want %s", d.Policy.Name, d.Rule.Name, s.text(t, "expiresAt"), until)
			}
		}
	}
}

// documents reads a list of the management API.
func (x *server) documents(path string) [][]byte {
	x.t.Helper()
	var list []json.RawMessage
	x.check(json.Unmarshal([]byte(x.api("GET", path, nil).body), &list))
	out := make([][]byte, len(list))
	for i, doc := range list {
		out[i] = doc
	}
	return out
}
