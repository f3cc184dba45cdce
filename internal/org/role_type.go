package org

import "encoding/base32"

// roleType is a standard admin role.
type roleType struct {
	label string
	// targets says that the role can be narrowed to groups or apps.
	targets bool
}

// roleTypes are the standard roles that may be given ("recorded" labels, else the published description's).
var roleTypes = map[string]roleType{
	superAdmin:                    {"Super Administrator", false},
	"ORG_ADMIN":                   {"Organization Administrator", false},
	"APP_ADMIN":                   {"Application Administrator", true},
	"USER_ADMIN":                  {"Group Administrator", true},
	"HELP_DESK_ADMIN":             {"Help Desk Administrator", true},
	"READ_ONLY_ADMIN":             {"Read-only Administrator", false},
	"MOBILE_ADMIN":                {"Mobile Administrator", false},
	"API_ACCESS_MANAGEMENT_ADMIN": {"API Access Management Administrator", false},
	"REPORT_ADMIN":                {"Report Administrator", false},
	"GROUP_MEMBERSHIP_ADMIN":      {"Group Membership Administrator", true},
}

// roleID is the id of a new assignment: the base 32 of its type where the role takes
// targets, so that an owner has one of each ("recorded"), else one of its own.
func (o *Org) roleID(owner, kind string) string {
	if roleTypes[kind].targets {
		return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(kind))
	}
	if holderKind(owner) == "GROUP" {
		return o.ids.mint("gra")
	}
	return o.ids.mint("ra1")
}
