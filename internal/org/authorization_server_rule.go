package org

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/okta"
)

// ruleGrants are the grant types that a rule may name (API reference).
var ruleGrants = []string{
	"authorization_code", "client_credentials", "implicit", "interaction_code", "password", "refresh_token",
	"urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:saml2-bearer",
	"urn:ietf:params:oauth:grant-type:token-exchange", "urn:openid:params:grant-type:ciba",
}

// Bounds of the lives that a rule gives, in minutes (published).
const (
	minAccessLife    = 5
	maxAccessLife    = 24 * 60
	minRefreshWindow = 10
	maxRefreshWindow = 2_628_000
)

// rulesOfAuthPolicy lists the rules of a server's policy by priority.
func (s store) rulesOfAuthPolicy(id string) ([]okta.Object, error) {
	return s.inOrder(authRules, "policyId", id, func(doc okta.Object) bool { return doc.Text("policyId") == id })
}

// argumentAuthRule finds the policy and the rule that a request names.
func (s store) argumentAuthRule(o *Org, r *Request) (owner, rule okta.Object, err error) {
	if _, owner, err = s.ofServer(o, r, authPolicies, "policyId"); err != nil {
		return owner, rule, err
	}
	rule, err = s.get(authRules, r.Args["ruleId"])
	if err == nil && rule.Text("policyId") != owner.Text("id") {
		err = notFound(printable(r.Args["ruleId"]), authRules.noun)
	}
	return owner, rule, err
}

// renderAuthRule is a rule with its links.
func (o *Org) renderAuthRule(owner, doc okta.Object) okta.Object {
	self := o.serverURL(owner.Text("serverId")) + "/policies/" + owner.Text("id") + "/rules/" + doc.Text("id")
	return withLinks(doc.Without("policyId"), o.lifecycleLinks(okta.Object{}, doc, self))
}

func listAuthorizationServerPolicyRules(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	_, owner, err := s.ofServer(o, r, authPolicies, "policyId")
	if err != nil {
		return Reply{}, err
	}
	docs, err := s.rulesOfAuthPolicy(owner.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	return o.answerAll(r, docs, func(doc okta.Object) (okta.Object, bool, error) { return o.renderAuthRule(owner, doc), true, nil })
}

func getAuthorizationServerPolicyRule(o *Org, r *Request) (Reply, error) {
	owner, rule, err := o.reads(r.ctx).argumentAuthRule(o, r)
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderAuthRule(owner, rule))
}

// readAuthRule reads a rule's body. What it does not say of people, grant types and scopes
// allows nothing; lives have the recorded defaults.
func readAuthRule(r *Request) (okta.Object, policyInput, ruleParts, error) {
	body, in, err := readPolicyInput(r, "policyRule")
	if err != nil {
		return body, in, ruleParts{}, err
	}
	if in.Type != "" && in.Type != typeAuthRule {
		return body, in, ruleParts{}, invalid("policyRule", "type: The type of a rule of an authorization server is "+typeAuthRule)
	}
	parts, err := completeAuthRule(body)
	return body, in, parts, err
}

// completeAuthRule fills in and checks the conditions and actions of a rule, in the recorded form.
func completeAuthRule(body okta.Object) (parts ruleParts, err error) {
	given := body.Object("conditions")
	users := given.Object("people", "users")
	if isNull(users.Get("include")) && isNull(users.Get("exclude")) {
		users = users.With("exclude", []string{})
	}
	grants, err := grantTypes(given)
	if err != nil {
		return parts, err
	}
	c := okta.Object{}.With("people", withOthers(okta.Object{}.With("users", users), given.Object("people"))).
		With("grantTypes", given.Object("grantTypes").With("include", grants)).
		With("scopes", completed(given.Object("scopes"), constant(`{"include":[]}`)))
	parts.conditions = withOthers(c, given)
	parts.actions = filled(constant(`{"token":{"accessTokenLifetimeMinutes":60,"refreshTokenLifetimeMinutes":0,"refreshTokenWindowMinutes":10080}}`), body.Object("actions"))
	const object = "policyRule"
	err = firstOf(
		checkConditions(parts.conditions), idList(parts.conditions, "scopes", "include"),
		idList(parts.conditions, "people", "groups", "include"), idList(parts.conditions, "people", "users", "include"),
		within(parts.actions, object, minAccessLife, maxAccessLife, "token", "accessTokenLifetimeMinutes"),
		within(parts.actions, object, 0, maxRefreshWindow, "token", "refreshTokenLifetimeMinutes"),
		within(parts.actions, object, minRefreshWindow, maxRefreshWindow, "token", "refreshTokenWindowMinutes"),
	)
	if err != nil {
		return parts, err
	}
	var lives struct {
		Token struct {
			Access  int `json:"accessTokenLifetimeMinutes"`
			Refresh int `json:"refreshTokenLifetimeMinutes"`
		} `json:"token"`
	}
	if err := parts.actions.Decode(&lives); err != nil {
		return parts, invalid(object, "actions.token: The lives have a wrong form")
	}
	if t := lives.Token; t.Refresh != 0 && t.Refresh < t.Access { // 0 has no end
		return parts, invalid(object, "refreshTokenLifetimeMinutes: A refresh token must live as long as an access token, "+strconv.Itoa(t.Access)+" minutes, or 0 for no end")
	}
	return parts, nil
}

// grantTypes are those of a rule's condition, sorted ("recorded").
func grantTypes(conditions okta.Object) ([]string, error) {
	names := []string{}
	if v := conditions.Get("grantTypes", "include"); !isNull(v) && json.Unmarshal(v, &names) != nil {
		return nil, invalid("policyRule", "conditions.grantTypes: The condition has a wrong form")
	}
	for _, name := range names {
		if !slices.Contains(ruleGrants, name) {
			return nil, invalid("policyRule", "conditions.grantTypes: The grant types are "+strings.Join(ruleGrants, ", "))
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func createAuthorizationServerPolicyRule(o *Org, r *Request) (Reply, error) {
	body, in, parts, err := readAuthRule(r)
	if err != nil {
		return Reply{}, err
	}
	var owner, doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		if _, owner, err = tx.ofServer(o, r, authPolicies, "policyId"); err != nil {
			return err
		}
		f := policyFields{
			ID: o.ids.mint(authRules.prefix), Status: newStatus(r, in), Name: in.Name, Priority: unplaced, Type: typeAuthRule,
			Created: stamp(tx.now), Updated: stamp(tx.now),
		}
		doc, err = tx.newAuthRule(owner, f, body, parts, in.Priority)
		tx.logAuthRule("policy.rule.add", "Add policy rule", owner, doc)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return created(o.renderAuthRule(owner, doc))
}

// newAuthRule stores a new rule of a server's policy in its place.
func (tx *Tx) newAuthRule(owner okta.Object, f policyFields, body okta.Object, parts ruleParts, want *int) (okta.Object, error) {
	held, err := tx.rulesOfAuthPolicy(owner.Text("id"))
	if err != nil {
		return okta.Object{}, err
	}
	if err := full(held, "policyRule"); err != nil {
		return okta.Object{}, err
	}
	doc := f.ruleDocument(owner.Text("id"), body, parts)
	if err := tx.putAuthRule(doc); err != nil {
		return doc, err
	}
	if err := tx.rearrange(authRules, append(held, doc), true, f.ID, want); err != nil {
		return doc, err
	}
	return tx.get(authRules, f.ID)
}

// putAuthRule stores a rule. A name that another rule of its policy has is refused.
func (tx *Tx) putAuthRule(doc okta.Object) error {
	tx.changed = true
	err := tx.put(authRules, doc.Text("id"), doc)
	if isTaken(err) {
		err = invalid("policyRule", "name: Policy rule name already in use")
	}
	return err
}

func (tx *Tx) logAuthRule(event, message string, owner, rule okta.Object) {
	tx.log(Event{Type: event, Message: message, Targets: []Target{
		ruleTarget(owner.Text("id"), rule.Text("id"), rule.Text("name")), authPolicyTarget(owner),
	}})
	tx.changed = true
}

// updateAuthorizationServerPolicyRule replaces a rule. The status stays; so do conditions
// and name of one that the system made.
func updateAuthorizationServerPolicyRule(o *Org, r *Request) (Reply, error) {
	body, in, parts, err := readAuthRule(r)
	if err != nil {
		return Reply{}, err
	}
	var owner, doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		var old okta.Object
		if owner, old, err = tx.argumentAuthRule(o, r); err != nil {
			return err
		}
		at, err := placeOf(old)
		if err != nil {
			return err
		}
		f := policyFields{
			ID: at.ID, Status: at.Status, Name: in.Name, Priority: at.Priority, System: at.System, Type: typeAuthRule,
			Created: old.Text("created"), Updated: stamp(tx.now),
		}
		written := parts
		if at.System {
			f.Name, written.conditions = old.Text("name"), old.Object("conditions")
		}
		doc = f.ruleDocument(owner.Text("id"), body, written)
		tx.logAuthRule("policy.rule.update", "Update policy rule", owner, doc)
		if err := tx.putAuthRule(doc); err != nil || at.System || in.Priority == nil {
			return err
		}
		all, err := tx.rulesOfAuthPolicy(owner.Text("id"))
		if err != nil {
			return err
		}
		if err := tx.rearrange(authRules, all, true, at.ID, in.Priority); err != nil {
			return err
		}
		doc, err = tx.get(authRules, at.ID)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderAuthRule(owner, doc))
}

// deleteAuthorizationServerPolicyRule removes a rule; those behind it move up.
func deleteAuthorizationServerPolicyRule(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		owner, doc, err := tx.changingAuthRule(o, r)
		if err != nil {
			return err
		}
		tx.logAuthRule("policy.rule.delete", "Delete policy rule", owner, doc)
		if err := tx.remove(authRules, doc.Text("id")); err != nil {
			return err
		}
		left, err := tx.rulesOfAuthPolicy(owner.Text("id"))
		if err != nil {
			return err
		}
		return tx.rearrange(authRules, left, true, "", nil)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// changingAuthRule finds the rule that a request deletes or moves: the system's own is E0000111.
func (tx *Tx) changingAuthRule(o *Org, r *Request) (owner, rule okta.Object, err error) {
	if owner, rule, err = tx.argumentAuthRule(o, r); err == nil && isSystem(rule) {
		err = fail("E0000111", "policyRule")
	}
	return owner, rule, err
}

func activateAuthorizationServerPolicyRule(o *Org, r *Request) (Reply, error) {
	return o.moveAuthRule(r, active, "policy.rule.activate", "Activate policy rule")
}

func deactivateAuthorizationServerPolicyRule(o *Org, r *Request) (Reply, error) {
	return o.moveAuthRule(r, policyInactive, "policy.rule.deactivate", "Deactivate policy rule")
}

// moveAuthRule gives a rule a status. One that has it stays as it is.
func (o *Org) moveAuthRule(r *Request, status, event, message string) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		owner, rule, err := tx.changingAuthRule(o, r)
		if err != nil || rule.Text("status") == status {
			return err
		}
		tx.logAuthRule(event, message, owner, rule)
		return tx.putAuthRule(rule.With("status", status).With("lastUpdated", stamp(tx.now)))
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
