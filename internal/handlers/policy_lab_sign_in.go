package handlers

import (
	"strings"

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

// signIn says how a sign-in of the person goes on after the password: the sign-on rule and
// the policy of factor enrolment decide together with what they hold, as they do in the org.
func (r *labRead) signIn(why *ui.Why, d policy.Decision, c policy.Context) error {
	name := personName(r.person)
	say := func(kind, text string) {
		why.Kind, why.Text = kind, strings.TrimSuffix(text+" "+why.Text, " ")
	}
	switch status := r.person.Text("status"); status {
	case "ACTIVE", "PASSWORD_EXPIRED":
	default:
		say("bad", name+" does not get in: "+stateWords(status)+" now.")
		return nil
	}
	in := policy.SignIn{SignOn: policy.SignOn{Deny: true}}
	var err error
	if d.Rule != nil {
		if in.SignOn, err = policy.SignOnOf(d.Rule); err != nil {
			return err
		}
	}
	if in.SignOn.Deny {
		say("bad", name+" does not get in.")
		return nil
	}
	if !r.heldRead {
		return nil
	}
	policies, err := evaluable(r.enroll)
	if err != nil {
		return err
	}
	if e := policy.Evaluate(policies, c); e.Policy != nil {
		if in.Enrollment, err = policy.EnrollmentOf(e.Policy, e.Rule); err != nil {
			return err
		}
	}
	in.Kinds = r.kinds()
	var good []policy.FactorKind
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
	switch in.Next() {
	case policy.StepNone:
		say("ok", name+" gets in with the password.")
	case policy.StepProve:
		say("ok", name+" holds "+orWords(factorLabels(good))+", and gets in with it.")
	case policy.StepEnroll:
		say("warn", name+" has to set up "+orWords(factorLabels(in.ToEnroll()))+" first, and gets in then.")
	case policy.StepRefused:
		say("bad", name+" does not get in: a factor is needed, none is held, and the enrollment policy lets none be set up.")
	}
	return nil
}
