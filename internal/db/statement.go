package db

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
)

// maxStatements bounds the statements kept prepared per pool; a program's own SQL
// stays far below it, and what a search composes beyond it runs unprepared.
const maxStatements = 512

// statements is a pool with its prepared statements.
type statements struct {
	db *sql.DB
	// local says that the database is in this process: see brief.
	local bool
	ran   atomic.Int64
	mu    sync.RWMutex
	kept  map[string]*sql.Stmt
}

func newStatements(db *sql.DB, local bool) *statements {
	return &statements{db: db, local: local, kept: map[string]*sql.Stmt{}}
}

// brief is the context of a statement that is over in no time where the database is local.
// To watch for the end of a context takes a goroutine a statement, which costs more than
// such a statement; and one that is interrupted would end a write transaction.
func (s *statements) brief(ctx context.Context) (context.Context, error) {
	if !s.local {
		return ctx, nil
	}
	return context.WithoutCancel(ctx), ctx.Err()
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

// keep prepares the queries that a transaction ran unprepared, for the next one. One
// that cannot be prepared now (the context is over) just runs unprepared again.
func (s *statements) keep(ctx context.Context, queries []string) {
	for _, query := range queries {
		if _, err := s.prepared(ctx, query); err != nil {
			return
		}
	}
}

func (s *statements) get(query string) *sql.Stmt {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.kept[query]
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	errs := make([]error, 0, len(s.kept)+1)
	for _, st := range s.kept {
		errs = append(errs, st.Close())
	}
	s.kept = map[string]*sql.Stmt{}
	return errors.Join(append(errs, s.db.Close())...)
}

func (s *statements) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := refuseNUL(args); err != nil {
		return nil, err
	}
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

// Query reads. Nothing but the pool of readers runs it outside a transaction, so it is
// repeated where the connection was lost.
func (s *statements) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := refuseNUL(args); err != nil {
		return nil, err
	}
	s.ran.Add(1)
	for try := 0; ; try++ {
		if rows, err := s.query(ctx, query, args); !isLost(err) || try == maxDropped || ctx.Err() != nil {
			return rows, err
		}
	}
}

func (s *statements) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
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
	ctx, err := s.brief(ctx)
	if err != nil {
		return row{nil, err}
	}
	rows, err := s.Query(ctx, query, args...)
	return row{rows, err}
}

// txQuerier runs statements inside a transaction. It notes those that were not
// prepared: with one write connection a pool-wide prepare inside the transaction would wait for itself.
type txQuerier struct {
	tx         *sql.Tx
	statements *statements
	unprepared []string
}

func (t *txQuerier) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, err := t.statements.brief(ctx)
	if err == nil {
		err = refuseNUL(args)
	}
	if err != nil {
		return nil, err
	}
	if st := t.statements.get(query); st != nil {
		r, err := t.tx.StmtContext(ctx, st).ExecContext(ctx, args...)
		return r, translate(err)
	}
	r, err := t.tx.ExecContext(ctx, query, args...)
	t.note(query, len(args), err)
	return r, translate(err)
}

func (t *txQuerier) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, err := t.statements.brief(ctx)
	if err == nil {
		err = refuseNUL(args)
	}
	if err != nil {
		return nil, err
	}
	if st := t.statements.get(query); st != nil {
		r, err := t.tx.StmtContext(ctx, st).QueryContext(ctx, args...)
		return r, translate(err)
	}
	r, err := t.tx.QueryContext(ctx, query, args...)
	t.note(query, len(args), err)
	return r, translate(err)
}

// note remembers a query worth preparing: one with parameters (several statements in
// one text, as DDL has them, cannot be prepared) that worked.
func (t *txQuerier) note(query string, args int, err error) {
	if err == nil && args > 0 {
		t.unprepared = append(t.unprepared, query)
	}
}

func (t *txQuerier) QueryRow(ctx context.Context, query string, args ...any) Row {
	rows, err := t.Query(ctx, query, args...)
	return row{rows, err}
}
