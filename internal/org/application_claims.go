package org

import (
	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
)

// forClaims is the part of an assignment that expressions read.
func (a appUser) forClaims() okta.Object {
	name := a.userName
	if name == "" {
		name = userNameFor(a.app, a.person)
	}
	return okta.Object{}.With("credentials", map[string]string{"userName": name}).With("profile", overlay(mappedProfile(a.app, a.person), a.profile))
}

// groupsForClaims are a person's groups as expressions read them.
func (s store) groupsForClaims(user string) (all []expr.Group, err error) {
	rows, err := s.q.Query(s.ctx, `SELECT d.body FROM edge e JOIN document d ON d.kind = $1 AND d.id = e.dst WHERE e.kind = $2 AND e.src = $3 ORDER BY e.dst`, groups.kind, member, user)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		doc, err := okta.Trusted([]byte(body))
		if err != nil {
			return nil, err
		}
		all = append(all, expr.Group{ID: doc.Text("id"), Name: doc.Text("profile", "name"), Type: doc.Text("type")})
	}
	return all, rows.Err()
}
