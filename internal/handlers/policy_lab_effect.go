package handlers

import (
	"slices"
	"strings"

	"gatehouse/internal/policy"
)

// effect is what a decision comes to, in words: two of the same words are the same to people.
type effect struct {
	// lines say it, the first one the most; rule names the policy and the rule.
	lines []string
	rule  string
	policy.Demand
	certain bool
}

func (e effect) words() string { return strings.Join(e.lines, " · ") }

// effects puts decisions about a set of policies into words.
type effects struct {
	kind  policyType
	names policyNames
	set   []labPolicy
}

// of is what a decision comes to.
func (x effects) of(d policy.Decision) (effect, error) {
	demand, err := d.Demand(x.kind.key)
	if err != nil {
		return effect{}, err
	}
	e := effect{Demand: demand, certain: d.Certain}
	if d.Policy == nil {
		e.lines, e.rule = []string{noneApplies(x.kind.key)}, "No policy applies"
		return e, nil
	}
	p, r := x.find(d)
	e.rule = p.Name + ", " + r.Name
	does, _, err := x.names.outcome(x.kind, r)
	if err != nil {
		return effect{}, err
	}
	facts, err := settingsOf(p.policyEntry)
	for _, f := range facts {
		e.lines = append(e.lines, f.Label+": "+f.Text)
	}
	e.lines = append(e.lines, does...)
	return e, err
}

// find is the policy and the rule of a decision, which is one.
func (x effects) find(d policy.Decision) (labPolicy, policyEntry) {
	p := x.set[slices.IndexFunc(x.set, func(p labPolicy) bool { return p.ID == d.Policy.ID })]
	return p, p.rules[slices.IndexFunc(p.rules, func(r policyEntry) bool { return r.ID == d.Rule.ID })]
}

func noneApplies(kind string) string {
	switch kind {
	case policy.TypeSignOn, policy.TypeAccess:
		return "No rule lets them in"
	case policy.TypeEnroll:
		return "No factor may be set up"
	}
	return "Nothing applies"
}

// labChange is what saving a draft means for somebody.
type labChange string

const (
	stays   labChange = ""
	loses   labChange = "loses"
	more    labChange = "more"
	gains   labChange = "gains"
	less    labChange = "less"
	differs labChange = "differs"
)

// labChanges are the kinds of change, the worst first, with what they are called by type of policy.
var labChanges = []labChange{loses, more, gains, less, differs}

func (c labChange) words(kind string) string {
	deny := map[string][2]string{
		policy.TypeSignOn: {"Lose access", "Get in"}, policy.TypeAccess: {"Lose access", "Get in"},
		policy.TypeProfile: {"May not sign up any more", "May sign up"},
	}[kind]
	switch c {
	case loses:
		return deny[0]
	case more:
		return "Are asked for more"
	case gains:
		return deny[1]
	case less:
		return "Are asked for less"
	case differs:
		return "Another rule or setting"
	}
	return "No change"
}

// changeOf compares what somebody meets before and after.
func changeOf(before, after effect) labChange {
	switch {
	case after.Denied && !before.Denied:
		return loses
	case before.Denied && !after.Denied:
		return gains
	case after.More(before.Demand):
		return more
	case before.More(after.Demand):
		return less
	case before.words() != after.words():
		return differs
	}
	return stays
}
