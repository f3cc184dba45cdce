package db

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"os"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// migrationLock is the PostgreSQL advisory lock under which schemas are changed, so
// that several processes may start at once. The number means nothing.
const migrationLock = 7283450011

// Migrate brings one package's part of the schema to the newest version in files,
// which holds one folder per dialect (sqlite, postgres) of goose files, and refuses a
// newer one (ErrNewer). table is goose's version table of that package, so that several
// share a database. A SQLite file is copied beside itself first.
func (d *DB) Migrate(ctx context.Context, files fs.FS, table string) error {
	o := d.options
	o.Migrations, o.Table = files, table
	if d.Dialect == Postgres {
		return migrate(ctx, d.Dialect, d.write.db, o)
	}
	handle, err := openPatient(o)
	if err != nil {
		return err
	}
	defer handle.Close()
	if err := migrate(ctx, d.Dialect, handle, o); err != nil {
		return fmt.Errorf("open %s: %w", o.URL, err)
	}
	return nil
}

func migrate(ctx context.Context, dialect Dialect, handle *sql.DB, o Options) error {
	files, err := fs.Sub(o.Migrations, string(dialect))
	if err != nil {
		return fmt.Errorf("migrations for %s: %w", dialect, err)
	}
	goosed := database.DialectSQLite3
	if dialect == Postgres {
		goosed = database.DialectPostgres
		unlock, err := lockSchema(ctx, handle)
		if err != nil {
			return err
		}
		defer unlock()
	}
	store, err := database.NewStore(goosed, o.Table)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	p, err := goose.NewProvider("", handle, files, goose.WithStore(store), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema version: %w", translate(err))
	}
	if current > target {
		return fmt.Errorf("%w (%s %d, this program knows %d): use that version, or restore the backup made before it",
			ErrNewer, o.Table, current, target)
	}
	if dialect == SQLite && current > 0 && current < target {
		if err := backup(ctx, handle, fmt.Sprintf("%s.%s-%d.bak", o.URL, o.Table, current)); err != nil {
			return err
		}
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate %s to %d: %w", o.Table, target, translate(err))
	}
	return nil
}

// backup writes a whole copy of the database to file, which appears only when it is complete.
func backup(ctx context.Context, handle *sql.DB, file string) error {
	partial := file + ".part"
	if err := os.Remove(partial); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("back up before migrating: %w", err)
	}
	if _, err := handle.ExecContext(ctx, `VACUUM INTO $1`, partial); err != nil {
		return fmt.Errorf("back up before migrating: %w", translate(err))
	}
	if err := os.Chmod(partial, 0o600); err != nil {
		return fmt.Errorf("back up before migrating: %w", err)
	}
	if err := os.Rename(partial, file); err != nil {
		return fmt.Errorf("back up before migrating: %w", err)
	}
	return nil
}

// lockSchema takes the advisory lock on a connection of its own; another process may hold it for as long as it migrates.
func lockSchema(ctx context.Context, handle *sql.DB) (unlock func(), err error) {
	conn, err := handle.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("lock the schema: %w", translate(err))
	}
	unlock = func() {
		// A connection that fails here is discarded by the pool, and its lock with it.
		conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, migrationLock) //nolint:errcheck // see above
		conn.ExecContext(context.WithoutCancel(ctx), `RESET lock_timeout`)                           //nolint:errcheck // see above
		conn.Close()
	}
	if _, err = conn.ExecContext(ctx, `SET lock_timeout = 0`); err == nil {
		_, err = conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrationLock)
	}
	if err != nil {
		unlock()
		return nil, fmt.Errorf("lock the schema: %w", translate(err))
	}
	return unlock, nil
}
