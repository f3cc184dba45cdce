package org

import (
	"time"

	"gatehouse/internal/okta"
)

// resetPassword moves somebody to RECOVERY and answers with the link to a new password, or sends it.
func resetPassword(o *Org, r *Request) (Reply, error) {
	sends := r.flag("sendEmail", true)
	token := ""
	_, err := o.moveUser(r, opResetPassword, func(tx *Tx, doc okta.Object) error {
		tx.log(userEvent(doc, "user.account.reset_password", "User's Okta password has been reset"))
		var err error
		if token, err = tx.recoveryLink(doc, recoveryLink, sends); err != nil || !r.flag("revokeSessions", false) {
			return err
		}
		_, err = tx.endSessionsOf(doc.Text("id"))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return o.recoveryReply(token, sends)
}

// recoveryLink makes the link, of this kind, with which somebody sets a new password, and sends it where asked to.
func (tx *Tx) recoveryLink(doc okta.Object, kind string, sends bool) (string, error) {
	rules, err := tx.org.passwordPolicy(tx.store, doc, nil, tx.from())
	if err != nil {
		return "", err
	}
	life := recoveryLife
	if n := rules.Recovery.TokenMinutes; n > 0 {
		life = time.Duration(n) * time.Minute
	}
	token, err := tx.newLink(doc.Text("id"), kind, life)
	if err != nil || !sends {
		return token, err
	}
	return token, tx.send(doc.Text("profile", "email"), "password_reset", "Set a new password for your account.", tx.org.linkURL(recoveryLink, token))
}

func (o *Org) recoveryReply(token string, sent bool) (Reply, error) {
	if sent {
		return empty()
	}
	return ok(okta.Object{}.With("resetPasswordUrl", o.linkURL(recoveryLink, token)))
}

// expirePassword makes the next sign-in ask for a new password. It answers the person.
func expirePassword(o *Org, r *Request) (Reply, error) {
	doc, err := o.moveUser(r, opExpirePassword, func(tx *Tx, doc okta.Object) error {
		tx.log(userEvent(doc, "user.account.expire_password", "Expire user password"))
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return o.answerUser(doc)
}

// userResetRoutes has the path under which current clients set a temporary password.
var userResetRoutes = []extraRoute{
	{okta.Operation{ID: "expirePasswordAndGetTemporaryPassword", Area: "User", Method: "POST", Path: "/api/v1/users/{userId}/lifecycle/expire_password_with_temp_password", Scope: "okta.users.manage"}, expirePasswordAndGetTemporaryPassword},
}

// expirePasswordAndGetTemporaryPassword also sets a password that is told once, in the answer (security 39).
func expirePasswordAndGetTemporaryPassword(o *Org, r *Request) (Reply, error) {
	doc, err := o.reads(r.ctx).argumentUser(r)
	if err != nil {
		return Reply{}, err
	}
	if _, err := next(opExpirePassword, doc.Text("status"), true); err != nil {
		return Reply{}, err
	}
	rules, err := o.passwordPolicy(o.reads(r.ctx), doc, nil, r.Client)
	if err != nil {
		return Reply{}, err
	}
	password, err := o.temporaryPassword(rules.Complexity, doc)
	if err != nil {
		return Reply{}, err
	}
	hash := o.passwords.hash(password)
	err = o.update(r, func(tx *Tx) error {
		doc, err := tx.move(r, opExpirePassword)
		if err != nil {
			return err
		}
		tx.log(userEvent(doc, "user.account.expire_password", "Expire user password"))
		if err := tx.putPassword(doc, doc.Text("status"), hash); err != nil || !r.flag("revokeSessions", false) {
			return err
		}
		_, err = tx.endSessionsOf(doc.Text("id"))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(okta.Object{}.With("tempPassword", password))
}

// resetFactors takes every factor away. The status stays.
func resetFactors(o *Org, r *Request) (Reply, error) {
	_, err := o.moveUser(r, opResetFactors, func(tx *Tx, doc okta.Object) error {
		tx.log(userEvent(doc, "user.mfa.factor.reset_all", "Reset all factors or authenticator enrollments for user"))
		_, err := tx.removeFactorsOf(doc.Text("id"))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return empty()
}

// clearUserSessions ends every session; oauthTokens=true revokes the tokens too. A factor is
// asked for again on devices that were remembered, unless forgetDevices=false (published
// default of the Identity Engine).
func clearUserSessions(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.argumentUser(r)
		if err != nil {
			return err
		}
		tx.log(userEvent(doc, "user.session.clear", "Clear user session"))
		if r.flag("forgetDevices", true) {
			if err := tx.forgetDevices(doc.Text("id")); err != nil {
				return err
			}
		}
		if _, err := tx.endSessionsOf(doc.Text("id")); err != nil || !r.flag("oauthTokens", false) {
			return err
		}
		_, err = tx.revokeTokensOf(doc.Text("id"))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
