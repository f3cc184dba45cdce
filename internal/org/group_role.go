package org

import "gatehouse/internal/okta"

// dropRoles removes every admin role of an owner with its targets.
func (tx *Tx) dropRoles(owner string) error {
	for _, statement := range []string{`DELETE FROM role_reach WHERE owner = $1`, `DELETE FROM role_target WHERE owner = $1`} {
		if _, err := tx.q.Exec(tx.ctx, statement, owner); err != nil {
			return err
		}
	}
	res, err := tx.q.Exec(tx.ctx, `DELETE FROM role_assignment WHERE owner = $1`, owner)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	tx.changed = tx.changed || n > 0
	return err
}

// dropGroupRoles removes the roles of a group that is deleted, but not the last super admins (security 37).
func (tx *Tx) dropGroupRoles(group okta.Object) error {
	id := group.Text("id")
	privileged, err := tx.hasRoles(id)
	if err != nil || !privileged {
		return err
	}
	super, err := tx.holdsRole(id, superAdmin)
	if err != nil {
		return err
	}
	if err := tx.dropRoles(id); err != nil {
		return err
	}
	tx.log(Event{Type: "group.privilege.revoke", Message: "Group's admin privilege revoked", Targets: []Target{groupTarget(group)}})
	if super {
		return tx.superLeft("")
	}
	return nil
}

// hasRoles tells whether a group holds an admin role.
func (s store) hasRoles(owner string) (bool, error) {
	return s.found(`SELECT id FROM role_assignment WHERE owner = $1 LIMIT 1`, owner)
}

// holdsRole tells whether an owner holds this role itself.
func (s store) holdsRole(owner, role string) (bool, error) {
	return s.found(`SELECT id FROM role_assignment WHERE owner = $1 AND type = $2 LIMIT 1`, owner, role)
}

// found tells whether a query of ids has a row.
func (s store) found(query string, args ...any) (bool, error) {
	ids, err := s.ids(query, args...)
	return len(ids) > 0, err
}

// dropTarget takes something that is removed out of the roles that it narrows. A role
// without a target covers the whole org, so one that loses its last target is taken
// away: nobody gains reach because a group was deleted [assumed].
func (tx *Tx) dropTarget(kind okta.TargetKind, target string) error {
	narrowed, err := tx.narrowedTo(kind, target)
	if err != nil || len(narrowed) == 0 {
		return err
	}
	tx.changed = true
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM role_target WHERE kind = $1 AND target = $2`, string(kind), target); err != nil {
		return err
	}
	for _, a := range narrowed {
		left, err := tx.found(`SELECT target FROM role_target WHERE owner = $1 AND role = $2 LIMIT 1`, a.owner, a.id)
		switch {
		case err != nil:
			return err
		case !left:
			err = tx.dropAssignment(a)
		case kind == okta.GroupTargets:
			err = tx.leaveTarget(a, target)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
