package expr

import "strconv"

// The bounds of a rule's expression; MaxBytes bounds its length, too.
const (
	// MaxRuleNodes is how many values, operators and calls it may hold: each is
	// evaluated at most once, so this bounds the steps of an evaluation.
	MaxRuleNodes = 500
	// MaxRuleDepth is how deep operators, calls and parentheses may be nested.
	MaxRuleDepth = 40
	// MaxRuleText is the length in bytes of a text that an evaluation may make.
	MaxRuleText = 64 << 10
	// MaxRuleList is how many elements a list has that an evaluation may make.
	MaxRuleList = 100_000
)

// Rule is a parsed expression of the group rule language. It may be shared.
type Rule struct {
	text  string
	root  *ruleNode
	attrs []Attribute
	// objects are those that the expression reads, each once.
	objects []string
	// groups says that the expression asks for memberships.
	groups bool
}

// Attribute is a profile attribute that an expression reads.
type Attribute struct {
	Name string
	// Pos is where it is named first: the byte, from 0.
	Pos int
}

// Attributes lists the profile attributes that the expression reads, each once.
func (r *Rule) Attributes() []Attribute { return r.attrs }

// AsksGroups tells whether the expression asks which groups somebody is in.
func (r *Rule) AsksGroups() bool { return r.groups }

// String is the expression as it was written.
func (r *Rule) String() string { return r.text }

// Person is who an expression is evaluated for.
type Person struct {
	// Attr gives a profile attribute: nil where there is none, else a string, a
	// float64, a bool or a []any of these.
	Attr func(name string) any
	// Internal gives what user.getInternalProperty names: "id" or "status".
	Internal func(name string) string
	// InGroup tells whether the person is in a group that the test describes. Its
	// errors are given back in Evaluation.Err.
	InGroup func(GroupTest) (bool, error)
}

// GroupTest describes groups by one of their properties.
type GroupTest struct {
	By GroupMatch
	// Values are the alternatives: one is enough. Only ByID has more than one.
	Values []string
	// Matches tells whether a group's name fits, for the tests of names.
	Matches func(name string) bool
}

// GroupMatch is how a GroupTest names groups.
type GroupMatch int

// The ways to name groups.
const (
	ByID GroupMatch = iota
	ByName
	ByNamePrefix
	ByNamePart
	ByNamePattern
)

// Outcome is what an expression says of somebody.
type Outcome int

// An evaluation that failed is Unknown.
const (
	Unknown Outcome = iota
	False
	True
)

func (o Outcome) String() string { return [...]string{"unknown", "false", "true"}[o] }

// Evaluation is the outcome for one person, and why.
type Evaluation struct {
	Outcome Outcome
	// Err is why the outcome is Unknown: an *Error, or what Person.InGroup gave.
	Err error
	// Clauses are the conditions that decided, in the order they were looked at. What
	// and, or and the ternary operator passed over is not among them.
	Clauses []Clause
}

// Clause is one condition without and, or and not.
type Clause struct {
	// Text is the condition as written; it stands at byte Pos of the expression.
	Text    string
	Pos     int
	Outcome Outcome
	// Reads are the values that the condition read.
	Reads []Read
}

// Read is an attribute, or a question about groups, with its value: as Person.Attr gives it.
type Read struct {
	Name  string
	Value any
}

// ruleNode is a value, an operator or a call.
type ruleNode struct {
	op nodeKind
	// name is the operator, the attribute or the function.
	name string
	// value is a literal's.
	value any
	call  *ruleFunction
	args  []*ruleNode
	// pos and end are where the node stands in the text.
	pos, end int
}

type nodeKind int

const (
	literalNode nodeKind = iota
	attrNode
	listNode
	callNode
	operatorNode
	choiceNode
)

// ruleKind is what is known of a value's type before anybody is looked at.
type ruleKind int

const (
	anyKind ruleKind = iota
	boolKind
	textKind
	numberKind
	listKind
	nullKind
)

var kindNames = map[ruleKind]string{
	boolKind: "true or false", textKind: "a text", numberKind: "a number", listKind: "a list", nullKind: "null",
}

// kind is the type of the node's value.
func (n *ruleNode) kind() ruleKind {
	switch n.op {
	case literalNode:
		return kindOf(n.value)
	case listNode:
		return listKind
	case callNode:
		return n.call.result
	case choiceNode:
		if a, b := n.args[1].kind(), n.args[2].kind(); a == b {
			return a
		}
		return anyKind
	case operatorNode:
		switch n.name {
		case "+", "?:":
			return anyKind
		case "-":
			return numberKind
		}
		return boolKind
	}
	return anyKind
}

func kindOf(v any) ruleKind {
	switch v.(type) {
	case string:
		return textKind
	case float64:
		return numberKind
	case bool:
		return boolKind
	case []any:
		return listKind
	}
	return nullKind
}

// textOf is a value as text, as + joins it to another text.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
