package org

import (
	"cmp"
	"fmt"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// credentialsInput is what a request says about credentials.
type credentialsInput struct {
	Password *struct {
		Value *string       `json:"value"`
		Hash  *importedHash `json:"hash"`
		Hook  *struct {
			Type string `json:"type"`
		} `json:"hook"`
	} `json:"password"`
	Question *struct {
		Question string `json:"question"`
		Answer   string `json:"answer"`
	} `json:"recovery_question"`
	Provider *provider `json:"provider"`
}

// preparedCredentials are checked credentials with hashed secrets. What is empty was not given.
type preparedCredentials struct {
	hash, answer, question, provider string
}

// minAnswer is the length of an answer where no policy says ("recorded", okta-semantics C9).
const minAnswer = 4

// secretRules say what a request may do with a password: import a hash of another
// system; strict also refuses the last passwords. groups are those that a new person
// will be in, from where the request comes from: they lead to the password policy.
type secretRules struct {
	importable, strict bool
	groups             []string
	from               Client
}

// prepareCredentials checks credentials for the person doc and hashes them. It runs
// outside of a transaction: a hash takes tens of milliseconds.
func (o *Org) prepareCredentials(s store, doc okta.Object, in *credentialsInput, rules secretRules) (p preparedCredentials, err error) {
	if in == nil {
		return p, nil
	}
	asked, err := o.passwordPolicy(s, doc, rules.groups, rules.from)
	if err != nil {
		return p, err
	}
	if q := in.Question; q != nil {
		if err := checkQuestion(q.Question, q.Answer, asked.Recovery.AnswerLength); err != nil {
			return p, err
		}
	}
	if in.Provider != nil && in.Provider.Type != "" {
		switch in.Provider.Type {
		case "OKTA", "FEDERATION", "SOCIAL", "IMPORT":
			p.provider = in.Provider.Type
		default:
			return p, invalid("provider", "provider: The type must be OKTA, FEDERATION, SOCIAL or IMPORT")
		}
	}
	if p.hash, err = o.preparePassword(s, asked, doc, in, rules); err != nil {
		return p, err
	}
	if q := in.Question; q != nil {
		p.question, p.answer = q.Question, o.passwords.hash(plainAnswer(q.Answer))
	}
	return p, nil
}

func (o *Org) preparePassword(s store, asked policy.Password, doc okta.Object, in *credentialsInput, rules secretRules) (string, error) {
	if in.Password == nil {
		return "", nil
	}
	switch {
	case in.Password.Hook != nil:
		return "", invalid("password", "password: Password hooks are not available in this org")
	case in.Password.Hash != nil && in.Password.Value != nil:
		return "", invalid("password", "password: Give either a value or a hash")
	case in.Password.Hash != nil && !rules.importable:
		return "", invalid("password", "password: A hash can only be imported for a user who is STAGED")
	case in.Password.Hash != nil:
		if problem := in.Password.Hash.problem(); problem != "" {
			return "", invalid("password", "password: "+problem)
		}
		return in.Password.Hash.stored(), nil
	case in.Password.Value == nil:
		return "", nil
	}
	cause, err := o.judgePassword(s, asked, doc, *in.Password.Value, rules.strict)
	if err != nil {
		return "", err
	}
	if cause != "" {
		return "", invalid("password", "password: "+cause)
	}
	return o.passwords.hash(*in.Password.Value), nil
}

// checkQuestion refuses a question that is blank, and an answer shorter than least (0: minAnswer).
func checkQuestion(question, answer string, least int) error {
	least = cmp.Or(least, minAnswer)
	switch {
	case strings.TrimSpace(question) == "":
		return invalid("recovery_question", "question: The field cannot be left blank")
	case len([]rune(plainAnswer(answer))) < least:
		return invalid("recovery_question", fmt.Sprintf("answer: The security question answer must be at least %d characters in length", least))
	}
	return nil
}

// plainAnswer is the form of a recovery answer that is compared: case and outer spaces do not count [assumed].
func plainAnswer(answer string) string { return fold(strings.TrimSpace(answer)) }

// storeSecrets stores what was given.
func (tx *Tx) storeSecrets(user string, p preparedCredentials) error {
	if p.hash != "" {
		if err := tx.storePassword(user, p.hash); err != nil {
			return err
		}
	}
	if p.answer == "" {
		return nil
	}
	c, err := tx.credential(user)
	if err != nil {
		return err
	}
	c.answer = p.answer
	return tx.putCredential(user, c)
}
