package policy

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Access is what a rule of an ACCESS_POLICY asks of somebody who wants to reach an app.
type Access struct {
	Deny bool
	// Ways are what fulfils the rule: one of them has to be met. None asks nothing.
	Ways []Way
	// Within is how old proofs may be, where a way says nothing else.
	Within time.Duration
	// Inactivity is how long a session may lie unused before everything is to be proved anew.
	Inactivity time.Duration
}

// Way is one way to fulfil a rule.
type Way struct {
	// Needs must all be met.
	Needs []Need
	// Unknown says what of it cannot be judged; such a way is not met.
	Unknown []string
}

// Need is a proof that is asked for.
type Need struct {
	// Name is for people to read: "a password", "a possession factor".
	Name string
	// The password meets it, or any one of these kinds of factor.
	Password bool
	Kinds    []FactorKind
	// Within is how old the proof may be, Whenever for any age.
	Within time.Duration
}

// Whenever is the age of a proof that never ends.
const Whenever time.Duration = math.MaxInt64

// Proofs are what somebody has proved by now, and when.
type Proofs struct {
	Now time.Time
	// PasswordAt and FactorAt are zero for none. Kinds are the factors that were proved.
	PasswordAt, FactorAt time.Time
	Kinds                []FactorKind
	// UsedAt is when the session was last used; zero for a sign-in under way.
	UsedAt time.Time
}

// AccessStep is what is to be done before somebody reaches an app.
type AccessStep struct {
	// Step is StepNone where nothing is left, StepRefused where nothing helps; Password asks for the
	// password again, in place of Step.
	Step     Step
	Password bool
	// Kinds are those to be proved, or one of which is to be enrolled.
	Kinds []FactorKind
	// Need is the proof that is missing, Unknown what could not be judged where it is refused.
	Need    string
	Unknown []string
}

// Next is the step that comes now for somebody who can sign in with the kinds held, and may
// enrol those offered. It takes the way that asks for the least: proving comes before enrolling.
func (a Access) Next(p Proofs, held, offered []FactorKind) AccessStep {
	if a.Deny {
		return AccessStep{Step: StepRefused}
	}
	if a.Inactivity > 0 && !p.UsedAt.IsZero() && p.Now.Sub(p.UsedAt) > a.Inactivity {
		p.PasswordAt, p.FactorAt, p.Kinds = time.Time{}, time.Time{}, nil
	}
	if len(a.Ways) == 0 {
		return AccessStep{}
	}
	var best AccessStep
	var unknown []string
	rank := math.MaxInt
	for i, w := range a.Ways {
		if step, cost := w.next(p, held, offered); i == 0 || cost < rank {
			best, rank = step, cost
		}
		unknown = append(unknown, w.Unknown...)
	}
	if best.Step == StepRefused {
		best.Unknown = unknown
	}
	return best
}

// next is the first thing that a way lacks, and what it costs to meet the way: how often
// somebody has to prove something, and a hundred times as much to enrol. MaxInt is not possible.
func (w Way) next(p Proofs, held, offered []FactorKind) (AccessStep, int) {
	const enrolling = 100
	if len(w.Unknown) > 0 {
		return AccessStep{Step: StepRefused}, math.MaxInt
	}
	var first AccessStep
	cost := 0
	for _, n := range w.Needs {
		if n.met(p) {
			continue
		}
		step, price := AccessStep{Need: n.Name}, 1
		if n.Password {
			step.Password = true
		} else if step.Step, step.Kinds = StepProve, shared(n.Kinds, held); len(step.Kinds) == 0 {
			step.Step, step.Kinds = StepEnroll, shared(n.Kinds, offered)
			price = enrolling
		}
		if !step.Password && len(step.Kinds) == 0 {
			return AccessStep{Step: StepRefused, Need: n.Name}, math.MaxInt
		}
		if cost == 0 || step.Password && !first.Password { // the password comes first
			first = step
		}
		cost += price
	}
	return first, cost
}

func (n Need) met(p Proofs) bool {
	fresh := func(at time.Time) bool {
		return !at.IsZero() && (n.Within == Whenever || p.Now.Sub(at) <= n.Within)
	}
	return n.Password && fresh(p.PasswordAt) || fresh(p.FactorAt) && len(shared(n.Kinds, p.Kinds)) > 0
}

func shared(a, b []FactorKind) (both []FactorKind) {
	for _, k := range a {
		if slices.Contains(b, k) {
			both = append(both, k)
		}
	}
	return both
}

// AccessOf decodes what a rule of an ACCESS_POLICY asks. Of the policy that a new org has
// only the age of the password counts: it asks for two factors there, of people who hold
// none too, and the sign-on policy's own rule asks whoever holds one (PromptHeld).
func AccessOf(p *Policy, r *Rule) (Access, error) {
	var in struct {
		SignOn struct {
			Access string       `json:"access"`
			Method verification `json:"verificationMethod"`
		} `json:"appSignOn"`
	}
	if err := decode(r.Actions, &in); err != nil {
		return Access{}, fmt.Errorf("rule %s: actions: %w", r.ID, err)
	}
	m := in.SignOn.Method
	within, err := parseAge(m.Reauthenticate, Whenever)
	if err != nil {
		return Access{}, fmt.Errorf("rule %s: reauthenticateIn: %w", r.ID, err)
	}
	a := Access{Deny: in.SignOn.Access == "DENY", Within: within}
	if a.Inactivity, err = parseAge(m.Inactivity, 0); err != nil {
		return Access{}, fmt.Errorf("rule %s: inactivityPeriod: %w", r.ID, err)
	}
	switch {
	case a.Deny:
		return a, nil
	case p.System && r.System:
		a.Ways = []Way{{Needs: []Need{{Name: "a password", Password: true, Within: within}}}}
		return a, nil
	}
	switch m.Type {
	case "":
	case "ASSURANCE":
		a.Ways, err = m.assurance(within)
	case "AUTH_METHOD_CHAIN":
		a.Ways, err = m.chains(within)
	default:
		a.Ways = []Way{{Unknown: []string{"verification methods of the type " + m.Type + " are not evaluated"}}}
	}
	if err != nil {
		return Access{}, fmt.Errorf("rule %s: verificationMethod: %w", r.ID, err)
	}
	return a, nil
}

var agePattern = regexp.MustCompile(`^P(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$`)

// parseAge reads an ISO 8601 duration of days, hours, minutes and seconds; "" is otherwise.
func parseAge(text string, otherwise time.Duration) (time.Duration, error) {
	if text == "" {
		return otherwise, nil
	}
	m := agePattern.FindStringSubmatch(text)
	if m == nil || strings.HasSuffix(text, "P") || strings.HasSuffix(text, "T") {
		return 0, fmt.Errorf("%.40q is no ISO 8601 duration", text)
	}
	var d time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if m[i+1] != "" {
			n, err := strconv.Atoi(m[i+1])
			if err != nil {
				return 0, err
			}
			d += time.Duration(n) * unit
		}
	}
	return d, nil
}
