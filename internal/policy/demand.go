package policy

import (
	"math"
	"slices"
	"time"
)

// Demand is what a decision asks of people, so that two decisions of one type can be compared.
type Demand struct {
	// Denied: they do not get in, or may not do what the type is about.
	Denied bool
	// asks are numbers that grow with what is asked, in an order that the type fixes.
	asks []int
}

// More tells whether more is asked than in another demand: in one way at least.
func (d Demand) More(than Demand) bool {
	if d.Denied || than.Denied {
		return d.Denied && !than.Denied
	}
	for i, n := range d.asks {
		if i < len(than.asks) && n > than.asks[i] {
			return true
		}
	}
	return false
}

// Demand is what a decision of policies of this type asks. Where no policy applies nobody
// gets in; of passwords nothing is asked then.
func (d Decision) Demand(kind string) (Demand, error) {
	if d.Policy == nil {
		return Demand{Denied: kind == TypeSignOn || kind == TypeAccess || kind == TypeProfile}, nil
	}
	switch kind {
	case TypeSignOn:
		s, err := SignOnOf(d.Rule)
		return s.demand(), err
	case TypePassword:
		p, err := PasswordOf(d.Policy, d.Rule)
		return p.demand(), err
	case TypeEnroll:
		e, err := EnrollmentOf(d.Policy, d.Rule)
		return e.demand(), err
	case TypeAccess:
		a, err := AccessOf(d.Policy, d.Rule)
		return a.demand(), err
	case TypeProfile:
		e, err := ProfileEnrollmentOf(d.Rule)
		return Demand{!e.Register, []int{len(e.Required), count(e.VerifyEmail)}}, err
	}
	return Demand{}, nil
}

func (s SignOn) demand() Demand {
	prompts := map[Prompt]int{PromptNever: 0, PromptHeld: 1, PromptDevice: 2, PromptSession: 3, PromptAlways: 4}
	again := math.MinInt
	if s.Prompt == PromptSession {
		again = -int(s.FactorLife / time.Minute)
	}
	return Demand{s.Deny, []int{prompts[s.Prompt], again, fewer(int(s.Idle / time.Minute)), fewer(int(s.Life / time.Minute)), count(!s.Persistent)}}
}

// demand counts the proofs of the easiest way, then how few kinds of factor are good for
// them and how soon they are too old. A rule without a way that can be judged lets nobody in.
func (a Access) demand() Demand {
	idle := fewer(int(a.Inactivity / time.Second))
	d := Demand{Denied: a.Deny || len(a.Ways) > 0, asks: []int{0, 0, math.MinInt, idle}}
	for _, w := range a.Ways {
		if a.Deny || len(w.Unknown) > 0 {
			continue
		}
		asks := []int{2 * len(w.Needs), 0, math.MinInt, idle}
		for _, n := range w.Needs {
			asks[1] -= len(n.Kinds) + count(n.Password)
			asks[2] = max(asks[2], sooner(n.Within))
		}
		if d.Denied || slices.Compare(asks, d.asks) < 0 {
			d = Demand{asks: asks}
		}
	}
	return d
}

// sooner grows as a proof is too old sooner.
func sooner(within time.Duration) int {
	if within == Whenever {
		return math.MinInt
	}
	return -int(within / time.Second)
}

func (p Password) demand() Demand {
	c, unlock := p.Complexity, p.Lockout.AutoUnlockMinutes
	if unlock == 0 {
		unlock = math.MaxInt // until an admin does it
	}
	if p.Lockout.MaxAttempts == 0 {
		unlock = 0
	}
	return Demand{false, []int{
		c.MinLength, c.MinLower, c.MinUpper, c.MinNumber, c.MinSymbol, count(c.ExcludeUsername), len(c.ExcludeAttributes), count(c.Dictionary.Common.Exclude),
		fewer(p.Age.MaxDays), p.Age.MinMinutes, p.Age.History, fewer(p.Lockout.MaxAttempts), unlock,
		count(!p.MayChange), count(!p.MayReset), count(!p.MayUnlock),
	}}
}

func (e Enrollment) demand() Demand {
	d := Demand{asks: []int{map[string]int{EnrollAtChallenge: 1, EnrollAtLogin: 2}[e.When]}}
	for _, k := range Kinds {
		d.asks = append(d.asks, count(e.Of(k) == Required), count(e.Of(k) == NotAllowed))
	}
	return d
}

// fewer grows as a limit falls; 0 is no limit.
func fewer(limit int) int {
	if limit == 0 {
		return math.MinInt
	}
	return -limit
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
