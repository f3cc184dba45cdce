package org

import (
	"context"
	"errors"

	"gatehouse/internal/okta"
)

// bulkDocuments and bulkEdges are how many of them one transaction of a bulk load holds.
const (
	bulkDocuments = 10_000
	bulkEdges     = 100_000
)

// bulkWriter loads many new documents and edges fast, as a seed does: it gathers them
// and writes them in key order, some thousands a transaction, while its caller makes the
// next. Nothing that it writes may be in the store already. It tells no events.
type bulkWriter struct {
	org   *Org
	ctx   context.Context
	count int
	bulkRows
	// writing answers when the rows handed over last are stored; nil before the first.
	writing chan error
	// batch is how many documents a transaction holds.
	batch int
	// large is set when the load has more than one transaction.
	large bool
	// members is set when memberships were loaded.
	members bool
}

// bulkRows are gathered rows of the tables; grams those of the trigram tables, by kind.
type bulkRows struct {
	rows  map[*bulkTable][]bulkRow
	grams map[string][]bulkRow
}

func newBulkRows() bulkRows {
	return bulkRows{map[*bulkTable][]bulkRow{}, map[string][]bulkRow{}}
}

// bulk runs f with a bulkWriter and writes what it holds at the end. What was written
// before an error stays.
func (o *Org) bulk(ctx context.Context, f func(*bulkWriter) error) (err error) {
	w := &bulkWriter{org: o, ctx: ctx, bulkRows: newBulkRows(), batch: bulkDocuments}
	defer func() {
		if w.large {
			err = errors.Join(err, o.endLargeLoad(ctx))
		}
	}()
	if err := errors.Join(f(w), w.wait()); err != nil {
		return err
	}
	if err := w.Flush(); err != nil || !w.members {
		return err
	}
	return o.commit(ctx, nil, second(o.now()), (*Tx).reachEverybody)
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
	if w.count < w.batch {
		return nil
	}
	return w.handOver()
}

// Edge adds a new edge. Its ends need not be there yet.
func (w *bulkWriter) Edge(kind, src, dst string) error {
	w.add(bulkEdge, bulkRow{kind, src, dst})
	w.members = w.members || kind == member
	if len(w.rows[bulkEdge]) < bulkEdges {
		return nil
	}
	return w.handOver()
}

func (w *bulkWriter) add(t *bulkTable, r bulkRow) { w.rows[t] = append(w.rows[t], r) }

// Flush stores what was gathered before it returns.
func (w *bulkWriter) Flush() error {
	if err := w.wait(); err != nil {
		return err
	}
	rows := w.bulkRows
	w.bulkRows, w.count = newBulkRows(), 0
	rows.sort()
	return rows.store(w.ctx, w.org)
}

// handOver stores what was gathered beside the caller, after what was handed over before.
func (w *bulkWriter) handOver() error {
	w.sort() // here, while the rows before are being stored
	if err := w.wait(); err != nil {
		return err
	}
	if !w.large {
		w.large = true
		if err := w.org.beginLargeLoad(w.ctx); err != nil {
			return err
		}
	}
	rows, done := w.bulkRows, make(chan error, 1)
	w.bulkRows, w.count, w.writing = newBulkRows(), 0, done
	go func() { done <- rows.store(w.ctx, w.org) }()
	return nil
}

// wait waits for what was handed over.
func (w *bulkWriter) wait() error {
	if w.writing == nil {
		return nil
	}
	err := <-w.writing
	w.writing = nil
	return err
}
