package org

import "gatehouse/internal/okta"

// Proof is what somebody shows to prove a factor.
type Proof struct {
	// PassCode is the code of an app, a message or a token.
	PassCode string
	// Answer is the answer to a security question.
	Answer string
	// What a security key made, base64: client data, with attestation (WebAuthn) or
	// RegistrationData (U2F) at the enrolment, else with a signature.
	ClientData, Attestation, RegistrationData, AuthenticatorData, SignatureData string

	// hash and right are filled by compare.
	hash  string
	right bool
}

// compare judges an answer against the stored hash. It runs outside of a transaction: it takes tens of milliseconds.
func (o *Org) compare(f Factor, p Proof) Proof {
	if f.Type == questionFactor {
		p.hash, p.right = f.secret, o.passwords.matches(f.secret, plainAnswer(p.Answer))
	}
	return p
}

// factorChecks judge the proof of a kind. They change the factor to what is to be stored.
var factorChecks = map[string]func(*Tx, *Factor, Proof) (refused, err error){
	questionFactor: checkAnswer, totpFactor: checkTOTP, smsFactor: checkSent, callFactor: checkSent, emailFactor: checkSent,
	hotpFactor: checkHOTP, yubikeyFactor: checkYubikey, webauthnFactor: checkWebAuthn, u2fFactor: checkU2F,
}

func checkAnswer(_ *Tx, f *Factor, p Proof) (refused, err error) {
	if !p.right || p.hash != f.secret {
		return fail("E0000068", "", "Your answer doesn't match our records. Please try again."), nil
	}
	return nil, nil
}

func wrongPassCode() *okta.Error {
	return fail("E0000068", "", "Your passcode doesn't match our records. Please try again.")
}

// prove judges a proof and counts it: a wrong one is E0000068, one used before E0000082,
// one that came too late E0000083, and after five in five minutes all are E0000047.
// A refusal is returned apart from err, because its count has to be committed.
func (tx *Tx) prove(f *Factor, p Proof) (refused, err error) {
	check, ok := factorChecks[f.Type]
	if !ok {
		return nil, notProvable(*f)
	}
	l, err := tx.factorLimit(f.UserID, "try "+f.Type)
	if err != nil {
		return nil, err
	}
	if l.spent() {
		return fail("E0000047", ""), nil
	}
	if refused, err = check(tx, f, p); err != nil {
		return nil, err
	}
	if err := tx.countFactor(l, refused == nil); err != nil || refused != nil {
		return refused, err
	}
	return nil, tx.putFactor(*f)
}

// notProvable says that a code is no proof of this factor.
func notProvable(f Factor) *okta.Error {
	return fail("E0000060", "", "This org does not check the answers of "+f.Type+" factors")
}

// proveAs is prove with the event of a second factor shown, by actor where it is not the caller.
func (tx *Tx) proveAs(f *Factor, p Proof, person Target, actor *Target) (refused, err error) {
	if refused, err = tx.prove(f, p); err != nil || isCode(refused, "E0000047") {
		return refused, err
	}
	event := factorEvent(*f, person, "user.authentication.auth_via_mfa", "Authentication of user via MFA")
	event.Actor = actor
	if refused != nil {
		event.Result, event.Reason = "FAILURE", "INVALID_CREDENTIALS"
	}
	tx.log(event)
	return refused, nil
}

// VerifyFactor checks the proof of somebody who signs in with this active factor. A wrong
// one is E0000068, too many are E0000047; E0000007 says that there is no such factor.
func (o *Org) VerifyFactor(r *Request, user, id string, p Proof) error {
	f, err := o.reads(r.ctx).factorOf(user, id)
	if err != nil {
		return err
	}
	p = o.compare(f, p)
	return o.refusal(r, func(tx *Tx) (refused, err error) {
		f, err := tx.factorOf(user, id)
		if err != nil {
			return nil, err
		}
		if !f.Active {
			return nil, fail("E0000154", "")
		}
		person, err := tx.subject(user)
		if err != nil {
			return nil, err
		}
		return tx.proveAs(&f, p, person, &person)
	})
}

// SendFactorCode sends somebody who signs in the code of this factor. Too soon after the last one it is a 429.
func (o *Org) SendFactorCode(r *Request, user, id string) error {
	return o.update(r, func(tx *Tx) error {
		f, err := tx.factorOf(user, id)
		if err != nil {
			return err
		}
		if !f.Active || f.kind().message == nil {
			return fail("E0000154", "")
		}
		person, err := tx.subject(user)
		if err != nil {
			return err
		}
		if err := tx.sendCode(&f, person, factorCodeLife); err != nil {
			return err
		}
		return tx.putFactor(f)
	})
}

// refusal runs a transaction that is committed although it refuses.
func (o *Org) refusal(r *Request, f func(*Tx) (refused, err error)) error {
	var refused error
	err := o.update(r, func(tx *Tx) (err error) {
		refused, err = f(tx)
		return err
	})
	if err != nil {
		return err
	}
	return refused
}
