package org

import "gatehouse/internal/expr"

// What the lists of this org offer (okta-semantics C3).
var (
	userList = listing{
		collection: users, defaultLimit: 200, maxLimit: 200, qLimit: 10, qOnce: true,
		search: &grammar{
			code: "E0000031",
			fields: map[string][]expr.Op{
				"id": searchOps, "status": searchOps, "created": searchOps, "activated": searchOps, "statusChanged": searchOps,
				"lastUpdated": searchOps, "type.id": searchOps,
				"profile.firstName": containOps, "profile.lastName": containOps, "profile.email": containOps, "profile.login": containOps,
			},
			profile: searchOps,
		},
		filter: &grammar{
			code: "E0000053", exact: true,
			fields: map[string][]expr.Op{
				"status": equalOps, "lastUpdated": orderedOps, "id": equalOps, "profile.login": equalOps, "profile.email": equalOps,
				"profile.firstName": equalOps, "profile.lastName": equalOps,
			},
		},
		sortable: true,
		q:        []string{"profile.firstName", "profile.lastName", "profile.email"},
		hide:     &attr{"status", "DEPROVISIONED"},
	}
	groupList = listing{
		collection: groups, defaultLimit: 200, maxLimit: 10_000, qLimit: 300,
		search: &grammar{
			code: "E0000031",
			fields: map[string][]expr.Op{
				"id": searchOps, "type": searchOps, "created": searchOps, "lastUpdated": searchOps, "lastMembershipUpdated": searchOps,
				"source.id": searchOps, "profile.name": containOps, "profile.description": containOps,
			},
			profile: searchOps,
		},
		filter: &grammar{
			code: "E0000053", exact: true,
			fields: map[string][]expr.Op{"id": equalOps, "type": equalOps, "lastUpdated": orderedOps, "lastMembershipUpdated": orderedOps},
		},
		sortable: true,
		q:        []string{"profile.name"},
	}
	ruleList = listing{collection: groupRules, defaultLimit: 50, maxLimit: 200, q: []string{"name"}, keyword: "search"}
)

// memberList are the people of a group, 1,000 a page unless asked for fewer (documented).
func memberList(group string) listing {
	return listing{collection: users, via: &edgeList{kind: member, dst: group}, defaultLimit: 1000, maxLimit: 1000}
}

// groupsOfUser are the groups of a person.
func groupsOfUser(user string) listing {
	return listing{collection: groups, via: &edgeList{kind: member, src: user}, defaultLimit: 200, maxLimit: 200}
}
