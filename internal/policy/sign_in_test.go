package policy

import (
	"encoding/json"
	"reflect"
	"testing"
)

var (
	totp     = FactorKind{"token:software:totp", "GOOGLE"}
	question = FactorKind{"question", "OKTA"}
)

// The sources are the published descriptions of sign-on and enrolment rules; the order of
// the steps is the org's (okta-semantics C9, authentication API).
func TestWhatComesAfterARightPassword(t *testing.T) {
	allowed := func(self, when string) Enrollment {
		e, err := EnrollmentOf(
			&Policy{Settings: json.RawMessage(`{"factors":{"google_otp":{"enroll":{"self":"` + self + `"}}}}`)},
			&Rule{Actions: json.RawMessage(`{"enroll":{"self":"` + when + `"}}`)})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	offered := []FactorKind{question, totp}
	for _, c := range []struct {
		name   string
		in     SignIn
		want   Step
		enroll []FactorKind
	}{
		{"denied", SignIn{SignOn: SignOn{Deny: true, Prompt: PromptNever}}, StepRefused, nil},
		{"no factor asked for", SignIn{SignOn: SignOn{Prompt: PromptNever}, Kinds: []FactorKind{totp}, Holds: true}, StepNone, nil},
		{"asked of who holds one", SignIn{SignOn: SignOn{Prompt: PromptHeld}, Kinds: []FactorKind{totp}, Holds: true}, StepProve, nil},
		{"not asked of who holds none", SignIn{SignOn: SignOn{Prompt: PromptHeld}}, StepNone, nil},
		{"always, held", SignIn{SignOn: SignOn{Prompt: PromptAlways}, Kinds: []FactorKind{totp}, Holds: true, Remembered: true}, StepProve, nil},
		{"once a device, remembered", SignIn{SignOn: SignOn{Prompt: PromptDevice}, Kinds: []FactorKind{totp}, Holds: true, Remembered: true}, StepNone, nil},
		{"proved", SignIn{SignOn: SignOn{Prompt: PromptAlways}, Kinds: []FactorKind{totp}, Holds: true, Proved: true}, StepNone, nil},
		{"always, none held, one may be enrolled", SignIn{SignOn: SignOn{Prompt: PromptAlways}, Enrollment: allowed("OPTIONAL", EnrollAtChallenge)}, StepEnroll, []FactorKind{totp}},
		{"always, none held, none may be enrolled", SignIn{SignOn: SignOn{Prompt: PromptAlways}, Enrollment: allowed("NOT_ALLOWED", EnrollAtChallenge)}, StepRefused, nil},
		{"always, none held, never to be enrolled", SignIn{SignOn: SignOn{Prompt: PromptAlways}, Enrollment: allowed("OPTIONAL", EnrollNever)}, StepRefused, nil},
		{"required at the sign-in", SignIn{SignOn: SignOn{Prompt: PromptNever}, Enrollment: allowed("REQUIRED", EnrollAtLogin)}, StepEnroll, []FactorKind{totp}},
		{"required at a challenge that is none", SignIn{SignOn: SignOn{Prompt: PromptNever}, Enrollment: allowed("REQUIRED", EnrollAtChallenge)}, StepNone, nil},
		{"another one is proved before the required one", SignIn{SignOn: SignOn{Prompt: PromptNever}, Enrollment: allowed("REQUIRED", EnrollAtLogin), Kinds: []FactorKind{question}, Holds: true}, StepProve, []FactorKind{totp}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.in.Offered = offered
			if got := c.in.Next(); got != c.want || !reflect.DeepEqual(c.in.ToEnroll(), c.enroll) {
				t.Errorf("step %d, want %d; to enrol %v", got, c.want, c.in.ToEnroll())
			}
		})
	}
}

// A rule that names an identity provider is not decided here, and says so; what this org
// checks itself is.
func TestDiscovery(t *testing.T) {
	p, err := Parse([]byte(`{"id":"p","type":"IDP_DISCOVERY","status":"ACTIVE"}`),
		[]byte(`{"id":"r1","status":"ACTIVE","priority":1,"conditions":{"userIdentifier":{"patterns":[{"matchType":"SUFFIX","value":"other.example"}]}},"actions":{"idp":{"providers":[{"type":"SAML2","id":"0oaOther"}]}}}`),
		[]byte(`{"id":"r2","status":"ACTIVE","priority":2,"actions":{"idp":{"providers":[{"type":"SAML2","id":"0oaIdP"}]}}}`),
		[]byte(`{"id":"r3","status":"ACTIVE","priority":3,"system":true,"actions":{"idp":{"providers":[{"type":"OKTA"}]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	d := Evaluate([]Policy{p}, ana)
	if d.Rule == nil || d.Rule.ID != "r3" || d.Certain {
		t.Fatalf("decided %+v", d)
	}
	rules := d.Policies[0].Rules
	if rules[0].Outcome != Failed || rules[1].Outcome != Unknown || len(rules[1].Clauses) != 1 || rules[1].Clauses[0].Wanted != "0oaIdP" || rules[1].Clauses[0].Why == "" {
		t.Errorf("trace %+v", rules)
	}
	if got, err := DiscoveryOf(d.Rule); err != nil || len(got.Providers) != 0 {
		t.Errorf("the rule of this org: %+v, %v", got, err)
	}
}

func TestProfileEnrollment(t *testing.T) {
	got, err := ProfileEnrollmentOf(&Rule{Actions: json.RawMessage(`{"profileEnrollment":{"access":"ALLOW","unknownUserAction":"REGISTER",
		"profileAttributes":[{"name":"email","required":true},{"name":"firstName","required":false}],"activationRequirements":{"emailVerification":true}}}`)})
	want := ProfileEnrollment{Register: true, Attributes: []string{"email", "firstName"}, Required: []string{"email"}, VerifyEmail: true}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := ProfileEnrollmentOf(&Rule{Actions: json.RawMessage(`{"profileEnrollment":{"access":"ALLOW","unknownUserAction":"DENY"}}`)}); err != nil || got.Register {
		t.Errorf("strangers are turned away: %+v, %v", got, err)
	}
}
