package org

import (
	"context"

	"gatehouse/internal/okta"
)

// SetPassword gives a person a new password after a forced change, and makes them
// ACTIVE. The policy and the last passwords are checked: a refusal is E0000080. The
// caller has verified the old password.
func (o *Org) SetPassword(ctx context.Context, userID, password string, client Client) error {
	s := o.reads(ctx)
	doc, err := s.get(users, userID)
	if err != nil {
		return err
	}
	if cause, err := o.judgePassword(s, doc, password, true); err != nil {
		return err
	} else if cause != "" {
		return fail("E0000080", "", cause)
	}
	hash := o.passwords.hash(password)
	return o.update(o.signInRequest(ctx, client), func(tx *Tx) error {
		doc, err := tx.get(users, userID)
		if err != nil {
			return err
		}
		if doc.Text("status") != passwordExpired { // changed meanwhile: the old password proves nothing any more
			return fail("E0000035", "")
		}
		status, err := next(opChangePassword, doc.Text("status"), true)
		if err != nil {
			return err
		}
		tx.log(Event{Type: "user.account.update_password", Message: "User update password for Okta", Targets: []Target{userTarget(doc)}, Actor: actorOf(doc)})
		return tx.putPassword(doc, status, hash)
	})
}

// putPassword stores a password's hash and the person it changes.
func (tx *Tx) putPassword(doc okta.Object, status, hash string) error {
	if err := tx.storePassword(doc.Text("id"), hash); err != nil {
		return err
	}
	doc, err := withCredentials(doc, func(c *credentialsPart) { c.Password = &struct{}{} })
	if err != nil {
		return err
	}
	doc = doc.With("passwordChanged", stamp(tx.now)).With("lastUpdated", stamp(tx.now))
	return tx.putUser(activatedBy(withStatus(doc, status, tx.now), tx.now))
}

// judgePassword returns what is wrong with a new password, or "". history also
// compares it with the last ones, at one hash each: it must run outside of a transaction.
func (o *Org) judgePassword(s store, doc okta.Object, password string, history bool) (string, error) {
	p := defaultPasswordPolicy
	if !p.allows(doc.Text("profile", "login"), password) {
		return p.requirements(), nil
	}
	if !history || doc.Text("id") == "" {
		return "", nil
	}
	last, err := s.passwordHistory(doc.Text("id"))
	if err != nil {
		return "", err
	}
	for _, hash := range last {
		if right, _ := o.passwords.check(hash, password); right {
			return "Password has been used too recently", nil
		}
	}
	return "", nil
}
