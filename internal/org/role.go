package org

import (
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// rolesOf lists the standard roles that a user holds, direct and through groups, each once.
func rolesOf(s store, user string) ([]string, error) {
	return s.ids(`SELECT type FROM role_assignment WHERE owner = $1
		UNION SELECT r.type FROM edge e JOIN role_assignment r ON r.owner = e.dst
		WHERE e.kind = 'member' AND e.src = $1 ORDER BY 1`, user)
}

// readers are the roles that may read an area (okta-semantics C6), within the groups
// they are narrowed to. Super and org admins may read all of the areas here.
var readers = map[string][]string{
	"User":     {"APP_ADMIN", "READ_ONLY_ADMIN", "MOBILE_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN", "USER_ADMIN", "HELP_DESK_ADMIN", "GROUP_MEMBERSHIP_ADMIN"},
	"Group":    {"APP_ADMIN", "READ_ONLY_ADMIN", "MOBILE_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN", "USER_ADMIN", "HELP_DESK_ADMIN", "GROUP_MEMBERSHIP_ADMIN"},
	"Log":      {"APP_ADMIN", "READ_ONLY_ADMIN", "MOBILE_ADMIN", "REPORT_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN"},
	"UserType": {"APP_ADMIN", "READ_ONLY_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN", "USER_ADMIN", "HELP_DESK_ADMIN"},
}

// superOnly are the operations of a super admin alone: to see and to give admin roles.
func superOnly(op string) bool {
	return slices.Contains([]string{
		"listAssignedRolesForUser", "assignRoleToUser", "removeRoleFromUser", "getUserRole",
		"listGroupAssignedRoles", "assignRoleToGroup", "removeRoleFromGroup", "getRole",
		"listGroupTargetsForRole", "addGroupTargetToRole", "removeGroupTargetFromRole",
		"listGroupTargetsForGroupRole", "addGroupTargetToGroupAdministratorRoleForGroup",
		"removeGroupTargetFromGroupAdministratorRoleGivenToGroup",
	}, op)
}

// roleAllows tells whether one of the caller's roles covers the operation. Nobody
// without a role may do anything but read themselves.
func (o *Org) roleAllows(r *Request) (bool, error) {
	switch {
	case slices.Contains(r.Actor.Roles, superAdmin), own(r):
		return true, nil
	case superOnly(r.Op.ID), strings.Contains(r.Op.Path, "/targets/catalog/"):
		return false, nil
	case r.Op.Area == "Application": // which applications is decided where one is read (appReach)
		return slices.ContainsFunc(r.Actor.Roles, func(role string) bool { return okta.Covers(role, r.Op.ID) != okta.Nowhere }), nil
	case slices.Contains(r.Actor.Roles, orgAdmin):
		return true, nil
	}
	area := r.Op.Area
	switch area {
	case "UserSchema", "GroupSchema", "LinkedObject": // linked objects are shown with the schemas [assumed]
		area = "UserType"
	case "UserFactor":
		area = "User"
	}
	holds := func(role string) bool { return slices.Contains(r.Actor.Roles, role) }
	if r.Op.Safe() && slices.ContainsFunc(readers[area], holds) {
		return true, o.reads(r.ctx).narrow(r, readers[area])
	}
	if !slices.ContainsFunc(writers[r.Op.ID], holds) {
		return false, nil
	}
	return o.reads(r.ctx).reaches(r, writers[r.Op.ID])
}

// ownOperations are what everybody may do about themselves: read their document, their
// groups and [assumed] their roles with the targets, and choose what they are told of.
var ownOperations = []string{
	"getUser", "listUserGroups", "listAssignedRolesForUser", "listGroupTargetsForRole", "listApplicationTargetsForApplicationAdministratorRoleForUser",
	"listUserSubscriptions", "getUserSubscriptionByNotificationType",
	"subscribeUserSubscriptionByNotificationType", "unsubscribeUserSubscriptionByNotificationType",
}

// own tells whether somebody does one of ownOperations about themselves.
func own(r *Request) bool {
	if r.Actor.UserID == "" || !slices.Contains(ownOperations, r.Op.ID) {
		return false
	}
	id := r.Args["userId"]
	return id == "me" || id == r.Actor.UserID
}
