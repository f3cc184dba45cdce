package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// journalLimit is what a write-ahead log is cut back to after a large transaction.
const journalLimit = 64 << 20

// checkpointPages is how long the write-ahead log grows before it is written back: a page
// that changes often is written back once for many changes.
const checkpointPages = 4000

// openSQLite opens one write connection and a pool of readers on the file o.URL,
// which is created where it is missing.
func openSQLite(ctx context.Context, o Options) (*DB, error) {
	if err := checkSQLite(ctx, o); err != nil {
		return nil, err
	}
	write, err := sql.Open("sqlite", SQLiteWriter(o))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", o.URL, translate(err))
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", SQLiteReader(o))
	if err != nil {
		write.Close()
		return nil, fmt.Errorf("open %s: %w", o.URL, translate(err))
	}
	read.SetMaxOpenConns(o.Readers)
	read.SetMaxIdleConns(o.Readers)
	return &DB{Dialect: SQLite, options: o, busy: o.BusyTimeout, group: newGroup(), read: newStatements(read, true), write: newStatements(write, true)}, nil
}

// SQLiteWriter is the driver's name of the file for the connection that writes. One that finds
// the file locked by another process gives its connection back after a twentieth of the
// time-out, so that those behind it do not wait their time-out on top of its own.
func SQLiteWriter(o Options) string {
	return sqliteName(o, o.BusyTimeout/20, fmt.Sprintf("cache_size(-%d)", o.WriterCacheKiB())) + "&_txlock=immediate"
}

// WriterCacheKiB is the page cache of the connection that writes: a row goes to some dozen
// pages all over the file, which are not read anew for each.
func (o Options) WriterCacheKiB() int { return 4 * o.CacheKiB }

// SQLiteReader is the driver's name of the file for a connection that reads.
func SQLiteReader(o Options) string { return sqliteName(o, o.BusyTimeout, "query_only(ON)") }

// checkSQLite checks that the file is a database.
func checkSQLite(ctx context.Context, o Options) error {
	handle, err := openPatient(o)
	if err != nil {
		return err
	}
	defer handle.Close()
	var tables int
	if err := handle.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master`).Scan(&tables); err != nil {
		err = translate(err)
		if errors.Is(err, ErrCorrupt) {
			return fmt.Errorf("open %s: %w; restore a backup, or move the file away to begin anew", o.URL, err)
		}
		return fmt.Errorf("open %s: %w", o.URL, err)
	}
	return nil
}

// openPatient is one connection that waits for the whole busy time-out, for use at start-up.
func openPatient(o Options) (*sql.DB, error) {
	handle, err := sql.Open("sqlite", sqliteName(o, o.BusyTimeout)+"&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", o.URL, translate(err))
	}
	handle.SetMaxOpenConns(1)
	return handle, nil
}

// sqliteName is the driver's name of the file with what every connection to it sets.
func sqliteName(o Options, busy time.Duration, extra ...string) string {
	synchronous := "NORMAL"
	if o.Durable {
		synchronous = "FULL"
	}
	v := url.Values{"_pragma": append([]string{
		fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds()),
		"journal_mode(WAL)",
		"synchronous(" + synchronous + ")",
		"foreign_keys(ON)",
		fmt.Sprintf("cache_size(-%d)", o.CacheKiB),
		"temp_store(MEMORY)",
		fmt.Sprintf("journal_size_limit(%d)", journalLimit),
		fmt.Sprintf("wal_autocheckpoint(%d)", checkpointPages),
	}, extra...)}
	return "file:" + (&url.URL{Path: o.URL}).EscapedPath() + "?" + v.Encode()
}
