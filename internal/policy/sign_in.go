package policy

import "slices"

// Step is what comes after a right password.
type Step int

const (
	// StepNone: they are in.
	StepNone Step = iota
	// StepProve: a factor that they hold is asked for, StepEnroll: one has to be enrolled.
	StepProve
	StepEnroll
	// StepRefused: they do not get in.
	StepRefused
)

// SignIn is what decides how a sign-in goes on.
type SignIn struct {
	SignOn     SignOn
	Enrollment Enrollment
	// Kinds are the kinds of the active factors, Holds whether one of them is good for a sign-in.
	Kinds []FactorKind
	Holds bool
	// Offered are the kinds that can be enrolled during a sign-in, in the order in which they are offered.
	Offered []FactorKind
	// Remembered: the device proved a factor that still counts. Proved: this sign-in has.
	Remembered, Proved bool
}

// Asks tells whether the sign-on rule asks for a factor, proved meanwhile or not.
func (s SignIn) Asks() bool {
	switch s.SignOn.Prompt {
	case PromptNever:
		return false
	case PromptHeld:
		return s.Holds
	case PromptAlways:
		return true
	}
	return !s.Remembered
}

// ToEnroll are the kinds of factor that have to be enrolled before the session: those
// required, or one of those allowed where a factor is needed and none is held.
func (s SignIn) ToEnroll() (kinds []FactorKind) {
	when := s.Enrollment.When
	if when != EnrollAtLogin && !(when == EnrollAtChallenge && s.Asks()) {
		return nil
	}
	for _, any := range s.Enrollment.Missing(s.Kinds) {
		for _, k := range any {
			if slices.Contains(s.Offered, k) {
				kinds = append(kinds, k)
			}
		}
	}
	if len(kinds) > 0 || s.Holds {
		return kinds
	}
	for _, k := range s.Offered {
		if s.Enrollment.Of(k) != NotAllowed && !slices.Contains(s.Kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// MayEnroll are the kinds of factor that may still be enrolled during the sign-in.
func (s SignIn) MayEnroll() (kinds []FactorKind) {
	for _, k := range s.Offered {
		if s.Enrollment.When != EnrollNever && s.Enrollment.Of(k) != NotAllowed && !slices.Contains(s.Kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// Next is the step that comes now. Who holds a factor proves it before another is enrolled.
func (s SignIn) Next() Step {
	enroll := len(s.ToEnroll()) > 0
	switch {
	case s.SignOn.Deny:
		return StepRefused
	case (s.Asks() || enroll) && !s.Proved && s.Holds:
		return StepProve
	case enroll:
		return StepEnroll
	case s.SignOn.Required() && s.Asks() && !s.Proved: // nothing held, and nothing that may be enrolled
		return StepRefused
	}
	return StepNone
}
