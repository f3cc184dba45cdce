package org

import (
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// A list for an admin who is narrowed to groups goes along what the roles reach, in the
// order of the list, or tests it by one row of an index: it never reads what it leaves out.

// narrows tells whether the caller's reach leaves anything out of this list. The members
// of a group within the reach are all within it.
func (q *asked) narrows() bool {
	switch {
	case q.reach == nil || len(q.reach.groups) == 0:
		return false
	case q.collection == users:
		return q.via == nil || q.via.kind != member || !q.reach.group(q.via.dst)
	}
	return q.collection == groups
}

// reachable is a query of the ids of a collection that a narrowed role reaches; id is the
// column that has them, for conditions to follow.
func (b *builder) reachable(of *collection, h holding) (query, id string) {
	role := `owner = ` + b.arg(h.owner) + ` AND role = ` + b.arg(h.id)
	if of == groups {
		return `SELECT t.target AS id FROM role_target t WHERE ` + role + ` AND ` + plainTarget, `t.target`
	}
	return `SELECT s.person AS id FROM role_reach s WHERE ` + role, `s.person`
}

// reachables is reachable for every role of the caller, each id once.
func (f *finder) reachables(b *builder) string {
	parts := make([]string, len(f.reach.groups))
	for i, h := range f.reach.groups {
		parts[i], _ = b.reachable(f.collection, h)
	}
	return strings.Join(parts, ` UNION `)
}

// withinReach tests whether the document of a column is within the reach. It begins with
// AND, and is "" where the reach leaves nothing out.
func (f *finder) withinReach(b *builder, column string) string {
	if !f.narrows() {
		return ""
	}
	parts := make([]string, len(f.reach.groups))
	for i, h := range f.reach.groups {
		query, id := b.reachable(f.collection, h)
		parts[i] = `EXISTS (` + query + ` AND ` + id + ` = ` + column + `)`
	}
	return ` AND (` + strings.Join(parts, ` OR `) + `)`
}

// walkReach goes by id through what the caller's roles reach. Each role's rows are in
// this order already, so that those of several are merged.
func (f *finder) walkReach(b *builder, at position) string {
	compare, order := f.direction()
	parts := make([]string, len(f.reach.groups))
	for i, h := range f.reach.groups {
		query, _ := b.reachable(f.collection, h)
		parts[i] = `SELECT a.id, '' AS sv FROM (` + query + `) a WHERE 1 = 1`
		if at.id != "" {
			parts[i] += fmt.Sprintf(` AND a.id %s %s`, compare, b.arg(at.id))
		}
		parts[i] += f.matches(b, f.node, nil)
	}
	return strings.Join(parts, ` UNION `) + ` ORDER BY id` + order
}

// identity tells the reach apart that a cursor belongs to: it names the narrowed roles.
func (r *reach) identity() string {
	if r == nil {
		return ""
	}
	names := make([]string, len(r.groups))
	for i, h := range r.groups {
		names[i] = h.owner + "/" + h.id
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// hidesEveryone tells whether the built-in group is left out of a list of groups: it is
// for who sees groups as a group admin only (documentation of the list).
func (p *Principal) hidesEveryone(op string) bool {
	return !slices.ContainsFunc(p.held, func(h holding) bool {
		return h.role != okta.UserAdmin && okta.Covers(h.role, op) != okta.Nowhere
	})
}
