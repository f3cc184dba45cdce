package db_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(lockChild); dir != "" {
		holdLock(dir)
	}
	dbtest.Main(m)
}

// schema is n migrations: the first makes table t, each later one adds a column.
func schema(n int) fs.FS {
	files := fstest.MapFS{}
	for v := 1; v <= n; v++ {
		ddl := `CREATE TABLE t (name text PRIMARY KEY, n bigint NOT NULL)`
		if v > 1 {
			ddl = fmt.Sprintf(`ALTER TABLE t ADD COLUMN c%d bigint NOT NULL DEFAULT 0`, v)
		}
		for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
			files[fmt.Sprintf("%s/%05d_step.sql", dialect, v)] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + ddl + ";\n")}
		}
	}
	return files
}

func options(version int) db.Options {
	return db.Options{Migrations: schema(version), Table: "t_version"}
}

func open(t *testing.T, o db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func insert(d *db.DB, name string, n int) error {
	return d.Update(context.Background(), func(q db.Querier) error {
		_, err := q.Exec(context.Background(), `INSERT INTO t (name, n) VALUES ($1, $2)`, name, n)
		return err
	})
}

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Reader().QueryRow(context.Background(), `SELECT count(*) FROM t`).Scan(&n); err != nil {
		t.Fatalf("count: %v", err)
	}
	return n
}
