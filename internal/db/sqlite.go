package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// busyTimeout is how long a writer waits for another process (faults 12).
const busyTimeout = 5 * time.Second

// openSQLite opens one write connection and a pool of readers on the file o.URL.
func openSQLite(ctx context.Context, o Options) (*DB, error) {
	synchronous := "NORMAL"
	if o.Durable {
		synchronous = "FULL"
	}
	pragmas := func(extra ...string) string {
		v := url.Values{}
		for _, p := range append([]string{
			fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
			"journal_mode(WAL)",
			"synchronous(" + synchronous + ")",
			"foreign_keys(ON)",
			fmt.Sprintf("cache_size(-%d)", o.CacheKiB),
			"temp_store(MEMORY)",
		}, extra...) {
			v.Add("_pragma", p)
		}
		return v.Encode()
	}
	file := "file:" + (&url.URL{Path: o.URL}).EscapedPath() + "?"
	write, err := sql.Open("sqlite", file+pragmas()+"&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", o.URL, translate(err))
	}
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		write.Close()
		return nil, fmt.Errorf("open %s: %w", o.URL, translate(err))
	}
	var tables int
	if err := write.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master`).Scan(&tables); err != nil {
		write.Close()
		return nil, fmt.Errorf("open %s: %w", o.URL, translate(err))
	}
	read, err := sql.Open("sqlite", file+pragmas("query_only(ON)"))
	if err != nil {
		write.Close()
		return nil, fmt.Errorf("open %s: %w", o.URL, translate(err))
	}
	read.SetMaxOpenConns(o.Readers)
	read.SetMaxIdleConns(o.Readers)
	return &DB{Dialect: SQLite, read: newStatements(read), write: newStatements(write)}, nil
}
