package org

// grammar is what the search or filter parameter of a list may say.
type grammar struct {
	// code is the error of an expression that the grammar refuses: E0000031 or E0000053.
	code string
}

// What the lists of this org offer (okta-semantics C3).
var (
	userList = listing{
		collection: users, defaultLimit: 200, maxLimit: 200, qLimit: 10, qOnce: true,
		search: &grammar{code: "E0000031"}, filter: &grammar{code: "E0000053"}, sortable: true,
		q:    []string{"profile.firstName", "profile.lastName", "profile.email"},
		hide: &attr{"status", "deprovisioned"},
	}
	groupList = listing{
		collection: groups, defaultLimit: 200, maxLimit: 10_000, qLimit: 300,
		search: &grammar{code: "E0000031"}, filter: &grammar{code: "E0000053"}, sortable: true,
		q: []string{"profile.name"},
	}
)

// memberList are the people of a group. The default of 1,000 is as documented.
func memberList(group string) listing {
	return listing{collection: users, via: &edgeList{kind: member, dst: group}, defaultLimit: 1000, maxLimit: 1000}
}

// groupsOfUser are the groups of a person.
func groupsOfUser(user string) listing {
	return listing{collection: groups, via: &edgeList{kind: member, src: user}, defaultLimit: 200, maxLimit: 200}
}
