package expr

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds of an expression, so that none is costly to read or to run.
const (
	// MaxBytes is the length of the text.
	MaxBytes = 4096
	// MaxTerms is how many comparisons it may hold.
	MaxTerms = 50
	// MaxDepth is how deep parentheses may be nested.
	MaxDepth = 20
)

// Parse reads an expression: terms `attribute operator value` joined by and, or and
// not (...), with parentheses. A comparison binds tightest, then parentheses, not, and,
// or. Operators and words are read in any case. Every fault is an *Error.
func Parse(text string) (Node, error) {
	if len(text) > MaxBytes {
		return nil, &Error{MaxBytes, fmt.Sprintf("the expression is longer than %d bytes", MaxBytes), "shorten it"}
	}
	if !utf8.ValidString(text) {
		return nil, &Error{0, "the expression is not UTF-8", "encode it as UTF-8"}
	}
	p := &parser{scanner: scanner{text: text}}
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	switch p.token.kind {
	case 0:
		return n, nil
	case ')':
		return nil, p.fault("')' closes nothing", "remove it or open a parenthesis before")
	}
	return nil, p.fault(p.token.describe()+" follows a whole comparison", "join comparisons with and or or")
}

type parser struct {
	scanner
	token token
	terms int
	depth int
}

func (p *parser) advance() (err error) {
	p.token, err = p.next()
	return err
}

func (p *parser) fault(problem, mend string) error { return &Error{p.token.pos, problem, mend} }

// word tells whether the token is this word, in any case.
func (p *parser) word(w string) bool {
	return p.token.kind == 'w' && strings.EqualFold(p.token.text, w)
}

func (p *parser) or() (Node, error) {
	nodes, err := p.joined("or", p.and)
	if len(nodes) == 1 {
		return nodes[0], err
	}
	return Or(nodes), err
}

func (p *parser) and() (Node, error) {
	nodes, err := p.joined("and", p.primary)
	if len(nodes) == 1 {
		return nodes[0], err
	}
	return And(nodes), err
}

// joined reads one or more operands with a word between them.
func (p *parser) joined(word string, operand func() (Node, error)) ([]Node, error) {
	var nodes []Node
	for {
		n, err := operand()
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
		if !p.word(word) {
			return nodes, nil
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}

// primary reads a comparison, a parenthesis or not (...).
func (p *parser) primary() (Node, error) {
	switch {
	case p.token.kind == '(':
		return p.parenthesis()
	case p.token.kind != 'w':
		return nil, p.fault(p.token.describe()+" where a comparison should begin", "begin it with the name of an attribute")
	}
	name := p.token
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.token.kind == '(' && strings.EqualFold(name.text, "not") {
		n, err := p.parenthesis()
		if err != nil {
			return nil, err
		}
		return Not{n}, nil
	}
	return p.comparison(name)
}

func (p *parser) parenthesis() (Node, error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, p.fault(fmt.Sprintf("parentheses are nested deeper than %d levels", MaxDepth), "remove some")
	}
	opened := p.token
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	switch p.token.kind {
	case ')':
	case 0:
		return nil, &Error{opened.pos, "this parenthesis is not closed", "close it with ')'"}
	default:
		return nil, p.fault(p.token.describe()+" follows a whole comparison", "join comparisons with and or or")
	}
	p.depth--
	return n, p.advance()
}

// comparison reads the operator and the value behind an attribute's name.
func (p *parser) comparison(name token) (Node, error) {
	if p.terms++; p.terms > MaxTerms {
		return nil, &Error{name.pos, fmt.Sprintf("more than %d comparisons", MaxTerms), "search in several steps"}
	}
	op := Op(strings.ToLower(p.token.text))
	if p.token.kind != 'w' || !slices.Contains(operators, op) {
		return nil, p.fault(p.token.describe()+" where the operator of '"+name.text+"' should be", "write eq, ne, gt, ge, lt, le, sw, ew, co or pr")
	}
	t := &Term{Attr: name.text, Op: op, Pos: name.pos}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if op == Pr {
		return t, nil
	}
	switch lower := strings.ToLower(p.token.text); {
	case p.token.kind == '"':
		t.Value = Value{String, p.token.text}
	case p.token.kind == '0':
		t.Value = Value{Number, p.token.text}
	case p.token.kind == 'w' && (lower == "true" || lower == "false"):
		t.Value = Value{Bool, lower}
	case p.token.kind == 'w' && lower == "null":
		t.Value = Value{Null, lower}
	default:
		return nil, p.fault(p.token.describe()+" where the value of '"+name.text+" "+string(op)+"' should be", "write a text or a date in double quotes, a number, true or false")
	}
	return t, p.advance()
}
