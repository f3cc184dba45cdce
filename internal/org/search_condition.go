package org

import (
	"slices"
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
	// until is the other end where two comparisons of one time make a range: folded, "" for none.
	until string
}

// joinTimes lets two comparisons of one time that both must hold share a range: a
// document has at most one value of it, so that each alone would read far too much.
// Attributes of a profile may have several values, of which each end could hold for another.
func joinTimes(n expr.Node, conditions map[*expr.Term]*condition) {
	switch n := n.(type) {
	case expr.Or:
		for _, m := range n {
			joinTimes(m, conditions)
		}
	case expr.And:
		for _, m := range n {
			joinTimes(m, conditions)
			from, isTerm := m.(*expr.Term)
			if !isTerm || from.Op != expr.Gt && from.Op != expr.Ge || !slices.Contains(timeNames, from.Attr) {
				continue
			}
			for _, other := range n {
				to, isTerm := other.(*expr.Term)
				if isTerm && to.Attr == from.Attr && (to.Op == expr.Lt || to.Op == expr.Le) {
					conditions[from].until = conditions[to].folded
				}
			}
		}
	}
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
		return k, cut(c.until)
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
