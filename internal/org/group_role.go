package org

import (
	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// dropRoles removes every admin role of an owner with its targets.
func (tx *Tx) dropRoles(owner string) error {
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM role_target WHERE owner = $1`, owner); err != nil {
		return err
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
func (tx *Tx) dropTarget(kind, target string) error {
	rows, err := tx.q.Query(tx.ctx, `SELECT owner, role FROM role_target WHERE kind = $1 AND target = $2 ORDER BY owner, role`, kind, target)
	if err != nil {
		return err
	}
	defer rows.Close()
	type assignment struct{ owner, role string }
	var narrowed []assignment
	for rows.Next() {
		var a assignment
		if err := rows.Scan(&a.owner, &a.role); err != nil {
			return err
		}
		narrowed = append(narrowed, a)
	}
	if err := rows.Err(); err != nil || len(narrowed) == 0 {
		return err
	}
	tx.changed = true
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM role_target WHERE kind = $1 AND target = $2`, kind, target); err != nil {
		return err
	}
	for _, a := range narrowed {
		var left string
		err := tx.q.QueryRow(tx.ctx, `SELECT target FROM role_target WHERE owner = $1 AND role = $2 LIMIT 1`, a.owner, a.role).Scan(&left)
		if !db.IsNone(err) {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := tx.q.Exec(tx.ctx, `DELETE FROM role_assignment WHERE owner = $1 AND id = $2`, a.owner, a.role); err != nil {
			return err
		}
	}
	return nil
}
