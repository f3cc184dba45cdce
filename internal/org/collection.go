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
	// unique are the values that no other document may hold, by name ("user.login").
	unique func(okta.Object) []attr
}

// searched are the values that the attr table holds of a document, each once.
func (c *collection) searched(doc okta.Object) []attr {
	if c.attrs == nil {
		return nil
	}
	all := c.attrs(doc)
	once := all[:0]
	for _, a := range all {
		if !slices.Contains(once, a) {
			once = append(once, a)
		}
	}
	return once
}

// attr is a searched value, folded and cut as the attr table holds it.
type attr struct{ name, value string }

// The kinds of edge. A member edge goes from the person to the group.
const member = "member"
