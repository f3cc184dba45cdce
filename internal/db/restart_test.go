package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

func TestWorkGoesOnAfterTheServerDroppedItsConnections(t *testing.T) {
	d := dbtest.Open(t, db.Postgres, options(1))
	ctx := context.Background()
	var wg sync.WaitGroup
	for i := range 6 { // several connections in both pools
		wg.Go(func() {
			if err := insert(d, string(rune('a'+i)), i); err != nil {
				t.Error(err)
			}
			count(t, d)
		})
	}
	wg.Wait()
	var n int
	err := d.Reader().QueryRow(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&n)
	if err != nil || n < 2 {
		t.Fatalf("%d connections dropped: %v", n, err)
	}
	for i := range 8 {
		if err := insert(d, string(rune('A'+i)), i); err != nil {
			t.Errorf("write %d: %v", i, err)
		}
		if err := d.Reader().QueryRow(ctx, `SELECT count(*) FROM t`).Scan(&n); err != nil {
			t.Errorf("read %d: %v", i, err)
		}
	}
}

// A server that went away under its connections and came back is read from at once.
func TestReadsGoOnAfterTheServerCameBack(t *testing.T) {
	server := dbtest.NewRelay(t)
	server.Up()
	o := options(1)
	o.URL = server.URL
	d := open(t, o)
	var wg sync.WaitGroup
	for range 6 { // several connections
		wg.Go(func() { count(t, d) })
	}
	wg.Wait()
	server.Down()
	if err := d.Ping(t.Context()); !errors.Is(err, db.ErrUnreachable) {
		t.Errorf("without a server: %v; want ErrUnreachable", err)
	}
	server.Up()
	for range 8 {
		if err := d.Ping(t.Context()); err != nil {
			t.Errorf("after it came back: %v", err)
		}
		count(t, d)
	}
}
