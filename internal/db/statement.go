package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// maxStatements bounds the statements kept prepared per pool; a program's own SQL
// stays far below it, and what a search composes beyond it runs unprepared.
const maxStatements = 512

// statements is a pool with its prepared statements.
type statements struct {
	db   *sql.DB
	mu   sync.RWMutex
	kept map[string]*sql.Stmt
}

func newStatements(db *sql.DB) *statements {
	return &statements{db: db, kept: map[string]*sql.Stmt{}}
}

// prepared returns the kept statement of query, or nil when the bound is reached.
func (s *statements) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.RLock()
	st, n := s.kept[query], len(s.kept)
	s.mu.RUnlock()
	if st != nil || n >= maxStatements {
		return st, nil
	}
	st, err := s.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, translate(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.kept[query]; other != nil {
		return other, st.Close()
	}
	s.kept[query] = st
	return st, nil
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.kept {
		st.Close()
	}
	s.kept = map[string]*sql.Stmt{}
	return s.db.Close()
}

func (s *statements) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if st == nil {
		r, err := s.db.ExecContext(ctx, query, args...)
		return r, translate(err)
	}
	r, err := st.ExecContext(ctx, args...)
	return r, translate(err)
}

func (s *statements) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if st == nil {
		r, err := s.db.QueryContext(ctx, query, args...)
		return r, translate(err)
	}
	r, err := st.QueryContext(ctx, args...)
	return r, translate(err)
}

func (s *statements) QueryRow(ctx context.Context, query string, args ...any) Row {
	rows, err := s.Query(ctx, query, args...)
	return row{rows, err}
}

// txQuerier runs statements inside a transaction. A statement is prepared on the
// transaction's own connection: with one write connection a pool-wide prepare would wait for itself.
type txQuerier struct {
	tx         *sql.Tx
	statements *statements
}

func (t *txQuerier) stmt(query string) *sql.Stmt {
	t.statements.mu.RLock()
	defer t.statements.mu.RUnlock()
	return t.statements.kept[query]
}

func (t *txQuerier) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if st := t.stmt(query); st != nil {
		r, err := t.tx.StmtContext(ctx, st).ExecContext(ctx, args...)
		return r, translate(err)
	}
	r, err := t.tx.ExecContext(ctx, query, args...)
	return r, translate(err)
}

func (t *txQuerier) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if st := t.stmt(query); st != nil {
		r, err := t.tx.StmtContext(ctx, st).QueryContext(ctx, args...)
		return r, translate(err)
	}
	r, err := t.tx.QueryContext(ctx, query, args...)
	return r, translate(err)
}

func (t *txQuerier) QueryRow(ctx context.Context, query string, args ...any) Row {
	rows, err := t.Query(ctx, query, args...)
	return row{rows, err}
}

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

// ErrNoRows is what Scan returns when a query found nothing.
var ErrNoRows = sql.ErrNoRows

// IsNone tells whether err says that a query found nothing.
func IsNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// backoff is the wait before another try of a transaction: 2 ms doubled per try, with jitter.
func backoff(try int) time.Duration {
	base := 2 * time.Millisecond << try
	return base/2 + rand.N(base)
}
