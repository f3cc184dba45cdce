package db

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What a caller decides on. Each wraps the driver's own error.
var (
	// ErrDuplicate: a unique key is taken.
	ErrDuplicate = errors.New("already exists")
	// ErrBusy: another writer held the database longer than the busy time-out of 5 s.
	ErrBusy = errors.New("database is busy")
	// ErrFull: the disk is full.
	ErrFull = errors.New("disk is full")
	// ErrReadOnly: the database cannot be written to.
	ErrReadOnly = errors.New("database is read-only")
	// ErrCorrupt: the file is no database, or a damaged one.
	ErrCorrupt = errors.New("not a readable database")
	// ErrNewer: the schema is newer than this program.
	ErrNewer = errors.New("database was written by a newer version")
	// ErrUnreachable: the PostgreSQL server does not answer.
	ErrUnreachable = errors.New("database server does not answer")
)

// Unwritable tells whether err means that nothing can be stored now: the caller answers 503.
func Unwritable(err error) bool {
	return errors.Is(err, ErrBusy) || errors.Is(err, ErrFull) || errors.Is(err, ErrReadOnly)
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
		switch pg.Code {
		case "23505":
			return ErrDuplicate
		case "53100":
			return ErrFull
		case "25006":
			return ErrReadOnly
		case "55P03":
			return ErrBusy
		}
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
