package policy

import (
	"slices"
	"strings"
	"time"
)

// verification is the verificationMethod of a rule (published; shapes "recorded").
type verification struct {
	Type           string       `json:"type"`
	Mode           string       `json:"factorMode"`
	Reauthenticate string       `json:"reauthenticateIn"`
	Inactivity     string       `json:"inactivityPeriod"`
	Constraints    []constraint `json:"constraints"`
	Chains         []chain      `json:"chains"`
}

// constraint restricts the factors; of several one has to be met.
type constraint struct {
	Knowledge  *factorConstraint `json:"knowledge"`
	Possession *factorConstraint `json:"possession"`
}

type factorConstraint struct {
	Required       *bool    `json:"required"`
	Types          []string `json:"types"`
	Methods        []string `json:"methods"`
	Allowed        []method `json:"authenticationMethods"`
	Excluded       []method `json:"excludedAuthenticationMethods"`
	Reauthenticate string   `json:"reauthenticateIn"`
	DeviceBound    string   `json:"deviceBound"`
	Hardware       string   `json:"hardwareProtection"`
	Phishing       string   `json:"phishingResistant"`
	Verification   string   `json:"userVerification"`
}

// method names an authenticator and, where that has several, how it is used.
type method struct {
	Key          string `json:"key"`
	Method       string `json:"method"`
	Verification string `json:"userVerification"`
}

// chain is a step of an authentication method chain, and those that follow it.
type chain struct {
	Methods        []method `json:"authenticationMethods"`
	Next           []chain  `json:"next"`
	Reauthenticate string   `json:"reauthenticateIn"`
}

// maxSteps bounds the steps of a chain: three are allowed (published).
const maxSteps = 10

// trait is what is known of a kind of factor. Device-bound are all but those by phone and
// email; phishing resistant are security keys (administrator's help).
type trait struct {
	kind                    FactorKind
	key, method, category   string
	knowledge, bound, proof bool
}

var traits = []trait{
	{FactorKind{"question", "OKTA"}, "security_question", "security_question", "security_question", true, false, false},
	{FactorKind{"token:software:totp", "OKTA"}, "okta_verify", "totp", "app", false, true, false},
	{FactorKind{"push", "OKTA"}, "okta_verify", "push", "app", false, true, false},
	{FactorKind{"token:software:totp", "GOOGLE"}, "google_otp", "otp", "app", false, true, false},
	{FactorKind{"sms", "OKTA"}, "phone_number", "sms", "phone", false, false, false},
	{FactorKind{"call", "OKTA"}, "phone_number", "voice", "phone", false, false, false},
	{FactorKind{"email", "OKTA"}, "okta_email", "email", "email", false, false, false},
	{FactorKind{"token:hotp", "CUSTOM"}, "custom_otp", "otp", "security_key", false, true, false},
	{FactorKind{"token:hardware", "YUBICO"}, "yubikey_token", "otp", "security_key", false, true, false},
	{FactorKind{"u2f", "FIDO"}, "webauthn", "webauthn", "security_key", false, true, true},
	{FactorKind{"webauthn", "FIDO"}, "webauthn", "webauthn", "security_key", false, true, true},
}

// passwordTrait is the password's: no kind of factor.
var passwordTrait = trait{key: "okta_password", method: "password", category: "password", knowledge: true}

// named tells whether a method means this kind. One without a method means all of its authenticator.
func (m method) named(t trait) bool {
	how := strings.ToLower(m.Method)
	return m.Key == t.key && (how == "" || how == t.method || how == "otp" && t.method == "totp")
}

const required = "REQUIRED"

// allows tells whether a constraint lets a kind be used.
func (c factorConstraint) allows(t trait) bool {
	is := func(m method) bool { return m.named(t) }
	has := func(list []string, word string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, word) })
	}
	switch {
	case c.DeviceBound == required && !t.bound, c.Phishing == required && !t.proof:
		return false
	case len(c.Types) > 0 && !has(c.Types, t.category):
		return false
	case len(c.Methods) > 0 && !has(c.Methods, t.method) && !(t.method == "totp" && has(c.Methods, "otp")):
		return false
	case len(c.Allowed) > 0 && !slices.ContainsFunc(c.Allowed, is):
		return false
	}
	return !slices.ContainsFunc(c.Excluded, is)
}

// unknown says what of a constraint cannot be judged here.
func (c *factorConstraint) unknown() (why []string) {
	if c == nil {
		return nil
	}
	if c.Hardware == required {
		why = append(why, "hardware protection of keys is not known")
	}
	if c.Verification == required {
		why = append(why, "whether a factor verified its user is not known")
	}
	return why
}

// need is the proof that a constraint asks for.
func (c *factorConstraint) need(name string, knowledge bool, within time.Duration) (Need, error) {
	n := Need{Name: name, Within: within}
	if c == nil {
		c = &factorConstraint{}
	}
	var err error
	if n.Within, err = parseAge(c.Reauthenticate, within); err != nil {
		return n, err
	}
	n.Password = knowledge && c.allows(passwordTrait)
	for _, t := range traits {
		if t.knowledge == knowledge && c.allows(t) {
			n.Kinds = append(n.Kinds, t.kind)
		}
	}
	return n, nil
}

func (c *factorConstraint) asked() bool { return c != nil && (c.Required == nil || *c.Required) }

// assurance are the ways of a number of factors with constraints. Two factors are of two
// types: what is known and what is had.
func (m verification) assurance(within time.Duration) ([]Way, error) {
	constraints := m.Constraints
	if len(constraints) == 0 {
		constraints = []constraint{{}}
	}
	two := m.Mode != "1FA"
	ways := make([]Way, len(constraints))
	for i, c := range constraints {
		knowledge, err := c.Knowledge.need("a password", true, within)
		if err != nil {
			return nil, err
		}
		possession, err := c.Possession.need("a possession factor", false, within)
		if err != nil {
			return nil, err
		}
		w := &ways[i]
		if two || c.Knowledge.asked() {
			w.Needs, w.Unknown = append(w.Needs, knowledge), append(w.Unknown, c.Knowledge.unknown()...)
		}
		if two || c.Possession.asked() {
			w.Needs, w.Unknown = append(w.Needs, possession), append(w.Unknown, c.Possession.unknown()...)
		}
		if len(w.Needs) == 0 {
			w.Needs = []Need{{Name: "a factor", Password: true, Kinds: Kinds, Within: within}}
		}
	}
	return ways, nil
}

// chains are the ways of authentication method chains: each step is a proof.
func (m verification) chains(within time.Duration) ([]Way, error) {
	var ways []Way
	for _, c := range m.Chains {
		var w Way
		for at, n := &c, 0; at != nil && n < maxSteps; n++ {
			need, unjudged, err := at.step(within)
			if err != nil {
				return nil, err
			}
			if !need.Password && len(need.Kinds) == 0 {
				w.Unknown = append(w.Unknown, unjudged...)
			}
			w.Needs = append(w.Needs, need)
			if len(at.Next) == 0 {
				break
			}
			at = &at.Next[0] // published: one follows
		}
		ways = append(ways, w)
	}
	if len(ways) == 0 {
		ways = []Way{{Unknown: []string{"the chain of methods is empty"}}}
	}
	return ways, nil
}

func (c chain) step(within time.Duration) (n Need, unjudged []string, err error) {
	var names []string
	if n.Within, err = parseAge(c.Reauthenticate, within); err != nil {
		return n, nil, err
	}
	for _, m := range c.Methods {
		names = append(names, strings.TrimSpace(m.Key+" "+m.Method))
		if m.Verification == required {
			unjudged = append(unjudged, "whether "+m.Key+" verified its user is not known")
			continue
		}
		known := m.named(passwordTrait)
		n.Password = n.Password || known
		for _, t := range traits {
			if m.named(t) {
				n.Kinds, known = append(n.Kinds, t.kind), true
			}
		}
		if !known {
			unjudged = append(unjudged, m.Key+" "+m.Method+" is not evaluated")
		}
	}
	n.Name = strings.Join(names, " or ")
	return n, unjudged, nil
}
