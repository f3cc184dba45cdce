package main

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"gatehouse/internal/db"
	"gatehouse/internal/org"
)

// makeGroups creates the groups of a layout through the API, and, while the org is
// stopped, puts random people into them. It returns their ids.
func (b *bench) makeGroups(l layout) (ids []string, err error) {
	o, err := b.org(l.data, l.people)
	if err != nil {
		return nil, err
	}
	c := b.client("SSWS " + apiToken)
	for i := range l.groups {
		r, err := c.json(http.StatusOK, "POST", o.Org+"/api/v1/groups", map[string]any{
			"profile": map[string]string{"name": fmt.Sprintf("%s %d", l.name, i)},
		})
		if err != nil {
			return nil, errors.Join(err, o.stop())
		}
		var g struct{ ID string }
		if err := json.Unmarshal(r.body, &g); err != nil {
			return nil, errors.Join(err, o.stop())
		}
		ids = append(ids, g.ID)
	}
	if err := o.stop(); err != nil {
		return nil, err
	}
	return ids, b.join(l, ids)
}

// join writes the memberships: 500,000 requests would take too long.
func (b *bench) join(l layout, groups []string) (err error) {
	store, err := sql.Open("sqlite", db.SQLiteWriter(org.DatabaseOptions(filepath.Join(b.dir, l.data, "org.db")).WithDefaults()))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	tx, err := store.BeginTx(b.ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit this only says that it is over
	for _, g := range groups {
		res, err := tx.ExecContext(b.ctx, `INSERT INTO edge (kind, src, dst, created) SELECT 'member', id, ?, 0 FROM document WHERE kind = 'user' ORDER BY random() LIMIT ?`, g, l.size)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n != int64(l.size) {
			return fmt.Errorf("%d instead of %d people are in %s: %w", n, l.size, strings.TrimSpace(g), err)
		}
	}
	return tx.Commit()
}
