package db

import (
	"context"
	"database/sql"
	"errors"
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

// DB is an open database: one pool to read from, which cannot write, and one to write
// to. On SQLite the writer is a single connection.
type DB struct {
	Dialect Dialect
	options Options
	busy    time.Duration
	alone   chan struct{}
	group   *group
	read    *statements
	write   *statements
}

// Options say what to open and how durable a commit is.
type Options struct {
	// URL is a file path for SQLite, or a postgres:// address.
	URL string
	// Migrations and Table are given to Migrate. Nil Migrations open the database as it is.
	Migrations fs.FS
	Table      string
	// Durable makes every commit wait for the disk (SQLite synchronous=FULL).
	Durable bool
	// Readers bounds the read pool of SQLite; PostgreSQL takes three times as many, and twice as many writers. 0 means 4.
	Readers int
	// CacheKiB is the page cache of each SQLite connection. 0 means 8192.
	CacheKiB int
	// ConnectFor bounds how long to wait for a PostgreSQL server that is starting. 0 means 10 s.
	ConnectFor time.Duration
	// BusyTimeout bounds how long a transaction waits for another writer before ErrBusy. 0 means 5 s (faults 12).
	BusyTimeout time.Duration
}

// WithDefaults fills in what o leaves out.
func (o Options) WithDefaults() Options {
	if o.Readers == 0 {
		o.Readers = 4
	}
	if o.CacheKiB == 0 {
		o.CacheKiB = 8192
	}
	if o.ConnectFor == 0 {
		o.ConnectFor = 10 * time.Second
	}
	if o.BusyTimeout == 0 {
		o.BusyTimeout = 5 * time.Second
	}
	return o
}

// Open opens and migrates the database that o names. It refuses a database whose
// schema is newer than this program (ErrNewer) and a file that is none (ErrCorrupt).
func Open(ctx context.Context, o Options) (*DB, error) {
	o = o.WithDefaults()
	open := openSQLite
	if IsPostgres(o.URL) {
		open = openPostgres
	}
	d, err := open(ctx, o)
	if err != nil || o.Migrations == nil {
		return d, err
	}
	if err := d.Migrate(ctx, o.Migrations, o.Table); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// IsPostgres tells a PostgreSQL address from a file path.
func IsPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// Close closes every connection.
func (d *DB) Close() error { return errors.Join(d.read.close(), d.write.close()) }

// Ping answers whether the database can be read. It asks as every other read does, so
// that connections which the server dropped meanwhile do not count against it.
func (d *DB) Ping(ctx context.Context) error {
	var one int
	return d.Reader().QueryRow(ctx, `SELECT 1`).Scan(&one)
}

// Queries is how many queries Reader has run.
func (d *DB) Queries() int64 { return d.read.ran.Load() }

// WriterCacheKiB is the page cache of SQLite's writing connection.
func (d *DB) WriterCacheKiB() int { return d.options.WriterCacheKiB() }

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
