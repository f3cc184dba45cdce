package org

import (
	"slices"

	"gatehouse/internal/okta"
)

// collection is a kind of document.
type collection struct {
	// kind is the name in the document and attr tables, such as "user".
	kind string
	// noun is what E0000007 calls one, such as "User".
	noun string
	// prefix begins its ids.
	prefix string
	// attrs are the searched values of a document.
	attrs func(okta.Object) []attr
	// sorted are the attributes that lists are often sorted by: a document without one
	// keeps a row for it, so that it is found in its place at once.
	sorted []string
	// contains are the attributes that "co" looks up in the trigram table of the kind.
	contains []string
	// unique are the values that no other document may hold, by name ("user.login").
	unique func(okta.Object) []attr
}

// searchedValues are the rows of a document in the attr table, each once: its searched
// values, a row without name that says that it is there, and a row ” for each
// attribute of sorted that it lacks. The id itself needs no row.
func (c *collection) searchedValues(doc okta.Object) []attr {
	if c.attrs == nil {
		return nil
	}
	all := c.attrs(doc)
	rows := append(make([]attr, 0, len(all)+4), attr{})
	for _, a := range without(all, rows) {
		if a.name != "id" {
			rows = append(rows, a)
		}
	}
	for _, name := range c.sorted {
		if !slices.ContainsFunc(rows, func(a attr) bool { return a.name == name }) {
			rows = append(rows, attr{name, ""})
		}
	}
	return rows
}

// marks tells whether a document without this attribute has a row ” for it.
func (c *collection) marks(name string) bool { return slices.Contains(c.sorted, name) }

// attr is a searched value, folded and cut as the attr table holds it.
type attr struct{ name, value string }

// The kinds of edge. A member edge goes from the person to the group.
const member = "member"
