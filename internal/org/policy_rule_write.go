package org

import (
	"gatehouse/internal/okta"
)

// ruleParts are the parts of a rule that its policy's type completes.
type ruleParts struct {
	conditions, actions okta.Object
	system              bool
}

func createPolicyRule(o *Org, r *Request) (Reply, error) {
	body, in, err := readPolicyInput(r, "policyRule")
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		owner, err := tx.get(policies, r.Args["policyId"])
		if err != nil {
			return err
		}
		k := policyKindOf(owner.Text("type"))
		if err := tx.mayWritePolicy(r, owner); err != nil {
			return err
		}
		parts, err := readRuleParts(k, in, body, okta.Object{})
		if err != nil {
			return err
		}
		f := policyFields{
			ID: o.ids.mint(k.rulePrefix), Status: active, Name: in.Name, Priority: unplaced, Type: k.rule,
			Created: stamp(tx.now), Updated: stamp(tx.now),
		}
		if in.Status == policyInactive || !r.flag("activate", true) {
			f.Status = policyInactive
		}
		doc = f.ruleDocument(owner.Text("id"), body, parts)
		held, err := tx.rulesOf(owner.Text("id"))
		if err != nil {
			return err
		}
		if len(held) >= maxPolicies {
			return invalid("policyRule", "policyId: There can be at most 500 rules in a policy")
		}
		tx.logRule("policy.rule.add", "Add policy rule", owner, doc)
		if err := tx.putPolicyRule(doc); err != nil {
			return err
		}
		if err := tx.rearrange(policyRules, append(held, doc), k.ranked, f.ID, in.Priority); err != nil {
			return err
		}
		doc, err = tx.get(policyRules, f.ID)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderRule(doc))
}

// readRuleParts reads conditions and actions of a rule of this type. old is the rule
// before, zero for a new one: the conditions of the system's own rule stay.
func readRuleParts(k *policyKind, in policyInput, body, old okta.Object) (ruleParts, error) {
	if in.Type != "" && in.Type != k.rule {
		return ruleParts{}, invalid("policyRule", "type: The type of a rule of this policy is "+k.rule)
	}
	parts := ruleParts{conditions: body.Object("conditions"), actions: body.Object("actions")}
	if !old.IsZero() && isSystem(old) {
		parts.conditions, parts.system = old.Object("conditions"), true
	}
	if err := checkConditions(parts.conditions); err != nil {
		return parts, err
	}
	if k.fillRule == nil {
		return parts, nil
	}
	return parts, k.fillRule(&parts)
}

func updatePolicyRule(o *Org, r *Request) (Reply, error) {
	body, in, err := readPolicyInput(r, "policyRule")
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		owner, old, err := tx.argumentRule(r)
		if err != nil {
			return err
		}
		k := policyKindOf(owner.Text("type"))
		if err := tx.mayWritePolicy(r, owner); err != nil {
			return err
		}
		at, err := placeOf(old)
		if err != nil {
			return err
		}
		parts, err := readRuleParts(k, in, body, old)
		if err != nil {
			return err
		}
		f := policyFields{
			ID: at.ID, Status: at.Status, Name: in.Name, Priority: at.Priority, System: at.System, Type: k.rule,
			Created: old.Text("created"), Updated: stamp(tx.now),
		}
		if at.System {
			f.Name = old.Text("name")
		}
		doc = f.ruleDocument(owner.Text("id"), body, parts)
		tx.logRule("policy.rule.update", "Update policy rule", owner, doc)
		if err := tx.putPolicyRule(doc); err != nil || at.System || in.Priority == nil {
			return err
		}
		all, err := tx.rulesOf(owner.Text("id"))
		if err != nil {
			return err
		}
		if err := tx.rearrange(policyRules, all, k.ranked, at.ID, in.Priority); err != nil {
			return err
		}
		doc, err = tx.get(policyRules, at.ID)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderRule(doc))
}

func deletePolicyRule(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		owner, doc, err := tx.changingRule(r)
		if err != nil {
			return err
		}
		tx.logRule("policy.rule.delete", "Delete policy rule", owner, doc)
		tx.changed = true
		if err := tx.remove(policyRules, doc.Text("id")); err != nil {
			return err
		}
		k := policyKindOf(owner.Text("type"))
		if !k.ranked {
			return nil
		}
		left, err := tx.rulesOf(owner.Text("id"))
		if err != nil {
			return err
		}
		return tx.rearrange(policyRules, left, true, "", nil)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// changingRule finds the rule that a request deletes or moves: the system's own is E0000111.
func (tx *Tx) changingRule(r *Request) (owner, rule okta.Object, err error) {
	if owner, rule, err = tx.argumentRule(r); err != nil {
		return owner, rule, err
	}
	if err := tx.mayWritePolicy(r, owner); err != nil {
		return owner, rule, err
	}
	if isSystem(rule) {
		return owner, rule, fail("E0000111", "policyRule")
	}
	return owner, rule, nil
}

func activatePolicyRule(o *Org, r *Request) (Reply, error) { return o.movePolicyRule(r, active) }
func deactivatePolicyRule(o *Org, r *Request) (Reply, error) {
	return o.movePolicyRule(r, policyInactive)
}

// movePolicyRule gives a rule a status. One that has it stays as it is.
func (o *Org) movePolicyRule(r *Request, status string) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		owner, rule, err := tx.argumentRule(r)
		if err == nil && rule.Text("status") != status {
			owner, rule, err = tx.changingRule(r)
		}
		if err != nil || rule.Text("status") == status {
			return err
		}
		event, message := "policy.rule.activate", "Activate policy rule"
		if status != active {
			event, message = "policy.rule.deactivate", "Deactivate policy rule"
		}
		tx.logRule(event, message, owner, rule)
		return tx.putPolicyRule(rule.With("status", status).With("lastUpdated", stamp(tx.now)))
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

func (tx *Tx) logRule(event, message string, owner, rule okta.Object) {
	tx.log(Event{Type: event, Message: message, Targets: []Target{
		ruleTarget(owner.Text("id"), rule.Text("id"), rule.Text("name")), policyTarget(owner),
	}})
}

// putPolicyRule stores a rule. A name that another rule of its policy has is refused.
func (tx *Tx) putPolicyRule(doc okta.Object) error {
	tx.changed = true
	err := tx.put(policyRules, doc.Text("id"), doc)
	if isTaken(err) {
		err = invalid("policyRule", "name: Policy rule name already in use")
	}
	return err
}

// ruleDocument is a rule as it is stored, keys in the recorded order.
func (f policyFields) ruleDocument(policyID string, body okta.Object, parts ruleParts) okta.Object {
	doc := okta.Object{}.With("policyId", policyID).With("id", f.ID).With("status", f.Status).With("name", f.Name).
		With("priority", f.Priority).With("created", f.Created).With("lastUpdated", f.Updated).With("system", f.System).
		With("conditions", parts.conditions).With("actions", parts.actions)
	return withOthers(doc, body).With("type", f.Type)
}
