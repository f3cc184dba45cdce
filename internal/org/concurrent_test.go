package org

import (
	"sync"
	"testing"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// Writes to different people at once get through, all of them.
func TestManyWriteAtOnce(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		var people []string
		for range 16 {
			people = append(people, x.inState("ACTIVE", ""))
		}
		var wg sync.WaitGroup
		for _, id := range people {
			wg.Go(func() {
				for _, city := range []string{"Lagos", "Lisbon", "Prague", "Taipei"} {
					if a := x.call("POST", "/api/v1/users/"+id, `{"profile":{"city":"`+city+`"}}`); a.status != 200 {
						t.Errorf("%d %s", a.status, a.body)
					}
				}
			})
		}
		wg.Wait()
	})
}

// Events are numbered in the order of their commits, across processes: otherwise who
// polls the log passes over one that was numbered first and committed last.
func TestEventsAreNumberedAsTheyAreCommitted(t *testing.T) {
	d := dbtest.Open(t, db.Postgres, DatabaseOptions(""))
	x := serveOrg(t, d)
	other := newOrg(t, d)
	wrote, commit, done := make(chan bool), make(chan bool), make(chan error, 2)
	event := func(o *Org, then func()) {
		done <- o.db.Update(t.Context(), func(q db.Querier) error {
			tx := &Tx{store: store{t.Context(), q}, org: o, now: o.now()}
			tx.log(Event{Type: "user.session.start", Message: "test"})
			if err := tx.writeEvents(); err != nil {
				return err
			}
			then()
			return nil
		})
	}
	go event(x.Org, func() { close(wrote); <-commit })
	<-wrote
	go event(other, func() {})
	for waiting := 0; waiting == 0 && len(done) == 0; {
		err := d.Reader().QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(done) > 0 {
		t.Error("the second event is committed before the first")
	}
	close(commit)
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func newOrg(t *testing.T, d *db.DB) *Org {
	t.Helper()
	o, err := New(t.Context(), Config{DB: d, BaseURL: "http://org.example"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}
