package org

import (
	"strings"
	"unicode/utf8"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
)

// condition is a comparison made ready: for an index it is a range of attr values,
// which may hold too much but never too little; on a document it is exact.
type condition struct {
	name string
	op   expr.Op
	// kind is the kind of scalar that it is compared with; key the value in the form of
	// attr rows, or exactly as written where exact is set.
	kind  byte
	key   string
	exact bool
	// folded is key in the form of attr rows, not cut.
	folded string
}

func newCondition(t *expr.Term, exact bool) *condition {
	s := scalar{kind: '"', text: t.Value.Text}
	switch t.Value.Kind {
	case expr.Number:
		s.kind = '0'
	case expr.Bool:
		s.kind = 't'
	}
	c := &condition{name: t.Attr, op: t.Op, kind: s.kind, exact: exact, key: s.key(), folded: s.key()}
	if exact || t.Attr == "id" { // ids differ by case
		c.exact, c.key = true, s.exact()
	}
	return c
}

// accepts tells whether a document fulfils the condition: one of its values does.
func (c *condition) accepts(doc okta.Object) (yes bool) {
	eachScalar(valueAt(doc, c.name), func(s scalar) bool {
		yes = c.holds(s)
		return !yes
	})
	return yes
}

func (c *condition) holds(s scalar) bool {
	if c.op == expr.Pr {
		return s.text != ""
	}
	if s.kind != c.kind || s.text == "" {
		return false
	}
	v := s.exact()
	if !c.exact {
		v = fold(v)
	}
	switch c.op {
	case expr.Eq:
		return v == c.key
	case expr.Gt:
		return v > c.key
	case expr.Ge:
		return v >= c.key
	case expr.Lt:
		return v < c.key
	case expr.Le:
		return v <= c.key
	case expr.Sw:
		return strings.HasPrefix(v, c.key)
	case expr.Co:
		return strings.Contains(v, c.key)
	}
	return false
}

// bounds are the least and the greatest value, inclusive and folded, that an attr row
// of the condition can have. greatest "" is no bound. Every row's value is above ”.
func (c *condition) bounds() (least, greatest string) {
	k := cut(c.folded)
	switch c.op {
	case expr.Eq:
		return k, k
	case expr.Gt, expr.Ge:
		return k, ""
	case expr.Lt, expr.Le:
		return "", k
	case expr.Sw:
		return k, lastWith(k)
	}
	return "", ""
}

// lastWith is the greatest attr value that begins with prefix: nothing sorts behind a
// run of U+10FFFF that is as long as a value may be.
func lastWith(prefix string) string {
	if prefix == "" {
		return ""
	}
	return prefix + strings.Repeat(string(utf8.MaxRune), (maxAttr-len(prefix))/utf8.UTFMax+1)
}
