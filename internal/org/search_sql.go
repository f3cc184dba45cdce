package org

import (
	"fmt"
	"strings"

	"gatehouse/internal/db"
	"gatehouse/internal/expr"
)

// builder composes one statement. Searches of one shape give one text, which is
// prepared once. $1 is the kind in every statement.
type builder struct {
	dialect db.Dialect
	args    []any
}

func (b *builder) arg(v any) string {
	b.args = append(b.args, v)
	return fmt.Sprintf("$%d", len(b.args))
}

// span is what an attr row of a condition has as its value, as SQL on b.value.
func (b *builder) span(c *condition) string {
	least, greatest := c.bounds()
	switch {
	case c.op == expr.Eq:
		return `b.value = ` + b.arg(least)
	case c.op == expr.Co:
		position := "instr"
		if b.dialect == db.Postgres {
			position = "strpos"
		}
		// A value may have been cut only where it has more than 62 characters of four bytes.
		return fmt.Sprintf(`b.value > '' AND (%s(b.value, %s) > 0 OR length(b.value) > %d)`, position, b.arg(c.folded), maxAttr/4-2)
	case least != "" && greatest != "":
		return `b.value >= ` + b.arg(least) + ` AND b.value <= ` + b.arg(greatest)
	case least != "":
		return `b.value >= ` + b.arg(least)
	case greatest != "":
		return `b.value > '' AND b.value <= ` + b.arg(greatest)
	}
	return `b.value > ''`
}

// idSpan is span for the attribute id, on the id itself.
func (b *builder) idSpan(c *condition, column string) string {
	switch c.op {
	case expr.Eq:
		return column + ` = ` + b.arg(c.key)
	case expr.Gt, expr.Ge:
		return column + ` >= ` + b.arg(c.key)
	case expr.Lt, expr.Le:
		return column + ` <= ` + b.arg(c.key)
	case expr.Sw:
		return column + ` >= ` + b.arg(cut(c.key)) + ` AND ` + column + ` <= ` + b.arg(lastWith(cut(c.key)))
	}
	return column + ` > ''`
}

// source is a query of the ids of the documents that may fulfil a condition.
func (b *builder) source(of *collection, c *condition) string {
	switch {
	case c.name == "id":
		return `SELECT b.id FROM attr b WHERE b.kind = $1 AND b.name = '' AND b.value = '' AND ` + b.idSpan(c, "b.id")
	case c.op == expr.Co && of.gramable(c.name, c.folded):
		return b.gramQuery(of, c.folded)
	}
	return `SELECT b.id FROM attr b WHERE b.kind = $1 AND b.name = ` + b.arg(c.name) + ` AND ` + b.span(c)
}

// probe tests whether document a.id may fulfil a condition.
func (b *builder) probe(c *condition) string {
	if c.name == "id" {
		return b.idSpan(c, "a.id")
	}
	return `EXISTS (SELECT 1 FROM attr b WHERE b.kind = $1 AND b.name = ` + b.arg(c.name) + ` AND b.id = a.id AND ` + b.span(c) + `)`
}

// test is matches, and that the document is within the caller's reach.
func (f *finder) test(b *builder, n, drivenFrom expr.Node) string {
	return f.matches(b, n, drivenFrom) + f.withinReach(b, "a.id")
}

// matches is probe for a whole expression, without the node that the statement is driven
// from. It begins with AND.
func (f *finder) matches(b *builder, n, drivenFrom expr.Node) string {
	text := ""
	if n != nil {
		if t := f.tree(b, n, drivenFrom); t != "" {
			text = ` AND ` + t
		}
	}
	if f.hiding && f.node != nil { // without an expression each document is looked at anyway
		text += ` AND NOT EXISTS (SELECT 1 FROM attr h WHERE h.kind = $1 AND h.name = ` + b.arg(f.hide.name) +
			` AND h.value = ` + b.arg(cut(fold(f.hide.value))) + ` AND h.id = a.id)`
	}
	return text
}

// tree is "" where every document passes.
func (f *finder) tree(b *builder, n, drivenFrom expr.Node) string {
	if same(n, drivenFrom) {
		return ""
	}
	switch n := n.(type) {
	case *expr.Term:
		return b.probe(f.conditions[n])
	case expr.And:
		var parts []string
		for _, m := range n {
			if t := f.tree(b, m, drivenFrom); t != "" {
				parts = append(parts, t)
			}
		}
		return strings.Join(parts, ` AND `)
	case expr.Or:
		parts := make([]string, len(n))
		for i, m := range n {
			if parts[i] = f.tree(b, m, nil); parts[i] == "" {
				return ""
			}
			if _, and := m.(expr.And); and {
				parts[i] = `(` + parts[i] + `)`
			}
		}
		return `(` + strings.Join(parts, ` OR `) + `)`
	}
	return ""
}

// same tells whether two nodes are one: nodes are compared by the place they hold in memory.
func same(n, m expr.Node) bool {
	switch n := n.(type) {
	case *expr.Term:
		t, ok := m.(*expr.Term)
		return ok && n == t
	case expr.Or:
		o, ok := m.(expr.Or)
		return ok && len(n) > 0 && len(o) > 0 && &n[0] == &o[0]
	}
	return false
}
