package oidc

import (
	"net/http"

	"gatehouse/internal/org"
)

// authnEnroll enrols a factor at MFA_ENROLL. A question counts at once; the others come
// back at MFA_ENROLL_ACTIVATE.
func (p *Provider) authnEnroll(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	in, pending, err := p.stateAt(h, org.StageEnroll)
	if err != nil {
		return err
	}
	from := pending.Stage
	next, activation, err := p.org.EnrollFactor(r, pending, org.FactorInput{
		Type: in.FactorType, Provider: in.Provider, PhoneNumber: in.Profile.PhoneNumber, PhoneExtension: in.Profile.PhoneExtension,
		Email: in.Profile.Email, Question: in.Profile.Question, Answer: in.Profile.Answer,
	})
	if err != nil {
		return err
	}
	if next.Stage == org.StageEnrollActivate {
		return p.answerEnrolling(w, h, next, activation)
	}
	return p.advance(w, h, r, from, next)
}

// authnActivate takes the first code of the factor that is being enrolled.
func (p *Provider) authnActivate(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	in, pending, err := p.stateAt(h, org.StageEnrollActivate)
	if err != nil {
		return err
	}
	if pending.Factor != h.PathValue("factor") {
		return org.APIError("E0000007")
	}
	next, err := p.org.ActivateFactor(r, pending, in.proof())
	if err != nil {
		return err
	}
	return p.advance(w, h, r, pending.Stage, next)
}

// authnResend sends the code of the factor that is being enrolled again.
func (p *Provider) authnResend(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	_, pending, err := p.stateAt(h, org.StageEnrollActivate)
	if err != nil {
		return err
	}
	if pending.Factor != h.PathValue("factor") {
		return org.APIError("E0000007")
	}
	if err := p.org.ResendFactor(r, pending); err != nil {
		return err
	}
	return p.answerEnrolling(w, h, pending, nil)
}

// authnPrevious goes back from the code of a factor to the choice of factors.
func (p *Provider) authnPrevious(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	_, pending, err := p.stateAt(h, org.StageEnrollActivate, org.StageEnroll, org.StageFactor)
	if err != nil {
		return err
	}
	if pending.Stage == org.StageEnrollActivate {
		if pending, err = p.chooseAgain(r, pending); err != nil {
			return err
		}
	}
	return p.answerStage(w, h, r, pending)
}

// chooseAgain goes back to the choice of the factor to enrol.
func (p *Provider) chooseAgain(r *org.Request, pending org.Pending) (org.Pending, error) {
	from := pending.Stage
	pending.Stage, pending.Factor = org.StageEnroll, ""
	return pending, p.org.AdvanceSignIn(r, from, pending)
}
