package org

import (
	"slices"

	"gatehouse/internal/okta"
)

// updateUserProfile adds, changes and (with null) removes attributes of a schema. What
// that means for everybody's profile is done in the background.
func updateUserProfile(o *Org, r *Request) (Reply, error) {
	body, err := r.object()
	if err != nil {
		return Reply{}, err
	}
	var u *userSchema
	var jobs []schemaJob
	err = o.update(r, func(tx *Tx) error {
		if u, err = o.argumentSchema(tx.store, r); err != nil {
			return err
		}
		jobs = nil
		if err := u.changeBase(body.Object("definitions", "base", "properties")); err != nil {
			return err
		}
		if jobs, err = tx.changeCustom(u, body.Object("definitions", "custom", "properties")); err != nil {
			return err
		}
		u.LastUpdated = stamp(tx.now)
		if err := tx.putSchema(u); err != nil {
			return err
		}
		t, err := tx.get(userTypes, u.Type)
		if err != nil {
			return err
		}
		tx.log(Event{Type: "directory.user_profile.update", Message: "Update universal directory user profile", Targets: []Target{typeTarget(t)}})
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	for _, j := range jobs {
		o.startSchemaJob(j)
	}
	return o.answerSchema(o.reads(r.ctx), u)
}

func (u *userSchema) changeBase(changes okta.Object) error {
	for _, name := range changes.Keys() {
		i := u.Base.find(name)
		change := changes.Object(name)
		if i < 0 || change.IsZero() {
			return schemaFault(name, "A base attribute cannot be added or removed")
		}
		now, fault := u.Base[i].with(change)
		if fault == "" {
			fault = wrongBase(name, u.Base[i].property, now)
		}
		if fault != "" {
			return schemaFault(name, fault)
		}
		u.Base[i].property = now
	}
	return nil
}

func (tx *Tx) changeCustom(u *userSchema, changes okta.Object) ([]schemaJob, error) {
	var jobs []schemaJob
	for _, name := range changes.Keys() {
		var kind string
		var err error
		if change := changes.Object(name); string(changes.Get(name)) == "null" {
			kind, err = tx.removeCustom(u, name)
		} else {
			kind, err = tx.setCustom(u, name, change)
		}
		if err != nil {
			return nil, err
		}
		if kind == "" {
			continue
		}
		j := schemaJob{Type: u.Type, Property: name, Kind: kind}
		if err := tx.addSchemaJob(j); err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	if len(u.uniques()) > maxUnique {
		return nil, schemaFault("unique", "A schema has at most 5 unique attributes")
	}
	return jobs, nil
}

// removeCustom takes an attribute out of the schema. To remove what is not there changes nothing.
func (tx *Tx) removeCustom(u *userSchema, name string) (job string, err error) {
	i := u.Custom.find(name)
	if i < 0 {
		if u.Base.find(name) >= 0 {
			return "", schemaFault(name, "A base attribute cannot be added or removed")
		}
		return "", nil
	}
	if err := tx.releaseUnique(u, u.Custom[i]); err != nil {
		return "", err
	}
	u.Custom = slices.Delete(slices.Clone(u.Custom), i, i+1)
	used, err := tx.typeInUse(u.Type)
	if err != nil || !used {
		return "", err
	}
	return jobRemove, nil
}

func (tx *Tx) setCustom(u *userSchema, name string, change okta.Object) (job string, err error) {
	if change.IsZero() || !propertyName.MatchString(name) {
		return "", schemaFault(name, "The name must start with a letter or an underscore and hold only letters, digits and underscores")
	}
	if u.Base.find(name) >= 0 {
		return "", schemaFault(name, "An attribute with this name already exists in the base schema")
	}
	i := u.Custom.find(name)
	var old property
	if i < 0 {
		busy, err := tx.schemaJobPending(u.Type, name)
		if err != nil {
			return "", err
		}
		if busy { // clients wait for these words and try again
			return "", schemaFault(name, "Wait until the data clean up process finishes and then try again.")
		}
		u.Custom = append(slices.Clone(u.Custom), namedProperty{name: name})
		i = len(u.Custom) - 1
	} else {
		old = u.Custom[i].property
	}
	now, fault := old.with(change)
	if fault == "" && old.Type != "" && old.Type != now.Type {
		fault = "The type of an attribute cannot be changed"
	}
	if fault == "" {
		fault = now.wrong(name)
	}
	if fault != "" {
		return "", schemaFault(name, fault)
	}
	before := u.Custom[i]
	u.Custom[i].property = now
	switch {
	case before.claimed() && !now.claimed():
		return "", tx.releaseUnique(u, before)
	case !before.claimed() && now.claimed() && before.Type != "":
		u.Custom[i].Unique = uniquePending
		return jobUnique, nil
	}
	return "", nil
}

// releaseUnique gives up every claim on an attribute, unless another type keeps it unique.
func (tx *Tx) releaseUnique(u *userSchema, p namedProperty) error {
	if !p.claimed() {
		return nil
	}
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM schema_job WHERE type_id = $1 AND property = $2`, u.Type, p.name); err != nil {
		return err
	}
	shared := false
	err := tx.each(userSchemas, func(doc okta.Object) error {
		var other userSchema
		if err := doc.Decode(&other); err != nil {
			return err
		}
		if i := other.Custom.find(p.name); i >= 0 && other.ID != u.ID && other.Custom[i].claimed() {
			shared = true
		}
		return nil
	})
	if err != nil || shared {
		return err
	}
	_, err = tx.q.Exec(tx.ctx, `DELETE FROM uniq WHERE name = $1`, uniqueName(p.name))
	return err
}

// schemaJobPending tells whether work on an attribute is not done yet.
func (s store) schemaJobPending(typeID, property string) (bool, error) {
	return s.found(`SELECT property FROM schema_job WHERE type_id = $1 AND property = $2`, typeID, property)
}

// schemaFault is E0000001 for one attribute of a schema.
func schemaFault(name, fault string) error {
	name = printable(name)
	return invalid(name, name+": "+fault)
}
