package org

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// batch reads the next n documents behind at that may match, in order.
func (f *finder) batch(at position, n int) ([]hit, error) {
	switch {
	case f.plan.from != nil || f.plan.reach:
		return f.readSet(at, n)
	case f.sort == "" && f.plan.along == nil && f.narrows():
		return f.walk(at, n, f.walkReach)
	case f.sort == "":
		return f.walk(at, n, f.walkIDs)
	}
	return f.walkValues(at, n)
}

// walkValues goes by the value to sort by. Documents without one come first, or last when
// descending; a page may have some of both.
func (f *finder) walkValues(at position, n int) ([]hit, error) {
	b := &builder{f.dialect, []any{f.collection.kind}}
	limit := ` LIMIT ` + b.arg(n)
	var parts []string
	if at.id == "" || at.value == "" || f.desc {
		from := at
		if at.value != "" {
			from = position{}
		}
		parts = append(parts, `SELECT * FROM (`+f.walkAbsent(b, from)+limit+`) absent`)
	}
	if at.id == "" || at.value != "" || !f.desc {
		from := at
		if at.value == "" {
			from = position{}
		}
		parts = append(parts, `SELECT * FROM (`+f.walkPresent(b, from)+limit+`) present`)
	}
	return f.read(b, strings.Join(parts, ` UNION ALL `), n)
}

// direction is how rows behind a place compare with it, and the order.
func (f *finder) direction() (compare, order string) {
	if f.desc {
		return "<", " DESC"
	}
	return ">", ""
}

// readSet reads the rows of the rarest part, with the values to sort by.
func (f *finder) readSet(at position, n int) ([]hit, error) {
	b := &builder{f.dialect, []any{f.collection.kind}}
	ids, tests := f.driven(b)
	value := `''`
	if f.sort != "" {
		value = `COALESCE((SELECT min(m.value) FROM attr m WHERE m.id = a.id AND m.kind = $1 AND m.name = ` + b.arg(f.sort) + ` AND m.value > ''), '')`
	}
	compare, order := f.direction()
	inner := `SELECT x.id, x.sv FROM (SELECT a.id AS id, ` + value + ` AS sv FROM (` + ids + `) a WHERE 1 = 1` + tests(b) + `) x`
	if at.id != "" {
		inner += fmt.Sprintf(` WHERE (x.sv, x.id) %s (%s, %s)`, compare, b.arg(at.value), b.arg(at.id))
	}
	inner += fmt.Sprintf(` ORDER BY x.sv%s, x.id%s`, order, order)
	return f.read(b, inner+` LIMIT `+b.arg(n), n)
}

// driven is the query of the ids that the plan is driven from, each once, and what is
// then to be tested on each.
func (f *finder) driven(b *builder) (ids string, tests func(*builder) string) {
	if f.plan.reach {
		return f.reachables(b), func(b *builder) string { return f.matches(b, f.node, nil) }
	}
	sources := make([]string, len(f.plan.from))
	for i, c := range f.plan.from {
		sources[i] = b.source(f.collection, c)
	}
	ids = strings.Join(sources, ` UNION `)
	if len(sources) == 1 {
		ids = `SELECT DISTINCT` + strings.TrimPrefix(ids, `SELECT`)
	}
	return ids, func(b *builder) string { return f.test(b, f.node, f.plan.node) }
}

// walk reads documents along an index; phase gives the query without its limit.
func (f *finder) walk(at position, n int, phase func(*builder, position) string) ([]hit, error) {
	b := &builder{f.dialect, []any{f.collection.kind}}
	return f.read(b, phase(b, at)+` LIMIT `+b.arg(n), n)
}

// walkIDs goes by id, along all documents or those of the plan's equality.
func (f *finder) walkIDs(b *builder, at position) string {
	name, value := `''`, `''`
	if c := f.plan.along; c != nil {
		name, value = b.arg(c.name), b.arg(cut(c.folded))
	}
	compare, order := f.direction()
	query := `SELECT a.id, '' AS sv FROM attr a WHERE a.kind = $1 AND a.name = ` + name + ` AND a.value = ` + value
	if at.id != "" {
		query += fmt.Sprintf(` AND a.id %s %s`, compare, b.arg(at.id))
	}
	return query + f.test(b, f.node, f.plan.node) + ` ORDER BY a.id` + order
}

// walkPresent goes by the value to sort by, and by id where it is the same. A document
// with several values has the place of the least.
func (f *finder) walkPresent(b *builder, at position) string {
	name := b.arg(f.sort)
	compare, order := f.direction()
	query := `SELECT a.id, a.value AS sv FROM attr a WHERE a.kind = $1 AND a.name = ` + name
	if at.id == "" || f.desc { // else the place says it, and a second bound would have SQLite begin at the first row
		query += ` AND a.value > ''`
	}
	if at.id != "" {
		query += fmt.Sprintf(` AND (a.value, a.id) %s (%s, %s)`, compare, b.arg(at.value), b.arg(at.id))
	}
	return query + ` AND NOT EXISTS (SELECT 1 FROM attr m WHERE m.id = a.id AND m.kind = $1 AND m.name = ` + name +
		` AND m.value > '' AND m.value < a.value)` + f.test(b, f.node, nil) + ` ORDER BY a.value` + order + `, a.id` + order
}

// walkAbsent goes by id through the documents without a value to sort by. A collection
// keeps a row ” for the attributes in sorted; for others each document is looked at.
func (f *finder) walkAbsent(b *builder, at position) string {
	name := b.arg(f.sort)
	compare, order := f.direction()
	query := `SELECT a.id, '' AS sv FROM attr a WHERE a.kind = $1 AND a.value = '' AND a.name = `
	if f.collection.marks(f.sort) {
		query += name
	} else {
		query += `'' AND NOT EXISTS (SELECT 1 FROM attr m WHERE m.id = a.id AND m.kind = $1 AND m.name = ` + name + ` AND m.value > '')`
	}
	if at.id != "" {
		query += fmt.Sprintf(` AND a.id %s %s`, compare, b.arg(at.id))
	}
	return query + f.test(b, f.node, nil) + ` ORDER BY a.id` + order
}

// read runs a query of ids and sort values, at least the first n, and reads the documents
// with it. They are put in order here: a database would carry the bodies through its sort.
func (f *finder) read(b *builder, inner string, n int) ([]hit, error) {
	query := `SELECT d.id, p.sv, d.body FROM (` + inner + `) p CROSS JOIN document d WHERE d.kind = $1 AND d.id = p.id`
	hits, err := scanHits(f.s, n, query, b.args...)
	slices.SortFunc(hits, f.compare)
	return hits[:min(n, len(hits))], err
}

// compare orders documents as the list does.
func (f *finder) compare(a, b hit) int {
	n := cmp.Or(strings.Compare(a.at.value, b.at.value), strings.Compare(a.at.id, b.at.id))
	if f.desc {
		return -n
	}
	return n
}

// scanHits reads rows of id, sort value and body.
func scanHits(s store, n int, query string, args ...any) ([]hit, error) {
	rows, err := s.q.Query(s.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	hits := make([]hit, 0, n)
	for rows.Next() {
		var h hit
		if err := rows.Scan(&h.at.id, &h.at.value, &h.body); err != nil {
			return nil, err
		}
		hits = append(hits, h)
	}
	return hits, rows.Err()
}
