package org

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// bulkDocuments is how many documents one transaction of a bulk load holds.
const bulkDocuments = 4000

// bulkWriter loads many new documents and edges fast, as a seed does: it gathers them
// and writes them in key order, a few thousand documents a transaction. Nothing that it
// writes may be in the store already.
type bulkWriter struct {
	org   *Org
	ctx   context.Context
	count int
	// rows are the gathered rows of each table.
	rows map[*bulkTable][]bulkRow
}

// bulkRow is a row of at most four columns.
type bulkRow [4]string

// bulkTable is a table that is loaded in bulk.
type bulkTable struct {
	insert string
	width  int
}

// The tables of the engine. created of a loaded edge is the time of the load.
var (
	bulkDocument = &bulkTable{"INSERT INTO document (kind, id, body) VALUES ", 3}
	bulkAttr     = &bulkTable{"INSERT INTO attr (kind, name, value, id) VALUES ", 4}
	bulkUnique   = &bulkTable{"INSERT INTO uniq (name, value, id) VALUES ", 3}
	bulkEdge     = &bulkTable{"INSERT INTO edge (kind, src, dst, created) VALUES ", 4}
)

// bulk runs f with a bulkWriter and writes what it holds at the end. What was flushed
// before an error stays.
func (o *Org) bulk(ctx context.Context, f func(*bulkWriter) error) error {
	w := &bulkWriter{org: o, ctx: ctx, rows: map[*bulkTable][]bulkRow{}}
	if err := f(w); err != nil {
		return err
	}
	return w.Flush()
}

// Document adds a new document with its searched and unique values.
func (w *bulkWriter) Document(c *collection, id string, doc okta.Object) error {
	w.add(bulkDocument, bulkRow{c.kind, id, string(doc.Bytes())})
	for _, a := range c.searched(doc) {
		w.add(bulkAttr, bulkRow{c.kind, a.name, a.value, id})
	}
	if c.unique != nil {
		for _, a := range c.unique(doc) {
			w.add(bulkUnique, bulkRow{a.name, a.value, id})
		}
	}
	w.count++
	if w.count < bulkDocuments {
		return nil
	}
	return w.Flush()
}

// Edge adds a new edge. Its ends need not be there yet.
func (w *bulkWriter) Edge(kind, src, dst string) error {
	w.add(bulkEdge, bulkRow{kind, src, dst, ""})
	if len(w.rows[bulkEdge]) < 10*bulkDocuments {
		return nil
	}
	return w.Flush()
}

func (w *bulkWriter) add(t *bulkTable, r bulkRow) { w.rows[t] = append(w.rows[t], r) }

// Flush writes what was gathered, in one transaction.
func (w *bulkWriter) Flush() error {
	for _, rows := range w.rows {
		slices.SortFunc(rows, func(a, b bulkRow) int {
			return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(a[2], b[2]), cmp.Compare(a[3], b[3]))
		})
	}
	now := w.org.now().UnixMilli()
	err := w.org.db.Update(w.ctx, func(q db.Querier) error {
		for _, t := range []*bulkTable{bulkDocument, bulkAttr, bulkUnique, bulkEdge} {
			if err := t.write(w.ctx, q, w.rows[t], now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("bulk load: %w", err)
	}
	for t := range w.rows {
		w.rows[t] = w.rows[t][:0]
	}
	w.count = 0
	return nil
}

// write inserts rows, many a statement. Few lengths of statement occur, so that each is prepared once.
func (t *bulkTable) write(ctx context.Context, q db.Querier, rows []bulkRow, now int64) error {
	args := make([]any, 0, 256*t.width)
	for _, size := range []int{256, 32, 1} {
		query := ""
		for len(rows) >= size {
			if query == "" {
				query = t.statement(size)
			}
			args = args[:0]
			for _, r := range rows[:size] {
				for _, v := range r[:t.width] {
					args = append(args, v)
				}
				if t == bulkEdge {
					args[len(args)-1] = now
				}
			}
			if _, err := q.Exec(ctx, query, args...); err != nil {
				return err
			}
			rows = rows[size:]
		}
	}
	return nil
}

// statement is the INSERT of this many rows.
func (t *bulkTable) statement(rows int) string {
	var b strings.Builder
	b.WriteString(t.insert)
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		for j := range t.width {
			b.WriteByte("(,"[min(j, 1)])
			fmt.Fprintf(&b, "$%d", i*t.width+j+1)
		}
		b.WriteByte(')')
	}
	return b.String()
}
