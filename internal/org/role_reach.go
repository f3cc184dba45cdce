package org

import "slices"

// Roles that the checks name.
const (
	orgAdmin        = "ORG_ADMIN"
	userAdmin       = "USER_ADMIN"
	helpDeskAdmin   = "HELP_DESK_ADMIN"
	membershipAdmin = "GROUP_MEMBERSHIP_ADMIN"
)

// writers are the roles below org admin that may change something, within the groups
// they are narrowed to (okta-semantics C6).
var writers = map[string][]string{
	"createUser":             {userAdmin},
	"partialUpdateUser":      {userAdmin},
	"updateUser":             {userAdmin},
	"deactivateOrDeleteUser": {userAdmin},
	"activateUser":           {userAdmin},
	"deactivateUser":         {userAdmin},
	"reactivateUser":         {userAdmin},
	"suspendUser":            {userAdmin},
	"unsuspendUser":          {userAdmin},
	"unlockUser":             {userAdmin, helpDeskAdmin},
	"resetPassword":          {userAdmin, helpDeskAdmin},
	"resetFactors":           {userAdmin, helpDeskAdmin},
	"expirePassword":         {userAdmin, helpDeskAdmin},
	"clearUserSessions":      {userAdmin, helpDeskAdmin},
	"enrollFactor":           {userAdmin, helpDeskAdmin},
	"activateFactor":         {userAdmin, helpDeskAdmin},
	"verifyFactor":           {userAdmin, helpDeskAdmin},
	"deleteFactor":           {userAdmin, helpDeskAdmin},
	"resendEnrollFactor":     {userAdmin, helpDeskAdmin},
	"pollFactorActivation":   {userAdmin, helpDeskAdmin},
	"addUserToGroup":         {userAdmin, membershipAdmin},
	"removeUserFromGroup":    {userAdmin, membershipAdmin},

	// To end tokens is to end sessions [assumed].
	"revokeUserGrants":             {userAdmin, helpDeskAdmin},
	"revokeUserGrant":              {userAdmin, helpDeskAdmin},
	"revokeGrantsForUserAndClient": {userAdmin, helpDeskAdmin},
	"revokeTokenForUserAndClient":  {userAdmin, helpDeskAdmin},
	"revokeTokensForUserAndClient": {userAdmin, helpDeskAdmin},

	"cancelFactorTransaction":               {userAdmin, helpDeskAdmin},
	"expirePasswordAndGetTemporaryPassword": {userAdmin, helpDeskAdmin},
}

// reaches tells whether one of the caller's roles of these types covers what the
// request is about. A role without targets covers the whole org.
func (s store) reaches(r *Request, types []string) (bool, error) {
	if r.Actor.UserID == "" {
		return true, nil // the roles of a client that acts for itself have no targets
	}
	held, err := s.assignmentsOf(r.Actor.UserID)
	if err != nil {
		return false, err
	}
	for _, a := range held {
		if !slices.Contains(types, a.kind) {
			continue
		}
		targets, err := s.groupTargets(a)
		if err != nil || len(targets) == 0 {
			return err == nil, err
		}
		if covered, err := s.covers(a.kind, targets, r); err != nil || covered {
			return covered, err
		}
	}
	return false, nil
}

// narrow sets what the caller may read: the whole org where one of the roles has no
// group targets, else the people and groups of all targets together. A person or group
// outside of it is not found, like one that is not there.
func (s store) narrow(r *Request, roles []string) error {
	if r.Actor.UserID == "" {
		return nil // the roles of a client that acts for itself have no targets
	}
	held, err := s.assignmentsOf(r.Actor.UserID)
	if err != nil {
		return err
	}
	var reach []string
	for _, a := range held {
		if !slices.Contains(roles, a.kind) {
			continue
		}
		targets, err := s.groupTargets(a)
		if err != nil || len(targets) == 0 {
			return err
		}
		reach = append(reach, targets...)
	}
	r.reach = reach
	if group, named := r.Args["groupId"]; named && !slices.Contains(reach, group) {
		return notFound(printable(group), groups.noun)
	}
	if _, named := r.Args["userId"]; !named {
		return nil
	}
	doc, err := s.argumentUser(r)
	if err != nil {
		return err
	}
	if in, err := s.inAny(doc.Text("id"), reach); err != nil || in {
		return err
	}
	return notFound(printable(r.Args["userId"]), users.noun)
}

// within tells whether a document of a list is within the reach of who asks.
func (s store) within(c *collection, id string, reach []string) (bool, error) {
	switch {
	case reach == nil:
		return true, nil
	case c == groups:
		return slices.Contains(reach, id), nil
	case c == users:
		return s.inAny(id, reach)
	}
	return true, nil
}

// groupTargets lists the groups that an assignment is narrowed to.
func (s store) groupTargets(a assignment) ([]string, error) {
	return s.ids(`SELECT target FROM role_target WHERE owner = $1 AND role = $2 AND kind = 'group' ORDER BY target`, a.owner, a.id)
}

// covers tells whether the group and the person of a request are within target groups.
// A membership admin moves anybody into and out of the groups; a user admin, only their people.
func (s store) covers(role string, targets []string, r *Request) (bool, error) {
	group, named := r.Args["groupId"]
	if named && !slices.Contains(targets, group) {
		return false, nil
	}
	if _, person := r.Args["userId"]; !person || named && role == membershipAdmin {
		return true, nil // who may be created is judged with the body at hand
	}
	doc, err := s.argumentUser(r)
	if err != nil {
		return false, err
	}
	return s.inAny(doc.Text("id"), targets)
}

// inAny tells whether a person is in one of the groups.
func (s store) inAny(user string, groups []string) (bool, error) {
	for _, g := range groups {
		if in, err := s.linked(member, user, g); err != nil || in {
			return in, err
		}
	}
	return false, nil
}

// mayCreateIn refuses to create somebody outside of the caller's groups: a user admin
// who is narrowed to groups puts new people into one of them, and into no other.
func (s store) mayCreateIn(r *Request, groups []string) error {
	if slices.Contains(r.Actor.Roles, superAdmin) || slices.Contains(r.Actor.Roles, orgAdmin) || r.Actor.UserID == "" {
		return nil
	}
	held, err := s.assignmentsOf(r.Actor.UserID)
	if err != nil {
		return err
	}
	for _, a := range held {
		if a.kind != userAdmin {
			continue
		}
		targets, err := s.groupTargets(a)
		if err != nil {
			return err
		}
		outside := func(g string) bool { return !slices.Contains(targets, g) }
		if len(targets) == 0 || len(groups) > 0 && !slices.ContainsFunc(groups, outside) {
			return nil
		}
	}
	return fail("E0000006", "", "You may create users in your groups only: name one of them in groupIds")
}
