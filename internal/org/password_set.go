package org

import (
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// SetPassword gives somebody who signs in a new password, because the old one has
// expired or will soon, and makes them ACTIVE. The policy and the last passwords are
// checked: a refusal is E0000080. The sign-in has proved the old password; others of
// this person end.
func (o *Org) SetPassword(r *Request, p Pending, password string) error {
	s := o.reads(r.ctx)
	doc, err := s.get(users, p.UserID)
	if err != nil {
		return err
	}
	rules, err := o.passwordPolicy(s, doc, nil, r.Client)
	if err != nil {
		return err
	}
	warned := p.Stage == StagePasswordWarn
	if warned && ageOf(rules.Age, doc, r.Now).young {
		return fail("E0000080", "", tooYoung)
	}
	if cause, err := o.judgePassword(s, rules, doc, password, true); err != nil {
		return err
	} else if cause != "" {
		return fail("E0000080", "", cause)
	}
	hash := o.passwords.hash(password)
	return o.update(r, func(tx *Tx) error {
		doc, err := tx.get(users, p.UserID)
		if err != nil {
			return err
		}
		// A password that was changed meanwhile proves nothing any more: its sign-ins ended with it.
		if under, err := tx.found(`SELECT hash FROM sign_in WHERE hash = $1`, hashSecret(p.Key)); err != nil {
			return err
		} else if !under || doc.Text("status") != passwordExpired && !warned {
			return fail("E0000035", "")
		}
		status, err := next(opChangePassword, doc.Text("status"), true)
		if err != nil {
			return err
		}
		tx.keepSignIn = p.Key
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

// PasswordRules are what somebody's password policy asks, and how many days their password has left (0: no end near).
type PasswordRules struct {
	policy.Password
	Days int
	// Text lists what a password must be.
	Text string
}

// PasswordRules are those of a person who signs in.
func (o *Org) PasswordRules(r *Request, user string) (PasswordRules, error) {
	s := o.reads(r.ctx)
	doc, err := s.get(users, user)
	if err != nil {
		return PasswordRules{}, err
	}
	p, err := o.passwordPolicy(s, doc, nil, r.Client)
	return PasswordRules{p, ageOf(p.Age, doc, r.Now).days, passwordRequirements(p)}, err
}
