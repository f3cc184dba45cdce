package db

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Dialect names the database behind a DB. Only DDL and trigram search may differ by it.
type Dialect string

// The two dialects.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DB is an open database: one pool to read from and one to write to. On SQLite the
// writer is a single connection; on PostgreSQL both are the same pool.
type DB struct {
	Dialect Dialect
	read    *statements
	write   *statements
}

// Options say what to open and how durable a commit is.
type Options struct {
	// URL is a file path for SQLite, or a postgres:// address.
	URL string
	// Migrations holds one folder per dialect (sqlite, postgres) of goose files.
	// Nil opens the database as it is.
	Migrations fs.FS
	// Table is the name of goose's version table, so that two packages can share a database.
	Table string
	// Durable makes every commit wait for the disk (SQLite synchronous=FULL).
	Durable bool
	// Readers bounds the read pool. 0 means 4.
	Readers int
	// CacheKiB is the page cache of each SQLite connection. 0 means 8192.
	CacheKiB int
	// ConnectFor bounds how long to wait for a PostgreSQL server that is starting. 0 means 10 s.
	ConnectFor time.Duration
}

// Open opens and migrates the database that o names. It refuses a database whose
// schema is newer than this program (ErrNewer) and a file that is none (ErrCorrupt).
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Readers == 0 {
		o.Readers = 4
	}
	if o.CacheKiB == 0 {
		o.CacheKiB = 8192
	}
	if o.ConnectFor == 0 {
		o.ConnectFor = 10 * time.Second
	}
	open := openSQLite
	if IsPostgres(o.URL) {
		open = openPostgres
	}
	d, err := open(ctx, o)
	if err != nil {
		return nil, err
	}
	if o.Migrations != nil {
		if err := d.migrate(ctx, o); err != nil {
			d.Close()
			return nil, err
		}
	}
	return d, nil
}

// IsPostgres tells a PostgreSQL address from a file path.
func IsPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// Close closes every connection.
func (d *DB) Close() error {
	err := d.read.close()
	if d.write != d.read {
		if werr := d.write.close(); err == nil {
			err = werr
		}
	}
	return err
}

// Ping answers whether the database can be read.
func (d *DB) Ping(ctx context.Context) error { return translate(d.read.db.PingContext(ctx)) }

// Reader reads outside any transaction.
func (d *DB) Reader() Querier { return d.read }

// Querier runs statements, each prepared once and kept. Errors are translated to
// the sentinels of this package where a caller decides on them.
type Querier interface {
	Exec(ctx context.Context, query string, args ...any) (sql.Result, error)
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) Row
}

// Row is one row, or the error that Scan will return (ErrNoRows when there is none).
type Row interface{ Scan(dest ...any) error }

// updateTries is how often a transaction is run when PostgreSQL reports that it
// could not be serialised (contracts.md section 8: five retries).
const updateTries = 6

// Update runs f in a write transaction and commits it when f returns nil. f may run
// several times: it must not keep anything of an earlier run.
func (d *DB) Update(ctx context.Context, f func(Querier) error) error {
	var err error
	for try := range updateTries {
		if err = d.update(ctx, f); !isSerialization(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(backoff(try)):
		}
	}
	return fmt.Errorf("%w: %w", ErrBusy, err)
}

func (d *DB) update(ctx context.Context, f func(Querier) error) error {
	var o *sql.TxOptions
	if d.Dialect == Postgres {
		o = &sql.TxOptions{Isolation: sql.LevelSerializable}
	}
	tx, err := d.write.db.BeginTx(ctx, o)
	if err != nil {
		return translate(err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit this only says that it is over
	if err := f(&txQuerier{tx: tx, statements: d.write}); err != nil {
		return err
	}
	return translate(tx.Commit())
}
