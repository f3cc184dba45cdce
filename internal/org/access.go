package org

import (
	"slices"
	"strings"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// accessFacts are what the sign-on policy of an application asks of somebody.
type accessFacts struct {
	app      okta.Object
	decision policy.Decision
	asks     policy.Access
}

// appClient stands in front of the id of an application that has no client, such as a SAML
// app, where a client is asked for: no client id holds a colon.
const appClient = "app:"

// accessFacts decides by the policy of a client's application. Where no rule applies nobody gets in.
func (o *Org) accessFacts(s store, client string, c policy.Context) (f accessFacts, err error) {
	id, named := strings.CutPrefix(client, appClient)
	if !named {
		if id, err = s.appOfClient(client); err != nil {
			return f, err
		}
	}
	if f.app, err = s.get(apps, id); err != nil {
		return f, err
	}
	if f.decision, err = o.decideAccess(s, f.app, c); err != nil {
		return f, err
	}
	if f.decision.Rule == nil {
		f.asks.Deny = true
		return f, nil
	}
	f.asks, err = policy.AccessOf(f.decision.Policy, f.decision.Rule)
	return f, err
}

func (o *Org) decideAccess(s store, app okta.Object, c policy.Context) (policy.Decision, error) {
	set, err := o.policySet(s, policy.TypeAccess)
	if err != nil {
		return policy.Decision{}, err
	}
	id := accessPolicyOf(o, app)
	at := slices.IndexFunc(set, func(p policy.Policy) bool { return p.ID == id })
	if at < 0 {
		return policy.Decision{}, nil
	}
	c.App = &policy.App{ID: app.Text("id"), Name: app.Text("name")}
	return policy.Evaluate(set[at:at+1], c), nil
}

// accessStep is what the application's policy asks next of a sign-in with these proofs.
func (f signOnFacts) accessStep(p policy.Proofs) policy.AccessStep {
	if f.access == nil {
		return policy.AccessStep{}
	}
	held := make([]policy.FactorKind, len(f.held))
	for i, h := range f.held {
		held[i] = h.policyKind()
	}
	return f.access.asks.Next(p, held, f.signIn(false).MayEnroll())
}

// proofs are those of a sign-in under way: what was proved in it counts as of now.
func (p Pending) proofs(now time.Time) policy.Proofs {
	out := policy.Proofs{Now: now, PasswordAt: p.PasswordAt, Kinds: p.Factors}
	if out.PasswordAt.IsZero() && slices.Contains(p.AMR, "pwd") {
		out.PasswordAt = now
	}
	if len(p.Factors) > 0 {
		out.FactorAt = now
	}
	return out
}

// AppAccess is whether somebody with a session may use a client now.
type AppAccess struct {
	// Denied: no. Next is the sign-in that proves what is missing, at its stage; "" where nothing is.
	Denied bool
	Next   Pending
}

// enrolWithin is how old the password of a session may be where a factor is enrolled in it: a
// session alone must not be enough to set one (security 19).
const enrolWithin = 15 * time.Minute

// AppAccess asks the sign-on policy of a client's application. at is when the proofs have
// to be fresh. A refusal and a challenge are told to the System Log.
func (o *Org) AppAccess(r *Request, c OAuthClient, s Session, at time.Time) (AppAccess, error) {
	p := Pending{UserID: s.UserID, Client: c.ID, Browser: "any", AMR: s.AMR, Factors: s.Factors, PasswordAt: s.PasswordAt}
	proofs := policy.Proofs{Now: at, PasswordAt: s.PasswordAt, FactorAt: s.FactorAt, Kinds: s.Factors, UsedAt: s.Seen}
	met, err := o.accessMet(o.reads(r.ctx), r, p, proofs)
	if err != nil || met {
		return AppAccess{}, err
	}
	f, err := o.signOnFacts(o.reads(r.ctx), r, p)
	if err != nil {
		return AppAccess{}, err
	}
	step := f.accessStep(proofs)
	var out AppAccess
	switch {
	case step.Password:
		out.Next = Pending{Stage: StagePassword, UserID: s.UserID}
	case step.Step == policy.StepNone:
		return AppAccess{}, nil
	case step.Step == policy.StepRefused:
		out.Denied = true
	case step.Step == policy.StepProve || len(f.held) > 0 && s.FactorAt.IsZero(): // who holds one proves it before another is enrolled
		out.Next = Pending{Stage: StageFactor, UserID: s.UserID, AMR: []string{"pwd"}, PasswordAt: s.PasswordAt}
	case at.Sub(s.PasswordAt) > enrolWithin:
		out.Next = Pending{Stage: StagePassword, UserID: s.UserID}
	default:
		out.Next = Pending{Stage: StageEnroll, UserID: s.UserID, AMR: s.AMR, Factors: s.Factors, PasswordAt: s.PasswordAt}
	}
	return out, o.update(r, func(tx *Tx) error {
		if err := tx.untouchSession(s); err != nil {
			return err
		}
		for _, e := range f.accessEvents(step, out.Denied) {
			e.Session = s.LogID
			tx.log(e)
		}
		return nil
	})
}

// accessMet tells whether nothing is left to do, which needs no look at what somebody holds.
func (o *Org) accessMet(s store, r *Request, p Pending, proofs policy.Proofs) (bool, error) {
	person, err := s.activePerson(p.UserID)
	if err != nil {
		return false, err
	}
	c, err := o.policyContext(s, person, nil, r.Client)
	if err != nil {
		return false, err
	}
	f, err := o.accessFacts(s, p.Client, c)
	step := f.asks.Next(proofs, nil, nil)
	return step.Step == policy.StepNone && !step.Password, err
}

// accessEvents tell of what an application's policy decided.
func (f signOnFacts) accessEvents(step policy.AccessStep, denied bool) []Event {
	result := "CHALLENGE"
	if denied {
		result = "DENY"
	}
	evaluated := signOnFacts{doc: f.doc, decision: f.access.decision}.event(result)
	target := Target{ID: f.access.app.Text("id"), Type: "AppInstance", AlternateID: f.access.app.Text("label"), DisplayName: f.access.app.Text("label")}
	evaluated.Targets = append(evaluated.Targets, target)
	missing := step.Need
	if len(step.Unknown) > 0 {
		missing = strings.Join(step.Unknown, "; ")
	}
	if missing != "" {
		evaluated.Debug = map[string]string{"missing": missing}
	}
	if !denied {
		return []Event{evaluated}
	}
	refused := Event{
		Type: "application.policy.sign_on.deny_access", Message: "Deny user access due to app sign on policy", Severity: "WARN", Result: "FAILURE", Reason: "Sign-on policy evaluation resulted in DENY",
		Actor: actorOf(f.doc), Targets: []Target{target},
	}
	return []Event{evaluated, refused}
}
