package handlers

import (
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
)

// chosen are ids that are meant and ids that are not.
type chosen struct {
	Include []string `json:"include"`
	Exclude []string `json:"exclude"`
}

// policyConditions are the conditions that have words and controls of their own.
type policyConditions struct {
	People struct {
		Users  chosen `json:"users"`
		Groups chosen `json:"groups"`
	} `json:"people"`
	Network struct {
		chosen
		Connection string `json:"connection"`
	} `json:"network"`
	AuthContext struct {
		Type string `json:"authType"`
	} `json:"authContext"`
	IdentityProvider struct {
		Provider string   `json:"provider"`
		IDs      []string `json:"idpIds"`
	} `json:"identityProvider"`
	RiskScore struct {
		Level   string `json:"level"`
		Minimum string `json:"minRiskLevel"`
	} `json:"riskScore"`
	Risk struct {
		Behaviors []string `json:"behaviors"`
	} `json:"risk"`
	App struct {
		Include []appRef `json:"include"`
		Exclude []appRef `json:"exclude"`
	} `json:"app"`
	Platform struct {
		Include []platformRef `json:"include"`
		Exclude []platformRef `json:"exclude"`
	} `json:"platform"`
	Device struct {
		Registered *bool  `json:"registered"`
		Managed    *bool  `json:"managed"`
		Assurance  chosen `json:"assurance"`
	} `json:"device"`
	UserType       chosen `json:"userType"`
	UserIdentifier struct {
		Type      string        `json:"type"`
		Attribute string        `json:"attribute"`
		Patterns  []userPattern `json:"patterns"`
	} `json:"userIdentifier"`
	AuthProvider struct {
		Provider string   `json:"provider"`
		Include  []string `json:"include"`
	} `json:"authProvider"`
	Expression struct {
		Condition string `json:"condition"`
	} `json:"elCondition"`
}

// appRef is one app by id, or all of a kind by name.
type appRef struct {
	Type string `json:"type"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// platformRef is a kind of device and its operating system.
type platformRef struct {
	Type string `json:"type"`
	OS   struct {
		Type       string `json:"type"`
		Expression string `json:"expression"`
	} `json:"os"`
}

// userPattern is what a user identifier is compared with.
type userPattern struct {
	MatchType string `json:"matchType"`
	Value     string `json:"value"`
}

// conditionNames are the members of a conditions object that policyConditions reads.
var conditionNames = []string{
	"people", "network", "authContext", "identityProvider", "riskScore", "risk", "app", "platform", "device",
	"userType", "userIdentifier", "authProvider", "elCondition",
}

func conditionsOf(doc okta.Object) (policyConditions, error) {
	var c policyConditions
	if doc.IsZero() {
		return c, nil
	}
	if err := doc.Decode(&c); err != nil {
		return c, fmt.Errorf("%w: the conditions of a policy: %w", okta.ErrBadAnswer, err)
	}
	return c, nil
}

// otherConditions are members of a conditions object that have neither words nor controls here.
func otherConditions(doc okta.Object) []string {
	var names []string
	for _, name := range doc.Keys() {
		if text := string(doc.Get(name)); !slices.Contains(conditionNames, name) && text != "null" && text != "{}" {
			names = append(names, name)
		}
	}
	return names
}

const (
	allZones = "ALL_ZONES"
	anything = "ANY"
)

// terms are the conditions in words, in the order in which they are judged. None: anyone.
func (n policyNames) terms(doc okta.Object) ([]pages.Term, error) {
	c, err := conditionsOf(doc)
	if err != nil {
		return nil, err
	}
	var out []pages.Term
	list := func(one, many string, ids []string, area string) {
		if len(ids) > 0 {
			out = append(out, n.term(one, many, ids, area))
		}
	}
	say := func(on bool, format string, args ...any) {
		if on {
			out = append(out, pages.Term{Before: fmt.Sprintf(format, args...)})
		}
	}
	list("group", "group", c.People.Groups.Include, "/groups/")
	list("person", "person", c.People.Users.Include, "/people/")
	list("not in group", "not in group", c.People.Groups.Exclude, "/groups/")
	list("except", "except", c.People.Users.Exclude, "/people/")
	list("user type", "user type", c.UserType.Include, "")
	list("not user type", "not user type", c.UserType.Exclude, "")
	if p := c.AuthProvider.Provider; p != "" && p != anything && p != "OKTA" {
		say(true, "passwords of %s", holderWords(p))
	}
	if c.Network.Connection == "ZONE" {
		say(slices.Contains(c.Network.Include, allZones), "network in any zone")
		say(slices.Contains(c.Network.Exclude, allZones), "network in no zone")
		list("network in zone", "network in zone", withoutID(c.Network.Include, allZones), zonesArea)
		list("network not in zone", "network not in zone", withoutID(c.Network.Exclude, allZones), zonesArea)
		say(len(c.Network.Include)+len(c.Network.Exclude) == 0, "network in a zone, and none is named")
	} else {
		say(c.Network.Connection != "" && c.Network.Connection != "ANYWHERE", "network %s", c.Network.Connection)
	}
	say(c.AuthContext.Type != "" && c.AuthContext.Type != anything, "signs in over %s", authTypeWords(c.AuthContext.Type))
	switch c.IdentityProvider.Provider {
	case "", anything:
	case "SPECIFIC_IDP":
		list("identity provider", "identity provider", c.IdentityProvider.IDs, "")
	default:
		say(true, "identity provider %s", holderWords(c.IdentityProvider.Provider))
	}
	say(c.RiskScore.Level != "" && c.RiskScore.Level != anything, "risk %s", strings.ToLower(c.RiskScore.Level))
	say(c.RiskScore.Minimum != "", "risk %s or more", strings.ToLower(c.RiskScore.Minimum))
	list("behavior", "behavior", c.Risk.Behaviors, "")
	list("app", "app", appIDs(c.App.Include), "")
	list("not app", "not app", appIDs(c.App.Exclude), "")
	say(len(c.Platform.Include) > 0, "on %s", platformWords(c.Platform.Include))
	say(len(c.Platform.Exclude) > 0, "not on %s", platformWords(c.Platform.Exclude))
	if r := c.Device.Registered; r != nil {
		say(true, "device %s", choose(*r, "registered", "not registered"))
	}
	if m := c.Device.Managed; m != nil {
		say(true, "device %s", choose(*m, "managed", "not managed"))
	}
	list("device assurance", "device assurance", c.Device.Assurance.Include, "")
	if len(c.UserIdentifier.Patterns) > 0 {
		say(true, "%s", identifierWords(c.UserIdentifier.Type, c.UserIdentifier.Attribute, c.UserIdentifier.Patterns))
	}
	say(c.Expression.Condition != "", "expression %s", c.Expression.Condition)
	for _, name := range otherConditions(doc) {
		say(true, "condition %s, see JSON", name)
	}
	return out, nil
}

func choose(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func withoutID(ids []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(v string) bool { return v == id })
}

func appIDs(refs []appRef) []string {
	ids := make([]string, len(refs))
	for i, r := range refs {
		if ids[i] = r.ID; r.ID == "" {
			ids[i] = r.Name
		}
	}
	return ids
}

// holderWords names who holds credentials.
func holderWords(p string) string {
	switch p {
	case "OKTA":
		return "this org"
	case "ACTIVE_DIRECTORY":
		return "Active Directory"
	}
	return p
}

func authTypeWords(t string) string {
	if t == "LDAP_INTERFACE" {
		return "the LDAP interface"
	}
	return t
}

// osNames are the operating systems of a platform condition.
var osNames = []struct{ kind, os, label string }{
	{"MOBILE", "IOS", "iOS"},
	{"MOBILE", "ANDROID", "Android"},
	{"MOBILE", "OTHER", "Other mobile"},
	{"DESKTOP", "WINDOWS", "Windows"},
	{"DESKTOP", "MACOS", "macOS"},
	{"DESKTOP", "LINUX", "Linux"},
	{"DESKTOP", "CHROMEOS", "ChromeOS"},
	{"DESKTOP", "OTHER", "Other desktop"},
}

func platformWords(refs []platformRef) string {
	var words []string
	for _, r := range refs {
		w := strings.TrimSpace(sentenceWords(r.Type) + " " + r.OS.Type)
		for _, o := range osNames {
			if o.kind == r.Type && (o.os == r.OS.Type || o.os == "MACOS" && r.OS.Type == "OSX") {
				w = o.label
			}
		}
		if r.OS.Expression != "" {
			w += " " + r.OS.Expression
		}
		words = append(words, w)
	}
	return orWords(words)
}

// sentenceWords writes a word of the API as people do: "Not allowed".
func sentenceWords(word string) string { return roleWords(word) }

// orWords joins alternatives: "a, b or c".
func orWords(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

var matchWords = []struct{ key, label string }{
	{"SUFFIX", "ends with"},
	{"STARTS_WITH", "begins with"},
	{"CONTAINS", "contains"},
	{"EQUALS", "is"},
	{"EXPRESSION", "fits the pattern"},
}

func identifierWords(kind, attribute string, patterns []userPattern) string {
	of := "user name"
	if kind == "ATTRIBUTE" {
		of = "user." + attribute
	}
	words := make([]string, len(patterns))
	for i, p := range patterns {
		match := p.MatchType
		for _, m := range matchWords {
			if m.key == p.MatchType {
				match = m.label
			}
		}
		words[i] = match + " “" + p.Value + "”"
	}
	return of + " " + orWords(words)
}
