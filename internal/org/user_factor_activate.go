package org

import (
	"net/http"
	"time"

	"gatehouse/internal/okta"
)

const factorActivated = "user.mfa.factor.activate"

// makeRoom refuses a second factor of a kind of which somebody holds one, and takes away
// what gives way: an enrolment that was never proved, or with update the phone held before.
func (tx *Tx) makeRoom(f Factor, update bool) (replaced bool, err error) {
	held, err := tx.factorsOf(f.UserID)
	if err != nil {
		return false, err
	}
	for _, h := range held {
		if h.kind() != f.kind() {
			continue
		}
		phone := h.Type == smsFactor || h.Type == callFactor
		switch {
		case h.Active && f.kind().several:
			continue
		case h.Active && !(update && phone):
			if phone && h.Profile.Text("phoneNumber") != f.Profile.Text("phoneNumber") {
				return false, badEnrolment("There is an existing verified phone number.")
			}
			return false, badEnrolment("Factor already exists.")
		}
		replaced = replaced || h.Active
		if err := tx.removeFactor(h); err != nil {
			return false, err
		}
	}
	return replaced, nil
}

// beginEnrolment stores a factor, with what its kind needs to be proved. embedded goes into the answer. actor is nil for the caller.
func (tx *Tx) beginEnrolment(e *enrolled, person okta.Object, life time.Duration, actor *Target) (embedded map[string]any, err error) {
	who := userTarget(person)
	if e.Active {
		return nil, tx.activateFactor(e.Factor, who, actor)
	}
	switch e.Type {
	case totpFactor:
		embedded, err = tx.org.totpActivation(e.Factor, person, e.secret)
	case smsFactor, callFactor, emailFactor:
		err = tx.sendCode(&e.Factor, who, life)
	case pushFactor:
		var t pushTransaction
		if t, err = tx.ask(e.Factor, who, pushEnrol, pushEnrolLife); err == nil {
			embedded, err = tx.org.pushActivation(t, tx.req)
		}
	case u2fFactor:
		embedded = map[string]any{"activation": map[string]any{"version": "U2F_V2", "appId": tx.org.baseURL, "nonce": tx.challenge(&e.Factor), "timeoutSeconds": 20}}
	case webauthnFactor:
		embedded, err = tx.webauthnActivation(&e.Factor, person)
	}
	if err != nil {
		return nil, err
	}
	return embedded, tx.putFactor(e.Factor)
}

// webauthnActivation is what a browser needs to make a credential (published example).
func (tx *Tx) webauthnActivation(f *Factor, person okta.Object) (map[string]any, error) {
	algorithm := func(alg int) map[string]any { return map[string]any{"type": "public-key", "alg": alg} }
	held, err := tx.factorsOf(f.UserID)
	if err != nil {
		return nil, err
	}
	exclude := []any{}
	for _, h := range held {
		if h.Active && h.Type == webauthnFactor {
			exclude = append(exclude, map[string]any{"type": "public-key", "id": h.Profile.Text("credentialId")})
		}
	}
	return map[string]any{"activation": map[string]any{
		"attestation": "direct", "challenge": tx.challenge(f), "excludeCredentials": exclude,
		"authenticatorSelection": map[string]any{"userVerification": "preferred", "requireResidentKey": false},
		"pubKeyCredParams":       []any{algorithm(-7), algorithm(-257)}, "rp": map[string]any{"name": "Gatehouse"},
		"user": map[string]any{"displayName": nameOf(person), "name": person.Text("profile", "login"), "id": person.Text("id")},
	}}, nil
}

// activateFactor stores a factor whose enrolment is proved. actor is nil for the caller.
func (tx *Tx) activateFactor(f Factor, person Target, actor *Target) error {
	f.Active, f.Updated = true, tx.now
	event := factorEvent(f, person, factorActivated, "Activate factor for user")
	event.Actor = actor
	tx.log(event)
	return tx.putFactor(f)
}

// activateFactor takes the first code of an enrolment.
func activateFactor(o *Org, r *Request) (Reply, error) {
	var in proofInput
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	var answer factorAnswer
	err := o.refusal(r, func(tx *Tx) (refused, err error) {
		f, doc, err := tx.changingFactor(r)
		if err != nil {
			return nil, err
		}
		switch {
		case f.Active:
			return nil, invalid("factorActivateRequest", "The factor is active already.")
		case f.Type == pushFactor:
			answer, err = tx.pollPush(f, doc)
			return nil, err
		case f.isKey() && in.ClientData == "":
			return nil, invalid("factorActivateRequest", "clientData: The field cannot be left blank")
		case in.PassCode == "" && !f.isKey():
			return nil, invalid("factorActivateRequest", "passCode: The field cannot be left blank")
		}
		if refused, err = tx.prove(&f, in.proof()); err != nil || refused != nil {
			return refused, err
		}
		if err := tx.activateFactor(f, userTarget(doc), nil); err != nil {
			return nil, err
		}
		f.Active, f.Updated = true, tx.now
		answer = o.renderFactor(f, doc)
		return nil, nil
	})
	if err != nil {
		return Reply{}, err
	}
	return marshalled(http.StatusOK, answer)
}

// pollFactorActivation answers whether the phone was enrolled meanwhile.
func pollFactorActivation(o *Org, r *Request) (Reply, error) {
	var answer factorAnswer
	err := o.update(r, func(tx *Tx) error {
		f, doc, err := tx.changingFactor(r)
		if err != nil {
			return err
		}
		if f.Type != pushFactor {
			return notProvable(f)
		}
		answer, err = tx.pollPush(f, doc)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return marshalled(http.StatusOK, answer)
}

func (tx *Tx) pollPush(f Factor, person okta.Object) (factorAnswer, error) {
	answer := tx.org.renderFactor(f, person)
	if f.Active {
		return answer, nil
	}
	t, err := tx.enrolling(f)
	if err != nil {
		return answer, err
	}
	answer.Embedded, err = tx.org.pushActivation(t, tx.req)
	return answer, err
}

// resendFactor sends the code of an enrolment again.
func resendFactor(o *Org, r *Request) (Reply, error) {
	life, err := tokenLife(r)
	if err != nil {
		return Reply{}, err
	}
	var answer factorAnswer
	err = o.update(r, func(tx *Tx) error {
		f, doc, err := tx.changingFactor(r)
		if err != nil {
			return err
		}
		if f.kind().message == nil {
			return invalid("factorResendRequest", "The factor has no message to send.")
		}
		if err := tx.sendCode(&f, userTarget(doc), life); err != nil {
			return err
		}
		answer = o.renderFactor(f, doc)
		return tx.putFactor(f)
	})
	if err != nil {
		return Reply{}, err
	}
	return marshalled(http.StatusOK, answer)
}
