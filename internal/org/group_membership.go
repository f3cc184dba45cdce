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

// removeUserFromGroup answers 204 for somebody who is no member, too.
func removeUserFromGroup(o *Org, r *Request) (Reply, error) {
	return o.changeMembership(r, (*Tx).removeMember)
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
