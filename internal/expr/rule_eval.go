package expr

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
)

// Evaluate tells what the expression says of a person.
func (r *Rule) Evaluate(p Person) Evaluation {
	e := r.run(p)
	v, err := e.condition(r.root)
	out := Evaluation{Clauses: e.clauses, Err: err}
	if err == nil {
		out.Outcome = outcomeOf(v)
	}
	return out
}

// run is an evaluation that has not begun.
func (r *Rule) run(p Person) *ruleRun {
	return &ruleRun{rule: r, person: p, attr: func(name string) any { return p.Attr(strings.TrimPrefix(name, "user.")) }}
}

func outcomeOf(v bool) Outcome {
	if v {
		return True
	}
	return False
}

// ruleRun is one evaluation.
type ruleRun struct {
	rule   *Rule
	person Person
	// attr gives what a name stands for: "user.department".
	attr    func(name string) any
	clauses []Clause
	// claim is the context of a claim's expression, nil for a rule's. reads are what it read.
	claim *Context
	reads []Read
	// inClause says that reads belong to the last clause.
	inClause bool
}

func (e *ruleRun) fault(n *ruleNode, problem, mend string) error { return &Error{n.pos, problem, mend} }

// condition evaluates a node that must be true or false. Outside of and, or, not and
// the ternary operator it is a clause. null is false [assumed].
func (e *ruleRun) condition(n *ruleNode) (bool, error) {
	if e.inClause || n.op == choiceNode || n.op == operatorNode && (n.name == "&&" || n.name == "||" || n.name == "!") {
		return e.truth(n)
	}
	e.clauses = append(e.clauses, Clause{Text: e.rule.text[n.pos:n.end], Pos: n.pos})
	at := len(e.clauses) - 1
	e.inClause = true
	v, err := e.truth(n)
	e.inClause = false
	if err == nil {
		e.clauses[at].Outcome = outcomeOf(v)
	}
	return v, err
}

func (e *ruleRun) truth(n *ruleNode) (bool, error) {
	v, err := e.value(n)
	if err != nil || v == nil {
		return false, err
	}
	b, isBool := v.(bool)
	if !isBool {
		return false, e.fault(n, "the value is "+kindNames[kindOf(v)]+", not true or false", "compare it with a value")
	}
	return b, nil
}

func (e *ruleRun) read(name string, value any) {
	if e.claim != nil {
		e.reads = append(e.reads, Read{name, value})
		return
	}
	if e.inClause {
		c := &e.clauses[len(e.clauses)-1]
		c.Reads = append(c.Reads, Read{name, value})
	}
}

func (e *ruleRun) value(n *ruleNode) (any, error) {
	switch n.op {
	case literalNode:
		return n.value, nil
	case attrNode:
		v := e.attr(n.name)
		if v != nil && !strings.Contains(n.name, ".") {
			e.read(n.name, true)
			return wholeObject{}, nil
		}
		e.read(n.name, v)
		return v, nil
	case listNode:
		return e.values(n.args)
	case callNode:
		return e.call(n)
	case choiceNode:
		yes, err := e.condition(n.args[0])
		if err != nil {
			return nil, err
		}
		chosen := n.args[2]
		if yes {
			chosen = n.args[1]
		}
		if k := chosen.kind(); k == boolKind || k == anyKind && !e.inClause {
			return e.condition(chosen)
		}
		return e.value(chosen)
	}
	return e.operate(n)
}

func (e *ruleRun) values(nodes []*ruleNode) ([]any, error) {
	out := make([]any, 0, len(nodes))
	for _, n := range nodes {
		v, err := e.value(n)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (e *ruleRun) operate(n *ruleNode) (any, error) {
	switch n.name {
	case "?:":
		left, err := e.value(n.args[0])
		if err != nil || left != nil && left != "" {
			return left, err
		}
		return e.value(n.args[1])
	case "&&", "||":
		left, err := e.condition(n.args[0])
		if err != nil || left == (n.name == "||") {
			return left, err
		}
		return e.condition(n.args[1])
	case "!":
		v, err := e.condition(n.args[0])
		return !v, err
	}
	v, err := e.values(n.args)
	if err != nil {
		return nil, err
	}
	switch n.name {
	case "==":
		return sameValue(v[0], v[1]), nil
	case "!=":
		return !sameValue(v[0], v[1]), nil
	case "+":
		return e.join(n, v[0], v[1])
	case "-":
		return e.minus(n, v)
	}
	return e.order(n, v[0], v[1])
}

// sameValue compares with ==: texts with their case, values of different kinds are never the same.
func sameValue(a, b any) bool { return reflect.DeepEqual(a, b) }

// join adds numbers, and joins texts with anything.
func (e *ruleRun) join(n *ruleNode, a, b any) (any, error) {
	x, isNumber := a.(float64)
	y, both := b.(float64)
	if isNumber && both {
		return x + y, nil
	}
	text := textOf(a) + textOf(b)
	if len(text) > MaxRuleText {
		return nil, e.fault(n, tooLong, "join less")
	}
	return text, nil
}

func (e *ruleRun) minus(n *ruleNode, v []any) (any, error) {
	total := 0.0
	for i, operand := range v {
		number, isNumber := operand.(float64)
		if !isNumber {
			return nil, e.fault(n.args[i], "the value is "+kindNames[kindOf(operand)]+", not a number", "convert it with Convert.toNum")
		}
		if i == 0 && len(v) == 2 {
			total = number
			continue
		}
		total -= number
	}
	return total, nil
}

// order compares two numbers or two texts. A comparison with null is false [assumed].
func (e *ruleRun) order(n *ruleNode, a, b any) (any, error) {
	if a == nil || b == nil {
		return false, nil
	}
	sign := 0
	switch x := a.(type) {
	case float64:
		y, same := b.(float64)
		if !same {
			return nil, e.mixed(n, a, b)
		}
		sign = cmp.Compare(x, y)
	case string:
		y, same := b.(string)
		if !same {
			return nil, e.mixed(n, a, b)
		}
		sign = strings.Compare(x, y)
	default:
		return nil, e.mixed(n, a, b)
	}
	switch n.name {
	case "<":
		return sign < 0, nil
	case "<=":
		return sign <= 0, nil
	case ">":
		return sign > 0, nil
	}
	return sign >= 0, nil
}

func (e *ruleRun) mixed(n *ruleNode, a, b any) error {
	return e.fault(n, fmt.Sprintf("'%s' cannot compare %s with %s", n.name, kindNames[kindOf(a)], kindNames[kindOf(b)]), "convert one of them, as with Convert.toNum")
}

// call calls a function with arguments of the kinds that it takes, or null.
func (e *ruleRun) call(n *ruleNode) (any, error) {
	f := n.call
	args, err := e.values(n.args)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(args))
	for i, v := range args {
		want := f.takes[min(i, len(f.takes)-1)]
		if k := kindOf(v); v != nil && want != anyKind && k != want {
			return nil, e.fault(n.args[i], "an argument of "+n.name+" is "+kindNames[k]+", not "+kindNames[want], "convert it or name another attribute")
		}
		texts[i] = textOf(v)
	}
	switch {
	case f.internal:
		v := e.person.Internal(texts[0])
		e.read("user."+texts[0], v)
		if v == "" && e.claim != nil { // nobody signs in
			return nil, nil
		}
		return v, nil
	case f.group != nil:
		test, problem := f.group(n.name, texts)
		if problem != "" {
			return nil, e.fault(n, problem, "correct the pattern")
		}
		in, err := e.person.InGroup(test)
		if err == nil {
			e.read(e.rule.text[n.pos:n.end], in)
		}
		return in, err
	}
	do := f.do
	if f.ask != nil {
		do = func(args []any) (any, string) { return f.ask(e.claim, args) }
	}
	v, problem := do(args)
	if problem != "" {
		return nil, e.fault(n, problem, "test the value first, or convert it")
	}
	if text, isText := v.(string); isText && len(text) > MaxRuleText {
		return nil, e.fault(n, tooLong, "make a shorter one")
	}
	if list, isList := v.([]any); isList && len(list) > MaxRuleList {
		return nil, e.fault(n, listTooLong, "make a shorter one")
	}
	return v, nil
}
