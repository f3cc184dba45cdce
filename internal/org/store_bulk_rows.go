package org

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/db"
)

// sort puts the rows of each table in the order of its key.
func (r bulkRows) sort() {
	for _, rows := range r.rows {
		slices.SortFunc(rows, func(a, b bulkRow) int {
			return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(a[2], b[2]), cmp.Compare(a[3], b[3]))
		})
	}
}

// store writes the sorted rows in one transaction.
func (r bulkRows) store(ctx context.Context, o *Org) error {
	now := o.now().UnixMilli()
	err := o.db.Update(ctx, func(q db.Querier) error {
		for _, t := range []*bulkTable{bulkDocument, bulkAttr, bulkUnique, bulkEdge} {
			if err := t.write(ctx, q, o.db.Dialect, r.rows[t], now); err != nil {
				return err
			}
		}
		return r.storeGrams(ctx, q, o.db.Dialect)
	})
	if err != nil {
		return fmt.Errorf("bulk load: %w", err)
	}
	return nil
}

func (r bulkRows) storeGrams(ctx context.Context, q db.Querier, dialect db.Dialect) error {
	for kind, rows := range r.grams {
		if dialect == db.Postgres {
			if err := bulkGram.write(ctx, q, dialect, rows, 0); err != nil {
				return err
			}
			continue
		}
		var last int64
		if err := q.QueryRow(ctx, `SELECT COALESCE(max(num), 0) FROM gram_row`).Scan(&last); err != nil {
			return err
		}
		if err := bulkGramRow.write(ctx, q, dialect, rows, last+1); err != nil {
			return err
		}
		texts := make([]bulkRow, len(rows))
		for i, row := range rows {
			texts[i] = bulkRow{row[2]}
		}
		index := &bulkTable{insert: "INSERT INTO gram_" + kind + " (rowid, value) VALUES ", width: 1, number: counted}
		if err := index.write(ctx, q, dialect, texts, last+1); err != nil {
			return err
		}
	}
	return nil
}

// attrByID is the index by which a search tests a value of one document.
const attrByID = `CREATE INDEX IF NOT EXISTS attr_id ON attr (id, kind, name, value)`

// loadCacheKiB is the page cache of the writing connection during a large load: the
// pages that rows go to are then not read again and again.
const loadCacheKiB = 128 << 10

// beginLargeLoad takes away the index whose order is not that of the rows; built at the
// end it costs a fraction. Searches are slow meanwhile, not wrong. PostgreSQL keeps it:
// other processes may be searching.
func (o *Org) beginLargeLoad(ctx context.Context) error {
	return o.onSQLite(ctx, fmt.Sprintf(`PRAGMA cache_size = -%d`, loadCacheKiB), `DROP INDEX IF EXISTS attr_id`)
}

// endLargeLoad builds the index again and gives the memory back. A load that was cut off
// before is mended at the next start, by prepare.
func (o *Org) endLargeLoad(ctx context.Context) error {
	return o.onSQLite(context.WithoutCancel(ctx), attrByID, fmt.Sprintf(`PRAGMA cache_size = -%d`, o.db.WriterCacheKiB()), `PRAGMA shrink_memory`)
}

func (o *Org) onSQLite(ctx context.Context, statements ...string) error {
	if o.db.Dialect != db.SQLite {
		return nil
	}
	return o.db.Update(ctx, func(q db.Querier) error {
		for _, s := range statements {
			if _, err := q.Exec(ctx, s); err != nil {
				return fmt.Errorf("bulk load: %w", err)
			}
		}
		return nil
	})
}
