package policy

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"testing/quick"
)

// conditions reads a conditions object.
func conditions(t testing.TB, text string) Conditions {
	t.Helper()
	var c Conditions
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return c
}

var ana = Context{
	Person:   &Person{ID: "00uAna", Login: "ana@company.example", Status: "ACTIVE", TypeID: "otyA", Provider: "OKTA", Groups: []string{"00gEveryone", "00gSales"}, Unread: []string{"00gHuge"}, Profile: map[string]string{"city": "Lisbon"}},
	Network:  &Network{Address: netip.MustParseAddr("192.0.2.7"), Zones: map[string]bool{"nzoOffice": true, "nzoHome": false}},
	Device:   &Device{Platform: "DESKTOP", OS: "MACOS", Registered: new(bool)},
	App:      &App{ID: "0oaCRM", Name: "crm"},
	AuthType: "ANY", IdentityProvider: "OKTA", Risk: "MEDIUM",
}

// The sources are the published description of the Policy API ("Conditions"), but for
// those marked [assumed].
func TestConditions(t *testing.T) {
	nobody := Context{}
	for _, c := range []struct {
		name, conditions string
		context          Context
		want             Outcome
	}{
		{"no conditions", `null`, ana, Matched},
		{"empty conditions", `{}`, nobody, Matched},
		{"a group of hers", `{"people":{"groups":{"include":["00gIT","00gSales"]}}}`, ana, Matched},
		{"a group of others", `{"people":{"groups":{"include":["00gIT"]}}}`, ana, Failed},
		{"a group that is excluded wins over one included", `{"people":{"groups":{"include":["00gEveryone"],"exclude":["00gSales"]}}}`, ana, Failed},
		{"named", `{"people":{"users":{"include":["00uAna"]}}}`, ana, Matched},
		{"named, but of another group: used together", `{"people":{"users":{"include":["00uAna"]},"groups":{"include":["00gIT"]}}}`, ana, Failed},
		{"excluded by name", `{"people":{"users":{"exclude":["00uAna"]}}}`, ana, Failed},
		{"others excluded by name", `{"people":{"users":{"exclude":["00uBen"]}}}`, ana, Matched},
		{"nobody excluded", `{"people":{"users":{"exclude":[]}}}`, nobody, Matched},
		{"a group without a person", `{"people":{"groups":{"include":["00gSales"]}}}`, nobody, Unknown},
		{"her type", `{"userType":{"include":["otyA"],"exclude":[]}}`, ana, Matched},
		{"her type excluded", `{"userType":{"include":[],"exclude":["otyA"]}}`, ana, Failed},
		{"anywhere", `{"network":{"connection":"ANYWHERE"}}`, nobody, Matched},
		{"in a zone", `{"network":{"connection":"ZONE","include":["nzoOffice"]}}`, ana, Matched},
		{"not in a zone", `{"network":{"connection":"ZONE","include":["nzoHome"]}}`, ana, Failed},
		{"outside of a zone", `{"network":{"connection":"ZONE","exclude":["nzoHome"]}}`, ana, Matched},
		{"outside of a zone she is in", `{"network":{"connection":"ZONE","exclude":["nzoOffice"]}}`, ana, Failed},
		{"outside of all zones", `{"network":{"connection":"ZONE","exclude":["ALL_ZONES"]}}`, ana, Failed},
		{"a zone that is not known", `{"network":{"connection":"ZONE","include":["nzoX"]}}`, ana, Unknown},
		{"one of two zones is enough", `{"network":{"connection":"ZONE","include":["nzoX","nzoOffice"]}}`, ana, Matched},
		{"zones without a list [assumed]", `{"network":{"connection":"ZONE"}}`, ana, Failed},
		{"a zone, from nowhere", `{"network":{"connection":"ZONE","include":["nzoOffice"]}}`, nobody, Unknown},
		{"any way in", `{"authContext":{"authType":"ANY"}}`, nobody, Matched},
		{"RADIUS only", `{"authContext":{"authType":"RADIUS"}}`, ana, Failed},
		{"any risk", `{"riskScore":{"level":"ANY"}}`, nobody, Matched},
		{"this risk", `{"riskScore":{"level":"MEDIUM"}}`, ana, Matched},
		{"another risk", `{"riskScore":{"level":"HIGH"}}`, ana, Failed},
		{"risk not known", `{"riskScore":{"level":"HIGH"}}`, nobody, Unknown},
		{"at least this risk", `{"riskScore":{"minRiskLevel":"LOW"}}`, ana, Matched},
		{"at least a higher risk", `{"riskScore":{"minRiskLevel":"HIGH"}}`, ana, Failed},
		{"no behaviors", `{"risk":{"behaviors":[]}}`, nobody, Matched},
		{"behaviors", `{"risk":{"behaviors":["bhv1"]}}`, ana, Unknown},
		{"any identity provider", `{"identityProvider":{"provider":"ANY"}}`, nobody, Matched},
		{"this org", `{"identityProvider":{"provider":"OKTA"}}`, ana, Matched},
		{"another identity provider", `{"identityProvider":{"provider":"SPECIFIC_IDP","idpIds":["0oaIdP"]}}`, ana, Failed},
		{"password of this org", `{"authProvider":{"provider":"OKTA"}}`, ana, Matched},
		{"password of a directory", `{"authProvider":{"provider":"ACTIVE_DIRECTORY"}}`, ana, Failed},
		{"the app", `{"app":{"include":[{"type":"APP","id":"0oaCRM"}]}}`, ana, Matched},
		{"the kind of app", `{"app":{"include":[{"type":"APP_TYPE","name":"crm"}]}}`, ana, Matched},
		{"every app", `{"app":{"include":[],"exclude":[]}}`, nobody, Matched},
		{"another app", `{"app":{"include":[{"type":"APP","id":"0oaWiki"}]}}`, ana, Failed},
		{"the app excluded", `{"app":{"exclude":[{"type":"APP","id":"0oaCRM"}]}}`, ana, Failed},
		{"the platform", `{"platform":{"include":[{"type":"MOBILE","os":{"type":"IOS"}},{"type":"DESKTOP","os":{"type":"OSX"}}],"exclude":[]}}`, ana, Matched},
		{"another platform", `{"platform":{"include":[{"type":"MOBILE","os":{"type":"ANY"}}]}}`, ana, Failed},
		{"a platform by expression", `{"platform":{"include":[{"type":"DESKTOP","os":{"type":"OTHER","expression":"x"}}]}}`, ana, Unknown},
		{"a registered device", `{"device":{"registered":true}}`, ana, Failed},
		{"a managed device, and nobody knows", `{"device":{"managed":true}}`, ana, Unknown},
		{"device assurance", `{"device":{"assurance":{"include":["dae1"]}}}`, ana, Unknown},
		{"an expression of another language", `{"elCondition":{"condition":"user.status == \"ACTIVE\""}}`, ana, Unknown},
		{"a condition that nobody knows", `{"moon":{"phase":"FULL"}}`, ana, Unknown},
		{"one failed decides over one unknown", `{"moon":{"phase":"FULL"},"people":{"users":{"exclude":["00uAna"]}}}`, ana, Failed},
		{"what she signs in as ends so", `{"userIdentifier":{"type":"IDENTIFIER","patterns":[{"matchType":"SUFFIX","value":"partner.example"},{"matchType":"SUFFIX","value":"Company.example"}]}}`, ana, Matched},
		{"what she signs in as begins otherwise", `{"userIdentifier":{"type":"IDENTIFIER","patterns":[{"matchType":"STARTS_WITH","value":"ben"}]}}`, ana, Failed},
		{"what she signs in as holds it", `{"userIdentifier":{"type":"IDENTIFIER","patterns":[{"matchType":"CONTAINS","value":"@company"}]}}`, ana, Matched},
		{"what she signs in as fits an expression", `{"userIdentifier":{"type":"IDENTIFIER","patterns":[{"matchType":"EXPRESSION","value":"a.*"}]}}`, ana, Unknown},
		{"an attribute of hers", `{"userIdentifier":{"type":"ATTRIBUTE","attribute":"city","patterns":[{"matchType":"EQUALS","value":"lisbon"}]}}`, ana, Matched},
		{"an attribute that was not read", `{"userIdentifier":{"type":"ATTRIBUTE","attribute":"team","patterns":[{"matchType":"EQUALS","value":"x"}]}}`, ana, Unknown},
		{"no pattern", `{"userIdentifier":{"type":"IDENTIFIER","patterns":[]}}`, nobody, Matched},
		{"a sign-in of nobody", `{"userIdentifier":{"type":"IDENTIFIER","patterns":[{"matchType":"SUFFIX","value":"x"}]}}`, nobody, Unknown},
		{"a group whose members were not all read", `{"people":{"groups":{"include":["00gHuge","00gIT"]}}}`, ana, Unknown},
		{"one of hers beside a group that was not read", `{"people":{"groups":{"include":["00gHuge","00gSales"]}}}`, ana, Matched},
		{"left out with a group that was not read", `{"people":{"groups":{"exclude":["00gHuge"]}}}`, ana, Unknown},
		{"a condition that cannot be read", `{"network":"ANYWHERE"}`, ana, Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			clauses := conditions(t, c.conditions).judge(c.context)
			if got := all(clauses); got != c.want {
				t.Errorf("%v, want %v: %+v", got, c.want, clauses)
			}
			for _, clause := range clauses {
				if (clause.Outcome == Unknown) != (clause.Why != "") {
					t.Errorf("unknown without a reason, or a reason without: %+v", clause)
				}
			}
		})
	}
}

func TestTheTraceSaysWhyEachEarlierPolicyDidNotApply(t *testing.T) {
	var policies []Policy
	for _, p := range []struct {
		document string
		rules    []string
	}{
		{`{"id":"p5","name":"Default","status":"ACTIVE","priority":5,"system":true}`, []string{`{"id":"r5","status":"ACTIVE","priority":1,"system":true}`}},
		{`{"id":"p1","name":"Off","status":"INACTIVE","priority":1}`, []string{`{"id":"r1","status":"ACTIVE","priority":1}`}},
		{`{"id":"p2","name":"Bare","status":"ACTIVE","priority":2}`, nil},
		{`{"id":"p3","name":"IT","status":"ACTIVE","priority":3,"conditions":{"people":{"groups":{"include":["00gIT"]}}}}`, []string{`{"id":"r3","status":"ACTIVE","priority":1}`}},
		{`{"id":"p4","name":"Sales","status":"ACTIVE","priority":4,"conditions":{"people":{"groups":{"include":["00gSales"]}}}}`, []string{
			`{"id":"r42","status":"ACTIVE","priority":2,"conditions":{"network":{"connection":"ZONE","include":["nzoHome"]}}}`,
			`{"id":"r41","status":"INACTIVE","priority":1}`,
			`{"id":"r43","status":"ACTIVE","priority":3,"conditions":{"risk":{"behaviors":["bhv1"]}}}`,
		}},
	} {
		raw := make([][]byte, len(p.rules))
		for i, r := range p.rules {
			raw[i] = []byte(r)
		}
		parsed, err := Parse([]byte(p.document), raw...)
		if err != nil {
			t.Fatal(err)
		}
		policies = append(policies, parsed)
	}
	Sort(policies)
	d := Evaluate(policies, ana)
	if d.Policy == nil || d.Policy.ID != "p5" || d.Rule.ID != "r5" || d.Certain {
		t.Fatalf("decided %+v", d)
	}
	got := ""
	for _, p := range d.Policies {
		got += fmt.Sprintf("%s %v %s", p.Policy.ID, p.Outcome, p.Passed)
		for _, r := range p.Rules {
			got += fmt.Sprintf(" (%s %v %s)", r.Rule.ID, r.Outcome, r.Passed)
		}
		got += "; "
	}
	want := "p1 failed it is not active; p2 failed it has no rules; p3 failed ; " +
		"p4 unknown  (r41 failed it is not active) (r42 failed ) (r43 unknown ); p5 matched  (r5 matched ); "
	if got != want {
		t.Errorf("trace\n%s\nwant\n%s", got, want)
	}
	if c := d.Policies[2].Clauses; len(c) != 1 || c[0].Wanted != "00gIT" || c[0].Read != "none" {
		t.Errorf("the values are not told: %+v", c)
	}
	if d := Evaluate(policies[:2], ana); d.Policy != nil || !d.Certain {
		t.Errorf("nothing applies, and that is certain: %+v", d)
	}
}

// randomPolicies are policies whose conditions are met, failed or unknown, and what they are by the name of their id.
func randomPolicies(r *rand.Rand) []Policy {
	text := map[Outcome]string{
		Matched: `{"people":{"groups":{"include":["00gSales"]}}}`, Failed: `{"people":{"groups":{"include":["00gIT"]}}}`, Unknown: `{"moon":{"phase":"FULL"}}`,
	}
	one := func() (Conditions, Outcome) {
		o := Outcome(r.IntN(3))
		var c Conditions
		if err := json.Unmarshal([]byte(text[o]), &c); err != nil {
			panic(err)
		}
		return c, o
	}
	status := func() string {
		if r.IntN(5) == 0 {
			return "INACTIVE"
		}
		return active
	}
	policies := make([]Policy, r.IntN(6))
	for i := range policies {
		c, o := one()
		policies[i] = Policy{ID: fmt.Sprintf("p%d", i), Name: o.String(), Status: status(), Priority: r.IntN(4), Conditions: c, Rules: make([]Rule, r.IntN(4))}
		for j := range policies[i].Rules {
			c, o := one()
			policies[i].Rules[j] = Rule{ID: fmt.Sprintf("r%d", j), Name: o.String(), Status: status(), Priority: r.IntN(3), Conditions: c}
		}
		sortRules(policies[i].Rules)
	}
	Sort(policies)
	return policies
}

// Property: the first active policy whose conditions are met and that has an active rule
// whose conditions are met applies with the first such rule; it is certain when nothing
// unknown came before.
func TestTheFirstMatchWins(t *testing.T) {
	naive := func(policies []Policy) (policy, rule string, certain bool) {
		certain = true
		for _, p := range policies {
			if p.Status != active || p.Name == "failed" {
				continue
			}
			for _, r := range p.Rules {
				switch {
				case r.Status != active || r.Name == "failed":
				case p.Name == "matched" && r.Name == "matched":
					return p.ID, r.ID, certain
				default:
					certain = false
				}
			}
		}
		return "", "", certain
	}
	err := quick.Check(func(a, b uint64) bool {
		policies := randomPolicies(rand.New(rand.NewPCG(a, b)))
		for i := 1; i < len(policies); i++ {
			if policies[i-1].Priority > policies[i].Priority {
				return false
			}
		}
		wantPolicy, wantRule, wantCertain := naive(policies)
		d := Evaluate(policies, ana)
		policy, rule := "", ""
		if d.Policy != nil {
			policy, rule = d.Policy.ID, d.Rule.ID
		}
		if policy != wantPolicy || rule != wantRule || d.Certain != wantCertain {
			t.Logf("%s/%s certain %v, want %s/%s %v: %+v", policy, rule, d.Certain, wantPolicy, wantRule, wantCertain, policies)
			return false
		}
		return true
	}, &quick.Config{MaxCount: 2000})
	if err != nil {
		t.Error(err)
	}
}

// FuzzConditions: no document makes the evaluator fail, and what is decided stays the same.
func FuzzConditions(f *testing.F) {
	for _, seed := range []string{
		`{"people":{"users":{"include":[],"exclude":["00u1"]},"groups":{"include":["00g1"]}},"network":{"connection":"ZONE","exclude":["ALL_ZONES"]}}`,
		`{"device":{"registered":true,"assurance":{"include":["dae1"]}},"platform":{"include":[{"type":"DESKTOP","os":{"type":"OSX"}}]}}`,
		`{"riskScore":{"level":"LOW","minRiskLevel":"x"},"app":{"include":[{"id":"0oa1"}]},"moon":{}}`, `null`, `[]`, `{"people":null,"network":3}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var c Conditions
		if json.Unmarshal([]byte(text), &c) != nil {
			return
		}
		for _, x := range []Context{{}, ana} {
			first := c.judge(x)
			for _, clause := range first {
				if (clause.Outcome == Unknown) != (clause.Why != "") {
					t.Errorf("%s: %+v", text, clause)
				}
			}
			if all(first) != all(c.judge(x)) {
				t.Errorf("%s: judged twice, and differently", text)
			}
		}
	})
}
