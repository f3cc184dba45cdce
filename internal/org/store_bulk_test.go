package org

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// rowsOf lists the rows of the engine's tables, without the numbers of the trigram index.
func (x *testOrg) rowsOf(queries ...string) map[string]int {
	x.t.Helper()
	rows := map[string]int{}
	for _, query := range queries {
		list, err := x.reads(context.Background()).ids(query)
		if err != nil {
			x.t.Fatal(err)
		}
		for _, r := range list {
			rows[r]++
		}
	}
	return rows
}

// TestBulkWritesWhatPutWrites: a document has the same rows whichever way it came.
func TestBulkWritesWhatPutWrites(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		attrs := `SELECT name || '=' || value || '@' || id FROM attr WHERE kind = 'user'`
		rest := []string{attrs, `SELECT name || '=' || value || '@' || id FROM uniq`, `SELECT id || body FROM document WHERE kind = 'user'`}
		x.putSeekers(seekers)
		c := seekerList().collection
		want := x.rowsOf(rest...)
		found, _ := x.listAll(seekerList(), `search=profile.email+co+"x.ex"`)
		x.write(func(tx *Tx) error {
			for i := range seekers {
				if err := tx.remove(c, fmt.Sprintf("s%02d", i)); err != nil {
					return err
				}
			}
			return nil
		})
		if left := x.rowsOf(attrs); len(left) > 0 {
			t.Errorf("removed documents leave %v", left)
		}
		if ids, _ := x.listAll(seekerList(), `search=profile.email+co+"x.ex"`); len(ids) > 0 {
			t.Errorf("removed documents are found: %v", ids)
		}
		err := x.bulk(t.Context(), func(w *bulkWriter) error {
			for i, body := range seekers {
				id := fmt.Sprintf("s%02d", i)
				doc, err := okta.Parse([]byte(body))
				if err != nil {
					return err
				}
				if err := w.Document(c, id, doc.With("id", id)); err != nil {
					return err
				}
				if err := w.Edge("likes", id, "s00"); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := x.rowsOf(rest...); !maps.Equal(got, want) {
			t.Errorf("rows\n%v, want\n%v", got, want)
		}
		again, _ := x.listAll(seekerList(), `search=profile.email+co+"x.ex"`)
		if !slices.Equal(again, found) || len(found) != 5 {
			t.Errorf("contains finds %v, before %v", again, found)
		}
		if liking, err := x.reads(t.Context()).sources("likes", "s00", 10); err != nil || len(liking) != len(seekers) {
			t.Errorf("edges from %v, %v", liking, err)
		}
		err = x.bulk(t.Context(), func(w *bulkWriter) error {
			return w.Document(users, "s00", okta.Object{}.With("id", "s00"))
		})
		if !errors.Is(err, db.ErrDuplicate) {
			t.Errorf("a document that is there already: %v", err)
		}
	})
}

// TestLargeBulkLoad: a load of several transactions stores every row, and the index that
// it takes away is there again, also after a load that failed.
func TestLargeBulkLoad(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		c := seekerList().collection
		x.write(func(tx *Tx) error { return tx.remove(users, x.admin) })
		stopped := errors.New("stopped")
		load := func(from, to int, end error) error {
			return x.bulk(t.Context(), func(w *bulkWriter) error {
				w.batch = 3
				for i := from; i < to; i++ {
					id := fmt.Sprintf("s%02d", i)
					doc := okta.Object{}.With("id", id).With("status", "ACTIVE").With("profile", map[string]string{"login": id, "email": id + "@x.example"})
					if err := w.Document(c, id, doc); err != nil {
						return err
					}
				}
				return end
			})
		}
		if err := load(0, 20, nil); err != nil {
			t.Fatal(err)
		}
		if err := load(20, 25, stopped); !errors.Is(err, stopped) {
			t.Fatalf("a load that its caller stops: %v", err)
		}
		// Of the stopped load the first three were stored, and nothing of what came behind.
		if err := load(23, 40, nil); err != nil {
			t.Fatal(err)
		}
		if err := load(19, 23, nil); !errors.Is(err, db.ErrDuplicate) {
			t.Errorf("documents that are there already: %v", err)
		}
		got, _ := x.listAll(seekerList(), `search=profile.email+co+"@x.ex"+and+status+eq+"active"`)
		if len(got) != 40 || got[39] != "s39" {
			t.Errorf("found %d: %v", len(got), got)
		}
		if x.db.Dialect == db.SQLite {
			if index := x.rowsOf(`SELECT name FROM sqlite_master WHERE name = 'attr_id'`); len(index) != 1 {
				t.Error("the index attr_id is missing")
			}
		}
	})
}
