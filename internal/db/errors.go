package db

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What a caller decides on. Each wraps the driver's own error.
var (
	// ErrDuplicate: a unique key is taken.
	ErrDuplicate = errors.New("already exists")
	// ErrBusy: another writer held the database longer than Options.BusyTimeout.
	ErrBusy = errors.New("database is busy")
	// ErrFull: the disk is full.
	ErrFull = errors.New("disk is full")
	// ErrReadOnly: the database cannot be written to.
	ErrReadOnly = errors.New("database is read-only")
	// ErrCorrupt: the file is no database, or a damaged one.
	ErrCorrupt = errors.New("not a readable database")
	// ErrNewer: the schema is newer than this program.
	ErrNewer = errors.New("database was written by a newer version")
	// ErrNUL: a text holds U+0000, which PostgreSQL cannot store.
	ErrNUL = errors.New("text holds the character U+0000")
	// ErrUnreachable: the PostgreSQL server does not answer.
	ErrUnreachable = errors.New("database server does not answer")
)

// Unwritable tells whether err means that nothing can be stored now: the caller answers 503.
func Unwritable(err error) bool {
	for _, s := range []error{ErrBusy, ErrFull, ErrReadOnly, ErrUnreachable} {
		if errors.Is(err, s) {
			return true
		}
	}
	return false
}

// refuseNUL keeps U+0000 from both databases, of which only one would refuse it (contracts.md section 8).
func refuseNUL(args []any) error {
	for i, a := range args {
		if s, ok := a.(string); ok && strings.IndexByte(s, 0) >= 0 {
			return fmt.Errorf("parameter $%d: %w", i+1, ErrNUL)
		}
	}
	return nil
}

// translate wraps a driver's error in the sentinel that a caller decides on.
func translate(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if s := sentinel(err); s != nil {
		return fmt.Errorf("%w: %w", s, err)
	}
	return err
}

func sentinel(err error) error {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return sqliteSentinel(lite.Code())
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return postgresSentinel(pg.Code)
	}
	var connect *pgconn.ConnectError
	var network *net.OpError
	if errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrUnreachable
	}
	return nil
}

// postgresSentinel reads an SQLSTATE (PostgreSQL documentation, appendix A).
func postgresSentinel(code string) error {
	switch code {
	case "23505":
		return ErrDuplicate
	case "53100":
		return ErrFull
	case "25006":
		return ErrReadOnly
	case "55P03", "53300":
		return ErrBusy
	case "57P01", "57P02", "57P03":
		return ErrUnreachable
	}
	return nil
}

func sqliteSentinel(code int) error {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return ErrDuplicate
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrBusy
	case sqlite3.SQLITE_FULL:
		return ErrFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM:
		return ErrReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return ErrCorrupt
	}
	return nil
}

// isSerialization tells whether PostgreSQL asks for the transaction to be run again.
func isSerialization(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// isDropped tells whether the server closed a connection that stood idle in the pool:
// what was asked was not done, and the next connection may be sound.
func isDropped(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "57P01" || pg.Code == "57P02"
	}
	var connect *pgconn.ConnectError
	return pgconn.SafeToRetry(err) && !errors.As(err, &connect)
}

// isLost tells whether a connection broke under a read: another one may be sound, and
// reading again does no harm.
func isLost(err error) bool {
	var connect *pgconn.ConnectError
	return isDropped(err) || errors.Is(err, ErrUnreachable) && !errors.As(err, &connect)
}
