package org

import "gatehouse/internal/okta"

// addUserToGroup answers 204 for somebody who is a member already, too ("recorded").
func addUserToGroup(o *Org, r *Request) (Reply, error) {
	return o.changeMembership(r, func(tx *Tx, group, person okta.Object) error {
		if person.Text("status") == "DEPROVISIONED" {
			return fail("E0000038", "") // a deactivated person is in no group [assumed]
		}
		return tx.addMember(group, person)
	})
}

// removeUserFromGroup answers 204 for somebody who is no member, too. Where the group
// makes super admins, one of them stays (security 37). Rules that gave the membership
// do not give it again.
func removeUserFromGroup(o *Org, r *Request) (Reply, error) {
	return o.changeMembership(r, func(tx *Tx, group, person okta.Object) error {
		if err := tx.excludeFromRules(group, person); err != nil {
			return err
		}
		if err := tx.removeMember(group, person); err != nil {
			return err
		}
		super, err := tx.holdsRole(group.Text("id"), superAdmin)
		if err != nil || !super {
			return err
		}
		return tx.superLeft("")
	})
}

func (o *Org) changeMembership(r *Request, change func(*Tx, okta.Object, okta.Object) error) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		group, err := tx.ownGroup(r.Args["groupId"])
		if err != nil {
			return err
		}
		person, err := tx.get(users, r.Args["userId"])
		if err != nil {
			return err
		}
		return change(tx, group, person)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
