package org

import (
	"strings"
	"unicode/utf8"

	"gatehouse/internal/okta"
)

// users is the collection of people.
var users = &collection{
	kind: "user", noun: "User", prefix: "00u", attrs: userAttrs,
	sorted: []string{
		"status", "created", "activated", "statusChanged", "lastUpdated", "type.id", "profile.firstName", "profile.lastName", "profile.login",
		"profile.email", "profile.displayName", "profile.title", "profile.department", "profile.city", "profile.countryCode",
		"profile.userType", "profile.employeeNumber", "profile.costCenter",
	},
	contains: []string{"profile.firstName", "profile.lastName", "profile.email", "profile.login"},
	unique:   func(doc okta.Object) []attr { return []attr{{"user.login", fold(doc.Text("profile", "login"))}} },
}

// userAttrs are the searched values of a person.
func userAttrs(doc okta.Object) []attr {
	return profileAttrs(doc, "status", "created", "activated", "statusChanged", "lastUpdated")
}

// findUser finds a person by id, by login, or by the part of the login before the @
// where only one person has it.
func (s store) findUser(name string) (okta.Object, error) {
	if !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		return okta.Object{}, notFound(printable(name), users.noun) // no database text
	}
	if isUserID(name) {
		doc, err := s.get(users, name)
		if !isCode(err, "E0000007") {
			return doc, err
		}
	}
	id, err := s.holder("user.login", name)
	if err != nil {
		return okta.Object{}, err
	}
	if id == "" && name != "" && !strings.Contains(name, "@") {
		// "@" is followed by "A" in the order of both databases.
		short := fold(name)
		ids, err := s.ids(`SELECT id FROM uniq WHERE name = 'user.login' AND value >= $1 AND value < $2 ORDER BY value LIMIT 2`, short+"@", short+"A")
		if err != nil {
			return okta.Object{}, err
		}
		if len(ids) == 1 {
			id = ids[0]
		}
	}
	if id == "" {
		return okta.Object{}, notFound(printable(name), users.noun)
	}
	return s.get(users, id)
}

// argumentUser is the person that a request names; "me" is the caller.
func (s store) argumentUser(r *Request) (okta.Object, error) { return s.userAt(r, "userId") }

// isUserID tells whether a name has the form of a person's id.
func isUserID(name string) bool {
	return strings.HasPrefix(name, users.prefix) && idPattern.MatchString(name)
}

// userAt is argumentUser for another path parameter.
func (s store) userAt(r *Request, parameter string) (okta.Object, error) {
	name := r.Args[parameter]
	if name == "me" && r.Actor.UserID != "" {
		return s.get(users, r.Actor.UserID)
	}
	if parameter == "userId" && len(r.person.Bytes()) > 0 {
		return r.person, nil
	}
	return s.findUser(name)
}

// putUser stores a person. Caches may hold who may sign in and how somebody is called.
func (tx *Tx) putUser(doc okta.Object) error {
	tx.changed = true
	tx.touch(doc.Text("id"))
	return uniqueFault(tx.put(users, doc.Text("id"), doc))
}

// addUser stores a new person, of whom no cache knows anything.
func (tx *Tx) addUser(doc okta.Object) error {
	tx.touch(doc.Text("id"))
	return uniqueFault(tx.add(users, doc.Text("id"), doc))
}

// realm is the id of the one realm that everybody is in.
func (o *Org) realm() string { return o.ids.fixedID("guo", "default") }
