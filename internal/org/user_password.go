package org

import (
	"net/http"

	"gatehouse/internal/okta"
)

// secretValue is a password as requests carry it.
type secretValue struct {
	Value string `json:"value"`
}

// changePassword sets a new password for somebody who gives the old one.
func changePassword(o *Org, r *Request) (Reply, error) {
	var in struct {
		Old            secretValue `json:"oldPassword"`
		New            secretValue `json:"newPassword"`
		RevokeSessions bool        `json:"revokeSessions"`
	}
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	s := o.reads(r.ctx)
	doc, err := s.changing(r, opChangePassword)
	if err != nil {
		return Reply{}, err
	}
	rules, err := o.passwordPolicy(s, doc, nil, r.Client)
	if err != nil {
		return Reply{}, err
	}
	if !rules.MayChange {
		return Reply{}, fail("E0000035", "")
	}
	c, err := s.credential(doc.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	if right, _ := o.passwords.check(c.hash, in.Old.Value); !right {
		return Reply{}, fail("E0000014", "", "Old Password is not correct")
	}
	if ageOf(rules.Age, doc, r.Now).young && doc.Text("status") == active {
		return Reply{}, fail("E0000014", "", "password: "+tooYoung)
	}
	if cause, err := o.judgePassword(s, rules, doc, in.New.Value, true); err != nil {
		return Reply{}, err
	} else if cause != "" {
		return Reply{}, fail("E0000014", "", "password: "+cause)
	}
	hash := o.passwords.hash(in.New.Value)
	return o.writeCredentials(r, opChangePassword, c, func(tx *Tx, doc okta.Object) (okta.Object, error) {
		if in.RevokeSessions {
			if _, err := tx.endSessionsOf(doc.Text("id")); err != nil {
				return doc, err
			}
		}
		return tx.applySecrets(doc, preparedCredentials{hash: hash})
	})
}

// changing finds the person of a request that changes credentials, refusing by state and role.
func (s store) changing(r *Request, op string) (okta.Object, error) {
	doc, err := s.argumentUser(r)
	if err != nil {
		return doc, err
	}
	if _, err := next(op, doc.Text("status"), true); err != nil {
		return doc, err
	}
	return doc, s.guardAdmin(r, op, doc)
}

// writeCredentials makes a change that was proved with the credential seen, and
// answers the credentials. A credential that changed meanwhile proves nothing.
func (o *Org) writeCredentials(r *Request, op string, seen credential, change func(*Tx, okta.Object) (okta.Object, error)) (Reply, error) {
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		var err error
		if doc, err = tx.move(r, op); err != nil {
			return err
		}
		now, err := tx.credential(doc.Text("id"))
		if err != nil {
			return err
		}
		if now.hash != seen.hash || now.answer != seen.answer {
			return fail("E0000014", "", "The credentials have been changed meanwhile")
		}
		if doc, err = change(tx, doc); err != nil {
			return err
		}
		doc = doc.With("lastUpdated", stamp(tx.now))
		return tx.putUser(doc)
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Status: http.StatusOK, Body: doc.Get("credentials")}, nil
}

// changeRecoveryQuestion sets question and answer for somebody who gives the password.
func changeRecoveryQuestion(o *Org, r *Request) (Reply, error) {
	var in struct {
		Password secretValue `json:"password"`
		Question struct {
			Question string `json:"question"`
			Answer   string `json:"answer"`
		} `json:"recovery_question"`
	}
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	s := o.reads(r.ctx)
	doc, err := s.changing(r, opChangeQuestion)
	if err != nil {
		return Reply{}, err
	}
	rules, err := o.passwordPolicy(s, doc, nil, r.Client)
	if err != nil {
		return Reply{}, err
	}
	if err := checkQuestion(in.Question.Question, in.Question.Answer, rules.Recovery.AnswerLength); err != nil {
		return Reply{}, err
	}
	c, err := s.credential(doc.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	if right, _ := o.passwords.check(c.hash, in.Password.Value); !right {
		return Reply{}, fail("E0000014", "", "Password is not correct")
	}
	p := preparedCredentials{question: in.Question.Question, answer: o.passwords.hash(plainAnswer(in.Question.Answer))}
	return o.writeCredentials(r, opChangeQuestion, c, func(tx *Tx, doc okta.Object) (okta.Object, error) {
		return tx.applySecrets(doc, p)
	})
}
