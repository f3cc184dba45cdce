package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// openPostgres connects to the server at o.URL, waiting up to o.ConnectFor for one that is starting (faults 13).
func openPostgres(ctx context.Context, o Options) (*DB, error) {
	cfg, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, errors.New("the database address is not a valid postgres:// URL") // the address holds a password: not repeated
	}
	cfg.ConnectTimeout = 5 * time.Second
	cfg.RuntimeParams["lock_timeout"] = fmt.Sprint(o.BusyTimeout.Milliseconds())
	write := postgresPool(cfg, 2*o.Readers)
	if err := waitFor(ctx, write, o.ConnectFor); err != nil {
		write.Close()
		return nil, err
	}
	readOnly := cfg.Copy()
	readOnly.RuntimeParams["default_transaction_read_only"] = "on"
	read := postgresPool(readOnly, 3*o.Readers)
	return &DB{
		Dialect: Postgres, options: o, busy: o.BusyTimeout, alone: make(chan struct{}, 1),
		read: newStatements(read, false), write: newStatements(write, false),
	}, nil
}

func postgresPool(cfg *pgx.ConnConfig, size int) *sql.DB {
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool
}

// waitFor pings until the server answers or limit has passed, waiting 100 ms, then
// twice as long each time up to 2 s. A server that answers with a refusal (wrong
// password, no such database) is not asked again.
func waitFor(ctx context.Context, pool *sql.DB, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := pool.PingContext(ctx)
		if err == nil {
			return nil
		}
		var refusal *pgconn.PgError
		if errors.As(err, &refusal) && !errors.Is(translate(err), ErrUnreachable) {
			return fmt.Errorf("connect to PostgreSQL: %s", refusal.Message)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: gave up after %s: %s", ErrUnreachable, limit, oneLine(err))
		case <-time.After(wait):
		}
	}
}

// oneLine writes err, which pgx spreads over a line per address, on one.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
