package org

import (
	"gatehouse/internal/okta"
)

// forgotPassword has two forms on one path: without a body it makes a recovery link,
// with a recovery answer and a new password it sets the password. The status stays.
func forgotPassword(o *Org, r *Request) (Reply, error) {
	var in struct {
		Password *secretValue `json:"password"`
		Question *struct {
			Answer string `json:"answer"`
		} `json:"recovery_question"`
	}
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	s := o.reads(r.ctx)
	doc, err := s.changing(r, opForgotPassword)
	if err != nil {
		return Reply{}, err
	}
	rules, err := o.passwordPolicy(s, doc, nil, r.Client)
	if err != nil {
		return Reply{}, err
	}
	c, err := s.credential(doc.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	kind := questionLink
	switch {
	case !rules.MayReset:
		return Reply{}, fail("E0000034", "", "The password policy does not let the user reset the password")
	case !rules.Recovery.Question: // an email is enough
		kind = recoveryLink
	case c.answer == "":
		return Reply{}, fail("E0000034", "", "The user has no recovery question")
	}
	if in.Password == nil && in.Question == nil {
		return o.forgotLink(r, kind)
	}
	if kind == recoveryLink {
		return Reply{}, fail("E0000034", "", "The password policy has no recovery question")
	}
	if in.Password == nil || in.Question == nil {
		return Reply{}, fail("E0000028", "", "Both password and recovery_question are needed")
	}
	if !o.passwords.matches(c.answer, plainAnswer(in.Question.Answer)) {
		return Reply{}, fail("E0000087", "")
	}
	if cause, err := o.judgePassword(s, rules, doc, in.Password.Value, true); err != nil {
		return Reply{}, err
	} else if cause != "" {
		return Reply{}, fail("E0000014", "", "password: "+cause)
	}
	hash := o.passwords.hash(in.Password.Value)
	return o.writeCredentials(r, opForgotPassword, c, func(tx *Tx, doc okta.Object) (okta.Object, error) {
		return tx.applySecrets(doc, preparedCredentials{hash: hash})
	})
}

func (o *Org) forgotLink(r *Request, kind string) (Reply, error) {
	sends := r.flag("sendEmail", true)
	token := ""
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.move(r, opForgotPassword)
		if err != nil {
			return err
		}
		tx.log(userEvent(doc, "user.account.reset_password", "User's Okta password has been reset"))
		token, err = tx.recoveryLink(doc, kind, sends)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return o.recoveryReply(token, sends)
}
