package org

import (
	"gatehouse/internal/okta"
)

// groups is the collection of groups.
var groups = &collection{
	kind: "group", noun: "UserGroup", prefix: "00g", attrs: groupAttrs, unique: groupUnique,
	sorted:   []string{"type", "created", "lastUpdated", "lastMembershipUpdated", "profile.name", "profile.description"},
	contains: []string{"profile.name", "profile.description"},
}

// groupUnique: a name belongs to one group. Groups of applications are outside the rule.
func groupUnique(doc okta.Object) []attr {
	if doc.Text("type") == "APP_GROUP" {
		return nil
	}
	return []attr{{"group.name", fold(doc.Text("profile", "name"))}}
}

// groupAttrs are the searched values of a group.
func groupAttrs(doc okta.Object) []attr {
	return profileAttrs(doc, "type", "created", "lastUpdated", "lastMembershipUpdated", "source.id")
}

// everyone is the id of the built-in group of all people that are not deactivated.
func (o *Org) everyone() string { return o.ids.fixedID(groups.prefix, "Everyone") }

// groupDocument is a group as it is stored, keys in the recorded order. Its links are added when it is read.
type groupDocument struct {
	ID                    string      `json:"id"`
	Created               string      `json:"created"`
	LastUpdated           string      `json:"lastUpdated"`
	LastMembershipUpdated string      `json:"lastMembershipUpdated"`
	ObjectClass           []string    `json:"objectClass"`
	Type                  string      `json:"type"`
	Profile               okta.Object `json:"profile"`
}

// The kinds of group. Only an Okta group may be changed by hand.
const (
	oktaGroup = "OKTA_GROUP"
	builtIn   = "BUILT_IN"
)

// putNewGroup stores a new group with this id, kind and profile.
func (tx *Tx) putNewGroup(id, kind string, profile okta.Object) (okta.Object, error) {
	now := stamp(tx.now)
	doc, err := encodeDocument(groupDocument{id, now, now, now, []string{"okta:user_group"}, kind, profile})
	if err != nil {
		return okta.Object{}, err
	}
	return doc, uniqueFault(tx.put(groups, id, doc))
}

// groupTarget names a group in an event.
func groupTarget(doc okta.Object) Target {
	return Target{ID: doc.Text("id"), Type: "UserGroup", AlternateID: "unknown", DisplayName: doc.Text("profile", "name")}
}
