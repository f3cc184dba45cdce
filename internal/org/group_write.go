package org

import (
	"gatehouse/internal/okta"
)

func createGroup(o *Org, r *Request) (Reply, error) {
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		profile, err := groupProfile(tx.store, o.everyone(), r)
		if err != nil {
			return err
		}
		if doc, err = tx.putNewGroup(o.ids.mint(groups.prefix), oktaGroup, profile); err != nil {
			return err
		}
		tx.log(Event{Type: "group.lifecycle.create", Message: "Create Okta group", Targets: []Target{groupTarget(doc)}})
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderGroup(doc))
}

// updateGroup replaces the profile.
func updateGroup(o *Org, r *Request) (Reply, error) {
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		profile, err := groupProfile(tx.store, o.everyone(), r)
		if err != nil {
			return err
		}
		if doc, err = tx.ownGroup(r.Args["groupId"]); err != nil {
			return err
		}
		doc = doc.With("lastUpdated", stamp(tx.now)).With("profile", profile)
		if err := tx.put(groups, doc.Text("id"), doc); err != nil {
			return uniqueFault(err)
		}
		tx.log(Event{Type: "group.profile.update", Message: "Okta group profile updated", Targets: []Target{groupTarget(doc)}})
		return tx.reapplyRules() // some ask for names
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderGroup(doc))
}

// ownGroup reads a group that may be changed by hand: the others are read-only, and one
// that holds admin roles is for super admins alone (okta-semantics C6), since to put
// somebody into it is to give them the roles.
func (tx *Tx) ownGroup(id string) (okta.Object, error) {
	doc, err := tx.get(groups, id)
	if err != nil {
		return doc, err
	}
	if doc.Text("type") != oktaGroup {
		return doc, fail("E0000111", doc.Text("profile", "name"))
	}
	if tx.req == nil || tx.req.Actor.holds(superAdmin) {
		return doc, nil
	}
	privileged, err := tx.hasRoles(id)
	if err == nil && privileged {
		err = fail("E0000006", "")
	}
	return doc, err
}

// deleteGroup removes a group with its memberships, its applications, its admin roles and what it is a target of.
func deleteGroup(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.ownGroup(r.Args["groupId"])
		if err != nil {
			return err
		}
		id := doc.Text("id")
		if err := tx.dropTarget(okta.GroupTargets, id); err != nil {
			return err
		}
		if err := tx.dropAppsOfGroup(doc); err != nil { // while the log can still tell the members who lose them
			return err
		}
		for _, edges := range []string{member, owner} {
			if err := tx.unlinkAll(edges, id); err != nil {
				return err
			}
		}
		if err := tx.dropRuleTarget(doc); err != nil {
			return err
		}
		if err := tx.dropGroupRoles(doc); err != nil {
			return err
		}
		tx.log(Event{Type: "group.lifecycle.delete", Message: "Delete Okta group", Targets: []Target{groupTarget(doc)}})
		return tx.remove(groups, id)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
