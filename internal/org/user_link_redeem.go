package org

import (
	"context"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// OneTimeLink is a one-time link that works: whose it is, and what it asks for.
type OneTimeLink struct {
	UserID, Login string
	// Question is the recovery question that must be answered, empty for none.
	Question string
	kind     string
}

// FindLink returns the link of a token. One that never was, is used up, too old, or of
// somebody it can do nothing for any more is E0000105.
func (o *Org) FindLink(ctx context.Context, token string) (OneTimeLink, error) {
	l, _, err := o.reads(ctx).oneTimeLink(token, second(o.now()))
	return l, err
}

func (s store) oneTimeLink(token string, now time.Time) (OneTimeLink, okta.Object, error) {
	var l OneTimeLink
	err := s.q.QueryRow(s.ctx, `SELECT user_id, kind FROM user_token WHERE hash = $1 AND expires > $2`, hashSecret(token), now.UnixMilli()).Scan(&l.UserID, &l.kind)
	if db.IsNone(err) {
		return l, okta.Object{}, fail("E0000105", "")
	}
	if err != nil {
		return l, okta.Object{}, err
	}
	doc, err := s.get(users, l.UserID)
	if err != nil {
		return l, doc, err
	}
	if _, err := next(opRedeem, doc.Text("status"), true); err != nil {
		return l, doc, err
	}
	l.Login = doc.Text("profile", "login")
	if l.kind == questionLink {
		l.Question = doc.Text("credentials", "recovery_question", "question")
	}
	return l, doc, nil
}

// RedeemLink sets the password of a link's owner, who is ACTIVE then. The policy and
// the last passwords are checked (E0000080). A wrong recovery answer is E0000087 and
// uses the link up, so that answers cannot be tried.
func (o *Org) RedeemLink(ctx context.Context, token, answer, password string, client Client) error {
	s := o.reads(ctx)
	l, doc, err := s.oneTimeLink(token, second(o.now()))
	if err != nil {
		return err
	}
	c, err := s.credential(l.UserID)
	if err != nil {
		return err
	}
	r := o.signInRequest(ctx, client)
	if l.kind == questionLink && !o.passwords.matches(c.answer, plainAnswer(answer)) {
		err := o.update(r, func(tx *Tx) error {
			tx.log(Event{Type: "user.account.use_token", Message: "Invalid self service recovery token used by user", Result: "FAILURE", Reason: "INVALID_ANSWER", Targets: []Target{userTarget(doc)}, Actor: actorOf(doc)})
			return tx.dropLinks(l.UserID)
		})
		if err == nil {
			err = fail("E0000087", "")
		}
		return err
	}
	rules, err := o.passwordPolicy(s, doc, nil, client)
	if err != nil {
		return err
	}
	if cause, err := o.judgePassword(s, rules, doc, password, true); err != nil {
		return err
	} else if cause != "" {
		return fail("E0000080", "", cause)
	}
	hash := o.passwords.hash(password)
	return o.update(r, func(tx *Tx) error {
		_, doc, err := tx.oneTimeLink(token, tx.now)
		if err != nil {
			return err
		}
		status, err := next(opRedeem, doc.Text("status"), true)
		if err != nil {
			return err
		}
		tx.log(Event{Type: "user.account.update_password", Message: "User update password for Okta", Targets: []Target{userTarget(doc)}, Actor: actorOf(doc)})
		return tx.putPassword(doc, status, hash)
	})
}
