package org

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/quick"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

const policiesPath = "/api/v1/policies"

// policy creates a policy of a type with these other members, and returns its id.
func (x *testOrg) policy(kind, name, more string) string {
	x.t.Helper()
	return x.call("POST", policiesPath, `{"type":"`+kind+`","name":"`+name+`"`+more+`}`).want(200).doc().Text("id")
}

// policyRule creates a rule and returns its id.
func (x *testOrg) policyRule(policy, name, more string) string {
	x.t.Helper()
	return x.call("POST", policiesPath+"/"+policy+"/rules", `{"name":"`+name+`"`+more+`}`).want(200).doc().Text("id")
}

// order is the names and priorities of a list of policies or rules.
func (x *testOrg) order(path string) string {
	x.t.Helper()
	var out []string
	for _, doc := range x.call("GET", path, "").want(200).docs() {
		out = append(out, doc.Text("name")+" "+string(doc.Get("priority")))
	}
	return strings.Join(out, ", ")
}

// systemPolicyID is the id of the system's policy of a type.
func (x *testOrg) systemPolicyID(kind string) string {
	return x.ids.fixedID(policyKindOf(kind).prefix, kind)
}

func TestEveryOrgHoldsPoliciesThatStay(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		for _, kind := range []string{"OKTA_SIGN_ON", "PASSWORD", "MFA_ENROLL", "ACCESS_POLICY", "PROFILE_ENROLLMENT", "IDP_DISCOVERY"} {
			list := x.call("GET", policiesPath+"?type="+kind, "").want(200)
			if link := list.header.Get("Link"); link != `<http://org.example/api/v1/policies?type=`+kind+`>; rel="self"` {
				t.Errorf("%s: Link %q", kind, link)
			}
			docs := list.docs()
			if len(docs) != 1 || string(docs[0].Get("system")) != "true" || docs[0].Text("status") != "ACTIVE" {
				t.Fatalf("%s: %s", kind, list.body)
			}
			self := policiesPath + "/" + docs[0].Text("id")
			if allow := string(docs[0].Get("_links", "self", "hints")); allow != `{"allow":["GET","PUT"]}` {
				t.Errorf("%s: self allows %s", kind, allow)
			}
			x.call("DELETE", self, "").refused(403, "E0000111", "")
			x.call("POST", self+"/lifecycle/deactivate", "").refused(403, "E0000111", "")
			x.call("POST", self+"/lifecycle/activate", "").want(204)
			rules := x.call("GET", self+"/rules", "").want(200).docs()
			if len(rules) != 1 || string(rules[0].Get("system")) != "true" || !isNull(rules[0].Get("policyId")) {
				t.Fatalf("%s: rules %v", kind, rules)
			}
			x.call("DELETE", self+"/rules/"+rules[0].Text("id"), "").refused(403, "E0000111", "")
			x.call("POST", self+"/rules/"+rules[0].Text("id")+"/lifecycle/deactivate", "").refused(403, "E0000111", "")
		}
		x.call("GET", policiesPath, "").refused(400, "E0000028", "")
		x.call("GET", policiesPath+"?type=NONE", "").refused(400, "E0000001", "type: There is no such type of policy")
		x.call("GET", policiesPath+"/00pNone", "").refused(404, "E0000007", "")
	})
}

func TestAPolicyIsCreatedChangedMovedAndDeleted(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		made := x.call("POST", policiesPath, `{"type":"PASSWORD","name":"Sales","description":"Of <Sales>","_links":{"x":1},"id":"mine","system":true,"priority":1,
			"conditions":{"people":{"groups":{"include":["00gSales"]}}},"settings":{"password":{"complexity":{"minLength":12}},"vendor":{"n":1.50}}}`).want(200).doc()
		id := made.Text("id")
		if !strings.HasPrefix(id, "00p") || string(made.Get("system")) != "false" || made.Text("status") != "ACTIVE" || made.Text("description") != "Of <Sales>" {
			t.Fatalf("created: %s", made.Bytes())
		}
		for path, want := range map[string]string{
			"settings/password/complexity": `{"minLength":12,"minLowerCase":1,"minUpperCase":1,"minNumber":1,"minSymbol":1,"excludeUsername":true,"dictionary":{"common":{"exclude":false}},"excludeAttributes":[]}`,
			"settings/vendor":              `{"n":1.50}`,
			"conditions":                   `{"people":{"groups":{"include":["00gSales"]}},"authProvider":{"provider":"OKTA"}}`,
			"_links/deactivate":            `{"href":"http://org.example/api/v1/policies/` + id + `/lifecycle/deactivate","hints":{"allow":["POST"]}}`,
			"_links/rules":                 `{"href":"http://org.example/api/v1/policies/` + id + `/rules","hints":{"allow":["GET","POST"]}}`,
		} {
			if got := string(made.Get(strings.Split(path, "/")...)); got != want {
				t.Errorf("%s: %s", path, got)
			}
		}
		self := policiesPath + "/" + id
		x.call("POST", self+"/lifecycle/deactivate", "").want(204)
		got := x.call("PUT", self, `{"type":"PASSWORD","name":"Sellers","status":"ACTIVE","settings":{}}`).want(200).doc()
		if got.Text("status") != "INACTIVE" || got.Text("name") != "Sellers" || got.Text("_links", "activate", "href") == "" || got.Text("created") != made.Text("created") {
			t.Errorf("changed while inactive: %s", got.Bytes())
		}
		if len(x.call("GET", policiesPath+"?type=PASSWORD&status=ACTIVE", "").want(200).docs()) != 1 {
			t.Error("the inactive one is listed among the active")
		}
		x.call("POST", self+"/lifecycle/activate", "").want(204)
		x.call("POST", policiesPath, `{"type":"PASSWORD","name":"SELLERS"}`).refused(400, "E0000001", "name: Policy name already in use")
		x.policy("OKTA_SIGN_ON", "Sellers", "") // of another type
		x.policyRule(id, "Everywhere", `,"type":"PASSWORD"`)
		if rules := x.call("GET", self+"?expand=rules", "").want(200).doc().Get("_embedded", "rules"); !strings.Contains(string(rules), `"Everywhere"`) {
			t.Errorf("expanded: %s", rules)
		}
		x.call("DELETE", self, "").want(204)
		x.call("GET", self, "").refused(404, "E0000007", "")
		x.call("GET", self+"/rules", "").refused(404, "E0000007", "")
		for event, n := range map[string]int{"create": 2, "update": 1, "activate": 1, "deactivate": 1, "delete": 1} {
			if got := x.events("policy.lifecycle." + event); got != n {
				t.Errorf("%d events %s, want %d", got, event, n)
			}
		}
	})
}

func TestPrioritiesHaveNoGaps(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		list := policiesPath + "?type=OKTA_SIGN_ON"
		a := x.policy("OKTA_SIGN_ON", "A", "")
		x.policy("OKTA_SIGN_ON", "B", "")
		x.policy("OKTA_SIGN_ON", "C", `,"priority":1`)
		d := x.policy("OKTA_SIGN_ON", "D", `,"priority":99`)
		if got := x.order(list); got != "C 1, A 2, B 3, D 4, Default Policy 5" {
			t.Errorf("created: %s", got)
		}
		if got := x.call("PUT", policiesPath+"/"+d, `{"type":"OKTA_SIGN_ON","name":"D","priority":2}`).want(200).doc(); string(got.Get("priority")) != "2" {
			t.Errorf("moved: %s", got.Bytes())
		}
		x.call("PUT", policiesPath+"/"+x.systemPolicyID("OKTA_SIGN_ON"), `{"type":"OKTA_SIGN_ON","name":"Mine","priority":1}`).want(200)
		x.call("DELETE", policiesPath+"/"+a, "").want(204)
		if got := x.order(list); got != "C 1, D 2, B 3, Default Policy 4" {
			t.Errorf("moved and deleted: %s", got)
		}
		rules := policiesPath + "/" + d + "/rules"
		allow := `,"actions":{"signon":{"access":"ALLOW"}}`
		one := x.policyRule(d, "One", allow)
		x.policyRule(d, "Two", allow)
		x.policyRule(d, "Three", allow+`,"priority":1`)
		x.call("PUT", rules+"/"+one, `{"name":"One"`+allow+`,"priority":3}`).want(200)
		if got := x.order(rules); got != "Three 1, Two 2, One 3" {
			t.Errorf("rules: %s", got)
		}
		x.call("DELETE", rules+"/"+one, "").want(204)
		x.policyRule(d, "Four", allow)
		if got := x.order(rules); got != "Three 1, Two 2, Four 3" {
			t.Errorf("rules: %s", got)
		}
		system := x.systemPolicyID("OKTA_SIGN_ON")
		x.policyRule(system, "Before", allow)
		if got := x.order(policiesPath + "/" + system + "/rules"); got != "Before 1, Default Rule 2" {
			t.Errorf("rules of the system's policy: %s", got)
		}
		app := x.policy("ACCESS_POLICY", "App", "")
		access := `,"actions":{"appSignOn":{"access":"ALLOW"}}`
		x.policyRule(app, "First", access)
		x.policyRule(app, "Second", access)
		x.policyRule(app, "Push", access+`,"priority":0`)
		if got := x.order(policiesPath + "/" + app + "/rules"); got != "Push 0, First 1, Second 2, Catch-all Rule 99" {
			t.Errorf("rules of an app's policy: %s", got)
		}
	})
}

// Property: whatever place an entry asks for, ranks are 1 to n with the system's last and the
// others in the order they had.
func TestRanks(t *testing.T) {
	err := quick.Check(func(n uint8, at uint8, want int16, asks, system bool) bool {
		count := int(n%8) + 1
		entries := make([]policyPlace, count)
		for i := range entries {
			entries[i] = policyPlace{ID: fmt.Sprint(i), Priority: i + 1, System: system && i == count-1}
		}
		moved := entries[int(at)%count]
		var wanted *int
		if w := int(want); asks {
			wanted = &w
		}
		got := ranks(entries, moved.ID, wanted)
		seen := make([]string, count+1)
		for id, rank := range got {
			if rank < 1 || rank > count || seen[rank] != "" {
				return false
			}
			seen[rank] = id
		}
		if system && got[entries[count-1].ID] != count {
			return false
		}
		rest := slices.DeleteFunc(slices.Clone(seen[1:]), func(id string) bool { return id == moved.ID })
		return slices.IsSorted(rest) && len(got) == count
	}, &quick.Config{MaxCount: 2000})
	if err != nil {
		t.Error(err)
	}
}

func TestRulesAreCompletedAsTheCloudDoes(t *testing.T) {
	x := newTestOrg(t)
	signOn := x.policy("OKTA_SIGN_ON", "S", "")
	rule := x.call("POST", policiesPath+"/"+signOn+"/rules", `{"type":"SIGN_ON","name":"R","conditions":{"network":{"connection":"ANYWHERE"},"riskScore":{"level":"LOW"}},
		"actions":{"signon":{"access":"ALLOW","session":{"maxSessionLifetimeMinutes":120}}}}`).want(200).doc()
	for path, want := range map[string]string{
		"actions/signon": `{"access":"ALLOW","requireFactor":false,"primaryFactor":"PASSWORD_IDP_ANY_FACTOR","rememberDeviceByDefault":false,"session":{"usePersistentCookie":false,"maxSessionIdleMinutes":120,"maxSessionLifetimeMinutes":120}}`,
		"conditions":     `{"risk":{"behaviors":[]},"people":{"users":{"exclude":[]}},"network":{"connection":"ANYWHERE"},"authContext":{"authType":"ANY"},"riskScore":{"level":"LOW"},"identityProvider":{"provider":"ANY"}}`,
		"_links/self":    `{"href":"http://org.example/api/v1/policies/` + signOn + `/rules/` + rule.Text("id") + `","hints":{"allow":["GET","PUT","DELETE"]}}`,
	} {
		if got := string(rule.Get(strings.Split(path, "/")...)); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	app := x.policy("ACCESS_POLICY", "A", "")
	access := x.call("POST", policiesPath+"/"+app+"/rules", `{"name":"R","conditions":{"network":{"connection":"ANYWHERE"},"platform":{}},"actions":{"appSignOn":{"access":"ALLOW","verificationMethod":{"type":"ASSURANCE","factorMode":"2FA"}}}}`).want(200).doc()
	if got := string(access.Get("actions", "appSignOn")); got != `{"access":"ALLOW","verificationMethod":{"type":"ASSURANCE","factorMode":"2FA","reauthenticateIn":"PT12H"},"keepMeSignedIn":{"postAuth":"NOT_ALLOWED"}}` {
		t.Errorf("access: %s", got)
	}
	if got := string(access.Get("conditions", "platform")); got != "" {
		t.Errorf("a condition that asks nothing: %s", got)
	}
	x.call("GET", policiesPath+"/"+app+"/rules/"+rule.Text("id"), "").refused(404, "E0000007", "") // of another policy
	self := policiesPath + "/" + signOn + "/rules/" + rule.Text("id")
	x.call("POST", self+"/lifecycle/deactivate", "").want(204)
	if got := x.call("GET", self, "").want(200).doc(); got.Text("status") != "INACTIVE" || got.Text("_links", "activate", "href") == "" {
		t.Errorf("deactivated: %s", got.Bytes())
	}
	x.call("POST", self+"/lifecycle/activate", "").want(204)
	x.call("DELETE", self, "").want(204)
	for event, n := range map[string]int{"add": 2, "deactivate": 1, "activate": 1, "delete": 1} {
		if got := x.events("policy.rule." + event); got != n {
			t.Errorf("%d events %s, want %d", got, event, n)
		}
	}
}

func TestPoliciesThatCannotBeAreRefused(t *testing.T) {
	x := newTestOrg(t)
	signOn, enroll := x.policy("OKTA_SIGN_ON", "S", ""), x.systemPolicyID("MFA_ENROLL")
	for name, c := range map[string]struct{ path, body, cause string }{
		"no name":                {"", `{"type":"PASSWORD"}`, "name: The field cannot be left blank"},
		"no such type":           {"", `{"type":"X","name":"x"}`, "type: There is no such type of policy"},
		"no such status":         {"", `{"type":"PASSWORD","name":"x","status":"ON"}`, "status: The status must be ACTIVE or INACTIVE"},
		"condition of text":      {"", `{"type":"PASSWORD","name":"x","conditions":{"people":"all"}}`, "conditions.people: The condition has a wrong form"},
		"length of 0":            {"", `{"type":"PASSWORD","name":"x","settings":{"password":{"complexity":{"minLength":0}}}}`, "password.complexity.minLength: The value must be a number from 1 to 72"},
		"setting of text":        {"", `{"type":"PASSWORD","name":"x","settings":{"password":{"lockout":{"showLockoutFailures":"no"}}}}`, "settings: The settings have a wrong form"},
		"enrolment of a kind":    {"", `{"type":"MFA_ENROLL","name":"x","settings":{"factors":{"okta_sms":{"enroll":{"self":"MAYBE"}}}}}`, "enroll.self: The value must be one of NOT_ALLOWED, OPTIONAL, REQUIRED"},
		"rule without actions":   {"/" + signOn + "/rules", `{"name":"x"}`, "actions.signon: The field cannot be left blank"},
		"rule of another type":   {"/" + signOn + "/rules", `{"type":"PASSWORD","name":"x"}`, "type: The type of a rule of this policy is SIGN_ON"},
		"neither allow nor deny": {"/" + signOn + "/rules", `{"name":"x","actions":{"signon":{"access":"MAYBE"}}}`, "access: The value must be one of ALLOW, DENY"},
		"factor without a mode":  {"/" + signOn + "/rules", `{"name":"x","actions":{"signon":{"access":"ALLOW","requireFactor":true}}}`, "factorPromptMode: The value must be one of ALWAYS, DEVICE, SESSION"},
		"enrolment at noon":      {"/" + enroll + "/rules", `{"name":"x","actions":{"enroll":{"self":"NOON"}}}`, "enroll.self: The value must be one of CHALLENGE, LOGIN, NEVER, NEVER_INCLUDING_RECOVERY"},
	} {
		t.Run(name, func(t *testing.T) {
			x := *x
			x.t = t
			x.call("POST", policiesPath+c.path, c.body).refused(400, "E0000001", c.cause)
		})
	}
	x.policyRule(signOn, "Twice", `,"actions":{"signon":{"access":"ALLOW"}}`)
	x.call("POST", policiesPath+"/"+signOn+"/rules", `{"name":"twice","actions":{"signon":{"access":"ALLOW"}}}`).refused(400, "E0000001", "name: Policy rule name already in use")
	x.call("PUT", policiesPath+"/"+signOn, `{"type":"PASSWORD","name":"S"}`).refused(400, "E0000001", "type: The type of a policy cannot be changed")
}

// contracts.md section 4: a fresh org holds the policies of a new cloud org, the company a few more, one with a rule for the offices in front.
func TestSeedPolicies(t *testing.T) {
	o, signIns, _ := seeded(t, dbtest.Open(t, db.SQLite, DatabaseOptions("")), company())
	s := o.reads(t.Context())
	for kind, want := range map[string]string{
		"OKTA_SIGN_ON": "Production access 1, Contractors 2, Default Policy 3", "PASSWORD": "Contractor passwords 1, Finance passwords 2, Default Policy 3",
		"MFA_ENROLL": "Engineering 1, Default Policy 2", "ACCESS_POLICY": "Password only 1, Any two factors 1",
	} {
		docs, err := s.policiesOf(kind)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, doc := range docs {
			got = append(got, doc.Text("name")+" "+string(doc.Get("priority")))
			rules, err := s.rulesOf(doc.Text("id"))
			want := 1
			if name := doc.Text("name"); name == "Production access" || name == "Password only" {
				want = 2 // the rule of the offices, and the one that every policy of apps ends with
			}
			if err != nil || len(rules) != want {
				t.Errorf("%s has %d rules, %v", doc.Text("name"), len(rules), err)
			}
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("%s: %s", kind, text)
		}
	}
	for group, want := range map[string]string{"Finance": "Finance passwords", "Legal": "Default Policy"} {
		people, err := s.sources(member, o.ids.fixedID(groups.prefix, group), 1000)
		if err != nil || len(people) == 0 {
			t.Fatalf("%d people in %s, %v", len(people), group, err)
		}
		for _, id := range people {
			if in, err := s.linked(member, id, o.ids.fixedID(groups.prefix, "Contractors")); err != nil || in {
				continue
			}
			if d, err := o.Decide(t.Context(), policy.TypePassword, id, netip.Addr{}); err != nil || d.Policy.Name != want {
				t.Errorf("%s: %v, %v", group, d.Policy, err)
			}
			break
		}
	}
	for _, in := range signIns {
		if d, err := o.Decide(t.Context(), policy.TypeSignOn, in.UserID, netip.Addr{}); err != nil || !d.Policy.System {
			t.Errorf("%s does not sign in by the default policy: %v", in.Login, err)
		}
	}
}

// What a transaction saw that was not committed decides about nobody, though the next
// change gets the same generation number.
func TestPoliciesThatWereNeverCommittedDecideNothing(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		r := x.signInRequest(t.Context(), somewhere)
		undone := fail("E0000001", "")
		err := x.update(r, func(tx *Tx) error { // as in a group of transactions, of which one fails
			f := policyFields{ID: x.NewID("00p"), Status: active, Name: "Ghost", Type: policy.TypeSignOn, Created: stamp(tx.now), Updated: stamp(tx.now)}
			if _, err := tx.newPolicy(policyKindOf(policy.TypeSignOn), f, okta.Object{}, policyParts{}, nil); err != nil {
				return err
			}
			if err := bumpGeneration(tx.store); err != nil {
				return err
			}
			if set, err := x.policySet(tx.store, policy.TypeSignOn); err != nil || len(set) != 2 {
				t.Errorf("inside: %d policies, %v", len(set), err)
			}
			return undone
		})
		if !isCode(err, "E0000001") {
			t.Fatal(err)
		}
		x.write(func(tx *Tx) error { tx.changed = true; return nil })
		if set, err := x.policySet(x.reads(t.Context()), policy.TypeSignOn); err != nil || len(set) != 1 {
			t.Errorf("%d policies, %v", len(set), err)
		}
	})
}
