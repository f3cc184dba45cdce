package org

import "gatehouse/internal/okta"

// The table role_reach has the people within the groups that a role is narrowed to. A
// group that holds admin roles itself is in no role's reach (help pages: group admins
// lose it), so its members are there only for other groups. What changes a membership, a
// target or the roles of a group changes it in the same transaction.

// plainTarget tells that the target t of a role holds no admin role itself, as SQL.
const plainTarget = `t.kind = 'group' AND NOT EXISTS (SELECT 1 FROM role_assignment p WHERE p.owner = t.target)`

const (
	// reachRows are the rows that targets and memberships make; conditions on t and e follow,
	// and once: DISTINCT would gather them first, which costs more than the usual row or two.
	reachRows = `INSERT INTO role_reach (owner, role, person)
		SELECT t.owner, t.role, e.src FROM role_target t CROSS JOIN edge e
		WHERE ` + plainTarget + ` AND e.kind = 'member' AND e.dst = t.target`
	// notReached tells that no target is left which a row of role_reach is there for.
	notReached = ` AND NOT EXISTS (SELECT 1 FROM edge e CROSS JOIN role_target t
		WHERE e.kind = 'member' AND e.src = role_reach.person AND t.owner = role_reach.owner AND t.role = role_reach.role
		AND t.target = e.dst AND ` + plainTarget + `)`
	once = ` ON CONFLICT DO NOTHING`
)

// reachPerson adds somebody who has joined a group. Most groups are no target, which a
// query tells for less than the statement that finds nothing to add.
func (tx *Tx) reachPerson(person, group string) error {
	narrows, err := tx.found(`SELECT t.target FROM role_target t WHERE t.target = $1 AND `+plainTarget+` LIMIT 1`, group)
	if err != nil || !narrows {
		return err
	}
	_, err = tx.q.Exec(tx.ctx, reachRows+` AND t.target = $1 AND e.src = $2`+once, group, person)
	return err
}

// leavePerson takes out somebody who has left a group.
func (tx *Tx) leavePerson(person, group string) error {
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM role_reach WHERE person = $1
		AND (owner, role) IN (SELECT owner, role FROM role_target WHERE kind = 'group' AND target = $2)`+notReached, person, group)
	return err
}

// reachTarget adds the members of a group that has become a target of a role.
func (tx *Tx) reachTarget(a assignment, group string) error {
	_, err := tx.q.Exec(tx.ctx, reachRows+` AND t.owner = $1 AND t.role = $2 AND t.target = $3`+once, a.owner, a.id, group)
	return err
}

// leaveTarget takes out the members of a group that is no target of a role any more.
func (tx *Tx) leaveTarget(a assignment, group string) error {
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM role_reach WHERE owner = $1 AND role = $2
		AND person IN (SELECT src FROM edge WHERE kind = 'member' AND dst = $3)`+notReached, a.owner, a.id, group)
	return err
}

// reachGroup adds the members of a group that has lost its last admin role.
func (tx *Tx) reachGroup(group string) error {
	_, err := tx.q.Exec(tx.ctx, reachRows+` AND t.target = $1`+once, group)
	return err
}

// leaveGroup takes out the members of a group that was given an admin role.
func (tx *Tx) leaveGroup(group string) error {
	narrowed, err := tx.narrowedTo(okta.GroupTargets, group)
	if err != nil {
		return err
	}
	for _, a := range narrowed {
		if err := tx.leaveTarget(a, group); err != nil {
			return err
		}
	}
	return nil
}

// reachEverybody makes the rows anew, after a load that went past the functions above.
func (tx *Tx) reachEverybody() error {
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM role_reach`); err != nil {
		return err
	}
	_, err := tx.q.Exec(tx.ctx, reachRows+once)
	return err
}
