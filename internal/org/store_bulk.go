package org

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// bulkDocuments and bulkEdges are how many of them one transaction of a bulk load holds.
const (
	bulkDocuments = 4_000
	bulkEdges     = 40_000
)

// bulkWriter loads many new documents and edges fast, as a seed does: it gathers them
// and writes them in key order, some thousands a transaction. Nothing that it writes may
// be in the store already. It tells no events.
type bulkWriter struct {
	org   *Org
	ctx   context.Context
	count int
	rows  map[*bulkTable][]bulkRow
	// grams are the rows of the trigram tables, by kind.
	grams map[string][]bulkRow
}

// bulk runs f with a bulkWriter and writes what it holds at the end. What was flushed
// before an error stays.
func (o *Org) bulk(ctx context.Context, f func(*bulkWriter) error) error {
	w := &bulkWriter{org: o, ctx: ctx, rows: map[*bulkTable][]bulkRow{}, grams: map[string][]bulkRow{}}
	if err := f(w); err != nil {
		return err
	}
	return w.Flush()
}

// Document adds a new document with its searched and unique values.
func (w *bulkWriter) Document(c *collection, id string, doc okta.Object) error {
	w.add(bulkDocument, bulkRow{c.kind, id, string(doc.Bytes())})
	for _, a := range c.searchedValues(doc) {
		w.add(bulkAttr, bulkRow{c.kind, a.name, a.value, id})
	}
	if c.unique != nil {
		for _, a := range c.unique(doc) {
			w.add(bulkUnique, bulkRow{a.name, a.value, id})
		}
	}
	if text := c.gramText(doc); text != "" {
		w.grams[c.kind] = append(w.grams[c.kind], bulkRow{c.kind, id, text})
	}
	w.count++
	if w.count < bulkDocuments {
		return nil
	}
	return w.Flush()
}

// Edge adds a new edge. Its ends need not be there yet.
func (w *bulkWriter) Edge(kind, src, dst string) error {
	w.add(bulkEdge, bulkRow{kind, src, dst})
	if len(w.rows[bulkEdge]) < bulkEdges {
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
		for _, t := range []*bulkTable{bulkDocument, bulkAttr, bulkUnique} {
			if err := t.write(w.ctx, q, w.rows[t], 0); err != nil {
				return err
			}
		}
		if err := bulkEdge.write(w.ctx, q, w.rows[bulkEdge], now); err != nil {
			return err
		}
		return w.writeGrams(q)
	})
	if err != nil {
		return fmt.Errorf("bulk load: %w", err)
	}
	for t := range w.rows {
		w.rows[t] = w.rows[t][:0]
	}
	for kind := range w.grams {
		w.grams[kind] = w.grams[kind][:0]
	}
	w.count = 0
	return nil
}

func (w *bulkWriter) writeGrams(q db.Querier) error {
	for kind, rows := range w.grams {
		if w.org.db.Dialect == db.Postgres {
			if err := bulkGram.write(w.ctx, q, rows, 0); err != nil {
				return err
			}
			continue
		}
		var last int64
		if err := q.QueryRow(w.ctx, `SELECT COALESCE(max(num), 0) FROM gram_row`).Scan(&last); err != nil {
			return err
		}
		if err := bulkGramRow.write(w.ctx, q, rows, last+1); err != nil {
			return err
		}
		texts := make([]bulkRow, len(rows))
		for i, r := range rows {
			texts[i] = bulkRow{r[2]}
		}
		index := &bulkTable{insert: "INSERT INTO gram_" + kind + " (rowid, value) VALUES ", width: 1, number: counted}
		if err := index.write(w.ctx, q, texts, last+1); err != nil {
			return err
		}
	}
	return nil
}
