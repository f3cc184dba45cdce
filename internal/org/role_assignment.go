package org

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// assignment is a standard role of a user or a group, as stored.
type assignment struct {
	id, kind string
	// via is USER, or GROUP for a role that a group holds.
	via     string
	owner   string
	created int64
}

// assignmentsOf lists the roles of a user: their own and those of their groups, by id.
func (s store) assignmentsOf(user string) ([]assignment, error) {
	return s.assignments(`SELECT id, type, 'USER', owner, created FROM role_assignment WHERE owner = $1
		UNION ALL SELECT r.id, r.type, 'GROUP', r.owner, r.created FROM edge e JOIN role_assignment r ON r.owner = e.dst
		WHERE e.kind = 'member' AND e.src = $1 ORDER BY 1, 4`, user)
}

// assignmentsHeldBy lists the roles that a group holds itself, by id.
func (s store) assignmentsHeldBy(group string) ([]assignment, error) {
	return s.assignments(`SELECT id, type, 'GROUP', owner, created FROM role_assignment WHERE owner = $1 ORDER BY id`, group)
}

// narrowedTo lists the roles that have a target, by owner.
func (s store) narrowedTo(kind okta.TargetKind, target string) ([]assignment, error) {
	return s.assignments(`SELECT a.id, a.type, a.via, a.owner, a.created FROM role_target t JOIN role_assignment a ON a.owner = t.owner AND a.id = t.role
		WHERE t.kind = $1 AND t.target = $2 ORDER BY a.owner, a.id`, string(kind), target)
}

// assignments runs a query of assignments.
func (s store) assignments(query string, args ...any) ([]assignment, error) {
	rows, err := s.q.Query(s.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []assignment
	for rows.Next() {
		var a assignment
		if err := rows.Scan(&a.id, &a.kind, &a.via, &a.owner, &a.created); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// renderRole is an assignment as the API answers it, keys in the recorded order.
func (o *Org) renderRole(a assignment) (okta.Object, error) {
	at := stamp(time.UnixMilli(a.created))
	assignee := o.userURL(a.owner)
	if a.via == "GROUP" {
		assignee = o.baseURL + "/api/v1/groups/" + a.owner
	}
	return encodeDocument(struct {
		ID             string          `json:"id"`
		Label          string          `json:"label"`
		Type           string          `json:"type"`
		Status         string          `json:"status"`
		Created        string          `json:"created"`
		LastUpdated    string          `json:"lastUpdated"`
		AssignmentType string          `json:"assignmentType"`
		Links          map[string]link `json:"_links"`
	}{a.id, okta.FindRole(a.kind).Label, a.kind, "ACTIVE", at, at, a.via, map[string]link{"assignee": {Href: assignee}}})
}

func listAssignedRolesForUser(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	doc, err := s.argumentUser(r)
	if err != nil {
		return Reply{}, err
	}
	held, err := s.assignmentsOf(doc.Text("id"))
	return o.answerRoles(held, err)
}

// answerRoles answers what a query of assignments found.
func (o *Org) answerRoles(held []assignment, err error) (Reply, error) {
	if err != nil {
		return Reply{}, err
	}
	roles := make([]okta.Object, len(held))
	for i, a := range held {
		if roles[i], err = o.renderRole(a); err != nil {
			return Reply{}, err
		}
	}
	return Reply{Status: http.StatusOK, Body: listBody(roles)}, nil
}

func getUserRole(o *Org, r *Request) (Reply, error) {
	a, err := o.reads(r.ctx).usersRole(r)
	return o.answerRole(a, err)
}

// answerRole answers an assignment that was looked for.
func (o *Org) answerRole(a assignment, err error) (Reply, error) {
	if err != nil {
		return Reply{}, err
	}
	role, err := o.renderRole(a)
	if err != nil {
		return Reply{}, err
	}
	return ok(role)
}

// assignment finds a role that a user or a group holds itself.
func (s store) assignment(owner, id string) (assignment, error) {
	a := assignment{id: id, owner: owner, via: holderKind(owner)}
	err := s.q.QueryRow(s.ctx, `SELECT type, created FROM role_assignment WHERE owner = $1 AND id = $2`, owner, id).Scan(&a.kind, &a.created)
	if db.IsNone(err) {
		return a, notFound(printable(id), "RoleAssignment")
	}
	return a, err
}

// requestedRole reads the standard role that a request gives.
func requestedRole(r *Request) (string, error) {
	var in struct {
		Type string `json:"type"`
	}
	if err := r.decode(&in); err != nil {
		return "", err
	}
	if okta.FindRole(in.Type) == nil {
		return "", invalid("type", "type: Must be one of the standard role types")
	}
	return in.Type, nil
}

func assignRoleToUser(o *Org, r *Request) (Reply, error) {
	return o.giveRole(r, func(tx *Tx) (okta.Object, error) {
		doc, err := tx.argumentUser(r)
		if err == nil && doc.Text("status") == deprovisioned {
			err = fail("E0000038", "")
		}
		return doc, err
	}, (*Tx).logPrivileges)
}

// giveRole gives the role that a request asks for to whom holder finds, and tells the log.
func (o *Org) giveRole(r *Request, holder func(*Tx) (okta.Object, error), told func(*Tx, okta.Object) error) (Reply, error) {
	kind, err := requestedRole(r)
	if err != nil {
		return Reply{}, err
	}
	var role okta.Object
	err = o.update(r, func(tx *Tx) error {
		doc, err := holder(tx)
		if err != nil {
			return err
		}
		a, err := tx.assignRole(doc.Text("id"), kind)
		if err != nil {
			return err
		}
		if err := told(tx, doc); err != nil {
			return err
		}
		role, err = o.renderRole(a)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return created(role)
}

// assignRole gives a role directly. One that the owner has is E0000090.
func (tx *Tx) assignRole(owner, kind string) (assignment, error) {
	held, err := tx.ids(`SELECT id FROM role_assignment WHERE owner = $1 AND type = $2`, owner, kind)
	if err != nil {
		return assignment{}, err
	}
	twice := fail("E0000090", "", "The role specified is already assigned to the "+strings.ToLower(holderKind(owner))+".")
	if len(held) > 0 {
		return assignment{}, twice
	}
	a := assignment{id: tx.org.roleID(owner, kind), kind: kind, via: holderKind(owner), owner: owner, created: tx.now.UnixMilli()}
	tx.changed = true
	_, err = tx.q.Exec(tx.ctx, `INSERT INTO role_assignment (owner, id, type, via, created) VALUES ($1, $2, $3, $4, $5)`, owner, a.id, kind, a.via, a.created)
	if errors.Is(err, db.ErrDuplicate) {
		return a, twice
	}
	if err == nil && a.via == "GROUP" {
		err = tx.leaveGroup(owner)
	}
	return a, err
}

func removeRoleFromUser(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.argumentUser(r)
		if err != nil {
			return err
		}
		a, err := tx.assignment(doc.Text("id"), r.Args["roleId"])
		if err != nil {
			return err
		}
		if err := tx.keepSuperWithout(a); err != nil {
			return err
		}
		if err := tx.dropAssignment(a); err != nil {
			return err
		}
		return tx.logPrivileges(doc)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// dropAssignment removes a role with its targets.
func (tx *Tx) dropAssignment(a assignment) error {
	tx.changed = true
	for _, statement := range []string{
		`DELETE FROM role_reach WHERE owner = $1 AND role = $2`, `DELETE FROM role_target WHERE owner = $1 AND role = $2`,
		`DELETE FROM role_assignment WHERE owner = $1 AND id = $2`,
	} {
		if _, err := tx.q.Exec(tx.ctx, statement, a.owner, a.id); err != nil {
			return err
		}
	}
	privileged, err := tx.hasRoles(a.owner)
	if err == nil && !privileged && holderKind(a.owner) == "GROUP" {
		err = tx.reachGroup(a.owner)
	}
	return err
}

// keepSuperWithout refuses to take a role away that the last super admin holds by it alone.
func (tx *Tx) keepSuperWithout(a assignment) error {
	if a.kind != superAdmin {
		return nil
	}
	all, err := tx.assignmentsOf(a.owner)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(b assignment) bool { return b.kind == superAdmin && b.id != a.id }) {
		return nil
	}
	return tx.keepSuper(a.owner)
}

// logPrivileges tells which roles somebody holds now; the event of a revocation is
// that none is left (event catalogue).
func (tx *Tx) logPrivileges(doc okta.Object) error {
	held, err := tx.assignmentsOf(doc.Text("id"))
	if err != nil {
		return err
	}
	if len(held) == 0 {
		tx.log(userEvent(doc, "user.account.privilege.revoke", "Revoke user privilege"))
		return nil
	}
	labels := make([]string, len(held))
	for i, a := range held {
		labels[i] = okta.FindRole(a.kind).Label
	}
	e := userEvent(doc, "user.account.privilege.grant", "Grant user privilege")
	e.Debug = map[string]string{"privilegeGranted": strings.Join(labels, ", ")}
	tx.log(e)
	return nil
}
