package handlers

import (
	"fmt"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// outcome is what a rule does, in words: the first line says the most. kind is the pill's
// colour: bad for a refusal.
func (n policyNames) outcome(t policyType, r policyEntry) (lines []string, kind string, err error) {
	switch t.key {
	case policy.TypeSignOn:
		return signOnWords(r)
	case policy.TypeAccess:
		return accessWords(r)
	case policy.TypePassword:
		return passwordRuleWords(r), "", nil
	case policy.TypeEnroll:
		return []string{enrollWords(r.Actions.Text("enroll", "self"))}, "", nil
	case typeDiscovery:
		return n.discoveryWords(r)
	case typeProfile:
		return n.profileWords(r)
	}
	return []string{"See JSON"}, "", nil
}

func badActions(err error) error {
	return fmt.Errorf("%w: the actions of a rule: %w", okta.ErrBadAnswer, err)
}

// signOnActions are what a rule of a global session policy does.
type signOnActions struct {
	Access         string `json:"access"`
	RequireFactor  bool   `json:"requireFactor"`
	PrimaryFactor  string `json:"primaryFactor"`
	PromptMode     string `json:"factorPromptMode"`
	FactorLifetime int    `json:"factorLifetime"`
	Remember       bool   `json:"rememberDeviceByDefault"`
	Session        struct {
		Idle       int  `json:"maxSessionIdleMinutes"`
		Life       int  `json:"maxSessionLifetimeMinutes"`
		Persistent bool `json:"usePersistentCookie"`
	} `json:"session"`
}

func signOnActionsOf(r policyEntry) (a signOnActions, err error) {
	if s := r.Actions.Object("signon"); !s.IsZero() {
		if err = s.Decode(&a); err != nil {
			err = badActions(err)
		}
	}
	return a, err
}

func signOnWords(r policyEntry) ([]string, string, error) {
	a, err := signOnActionsOf(r)
	if err != nil {
		return nil, "", err
	}
	if a.Access == "DENY" {
		return []string{"Deny"}, "bad", nil
	}
	first := "Password"
	switch {
	case a.RequireFactor && a.PromptMode == "DEVICE":
		first = "Password + factor, once per device"
	case a.RequireFactor && a.PromptMode == "SESSION":
		first = "Password + factor, again after " + minuteWords(a.FactorLifetime)
	case a.RequireFactor:
		first = "Password + factor, every time"
	case r.System:
		first = "Password, and a factor of who holds one"
	}
	session := "Session ends after " + minuteWords(a.Session.Life)
	if a.Session.Life == 0 {
		session = "Session without an end"
	}
	if a.Session.Idle > 0 {
		session += ", idle after " + minuteWords(a.Session.Idle)
	}
	if a.Session.Persistent {
		session += ", outlives the browser"
	}
	return []string{first, session}, "", nil
}

// accessActions are what a rule of an app sign-on policy does.
type accessActions struct {
	Access string `json:"access"`
	Method struct {
		Type        string             `json:"type"`
		FactorMode  string             `json:"factorMode"`
		Again       string             `json:"reauthenticateIn"`
		Inactivity  string             `json:"inactivityPeriod"`
		Constraints []accessConstraint `json:"constraints"`
	} `json:"verificationMethod"`
}

// accessConstraint is one of the ways that are enough.
type accessConstraint struct {
	Knowledge *struct {
		Types []string `json:"types"`
		Again string   `json:"reauthenticateIn"`
	} `json:"knowledge"`
	Possession *struct {
		DeviceBound        string `json:"deviceBound"`
		HardwareProtection string `json:"hardwareProtection"`
		PhishingResistant  string `json:"phishingResistant"`
		UserPresence       string `json:"userPresence"`
		UserVerification   string `json:"userVerification"`
	} `json:"possession"`
}

func accessActionsOf(r policyEntry) (a accessActions, err error) {
	if s := r.Actions.Object("appSignOn"); !s.IsZero() {
		if err = s.Decode(&a); err != nil {
			err = badActions(err)
		}
	}
	return a, err
}

func accessWords(r policyEntry) ([]string, string, error) {
	a, err := accessActionsOf(r)
	if err != nil {
		return nil, "", err
	}
	if a.Access == "DENY" {
		return []string{"Deny"}, "bad", nil
	}
	if a.Method.Type == "AUTH_METHOD_CHAIN" {
		return []string{"A chain of authentication methods", "See JSON"}, "", nil
	}
	first := "Any one factor"
	if a.Method.FactorMode == "2FA" {
		first = "Any two factors"
	}
	var ways []string
	for _, c := range a.Method.Constraints {
		ways = append(ways, c.words(a.Method.FactorMode))
	}
	if len(ways) > 0 {
		first = strings.ToUpper(ways[0][:1]) + ways[0][1:]
		if len(ways) > 1 {
			first += ", or " + orWords(ways[1:])
		}
	}
	if w := againWords(a.Method.Again); w != "" {
		first += ", " + w
	}
	lines := []string{first}
	if a.Method.Inactivity != "" {
		lines = append(lines, "Again after "+isoWords(a.Method.Inactivity)+" of inactivity")
	}
	return lines, "", nil
}

// words are one way that is enough.
func (c accessConstraint) words(mode string) string {
	var with []string
	if p := c.Possession; p != nil {
		for _, x := range []struct{ value, words string }{
			{p.PhishingResistant, "phishing-resistant"}, {p.HardwareProtection, "hardware-protected"}, {p.DeviceBound, "device-bound"},
		} {
			if x.value == "REQUIRED" {
				with = append(with, x.words)
			}
		}
	}
	factor := "another factor"
	if len(with) > 0 {
		factor = strings.Join(with, ", ") + " factor"
	}
	switch {
	case c.Knowledge != nil && c.Possession != nil:
		return "password + " + strings.Replace(factor, "another factor", "any factor", 1)
	case c.Knowledge != nil && mode == "2FA":
		return "password + any factor"
	case c.Knowledge != nil:
		return "password"
	case mode == "2FA" && len(with) > 0:
		return "two factors, one " + strings.Join(with, ", ")
	case mode == "2FA":
		return "two factors"
	case len(with) > 0:
		return strings.Join(with, ", ") + " factor"
	}
	return "any factor but a password"
}

// againWords say how often people prove themselves.
func againWords(iso string) string {
	switch d, ok := isoMinutes(iso); {
	case iso == "":
		return ""
	case ok && d == 0:
		return "every time"
	case ok && d >= neverMinutes:
		return "once a session"
	}
	return "every " + isoWords(iso)
}

// neverMinutes is PT43800H, five years: how the cloud writes "never again in this session" ("recorded").
const neverMinutes = 43800 * 60

func passwordRuleWords(r policyEntry) []string {
	var may, not []string
	for _, a := range passwordActions {
		if r.Actions.Text(a.key, "access") == "ALLOW" {
			may = append(may, a.words)
		} else {
			not = append(not, a.words)
		}
	}
	if len(may) == 0 {
		return []string{"People can do nothing themselves"}
	}
	lines := []string{"May " + strings.Join(may, ", ")}
	if len(not) > 0 {
		lines = append(lines, "Not "+strings.Join(not, ", "))
	}
	return lines
}

// passwordActions are what people may do themselves.
var passwordActions = []struct{ key, words, label, help string }{
	{"passwordChange", "change", "Change their password", "Knowing the current one"},
	{"selfServicePasswordReset", "reset", "Reset a forgotten password", "By the ways of recovery that the policy opens"},
	{"selfServiceUnlock", "unlock", "Unlock a locked account", "By the ways of recovery that the policy opens"},
}

// enrollModes are when people are asked to set up factors.
var enrollModes = []struct{ key, words string }{
	{"CHALLENGE", "The first time a factor is asked for"},
	{"LOGIN", "At the next sign-in"},
	{"NEVER", "Never"},
	{"NEVER_INCLUDING_RECOVERY", "Never, nor in recovery"},
}

func enrollWords(self string) string {
	for _, m := range enrollModes {
		if m.key == self {
			return m.words
		}
	}
	return self
}
