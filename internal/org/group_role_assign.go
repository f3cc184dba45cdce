package org

import (
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// maxPrivileged is how many members a group may have that is given an admin role (E0000193).
const maxPrivileged = 5000

// holderKind tells what holds a role, as an assignment says it: USER or GROUP.
func holderKind(owner string) string {
	if strings.HasPrefix(owner, groups.prefix) {
		return "GROUP"
	}
	return "USER"
}

func listGroupAssignedRoles(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	if _, err := s.get(groups, r.Args["groupId"]); err != nil {
		return Reply{}, err
	}
	held, err := s.assignmentsHeldBy(r.Args["groupId"])
	return o.answerRoles(held, err)
}

func getRole(o *Org, r *Request) (Reply, error) {
	a, err := o.reads(r.ctx).groupsRole(r)
	return o.answerRole(a, err)
}

func assignRoleToGroup(o *Org, r *Request) (Reply, error) {
	return o.giveRole(r, func(tx *Tx) (okta.Object, error) {
		group, err := tx.get(groups, r.Args["groupId"])
		if err == nil {
			err = tx.mayHoldRoles(group)
		}
		return group, err
	}, (*Tx).logGroupPrivileges)
}

// mayHoldRoles refuses a group that cannot be given an admin role (error catalogue).
func (tx *Tx) mayHoldRoles(group okta.Object) error {
	switch group.Text("type") {
	case oktaGroup:
	case builtIn:
		return fail("E0000211", group.Text("profile", "name"))
	default:
		return fail("E0000194", group.Text("profile", "name"))
	}
	rules, err := tx.rulesWhere(func(d *groupRuleDocument) bool { return slices.Contains(d.targets(), group.Text("id")) })
	if err != nil {
		return err
	}
	if len(rules) > 0 {
		return fail("E0000192", group.Text("profile", "name"))
	}
	var members int
	err = tx.q.QueryRow(tx.ctx, `SELECT count(*) FROM edge WHERE kind = $1 AND dst = $2`, member, group.Text("id")).Scan(&members)
	if err == nil && members > maxPrivileged {
		err = fail("E0000193", group.Text("profile", "name"))
	}
	return err
}

func removeRoleFromGroup(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		group, err := tx.get(groups, r.Args["groupId"])
		if err != nil {
			return err
		}
		a, err := tx.assignment(group.Text("id"), r.Args["roleId"])
		if err != nil {
			return err
		}
		if err := tx.dropAssignment(a); err != nil {
			return err
		}
		if a.kind == superAdmin {
			if err := tx.superLeft(""); err != nil {
				return err
			}
		}
		return tx.logGroupPrivileges(group)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// logGroupPrivileges tells which roles a group holds now, or that none is left (event catalogue).
func (tx *Tx) logGroupPrivileges(group okta.Object) error {
	held, err := tx.assignmentsHeldBy(group.Text("id"))
	if err != nil {
		return err
	}
	if len(held) == 0 {
		tx.log(Event{Type: "group.privilege.revoke", Message: "Group's admin privilege revoked", Targets: []Target{groupTarget(group)}})
		return nil
	}
	labels := make([]string, len(held))
	for i, a := range held {
		labels[i] = okta.FindRole(a.kind).Label
	}
	tx.log(Event{
		Type: "group.privilege.grant", Message: "Group's admin privilege granted", Targets: []Target{groupTarget(group)},
		Debug: map[string]string{"privilegeGranted": strings.Join(labels, ", ")},
	})
	return nil
}
