package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
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
	cfg.RuntimeParams["lock_timeout"] = fmt.Sprint(busyTimeout.Milliseconds())
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(4 * o.Readers)
	pool.SetMaxIdleConns(2 * o.Readers)
	if err := waitFor(ctx, pool, o.ConnectFor); err != nil {
		pool.Close()
		return nil, err
	}
	s := newStatements(pool)
	return &DB{Dialect: Postgres, read: s, write: s}, nil
}

// waitFor pings until the server answers or limit has passed, waiting 100 ms, then twice as long each time up to 2 s.
func waitFor(ctx context.Context, pool *sql.DB, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := pool.PingContext(ctx)
		if err == nil {
			return nil
		}
		var pg *pgconn.PgError
		var network *net.OpError
		if errors.As(err, &pg) && pg.Code != "57P03" && !errors.As(err, &network) {
			return fmt.Errorf("connect to PostgreSQL: %s", pg.Message)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: gave up after %s", ErrUnreachable, limit)
		case <-time.After(wait):
		}
	}
}
