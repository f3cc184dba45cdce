package expr

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// drawn writes a trace on one line: + true, - false, ? unknown, in brackets what did not count.
func drawn(t Trace) string {
	s := map[Outcome]string{True: "+", False: "-", Unknown: "?"}[t.Outcome]
	if t.Join == JoinNone {
		s += t.Text
	} else {
		parts := make([]string, len(t.Parts))
		for i, p := range t.Parts {
			parts[i] = drawn(p)
		}
		s += [...]string{"", "all", "any", "not", "if"}[t.Join] + "(" + strings.Join(parts, ", ") + ")"
	}
	if t.Passed {
		return "[" + s + "]"
	}
	return s
}

func TestRuleExplain(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"one condition":                 {`user.department=="Sales"`, `+user.department=="Sales"`},
		"a chain is one list":           {`user.manager and user.age > 3 AND user.age > 99`, `-all(+user.manager, +user.age > 3, -user.age > 99)`},
		"parentheses of the same chain": {`user.manager and (user.age > 3 and user.age < 9)`, `-all(+user.manager, +user.age > 3, -user.age < 9)`},
		"what comes after is told, too": {`user.age > 99 and user.manager`, `-all(-user.age > 99, [+user.manager])`},
		"any of them":                   {`user.age > 99 or user.manager or user.nobody`, `+any(-user.age > 99, +user.manager, [-user.nobody])`},
		"mixed":                         {`user.age > 99 or user.manager and user.nobody`, `-any(-user.age > 99, -all(+user.manager, -user.nobody))`},
		"not is part of a condition":    {`!isMemberOfGroup("00g1")`, `-!isMemberOfGroup("00g1")`},
		"not of a list":                 {`not (user.manager or user.nobody)`, `-not(+any(+user.manager, [-user.nobody]))`},
		"not twice":                     {`!!user.manager`, `+!!user.manager`},
		"choice":                        {`user.age > 40 ? user.department == "Ops" : user.department == "Sales"`, `+if(-user.age > 40, [-user.department == "Ops"], +user.department == "Sales")`},
		"a choice inside of a value":    {`(user.manager ? "a" : "b") == "a"`, `+(user.manager ? "a" : "b") == "a"`},
		"unknown ends it":               {`user.firstName > 3 or user.manager`, `?any(?user.firstName > 3, [+user.manager])`},
		"unknown behind what decided":   {`user.manager or user.firstName > 3`, `+any(+user.manager, [?user.firstName > 3])`},
		"a choice by what is unknown":   {`user.tags ? user.manager : user.nobody`, `?if(?user.tags, [+user.manager], [-user.nobody])`},
	}
	for name, c := range cases {
		r, err := ParseRule(c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := drawn(r.Explain(ada())); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
		sameAsEvaluate(t, r, ada())
	}
}

// What is explained is what is decided: outcome and error.
func sameAsEvaluate(t *testing.T, r *Rule, p Person) {
	t.Helper()
	e, x := r.Evaluate(p), r.Explain(p)
	if e.Outcome != x.Outcome || fmt.Sprint(e.Err) != fmt.Sprint(x.Err) {
		t.Errorf("%s: evaluated %v (%v), explained %v (%v)", r, e.Outcome, e.Err, x.Outcome, x.Err)
	}
}

func TestRuleExplainReadsValues(t *testing.T) {
	r, err := ParseRule(`user.age > 99 and String.startsWith(user.department, "S")`)
	if err != nil {
		t.Fatal(err)
	}
	got := r.Explain(ada()).Parts
	if got[0].Reads[0] != (Read{"user.age", 36.0}) || got[1].Reads[0] != (Read{"user.department", "Sales"}) {
		t.Errorf("read %v and %v", got[0].Reads, got[1].Reads)
	}
	wanted := errors.New("not read")
	p := ada()
	p.InGroup = func(GroupTest) (bool, error) { return false, wanted }
	if r, err = ParseRule(`user.manager and isMemberOfGroup("00g1")`); err != nil {
		t.Fatal(err)
	}
	if x := r.Explain(p); x.Outcome != Unknown || !errors.Is(x.Err, wanted) || !errors.Is(x.Parts[1].Err, wanted) {
		t.Errorf("groups that were not read: %+v", x)
	}
}
