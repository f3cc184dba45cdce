package org

import (
	"net/http"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// userFactorRoutes are operations beyond the 347 to which a factor's own links lead.
var userFactorRoutes = []extraRoute{
	{*okta.Find("resendEnrollFactor"), resendFactor},
	{*okta.Find("pollFactorActivation"), pollFactorActivation},
	{*okta.Find("cancelFactorTransaction"), cancelFactorTransaction},
}

// listFactors answers a person's factors, those whose enrolment is not proved yet among them.
func listFactors(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	doc, err := s.argumentUser(r)
	if err != nil {
		return Reply{}, err
	}
	held, err := s.factorsOf(doc.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	answer := make([]factorAnswer, 0, len(held))
	for _, f := range held {
		answer = append(answer, o.renderFactor(f, doc))
	}
	return marshalled(http.StatusOK, answer)
}

func getFactor(o *Org, r *Request) (Reply, error) {
	f, doc, err := o.reads(r.ctx).argumentFactor(r)
	if err != nil {
		return Reply{}, err
	}
	return marshalled(http.StatusOK, o.renderFactor(f, doc))
}

// argumentFactor finds the person and the factor of a request.
func (s store) argumentFactor(r *Request) (Factor, okta.Object, error) {
	doc, err := s.argumentUser(r)
	if err != nil {
		return Factor{}, doc, err
	}
	f, err := s.factorOf(doc.Text("id"), r.Args["factorId"])
	return f, doc, err
}

// changingFactor is argumentFactor for a write: nobody's factors are changed once they
// are deactivated, nor an admin's by somebody below.
func (tx *Tx) changingFactor(r *Request) (Factor, okta.Object, error) {
	f, doc, err := tx.argumentFactor(r)
	if err == nil {
		err = tx.mayChangeFactors(r, doc)
	}
	return f, doc, err
}

func (s store) mayChangeFactors(r *Request, doc okta.Object) error {
	if _, err := next(opResetFactors, doc.Text("status"), true); err != nil {
		return err
	}
	if r.Actor.UserID == doc.Text("id") {
		return nil
	}
	return s.guardAdmin(r, opResetFactors, doc)
}

// deleteFactor takes one factor away.
func deleteFactor(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		f, doc, err := tx.changingFactor(r)
		if err != nil {
			return err
		}
		tx.log(factorEvent(f, userTarget(doc), "user.mfa.factor.deactivate", "Reset factor for user"))
		return tx.removeFactor(f)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// listSupportedFactors answers what a person can enrol by the enrolment policy, and what of it is enrolled.
func listSupportedFactors(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	doc, err := s.argumentUser(r)
	if err != nil {
		return Reply{}, err
	}
	held, err := s.factorsOf(doc.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	c, err := o.policyContext(s, doc, nil, r.Client)
	if err != nil {
		return Reply{}, err
	}
	enroll, err := o.enrollment(s, c)
	if err != nil {
		return Reply{}, err
	}
	answer := make([]supportedFactor, 0, len(factorKinds))
	for i := range factorKinds {
		k := &factorKinds[i]
		if asked := enroll.Of(k.policyKind()); asked != policy.NotAllowed {
			answer = append(answer, o.renderSupported(k, doc, held, string(asked)))
		}
	}
	return marshalled(http.StatusOK, answer)
}

// listSupportedSecurityQuestions answers the catalogue of questions.
func listSupportedSecurityQuestions(o *Org, r *Request) (Reply, error) {
	if _, err := o.reads(r.ctx).argumentUser(r); err != nil {
		return Reply{}, err
	}
	return marshalled(http.StatusOK, securityQuestions)
}
