package org

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/expr"
)

const (
	// ruleLanguage is the one type of expression (API reference).
	ruleLanguage = "urn:okta:expression:1.0"
	// maxRuleName is the length of a rule's name in characters (API reference).
	maxRuleName = 50
	// maxRuleTargets and maxRuleExclusions are how many groups a rule may give and how
	// many people it may except (help pages on group rules).
	maxRuleTargets    = 100
	maxRuleExclusions = 100
)

// isTaken tells whether a unique value belongs to another document.
func isTaken(err error) bool {
	var taken *TakenError
	return errors.As(err, &taken)
}

// readRule reads the rule of a request: what does not need the store is checked.
func readRule(r *Request) (*groupRuleDocument, error) {
	d := &groupRuleDocument{}
	if err := r.decode(d); err != nil {
		return nil, err
	}
	switch {
	case d.Type != "" && d.Type != "group_rule":
		return nil, invalid("type", "type: The only type is group_rule")
	case strings.TrimSpace(d.Name) == "":
		return nil, invalid("name", "name: The field cannot be left blank")
	case utf8.RuneCountInString(d.Name) > maxRuleName:
		return nil, invalid("name", "name: The field is too long")
	case strings.ContainsRune(d.Name, 0):
		return nil, invalid("name", "name: The character U+0000 is not allowed")
	case d.Conditions.Expression.Type != ruleLanguage:
		return nil, invalid("conditions.expression.type", "conditions.expression.type: The only type is "+ruleLanguage)
	case len(d.Conditions.People.Groups.Exclude) > 0:
		return nil, invalid("conditions.people.groups", "conditions.people.groups: Excluding groups is not supported: write !isMemberOfGroup(\"id\") in the expression")
	case len(d.Conditions.People.Users.Exclude) > maxRuleExclusions:
		return nil, invalid("conditions.people.users", "conditions.people.users: At most 100 users can be excluded")
	}
	d.Type = "group_rule"
	d.Conditions.People.Users.Exclude = unique(d.Conditions.People.Users.Exclude)
	d.Conditions.People.Groups.Exclude = []string{}
	d.Actions.Assign.GroupIDs = unique(d.Actions.Assign.GroupIDs)
	return d, nil
}

// unique is a list without its repetitions, never nil.
func unique(list []string) []string {
	out := make([]string, 0, len(list))
	for _, v := range list {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// checkRule refuses a rule whose expression, exclusions or groups cannot be. known are
// exclusions that were there before: their people may be gone.
func (o *Org) checkRule(s store, d *groupRuleDocument, known []string) error {
	if err := o.checkExpression(s, d.Conditions.Expression.Value); err != nil {
		return err
	}
	for _, id := range d.Conditions.People.Users.Exclude {
		if slices.Contains(known, id) {
			continue
		}
		if _, err := s.get(users, id); isCode(err, "E0000007") {
			return invalid("conditions.people.users", "conditions.people.users: There is no user '"+printable(id)+"'")
		} else if err != nil {
			return err
		}
	}
	return s.checkTargets(d.targets())
}

// checkExpression refuses an expression that cannot be read or that reads an attribute
// which no type of user has (help page on group rules).
func (o *Org) checkExpression(s store, text string) error {
	const field = "conditions.expression.value"
	parsed, err := expr.ParseRule(text)
	if err != nil {
		return invalid(field, field+": "+err.Error())
	}
	types, err := s.ids(`SELECT id FROM document WHERE kind = $1 ORDER BY id`, userTypes.kind)
	if err != nil {
		return err
	}
	schemas := make([]*userSchema, len(types))
	for i, id := range types {
		if schemas[i], err = o.schemaOf(s, id); err != nil {
			return err
		}
	}
	for _, a := range parsed.Attributes() {
		if !slices.ContainsFunc(schemas, func(u *userSchema) bool { return u.property(a.Name) != nil }) {
			fault := expr.Error{Pos: a.Pos, Problem: "no user has an attribute '" + printable(a.Name) + "'", Mend: "name one of the user schema"}
			return invalid(field, field+": "+fault.Error())
		}
	}
	return nil
}

// checkTargets refuses groups that a rule may not fill: those that are not there, that
// are not Okta's own, and those that make their members admins.
func (s store) checkTargets(ids []string) error {
	const field = "actions.assignUserToGroups.groupIds"
	refuse := func(why string) error { return invalid(field, field+": "+why) }
	switch {
	case len(ids) == 0:
		return refuse("Name a group")
	case len(ids) > maxRuleTargets:
		return refuse("A rule can assign at most 100 groups")
	}
	for _, id := range ids {
		group, err := s.get(groups, id)
		if isCode(err, "E0000007") {
			return refuse("There is no group '" + printable(id) + "'")
		}
		if err != nil {
			return err
		}
		if group.Text("type") != oktaGroup {
			return refuse("Members of '" + group.Text("profile", "name") + "' cannot be assigned: it is no Okta group")
		}
		if privileged, err := s.hasRoles(id); err != nil {
			return err
		} else if privileged {
			return refuse("'" + group.Text("profile", "name") + "' holds admin roles: a rule cannot make admins")
		}
	}
	return nil
}
