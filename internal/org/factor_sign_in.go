package org

import (
	"context"
	"slices"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

func (k factorKind) policyKind() policy.FactorKind {
	return policy.FactorKind{Type: k.factorType, Provider: k.provider}
}

func (f Factor) policyKind() policy.FactorKind {
	return policy.FactorKind{Type: f.Type, Provider: f.Provider}
}

// usable are the active factors with which somebody can sign in, and whose kind is
// allowed to them: apps first, then by age. keys tells which security keys can be used.
func usable(all []Factor, e policy.Enrollment, keys func(Factor) bool) []Factor {
	held := slices.DeleteFunc(slices.Clone(all), func(f Factor) bool {
		return !f.Active || factorChecks[f.Type] == nil && f.Type != pushFactor || e.Of(f.policyKind()) == policy.NotAllowed || f.isKey() && !keys(f)
	})
	rank := func(f Factor) int {
		if f.Type == totpFactor {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(held, func(a, b Factor) int { return rank(a) - rank(b) })
	return held
}

// keysOf tells which security keys can be used in a sign-in: in a browser WebAuthn where the
// org has a name, as browsers know neither U2F nor credentials of addresses.
func (o *Org) keysOf(p Pending) func(Factor) bool {
	_, named := o.relyingParty()
	return func(f Factor) bool { return p.Browser == "" || f.Type == webauthnFactor && named }
}

// ChallengeKey puts a challenge to the security key of somebody who signs in, and returns
// it as answers carry it. E0000154 says that the factor is no active security key.
func (o *Org) ChallengeKey(r *Request, user, id string) (challenge map[string]any, err error) {
	err = o.update(r, func(tx *Tx) error {
		f, err := tx.factorOf(user, id)
		if err != nil {
			return err
		}
		if !f.Active || !f.isKey() {
			return fail("E0000154", "")
		}
		challenge = keyChallenge(f, tx.challenge(&f))
		return tx.putFactor(f)
	})
	return challenge, err
}

// KeyChallenge is the challenge that a factor was put to; "" for none that works.
func (o *Org) KeyChallenge(f Factor) (string, error) { return o.openChallenge(f, o.now()) }

// RelyingParty is the host that the credentials of security keys are bound to.
func (o *Org) RelyingParty() string {
	host, _ := o.relyingParty()
	return host
}

// SignInFactors lists the factors with which somebody who signs in can prove themselves.
func (o *Org) SignInFactors(r *Request, p Pending) ([]Factor, error) {
	f, err := o.signOnFacts(o.reads(r.ctx), r, p)
	if app := f.accessStep(p.proofs(r.Now)); app.Step == policy.StepProve { // the application wants some of them only
		f.held = slices.DeleteFunc(f.held, func(h Factor) bool { return !slices.Contains(app.Kinds, h.policyKind()) })
	}
	return f.held, err
}

// selfEnrolled tells whether somebody can enrol a kind of factor while signing in, and sign
// in with it afterwards.
func (f signOnFacts) selfEnrolled(k policy.FactorKind) bool {
	return k.AtSignIn() && (k.Type != webauthnFactor || f.named)
}

// Methods are the authentication methods that a factor stands for (RFC 8176).
func (f Factor) Methods() []string {
	method := "otp"
	switch f.Type {
	case questionFactor:
		method = "kba"
	case smsFactor:
		method = "sms"
	case callFactor:
		method = "tel"
	case webauthnFactor, u2fFactor:
		method = "hwk"
	case pushFactor:
		method = "swk"
	}
	return []string{method, "mfa"}
}

// EnrollChoice is a kind of factor that somebody who signs in may enrol.
type EnrollChoice struct {
	Type, Provider string
	// Required tells that the sign-in waits for it, or for another required one; Held that it is enrolled already.
	Required, Held bool
}

// EnrollChoices lists what somebody may enrol at this step of a sign-in, what is required first.
func (o *Org) EnrollChoices(r *Request, p Pending) ([]EnrollChoice, error) {
	f, err := o.signOnFacts(o.reads(r.ctx), r, p)
	if err != nil {
		return nil, err
	}
	missing := f.signIn(false).ToEnroll()
	app := f.accessStep(p.proofs(r.Now))
	narrowed := len(missing) == 0 && app.Step == policy.StepEnroll // the application wants one of some
	var required, others []EnrollChoice
	for i := range factorKinds {
		k := factorKinds[i].policyKind()
		asked := f.enroll.Of(k)
		if asked == policy.NotAllowed || !f.selfEnrolled(k) || narrowed && !slices.Contains(app.Kinds, k) {
			continue
		}
		c := EnrollChoice{Type: k.Type, Provider: k.Provider, Required: asked == policy.Required, Held: slices.Contains(f.kinds, k)}
		if slices.Contains(missing, k) && c.Required {
			required = append(required, c)
		} else {
			others = append(others, c)
		}
	}
	return append(required, others...), nil
}

// FactorInput is what somebody says of the factor that they enrol.
type FactorInput struct {
	Type, Provider, PhoneNumber, PhoneExtension, Email, Question, Answer string
}

// EnrollFactor enrols a factor at the step that asks for one. A question counts at once; of
// the others the sign-in comes back at StageEnrollActivate, to be proved by ActivateFactor.
// activation is how to set it up, nil where a message is on its way.
func (o *Org) EnrollFactor(r *Request, p Pending, in FactorInput) (_ Pending, activation map[string]any, err error) {
	choices, err := o.EnrollChoices(r, p)
	if err != nil {
		return p, nil, err
	}
	allowed := slices.ContainsFunc(choices, func(c EnrollChoice) bool { return c.Type == in.Type && c.Provider == in.Provider && !c.Held })
	kind := factorKindOf(in.Type, in.Provider)
	if p.Stage != StageEnroll && p.Stage != StageEnrollActivate || kind == nil || !allowed {
		return p, nil, badEnrolment("This factor cannot be enrolled now.")
	}
	person, err := o.Person(r.ctx, p.UserID)
	if err != nil {
		return p, nil, err
	}
	var e enrolment
	e.Profile.PhoneNumber, e.Profile.PhoneExtension, e.Profile.Email = strings.TrimSpace(in.PhoneNumber), in.PhoneExtension, in.Email
	e.Profile.Question, e.Profile.Answer = in.Question, in.Answer
	fresh, err := o.newFactor(kind, person, e, r.Now, false)
	if err != nil {
		return p, nil, err
	}
	from := p.Stage
	err = o.update(r, func(tx *Tx) error {
		if ok, err := tx.underWay(p, from); err != nil || !ok {
			return over(err)
		}
		if err := o.mayEnrolNow(tx.store, r, p); err != nil {
			return err
		}
		e := fresh
		if _, err := tx.makeRoom(e.Factor, false); err != nil {
			return err
		}
		embedded, err := tx.beginEnrolment(&e, person, factorCodeLife, actorOf(person))
		if err != nil || e.Active {
			return err
		}
		activation = embedded
		p.Stage, p.Factor = StageEnrollActivate, e.ID
		return tx.advanceSignIn(from, p)
	})
	if err == nil && fresh.Active {
		p = p.ProvedBy(fresh.Factor)
	}
	return p, activation, err
}

// mayEnrolNow refuses to set another factor with the password alone (E0000079): a factor may
// have been set elsewhere since the sign-in came to this step.
func (o *Org) mayEnrolNow(s store, r *Request, p Pending) error {
	f, err := o.signOnFacts(s, r, p)
	if err == nil && len(f.held) > 0 && !slices.Contains(p.AMR, "mfa") {
		err = fail("E0000079", "")
	}
	return err
}

// over is err, or E0000011 for a sign-in that is over.
func over(err error) error {
	if err == nil {
		err = fail("E0000011", "")
	}
	return err
}

// underWay tells whether a sign-in is still at this stage.
func (s store) underWay(p Pending, stage string) (bool, error) {
	return s.found(`SELECT hash FROM sign_in WHERE hash = $1 AND stage = $2`, hashSecret(p.Key), stage)
}

// EnrollingFactor is the factor that is being enrolled in a sign-in, with its shared secret
// where it is an app's.
func (o *Org) EnrollingFactor(ctx context.Context, p Pending) (f Factor, secret string, err error) {
	f, err = o.reads(ctx).factorOf(p.UserID, p.Factor)
	if err == nil && f.Type == totpFactor {
		secret, err = o.sealer.open("totp/"+f.UserID, f.secret)
	}
	return f, secret, err
}

// ActivateFactor takes the first code of the factor that is being enrolled. The errors are
// those of VerifyFactor.
func (o *Org) ActivateFactor(r *Request, p Pending, proof Proof) (Pending, error) {
	var proved Factor
	err := o.refusal(r, func(tx *Tx) (refused, err error) {
		if ok, err := tx.underWay(p, StageEnrollActivate); err != nil || !ok {
			return nil, over(err)
		}
		if err := o.mayEnrolNow(tx.store, r, p); err != nil {
			return nil, err
		}
		f, err := tx.factorOf(p.UserID, p.Factor)
		if err != nil {
			return nil, err
		}
		person, err := tx.subject(p.UserID)
		if err != nil {
			return nil, err
		}
		if refused, err = tx.prove(&f, proof); err != nil || refused != nil {
			return refused, err
		}
		proved = f
		return nil, tx.activateFactor(f, person, &person)
	})
	if err != nil {
		return p, err
	}
	return p.ProvedBy(proved), nil
}

// ResendFactor sends the code of the factor that is being enrolled again.
func (o *Org) ResendFactor(r *Request, p Pending) error {
	return o.update(r, func(tx *Tx) error {
		f, err := tx.factorOf(p.UserID, p.Factor)
		if err != nil {
			return err
		}
		if f.kind().message == nil {
			return invalid("factorResendRequest", "The factor has no message to send.")
		}
		person, err := tx.subject(p.UserID)
		if err != nil {
			return err
		}
		if err := tx.sendCode(&f, person, factorCodeLife); err != nil {
			return err
		}
		return tx.putFactor(f)
	})
}

// SecurityQuestions is the catalogue of questions: key and text.
func SecurityQuestions() [][2]string {
	out := make([][2]string, len(securityQuestions))
	for i, q := range securityQuestions {
		out[i] = [2]string{q.Question, q.Text}
	}
	return out
}

// AppLink is what an authenticator app reads to be set up with a person's shared secret.
func AppLink(person okta.Object, secret string) string { return appLink(person, secret) }
