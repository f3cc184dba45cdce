package org

import (
	"encoding/json"
	"slices"

	"gatehouse/internal/db"
	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
)

// maxRuleRounds bounds how often the rules are evaluated for one person in a row, since
// a membership that one gives may be the condition of another.
const maxRuleRounds = 10

// activeRule is a rule that works, with its expression parsed.
type activeRule struct {
	*groupRuleDocument
	parsed *expr.Rule
}

// touch has the rules evaluated for a person before the commit.
func (tx *Tx) touch(person string) {
	if !slices.Contains(tx.touched, person) {
		tx.touched = append(tx.touched, person)
	}
}

// applyRules evaluates the active rules for everybody that the transaction touched.
func (tx *Tx) applyRules() error {
	var people []okta.Object
	for _, id := range tx.touched {
		person, err := tx.get(users, id)
		if isCode(err, "E0000007") {
			continue // removed
		}
		if err != nil {
			return err
		}
		if underRules(person) {
			people = append(people, person)
		}
	}
	if len(people) == 0 {
		return nil // the rules are not read for nobody
	}
	rules, err := tx.activeRules()
	if err != nil || len(rules) == 0 {
		return err
	}
	for _, person := range people { // rules touch nobody else
		if err := tx.applyRulesTo(rules, person); err != nil {
			return err
		}
	}
	return nil
}

// underRules tells whether rules move somebody: not pending and deactivated people (help page on group rules).
func underRules(person okta.Object) bool {
	switch person.Text("status") {
	case staged, provisioned, deprovisioned:
		return false
	}
	return true
}

func (s store) activeRules() ([]activeRule, error) {
	ids, err := s.ids(`SELECT id FROM attr WHERE kind = $1 AND name = 'status' AND value = 'active' ORDER BY id`, groupRules.kind)
	if err != nil {
		return nil, err
	}
	rules := make([]activeRule, 0, len(ids))
	for _, id := range ids {
		d, err := s.groupRule(id)
		if err != nil {
			return nil, err
		}
		parsed, err := expr.ParseRule(d.Conditions.Expression.Value)
		if err != nil {
			return nil, err // it was parsed before it was stored
		}
		rules = append(rules, activeRule{d, parsed})
	}
	return rules, nil
}

// applyRulesTo evaluates the rules for one person until nothing changes any more.
func (tx *Tx) applyRulesTo(rules []activeRule, person okta.Object) error {
	if !underRules(person) {
		return nil
	}
	again := slices.ContainsFunc(rules, func(r activeRule) bool { return r.parsed.AsksGroups() })
	for round := 1; ; round++ {
		changed, err := tx.ruleRound(rules, person, round == 1)
		if err != nil || !changed || !again {
			return err
		}
		if round == maxRuleRounds {
			e := userEvent(person, "group.user_membership.rule.error", "Group membership rule is in error state")
			e.Severity, e.Result, e.Reason = "WARN", "FAILURE", "Rules that depend on each other's groups do not come to an end"
			e.Actor = &systemActor
			tx.log(e)
			return nil
		}
	}
}

// ruleRound evaluates each rule once and tells whether a membership changed. A rule
// that cannot be evaluated leaves this person as they are; the first round tells so.
func (tx *Tx) ruleRound(rules []activeRule, person okta.Object, first bool) (changed bool, err error) {
	id := person.Text("id")
	for _, rule := range rules {
		got := expr.Evaluation{Outcome: expr.False}
		if !rule.excludes(id) {
			got = rule.parsed.Evaluate(tx.rulePerson(person))
		}
		if got.Err != nil {
			if !isFault(got.Err) {
				return changed, got.Err
			}
			if first {
				tx.log(Event{
					Type: "group.user_membership.rule.error", Message: "Group membership rule is in error state", Severity: "WARN",
					Result: "FAILURE", Reason: got.Err.Error(), Targets: []Target{rule.target(), userTarget(person)}, Actor: &systemActor,
				})
			}
			continue
		}
		for _, group := range rule.targets() {
			moved, err := tx.applyOutcome(rule.groupRuleDocument, group, person, got.Outcome == expr.True)
			if err != nil {
				return changed, err
			}
			changed = changed || moved
		}
	}
	return changed, nil
}

func (tx *Tx) applyOutcome(rule *groupRuleDocument, group string, person okta.Object, matches bool) (bool, error) {
	given, err := tx.ruleGives(rule.ID, person.Text("id"), group)
	switch {
	case err != nil || given == matches:
		return false, err
	case matches:
		return tx.giveByRule(rule, group, person)
	}
	return tx.takeByRule(rule.target(), group, person)
}

// rulePerson is somebody as an expression sees them.
func (s store) rulePerson(person okta.Object) expr.Person {
	profile := person.Object("profile")
	return expr.Person{
		Attr: func(name string) any {
			var v any
			if json.Unmarshal(profile.Get(name), &v) != nil {
				return nil // the person has no such attribute
			}
			if _, isObject := v.(map[string]any); isObject {
				return nil // no type of the language
			}
			return v
		},
		Internal: func(name string) string { return person.Text(name) },
		InGroup:  func(t expr.GroupTest) (bool, error) { return s.inGroupOf(person.Text("id"), t) },
	}
}

// inGroupOf tells whether a person is in a group that a test describes.
func (s store) inGroupOf(person string, t expr.GroupTest) (bool, error) {
	if t.By == expr.ByID {
		for _, id := range t.Values {
			if in, err := s.linked(member, person, id); err != nil || in {
				return in, err
			}
		}
		return false, nil
	}
	names, err := s.ids(`SELECT d.body FROM edge e CROSS JOIN document d WHERE e.kind = $1 AND e.src = $2 AND d.kind = 'group' AND d.id = e.dst`, member, person)
	if err != nil {
		return false, err
	}
	for _, body := range names {
		group, err := okta.Trusted([]byte(body))
		if err != nil {
			return false, err
		}
		if t.Matches(group.Text("profile", "name")) {
			return true, nil
		}
	}
	return false, nil
}

// ruleGives tells whether a rule gave a membership.
func (s store) ruleGives(rule, person, group string) (bool, error) {
	var one int
	err := s.q.QueryRow(s.ctx, `SELECT 1 FROM group_rule_member WHERE rule = $1 AND person = $2 AND grp = $3`, rule, person, group).Scan(&one)
	if db.IsNone(err) {
		return false, nil
	}
	return err == nil, err
}
