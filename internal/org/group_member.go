package org

import "gatehouse/internal/okta"

// joinEveryone makes a new or reactivated person a member of Everyone. That tells no
// event and leaves the group's document as it is: everybody who creates people would
// wait for that one row.
func joinEveryone(tx *Tx, user string) error {
	_, err := tx.join(user, tx.org.everyone())
	return err
}

// join makes a person a member, and tells whether that is new.
func (tx *Tx) join(user, group string) (bool, error) {
	added, err := tx.link(member, user, group)
	if err == nil && added {
		err = tx.reachPerson(user, group)
	}
	return added, err
}

// leave ends a membership, and tells whether there was one.
func (tx *Tx) leave(user, group string) (bool, error) {
	removed, err := tx.unlink(member, user, group)
	if err == nil && removed {
		err = tx.leavePerson(user, group)
	}
	return removed, err
}

// leaveGroups takes a person out of every group, Everyone too: a deactivation or a
// removal. Groups that were joined by hand tell an event each.
func leaveGroups(tx *Tx, person okta.Object) error {
	user := person.Text("id")
	ids, err := tx.ids(`SELECT dst FROM edge WHERE kind = $1 AND src = $2 ORDER BY dst`, member, user)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if id == tx.org.everyone() {
			if _, err := tx.leave(user, id); err != nil {
				return err
			}
			continue
		}
		group, err := tx.get(groups, id)
		if err != nil {
			return err
		}
		if err := tx.removeMember(group, person); err != nil {
			return err
		}
	}
	return nil
}

// addMember puts a person into a group. Somebody who is in it already stays, without an event.
func (tx *Tx) addMember(group, person okta.Object) error {
	added, err := tx.join(person.Text("id"), group.Text("id"))
	if err != nil || !added {
		return err
	}
	if err := tx.membershipChanged(group, person, "group.user_membership.add", "Add user to group membership"); err != nil {
		return err
	}
	return tx.appsMoved(group, person, true)
}

// removeMember takes a person out of a group. Somebody who is not in it changes nothing.
func (tx *Tx) removeMember(group, person okta.Object) error {
	removed, err := tx.leave(person.Text("id"), group.Text("id"))
	if err != nil || !removed {
		return err
	}
	if err := tx.forgetRules(person.Text("id"), group.Text("id")); err != nil {
		return err
	}
	if err := tx.membershipChanged(group, person, "group.user_membership.remove", "Remove user from group membership"); err != nil {
		return err
	}
	return tx.appsMoved(group, person, false)
}

// membershipChanged stamps the group, tells the event and, where the group holds admin
// roles, drops what caches know of its members.
func (tx *Tx) membershipChanged(group, person okta.Object, event, message string) error {
	id := group.Text("id")
	tx.touch(person.Text("id"))
	if group.Text("lastMembershipUpdated") != stamp(tx.now) {
		if err := tx.put(groups, id, group.With("lastMembershipUpdated", stamp(tx.now))); err != nil {
			return err
		}
	}
	privileged, err := tx.hasRoles(id)
	if err != nil {
		return err
	}
	tx.changed = tx.changed || privileged
	tx.log(Event{Type: event, Message: message, Targets: []Target{userTarget(person), groupTarget(group)}})
	return nil
}
