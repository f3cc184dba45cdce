package org

import (
	"time"

	"gatehouse/internal/okta"
)

// moveUser applies an operation of userMoves to the person of the request, by the
// table, with its events; also does the rest of it in the same transaction.
func (o *Org) moveUser(r *Request, op string, also func(*Tx, okta.Object) error) (okta.Object, error) {
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		var err error
		if doc, err = tx.move(r, op); err != nil {
			return err
		}
		if err := also(tx, doc); err != nil {
			return err
		}
		return tx.putUser(doc)
	})
	return doc, err
}

// move finds the person of the request and makes the operation's move, not yet stored.
func (tx *Tx) move(r *Request, op string) (okta.Object, error) {
	doc, err := tx.argumentUser(r)
	if err != nil {
		return doc, err
	}
	if err := tx.guardAdmin(r, op, doc); err != nil {
		return doc, err
	}
	ready, err := tx.ready(doc)
	if err != nil {
		return doc, err
	}
	status, err := next(op, doc.Text("status"), ready)
	if err != nil {
		return doc, err
	}
	return activatedBy(withStatus(doc, status, tx.now), tx.now), nil
}

// ready tells whether somebody can sign in without the welcome link: there is a
// password, or another provider checks it.
func (s store) ready(doc okta.Object) (bool, error) {
	switch doc.Text("credentials", "provider", "type") {
	case "FEDERATION", "SOCIAL":
		return true, nil
	}
	c, err := s.credential(doc.Text("id"))
	return c.hash != "", err
}

// activatedBy stamps the first activation.
func activatedBy(doc okta.Object, now time.Time) okta.Object {
	if s := doc.Text("status"); isNull(doc.Get("activated")) && s != staged && s != deprovisioned {
		return doc.With("activated", stamp(now))
	}
	return doc
}

func activateUser(o *Org, r *Request) (Reply, error) {
	return o.welcomeUser(r, opActivate, true, "user.lifecycle.activate", "Activate Okta user")
}

func reactivateUser(o *Org, r *Request) (Reply, error) {
	return o.welcomeUser(r, opReactivate, false, "user.lifecycle.reactivate", "Reactivate Okta user")
}

// welcomeUser activates somebody and answers with the welcome link, or sends it.
func (o *Org) welcomeUser(r *Request, op string, sends bool, event, message string) (Reply, error) {
	sends = r.flag("sendEmail", sends)
	token := ""
	_, err := o.moveUser(r, op, func(tx *Tx, doc okta.Object) error {
		if !sends { // who is given the link sets the password
			if err := tx.guardAdmin(r, opResetPassword, doc); err != nil {
				return err
			}
		}
		tx.log(userEvent(doc, event, message))
		if err := joinEveryone(tx, doc.Text("id")); err != nil {
			return err
		}
		token = ""
		if doc.Text("status") == active {
			return nil
		}
		var err error
		token, err = tx.welcome(doc, sends)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	if sends || token == "" {
		return empty()
	}
	return ok(okta.Object{}.With("activationUrl", o.linkURL(activationLink, token)).With("activationToken", token))
}

// welcome makes the link with which somebody sets the first password, and sends it where asked to.
func (tx *Tx) welcome(doc okta.Object, sends bool) (string, error) {
	token, err := tx.newLink(doc.Text("id"), activationLink, activationLife)
	if err != nil || !sends {
		return token, err
	}
	return token, tx.send(doc.Text("profile", "email"), "activation", "Welcome. Set your password to activate your account.", tx.org.linkURL(activationLink, token))
}

func deactivateUser(o *Org, r *Request) (Reply, error) {
	_, err := o.moveUser(r, opDeactivate, (*Tx).retire)
	if err != nil {
		return Reply{}, err
	}
	return empty()
}

// retire takes from somebody who is deactivated what only active people have.
func (tx *Tx) retire(doc okta.Object) error {
	id := doc.Text("id")
	if err := tx.keepSuper(id); err != nil {
		return err
	}
	if err := tx.endAccess(id); err != nil {
		return err
	}
	if err := tx.dropLinks(id); err != nil {
		return err
	}
	tx.log(userEvent(doc, "user.lifecycle.deactivate", "Deactivate Okta user"))
	if tx.req.flag("sendEmail", false) {
		if err := tx.send(tx.req.Actor.Login, "deactivation", "The account "+doc.Text("profile", "login")+" was deactivated.", ""); err != nil {
			return err
		}
	}
	if err := tx.leaveApps(doc); err != nil {
		return err
	}
	return leaveGroups(tx, doc)
}

// endAccess ends every session and token of somebody.
func (tx *Tx) endAccess(user string) error {
	if _, err := tx.endSessionsOf(user); err != nil {
		return err
	}
	if _, err := tx.dropConsents(user, ""); err != nil {
		return err
	}
	_, err := tx.revokeTokensOf(user)
	return err
}

// deactivateOrDeleteUser deactivates somebody, and removes who is deactivated already.
func deactivateOrDeleteUser(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.move(r, opDelete)
		if err != nil {
			return err
		}
		if doc.Text("status") == gone {
			return tx.removeUser(doc)
		}
		if err := tx.retire(doc); err != nil {
			return err
		}
		return tx.putUser(doc)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// removeUser removes a person and all that stands in their name.
func (tx *Tx) removeUser(doc okta.Object) error {
	id := doc.Text("id")
	tx.log(userEvent(doc, "user.lifecycle.delete.initiated", "Delete Okta user initiated"))
	steps := []func() error{
		func() error { return tx.endAccess(id) },
		func() error { return tx.claimUnique(doc.Text("type", "id"), id, doc.Object("profile"), okta.Object{}) },
		func() error { return tx.leaveApps(doc) },
		func() error { return leaveGroups(tx, doc) },
		func() error { return tx.unlinkAll(owner, id) },
		func() error { return tx.dropLinked(id) },
		func() error { return tx.unlinkAll(subscribed, id) },
		func() error { return tx.unlinkAll(unsubscribed, id) },
		func() error { return tx.dropRoles(id) },
		func() error { return tx.dropCredentials(id) },
		func() error { _, err := tx.removeFactorsOf(id); return err },
		func() error { return tx.remove(users, id) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	tx.changed = true
	tx.log(userEvent(doc, "user.lifecycle.delete.completed", "Delete Okta user completed"))
	return nil
}

func suspendUser(o *Org, r *Request) (Reply, error) {
	_, err := o.moveUser(r, opSuspend, func(tx *Tx, doc okta.Object) error {
		if err := tx.keepSuper(doc.Text("id")); err != nil {
			return err
		}
		tx.log(userEvent(doc, "user.lifecycle.suspend", "Suspend Okta user"))
		_, err := tx.endSessionsOf(doc.Text("id"))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return empty()
}

func unsuspendUser(o *Org, r *Request) (Reply, error) {
	_, err := o.moveUser(r, opUnsuspend, func(tx *Tx, doc okta.Object) error {
		tx.log(userEvent(doc, "user.lifecycle.unsuspend", "Unsuspend Okta user"))
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return empty()
}

// unlockUser lets somebody sign in again with the password they have.
func unlockUser(o *Org, r *Request) (Reply, error) {
	_, err := o.moveUser(r, opUnlock, func(tx *Tx, doc okta.Object) error {
		tx.log(userEvent(doc, "user.account.unlock_by_admin", "User account unlock by admin"))
		c, err := tx.credential(doc.Text("id"))
		if err != nil {
			return err
		}
		c.failures = 0
		return tx.putCredential(doc.Text("id"), c)
	})
	if err != nil {
		return Reply{}, err
	}
	return empty()
}
