package org

import (
	"slices"

	"gatehouse/internal/okta"
)

// updateGroupSchema adds, changes and (with null) removes custom attributes of groups.
// What is removed is gone from every group at once.
func updateGroupSchema(o *Org, r *Request) (Reply, error) {
	body, err := r.object()
	if err != nil {
		return Reply{}, err
	}
	if base := body.Object("definitions", "base", "properties").Keys(); len(base) > 0 {
		return Reply{}, schemaFault(base[0], "A base attribute of groups cannot be changed")
	}
	changes := body.Object("definitions", "custom", "properties")
	var u *groupSchema
	err = o.update(r, func(tx *Tx) error {
		if u, err = tx.groupSchema(o.everyone()); err != nil {
			return err
		}
		for _, name := range changes.Keys() {
			if string(changes.Get(name)) == "null" {
				err = tx.removeGroupAttribute(u, name)
			} else {
				err = u.set(name, changes.Object(name))
			}
			if err != nil {
				return err
			}
		}
		u.LastUpdated = stamp(tx.now)
		doc, err := encodeDocument(u)
		if err != nil {
			return err
		}
		// The catalogue has no type of its own for the profile of groups [assumed].
		tx.log(Event{
			Type: "directory.user_profile.update", Message: "Update universal directory user profile",
			Targets: []Target{{ID: groupSchemaName, Type: "GroupSchema", AlternateID: "unknown", DisplayName: "Okta group"}},
		})
		return tx.put(groupSchemas, groupSchemaName, doc)
	})
	if err != nil {
		return Reply{}, err
	}
	return o.answerGroupSchema(u)
}

// set adds or changes one custom attribute.
func (u *groupSchema) set(name string, change okta.Object) error {
	if change.IsZero() || !propertyName.MatchString(name) {
		return schemaFault(name, "The name must start with a letter or an underscore and hold only letters, digits and underscores")
	}
	if baseGroupProperties().find(name) >= 0 {
		return schemaFault(name, "An attribute with this name already exists in the base schema")
	}
	i := u.Custom.find(name)
	var old property
	if i >= 0 {
		old = u.Custom[i].property
	}
	now, fault := old.with(change)
	switch {
	case fault != "":
	case old.Type != "" && old.Type != now.Type:
		fault = "The type of an attribute cannot be changed"
	case now.claimed():
		fault = "An attribute of groups cannot be unique" // [assumed]
	default:
		fault = now.wrong(name)
	}
	if fault != "" {
		return schemaFault(name, fault)
	}
	if i >= 0 {
		u.Custom[i].property = now
	} else {
		u.Custom = append(u.Custom, namedProperty{name, now})
	}
	return nil
}

// removeGroupAttribute takes an attribute out of the schema and of every group. To
// remove what is not there changes nothing.
func (tx *Tx) removeGroupAttribute(u *groupSchema, name string) error {
	i := u.Custom.find(name)
	if i < 0 {
		if baseGroupProperties().find(name) >= 0 {
			return schemaFault(name, "A base attribute of groups cannot be changed")
		}
		return nil
	}
	u.Custom = slices.Delete(u.Custom, i, i+1)
	holders, err := tx.ids(`SELECT DISTINCT id FROM attr WHERE kind = $1 AND name = $2 ORDER BY id`, groups.kind, "profile."+name)
	if err != nil {
		return err
	}
	for _, id := range holders {
		doc, err := tx.get(groups, id)
		if err != nil {
			return err
		}
		if err := tx.put(groups, id, doc.With("profile", doc.Object("profile").Without(name))); err != nil {
			return err
		}
	}
	return nil
}
