package handlers

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
)

// errGroupsUnread is why a rule that asks for groups cannot be told for somebody whose groups were not read.
var errGroupsUnread = errors.New("the groups of this person were not read")

// rulePerson is somebody as an expression reads them. groups nil means that theirs were not read.
func rulePerson(doc okta.Object, groups []okta.Object) expr.Person {
	profile := doc.Object("profile")
	return expr.Person{
		Attr:     func(name string) any { return ruleValue(profile.Get(name)) },
		Internal: func(name string) string { return doc.Text(name) },
		InGroup: func(t expr.GroupTest) (bool, error) {
			if groups == nil {
				return false, errGroupsUnread
			}
			return slices.ContainsFunc(groups, func(g okta.Object) bool {
				if t.By == expr.ByID {
					return slices.Contains(t.Values, g.Text("id"))
				}
				return t.Matches(groupName(g))
			}), nil
		},
	}
}

// ruleValue is a value of a profile as expressions have it; objects are none.
func ruleValue(raw json.RawMessage) any {
	var v any
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil {
		return nil
	}
	if _, is := v.(map[string]any); is {
		return nil
	}
	return v
}

// triedOf is what an expression says of somebody, clause by clause.
func triedOf(rule *expr.Rule, doc okta.Object, groups []okta.Object, excepted []string) group.Tried {
	e := rule.Explain(rulePerson(doc, groups))
	t := group.Tried{Name: personName(doc), Href: "/people/" + doc.Text("id"), Login: doc.Text("profile", "login")}
	switch {
	case slices.Contains(excepted, doc.Text("id")):
		t.Kind, t.Outcome, t.Why = "off", "Excepted", "This person is excepted by name, whatever the expression says."
	case e.Outcome == expr.True:
		t.Kind, t.Outcome = "ok", "Matches"
	case e.Outcome == expr.False:
		t.Kind, t.Outcome = "off", "Does not match"
	case errors.Is(e.Err, errGroupsUnread):
		t.Kind, t.Outcome, t.Why = "info", "Depends on groups", "Type the name to have this person's groups read, too."
	default:
		t.Kind, t.Outcome, t.Why = "warn", "Cannot be told", sentenceOf(e.Err)
	}
	if t.Outcome == "Matches" && !ruleMoves(doc) {
		t.Why = "Rules move this person only once active: " + stateWords(doc.Text("status")) + " now."
	}
	t.Clauses = exprSteps(e)
	return t
}

// ruleMoves tells whether rules put somebody into groups: pending and deactivated people
// they leave where they are (help page on group rules).
func ruleMoves(doc okta.Object) bool {
	switch doc.Text("status") {
	case "STAGED", "PROVISIONED", "DEPROVISIONED":
		return false
	}
	return true
}

// sentenceOf is a fault of an expression as two sentences.
func sentenceOf(err error) string {
	var fault *expr.Error
	if errors.As(err, &fault) {
		return upper(fault.Problem) + ". " + upper(fault.Mend) + "."
	}
	return upper(err.Error()) + "."
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
