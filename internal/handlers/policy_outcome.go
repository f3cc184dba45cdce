package handlers

import (
	"fmt"
	"regexp"
	"strconv"
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

// discoveryProvider is where a routing rule sends a sign-in.
type discoveryProvider struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

func providersOf(actions okta.Object) ([]discoveryProvider, error) {
	var in struct {
		Providers []discoveryProvider `json:"providers"`
	}
	if idp := actions.Object("idp"); !idp.IsZero() {
		if err := idp.Decode(&in); err != nil {
			return nil, badActions(err)
		}
	}
	return in.Providers, nil
}

// discoveryIDs are the identity providers that a routing rule names. What cannot be read
// names none here: where it is shown, that is said.
func discoveryIDs(actions okta.Object) (ids []string) {
	all, err := providersOf(actions)
	if err != nil {
		return nil
	}
	for _, p := range all {
		if p.ID != "" && p.Name == "" {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func (n policyNames) discoveryWords(r policyEntry) ([]string, string, error) {
	all, err := providersOf(r.Actions)
	if err != nil {
		return nil, "", err
	}
	var words []string
	elsewhere := false
	for _, p := range all {
		switch {
		case p.Type == "OKTA" && p.ID == "":
			words = append(words, "This org")
		case p.Name != "":
			words = append(words, p.Name)
		default:
			words = append(words, n.of(p.ID))
		}
		elsewhere = elsewhere || p.Type != "OKTA"
	}
	lines := []string{orWords(words)}
	if elsewhere {
		lines = append(lines, "Credentials are checked elsewhere: not judged here")
	}
	return lines, "", nil
}

// profileActions are what a rule of a profile enrollment policy does.
type profileActions struct {
	Access        string             `json:"access"`
	UnknownAction string             `json:"unknownUserAction"`
	Attributes    []profileAttribute `json:"profileAttributes"`
	Groups        []string           `json:"targetGroupIds"`
	Activation    struct {
		Email bool `json:"emailVerification"`
	} `json:"activationRequirements"`
}

// profileAttribute is what somebody who signs up fills in.
type profileAttribute struct {
	Name     string `json:"name"`
	Label    string `json:"label"`
	Required bool   `json:"required"`
}

func profileActionsOf(actions okta.Object) (a profileActions, err error) {
	if p := actions.Object("profileEnrollment"); !p.IsZero() {
		if err = p.Decode(&a); err != nil {
			err = badActions(err)
		}
	}
	return a, err
}

// profileGroups are the groups that who signs up joins.
func profileGroups(actions okta.Object) []string {
	a, err := profileActionsOf(actions)
	if err != nil {
		return nil
	}
	return a.Groups
}

func (n policyNames) profileWords(r policyEntry) ([]string, string, error) {
	a, err := profileActionsOf(r.Actions)
	if err != nil {
		return nil, "", err
	}
	if a.Access == "DENY" {
		return []string{"Nobody may sign up"}, "bad", nil
	}
	first := "People may sign up"
	if a.UnknownAction == "REGISTER" {
		first = "Unknown people are asked to sign up"
	}
	lines := []string{first}
	var labels []string
	for _, p := range a.Attributes {
		labels = append(labels, p.Label)
	}
	if len(labels) > 0 {
		lines = append(lines, "Filling in "+strings.Join(labels, ", "))
	}
	if a.Activation.Email {
		lines = append(lines, "The e-mail address is verified")
	}
	var groups []string
	for _, id := range a.Groups {
		groups = append(groups, "“"+n.of(id)+"”")
	}
	if len(groups) > 0 {
		lines = append(lines, "They join "+strings.Join(groups, ", "))
	}
	return lines, "", nil
}

// minuteWords writes minutes as people do: 480 is "8 h".
func minuteWords(n int) string {
	var parts []string
	for _, u := range []struct {
		minutes int
		name    string
	}{{24 * 60, "d"}, {60, "h"}, {1, "min"}} {
		if n >= u.minutes {
			parts = append(parts, strconv.Itoa(n/u.minutes)+" "+u.name)
			n %= u.minutes
		}
	}
	if len(parts) == 0 {
		return "0 min"
	}
	return strings.Join(parts, " ")
}

// isoPeriod is the part of ISO 8601 durations that the API uses: P1DT2H10M, PT0S.
var isoPeriod = regexp.MustCompile(`^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:0S)?)?$`)

// isoMinutes reads a duration of whole minutes.
func isoMinutes(iso string) (int, bool) {
	m := isoPeriod.FindStringSubmatch(iso)
	if m == nil || iso == "P" || strings.HasSuffix(iso, "T") {
		return 0, false
	}
	total := 0
	for i, size := range []int{24 * 60, 60, 1} {
		n, err := strconv.Atoi("0" + m[i+1])
		if err != nil {
			return 0, false
		}
		total += n * size
	}
	return total, true
}

func isoWords(iso string) string {
	if n, ok := isoMinutes(iso); ok {
		return minuteWords(n)
	}
	return iso
}
