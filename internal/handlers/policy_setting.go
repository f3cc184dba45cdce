package handlers

import (
	"fmt"
	"strconv"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
	pages "gatehouse/web/templates/policy"
)

// settingsOf are the settings of a policy in words; none for a type that has none.
func settingsOf(p policyEntry) ([]pages.Fact, error) {
	switch p.Type {
	case policy.TypePassword:
		return passwordFacts(p)
	case policy.TypeEnroll:
		return enrollFacts(p)
	}
	return nil, nil
}

func passwordFacts(p policyEntry) ([]pages.Fact, error) {
	s, err := policy.PasswordOf(&policy.Policy{ID: p.ID, Settings: p.Settings.Bytes()}, &policy.Rule{})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", okta.ErrBadAnswer, err)
	}
	facts := []pages.Fact{
		{Label: "Complexity", Text: complexityWords(s.Complexity)},
		{Label: "Age", Text: ageWords(s.Age)},
		{Label: "Lockout", Text: lockoutWords(s.Lockout)},
	}
	var ways []string
	if s.Recovery.Email {
		ways = append(ways, "e-mail, link good for "+minuteWords(s.Recovery.TokenMinutes))
	}
	if s.Recovery.Question {
		ways = append(ways, "question, answer of "+strconv.Itoa(s.Recovery.AnswerLength)+" characters or more")
	}
	for _, f := range []struct{ key, words string }{{"okta_sms", "SMS"}, {"okta_call", "voice call"}} {
		if p.Settings.Text("recovery", "factors", f.key, "status") == "ACTIVE" {
			ways = append(ways, f.words)
		}
	}
	if len(ways) == 0 {
		ways = []string{"none"}
	}
	return append(facts, pages.Fact{Label: "Recovery", Text: strings.Join(ways, "; ")}), nil
}

func complexityWords(c policy.Complexity) string {
	parts := []string{strconv.Itoa(c.MinLength) + " characters or more"}
	for _, x := range []struct {
		n    int
		name string
	}{{c.MinLower, "lower case"}, {c.MinUpper, "upper case"}, {c.MinNumber, "digit"}, {c.MinSymbol, "symbol"}} {
		if x.n > 0 {
			parts = append(parts, strconv.Itoa(x.n)+" "+x.name)
		}
	}
	var without []string
	if c.ExcludeUsername {
		without = append(without, "user name")
	}
	for _, a := range c.ExcludeAttributes {
		without = append(without, nameAttributes[a])
	}
	if c.Dictionary.Common.Exclude {
		without = append(without, "common passwords")
	}
	if len(without) > 0 {
		parts = append(parts, "without "+strings.Join(without, ", "))
	}
	return strings.Join(parts, ", ")
}

// nameAttributes are what a password must not hold, by attribute.
var nameAttributes = map[string]string{"firstName": "first name", "lastName": "last name"}

func ageWords(a policy.Age) string {
	var parts []string
	if a.MaxDays > 0 {
		parts = append(parts, "expires after "+strconv.Itoa(a.MaxDays)+" d")
		if a.WarnDays > 0 {
			parts = append(parts, "warns "+strconv.Itoa(a.WarnDays)+" d before")
		}
	} else {
		parts = append(parts, "never expires")
	}
	if a.MinMinutes > 0 {
		parts = append(parts, "kept for "+minuteWords(a.MinMinutes)+" at least")
	}
	if a.History > 0 {
		parts = append(parts, "not one of the last "+strconv.Itoa(a.History))
	}
	return strings.Join(parts, ", ")
}

func lockoutWords(l policy.Lockout) string {
	if l.MaxAttempts == 0 {
		return "never locks"
	}
	w := "after " + strconv.Itoa(l.MaxAttempts) + " wrong passwords"
	if l.AutoUnlockMinutes > 0 {
		w += ", unlocks after " + minuteWords(l.AutoUnlockMinutes)
	} else {
		w += ", until an admin unlocks"
	}
	if l.Show {
		w += ", said at the sign-in"
	}
	if len(l.Channels) > 0 {
		w += ", people are told by e-mail"
	}
	return w
}

// factorNames are the keys of enrollment settings: of authenticators, and of factors in older orgs.
var factorNames = map[string]string{
	"okta_password": "Password", "okta_verify": "Okta Verify", "google_otp": "Google Authenticator", "phone_number": "Phone", "okta_email": "E-mail",
	"security_question": "Security question", "webauthn": "Security key or passkey", "yubikey_token": "YubiKey OTP", "custom_otp": "Custom OTP",
	"custom_app": "Custom app", "duo": "Duo", "external_idp": "Identity provider", "onprem_mfa": "On-prem MFA", "rsa_token": "RSA SecurID", "symantec_vip": "Symantec VIP",
	"okta_question": "Security question", "okta_otp": "Okta Verify", "okta_sms": "SMS", "okta_call": "Voice call", "okta_push": "Okta Verify push",
	"hotp": "Custom OTP", "fido_u2f": "Security key (U2F)", "fido_webauthn": "Security key or passkey",
}

func factorName(key string) string {
	if n := factorNames[key]; n != "" {
		return n
	}
	return key
}

// requirements are what a policy says of a factor.
var requirements = []struct{ key, label string }{{"REQUIRED", "Required"}, {"OPTIONAL", "Optional"}, {"NOT_ALLOWED", "Not allowed"}}

// askedFactor is what the settings say of one factor.
type askedFactor struct{ key, self string }

// factorsOf reads what enrollment settings say: of authenticators, or of factors in older
// orgs, in the order of the document.
func factorsOf(settings okta.Object) (asked []askedFactor, older bool, err error) {
	if f := settings.Object("factors"); !f.IsZero() {
		for _, key := range f.Keys() {
			asked = append(asked, askedFactor{key, f.Text(key, "enroll", "self")})
		}
		return asked, true, nil
	}
	var in struct {
		Authenticators []struct {
			Key    string `json:"key"`
			Enroll struct {
				Self string `json:"self"`
			} `json:"enroll"`
		} `json:"authenticators"`
	}
	if settings.IsZero() {
		return nil, false, nil
	}
	if err := settings.Decode(&in); err != nil {
		return nil, false, fmt.Errorf("%w: the settings of a policy: %w", okta.ErrBadAnswer, err)
	}
	for _, a := range in.Authenticators {
		asked = append(asked, askedFactor{a.Key, a.Enroll.Self})
	}
	return asked, false, nil
}

func enrollFacts(p policyEntry) ([]pages.Fact, error) {
	asked, _, err := factorsOf(p.Settings)
	if err != nil {
		return nil, err
	}
	var facts []pages.Fact
	for _, r := range requirements {
		var names []string
		for _, a := range asked {
			if a.self == r.key {
				names = append(names, factorName(a.key))
			}
		}
		if len(names) > 0 {
			facts = append(facts, pages.Fact{Label: r.label, Text: strings.Join(names, ", ")})
		}
	}
	if len(facts) == 0 {
		facts = []pages.Fact{{Label: "Factors", Text: "None may be set up"}}
	}
	return facts, nil
}
