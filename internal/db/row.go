package db

import (
	"database/sql"
	"errors"
)

// ErrNoRows is what Scan returns when a query found nothing.
var ErrNoRows = sql.ErrNoRows

// IsNone tells whether err says that a query found nothing.
func IsNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// row is the first of rows, with the error of the query kept until Scan.
type row struct {
	rows *sql.Rows
	err  error
}

func (r row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return translate(err)
		}
		return ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return translate(err)
	}
	return translate(r.rows.Close())
}
