package policy

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

var (
	sms   = FactorKind{"sms", "OKTA"}
	email = FactorKind{"email", "OKTA"}
	key   = FactorKind{"webauthn", "FIDO"}
)

func access(t *testing.T, system bool, signOn string) Access {
	t.Helper()
	a, err := AccessOf(&Policy{System: system}, &Rule{System: system, Actions: json.RawMessage(`{"appSignOn":` + signOn + `}`)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const anyTwo = `{"access":"ALLOW","verificationMethod":{"factorMode":"2FA","type":"ASSURANCE","reauthenticateIn":"PT12H","constraints":[{"possession":{"required":true,"deviceBound":"REQUIRED"}}]}}`

// The rules are shapes that orgs were recorded with, or of the published description.
func TestAccessAsksForWhatIsMissing(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	two := `{"access":"ALLOW","verificationMethod":{"factorMode":"2FA","type":"ASSURANCE","reauthenticateIn":"PT12H","inactivityPeriod":"PT1H"}}`
	noPhone := `{"access":"ALLOW","verificationMethod":{"factorMode":"2FA","type":"ASSURANCE","reauthenticateIn":"PT0S","constraints":[{"knowledge":{"required":true,"types":["password"],"reauthenticateIn":"PT0S"},
		"possession":{"required":false,"excludedAuthenticationMethods":[{"key":"okta_email","method":"email"},{"key":"phone_number","method":"sms"},{"key":"phone_number","method":"voice"}]}}]}}`
	either := `{"access":"ALLOW","verificationMethod":{"factorMode":"2FA","type":"ASSURANCE","reauthenticateIn":"PT43800H","constraints":[{"possession":{"required":true,"hardwareProtection":"REQUIRED"}},{"possession":{"required":true,"phishingResistant":"REQUIRED"}}]}}`
	chains := `{"access":"ALLOW","verificationMethod":{"type":"AUTH_METHOD_CHAIN","chains":[{"authenticationMethods":[{"key":"okta_password","method":"password"}],"next":[{"authenticationMethods":[{"key":"phone_number","method":"sms"}]}]},
		{"authenticationMethods":[{"key":"okta_verify","userVerification":"REQUIRED","method":"signed_nonce"}]}],"reauthenticateIn":"PT2H10M"}}`
	password := Proofs{Now: now, PasswordAt: now}
	both := Proofs{Now: now, PasswordAt: now, FactorAt: now, Kinds: []FactorKind{totp}}
	for name, c := range map[string]struct {
		rule          string
		proofs        Proofs
		held, offered []FactorKind
		want          AccessStep
	}{
		"nothing asked":                       {`{"access":"ALLOW"}`, Proofs{Now: now}, nil, nil, AccessStep{}},
		"denied":                              {`{"access":"DENY","verificationMethod":{"type":"ASSURANCE","factorMode":"1FA"}}`, both, nil, nil, AccessStep{Step: StepRefused}},
		"one factor, a password":              {`{"access":"ALLOW","verificationMethod":{"factorMode":"1FA","type":"ASSURANCE"}}`, password, nil, nil, AccessStep{}},
		"one, of possession":                  {`{"access":"ALLOW","verificationMethod":{"factorMode":"1FA","type":"ASSURANCE","constraints":[{"possession":{"required":true}}]}}`, password, []FactorKind{sms}, nil, AccessStep{Step: StepProve, Kinds: []FactorKind{sms}, Need: "a possession factor"}},
		"two, and none held":                  {two, password, nil, []FactorKind{question, totp, sms}, AccessStep{Step: StepEnroll, Kinds: []FactorKind{totp, sms}, Need: "a possession factor"}},
		"two, and nothing can be enrolled":    {two, password, nil, nil, AccessStep{Step: StepRefused, Need: "a possession factor"}},
		"two, a question is known too":        {two, Proofs{Now: now, PasswordAt: now, FactorAt: now, Kinds: []FactorKind{question}}, []FactorKind{question, sms}, nil, AccessStep{Step: StepProve, Kinds: []FactorKind{sms}, Need: "a possession factor"}},
		"two, both proved":                    {two, both, nil, nil, AccessStep{}},
		"two, too long ago":                   {two, Proofs{Now: now, PasswordAt: ago(13 * time.Hour), FactorAt: ago(13 * time.Hour), Kinds: []FactorKind{totp}}, []FactorKind{totp}, nil, AccessStep{Password: true, Need: "a password"}},
		"two, not too long ago":               {two, Proofs{Now: now, PasswordAt: ago(12 * time.Hour), FactorAt: ago(12 * time.Hour), Kinds: []FactorKind{totp}, UsedAt: ago(time.Hour)}, nil, nil, AccessStep{}},
		"two, unused for an hour":             {two, Proofs{Now: now, PasswordAt: ago(2 * time.Hour), FactorAt: ago(2 * time.Hour), Kinds: []FactorKind{totp}, UsedAt: ago(61 * time.Minute)}, []FactorKind{totp}, nil, AccessStep{Password: true, Need: "a password"}},
		"device-bound, a text message proved": {anyTwo, Proofs{Now: now, PasswordAt: now, FactorAt: now, Kinds: []FactorKind{sms}}, []FactorKind{sms, totp}, nil, AccessStep{Step: StepProve, Kinds: []FactorKind{totp}, Need: "a possession factor"}},
		"device-bound, only a phone held":     {anyTwo, password, []FactorKind{sms, email}, []FactorKind{totp}, AccessStep{Step: StepEnroll, Kinds: []FactorKind{totp}, Need: "a possession factor"}},
		"each time, proved just now":          {noPhone, both, nil, nil, AccessStep{}},
		"each time, a second ago":             {noPhone, Proofs{Now: now, PasswordAt: ago(time.Second), FactorAt: now, Kinds: []FactorKind{totp}}, []FactorKind{totp}, nil, AccessStep{Password: true, Need: "a password"}},
		"methods that are excluded":           {noPhone, password, []FactorKind{sms, email}, nil, AccessStep{Step: StepRefused, Need: "a possession factor"}},
		"one of two constraints is unknown":   {either, password, []FactorKind{totp, key}, nil, AccessStep{Step: StepProve, Kinds: []FactorKind{key}, Need: "a possession factor"}},
		"and the other not met":               {either, password, []FactorKind{totp}, nil, AccessStep{Step: StepRefused, Unknown: []string{"hardware protection of keys is not known"}}},
		"a chain":                             {chains, password, []FactorKind{totp, sms}, nil, AccessStep{Step: StepProve, Kinds: []FactorKind{sms}, Need: "phone_number sms"}},
		"a chain that is done":                {chains, Proofs{Now: now, PasswordAt: now, FactorAt: now, Kinds: []FactorKind{sms}}, nil, nil, AccessStep{}},
		"a chain nobody can go":               {`{"access":"ALLOW","verificationMethod":{"type":"AUTH_METHOD_CHAIN","chains":[{"authenticationMethods":[{"key":"okta_verify","method":"signed_nonce"}]}]}}`, both, []FactorKind{totp}, nil, AccessStep{Step: StepRefused, Unknown: []string{"okta_verify signed_nonce is not evaluated"}}},
		"a method of the future":              {`{"access":"ALLOW","verificationMethod":{"type":"ID_PROOFING"}}`, both, nil, nil, AccessStep{Step: StepRefused, Unknown: []string{"verification methods of the type ID_PROOFING are not evaluated"}}},
	} {
		got := access(t, false, c.rule).Next(c.proofs, c.held, c.offered)
		if got.Step != c.want.Step || got.Password != c.want.Password || !slices.Equal(got.Kinds, c.want.Kinds) || c.want.Need != "" && got.Need != c.want.Need || !slices.Equal(got.Unknown, c.want.Unknown) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// The policy that a new org has leaves factors to the sign-on policy, and locks nobody out.
func TestTheAccessPolicyOfANewOrg(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	a := access(t, true, anyTwo)
	password := Proofs{Now: now, PasswordAt: now.Add(-time.Hour)}
	if got := a.Next(password, nil, []FactorKind{totp}); got.Step != StepNone || got.Password {
		t.Errorf("who holds none: %+v", got)
	}
	if got := a.Next(password, []FactorKind{sms}, nil); got.Step != StepNone || got.Password {
		t.Errorf("who holds one: %+v", got)
	}
	password.PasswordAt = now.Add(-13 * time.Hour)
	if got := a.Next(password, nil, nil); !got.Password {
		t.Errorf("who signed in long ago: %+v", got)
	}
}

func TestAges(t *testing.T) {
	for text, want := range map[string]time.Duration{"PT2H": 2 * time.Hour, "PT0S": 0, "PT43800H": 43800 * time.Hour, "PT2H10M": 130 * time.Minute, "P1DT1S": 24*time.Hour + time.Second, "P30D": 720 * time.Hour, "": Whenever} {
		if got, err := parseAge(text, Whenever); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"P", "PT", "2H", "PT2", "PT-2H", "P1Y", "PT2H ", "P1DT", "PT99999999999H"} {
		if got, err := parseAge(text, 0); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

// Property: what is asked for is possible, and who does all of it gets in.
func TestWhoDoesWhatIsAskedGetsIn(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	rules := []string{
		anyTwo, `{"access":"ALLOW"}`, `{"access":"ALLOW","verificationMethod":{"factorMode":"1FA","type":"ASSURANCE","reauthenticateIn":"PT1H"}}`,
		`{"access":"ALLOW","verificationMethod":{"factorMode":"2FA","type":"ASSURANCE","constraints":[{"knowledge":{"types":["security_question"]},"possession":{"methods":["WEBAUTHN"]}},{"possession":{"types":["PHONE"]}}]}}`,
		`{"access":"ALLOW","verificationMethod":{"type":"AUTH_METHOD_CHAIN","chains":[{"authenticationMethods":[{"key":"okta_email"}],"next":[{"authenticationMethods":[{"key":"okta_password"}],"next":[{"authenticationMethods":[{"key":"webauthn"},{"key":"security_question"}]}]}]}]}}`,
	}
	for i, rule := range rules {
		for n := range 1 << 8 { // which of four kinds are held, and which can be enrolled
			a := access(t, false, rule)
			all := []FactorKind{question, totp, sms, key}
			var held, offered []FactorKind
			for j, k := range all {
				if n>>j&1 == 1 {
					held = append(held, k)
				} else if n>>(4+j)&1 == 1 {
					offered = append(offered, k)
				}
			}
			p := Proofs{Now: now}
			for steps := 0; ; steps++ {
				next := a.Next(p, held, offered)
				if next.Step == StepRefused || next.Step == StepNone && !next.Password {
					if next.Step == StepRefused && steps > 0 {
						t.Errorf("rule %d, held %v, offered %v: refused after %d steps", i, held, offered, steps)
					}
					break
				}
				if steps > 6 {
					t.Fatalf("rule %d, held %v, offered %v: asks without an end: %+v", i, held, offered, next)
				}
				if next.Password {
					p.PasswordAt = now
					continue
				}
				k := next.Kinds[0]
				if next.Step == StepProve && !slices.Contains(held, k) || next.Step == StepEnroll && !slices.Contains(offered, k) {
					t.Fatalf("rule %d: asks for %v, held %v, offered %v", i, next.Kinds, held, offered)
				}
				held = append(held, k)
				p.FactorAt, p.Kinds = now, append(p.Kinds, k)
			}
		}
	}
}

// FuzzAccess: no rule makes the evaluator fail, and a rule that denies lets nobody in.
func FuzzAccess(f *testing.F) {
	for _, rule := range []string{anyTwo, `{"access":"DENY"}`, `{"verificationMethod":{"type":"AUTH_METHOD_CHAIN","chains":[{"next":[{}]}]}}`, `null`, `{"verificationMethod":{"type":"ASSURANCE","reauthenticateIn":"PT99999999999999H"}}`} {
		f.Add(rule)
	}
	f.Fuzz(func(t *testing.T, rule string) {
		a, err := AccessOf(&Policy{}, &Rule{Actions: json.RawMessage(`{"appSignOn":` + rule + `}`)})
		if err != nil {
			return
		}
		now := time.Unix(1_800_000_000, 0)
		for _, p := range []Proofs{{Now: now}, {Now: now, PasswordAt: now, FactorAt: now, Kinds: Kinds}} {
			if step := a.Next(p, Kinds, nil); a.Deny && step.Step != StepRefused || step.Step == StepProve && len(step.Kinds) == 0 {
				t.Errorf("%s: %+v", rule, step)
			}
		}
	})
}
