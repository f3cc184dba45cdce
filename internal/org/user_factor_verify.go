package org

import (
	"net/http"

	"gatehouse/internal/okta"
)

// verifyAnswer is how a verification stands ("published examples").
type verifyAnswer struct {
	ExpiresAt    string         `json:"expiresAt,omitempty"`
	FactorResult string         `json:"factorResult"`
	Profile      *okta.Object   `json:"profile,omitempty"`
	Links        map[string]any `json:"_links,omitempty"`
	Embedded     map[string]any `json:"_embedded,omitempty"`
}

// proofInput is a proof as requests carry it.
type proofInput struct {
	PassCode          string `json:"passCode"`
	Answer            string `json:"answer"`
	ClientData        string `json:"clientData"`
	Attestation       string `json:"attestation"`
	RegistrationData  string `json:"registrationData"`
	AuthenticatorData string `json:"authenticatorData"`
	SignatureData     string `json:"signatureData"`
}

func (in proofInput) proof() Proof {
	return Proof{
		PassCode: in.PassCode, Answer: in.Answer, ClientData: in.ClientData, Attestation: in.Attestation,
		RegistrationData: in.RegistrationData, AuthenticatorData: in.AuthenticatorData, SignatureData: in.SignatureData,
	}
}

// isKey tells whether a factor answers challenges by signatures.
func (f Factor) isKey() bool { return f.Type == webauthnFactor || f.Type == u2fFactor }

// keyChallenge is a challenge as answers carry it ("published examples").
func keyChallenge(f Factor, challenge string) map[string]any {
	if f.Type == u2fFactor {
		return map[string]any{"nonce": challenge, "timeoutSeconds": 20}
	}
	return map[string]any{"challenge": challenge, "extensions": map[string]any{}}
}

// verifyFactor challenges somebody (no code in the body) or takes the answer.
func verifyFactor(o *Org, r *Request) (Reply, error) {
	var in proofInput
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	life, err := tokenLife(r)
	if err != nil {
		return Reply{}, err
	}
	f, _, err := o.reads(r.ctx).argumentFactor(r)
	if err != nil {
		return Reply{}, err
	}
	proof := o.compare(f, in.proof())
	status, answer := http.StatusOK, verifyAnswer{FactorResult: pushApproved}
	err = o.refusal(r, func(tx *Tx) (refused, err error) {
		f, doc, err := tx.argumentFactor(r)
		if err != nil {
			return nil, err
		}
		if _, err := next(opResetFactors, doc.Text("status"), true); err != nil {
			return nil, err
		}
		if !f.Active {
			return nil, fail("E0000154", "")
		}
		switch {
		case f.Type == pushFactor:
			var t pushTransaction
			t, err = tx.ask(f, userTarget(doc), pushVerify, pushLife)
			status, answer = http.StatusCreated, o.renderTransaction(t, f, r)
			return nil, err
		case f.isKey() && in.ClientData == "":
			answer = o.renderChallenge(f)
			answer.Embedded = map[string]any{"challenge": keyChallenge(f, tx.challenge(&f))}
			return nil, tx.putFactor(f)
		case in.PassCode == "" && f.kind().message != nil:
			answer = o.renderChallenge(f)
			if err := tx.sendCode(&f, userTarget(doc), life); err != nil {
				return nil, err
			}
			return nil, tx.putFactor(f)
		}
		return tx.proveAs(&f, proof, userTarget(doc), nil)
	})
	if err != nil {
		return Reply{}, err
	}
	return marshalled(status, answer)
}

// renderChallenge says that a code is on its way.
func (o *Org) renderChallenge(f Factor) verifyAnswer {
	self := o.factorURL(f.UserID, f.ID)
	return verifyAnswer{FactorResult: "CHALLENGE", Profile: &f.Profile, Links: map[string]any{
		"verify": sessionLink(self+"/verify", "POST"), "factor": sessionLink(self, "GET", "DELETE"),
	}}
}

// renderTransaction is how far a question to a phone is.
func (o *Org) renderTransaction(t pushTransaction, f Factor, r *Request) verifyAnswer {
	self := o.factorURL(f.UserID, f.ID)
	a := verifyAnswer{FactorResult: t.resultAt(r.Now)}
	switch a.FactorResult {
	case pushWaiting:
		a.ExpiresAt, a.Profile = stamp(t.expires), &f.Profile
		a.Links = map[string]any{"poll": sessionLink(o.transactionURL(t), "GET"), "cancel": sessionLink(o.transactionURL(t), "DELETE")}
	case pushRejected, pushTimeout:
		a.Profile = &f.Profile
		a.Links = map[string]any{"verify": sessionLink(self+"/verify", "POST"), "factor": sessionLink(self, "GET", "DELETE")}
	}
	return a
}

// argumentTransaction finds the question of a request. One of another factor is not found.
func (s store) argumentTransaction(r *Request) (pushTransaction, Factor, error) {
	f, _, err := s.argumentFactor(r)
	if err != nil {
		return pushTransaction{}, f, err
	}
	t, err := s.transaction(r.Args["transactionId"])
	if err == nil && (t.factor != f.ID || t.kind != pushVerify) {
		err = notFound(printable(r.Args["transactionId"]), "FactorTransaction")
	}
	return t, f, err
}

// getFactorTransactionStatus answers how a phone answered, if it did.
func getFactorTransactionStatus(o *Org, r *Request) (Reply, error) {
	t, f, err := o.reads(r.ctx).argumentTransaction(r)
	if err != nil {
		return Reply{}, err
	}
	return marshalled(http.StatusOK, o.renderTransaction(t, f, r))
}

// cancelFactorTransaction takes a question back.
func cancelFactorTransaction(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		t, _, err := tx.argumentTransaction(r)
		if err != nil {
			return err
		}
		_, err = tx.q.Exec(tx.ctx, `DELETE FROM factor_transaction WHERE id = $1`, t.id)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
