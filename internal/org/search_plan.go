package org

import (
	"math"
	"slices"
	"strings"

	"gatehouse/internal/expr"
)

// A search is driven from its rarest part: the terms, and what a narrowed admin reaches,
// are counted in the index, each up to manyRows. A part with that few rows is read whole
// and sorted: it costs less than walking past what does not match. Where every part is
// more common the order of the list is walked, where matches are then dense.
const (
	manyRows = 4_000
	// walkedRows is how far the terms are counted of which one is walked along.
	walkedRows = 30_000
	// rareRows is so few that no rarer part is looked for.
	rareRows = 20
)

// finder runs one list or search. many is manyRows.
type finder struct {
	*asked
	s          store
	conditions map[*expr.Term]*condition
	counts     map[*expr.Term]int
	many       int
	plan       plan
}

// plan is how a search is run: from the rows of the terms of from, or, where it is nil,
// along the order of the list; along, in a list by id, names an equality to walk instead.
// reach drives it from what the caller reaches.
type plan struct {
	reach bool
	from  []*condition
	node  expr.Node
	along *condition
}

func newFinder(q *asked, s store) *finder {
	f := &finder{asked: q, s: s, conditions: map[*expr.Term]*condition{}, counts: map[*expr.Term]int{}, many: manyRows}
	for _, t := range expr.Terms(q.node) {
		f.conditions[t] = newCondition(t, q.exact && !q.folded[t])
	}
	joinTimes(q.node, f.conditions)
	return f
}

// choose makes the plan.
func (f *finder) choose() error {
	if f.node == nil {
		return nil
	}
	reached, err := f.countAll()
	if err != nil {
		return err
	}
	if reached <= f.many && f.scans(f.node) {
		f.plan = plan{reach: true}
		return nil
	}
	node, n, err := f.rarest(f.node, f.many)
	switch {
	case err != nil:
		return err
	case reached <= f.many && reached <= n:
		f.plan = plan{reach: true}
		return nil
	case n <= f.many:
		f.plan = plan{node: node}
		for _, t := range expr.Terms(node) {
			f.plan.from = append(f.plan.from, f.conditions[t])
		}
		return nil
	}
	f.plan.along, f.plan.node, err = f.equality()
	return err
}

// countAll counts in one statement what an index counts: the rows of the terms, and of
// what the caller reaches, each up to f.many and one more. reached is greater than any
// count where nothing is left out of the list.
func (f *finder) countAll() (reached int, err error) {
	var terms []*expr.Term
	for _, t := range expr.Terms(f.node) {
		if !f.scans(t) && len(terms) < maxCounted {
			terms = append(terms, t)
		}
	}
	if !f.narrows() {
		return math.MaxInt, f.countTerms(terms, f.many)
	}
	err = f.countTerms(terms, f.many, toCount{f.reachables, &reached})
	return reached, err
}

// toCount is a source of rows to count, and where the number goes.
type toCount struct {
	source func(*builder) string
	rows   *int
}

// countTerms counts the rows of terms, and of others, in one statement: each up to limit and one more.
func (f *finder) countTerms(terms []*expr.Term, limit int, others ...toCount) error {
	rows := make([]int, len(terms))
	for i, t := range terms {
		others = append(others, toCount{func(b *builder) string { return b.source(f.collection, f.conditions[t]) }, &rows[i]})
	}
	if len(others) == 0 {
		return nil
	}
	b := &builder{f.dialect, []any{f.collection.kind}}
	counts, into := make([]string, len(others)), make([]any, len(others))
	for i, c := range others {
		counts[i], into[i] = `(SELECT count(*) FROM (`+c.source(b)+` LIMIT `+b.arg(limit+1)+`) x)`, c.rows
	}
	err := f.s.q.QueryRow(f.s.ctx, `SELECT `+strings.Join(counts, `, `)+` WHERE $1 > ''`, b.args...).Scan(into...)
	for i, t := range terms {
		f.counts[t] = rows[i]
	}
	return err
}

// maxCounted is how many terms one statement counts; the rest are counted when they are needed.
const maxCounted = 20

// scans tells whether the rows of a term of n are found only by looking at each value.
func (f *finder) scans(n expr.Node) bool {
	return slices.ContainsFunc(expr.Terms(n), func(t *expr.Term) bool {
		c := f.conditions[t]
		return c.op == expr.Co && c.name != "id" && !f.collection.gramable(c.name, c.folded)
	})
}

// rarest finds the part of an expression with the fewest rows: a term, or an Or of
// which every alternative is one. n is above limit where none is that rare.
func (f *finder) rarest(node expr.Node, limit int) (part expr.Node, n int, err error) {
	switch node := node.(type) {
	case *expr.Term:
		n, err := f.count(node, limit)
		return node, n, err
	case expr.Or:
		parts := make(expr.Or, 0, len(node))
		for _, m := range node {
			p, count, err := f.rarest(m, limit)
			if err != nil || count > limit {
				return nil, limit + 1, err
			}
			parts, n = append(parts, p), n+count
		}
		if n > limit {
			return nil, limit + 1, nil
		}
		if allTerms(node) {
			return node, n, nil
		}
		return parts, n, nil
	case expr.And:
		n = math.MaxInt
		for _, scanning := range []bool{false, true} {
			for _, m := range node {
				if f.scans(m) != scanning || n <= rareRows || scanning && n <= limit {
					continue
				}
				p, count, err := f.rarest(m, limit)
				if err != nil {
					return nil, 0, err
				}
				if count < n {
					part, n = p, count
				}
			}
		}
		return part, n, nil
	}
	return nil, limit + 1, nil
}

func allTerms(nodes []expr.Node) bool {
	for _, n := range nodes {
		if _, ok := n.(*expr.Term); !ok {
			return false
		}
	}
	return true
}

// count is how many rows a term has, up to limit and one more.
func (f *finder) count(t *expr.Term, limit int) (int, error) {
	if n, known := f.counts[t]; known {
		return n, nil
	}
	err := f.countTerms([]*expr.Term{t}, limit)
	return f.counts[t], err
}

// equality finds the rarest eq term that must hold, along whose rows a list by id can be walked.
func (f *finder) equality() (along *condition, node expr.Node, err error) {
	if f.sort != "" {
		return nil, nil, nil
	}
	nodes := []expr.Node{f.node}
	if and, ok := f.node.(expr.And); ok {
		nodes = and
	}
	var terms []*expr.Term
	for _, n := range nodes {
		if t, ok := n.(*expr.Term); ok && t.Op == expr.Eq && t.Attr != "id" {
			terms = append(terms, t)
		}
	}
	if len(terms) > 1 {
		if err := f.countTerms(terms, walkedRows); err != nil {
			return nil, nil, err
		}
	}
	for _, t := range terms {
		if along == nil || f.counts[t] < f.counts[node.(*expr.Term)] {
			along, node = f.conditions[t], t
		}
	}
	return along, node, nil
}
