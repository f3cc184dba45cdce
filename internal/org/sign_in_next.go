package org

import (
	"slices"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// signOnFacts are what decides about the next step of a sign-in.
type signOnFacts struct {
	doc      okta.Object
	decision policy.Decision
	signOn   policy.SignOn
	enroll   policy.Enrollment
	age      passwordAge
	// held are the factors with which the person can sign in, kinds those of all active factors.
	held  []Factor
	kinds []policy.FactorKind
	// remembered: the device proved a factor, and it still counts.
	remembered bool
	// access is what the policy of the application asks that the sign-in is for, nil for none.
	access *accessFacts
	// named: the org has a name to which browsers bind security keys.
	named bool
}

func (o *Org) signOnFacts(s store, r *Request, p Pending) (f signOnFacts, err error) {
	if f.doc, err = s.activePerson(p.UserID); err != nil {
		return f, err
	}
	c, err := o.policyContext(s, f.doc, nil, r.Client)
	if err != nil {
		return f, err
	}
	if f.decision, err = o.decide(s, policy.TypeSignOn, c); err != nil {
		return f, err
	}
	if f.decision.Rule == nil {
		f.signOn = policy.SignOn{Deny: true} // nobody gets in where no rule says so
	} else if f.signOn, err = policy.SignOnOf(f.decision.Rule); err != nil {
		return f, err
	}
	if f.enroll, err = o.enrollment(s, c); err != nil {
		return f, err
	}
	all, err := s.factorsOf(p.UserID)
	if err != nil {
		return f, err
	}
	for _, held := range all {
		if held.Active {
			f.kinds = append(f.kinds, held.policyKind())
		}
	}
	f.held = usable(all, f.enroll, o.keysOf(p))
	_, f.named = o.relyingParty()
	if f.remembered, err = s.remembers(p, f.signOn, r.Now); err != nil {
		return f, err
	}
	if p.Client != "" {
		access, err := o.accessFacts(s, p.Client, c)
		if err != nil {
			return f, err
		}
		f.access = &access
	}
	rules, err := o.passwordPolicyIn(s, c)
	f.age = ageOf(rules.Age, f.doc, r.Now)
	return f, err
}

// enrollment is what the enrolment policies say of somebody. Where none applies, no
// factor is theirs to have.
func (o *Org) enrollment(s store, c policy.Context) (policy.Enrollment, error) {
	d, err := o.decide(s, policy.TypeEnroll, c)
	if err != nil || d.Policy == nil {
		return policy.Enrollment{When: policy.EnrollNever}, err
	}
	return policy.EnrollmentOf(d.Policy, d.Rule)
}

// signIn is the part of the facts that the policies decide on.
func (f signOnFacts) signIn(proved bool) policy.SignIn {
	s := policy.SignIn{SignOn: f.signOn, Enrollment: f.enroll, Kinds: f.kinds, Holds: len(f.held) > 0, Remembered: f.remembered, Proved: proved}
	for i := range factorKinds {
		if k := factorKinds[i].policyKind(); f.selfEnrolled(k) {
			s.Offered = append(s.Offered, k)
		}
	}
	return s
}

// next is the stage that a sign-in comes to with what it has proved, "" where nothing is
// left. A refusal by the sign-on policy is E0000085. Who holds a factor proves it before
// a new password or another factor is set: the password alone opens nothing. What the
// policy of the application asks for is asked for on the way; who cannot meet it gets a
// session all the same, and the client is told.
func (f signOnFacts) next(p Pending, now time.Time) (string, error) {
	status := f.doc.Text("status")
	if m := moveFor(opSignIn, status); m.code != "" { // locked or reset since the password was right
		return "", fail(m.code, "")
	}
	proved := slices.Contains(p.AMR, "mfa")
	app := f.accessStep(p.proofs(now))
	switch step := f.signIn(proved).Next(); {
	case f.signOn.Deny:
		return "", fail("E0000085", "")
	case step == policy.StepProve, app.Step == policy.StepProve && !app.Password, app.Step == policy.StepEnroll && !proved && len(f.held) > 0:
		return StageFactor, nil
	case status == passwordExpired:
		return StagePasswordExpired, nil
	case step == policy.StepEnroll, app.Step == policy.StepEnroll && !app.Password:
		return StageEnroll, nil
	case step == policy.StepRefused:
		return "", fail("E0000085", "")
	case f.age.warn && !p.Warned:
		return StagePasswordWarn, nil
	}
	return "", nil
}

// NextStep moves a sign-in to its next stage, "" where nothing is left to do: StartSession
// or NewSessionToken ends it then. A person whom the sign-on policy does not let in is
// E0000085, and the System Log says so.
func (o *Org) NextStep(r *Request, p Pending) (Pending, error) {
	f, err := o.signOnFacts(o.reads(r.ctx), r, p)
	if err != nil {
		return p, err
	}
	stage, refused := f.next(p, r.Now)
	if refused != nil && !isCode(refused, "E0000085") {
		return p, refused
	}
	if refused != nil {
		if err := o.update(r, func(tx *Tx) error { tx.log(f.event("DENY")); return nil }); err != nil {
			return p, err
		}
		return p, refused
	}
	if stage == StageFactor || stage == StageEnroll && p.Stage == StagePassword {
		p.events = append(p.events, f.event("CHALLENGE"))
	}
	p.Stage, p.Factor = stage, ""
	return p, nil
}

// admit is the last word on a sign-in: it returns the limits of the session, or refuses.
func (tx *Tx) admit(p Pending) (SessionLimits, error) {
	f, err := tx.org.signOnFacts(tx.store, tx.req, p)
	if err != nil {
		return SessionLimits{}, err
	}
	stage, err := f.next(p, tx.now)
	if err == nil && (stage != "" || !slices.Contains(p.AMR, "pwd")) {
		err = fail("E0000079", "")
	}
	if err != nil {
		return SessionLimits{}, err
	}
	roles, err := rolesOf(tx.store, p.UserID)
	if err != nil {
		return SessionLimits{}, err
	}
	tx.log(f.event("ALLOW"))
	// Admins never have persistent cookies (published).
	return SessionLimits{f.signOn.Idle, f.signOn.Life, f.signOn.Persistent && len(roles) == 0}, nil
}

// event is the entry of the System Log about what the sign-on policy decided.
func (f signOnFacts) event(result string) Event {
	e := Event{
		Type: "policy.evaluate_sign_on", Message: "Evaluation of sign-on policy", Result: result, Actor: actorOf(f.doc),
		Reason: "Sign-on policy evaluation resulted in " + result,
	}
	if d := f.decision; d.Policy != nil {
		e.Targets = []Target{policyTargetOf(d.Policy.ID, d.Policy.Name, d.Policy.Type), ruleTarget(d.Policy.ID, d.Rule.ID, d.Rule.Name)}
	} else {
		e.Reason = "No sign-on policy applies"
		e.Targets = []Target{userTarget(f.doc)}
	}
	if text := undecided(f.decision); text != "" {
		e.Debug = map[string]string{"notEvaluated": text}
	}
	return e
}
