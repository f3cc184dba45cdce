package oidc_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/org"
	"gatehouse/internal/policy"
)

// agreement is an org of random policies, and what a client that reads them over HTTP
// expects of sign-ins there.
type agreement struct {
	*server
	r         *rand.Rand
	groups    []string
	people    []agreeing
	zones     []string
	addresses []string
}

// agreeing is somebody who signs in.
type agreeing struct{ login, id string }

// Property: for random policies, rules, people, zones and addresses the evaluator's answer,
// from documents read over HTTP, is what the org does in a real sign-in: the rule that the
// System Log names, and the step that the authentication API asks for.
func TestTheEvaluatorAndTheOrgAgree(t *testing.T) {
	rounds, tries := 12, 12
	if testing.Short() {
		rounds, tries = 3, 8
	}
	dbtest.Each(t, org.DatabaseOptions(""), func(t *testing.T, d *db.DB) {
		seed := uint64(time.Now().UnixNano()) //nolint:gosec // any number will do
		t.Logf("seed %d", seed)
		x := newAgreement(t, d, rand.New(rand.NewPCG(seed, 0)))
		seen := map[string]int{}
		for range rounds {
			x.shuffle(policy.TypeSignOn)
			x.shuffle(policy.TypeEnroll)
			sets := map[string][]policy.Policy{policy.TypeSignOn: x.policies(policy.TypeSignOn), policy.TypeEnroll: x.policies(policy.TypeEnroll)}
			zones := x.readZones()
			for range tries {
				who, from := x.people[x.r.IntN(len(x.people))], x.addresses[x.r.IntN(len(x.addresses))]
				want, rule := x.expected(who, from, zones, sets)
				got, decided := x.signsIn(who, from)
				if got != want || decided != rule {
					t.Fatalf("seed %d: %s from %s: %s by rule %q, the evaluator says %s by %q\n%+v", seed, who.login, from, got, decided, want, rule, sets)
				}
				seen[want]++
			}
		}
		t.Logf("%v", seen)
		if all := slices.Sorted(maps.Keys(seen)); len(all) < 2 {
			t.Errorf("seed %d: the cases come to %v only", seed, all)
		}
	})
}

func newAgreement(t *testing.T, d *db.DB, r *rand.Rand) *agreement {
	t.Helper()
	x := &agreement{r: r, addresses: []string{"198.51.100.7", "198.51.100.200", "203.0.113.9", "2001:db8::7"}}
	x.server = serveConfig(t, d, org.Config{ClientChain: func(r *http.Request) []netip.Addr {
		a, err := netip.ParseAddr(r.Header.Get("Test-Address"))
		if err != nil {
			return nil
		}
		return []netip.Addr{a}
	}})
	for i := range 4 {
		x.groups = append(x.groups, x.group(fmt.Sprintf("Group %d", i)))
	}
	for i := range 6 {
		login, id := x.person(fmt.Sprintf("agreeing%d", i), x.some(x.groups)...)
		if i%2 == 0 {
			x.check(x.EnrolTOTP(t.Context(), id, "JBSWY3DPEHPK3PXP"))
		}
		x.people = append(x.people, agreeing{login, id})
	}
	for i, gateways := range []string{"198.51.100.0/25", "198.51.100.0/24", "2001:db8::/32"} {
		a := x.api("POST", "/api/v1/zones", object{"type": "IP", "name": fmt.Sprintf("Zone %d", i), "gateways": []object{{"type": "CIDR", "value": gateways}}})
		x.zones = append(x.zones, a.text(t, "id"))
	}
	a := x.api("POST", "/api/v1/zones", object{"type": "DYNAMIC", "name": "Abroad", "locations": []object{{"country": "PT"}}})
	x.zones = append(x.zones, a.text(t, "id"))
	return x
}

// some picks a few of a list.
func (x *agreement) some(of []string) []string {
	return slices.DeleteFunc(slices.Clone(of), func(string) bool { return x.r.IntN(2) == 0 })
}

// one picks one of a list.
func (x *agreement) one(of ...string) string { return of[x.r.IntN(len(of))] }

// shuffle puts random policies of a type in the place of those that were there.
func (x *agreement) shuffle(kind string) {
	for _, p := range x.policies(kind) {
		if !p.System {
			x.api("DELETE", "/api/v1/policies/"+p.ID, nil)
		}
	}
	for i := range x.r.IntN(4) {
		body := object{"type": kind, "name": fmt.Sprintf("%s %d", kind, i), "status": x.one("ACTIVE", "ACTIVE", "ACTIVE", "INACTIVE"), "priority": 1 + x.r.IntN(i+1)}
		if in := x.some(x.groups); len(in) > 0 && x.r.IntN(3) > 0 {
			body["conditions"] = object{"people": object{"groups": object{"include": in}}}
		}
		if kind == policy.TypeEnroll {
			asked := object{}
			for _, key := range []string{"google_otp", "okta_question", "okta_email"} {
				asked[key] = object{"enroll": object{"self": x.one("REQUIRED", "OPTIONAL", "NOT_ALLOWED")}}
			}
			body["settings"] = object{"factors": asked}
		}
		a := x.api("POST", "/api/v1/policies", body)
		if a.status != http.StatusOK {
			x.t.Fatalf("%s: %d %s", kind, a.status, a.body)
		}
		for j := range x.r.IntN(4) {
			x.rule(kind, a.text(x.t, "id"), j)
		}
	}
}

// rule adds a random rule to a policy, some of it inactive.
func (x *agreement) rule(kind, policyID string, n int) {
	x.t.Helper()
	conditions := object{"people": object{"users": object{"exclude": []string{}}}}
	if x.r.IntN(4) == 0 {
		conditions["people"] = object{"users": object{"exclude": []string{x.people[x.r.IntN(len(x.people))].id}}}
	}
	x.where(conditions)
	body := object{"name": fmt.Sprintf("Rule %d", n), "conditions": conditions, "priority": 1 + x.r.IntN(n+1)}
	if kind == policy.TypeEnroll {
		body["actions"] = object{"enroll": object{"self": x.one("LOGIN", "CHALLENGE", "NEVER")}}
	} else {
		switch x.r.IntN(5) {
		case 0:
			conditions["riskScore"] = object{"level": x.one("ANY", "HIGH")}
		case 1:
			conditions["authContext"] = object{"authType": x.one("ANY", "RADIUS")}
		}
		body["actions"] = []object{
			signOn("access", "DENY"), signOn(), signOn("requireFactor", true, "factorPromptMode", "ALWAYS"),
			signOn("requireFactor", true, "factorPromptMode", "SESSION", "factorLifetime", 5),
		}[x.r.IntN(4)]
	}
	a := x.api("POST", "/api/v1/policies/"+policyID+"/rules", body)
	if a.status != http.StatusOK {
		x.t.Fatalf("rule: %d %s: %v", a.status, a.body, body)
	}
	if x.r.IntN(5) == 0 {
		x.api("POST", "/api/v1/policies/"+policyID+"/rules/"+a.text(x.t, "id")+"/lifecycle/deactivate", nil)
	}
}

// where adds a random condition on the network, or none.
func (x *agreement) where(conditions object) {
	switch zone := x.one(x.zones...); x.r.IntN(4) {
	case 0:
		conditions["network"] = object{"connection": "ZONE", "include": []string{zone}}
	case 1:
		conditions["network"] = object{"connection": "ZONE", "exclude": []string{zone}}
	case 2:
		conditions["network"] = object{"connection": "ANYWHERE"}
	}
}

// read decodes an answer of the management API.
func (x *agreement) read(path string, v any) {
	x.t.Helper()
	a := x.api("GET", path, nil)
	if a.status != http.StatusOK {
		x.t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	x.check(json.Unmarshal([]byte(a.body), v))
}

// policies are the policies of a type, as a client reads them.
func (x *agreement) policies(kind string) []policy.Policy {
	x.t.Helper()
	var docs []json.RawMessage
	x.read("/api/v1/policies?expand=rules&type="+kind, &docs)
	set := make([]policy.Policy, len(docs))
	for i, doc := range docs {
		var in struct {
			Embedded struct {
				Rules []json.RawMessage `json:"rules"`
			} `json:"_embedded"`
		}
		x.check(json.Unmarshal(doc, &in))
		var rules [][]byte
		for _, r := range in.Embedded.Rules {
			rules = append(rules, r)
		}
		var err error
		set[i], err = policy.Parse(doc, rules...)
		x.check(err)
	}
	policy.Sort(set)
	return set
}

func (x *agreement) readZones() (zones []policy.Zone) {
	x.t.Helper()
	var docs []json.RawMessage
	x.read("/api/v1/zones", &docs)
	for _, doc := range docs {
		z, err := policy.ParseZone(doc)
		x.check(err)
		zones = append(zones, z)
	}
	return zones
}

// context is somebody and where they come from, as documents describe them.
func (x *agreement) context(who agreeing, from string, zones []policy.Zone) policy.Context {
	x.t.Helper()
	var doc struct {
		Type        struct{ ID string }
		Credentials struct{ Provider struct{ Type string } }
	}
	x.read("/api/v1/users/"+who.id, &doc)
	var groups []struct{ ID string }
	x.read("/api/v1/users/"+who.id+"/groups", &groups)
	person := policy.Person{ID: who.id, Login: who.login, TypeID: doc.Type.ID, Provider: doc.Credentials.Provider.Type}
	for _, g := range groups {
		person.Groups = append(person.Groups, g.ID)
	}
	return policy.Context{Person: &person, Network: policy.Locate(zones, netip.MustParseAddr(from)), AuthType: "ANY", IdentityProvider: "OKTA"}
}

// enrolment fills in what somebody may enrol, and holds. usable are the kinds to sign in with.
func (x *agreement) enrolment(c policy.Context, set []policy.Policy) (in policy.SignIn, usable []policy.FactorKind) {
	x.t.Helper()
	var err error
	if e := policy.Evaluate(set, c); e.Policy != nil {
		in.Enrollment, err = policy.EnrollmentOf(e.Policy, e.Rule)
		x.check(err)
	}
	var held []struct{ FactorType, Provider, Status string }
	x.read("/api/v1/users/"+c.Person.ID+"/factors", &held)
	for _, f := range held {
		k := policy.FactorKind{Type: f.FactorType, Provider: f.Provider}
		if f.Status != "ACTIVE" {
			continue
		}
		in.Kinds = append(in.Kinds, k)
		if in.Enrollment.Of(k) != policy.NotAllowed {
			in.Holds, usable = true, append(usable, k)
		}
	}
	for _, k := range policy.Kinds {
		if k.AtSignIn() && k.Type != "webauthn" { // the org has an address and no name
			in.Offered = append(in.Offered, k)
		}
	}
	return in, usable
}

// expected is what the evaluator says of a sign-in: the status of the authentication API,
// and the rule that decides.
func (x *agreement) expected(who agreeing, from string, zones []policy.Zone, sets map[string][]policy.Policy) (status, rule string) {
	x.t.Helper()
	c := x.context(who, from, zones)
	in, _ := x.enrolment(c, sets[policy.TypeEnroll])
	in.SignOn = policy.SignOn{Deny: true}
	if d := policy.Evaluate(sets[policy.TypeSignOn], c); d.Rule != nil {
		var err error
		rule = d.Rule.ID
		in.SignOn, err = policy.SignOnOf(d.Rule)
		x.check(err)
	}
	return map[policy.Step]string{
		policy.StepNone: "SUCCESS", policy.StepProve: "MFA_REQUIRED", policy.StepEnroll: "MFA_ENROLL", policy.StepRefused: "E0000085",
	}[in.Next()], rule
}

// signsIn is a real sign-in: the status that it comes to, or the code of the refusal, and
// the rule that the System Log names.
func (x *agreement) signsIn(who agreeing, from string) (status, rule string) {
	x.t.Helper()
	a := x.browser().postJSON("/api/v1/authn", object{"username": who.login, "password": password}, "Test-Address", from)
	body := a.json(x.t)
	if status, _ = body["status"].(string); status == "" {
		status, _ = body["errorCode"].(string)
	}
	return status, x.ruleInLog(who)
}

// ruleInLog is the rule that the System Log names for what was last decided about somebody.
func (x *agreement) ruleInLog(who agreeing) (rule string) {
	x.t.Helper()
	var events []struct {
		Target []struct{ ID, Type string }
	}
	x.read("/api/v1/logs?limit=1&sortOrder=DESCENDING&filter="+url.QueryEscape(`eventType eq "policy.evaluate_sign_on" and actor.id eq "`+who.id+`"`), &events)
	if len(events) == 0 {
		return "no event"
	}
	for _, target := range events[0].Target {
		if target.Type == "PolicyRule" {
			rule = target.ID
		}
	}
	return rule
}
