package handlers

import (
	"strings"
	"time"

	"gatehouse/internal/policy"
	"gatehouse/web/templates/ui"
)

// kinds are the kinds of the active factors that the person holds.
func (r *labRead) kinds() (kinds []policy.FactorKind) {
	for _, d := range r.held {
		if d.Text("status") == "ACTIVE" {
			kinds = append(kinds, policy.FactorKind{Type: d.Text("factorType"), Provider: d.Text("provider")})
		}
	}
	return kinds
}

func factorLabels(kinds []policy.FactorKind) []string {
	var names []string
	for _, k := range kinds {
		names = append(names, kindOfFactor(k.Type, k.Provider).label)
	}
	return names
}

// comesIn says whether the person gets in, and with what: the rule, the policy of factor
// enrollment and what they hold decide together, as they do in the org.
func (r *labRead) comesIn(why *ui.Why, d policy.Decision, c policy.Context) error {
	name := personName(r.person)
	say := func(kind, text string) {
		why.Kind, why.Text = kind, strings.TrimSuffix(name+" "+text+". "+why.Text, " ")
	}
	switch status := r.person.Text("status"); {
	case status != "ACTIVE" && status != "PASSWORD_EXPIRED":
		say("bad", "does not get in: "+stateWords(status)+" now")
		return nil
	case r.unassigned:
		say("bad", "does not get in: "+appLabel(r.app)+" is not assigned to them")
		return nil
	case d.Rule == nil:
		say("bad", "does not get in")
		return nil
	}
	step, err := r.step(d, c)
	if err != nil || step == nil {
		return err
	}
	switch step.Step {
	case policy.StepNone:
		say("ok", "gets in with the password")
	case policy.StepProve:
		say("ok", "holds "+orWords(factorLabels(step.Kinds))+", and gets in with it")
	case policy.StepEnroll:
		say("warn", "has to set up "+orWords(factorLabels(step.Kinds))+" first, and gets in then")
	case policy.StepRefused:
		text := "does not get in"
		if step.Need != "" {
			text += ": " + step.Need + " is needed, none is held, and the enrollment policy lets none be set up"
		}
		if len(step.Unknown) > 0 {
			text += ": " + strings.Join(step.Unknown, "; ")
		}
		say("bad", text)
	}
	return nil
}

// step is what comes after the password, which was right just now, on a device that is not
// remembered; nil where what they hold is not told to this reader.
func (r *labRead) step(d policy.Decision, c policy.Context) (*policy.AccessStep, error) {
	in, good, err := r.factors(c)
	if err != nil {
		return nil, err
	}
	if r.ask.kind.key == policy.TypeAccess {
		a, err := policy.AccessOf(d.Policy, d.Rule)
		if err != nil || !r.heldRead && !a.Deny {
			return nil, err
		}
		now := time.Now()
		step := a.Next(policy.Proofs{Now: now, PasswordAt: now}, good, in.MayEnroll())
		return &step, nil
	}
	if in.SignOn, err = policy.SignOnOf(d.Rule); err != nil || !r.heldRead && !in.SignOn.Deny {
		return nil, err
	}
	step := &policy.AccessStep{Step: in.Next(), Kinds: good}
	switch {
	case step.Step == policy.StepEnroll:
		step.Kinds = in.ToEnroll()
	case step.Step == policy.StepRefused && !in.SignOn.Deny:
		step.Need = "a factor"
	}
	return step, nil
}

// factors are what the person holds, those of them that are good for a sign-in, and what may be enrolled.
func (r *labRead) factors(c policy.Context) (in policy.SignIn, good []policy.FactorKind, err error) {
	policies, err := evaluable(r.enroll)
	if err != nil {
		return in, nil, err
	}
	if e := policy.Evaluate(policies, c); e.Policy != nil {
		if in.Enrollment, err = policy.EnrollmentOf(e.Policy, e.Rule); err != nil {
			return in, nil, err
		}
	}
	in.Kinds = r.kinds()
	for _, k := range in.Kinds {
		if in.Enrollment.Of(k) != policy.NotAllowed {
			good = append(good, k)
		}
	}
	in.Holds = len(good) > 0
	for _, k := range policy.Kinds {
		if k.AtSignIn() {
			in.Offered = append(in.Offered, k)
		}
	}
	return in, good, nil
}
