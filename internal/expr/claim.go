package expr

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Claim is a parsed expression of a claim. It may be shared.
type Claim struct{ rule *Rule }

// ClaimObjects are the objects whose attributes a claim's expression reads, each with an
// example: what an editor offers.
var ClaimObjects = []struct{ Name, Example, Meaning string }{
	{"user", "user.department", "the person's profile"},
	{"appuser", "appuser.userName", "the person's profile in the app; null where a client acts for itself"},
	{"app", "app.clientId", "the app; app.profile. leads to its profile"},
	{"access", "access.scope", "the scopes that were granted, a list"},
	{"org", "org.name", "the org: name and subDomain"},
	{"session", "session.amr", "how the person signed in, a list"},
}

var claimDialect = &dialect{
	functions: claimFunctions(), where: "claims", whole: true,
	object: func(name string) bool {
		for _, o := range ClaimObjects {
			if o.Name == name {
				return true
			}
		}
		return false
	},
	offers:           "write user., appuser., app., access., org. or session. and the attribute's name, or a text in double quotes",
	functionsOffered: "use a function of String, Arrays, Groups, Convert or Time, or isMemberOfGroup and its kin",
}

// ClaimFunctions lists the functions of claims by name, sorted.
func ClaimFunctions() []string { return slices.Sorted(maps.Keys(claimDialect.functions)) }

// ParseClaim reads an expression of a claim: values, attributes, calls, and what ParseRule
// joins them with; any value will do. Every fault is an *Error.
func ParseClaim(text string) (*Claim, error) {
	rule, err := parseExpression(text, claimDialect)
	if err != nil {
		return nil, err
	}
	return &Claim{rule}, nil
}

// Asks tells whether the expression reads an object, or an attribute of it: "appuser".
func (c *Claim) Asks(object string) bool { return slices.Contains(c.rule.objects, object) }

// AsksGroups tells whether the expression asks for the person's groups.
func (c *Claim) AsksGroups() bool { return c.rule.groups }

// Context is what a claim's expression reads.
type Context struct {
	// Attr gives what a name stands for: "user.department", "appuser.userName",
	// "app.profile.label", "access.scope". nil where there is none, else a string, a float64, a
	// bool or a []any of these. For an object alone ("appuser") it is nil or not.
	Attr func(name string) any
	// Internal gives what user.getInternalProperty names: "id" or "status".
	Internal func(name string) string
	// Groups are those of the person.
	Groups []Group
	Now    time.Time
}

// Group is a group of a person. Type is OKTA_GROUP, APP_GROUP or BUILT_IN.
type Group struct{ ID, Name, Type string }

// ClaimValue is what an expression gives.
type ClaimValue struct {
	// Value is nil, a string, a float64, a bool or a []any of these.
	Value any
	// Err is an *Error where the expression could not be evaluated.
	Err error
	// Reads are the attributes and questions with what they gave, in order.
	Reads []Read
}

// Evaluate gives the claim's value. It ends after at most MaxRuleNodes steps.
func (c *Claim) Evaluate(x Context) ClaimValue {
	e := &ruleRun{rule: c.rule, claim: &x, attr: x.Attr, inClause: true}
	e.person = Person{Internal: x.Internal, InGroup: func(t GroupTest) (bool, error) { return slices.ContainsFunc(x.Groups, t.of), nil }}
	v, err := e.value(c.rule.root)
	out := ClaimValue{Value: v, Err: err, Reads: e.reads}
	if err == nil && !plain(v) {
		out.Value, out.Err = nil, e.fault(c.rule.root, "the value is an object, or a number without bounds", "name one of its attributes")
	}
	return out
}

// wholeObject is the value of an object that stands alone: it can be compared with null.
type wholeObject struct{}

// plain tells whether a value can stand in a token.
func plain(v any) bool {
	switch v := v.(type) {
	case float64:
		return !math.IsInf(v, 0) && !math.IsNaN(v)
	case wholeObject:
		return false
	case []any:
		return !slices.ContainsFunc(v, func(element any) bool { return !plain(element) })
	}
	return true
}

// of tells whether the test describes a group.
func (t GroupTest) of(g Group) bool {
	if t.By == ByID {
		return slices.Contains(t.Values, g.ID)
	}
	return t.Matches(g.Name)
}

// claimFunctions are the functions of rules, with those that only claims have.
func claimFunctions() map[string]*ruleFunction {
	all := maps.Clone(ruleFunctions)
	maps.Copy(all, map[string]*ruleFunction{
		"Arrays.flatten":         restFunction(listKind, flattenTexts, anyKind),
		"Groups.startsWith":      groupList(strings.HasPrefix),
		"Groups.contains":        groupList(strings.Contains),
		"Groups.endsWith":        groupList(strings.HasSuffix),
		"getFilteredGroups":      {takes: []ruleKind{listKind, textKind, numberKind}, result: listKind, ask: filteredGroups, groups: true},
		"Time.now":               {takes: []ruleKind{textKind, textKind}, optional: 2, result: textKind, ask: timeNow},
		"Time.fromUnixToIso8601": textFunction(textKind, unixToISO, anyKind),
		"Time.fromIso8601ToUnix": textFunction(textKind, isoToUnix, textKind),
		// Windows counts tenths of a microsecond since 1601.
		"Time.fromWindowsToIso8601": textFunction(textKind, windowsToISO, anyKind),
		"Time.fromIso8601ToWindows": textFunction(textKind, isoToWindows, textKind),
		"Time.fromStringToIso8601":  textFunction(textKind, textToISO, textKind, textKind),
		"Time.fromIso8601ToString":  textFunction(textKind, isoToText, textKind, textKind),
	})
	return all
}

// flattenTexts is Arrays.flatten, where a text with commas is a list, too (documented).
func flattenTexts(args []any) (any, string) {
	for i, a := range args {
		if text, isText := a.(string); isText && strings.Contains(text, ",") {
			var parts []any
			for _, part := range strings.Split(text, ",") {
				parts = append(parts, part)
			}
			args[i] = parts
		}
	}
	return listFlatten(args)
}

// maxGroups is how many groups a claim may have (documented).
const maxGroups = 100

// groupList lists the names of groups whose names fit: of groups of this org ("OKTA") or of
// another source, which is the id of an app or the name of its kind. Only groups of this org
// are told apart here [assumed].
func groupList(fits func(name, part string) bool) *ruleFunction {
	return &ruleFunction{takes: []ruleKind{textKind, textKind, numberKind}, result: listKind, groups: true, ask: func(x *Context, args []any) (any, string) {
		limit, problem := groupLimit(args[2])
		if problem != "" {
			return nil, problem
		}
		names := []any{}
		for _, g := range x.Groups {
			if (args[0] == "OKTA") == (g.Type == "OKTA_GROUP" || g.Type == "BUILT_IN") && fits(g.Name, textOf(args[1])) && len(names) < limit {
				names = append(names, g.Name)
			}
		}
		return names, ""
	}}
}

// filteredGroups lists the person's groups among these ids, by "group.name" or "group.id".
func filteredGroups(x *Context, args []any) (any, string) {
	limit, problem := groupLimit(args[2])
	if problem != "" {
		return nil, problem
	}
	out := []any{}
	for _, g := range x.Groups {
		if !slices.Contains(listOf(args[0]), any(g.ID)) || len(out) == limit {
			continue
		}
		switch args[1] {
		case "group.name":
			out = append(out, g.Name)
		case "group.id":
			out = append(out, g.ID)
		default:
			return nil, `write "group.name" or "group.id"`
		}
	}
	return out, ""
}

func groupLimit(v any) (int, string) {
	n, isNumber := v.(float64)
	if !isNumber || n < 1 || n > maxGroups {
		return 0, "the limit must be a number from 1 to 100"
	}
	return int(n), ""
}
