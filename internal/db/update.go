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
	var err error
	for try := range updateTries {
		if err = d.update(ctx, f); !isSerialization(err) {
			return err
		}
		if waitErr := wait(ctx, backoff(try)); waitErr != nil {
			return waitErr
		}
	}
	return fmt.Errorf("%w: %w", ErrBusy, err)
}

func (d *DB) update(ctx context.Context, f func(Querier) error) error {
	conn, tx, err := d.begin(ctx)
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
func (d *DB) begin(ctx context.Context) (*sql.Conn, *sql.Tx, error) {
	o := &sql.TxOptions{}
	if d.Dialect == Postgres {
		o.Isolation = sql.LevelSerializable
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
		if err = translate(err); !errors.Is(err, ErrBusy) || wait(patient, backoff(min(try, 4))) != nil {
			return nil, nil, err
		}
	}
}

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
