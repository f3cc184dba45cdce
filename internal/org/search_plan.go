package org

import (
	"math"

	"gatehouse/internal/expr"
)

// A search is driven from its rarest part: the terms are counted in the index, each up
// to fewRows. A part with that few rows is read whole and sorted. Where every part is
// common, they are counted again up to manyRows, at which reading the part whole still
// costs less than walking past what does not match; beyond it the order of the list is
// walked, where matches are then dense.
const (
	fewRows  = 1_000
	manyRows = 4_000
	// walkedRows is how far the terms are counted of which one is walked along.
	walkedRows = 30_000
	// rareRows is so few that no rarer part is looked for.
	rareRows = 20
)

// finder runs one list or search. few and many are fewRows and manyRows.
type finder struct {
	*asked
	s          store
	conditions map[*expr.Term]*condition
	counts     map[*expr.Term]int
	few, many  int
	plan       plan
}

// plan is how a search is run: from the rows of the terms of from, or, where it is nil,
// along the order of the list; along, in a list by id, names an equality to walk instead.
type plan struct {
	from  []*condition
	node  expr.Node
	along *condition
}

func newFinder(q *asked, s store) *finder {
	f := &finder{asked: q, s: s, conditions: map[*expr.Term]*condition{}, counts: map[*expr.Term]int{}, few: fewRows, many: manyRows}
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
	for _, limit := range []int{f.few, f.many} {
		node, n, err := f.rarest(f.node, limit)
		if err != nil {
			return err
		}
		if n <= limit {
			f.plan = plan{node: node}
			for _, t := range expr.Terms(node) {
				f.plan.from = append(f.plan.from, f.conditions[t])
			}
			return nil
		}
	}
	var err error
	f.plan.along, f.plan.node, err = f.equality()
	return err
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
		for _, m := range node {
			p, count, err := f.rarest(m, limit)
			if err != nil {
				return nil, 0, err
			}
			if count < n {
				part, n = p, count
			}
			if n <= rareRows {
				break
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

// count counts the rows of a term up to limit and one more.
func (f *finder) count(t *expr.Term, limit int) (int, error) {
	if n, known := f.counts[t]; known && (n <= f.few || n > limit) {
		return n, nil
	}
	b := &builder{f.dialect, []any{f.collection.kind}}
	query := `SELECT count(*) FROM (` + b.source(f.collection, f.conditions[t]) + ` LIMIT ` + b.arg(limit+1) + `) x`
	var n int
	if err := f.s.q.QueryRow(f.s.ctx, query, b.args...).Scan(&n); err != nil {
		return 0, err
	}
	f.counts[t] = n
	return n, nil
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
	least := walkedRows + 2
	for _, t := range terms {
		n := walkedRows
		if len(terms) > 1 {
			if n, err = f.count(t, walkedRows); err != nil {
				return nil, nil, err
			}
		}
		if n < least {
			along, node, least = f.conditions[t], t, n
		}
	}
	return along, node, nil
}
