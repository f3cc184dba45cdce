package org

import (
	"net/http"
	"slices"

	"gatehouse/internal/okta"
)

func createGroupRule(o *Org, r *Request) (Reply, error) {
	d, err := readRule(r)
	if err != nil {
		return Reply{}, err
	}
	d.ID, d.Status, d.AllGroupsValid = o.ids.mint(groupRules.prefix), ruleInactive, true
	d.Created, d.LastUpdated = stamp(r.Now), stamp(r.Now)
	return o.saveRule(r, "policy.rule.add", "Add policy rule", func(tx *Tx) (*groupRuleDocument, error) {
		return d, o.checkRule(tx.store, d, nil)
	})
}

// updateGroupRule replaces name and conditions. Only an inactive rule can be changed,
// and its groups cannot (API reference).
func updateGroupRule(o *Org, r *Request) (Reply, error) {
	sent, err := readRule(r)
	if err != nil {
		return Reply{}, err
	}
	return o.saveRule(r, "policy.rule.update", "Update policy rule", func(tx *Tx) (*groupRuleDocument, error) {
		d, err := tx.groupRule(r.Args["ruleId"])
		if err != nil {
			return nil, err
		}
		if d.Status != ruleInactive {
			return nil, invalid("status", "status: Only an inactive rule can be changed: deactivate it first")
		}
		if len(sent.targets()) > 0 && !slices.Equal(sent.targets(), d.targets()) {
			return nil, invalid("actions", "actions: The groups of a rule cannot be changed: create another rule")
		}
		known := d.Conditions.People.Users.Exclude
		d.Name, d.Conditions, d.LastUpdated = sent.Name, sent.Conditions, stamp(tx.now)
		return d, o.checkRule(tx.store, d, known)
	})
}

// saveRule stores the rule that make gives, with its event.
func (o *Org) saveRule(r *Request, event, message string, make func(*Tx) (*groupRuleDocument, error)) (Reply, error) {
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		d, err := make(tx)
		if err != nil {
			return err
		}
		tx.log(Event{Type: event, Message: message, Targets: []Target{d.target()}})
		doc, err = tx.putRule(d)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// deleteGroupRule removes a rule; its memberships stay as if given by hand, or go in
// the background where removeUsers asks for it. The answer is 202 with an empty object ("recorded").
func deleteGroupRule(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		d, err := tx.groupRule(r.Args["ruleId"])
		if err != nil {
			return err
		}
		tx.log(Event{Type: "policy.rule.delete", Message: "Delete policy rule", Targets: []Target{d.target()}})
		if err := tx.dropRuleJob(ruleJob{d.ID, jobApply}); err != nil {
			return err
		}
		if r.flag("removeUsers", false) {
			err = tx.addRuleJob(ruleJob{d.ID, jobTakeBack})
		} else {
			_, err = tx.q.Exec(tx.ctx, `DELETE FROM group_rule_member WHERE rule = $1`, d.ID)
		}
		if err != nil {
			return err
		}
		return tx.remove(groupRules, d.ID)
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Status: http.StatusAccepted, Body: []byte("{}")}, nil
}

// activateGroupRule makes a rule work: at once for people who change, in the background
// for everybody.
func activateGroupRule(o *Org, r *Request) (Reply, error) {
	return o.moveRule(r, func(tx *Tx, d *groupRuleDocument) error {
		if d.Status == ruleActive {
			return nil
		}
		if d.Status == ruleInvalid {
			return invalid("status", "status: The rule is invalid because a group of it was deleted: create another rule")
		}
		// A schema or a role may have changed since the rule was written.
		if err := o.checkRule(tx.store, d, d.Conditions.People.Users.Exclude); err != nil {
			return err
		}
		d.Status = ruleActive
		tx.log(Event{Type: "group.user_membership.rule.trigger", Message: "Trigger group membership rule", Targets: []Target{d.target()}})
		return tx.addRuleJob(ruleJob{d.ID, jobApply})
	})
}

// deactivateGroupRule stops a rule. What it gave stays (help page on group rules).
func deactivateGroupRule(o *Org, r *Request) (Reply, error) {
	return o.moveRule(r, func(tx *Tx, d *groupRuleDocument) error {
		if d.Status != ruleActive {
			return nil
		}
		d.Status = ruleInactive
		tx.log(Event{Type: "group.user_membership.rule.deactivated", Message: "Deactivate group membership rule", Targets: []Target{d.target()}})
		return tx.dropRuleJob(ruleJob{d.ID, jobApply})
	})
}

func (o *Org) moveRule(r *Request, move func(*Tx, *groupRuleDocument) error) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		d, err := tx.groupRule(r.Args["ruleId"])
		if err != nil {
			return err
		}
		before := d.Status
		if err := move(tx, d); err != nil || d.Status == before {
			return err
		}
		d.LastUpdated = stamp(tx.now)
		_, err = tx.putRule(d)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
