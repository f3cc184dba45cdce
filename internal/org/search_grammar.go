package org

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/expr"
)

// grammar is what the search or filter parameter of a list may say.
type grammar struct {
	// code is the error of an expression that is refused: E0000031 or E0000053.
	code string
	// exact: values are compared with their case.
	exact bool
	// fields are the operators of each attribute; profile those of a profile's
	// attributes that are not in fields, nil for none.
	fields  map[string][]expr.Op
	profile []expr.Op
}

var (
	equalOps   = []expr.Op{expr.Eq}
	orderedOps = []expr.Op{expr.Eq, expr.Gt, expr.Ge, expr.Lt, expr.Le}
	searchOps  = []expr.Op{expr.Eq, expr.Sw, expr.Gt, expr.Ge, expr.Lt, expr.Le, expr.Pr}
	containOps = append(slices.Clone(searchOps), expr.Co)
)

// timeNames are the attributes that are compared with dates only.
var timeNames = []string{"created", "activated", "statusChanged", "lastUpdated", "lastMembershipUpdated"}

// parse reads an expression and refuses what the grammar does not allow.
func (g *grammar) parse(text string) (expr.Node, error) {
	n, err := expr.Parse(text)
	if err == nil {
		err = g.check(n)
	}
	if err != nil {
		return nil, fail(g.code, printable(text), err.Error())
	}
	return n, nil
}

// check refuses a node with an *expr.Error.
func (g *grammar) check(n expr.Node) error {
	switch n := n.(type) {
	case expr.And:
		return g.checkAll(n)
	case expr.Or:
		return g.checkAll(n)
	case expr.Not:
		return &expr.Error{Pos: expr.Terms(n)[0].Pos, Problem: "not is not supported here", Mend: "name what is wanted instead"}
	case *expr.Term:
		return g.checkTerm(n)
	}
	return nil
}

func (g *grammar) checkAll(nodes []expr.Node) error {
	for _, n := range nodes {
		if err := g.check(n); err != nil {
			return err
		}
	}
	return nil
}

func (g *grammar) checkTerm(t *expr.Term) error {
	allowed := g.operators(t.Attr)
	name := "'" + printable(t.Attr) + "'"
	switch {
	case allowed == nil:
		return &expr.Error{Pos: t.Pos, Problem: name + " cannot be asked for here", Mend: "the names are " + g.names()}
	case !slices.Contains(allowed, t.Op):
		return &expr.Error{Pos: t.Pos, Problem: fmt.Sprintf("%s has no operator %s", name, t.Op), Mend: fmt.Sprintf("use one of %v", allowed)}
	case t.Value.Kind == expr.Null:
		return &expr.Error{Pos: t.Pos, Problem: name + " cannot be compared with null", Mend: "use pr to ask whether it has a value"}
	case (t.Op == expr.Sw || t.Op == expr.Co) && t.Value.Kind != expr.String:
		return &expr.Error{Pos: t.Pos, Problem: fmt.Sprintf("the operator %s needs a text", t.Op), Mend: "write the value in double quotes"}
	case slices.Contains(timeNames, t.Attr) && t.Op != expr.Pr && t.Op != expr.Sw && !isDate(t.Value):
		return &expr.Error{Pos: t.Pos, Problem: name + " is compared with a value that is no date", Mend: `write a date as "2026-01-31T00:00:00.000Z"`}
	}
	return nil
}

// operators are those of an attribute; nil where it cannot be asked for.
func (g *grammar) operators(name string) []expr.Op {
	if ops := g.fields[name]; ops != nil {
		return ops
	}
	if rest, profile := strings.CutPrefix(name, "profile."); profile && isAttributeName(rest) {
		return g.profile
	}
	return nil
}

// isAttributeName tells whether an attribute of a profile may be called so: a schema takes
// no other names, and what neither database holds must not get there.
func isAttributeName(name string) bool {
	return name != "" && utf8.ValidString(name) && !strings.Contains(name, ".") && strings.IndexFunc(name, unicode.IsControl) < 0
}

// names lists what can be asked for, for an error.
func (g *grammar) names() string {
	var names []string
	for name := range g.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	if g.profile != nil {
		names = append(names, "profile.* for every attribute of the profile")
	}
	return strings.Join(names, ", ")
}

// isDate tells whether a value is a time with an offset, or a day.
func isDate(v expr.Value) bool {
	if v.Kind != expr.String {
		return false
	}
	if _, ok := instant(v.Text); ok {
		return true
	}
	_, ok := instant(v.Text + "T00:00:00Z")
	return ok && len(v.Text) == len("2026-01-31")
}
