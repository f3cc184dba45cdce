package policy

import (
	"fmt"
	"maps"
	"slices"
)

// Requirement is what an MFA_ENROLL policy says of a factor.
type Requirement string

const (
	NotAllowed Requirement = "NOT_ALLOWED"
	Optional   Requirement = "OPTIONAL"
	Required   Requirement = "REQUIRED"
)

// When people are asked to enrol.
const (
	EnrollAtLogin     = "LOGIN"
	EnrollAtChallenge = "CHALLENGE"
	EnrollNever       = "NEVER"
)

// FactorKind is a kind of factor, in the words of the factors API.
type FactorKind struct{ Type, Provider string }

// Kinds are the kinds of factor that policies speak of.
var Kinds = []FactorKind{
	{"question", "OKTA"},
	{"token:software:totp", "OKTA"},
	{"token:software:totp", "GOOGLE"},
	{"sms", "OKTA"},
	{"call", "OKTA"},
	{"email", "OKTA"},
	{"push", "OKTA"},
	{"token:hotp", "CUSTOM"},
	{"token:hardware", "YUBICO"},
	{"u2f", "FIDO"},
	{"webauthn", "FIDO"},
}

// AtSignIn tells whether people can enrol a kind of factor while they sign in, and sign in
// with it afterwards. Of WebAuthn that holds where the org has a name.
func (k FactorKind) AtSignIn() bool {
	switch k.Type {
	case "question", "token:software:totp", "sms", "call", "email", "webauthn":
		return true
	}
	return false
}

// Enrollment is what an MFA_ENROLL policy and its rule ask.
type Enrollment struct {
	factors map[FactorKind]Requirement
	// required are the kinds of each key that is REQUIRED.
	required [][]FactorKind
	// When is EnrollAtLogin, EnrollAtChallenge or EnrollNever.
	When string
}

// Of is what is asked of a kind of factor: NotAllowed where nothing is said.
func (e Enrollment) Of(k FactorKind) Requirement {
	if r := e.factors[k]; r != "" {
		return r
	}
	return NotAllowed
}

// Missing lists what is required and not held yet, in the order of the document or of
// its keys; each is fulfilled by any one of its kinds.
func (e Enrollment) Missing(held []FactorKind) (missing [][]FactorKind) {
	for _, kinds := range e.required {
		if !slices.ContainsFunc(kinds, func(k FactorKind) bool { return slices.Contains(held, k) }) {
			missing = append(missing, kinds)
		}
	}
	return missing
}

// factorKeys are the keys of settings.factors, authenticatorKeys of settings.authenticators
// (published; the mapping of the two is in the guide to upgrading enrollment policies).
// An authenticator can be several kinds. U2F stands with WebAuthn [assumed].
var (
	factorKeys = map[string][]FactorKind{
		"okta_question": {{"question", "OKTA"}},
		"okta_otp":      {{"token:software:totp", "OKTA"}},
		"google_otp":    {{"token:software:totp", "GOOGLE"}},
		"okta_sms":      {{"sms", "OKTA"}},
		"okta_call":     {{"call", "OKTA"}},
		"okta_email":    {{"email", "OKTA"}},
		"okta_push":     {{"push", "OKTA"}},
		"hotp":          {{"token:hotp", "CUSTOM"}},
		"yubikey_token": {{"token:hardware", "YUBICO"}},
		"fido_u2f":      {{"u2f", "FIDO"}},
		"fido_webauthn": {{"webauthn", "FIDO"}},
	}
	authenticatorKeys = map[string][]FactorKind{
		"security_question": {{"question", "OKTA"}},
		"okta_verify":       {{"token:software:totp", "OKTA"}, {"push", "OKTA"}},
		"google_otp":        {{"token:software:totp", "GOOGLE"}},
		"phone_number":      {{"sms", "OKTA"}, {"call", "OKTA"}},
		"okta_email":        {{"email", "OKTA"}},
		"custom_otp":        {{"token:hotp", "CUSTOM"}},
		"yubikey_token":     {{"token:hardware", "YUBICO"}},
		"webauthn":          {{"webauthn", "FIDO"}, {"u2f", "FIDO"}},
	}
)

// EnrollmentOf decodes the settings of an MFA_ENROLL policy, of factors or of
// authenticators, with the actions of its rule.
func EnrollmentOf(p *Policy, r *Rule) (Enrollment, error) {
	type asked struct {
		Enroll struct {
			Self Requirement `json:"self"`
		} `json:"enroll"`
	}
	var settings struct {
		Factors        map[string]asked `json:"factors"`
		Authenticators []struct {
			Key string `json:"key"`
			asked
		} `json:"authenticators"`
	}
	if err := decode(p.Settings, &settings); err != nil {
		return Enrollment{}, fmt.Errorf("policy %s: settings: %w", p.ID, err)
	}
	var actions struct {
		Enroll struct {
			Self string `json:"self"`
		} `json:"enroll"`
	}
	if err := decode(r.Actions, &actions); err != nil {
		return Enrollment{}, fmt.Errorf("rule %s: actions: %w", r.ID, err)
	}
	e := Enrollment{factors: map[FactorKind]Requirement{}, When: EnrollNever}
	if self := actions.Enroll.Self; self == EnrollAtLogin || self == EnrollAtChallenge {
		e.When = self
	}
	for _, key := range slices.Sorted(maps.Keys(settings.Factors)) {
		e.add(factorKeys[key], settings.Factors[key].Enroll.Self)
	}
	for _, a := range settings.Authenticators {
		e.add(authenticatorKeys[a.Key], a.Enroll.Self)
	}
	return e, nil
}

func (e *Enrollment) add(kinds []FactorKind, self Requirement) {
	for _, k := range kinds {
		e.factors[k] = self
	}
	if self == Required && len(kinds) > 0 {
		e.required = append(e.required, kinds)
	}
}
