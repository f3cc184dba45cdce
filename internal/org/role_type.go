package org

import (
	"encoding/base32"

	"gatehouse/internal/okta"
)

// roleID is the id of a new assignment: the base 32 of its type where the role takes
// targets, so that an owner has one of each ("recorded"), else one of its own.
func (o *Org) roleID(owner, kind string) string {
	if okta.FindRole(kind).Narrows != okta.NoTargets {
		return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(kind))
	}
	if holderKind(owner) == "GROUP" {
		return o.ids.mint("gra")
	}
	return o.ids.mint("ra1")
}
