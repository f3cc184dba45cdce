package org

import "gatehouse/internal/okta"

// updateUserType changes the display name or the description, whichever is sent.
func updateUserType(o *Org, r *Request) (Reply, error) {
	var in typeFields
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	return o.changeType(r, in)
}

// replaceUserType sets both; a description that is not sent is emptied.
func replaceUserType(o *Org, r *Request) (Reply, error) {
	var in typeFields
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	if err := in.check(); err != nil {
		return Reply{}, err
	}
	if in.Description == nil {
		in.Description = new(string)
	}
	return o.changeType(r, in)
}

func (o *Org) changeType(r *Request, in typeFields) (Reply, error) {
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		var err error
		if doc, err = tx.get(userTypes, o.argumentType(r)); err != nil {
			return err
		}
		if in.Name != nil && *in.Name != doc.Text("name") {
			return invalid("name", "name: The name of a user type cannot be changed")
		}
		if in.DisplayName != nil {
			if blank(doc.With("displayName", *in.DisplayName).Get("displayName")) {
				return invalid("displayName", "displayName: The field cannot be left blank")
			}
			doc = doc.With("displayName", *in.DisplayName)
		}
		if in.Description != nil {
			doc = doc.With("description", *in.Description)
		}
		doc = doc.With("lastUpdatedBy", r.Actor.UserID).With("lastUpdated", stamp(tx.now))
		if err := tx.put(userTypes, doc.Text("id"), doc); err != nil {
			return err
		}
		tx.log(Event{
			Type: "directory.user_profile.update", Message: "Update universal directory user profile",
			Targets: []Target{typeTarget(doc)},
		})
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderType(doc))
}

// deleteUserType removes a type that nobody has, with its schema. The default type stays.
func deleteUserType(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		id := o.argumentType(r)
		if _, err := tx.get(userTypes, id); err != nil {
			return err
		}
		used, err := tx.typeInUse(id)
		if err != nil {
			return err
		}
		if used || id == o.defaultType() {
			return fail("E0000142", "")
		}
		if err := tx.remove(userTypes, id); err != nil {
			return err
		}
		return tx.remove(userSchemas, schemaID(id))
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// typeInUse tells whether somebody, deactivated people too, is of this type.
func (s store) typeInUse(id string) (bool, error) {
	return s.found(`SELECT id FROM attr WHERE kind = 'user' AND name = 'type.id' AND value = $1 LIMIT 1`, fold(id))
}
