package org

import (
	"errors"
	"slices"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
)

// systemActor is who does what rules cause.
var systemActor = Target{ID: "unknown", Type: "SystemPrincipal", AlternateID: "system@okta.com", DisplayName: "Okta System"}

func isFault(err error) bool {
	var fault *expr.Error
	return errors.As(err, &fault)
}

// giveByRule makes a person a member because of a rule, and tells whether it did. Who
// is one by hand is from now on managed by the rule (help page on group rules). A group
// that came to hold admin roles is passed over: rules make no admins.
func (tx *Tx) giveByRule(rule *groupRuleDocument, groupID string, person okta.Object) (bool, error) {
	group, err := tx.get(groups, groupID)
	if err != nil {
		return false, err
	}
	if privileged, err := tx.hasRoles(groupID); err != nil || privileged {
		return false, err
	}
	_, err = tx.q.Exec(tx.ctx, `INSERT INTO group_rule_member (rule, person, grp) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		rule.ID, person.Text("id"), groupID)
	if err != nil {
		return false, err
	}
	return true, tx.bySystem(rule.target(), func() error { return tx.addMember(group, person) })
}

// takeByRule takes away what a rule gave. Somebody whom another rule keeps in the group stays.
func (tx *Tx) takeByRule(rule Target, groupID string, person okta.Object) (bool, error) {
	id := person.Text("id")
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM group_rule_member WHERE rule = $1 AND person = $2 AND grp = $3`, rule.ID, id, groupID)
	if err != nil {
		return false, err
	}
	others, err := tx.rulesGiving(id, groupID)
	if err != nil || len(others) > 0 {
		return true, err
	}
	group, err := tx.get(groups, groupID)
	if err != nil {
		return false, err
	}
	return true, tx.bySystem(rule, func() error {
		if err := tx.removeMember(group, person); err != nil {
			return err
		}
		super, err := tx.holdsRole(groupID, superAdmin)
		if err != nil || !super {
			return err
		}
		return tx.superLeft("")
	})
}

// bySystem marks the events of a change as caused by a rule.
func (tx *Tx) bySystem(rule Target, change func() error) error {
	before := len(tx.events)
	err := change()
	for i := range tx.events[before:] {
		e := &tx.events[before+i]
		e.Actor, e.Debug = &systemActor, map[string]string{"triggeredByGroupRuleId": rule.ID}
	}
	return err
}

// rulesGiving lists the rules that give a membership; none means that it was given by hand.
func (s store) rulesGiving(person, group string) ([]string, error) {
	return s.ids(`SELECT rule FROM group_rule_member WHERE person = $1 AND grp = $2 ORDER BY rule`, person, group)
}

// forgetRules drops which rules gave a membership that ends.
func (tx *Tx) forgetRules(person, group string) error {
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM group_rule_member WHERE person = $1 AND grp = $2`, person, group)
	return err
}

// excludeFromRules excepts somebody who is taken out of a group by hand from the rules
// that put them there (help page on group rules).
func (tx *Tx) excludeFromRules(group, person okta.Object) error {
	id := person.Text("id")
	rules, err := tx.rulesGiving(id, group.Text("id"))
	if err != nil {
		return err
	}
	for _, ruleID := range rules {
		d, err := tx.groupRule(ruleID)
		if isCode(err, "E0000007") {
			continue // deleted; what it gave is being taken back
		}
		if err != nil {
			return err
		}
		if d.excludes(id) {
			continue
		}
		excluded := &d.Conditions.People.Users.Exclude
		if len(*excluded) >= maxRuleExclusions {
			return invalid("conditions.people.users", "conditions.people.users: The rule '"+d.Name+"' gives this membership and excepts 100 users already: change its condition instead")
		}
		*excluded = append(*excluded, id)
		if _, err := tx.putRule(d); err != nil {
			return err
		}
		tx.log(Event{
			Type: "group.user_membership.rule.add_exclusion", Message: "Add user to group membership exclusion rule",
			Targets: []Target{userTarget(person), d.target(), groupTarget(group)}, Actor: &systemActor,
		})
	}
	return nil
}

// dropRuleTarget makes the rules invalid that give a group which is deleted, and has
// those evaluated again that may ask for it.
func (tx *Tx) dropRuleTarget(group okta.Object) error {
	id := group.Text("id")
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM group_rule_member WHERE grp = $1`, id); err != nil {
		return err
	}
	rules, err := tx.rulesWhere(func(d *groupRuleDocument) bool { return slices.Contains(d.targets(), id) })
	if err != nil {
		return err
	}
	for _, d := range rules {
		d.Status, d.AllGroupsValid, d.LastUpdated = ruleInvalid, false, stamp(tx.now)
		if _, err := tx.putRule(d); err != nil {
			return err
		}
		if err := tx.dropRuleJob(ruleJob{d.ID, jobApply}); err != nil {
			return err
		}
		tx.log(Event{
			Type: "group.user_membership.rule.invalidate", Message: "Invalidate group membership rule",
			Targets: []Target{d.target(), groupTarget(group)}, Actor: &systemActor,
		})
	}
	return tx.reapplyRules()
}

// reapplyRules has the rules evaluated for everybody, in the background, where an
// active one asks for groups.
func (tx *Tx) reapplyRules() error {
	asking, err := tx.rulesWhere(func(d *groupRuleDocument) bool { return d.Status == ruleActive && d.asksGroups() })
	if err != nil || len(asking) == 0 {
		return err
	}
	return tx.addRuleJob(ruleJob{asking[0].ID, jobApply}) // one pass evaluates them all
}
