package expr

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Node is And, Or, Not or *Term.
type Node interface {
	// String prints the expression so that Parse reads the same tree from it.
	String() string
	// binds tells how tightly the node holds together, for parentheses.
	binds() int
}

// And is true when all of its nodes are; Or when one is. Both have at least two.
type (
	And []Node
	Or  []Node
)

// Not is true when its node is false.
type Not struct{ Node Node }

// Term compares an attribute with a value.
type Term struct {
	// Attr is the attribute's name as written: "profile.login". Names are case-sensitive.
	Attr string
	Op   Op
	// Value is absent (None) with the operator pr only.
	Value Value
	// Pos is where the attribute stands: its byte, from 0.
	Pos int
}

// Op is an operator, in lower case.
type Op string

// The operators: equal, not equal, greater, greater or equal, less, less or equal,
// starts with, ends with, contains, present.
const (
	Eq Op = "eq"
	Ne Op = "ne"
	Gt Op = "gt"
	Ge Op = "ge"
	Lt Op = "lt"
	Le Op = "le"
	Sw Op = "sw"
	Ew Op = "ew"
	Co Op = "co"
	Pr Op = "pr"
)

var operators = []Op{Eq, Ne, Gt, Ge, Lt, Le, Sw, Ew, Co, Pr}

// Kind is the type of a value.
type Kind int

// The kinds of value. A date is a String: the API writes dates in quotes.
const (
	None Kind = iota
	String
	Number
	Bool
	Null
)

// Value is what an attribute is compared with.
type Value struct {
	Kind Kind
	// Text is the string, or the JSON text of a number, boolean or null.
	Text string
}

// Match evaluates an expression; term tells whether a single comparison is true.
func Match(n Node, term func(*Term) bool) bool {
	switch n := n.(type) {
	case And:
		for _, m := range n {
			if !Match(m, term) {
				return false
			}
		}
		return true
	case Or:
		for _, m := range n {
			if Match(m, term) {
				return true
			}
		}
		return false
	case Not:
		return !Match(n.Node, term)
	case *Term:
		return term(n)
	}
	return false
}

// Terms lists the comparisons of an expression, in order.
func Terms(n Node) []*Term {
	var out []*Term
	switch n := n.(type) {
	case And:
		for _, m := range n {
			out = append(out, Terms(m)...)
		}
	case Or:
		for _, m := range n {
			out = append(out, Terms(m)...)
		}
	case Not:
		return Terms(n.Node)
	case *Term:
		return []*Term{n}
	}
	return out
}

func (And) binds() int   { return 2 }
func (Or) binds() int    { return 1 }
func (Not) binds() int   { return 3 }
func (*Term) binds() int { return 3 }

func (n And) String() string { return join(n, n.binds(), " and ") }
func (n Or) String() string  { return join(n, n.binds(), " or ") }
func (n Not) String() string { return "not (" + n.Node.String() + ")" }

// join prints nodes with a word between; those that bind no tighter get parentheses.
func join(nodes []Node, binds int, word string) string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = n.String()
		if n.binds() <= binds {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}

func (t *Term) String() string {
	if t.Op == Pr {
		return t.Attr + " pr"
	}
	return t.Attr + " " + string(t.Op) + " " + t.Value.String()
}

// String prints the value as it is written in an expression.
func (v Value) String() string {
	if v.Kind != String {
		return v.Text
	}
	return Quote(v.Text)
}

// Quote writes a text as a string of the language: in quotes, with escapes.
func Quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return `""` // cannot happen: a string can always be written
	}
	return strings.TrimSuffix(b.String(), "\n")
}
