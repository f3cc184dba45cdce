package policy

// Decision is what applies, and the way there.
type Decision struct {
	// Policy and Rule apply; both nil where nothing does.
	Policy *Policy
	Rule   *Rule
	// Certain is false where a policy or rule that comes before, or at all where nothing
	// applies, could not be judged: with what it lacks known the decision could be another.
	Certain bool
	// Policies is the trace, up to the policy that applies.
	Policies []PolicyTrace
}

// PolicyTrace is what became of a policy.
type PolicyTrace struct {
	Policy  *Policy
	Outcome Outcome
	// Passed says why the policy was not looked at ("it is not active"); "" where it was.
	Passed string
	// Clauses are its conditions.
	Clauses []Clause
	// Rules are the rules that were looked at; none unless the conditions are met or unknown.
	Rules []RuleTrace
}

// RuleTrace is what became of a rule.
type RuleTrace struct {
	Rule    *Rule
	Outcome Outcome
	Passed  string
	Clauses []Clause
}

// Why a policy or rule is passed over.
const (
	notActive = "it is not active"
	noRules   = "it has no rules"
)

// Evaluate finds the first of the policies, which are in their order, that applies. The
// decision points into policies.
func Evaluate(policies []Policy, c Context) Decision {
	d := Decision{Certain: true}
	for i := range policies {
		t, rule := judge(&policies[i], c)
		d.Policies = append(d.Policies, t)
		if rule != nil {
			// Only unknown rules before the one that applies put it in doubt.
			d.Certain = d.Certain && !t.doubtful()
			d.Policy, d.Rule = &policies[i], rule
			return d
		}
		if t.Outcome == Unknown {
			d.Certain = false
		}
	}
	return d
}

// judge is one policy's turn. rule is the one that applies, or nil.
func judge(p *Policy, c Context) (t PolicyTrace, rule *Rule) {
	t = PolicyTrace{Policy: p, Outcome: Failed}
	switch {
	case p.Status != active:
		t.Passed = notActive
		return t, nil
	case len(p.Rules) == 0:
		t.Passed = noRules
		return t, nil
	}
	t.Clauses = p.Conditions.judge(c)
	own := all(t.Clauses)
	if own == Failed {
		return t, nil
	}
	for i := range p.Rules {
		r := RuleTrace{Rule: &p.Rules[i], Outcome: Failed}
		if r.Rule.Status != active {
			r.Passed = notActive
		} else {
			r.Clauses = r.Rule.Conditions.judge(c)
			if p.Type == TypeDiscovery {
				r.Clauses = append(r.Clauses, elsewhere(r.Rule)...)
			}
			r.Outcome = all(r.Clauses)
		}
		t.Rules = append(t.Rules, r)
		switch {
		case r.Outcome == Matched && own == Matched:
			t.Outcome = Matched
			return t, r.Rule
		case r.Outcome != Failed:
			t.Outcome = Unknown
		}
	}
	return t, nil
}

// doubtful tells whether a rule before the last one traced is unknown.
func (t PolicyTrace) doubtful() bool {
	for _, r := range t.Rules {
		if r.Outcome == Unknown {
			return true
		}
	}
	return false
}
