package db

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// migrate brings the schema to the newest version in o.Migrations, and refuses a newer one.
func (d *DB) migrate(ctx context.Context, o Options) error {
	files, err := fs.Sub(o.Migrations, string(d.Dialect))
	if err != nil {
		return fmt.Errorf("migrations for %s: %w", d.Dialect, err)
	}
	dialect := database.DialectSQLite3
	if d.Dialect == Postgres {
		dialect = database.DialectPostgres
	}
	store, err := database.NewStore(dialect, o.Table)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	p, err := goose.NewProvider("", d.write.db, files, goose.WithStore(store), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema version: %w", translate(err))
	}
	if current > target {
		return fmt.Errorf("%w (schema %d, this program knows %d): use that version, or restore the backup made before it", ErrNewer, current, target)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate to schema %d: %w", target, translate(err))
	}
	return nil
}
