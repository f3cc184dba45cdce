package expr

// Join is how the parts of an expression hang together.
type Join int

// JoinNone has no parts: a condition without and, or and the ternary operator; a not in
// front of it is part of it. JoinChoice has three parts: the condition, what is said where
// it is true, and what where it is false.
const (
	JoinNone Join = iota
	JoinAll
	JoinAny
	JoinNot
	JoinChoice
)

// Trace is what became of an expression, or of a part of it, for one person.
type Trace struct {
	Join Join
	// Text is the part as written.
	Text    string
	Outcome Outcome
	// Err is why the outcome is Unknown: as in Evaluation.
	Err error
	// Reads are the values that a condition read.
	Reads []Read
	// Passed marks a part that did not count, since what stands before it decided. Outcome
	// is what it would have said.
	Passed bool
	Parts  []Trace
}

// Explain is Evaluate with each part of the expression, those that did not count
// included. Its Outcome and Err are those of Evaluate.
func (r *Rule) Explain(p Person) Trace {
	return r.run(p).trace(r.root)
}

func (e *ruleRun) trace(n *ruleNode) Trace {
	t := Trace{Text: e.rule.text[n.pos:n.end]}
	switch {
	case n.op == operatorNode && (n.name == "&&" || n.name == "||"):
		return e.traceJoined(n, t)
	case n.op == operatorNode && n.name == "!":
		part := e.trace(n.args[0])
		t.Outcome, t.Err = opposite(part.Outcome), part.Err
		if t.Reads = part.Reads; part.Join != JoinNone {
			t.Join, t.Parts = JoinNot, []Trace{part}
		}
	case n.op == choiceNode:
		return e.traceChoice(n, t)
	default:
		_, t.Err = e.condition(n)
		c := e.clauses[len(e.clauses)-1]
		t.Outcome, t.Reads = c.Outcome, c.Reads
	}
	return t
}

// traceJoined explains what and or or join: a && b && c is one list of three.
func (e *ruleRun) traceJoined(n *ruleNode, t Trace) Trace {
	decides := False
	if t.Join, t.Outcome = JoinAll, True; n.name == "||" {
		t.Join, t.Outcome, decides = JoinAny, False, True
	}
	decided := false
	for _, operand := range joined(n, n.name, nil) {
		part := e.trace(operand)
		part.Passed = decided
		if !decided && (part.Outcome == decides || part.Outcome == Unknown) { // an error ends an evaluation
			decided = true
			t.Outcome, t.Err = part.Outcome, part.Err
		}
		t.Parts = append(t.Parts, part)
	}
	return t
}

// joined are the operands of one operator, however they are nested.
func joined(n *ruleNode, operator string, out []*ruleNode) []*ruleNode {
	if n.op == operatorNode && n.name == operator {
		return joined(n.args[1], operator, joined(n.args[0], operator, out))
	}
	return append(out, n)
}

func (e *ruleRun) traceChoice(n *ruleNode, t Trace) Trace {
	t.Join = JoinChoice
	for _, a := range n.args {
		t.Parts = append(t.Parts, e.trace(a))
	}
	chosen, other := &t.Parts[1], &t.Parts[2]
	switch t.Parts[0].Outcome {
	case Unknown:
		chosen.Passed, other.Passed = true, true
		t.Err = t.Parts[0].Err
		return t
	case False:
		chosen, other = other, chosen
	}
	other.Passed = true
	t.Outcome, t.Err = chosen.Outcome, chosen.Err
	return t
}

func opposite(o Outcome) Outcome {
	switch o {
	case True:
		return False
	case False:
		return True
	}
	return Unknown
}
