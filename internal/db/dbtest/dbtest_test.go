package dbtest_test

import (
	"context"
	"testing"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestEachTestHasAnEmptyDatabaseOfItsOwn(t *testing.T) {
	for range 2 {
		dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
			err := d.Update(context.Background(), func(q db.Querier) error {
				_, err := q.Exec(context.Background(), `CREATE TABLE t (a bigint)`)
				return err
			})
			if err != nil {
				t.Fatalf("create a table: %v", err)
			}
		})
	}
}

func TestPostgresDatabasesSortByBytesInUTF8(t *testing.T) {
	d := dbtest.Open(t, db.Postgres, db.Options{})
	var collation, encoding string
	var first bool
	err := d.Reader().QueryRow(context.Background(),
		`SELECT datcollate, pg_encoding_to_char(encoding), 'Z' < 'a' FROM pg_database WHERE datname = current_database()`).
		Scan(&collation, &encoding, &first)
	if err != nil {
		t.Fatal(err)
	}
	if collation != "C" || encoding != "UTF8" || !first {
		t.Errorf("collation %q, encoding %q, Z before a: %v; want C, UTF8, true", collation, encoding, first)
	}
}
