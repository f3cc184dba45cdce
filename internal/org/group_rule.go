package org

import (
	"slices"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
)

// groupRules is the collection of group rules: conditions that put people into groups.
var groupRules = &collection{
	kind: "groupRule", noun: "GroupRule", prefix: "0pr",
	attrs: func(doc okta.Object) []attr {
		return []attr{{"status", fold(doc.Text("status"))}, {"name", cut(fold(doc.Text("name")))}}
	},
	unique: func(doc okta.Object) []attr { return []attr{{"groupRule.name", fold(doc.Text("name"))}} },
}

// The states of a rule. One that lost a target group is invalid for good.
const (
	ruleInactive = "INACTIVE"
	ruleActive   = "ACTIVE"
	ruleInvalid  = "INVALID"
)

// groupRuleDocument is a rule as it is stored and answered, keys in the recorded order.
type groupRuleDocument struct {
	Type           string         `json:"type"`
	ID             string         `json:"id"`
	Status         string         `json:"status"`
	Name           string         `json:"name"`
	Created        string         `json:"created"`
	LastUpdated    string         `json:"lastUpdated"`
	Conditions     ruleConditions `json:"conditions"`
	Actions        ruleActions    `json:"actions"`
	AllGroupsValid bool           `json:"allGroupsValid"`
}

type ruleConditions struct {
	People     rulePeople     `json:"people"`
	Expression ruleExpression `json:"expression"`
}

type rulePeople struct {
	Users  ruleExclusion `json:"users"`
	Groups ruleExclusion `json:"groups"`
}

type ruleExclusion struct {
	Exclude []string `json:"exclude"`
}

type ruleExpression struct {
	Value string `json:"value"`
	Type  string `json:"type"`
}

type ruleActions struct {
	Assign ruleTargets `json:"assignUserToGroups"`
}

type ruleTargets struct {
	GroupIDs []string `json:"groupIds"`
}

// excludes tells whether a person is kept out of the rule.
func (d *groupRuleDocument) excludes(person string) bool {
	return slices.Contains(d.Conditions.People.Users.Exclude, person)
}

func (d *groupRuleDocument) targets() []string { return d.Actions.Assign.GroupIDs }

// asksGroups tells whether the rule's expression asks which groups somebody is in.
func (d *groupRuleDocument) asksGroups() bool {
	parsed, err := expr.ParseRule(d.Conditions.Expression.Value)
	return err == nil && parsed.AsksGroups()
}

// target names a rule in an event.
func (d *groupRuleDocument) target() Target {
	return Target{ID: d.ID, Type: "GroupRule", AlternateID: "unknown", DisplayName: d.Name}
}

func (s store) groupRule(id string) (*groupRuleDocument, error) {
	doc, err := s.get(groupRules, id)
	if err != nil {
		return nil, err
	}
	d := &groupRuleDocument{}
	return d, doc.Decode(d)
}

// rulesWhere lists the rules that a test holds for. There are few rules.
func (s store) rulesWhere(test func(*groupRuleDocument) bool) ([]*groupRuleDocument, error) {
	var found []*groupRuleDocument
	err := s.each(groupRules, func(doc okta.Object) error {
		d := &groupRuleDocument{}
		if err := doc.Decode(d); err != nil {
			return err
		}
		if test(d) {
			found = append(found, d)
		}
		return nil
	})
	return found, err
}

// putRule stores a rule. A name that another rule has is refused, as the cloud words it.
func (tx *Tx) putRule(d *groupRuleDocument) (okta.Object, error) {
	doc, err := encodeDocument(d)
	if err != nil {
		return doc, err
	}
	err = tx.put(groupRules, d.ID, doc)
	if isTaken(err) {
		err = invalid("name", "name: Policy rule name already in use")
	}
	return doc, err
}

func listGroupRules(o *Org, r *Request) (Reply, error) {
	return o.answerList(r, ruleList, o.rulePresenter(r))
}

func getGroupRule(o *Org, r *Request) (Reply, error) {
	doc, err := o.reads(r.ctx).get(groupRules, r.Args["ruleId"])
	if err == nil {
		doc, err = o.rulePresenter(r)(doc)
	}
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// rulePresenter adds the names of the target groups where the request asks for them.
func (o *Org) rulePresenter(r *Request) func(okta.Object) (okta.Object, error) {
	s, names := o.reads(r.ctx), expands(r, "groupIdToGroupNameMap")
	return func(doc okta.Object) (okta.Object, error) {
		if !names {
			return doc, nil
		}
		var d groupRuleDocument
		if err := doc.Decode(&d); err != nil {
			return doc, err
		}
		named := map[string]string{}
		for _, id := range d.targets() {
			group, err := s.get(groups, id)
			if isCode(err, "E0000007") {
				continue // deleted: the rule is invalid
			}
			if err != nil {
				return doc, err
			}
			named[id] = group.Text("profile", "name")
		}
		return doc.With("_embedded", map[string]any{"groupIdToGroupNameMap": named}), nil
	}
}
