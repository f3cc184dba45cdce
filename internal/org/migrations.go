package org

import (
	"context"
	"io/fs"

	"gatehouse/internal/db"
)

func migrations() (fs.FS, error) { return fs.Sub(migrationFiles, "migrations") }

// prepare writes the rows that every org needs before its first request, once.
func (o *Org) prepare(ctx context.Context) error {
	return o.db.Update(ctx, func(q db.Querier) error {
		suffix, err := metaOnce(ctx, q, "cell", o.ids.newCell)
		if err != nil {
			return err
		}
		o.ids.cell = suffix
		if o.ids.orgID, err = metaOnce(ctx, q, "org", func() string { return o.ids.mint("00o") }); err != nil {
			return err
		}
		if err := o.newCursorSealer(ctx, q); err != nil {
			return err
		}
		if o.db.Dialect == db.SQLite { // a bulk load that was cut off left it out
			if _, err := q.Exec(ctx, attrByID); err != nil {
				return err
			}
		}
		_, err = metaOnce(ctx, q, "generation", func() string { return "1" })
		return err
	})
}

// metaOnce returns the value stored under name, storing the one that mint makes when there is none.
func metaOnce(ctx context.Context, q db.Querier, name string, mint func() string) (string, error) {
	var value string
	err := q.QueryRow(ctx, `SELECT value FROM meta WHERE name = $1`, name).Scan(&value)
	if !db.IsNone(err) {
		return value, err
	}
	value = mint()
	_, err = q.Exec(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2)`, name, value)
	return value, err
}
