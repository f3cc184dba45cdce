package org

import (
	"bytes"

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
	c := &collection{unique: func(profile okta.Object) []attr { return u.claims(profile) }}
	return uniqueFault(tx.putUnique(c, user, before, after))
}

// uniqueFault words a taken value for the caller, at its field ("recorded"); other errors pass.
func uniqueFault(err error) error {
	taken, ok := err.(*TakenError)
	if !ok {
		return err
	}
	field := taken.Name[bytes.LastIndexByte([]byte(taken.Name), '.')+1:]
	return invalid(field, field+": An object with this field already exists in the current organization")
}

// uniqueName is what a unique attribute is called in the uniq table. Values are unique
// among all types that declare it.
func uniqueName(property string) string { return "user.profile." + property }

// uniques lists the attributes whose values are claimed.
func (u *userSchema) uniques() []string {
	var names []string
	for _, p := range u.Custom {
		if p.Unique == uniqueValidated || p.Unique == uniquePending {
			names = append(names, p.name)
		}
	}
	return names
}

// claims lists the unique values of a profile.
func (u *userSchema) claims(profile okta.Object) []attr {
	var out []attr
	for _, name := range u.uniques() {
		v := profile.Get(name)
		if blank(v) {
			continue
		}
		text, isText := rawText(v)
		if !isText {
			text = string(v)
		}
		out = append(out, attr{uniqueName(name), fold(text)})
	}
	return out
}
