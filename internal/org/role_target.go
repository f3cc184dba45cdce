package org

import (
	"net/http"
	"slices"

	"gatehouse/internal/okta"
)

// The group targets of a role that a user holds, and of one that a group holds. The
// path parameter groupId is the target of the one and the holder of the other.

func listGroupTargetsForRole(o *Org, r *Request) (Reply, error) {
	a, err := o.reads(r.ctx).listedRole(r)
	if err != nil {
		return Reply{}, err
	}
	return o.answerTargets(r, a)
}

// listedRole is the role that a request names among those of a user. One that comes of
// a group is listed with the person's own, so its targets are too [assumed].
func (s store) listedRole(r *Request) (assignment, error) {
	person, err := s.argumentUser(r)
	if err != nil {
		return assignment{}, err
	}
	all, err := s.assignmentsOf(person.Text("id"))
	if err != nil {
		return assignment{}, err
	}
	own := func(a assignment) bool { return a.id == r.Args["roleId"] && a.via == "USER" }
	i := slices.IndexFunc(all, own)
	if i < 0 {
		i = slices.IndexFunc(all, func(a assignment) bool { return a.id == r.Args["roleId"] })
	}
	if i < 0 {
		return assignment{}, notFound(printable(r.Args["roleId"]), "RoleAssignment")
	}
	return all[i], nil
}

func listGroupTargetsForGroupRole(o *Org, r *Request) (Reply, error) {
	a, err := o.reads(r.ctx).groupsRole(r)
	if err != nil {
		return Reply{}, err
	}
	return o.answerTargets(r, a)
}

func addGroupTargetToRole(o *Org, r *Request) (Reply, error) {
	return o.changeTarget(r, store.usersRole, "groupId", (*Tx).addTarget)
}

func removeGroupTargetFromRole(o *Org, r *Request) (Reply, error) {
	return o.changeTarget(r, store.usersRole, "groupId", (*Tx).removeTarget)
}

func addGroupTargetToGroupAdministratorRoleForGroup(o *Org, r *Request) (Reply, error) {
	return o.changeTarget(r, store.groupsRole, "targetGroupId", (*Tx).addTarget)
}

func removeGroupTargetFromGroupAdministratorRoleGivenToGroup(o *Org, r *Request) (Reply, error) {
	return o.changeTarget(r, store.groupsRole, "targetGroupId", (*Tx).removeTarget)
}

// usersRole is the role that a request names, held by a user directly.
func (s store) usersRole(r *Request) (assignment, error) {
	person, err := s.argumentUser(r)
	if err != nil {
		return assignment{}, err
	}
	return s.assignment(person.Text("id"), r.Args["roleId"])
}

// groupsRole is the role that a request names, held by a group.
func (s store) groupsRole(r *Request) (assignment, error) {
	if _, err := s.get(groups, r.Args["groupId"]); err != nil {
		return assignment{}, err
	}
	return s.assignment(r.Args["groupId"], r.Args["roleId"])
}

// changeTarget changes whether the group of a path parameter is a target of a role.
func (o *Org) changeTarget(r *Request, holds func(store, *Request) (assignment, error), parameter string, change func(*Tx, assignment, string) error) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		a, err := holds(tx.store, r)
		if err != nil {
			return err
		}
		if okta.FindRole(a.kind).Narrows != okta.GroupTargets {
			return fail("E0000091", "")
		}
		group, err := tx.get(groups, r.Args[parameter])
		if err != nil {
			return err
		}
		tx.changed = true
		return change(tx, a, group.Text("id"))
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// addTarget narrows a role to one more group; the first one narrows it from the whole org.
func (tx *Tx) addTarget(a assignment, group string) error {
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO role_target (owner, role, kind, target) VALUES ($1, $2, 'group', $3) ON CONFLICT DO NOTHING`, a.owner, a.id, group)
	if err != nil {
		return err
	}
	return tx.reachTarget(a, group)
}

// removeTarget takes a group away from a role, but not the last one: without targets
// the role would cover the whole org (okta-semantics C6; the code is [assumed]).
func (tx *Tx) removeTarget(a assignment, group string) error {
	targets, err := tx.ids(`SELECT target FROM role_target WHERE owner = $1 AND role = $2 AND kind = 'group' ORDER BY target`, a.owner, a.id)
	if err != nil {
		return err
	}
	if !slices.Contains(targets, group) {
		return notFound(printable(group), groups.noun)
	}
	if len(targets) == 1 {
		return lastTarget()
	}
	_, err = tx.q.Exec(tx.ctx, `DELETE FROM role_target WHERE owner = $1 AND role = $2 AND kind = 'group' AND target = $3`, a.owner, a.id, group)
	if err != nil {
		return err
	}
	return tx.leaveTarget(a, group)
}

// lastTarget refuses to take the last target of a role away.
func lastTarget() error {
	return invalid("role", "role: The last target cannot be removed. Remove the role and assign it again to cover the whole org")
}

// answerTargets answers a page of the groups that a role is narrowed to, 20 unless asked for up to 200.
func (o *Org) answerTargets(r *Request, a assignment) (Reply, error) {
	if okta.FindRole(a.kind).Narrows != okta.GroupTargets {
		return Reply{}, fail("E0000091", "")
	}
	limit, err := listing{defaultLimit: 20, maxLimit: 200}.pageSize(r)
	if err != nil {
		return Reply{}, err
	}
	identity := []byte("role_target " + a.owner + " " + a.id)
	after, err := o.openCursor(r.Query.Get("after"), identity)
	if err != nil {
		return Reply{}, err
	}
	s := o.reads(r.ctx)
	ids, err := s.ids(`SELECT target FROM role_target WHERE owner = $1 AND role = $2 AND kind = 'group' AND target > $3 ORDER BY target LIMIT $4`, a.owner, a.id, after.id, limit+1)
	if err != nil {
		return Reply{}, err
	}
	links := []string{o.selfLink(r)}
	if len(ids) > limit {
		ids = ids[:limit]
		links = append(links, o.nextLink(r, limit, o.sealCursor(position{id: ids[limit-1]}, identity)))
	}
	docs := make([]okta.Object, len(ids))
	for i, id := range ids {
		doc, err := s.get(groups, id)
		if err != nil {
			return Reply{}, err
		}
		docs[i] = o.renderGroup(doc)
	}
	return Reply{Status: http.StatusOK, Header: http.Header{"Link": links}, Body: listBody(docs)}, nil
}
