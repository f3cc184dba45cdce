package org

import (
	"bytes"
	"strings"

	"gatehouse/internal/okta"
)

// partialUpdateUser changes the attributes that are sent; null removes one.
func partialUpdateUser(o *Org, r *Request) (Reply, error) { return o.editUser(r, false) }

// updateUser replaces the profile: what is not sent is removed.
func updateUser(o *Org, r *Request) (Reply, error) { return o.editUser(r, true) }

func (o *Org) editUser(r *Request, replace bool) (Reply, error) {
	var in userInput
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	s := o.reads(r.ctx)
	doc, err := s.argumentUser(r)
	if err != nil {
		return Reply{}, err
	}
	// Refused before anything is hashed; the transaction asks again.
	if err := s.mayEdit(r, doc); err != nil {
		return Reply{}, err
	}
	secrets, err := o.prepareCredentials(s, doc, in.Credentials, secretRules{importable: doc.Text("status") == staged, strict: r.flag("strict", false), from: r.Client})
	if err != nil {
		return Reply{}, err
	}
	id := doc.Text("id")
	err = o.update(r, func(tx *Tx) error {
		if doc, err = tx.get(users, id); err != nil {
			return err
		}
		if err := tx.mayEdit(r, doc); err != nil {
			return err
		}
		if doc, err = o.withoutRemoved(tx.store, doc); err != nil {
			return err
		}
		doc, err = tx.edit(doc, in, secrets, replace)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return o.answerUser(doc)
}

// mayEdit refuses an edit by state, by role or because somebody else edited first.
func (s store) mayEdit(r *Request, doc okta.Object) error {
	if _, err := next(opEdit, doc.Text("status"), true); err != nil {
		return err
	}
	if err := s.guardAdmin(r, opEdit, doc); err != nil {
		return err
	}
	return ifMatch(r, doc)
}

// edit applies an edit to a person and stores it. An edit that changes nothing leaves no trace.
func (tx *Tx) edit(doc okta.Object, in userInput, secrets preparedCredentials, replace bool) (okta.Object, error) {
	before := doc
	if in.Type != nil && in.Type.ID != "" && in.Type.ID != doc.Text("type", "id") {
		if !replace {
			return doc, invalid("type", "type: The user type can only be changed when the whole user is replaced")
		}
		doc = doc.With("type", okta.Object{}.With("id", in.Type.ID))
	}
	if !in.Profile.IsZero() {
		u, err := tx.org.schemaOf(tx.store, doc.Text("type", "id"))
		if err != nil {
			return doc, err
		}
		// Before the profiles are merged, which takes a copy of the whole for each name sent.
		if err := profileFault(u.unknown(in.Profile)); err != nil {
			return doc, err
		}
		profile := in.Profile
		if !replace {
			profile = merged(doc.Object("profile"), in.Profile)
		}
		doc = doc.With("profile", orderedProfile(profile))
	}
	if err := tx.org.checkProfile(tx.store, doc.Text("type", "id"), before.Object("profile"), doc.Object("profile")); err != nil {
		return doc, err
	}
	if err := tx.moveClaims(before, doc); err != nil {
		return doc, err
	}
	doc, err := tx.applySecrets(doc, secrets)
	if err != nil || bytes.Equal(before.Bytes(), doc.Bytes()) && secrets == (preparedCredentials{}) {
		return doc, err
	}
	tx.logEdit(before, doc)
	doc = doc.With("lastUpdated", stamp(tx.now))
	return doc, tx.putUser(doc)
}

// merged is a profile with the changes laid over it.
func merged(profile, changes okta.Object) okta.Object {
	for _, name := range changes.Keys() {
		profile = profile.With(name, changes.Get(name))
	}
	return profile
}

// moveClaims moves the schema's unique values, also to another type's.
func (tx *Tx) moveClaims(before, after okta.Object) error {
	id, was, is := after.Text("id"), before.Text("type", "id"), after.Text("type", "id")
	if was == is {
		return tx.claimUnique(is, id, before.Object("profile"), after.Object("profile"))
	}
	if err := tx.claimUnique(was, id, before.Object("profile"), okta.Object{}); err != nil {
		return err
	}
	return tx.claimUnique(is, id, okta.Object{}, after.Object("profile"))
}

// applySecrets stores new secrets and tells of them in the document.
func (tx *Tx) applySecrets(doc okta.Object, p preparedCredentials) (okta.Object, error) {
	id := doc.Text("id")
	if err := tx.storeSecrets(id, p); err != nil {
		return doc, err
	}
	if p.hash != "" {
		status, err := next(opSetPassword, doc.Text("status"), true)
		if err != nil {
			return doc, err
		}
		doc = activatedBy(withStatus(doc, status, tx.now), tx.now).With("passwordChanged", stamp(tx.now))
		tx.log(userEvent(doc, "user.account.update_password", "User update password for Okta"))
	}
	return withCredentials(doc, func(c *credentialsPart) {
		if p.hash != "" {
			c.Password = &struct{}{}
		}
		if p.question != "" {
			c.Question = &question{p.question}
		}
		if p.provider != "" {
			c.Provider = provider{p.provider, p.provider}
		}
	})
}

// logEdit tells what an edit changed.
func (tx *Tx) logEdit(before, after okta.Object) {
	changed := func(path ...string) bool { return !bytes.Equal(before.Get(path...), after.Get(path...)) }
	if changed("type", "id") {
		tx.log(userEvent(after, "user.account.update_user_type", "User type updated"))
	}
	if names := changedNames(before.Object("profile"), after.Object("profile")); len(names) > 0 {
		e := userEvent(after, "user.account.update_profile", "Update user profile for Okta")
		e.Debug = map[string]string{"changedAttributes": strings.Join(names, ",")}
		tx.log(e)
	}
	if changed("profile", "email") {
		tx.log(userEvent(after, "user.account.update_primary_email", "User primary email updated"))
	}
	if changed("profile", "secondEmail") {
		tx.log(userEvent(after, "user.account.update_secondary_email", "User secondary email updated"))
	}
}

// changedNames are the attributes that an edit set, changed or removed: their names, not their values.
func changedNames(before, after okta.Object) []string {
	var names []string
	for _, name := range after.Keys() {
		if !bytes.Equal(before.Get(name), after.Get(name)) {
			names = append(names, name)
		}
	}
	for _, name := range before.Keys() {
		if after.Get(name) == nil {
			names = append(names, name)
		}
	}
	return names
}
