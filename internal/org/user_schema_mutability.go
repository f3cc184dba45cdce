package org

import (
	"bytes"
	"encoding/json"

	"gatehouse/internal/okta"
)

// checkMutability refuses to change what a schema has as READ_ONLY (E0000077), and what
// it has as IMMUTABLE once there is a value (E0000078). before is zero for a new person.
func (o *Org) checkMutability(s store, typeID string, before, after okta.Object) error {
	u, err := o.schemaOf(s, typeID)
	if err != nil {
		return err
	}
	for _, p := range append(append(properties{}, u.Base...), u.Custom...) {
		was, is := before.Get(p.name), after.Get(p.name)
		if sameValue(was, is) {
			continue
		}
		switch {
		case p.Mutability == "READ_ONLY":
			return fail("E0000077", p.name)
		case p.Mutability == "IMMUTABLE" && !blank(was):
			return fail("E0000078", p.name)
		}
	}
	return nil
}

// sameValue compares two values of an attribute; absent, null and empty are the same.
func sameValue(a, b json.RawMessage) bool {
	if blank(a) || blank(b) {
		return blank(a) && blank(b)
	}
	return bytes.Equal(a, b) || sameScalar(a, b)
}
