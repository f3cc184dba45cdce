package org

import (
	"errors"
	"strings"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// claimUnique moves what a person's profile claims of the schema's unique attributes
// from before to after. Either may be zero: a new person, a person removed. A value
// that somebody else holds is E0000001 at its field.
func (tx *Tx) claimUnique(typeID, user string, before, after okta.Object) error {
	u, err := tx.org.schemaOf(tx.store, typeID)
	if err != nil {
		return err
	}
	if len(u.uniques()) == 0 {
		return nil
	}
	gone, come := difference(u.claims, before, after)
	for _, a := range gone {
		// While an attribute is becoming unique its values may be claimed by others: only the own one goes.
		if _, err := tx.q.Exec(tx.ctx, `DELETE FROM uniq WHERE name = $1 AND value = $2 AND id = $3`, a.name, a.value, user); err != nil {
			return err
		}
	}
	for _, a := range come {
		if err := tx.claim(a, user); err != nil {
			return uniqueFault(err)
		}
	}
	return nil
}

// claim takes a unique value for a document that may hold it already. A value of another document is a *TakenError.
func (tx *Tx) claim(a attr, id string) error {
	var owner string
	err := tx.q.QueryRow(tx.ctx, `SELECT id FROM uniq WHERE name = $1 AND value = $2`, a.name, a.value).Scan(&owner)
	switch {
	case db.IsNone(err):
	case err != nil:
		return err
	case owner != id:
		return &TakenError{a.name, a.value}
	default:
		return nil
	}
	_, err = tx.q.Exec(tx.ctx, `INSERT INTO uniq (name, value, id) VALUES ($1, $2, $3)`, a.name, a.value, id)
	if errors.Is(err, db.ErrDuplicate) {
		return &TakenError{a.name, a.value}
	}
	return err
}

// uniqueFault words a taken value for the caller, at its field (okta-semantics C1); other errors pass.
func uniqueFault(err error) error {
	var taken *TakenError
	if !errors.As(err, &taken) {
		return err
	}
	field := taken.Name[strings.LastIndexByte(taken.Name, '.')+1:]
	return invalid(field, field+": An object with this field already exists in the current organization")
}

// uniqueName is what a unique attribute is called in the uniq table. Values are unique
// among all types that declare it.
func uniqueName(property string) string { return "user.profile." + property }

// uniques lists the attributes whose values are claimed.
func (u *userSchema) uniques() []string {
	var names []string
	for _, p := range u.Custom {
		if p.claimed() {
			names = append(names, p.name)
		}
	}
	return names
}

// claimed tells whether the values of an attribute belong to one person each.
func (p *property) claimed() bool { return p.Unique == uniqueValidated || p.Unique == uniquePending }

// claims lists the unique values of a profile.
func (u *userSchema) claims(profile okta.Object) []attr {
	var out []attr
	for _, name := range u.uniques() {
		if a, held := claimOf(profile, name); held {
			out = append(out, a)
		}
	}
	return out
}

// claimOf is the claim that a profile makes on one attribute, when it has a value.
func claimOf(profile okta.Object, name string) (attr, bool) {
	v := profile.Get(name)
	if blank(v) {
		return attr{}, false
	}
	s, isScalar := scalarOf(v)
	return attr{uniqueName(name), s.key()}, isScalar
}
