package policy

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"testing/quick"
)

// crowdPolicies are policies with conditions on who somebody is.
func crowdPolicies(r *rand.Rand) []Policy {
	one := func() Conditions {
		pick := func(prefix string) []string {
			var ids []string
			for i := range 4 {
				if r.IntN(4) == 0 {
					ids = append(ids, fmt.Sprintf("%s%d", prefix, i))
				}
			}
			return ids
		}
		choices := map[string]any{"people": map[string]any{
			"users": map[string]any{"include": pick("u"), "exclude": pick("u")}, "groups": map[string]any{"include": pick("g"), "exclude": pick("g")},
		}}
		switch r.IntN(4) {
		case 0:
			choices["userType"] = map[string]any{"exclude": pick("t")}
		case 1:
			choices["authProvider"] = map[string]any{"provider": "OKTA"}
		case 2:
			choices["userIdentifier"] = map[string]any{"patterns": []any{map[string]any{"matchType": "STARTS_WITH", "value": "u1"}}}
		}
		raw, err := json.Marshal(choices)
		if err != nil {
			panic(err)
		}
		var c Conditions
		if err := json.Unmarshal(raw, &c); err != nil {
			panic(err)
		}
		return c
	}
	policies := make([]Policy, r.IntN(4))
	for i := range policies {
		policies[i] = Policy{ID: fmt.Sprintf("p%d", i), Status: active, Priority: i, Conditions: one(), Rules: make([]Rule, r.IntN(3))}
		for j := range policies[i].Rules {
			policies[i].Rules[j] = Rule{ID: fmt.Sprintf("r%d", j), Status: active, Priority: j, Conditions: one()}
		}
	}
	return policies
}

// Property: each of a crowd is decided for as if they were alone, and is in one case.
func TestACrowdIsDecidedForAsEachOfIt(t *testing.T) {
	err := quick.Check(func(a, b uint64) bool {
		r := rand.New(rand.NewPCG(a, b))
		before, after := crowdPolicies(r), crowdPolicies(r)
		crowd := make([]Person, 30)
		for i := range crowd {
			id := fmt.Sprintf("u%d", i)
			crowd[i] = Person{ID: id, Login: id + "@x", TypeID: fmt.Sprintf("t%d", r.IntN(3)), Provider: []string{"OKTA", "ACTIVE_DIRECTORY"}[r.IntN(2)]}
			for j := range 4 {
				switch g := fmt.Sprintf("g%d", j); r.IntN(5) {
				case 0, 1:
					crowd[i].Groups = append(crowd[i].Groups, g)
				case 2:
					crowd[i].Unread = append(crowd[i].Unread, g)
				}
			}
		}
		seen := map[int]bool{}
		for _, one := range Compare(before, after, Context{}, crowd) {
			for _, i := range one.People {
				c := Context{Person: &crowd[i]}
				if seen[i] || !same(one.Before, Evaluate(before, c)) || !same(one.After, Evaluate(after, c)) {
					t.Logf("person %d: %+v", i, crowd[i])
					return false
				}
				seen[i] = true
			}
		}
		return len(seen) == len(crowd)
	}, &quick.Config{MaxCount: 300})
	if err != nil {
		t.Error(err)
	}
}

func same(a, b Decision) bool {
	return reflect.DeepEqual(a.Policy, b.Policy) && reflect.DeepEqual(a.Rule, b.Rule) && a.Certain == b.Certain
}

func TestDemands(t *testing.T) {
	signOn := func(actions string) Decision {
		return Decision{Policy: &Policy{}, Rule: &Rule{Actions: json.RawMessage(`{"signon":` + actions + `}`)}}
	}
	settings := func(text string) Decision {
		return Decision{Policy: &Policy{Settings: json.RawMessage(text)}, Rule: &Rule{}}
	}
	app := func(actions string) Decision {
		return Decision{Policy: &Policy{}, Rule: &Rule{Actions: json.RawMessage(`{"appSignOn":` + actions + `}`)}}
	}
	oneFactor, twoFactors := `{"access":"ALLOW","verificationMethod":{"type":"ASSURANCE","factorMode":"1FA","reauthenticateIn":"PT12H"}}`, `{"access":"ALLOW","verificationMethod":{"type":"ASSURANCE","factorMode":"2FA","reauthenticateIn":"PT12H"}}`
	password := `{"access":"ALLOW","requireFactor":false,"session":{"maxSessionIdleMinutes":60}}`
	for _, c := range []struct {
		name, kind     string
		before, after  Decision
		more, less     bool
		deniedAfter    bool
		deniedAtBefore bool
	}{
		{"nothing changes", TypeSignOn, signOn(password), signOn(password), false, false, false, false},
		{"a factor", TypeSignOn, signOn(password), signOn(`{"access":"ALLOW","requireFactor":true,"session":{"maxSessionIdleMinutes":60}}`), true, false, false, false},
		{"denied", TypeSignOn, signOn(password), signOn(`{"access":"DENY"}`), true, false, true, false},
		{"no rule for them any more", TypeSignOn, signOn(password), Decision{}, true, false, true, false},
		{"a shorter session", TypeSignOn, signOn(password), signOn(`{"access":"ALLOW","session":{"maxSessionIdleMinutes":30}}`), true, false, false, false},
		{"a session that ends", TypeSignOn, signOn(password), signOn(`{"access":"ALLOW","session":{"maxSessionIdleMinutes":60,"maxSessionLifetimeMinutes":600}}`), true, false, false, false},
		{"let in", TypeSignOn, signOn(`{"access":"DENY"}`), signOn(password), false, true, false, true},
		{"longer passwords", TypePassword, settings(`{"password":{"complexity":{"minLength":8}}}`), settings(`{"password":{"complexity":{"minLength":12}}}`), true, false, false, false},
		{"passwords that end, and are shorter", TypePassword, settings(`{"password":{"complexity":{"minLength":12}}}`), settings(`{"password":{"complexity":{"minLength":8},"age":{"maxAgeDays":90}}}`), true, true, false, false},
		{"a factor to enrol", TypeEnroll, settings(`{"authenticators":[{"key":"okta_email","enroll":{"self":"OPTIONAL"}}]}`), settings(`{"authenticators":[{"key":"okta_email","enroll":{"self":"REQUIRED"}}]}`), true, false, false, false},
		{"a factor not allowed any more", TypeEnroll, settings(`{"authenticators":[{"key":"okta_email","enroll":{"self":"OPTIONAL"}}]}`), settings(`{}`), true, false, false, false},
		{"an app that asks for two factors", TypeAccess, app(oneFactor), app(twoFactors), true, false, false, false},
		{"an app that asks again sooner", TypeAccess, app(oneFactor), app(`{"access":"ALLOW","verificationMethod":{"type":"ASSURANCE","factorMode":"1FA","reauthenticateIn":"PT2H"}}`), true, false, false, false},
		{"an app that asks each time", TypeAccess, app(oneFactor), app(`{"access":"ALLOW","verificationMethod":{"type":"ASSURANCE","factorMode":"1FA","reauthenticateIn":"PT0S"}}`), true, false, false, false},
		{"an app that lets nobody in", TypeAccess, app(oneFactor), app(`{"access":"DENY"}`), true, false, true, false},
		{"an app by a method that nobody knows", TypeAccess, app(oneFactor), app(`{"access":"ALLOW","verificationMethod":{"type":"MOON"}}`), true, false, true, false},
		{"no password policy", TypePassword, settings(`{"password":{"complexity":{"minLength":8}}}`), Decision{}, false, false, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, err := c.before.Demand(c.kind)
			if err != nil {
				t.Fatal(err)
			}
			after, err := c.after.Demand(c.kind)
			if err != nil {
				t.Fatal(err)
			}
			if after.More(before) != c.more || before.More(after) != c.less || after.Denied != c.deniedAfter || before.Denied != c.deniedAtBefore {
				t.Errorf("before %+v, after %+v: more %v, less %v", before, after, after.More(before), before.More(after))
			}
		})
	}
}

func TestWhatPoliciesName(t *testing.T) {
	p, err := Parse(
		[]byte(`{"type":"IDP_DISCOVERY","conditions":{"people":{"groups":{"include":["00gB","00gA"]},"users":{"exclude":["00u1"]}},"userType":{"include":["oty1"]}}}`),
		[]byte(`{"conditions":{"people":{"groups":{"exclude":["00gA"]}},"network":{"connection":"ZONE","exclude":["nzo1","ALL_ZONES"]},"app":{"include":[{"type":"APP","id":"0oa1"},{"type":"APP_TYPE","name":"crm"}]},"userIdentifier":{"patterns":[]}},"actions":{"idp":{"providers":[{"type":"OKTA"},{"type":"SAML2","id":"0oaIdP"}]}}}`),
	)
	if err != nil {
		t.Fatal(err)
	}
	want := Mentions{Users: []string{"00u1"}, Groups: []string{"00gA", "00gB"}, Zones: []string{"nzo1"}, Apps: []string{"0oa1"}, Types: []string{"oty1"}, Providers: []string{"0oaIdP"}, Identifier: true}
	if got := Mentioned(p); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
