package org

import (
	"gatehouse/internal/okta"
)

// users is the collection of people.
var users = &collection{
	kind: "user", noun: "User", prefix: "00u", attrs: userAttrs,
	unique: func(doc okta.Object) []attr { return []attr{{"user.login", fold(doc.Text("profile", "login"))}} },
}

// userAttrs are the searched values of a person.
func userAttrs(doc okta.Object) []attr {
	return documentAttrs(doc, "id", "status", "created", "lastUpdated")
}

func documentAttrs(doc okta.Object, names ...string) []attr {
	var out []attr
	for _, n := range names {
		out = append(out, attr{n, cut(fold(doc.Text(n)))})
	}
	return out
}
