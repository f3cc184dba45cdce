package org

import (
	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

func createGroup(o *Org, r *Request) (Reply, error) {
	profile, err := groupProfile(r)
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		var err error
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
	profile, err := groupProfile(r)
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		var err error
		if doc, err = tx.ownGroup(r.Args["groupId"]); err != nil {
			return err
		}
		doc = doc.With("lastUpdated", stamp(tx.now)).With("profile", profile)
		if err := tx.put(groups, doc.Text("id"), doc); err != nil {
			return uniqueFault(err)
		}
		tx.log(Event{Type: "group.profile.update", Message: "Okta group profile updated", Targets: []Target{groupTarget(doc)}})
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderGroup(doc))
}

// ownGroup reads a group that may be changed by hand; the others are read-only.
func (tx *Tx) ownGroup(id string) (okta.Object, error) {
	doc, err := tx.get(groups, id)
	if err == nil && doc.Text("type") != oktaGroup {
		err = fail("E0000111", doc.Text("profile", "name"))
	}
	return doc, err
}

// deleteGroup removes a group with its memberships, its admin roles and what it is a target of.
func deleteGroup(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.ownGroup(r.Args["groupId"])
		if err != nil {
			return err
		}
		id := doc.Text("id")
		if err := tx.unlinkAll(member, id); err != nil {
			return err
		}
		if err := tx.dropRoles(id); err != nil {
			return err
		}
		if err := tx.dropTarget("group", id); err != nil {
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
