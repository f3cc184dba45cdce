package policy

import (
	"slices"
	"strings"
)

// Grant is what a client asks an authorization server for.
type Grant struct {
	// Client is the client_id, Type the grant type of the token request. The refresh of a grant
	// has the type that it began with.
	Client, Type string
	// Scopes are those asked for.
	Scopes []string
}

// The words that stand for all clients, people and scopes in conditions (published).
const (
	allClients = "ALL_CLIENTS"
	everyone   = "EVERYONE"
	allScopes  = "*"
)

// clientCredentials is the grant type of a client that acts for itself.
const clientCredentials = "client_credentials"

const noGrant = "no token request was named"

// clients are the clients that a policy is for. An empty list is for none.
type clients choice

func (l clients) judge(c Context) []Clause {
	const name = "clients.include"
	if c.Grant == nil {
		return []Clause{unknown(name, words(l.Include), noGrant)}
	}
	clauses := []Clause{met(slices.Contains(l.Include, allClients) || slices.Contains(l.Include, c.Grant.Client), name, words(l.Include), c.Grant.Client)}
	if len(l.Exclude) > 0 {
		clauses = append(clauses, met(!slices.Contains(l.Exclude, c.Grant.Client), "clients.exclude", words(l.Exclude), c.Grant.Client))
	}
	return clauses
}

// grantTypes are the grant types that a rule is for. An empty list is for none.
type grantTypes choice

func (l grantTypes) judge(c Context) []Clause {
	const name = "grantTypes.include"
	if c.Grant == nil {
		return []Clause{unknown(name, words(l.Include), noGrant)}
	}
	return []Clause{met(slices.Contains(l.Include, c.Grant.Type), name, words(l.Include), c.Grant.Type)}
}

// scopes are the scopes that a rule allows: each one asked for must be among them. An empty
// list allows none [assumed].
type scopes choice

func (l scopes) judge(c Context) []Clause {
	const name = "scopes.include"
	if c.Grant == nil {
		return []Clause{unknown(name, words(l.Include), noGrant)}
	}
	allowed := slices.Contains(l.Include, allScopes) || len(common(c.Grant.Scopes, l.Include)) == len(c.Grant.Scopes)
	return []Clause{met(allowed, name, words(l.Include), strings.Join(c.Grant.Scopes, ", "))}
}

// judgeGrant judges the people of a rule of an authorization server: one of the users or in
// one of the groups (the admin page says "a member of one of the following"), and nobody unless
// named. A client that acts for itself is none of them, and they do not count [assumed].
func (p people) judgeGrant(c Context) (clauses []Clause) {
	const name = "people.include"
	var named []string
	for _, list := range [][]string{p.Groups.Include, p.Users.Include} {
		named = append(named, list...)
	}
	if c.Grant.Type == clientCredentials {
		return []Clause{matched(name, words(named), "the client acts for itself")}
	}
	if c.Person == nil {
		return []Clause{unknown(name, words(named), "no person was named")}
	}
	member := memberClause(name, p.Groups.Include, c.Person, true)
	switch in := slices.Contains(p.Users.Include, c.Person.ID); {
	case slices.Contains(p.Groups.Include, everyone):
		member = matched(name, words(named), everyone)
	case in:
		member = matched(name, words(named), c.Person.ID)
	case member.Outcome == Failed:
		member = failed(name, words(named), "none")
	}
	member.Wanted = words(named)
	clauses = append(clauses, member)
	if len(p.Users.Exclude) > 0 {
		clauses = append(clauses, met(!slices.Contains(p.Users.Exclude, c.Person.ID), "people.users.exclude", words(p.Users.Exclude), c.Person.ID))
	}
	if len(p.Groups.Exclude) > 0 {
		clauses = append(clauses, memberClause("people.groups.exclude", p.Groups.Exclude, c.Person, false))
	}
	return clauses
}
