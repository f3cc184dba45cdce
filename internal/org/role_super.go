package org

import (
	"slices"

	"gatehouse/internal/okta"
)

// superAdmin is the role that may do everything, and that an org never loses.
const superAdmin = okta.SuperAdmin

// keepSuper refuses to take the last super admin away: without user, somebody must be
// left who holds the role, direct or through a group, and can sign in (security 37).
// It reads in the transaction of the write, so that two of the last cannot leave at once.
func (tx *Tx) keepSuper(user string) error {
	roles, err := rolesOf(tx.store, user)
	if err != nil || !slices.Contains(roles, superAdmin) {
		return err
	}
	return tx.superLeft(user)
}

// superLeft fails when nobody but this person ("": nobody at all) is a super admin who can sign in.
func (tx *Tx) superLeft(user string) error {
	rows, err := tx.ids(`SELECT owner FROM role_assignment WHERE type = 'SUPER_ADMIN' AND owner <> $1
		UNION SELECT e.src FROM role_assignment r JOIN edge e ON e.kind = 'member' AND e.dst = r.owner
		WHERE r.type = 'SUPER_ADMIN' AND e.src <> $1 ORDER BY 1`, user)
	if err != nil {
		return err
	}
	for _, id := range rows {
		doc, err := tx.get(users, id)
		if isCode(err, "E0000007") {
			continue // a group
		}
		if err != nil {
			return err
		}
		switch doc.Text("status") {
		case staged, suspended, deprovisioned:
		default:
			return nil
		}
	}
	return fail("E0000006", "", "This is the last super administrator of the org: give the role to somebody else first")
}

// guarded are the operations by which somebody could take over or remove an admin.
// Only a super admin may do them to a super admin (okta-semantics C6: the help pages
// mark the other operations as allowed), and only a super or org admin to somebody
// who holds another role [assumed].
var guarded = []string{
	opDeactivate, opDelete, opEdit, opSetPassword, opResetPassword, opExpirePassword, opResetFactors,
	opChangePassword, opChangeQuestion, opForgotPassword,
}

// guardAdmin refuses a guarded operation on an admin who stands above the caller.
func (s store) guardAdmin(r *Request, op string, doc okta.Object) error {
	if !slices.Contains(guarded, op) || r.Actor.holds(superAdmin) {
		return nil
	}
	roles, err := rolesOf(s, doc.Text("id"))
	if err != nil {
		return err
	}
	if slices.Contains(roles, superAdmin) || len(roles) > 0 && !r.Actor.holds(okta.OrgAdmin) {
		return fail("E0000006", "")
	}
	return nil
}
