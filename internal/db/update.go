package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// updateTries is how often a transaction is run when PostgreSQL reports that it
// could not be serialised (contracts.md section 8: five retries).
const updateTries = 6

// Update runs f in a write transaction and commits it when f returns nil. f may run
// several times: it must not keep anything of an earlier run. ErrBusy: another writer
// did not let it begin within the busy time-out, or every try conflicted.
func (d *DB) Update(ctx context.Context, f func(Querier) error) error {
	if d.Dialect == SQLite {
		return d.updateTogether(ctx, f)
	}
	var err error
	for try := range updateTries {
		if err = d.update(ctx, sql.LevelSerializable, f); !isSerialization(err) {
			return err
		}
		if waitErr := wait(ctx, backoff(try)); waitErr != nil {
			return waitErr
		}
	}
	return fmt.Errorf("%w: %w", ErrBusy, err)
}

// UpdateAlone runs f in a write transaction that no other one under the same lock
// number overlaps, in any process: each sees all that earlier ones committed.
func (d *DB) UpdateAlone(ctx context.Context, lock int64, f func(Querier) error) error {
	if d.Dialect == SQLite {
		return d.Update(ctx, f)
	}
	// Those of this process queue here, so that they do not take up all connections.
	patient, cancel := context.WithTimeout(ctx, d.busy)
	defer cancel()
	select {
	case d.alone <- struct{}{}:
		defer func() { <-d.alone }()
	case <-patient.Done():
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: not alone within %s", ErrBusy, d.busy)
	}
	// READ COMMITTED: a serializable transaction would see the state before it waited for the lock.
	return d.update(ctx, sql.LevelReadCommitted, func(q Querier) error {
		if _, err := q.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, lock); err != nil {
			return err
		}
		return f(q)
	})
}

func (d *DB) update(ctx context.Context, isolation sql.IsolationLevel, f func(Querier) error) error {
	conn, tx, err := d.begin(ctx, isolation)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer tx.Rollback() //nolint:errcheck // after a commit this only says that it is over
	q := &txQuerier{tx: tx, statements: d.write}
	if err := f(q); err != nil {
		return err
	}
	if err := translate(tx.Commit()); err != nil {
		return err
	}
	if d.Dialect == SQLite { // pgx keeps statements by itself
		conn.Close()
		d.write.keep(ctx, q.unprepared)
	}
	return nil
}

// begin opens the transaction, and gives up after the busy time-out. Between tries the
// connection is free for others: all who wait get their turn within that time.
func (d *DB) begin(ctx context.Context, isolation sql.IsolationLevel) (*sql.Conn, *sql.Tx, error) {
	o := &sql.TxOptions{Isolation: isolation}
	if d.Dialect == SQLite {
		o.Isolation = sql.LevelDefault // its only one is serializable, which the driver knows by no other name
	}
	patient, cancel := context.WithTimeout(ctx, d.busy)
	defer cancel()
	for try := 0; ; try++ {
		conn, err := d.write.db.Conn(patient)
		if err != nil {
			if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
				return nil, nil, fmt.Errorf("%w: no connection within %s", ErrBusy, d.busy)
			}
			return nil, nil, translate(err)
		}
		tx, err := conn.BeginTx(ctx, o)
		if err == nil {
			return conn, tx, nil
		}
		conn.Close()
		if isDropped(err) && try < maxDropped {
			continue
		}
		if err = translate(err); !errors.Is(err, ErrBusy) || wait(patient, backoff(min(try, 4))) != nil {
			return nil, nil, err
		}
	}
}

// maxDropped bounds how many dropped connections are passed over: after a restart of the
// server each one of a pool is.
const maxDropped = 32

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// backoff is the wait before another try of a transaction: 2 ms doubled per try, with jitter.
func backoff(try int) time.Duration {
	base := 2 * time.Millisecond << try
	return base/2 + rand.N(base)
}
