package org

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// maxPolicyName bounds names, and maxPolicies the policies of a type and the rules of a policy [assumed].
const (
	maxPolicyName = 255
	maxPolicies   = 500
)

// policyInput is what a request says of a policy or rule beside its own parts.
type policyInput struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Status   string `json:"status"`
	Priority *int   `json:"priority"`
}

// readPolicyInput reads the body of a request and the part that every policy and rule has.
func readPolicyInput(r *Request, object string) (okta.Object, policyInput, error) {
	var in policyInput
	body, err := r.object()
	if err != nil {
		return body, in, err
	}
	if body.Decode(&in) != nil {
		return body, in, fail("E0000003", "")
	}
	switch {
	case strings.TrimSpace(in.Name) == "":
		return body, in, invalid(object, "name: The field cannot be left blank")
	case utf8.RuneCountInString(in.Name) > maxPolicyName:
		return body, in, invalid(object, "name: The field is too long")
	case in.Status != "" && in.Status != active && in.Status != policyInactive:
		return body, in, invalid(object, "status: The status must be ACTIVE or INACTIVE")
	}
	return body, in, nil
}

const policyInactive = "INACTIVE"

// policyParts are the parts of a policy that its type completes.
type policyParts struct {
	conditions, settings okta.Object
	system               bool
}

// createPolicy stores a policy, behind those that are there unless it asks for a place. The
// system's own stay the last.
func createPolicy(o *Org, r *Request) (Reply, error) {
	body, in, err := readPolicyInput(r, "policy")
	if err != nil {
		return Reply{}, err
	}
	k := policyKindOf(in.Type)
	if k == nil {
		return Reply{}, invalid("policy", "type: There is no such type of policy")
	}
	if err := mayWritePolicies(r, k.name); err != nil {
		return Reply{}, err
	}
	parts := policyParts{conditions: body.Object("conditions"), settings: body.Object("settings")}
	if err := o.completePolicy(k, &parts); err != nil {
		return Reply{}, err
	}
	status := active
	if in.Status == policyInactive || !r.flag("activate", true) {
		status = policyInactive
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		f := policyFields{
			ID: o.ids.mint(k.prefix), Status: status, Name: in.Name, Priority: 1, Type: k.name, Created: stamp(tx.now), Updated: stamp(tx.now),
		}
		if doc, err = tx.newPolicy(k, f, body, parts, in.Priority); err == nil {
			tx.log(Event{Type: "policy.lifecycle.create", Message: "Create policy", Targets: []Target{policyTarget(doc)}})
		}
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderPolicy(doc))
}

// newPolicy stores a new policy in its place, with the rule that a policy of its type is born with.
func (tx *Tx) newPolicy(k *policyKind, f policyFields, body okta.Object, parts policyParts, want *int) (okta.Object, error) {
	held, err := tx.policiesOf(k.name)
	if err != nil {
		return okta.Object{}, err
	}
	if len(held) >= maxPolicies {
		return okta.Object{}, invalid("policy", "type: There can be at most 500 policies of a type")
	}
	if k.ranked {
		f.Priority = unplaced
	}
	doc := f.document(body, parts)
	if err := tx.putPolicy(doc); err != nil {
		return doc, err
	}
	if k.name == policy.TypeAccess {
		if err := tx.systemRule(k, f.ID, accessRule); err != nil {
			return doc, err
		}
	}
	if !k.ranked {
		return doc, nil
	}
	if err := tx.rearrange(policies, append(held, doc), true, f.ID, want); err != nil {
		return doc, err
	}
	return tx.get(policies, f.ID)
}

// updatePolicy replaces a policy's name, description, settings and, but for the system's
// own, conditions. The status stays: it has operations of its own ("recorded").
func updatePolicy(o *Org, r *Request) (Reply, error) {
	body, in, err := readPolicyInput(r, "policy")
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		old, err := tx.get(policies, r.Args["policyId"])
		if err != nil {
			return err
		}
		k := policyKindOf(old.Text("type"))
		if err := tx.mayWritePolicy(r, old); err != nil {
			return err
		}
		if in.Type != "" && in.Type != k.name {
			return invalid("policy", "type: The type of a policy cannot be changed")
		}
		at, err := placeOf(old)
		if err != nil {
			return err
		}
		parts := policyParts{conditions: body.Object("conditions"), settings: body.Object("settings"), system: at.System}
		name := in.Name
		if at.System { // who the system's own is for, and its name, stay [assumed]
			parts.conditions, name = old.Object("conditions"), old.Text("name")
		}
		if err := o.completePolicy(k, &parts); err != nil {
			return err
		}
		f := policyFields{
			ID: at.ID, Status: at.Status, Name: name, Priority: at.Priority, System: at.System, Type: k.name,
			Created: old.Text("created"), Updated: stamp(tx.now),
		}
		doc = f.document(body, parts)
		tx.log(Event{Type: "policy.lifecycle.update", Message: "Update policy", Targets: []Target{policyTarget(doc)}})
		if err := tx.putPolicy(doc); err != nil || !k.ranked || at.System || in.Priority == nil {
			return err
		}
		all, err := tx.policiesOf(k.name)
		if err != nil {
			return err
		}
		if err := tx.rearrange(policies, all, true, at.ID, in.Priority); err != nil {
			return err
		}
		doc, err = tx.get(policies, at.ID)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderPolicy(doc))
}

// deletePolicy removes a policy with its rules; those behind it move up.
func deletePolicy(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.changingPolicy(r)
		if err != nil {
			return err
		}
		rules, err := tx.rulesOf(doc.Text("id"))
		if err != nil {
			return err
		}
		for _, rule := range rules {
			if err := tx.remove(policyRules, rule.Text("id")); err != nil {
				return err
			}
		}
		if err := tx.dropAppPolicy(doc.Text("id")); err != nil {
			return err
		}
		tx.log(Event{Type: "policy.lifecycle.delete", Message: "Delete policy", Targets: []Target{policyTarget(doc)}})
		tx.changed = true
		if err := tx.remove(policies, doc.Text("id")); err != nil {
			return err
		}
		k := policyKindOf(doc.Text("type"))
		if !k.ranked {
			return nil
		}
		left, err := tx.policiesOf(k.name)
		if err != nil {
			return err
		}
		return tx.rearrange(policies, left, true, "", nil)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// changingPolicy finds the policy that a request deletes or moves: the system's own is E0000111.
func (tx *Tx) changingPolicy(r *Request) (okta.Object, error) {
	doc, err := tx.get(policies, r.Args["policyId"])
	if err != nil {
		return doc, err
	}
	if err := tx.mayWritePolicy(r, doc); err != nil {
		return doc, err
	}
	if isSystem(doc) {
		return doc, fail("E0000111", "policy")
	}
	return doc, nil
}

func activatePolicy(o *Org, r *Request) (Reply, error)   { return o.movePolicy(r, active) }
func deactivatePolicy(o *Org, r *Request) (Reply, error) { return o.movePolicy(r, policyInactive) }

// movePolicy gives a policy a status. One that has it stays as it is.
func (o *Org) movePolicy(r *Request, status string) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.get(policies, r.Args["policyId"])
		if err == nil && doc.Text("status") != status {
			doc, err = tx.changingPolicy(r)
		}
		if err != nil || doc.Text("status") == status {
			return err
		}
		event, message := "policy.lifecycle.activate", "Activate policy"
		if status != active {
			event, message = "policy.lifecycle.deactivate", "Deactivate policy"
		}
		tx.log(Event{Type: event, Message: message, Targets: []Target{policyTarget(doc)}})
		return tx.putPolicy(doc.With("status", status).With("lastUpdated", stamp(tx.now)))
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// putPolicy stores a policy. A name that another policy of its type has is refused.
func (tx *Tx) putPolicy(doc okta.Object) error {
	tx.changed = true
	err := tx.put(policies, doc.Text("id"), doc)
	if isTaken(err) {
		err = invalid("policy", "name: Policy name already in use")
	}
	return err
}

// completePolicy fills in and checks the parts of a policy.
func (o *Org) completePolicy(k *policyKind, parts *policyParts) error {
	if err := checkConditions(parts.conditions); err != nil {
		return err
	}
	if k.fill == nil {
		return nil
	}
	return k.fill(o, parts)
}

// checkConditions refuses conditions whose form nobody can read.
func checkConditions(conditions okta.Object) error {
	if conditions.IsZero() {
		return nil
	}
	var parsed policy.Conditions
	if err := json.Unmarshal(conditions.Bytes(), &parsed); err != nil {
		return invalid("conditions", "conditions: "+err.Error())
	}
	if name := parsed.Fault(); name != "" {
		return invalid("conditions", "conditions."+name+": The condition has a wrong form")
	}
	return nil
}

// policyFields are what every policy and every rule has.
type policyFields struct {
	ID, Status, Name, Type, Created, Updated string
	Priority                                 int
	System                                   bool
}

// document is a policy as it is stored, keys in the recorded order; what body says
// beyond the known parts is kept.
func (f policyFields) document(body okta.Object, parts policyParts) okta.Object {
	doc := okta.Object{}.With("id", f.ID).With("status", f.Status).With("name", f.Name)
	if v := body.Get("description"); !isNull(v) {
		doc = doc.With("description", v)
	}
	doc = doc.With("priority", f.Priority).With("system", f.System).With("conditions", parts.conditions).
		With("created", f.Created).With("lastUpdated", f.Updated)
	if !parts.settings.IsZero() {
		doc = doc.With("settings", parts.settings)
	}
	return withOthers(doc, body).With("type", f.Type)
}

// withOthers adds the fields of a body that the document does not have yet, but for those that answers
// add, and those whose name differs from one of the document's by its case only: who reads the
// document by a struct would take them for it.
func withOthers(doc, body okta.Object) okta.Object {
	known := map[string]bool{"_links": true, "_embedded": true, "type": true, "policyid": true, "description": true}
	for _, name := range doc.Keys() {
		known[strings.ToLower(name)] = true
	}
	for _, name := range body.Keys() {
		if v := body.Get(name); !known[strings.ToLower(name)] && !isNull(v) {
			doc = doc.With(name, v)
		}
	}
	return doc
}
