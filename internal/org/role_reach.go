package org

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/okta"
)

// reach is how far the roles of a caller cover an operation, when that is not the whole
// org: what one role does not reach, another may. A nil reach is the whole org.
type reach struct {
	// groups are the roles that cover their target groups and the people in them.
	groups []holding
	// apps are the roles that cover their target apps and, where the operation writes policies,
	// the sign-on policies that no other app has.
	apps []holding
	// oidc covers OpenID Connect apps, signOn the sign-on policies of all apps.
	oidc, signOn bool
}

// reachOf tells how far the roles of a caller cover an operation. covered is false
// where none of them does at all.
func reachOf(held []holding, op string) (r *reach, covered bool) {
	var some reach
	for _, h := range held {
		switch c := okta.Covers(h.role, op); {
		case c == okta.Everywhere, !h.narrowed && (c == okta.InGroups || c == okta.InApps || c == okta.WholeOrg):
			return nil, true
		case c == okta.InGroups:
			some.groups = append(some.groups, h)
		case c == okta.InApps, c == okta.SignOnPolicies && h.narrowed:
			some.apps = append(some.apps, h)
		case c == okta.OIDCApps:
			some.oidc = true
		case c == okta.SignOnPolicies:
			some.signOn = true
		default:
			continue
		}
		covered = true
	}
	return &some, covered
}

// group tells whether a group is within the reach.
func (r *reach) group(id string) bool {
	return r == nil || slices.ContainsFunc(r.groups, func(h holding) bool { return h.covers(id) })
}

// covers tells whether a group is one that the role is narrowed to.
func (h holding) covers(group string) bool {
	_, found := slices.BinarySearch(h.groups, group)
	return found
}

// of is an SQL condition that a row belongs to one of the narrowed roles; its columns
// owner and role are named by table.
func (r *reach) of(b *builder, table string) string {
	parts := make([]string, len(r.groups))
	for i, h := range r.groups {
		parts[i] = table + `.owner = ` + b.arg(h.owner) + ` AND ` + table + `.role = ` + b.arg(h.id)
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return `(` + strings.Join(parts, ` OR `) + `)`
}

// reached returns the id of the person with this id or login who is within the reach, or "".
func (s store) reached(r *reach, name string) (string, error) {
	if !utf8.ValidString(name) {
		return "", nil // no database text
	}
	if strings.HasPrefix(name, users.prefix) {
		if in, err := s.reaches(r, name); err != nil || in {
			return name, err
		}
	}
	b := &builder{args: []any{fold(name)}}
	ids, err := s.ids(`SELECT s.person FROM uniq u JOIN role_reach s ON s.person = u.id
		WHERE u.name = 'user.login' AND u.value = $1 AND `+r.of(b, "s")+` LIMIT 1`, b.args...)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// reaches tells whether somebody is within the reach.
func (s store) reaches(r *reach, id string) (bool, error) {
	b := &builder{args: []any{id}}
	return s.found(`SELECT s.person FROM role_reach s WHERE s.person = $1 AND `+r.of(b, "s")+` LIMIT 1`, b.args...)
}
