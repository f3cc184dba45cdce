package policy

import "slices"

// people are the users and groups that a policy or rule is for. Users and groups are used
// together (published): where both are given, both must be met.
type people struct {
	Users  choice `json:"users"`
	Groups choice `json:"groups"`
}

// choice is a list of what is meant and one of what is not.
type choice struct {
	Include []string `json:"include"`
	Exclude []string `json:"exclude"`
}

func (p people) judge(c Context) (clauses []Clause) {
	if c.Grant != nil {
		return p.judgeGrant(c)
	}
	if c.Person == nil {
		for _, part := range p.parts() {
			clauses = append(clauses, unknown(part.name, words(part.ids), "no person was named"))
		}
		return clauses
	}
	if len(p.Users.Include) > 0 {
		clauses = append(clauses, met(slices.Contains(p.Users.Include, c.Person.ID), "people.users.include", words(p.Users.Include), c.Person.ID))
	}
	if len(p.Groups.Include) > 0 {
		clauses = append(clauses, memberClause("people.groups.include", p.Groups.Include, c.Person, true))
	}
	if len(p.Users.Exclude) > 0 {
		clauses = append(clauses, met(!slices.Contains(p.Users.Exclude, c.Person.ID), "people.users.exclude", words(p.Users.Exclude), c.Person.ID))
	}
	if len(p.Groups.Exclude) > 0 {
		clauses = append(clauses, memberClause("people.groups.exclude", p.Groups.Exclude, c.Person, false))
	}
	return clauses
}

// memberClause is met where the person is in one of the groups, or in none of those left out.
func memberClause(name string, groups []string, p *Person, include bool) Clause {
	in := common(groups, p.Groups)
	if unread := common(groups, p.Unread); len(in) == 0 && len(unread) > 0 {
		return unknown(name, words(groups), "whether the person is in "+words(unread)+" was not read")
	}
	return met(len(in) > 0 == include, name, words(groups), words(in))
}

type part struct {
	name string
	ids  []string
}

// parts are the lists that ask something.
func (p people) parts() (parts []part) {
	for _, l := range []part{
		{"people.users.include", p.Users.Include},
		{"people.groups.include", p.Groups.Include},
		{"people.users.exclude", p.Users.Exclude},
		{"people.groups.exclude", p.Groups.Exclude},
	} {
		if len(l.ids) > 0 {
			parts = append(parts, l)
		}
	}
	return parts
}

// userType is the type of the person.
type userType choice

func (u userType) judge(c Context) (clauses []Clause) {
	if len(u.Include) == 0 && len(u.Exclude) == 0 {
		return nil
	}
	if c.Person == nil {
		return []Clause{unknown("userType", words(append(slices.Clone(u.Include), u.Exclude...)), "no person was named")}
	}
	id := c.Person.TypeID
	if len(u.Include) > 0 {
		clauses = append(clauses, met(slices.Contains(u.Include, id), "userType.include", words(u.Include), id))
	}
	if len(u.Exclude) > 0 {
		clauses = append(clauses, met(!slices.Contains(u.Exclude, id), "userType.exclude", words(u.Exclude), id))
	}
	return clauses
}

// authProvider is who holds the person's password.
type authProvider struct {
	Provider string   `json:"provider"`
	Include  []string `json:"include"`
}

func (a authProvider) judge(c Context) []Clause {
	const name = "authProvider.provider"
	switch {
	case a.Provider == "" || a.Provider == "ANY":
		return nil
	case c.Person == nil || c.Person.Provider == "":
		return []Clause{unknown(name, a.Provider, "no person was named")}
	case c.Person.Provider != a.Provider:
		return []Clause{failed(name, a.Provider, c.Person.Provider)}
	case len(a.Include) > 0:
		return []Clause{matched(name, a.Provider, a.Provider), unknown("authProvider.include", words(a.Include), "the directory integration of a person is not known")}
	}
	return []Clause{matched(name, a.Provider, c.Person.Provider)}
}
