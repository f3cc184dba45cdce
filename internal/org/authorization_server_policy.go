package org

import (
	"encoding/json"

	"gatehouse/internal/okta"
)

// typeAuthPolicy and typeAuthRule are the types of a server's policies and of their rules.
const (
	typeAuthPolicy = "OAUTH_AUTHORIZATION_POLICY"
	typeAuthRule   = "RESOURCE_ACCESS"
)

// renderAuthPolicy is a policy with its links, keys in the recorded order.
func (o *Org) renderAuthPolicy(doc okta.Object) okta.Object {
	self := o.serverURL(doc.Text("serverId")) + "/policies/" + doc.Text("id")
	links := o.lifecycleLinks(okta.Object{}, doc, self).With("rules", sessionLink(self+"/rules", "GET"))
	return withLinks(doc.Without("serverId"), links)
}

func listAuthorizationServerPolicies(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	server, err := s.argumentServer(o, r)
	if err != nil {
		return Reply{}, err
	}
	docs, err := s.allOfServer(authPolicies, server.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	return o.answerAll(r, docs, func(doc okta.Object) (okta.Object, bool, error) { return o.renderAuthPolicy(doc), true, nil })
}

func getAuthorizationServerPolicy(o *Org, r *Request) (Reply, error) {
	_, doc, err := o.reads(r.ctx).ofServer(o, r, authPolicies, "policyId")
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderAuthPolicy(doc))
}

// readAuthPolicy reads a policy's body. One that names no clients is for none [assumed].
func readAuthPolicy(r *Request) (okta.Object, policyInput, okta.Object, error) {
	body, in, err := readPolicyInput(r, "policy")
	if err != nil {
		return body, in, okta.Object{}, err
	}
	if in.Type != "" && in.Type != typeAuthPolicy {
		return body, in, okta.Object{}, invalid("policy", "type: The type of a policy of an authorization server is "+typeAuthPolicy)
	}
	conditions := completed(body.Object("conditions"), constant(`{"clients":{"include":[]}}`))
	if err := checkConditions(conditions); err != nil {
		return body, in, conditions, err
	}
	return body, in, conditions, idList(conditions, "clients", "include")
}

// idList refuses what is no list of texts. Absent is fine.
func idList(conditions okta.Object, path ...string) error {
	v := conditions.Get(path...)
	var list []string
	if !isNull(v) && json.Unmarshal(v, &list) != nil {
		return invalid("conditions", "conditions."+path[0]+": The condition has a wrong form")
	}
	return nil
}

// createAuthorizationServerPolicy stores a policy, behind those that are there unless it asks for a place.
func createAuthorizationServerPolicy(o *Org, r *Request) (Reply, error) {
	body, in, conditions, err := readAuthPolicy(r)
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		server, err := tx.argumentServer(o, r)
		if err != nil {
			return err
		}
		f := policyFields{
			ID: o.ids.mint(authPolicies.prefix), Status: newStatus(r, in), Name: in.Name, Type: typeAuthPolicy, Priority: unplaced,
			Created: stamp(tx.now), Updated: stamp(tx.now),
		}
		doc, err = tx.newAuthPolicy(server, f, body, conditions, in.Priority)
		tx.logServer("policy.lifecycle.create", "Create policy", server, authPolicyTarget(doc))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return created(o.renderAuthPolicy(doc))
}

// newStatus is the status that a new policy or rule gets.
func newStatus(r *Request, in policyInput) string {
	if in.Status == policyInactive || !r.flag("activate", true) {
		return policyInactive
	}
	return active
}

// newAuthPolicy stores a new policy of a server in its place.
func (tx *Tx) newAuthPolicy(server okta.Object, f policyFields, body, conditions okta.Object, want *int) (okta.Object, error) {
	held, err := tx.allOfServer(authPolicies, server.Text("id"))
	if err != nil {
		return okta.Object{}, err
	}
	if err := full(held, "policy"); err != nil {
		return okta.Object{}, err
	}
	doc := f.document(body, policyParts{conditions: conditions}).With("serverId", server.Text("id"))
	if err := tx.putAuthPolicy(doc); err != nil {
		return doc, err
	}
	if err := tx.rearrange(authPolicies, append(held, doc), true, f.ID, want); err != nil {
		return doc, err
	}
	return tx.get(authPolicies, f.ID)
}

// putAuthPolicy stores a policy. A name that another policy of its server has is refused.
func (tx *Tx) putAuthPolicy(doc okta.Object) error {
	tx.changed = true
	err := tx.put(authPolicies, doc.Text("id"), doc)
	if isTaken(err) {
		err = invalid("policy", "name: Policy name already in use")
	}
	return err
}

func authPolicyTarget(doc okta.Object) Target {
	return Target{
		ID: doc.Text("id"), Type: "PolicyEntity", AlternateID: "unknown", DisplayName: doc.Text("name"),
		DetailEntry: []byte(`{"policyType":"OauthAuthorizationPolicy"}`),
	}
}

// updateAuthorizationServerPolicy replaces name, description, clients and place. The status
// stays: it has operations of its own.
func updateAuthorizationServerPolicy(o *Org, r *Request) (Reply, error) {
	body, in, conditions, err := readAuthPolicy(r)
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		server, old, err := tx.ofServer(o, r, authPolicies, "policyId")
		if err != nil {
			return err
		}
		at, err := placeOf(old)
		if err != nil {
			return err
		}
		f := policyFields{
			ID: at.ID, Status: at.Status, Name: in.Name, Priority: at.Priority, System: at.System, Type: typeAuthPolicy,
			Created: old.Text("created"), Updated: stamp(tx.now),
		}
		doc = f.document(body, policyParts{conditions: conditions}).With("serverId", server.Text("id"))
		tx.logServer("policy.lifecycle.update", "Update policy", server, authPolicyTarget(doc))
		if err := tx.putAuthPolicy(doc); err != nil || in.Priority == nil {
			return err
		}
		all, err := tx.allOfServer(authPolicies, server.Text("id"))
		if err != nil {
			return err
		}
		if err := tx.rearrange(authPolicies, all, true, at.ID, in.Priority); err != nil {
			return err
		}
		doc, err = tx.get(authPolicies, at.ID)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderAuthPolicy(doc))
}

// deleteAuthorizationServerPolicy removes a policy with its rules; those behind it move up.
func deleteAuthorizationServerPolicy(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		server, doc, err := tx.changingAuthPolicy(o, r)
		if err != nil {
			return err
		}
		tx.logServer("policy.lifecycle.delete", "Delete policy", server, authPolicyTarget(doc))
		if err := tx.dropAuthPolicy(doc); err != nil {
			return err
		}
		left, err := tx.allOfServer(authPolicies, server.Text("id"))
		if err != nil {
			return err
		}
		return tx.rearrange(authPolicies, left, true, "", nil)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// dropAuthPolicy removes a policy with its rules.
func (tx *Tx) dropAuthPolicy(doc okta.Object) error {
	rules, err := tx.rulesOfAuthPolicy(doc.Text("id"))
	if err != nil {
		return err
	}
	for _, rule := range rules {
		if err := tx.remove(authRules, rule.Text("id")); err != nil {
			return err
		}
	}
	return tx.remove(authPolicies, doc.Text("id"))
}

// changingAuthPolicy finds the policy that a request deletes or moves: the system's own is E0000111.
func (tx *Tx) changingAuthPolicy(o *Org, r *Request) (server, doc okta.Object, err error) {
	if server, doc, err = tx.ofServer(o, r, authPolicies, "policyId"); err == nil && isSystem(doc) {
		err = fail("E0000111", "policy")
	}
	return server, doc, err
}

func activateAuthorizationServerPolicy(o *Org, r *Request) (Reply, error) {
	return o.moveAuthPolicy(r, active, "policy.lifecycle.activate", "Activate policy")
}

func deactivateAuthorizationServerPolicy(o *Org, r *Request) (Reply, error) {
	return o.moveAuthPolicy(r, policyInactive, "policy.lifecycle.deactivate", "Deactivate policy")
}

// moveAuthPolicy gives a policy a status. One that has it stays as it is.
func (o *Org) moveAuthPolicy(r *Request, status, event, message string) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		server, doc, err := tx.changingAuthPolicy(o, r)
		if err != nil || doc.Text("status") == status {
			return err
		}
		tx.logServer(event, message, server, authPolicyTarget(doc))
		return tx.putAuthPolicy(doc.With("status", status).With("lastUpdated", stamp(tx.now)))
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
