package expr

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParseRule reads an expression of a group rule: comparisons (==, !=, <, <=, >, >=)
// and calls, joined by and, or, not (also &&, ||, !) and the ternary operator. It must
// give true or false. Every fault is an *Error.
func ParseRule(text string) (*Rule, error) {
	if len(text) > MaxBytes {
		return nil, &Error{MaxBytes, fmt.Sprintf("the expression is longer than %d bytes", MaxBytes), "split it into several rules"}
	}
	if !utf8.ValidString(text) {
		return nil, &Error{0, "the expression is not UTF-8", "encode it as UTF-8"}
	}
	rule, err := parseExpression(text, ruleDialect)
	if err != nil {
		return nil, err
	}
	return rule, wants(rule.root, boolKind, "the expression")
}

// dialect is where an expression is used: which functions it has, and which objects it may name.
type dialect struct {
	functions map[string]*ruleFunction
	// object tells whether a name without a dot is one of its objects; whole that one may
	// stand alone, as in appuser != null.
	object func(name string) bool
	whole  bool
	// where says it to people, offers what may be written.
	where, offers, functionsOffered string
}

var ruleDialect = &dialect{
	functions: ruleFunctions, object: func(name string) bool { return name == "user" }, where: "group rules",
	offers:           "write user. and the attribute's name, as in user.department, or a text in double quotes",
	functionsOffered: "use a function of String, Arrays or Convert, or isMemberOfGroup and its kin",
}

func parseExpression(text string, d *dialect) (*Rule, error) {
	p := &ruleParser{ruleScanner: ruleScanner{scanner{text: text}}, rule: &Rule{text: text}, dialect: d}
	if err := p.advance(); err != nil {
		return nil, err
	}
	root, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if p.token.kind != 0 {
		return nil, p.fault(p.token.describe()+" follows a whole expression", "join conditions with AND or OR")
	}
	p.rule.root = root
	return p.rule, nil
}

// ruleBinds are the operators between two operands and how tightly they hold (SpEL).
var ruleBinds = map[string]int{
	"?": 1, "?:": 1, "||": 2, "&&": 3, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5,
}

const prefixBinds = 6

// ruleParser is a Pratt parser.
type ruleParser struct {
	ruleScanner
	rule    *Rule
	dialect *dialect
	token   ruleToken
	// last is where the token before ends.
	last         int
	nodes, depth int
}

func (p *ruleParser) advance() (err error) {
	p.last = p.token.end
	p.token, err = p.next()
	return err
}

func (p *ruleParser) fault(problem, mend string) error { return &Error{p.token.pos, problem, mend} }

// node counts a node and says where it stands.
func (p *ruleParser) node(n ruleNode) (*ruleNode, error) {
	if p.nodes++; p.nodes > MaxRuleNodes {
		return nil, &Error{n.pos, fmt.Sprintf("the expression has more than %d parts", MaxRuleNodes), "split it into several rules"}
	}
	n.end = p.last
	return &n, nil
}

// expression reads what holds together more tightly than binds.
func (p *ruleParser) expression(binds int) (*ruleNode, error) {
	if p.depth++; p.depth > MaxRuleDepth {
		return nil, p.fault(fmt.Sprintf("the expression is nested deeper than %d levels", MaxRuleDepth), "remove parentheses")
	}
	defer func() { p.depth-- }()
	start := p.token.pos
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	for p.token.kind == 'o' && ruleBinds[p.token.text] > binds {
		if left, err = p.infix(left, start); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// infix reads an operator and what stands behind it; its left side begins at start.
func (p *ruleParser) infix(left *ruleNode, start int) (*ruleNode, error) {
	operator := p.token
	if err := p.advance(); err != nil {
		return nil, err
	}
	if operator.text == "?" {
		return p.choice(left, start)
	}
	right, err := p.expression(ruleBinds[operator.text])
	if err != nil {
		return nil, err
	}
	if err := operandsFault(operator, left, right); err != nil {
		return nil, err
	}
	return p.node(ruleNode{op: operatorNode, name: operator.text, args: []*ruleNode{left, right}, pos: start})
}

// choice reads the two ends of a ternary operator: condition ? one : other.
func (p *ruleParser) choice(condition *ruleNode, start int) (*ruleNode, error) {
	if err := wants(condition, boolKind, "the condition before '?'"); err != nil {
		return nil, err
	}
	one, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	if err := p.expect(":", "write a : and what is meant otherwise"); err != nil {
		return nil, err
	}
	other, err := p.expression(0)
	if err != nil {
		return nil, err
	}
	return p.node(ruleNode{op: choiceNode, args: []*ruleNode{condition, one, other}, pos: start})
}

// operandsFault refuses operands that an operator can never take.
func operandsFault(operator ruleToken, operands ...*ruleNode) error {
	want, what := anyKind, "an operand of '"+operator.text+"'"
	switch operator.text {
	case "&&", "||", "!":
		want = boolKind
	case "-":
		want = numberKind
	}
	for _, n := range operands {
		if err := wants(n, want, what); err != nil {
			return err
		}
		if k := n.kind(); (operator.text == "+" || ruleOrders(operator.text)) && k != anyKind && k != textKind && k != numberKind {
			return &Error{n.pos, what + " is " + kindNames[k], "compare or join texts or numbers"}
		}
	}
	return nil
}

func ruleOrders(operator string) bool {
	return slices.Contains([]string{"<", "<=", ">", ">="}, operator)
}

// wants refuses a node whose value is surely of another kind.
func wants(n *ruleNode, want ruleKind, what string) error {
	k := n.kind()
	if want == anyKind || k == anyKind || k == want {
		return nil
	}
	mend := map[ruleKind]string{
		boolKind: "compare it, as in user.department == \"Sales\"", textKind: "write a text in double quotes", numberKind: "write a number",
		listKind: "write a list in braces, as in {\"a\", \"b\"}",
	}[want]
	return &Error{n.pos, what + " is " + kindNames[k] + ", not " + kindNames[want], mend}
}

func (p *ruleParser) expect(sign, mend string) error {
	if !p.token.is(sign) {
		return p.fault(p.token.describe()+" where '"+sign+"' should be", mend)
	}
	return p.advance()
}

// operand reads a value, a call, a parenthesis, a list, or a sign before one of them.
func (p *ruleParser) operand() (*ruleNode, error) {
	t := p.token
	if err := p.advance(); err != nil {
		return nil, err
	}
	switch {
	case t.kind == '"':
		return p.node(ruleNode{value: t.text, pos: t.pos})
	case t.kind == '0':
		number, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return nil, &Error{t.pos, "the number is too great", "write a smaller one"}
		}
		return p.node(ruleNode{value: number, pos: t.pos})
	case t.kind == 'n':
		return p.named(t)
	case t.is("("):
		n, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		return n, p.expect(")", "close the parenthesis")
	case t.is("{"):
		args, err := p.list("}")
		if err != nil {
			return nil, err
		}
		return p.node(ruleNode{op: listNode, args: args, pos: t.pos})
	case t.is("!"), t.is("-"):
		n, err := p.expression(prefixBinds)
		if err != nil {
			return nil, err
		}
		if err := operandsFault(t, n); err != nil {
			return nil, err
		}
		return p.node(ruleNode{op: operatorNode, name: t.text, args: []*ruleNode{n}, pos: t.pos})
	}
	return nil, &Error{t.pos, t.describe() + " where a condition or a value should be", `write one, as in user.department == "Sales"`}
}

// list reads values up to the closing sign, which it takes, too.
func (p *ruleParser) list(closing string) ([]*ruleNode, error) {
	var args []*ruleNode
	if p.token.is(closing) {
		return nil, p.advance()
	}
	for {
		n, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		args = append(args, n)
		if !p.token.is(",") {
			return args, p.expect(closing, "separate values with commas and close with "+closing)
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}

// named reads what begins with a name: a word that is a value, an attribute or a call.
func (p *ruleParser) named(t ruleToken) (*ruleNode, error) {
	switch strings.ToLower(t.text) {
	case "true", "false":
		return p.node(ruleNode{value: strings.EqualFold(t.text, "true"), pos: t.pos})
	case "null":
		return p.node(ruleNode{pos: t.pos})
	}
	if p.token.is("(") {
		return p.call(t)
	}
	if !p.dialect.names(t.text) {
		return nil, &Error{t.pos, "'" + printed(t.text) + "' is no attribute of the user", p.dialect.offers}
	}
	if name, ofUser := strings.CutPrefix(t.text, "user."); ofUser && !slices.ContainsFunc(p.rule.attrs, func(a Attribute) bool { return a.Name == name }) {
		p.rule.attrs = append(p.rule.attrs, Attribute{name, t.pos})
	}
	if object, _, _ := strings.Cut(t.text, "."); !slices.Contains(p.rule.objects, object) {
		p.rule.objects = append(p.rule.objects, object)
	}
	return p.node(ruleNode{op: attrNode, name: t.text, pos: t.pos})
}

// names tells whether a name is an attribute of an object of the dialect: app.profile has
// attributes of its own.
func (d *dialect) names(text string) bool {
	object, name, dotted := strings.Cut(text, ".")
	if !d.object(object) {
		return false
	}
	if object == "app" {
		name = strings.TrimPrefix(name, "profile.")
	}
	return dotted && name != "" && !strings.Contains(name, ".") || !dotted && d.whole
}

func printed(name string) string { return name[:min(len(name), 40)] }

// call reads the arguments of a function.
func (p *ruleParser) call(t ruleToken) (*ruleNode, error) {
	f := p.dialect.functions[t.text]
	if f == nil {
		return nil, &Error{t.pos, "there is no function '" + printed(t.text) + "' in " + p.dialect.where, p.dialect.functionsOffered}
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	args, err := p.list(")")
	if err != nil {
		return nil, err
	}
	if err := f.check(t, args); err != nil {
		return nil, err
	}
	p.rule.groups = p.rule.groups || f.group != nil || f.groups
	return p.node(ruleNode{op: callNode, name: t.text, call: f, args: args, pos: t.pos})
}
