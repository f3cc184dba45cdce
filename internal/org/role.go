package org

import "slices"

// rolesOf lists the standard roles that a user holds, direct and through groups, each once.
func rolesOf(s store, user string) ([]string, error) {
	return s.ids(`SELECT type FROM role_assignment WHERE owner = $1
		UNION SELECT r.type FROM edge e JOIN role_assignment r ON r.owner = e.dst
		WHERE e.kind = 'member' AND e.src = $1 ORDER BY 1`, user)
}

// holding is a standard role that a caller has, with what it is narrowed to.
type holding struct {
	role string
	// owner and id name the assignment; empty for a role of a client that acts for itself.
	owner, id string
	// narrowed is set where there are targets: without, the role covers the whole org.
	narrowed bool
	// groups are the target groups but those that hold admin roles themselves, sorted.
	groups []string
	// apps are ids of target applications, catalog the names of catalog apps whose
	// applications are all targets.
	apps, catalog []string
}

// holdingsOf lists the roles of a user, direct and through groups, by type.
func (s store) holdingsOf(user string) ([]holding, error) {
	rows, err := s.q.Query(s.ctx, `SELECT r.type, r.owner, r.id, COALESCE(t.kind, ''), COALESCE(t.target, ''), COALESCE(p.owner, '')
		FROM (SELECT type, owner, id FROM role_assignment WHERE owner = $1
			UNION ALL SELECT g.type, g.owner, g.id FROM edge e JOIN role_assignment g ON g.owner = e.dst
			WHERE e.kind = 'member' AND e.src = $1) r
		LEFT JOIN role_target t ON t.owner = r.owner AND t.role = r.id
		LEFT JOIN (SELECT DISTINCT owner FROM role_assignment) p ON p.owner = t.target
		ORDER BY r.type, r.owner, t.target`, user)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []holding
	for rows.Next() {
		var h holding
		var kind, target, privileged string
		if err := rows.Scan(&h.role, &h.owner, &h.id, &kind, &target, &privileged); err != nil {
			return nil, err
		}
		if n := len(out); n == 0 || out[n-1].owner != h.owner || out[n-1].id != h.id {
			out = append(out, h)
		}
		last := &out[len(out)-1]
		last.narrowed = last.narrowed || kind != ""
		switch {
		case kind == "group" && privileged == "":
			last.groups = append(last.groups, target)
		case kind == appTargetKind:
			last.apps = append(last.apps, target)
		case kind == catalogTargetKind:
			last.catalog = append(last.catalog, target)
		}
	}
	return out, rows.Err()
}

// holdingsOfClient are the roles of a client that acts for itself, which nothing narrows.
func holdingsOfClient(roles []string) []holding {
	out := make([]holding, len(roles))
	for i, role := range roles {
		out[i] = holding{role: role}
	}
	return out
}

// holds tells whether the caller has a standard role.
func (p *Principal) holds(role string) bool {
	return slices.ContainsFunc(p.held, func(h holding) bool { return h.role == role })
}
