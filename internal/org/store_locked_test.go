package org

import (
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// fault 12: while another process holds the database, every write is refused in the
// end, reads go on, nothing piles up, and writing goes on afterwards.
func TestALockedStoreIsReadOnly(t *testing.T) {
	options := DatabaseOptions("")
	options.BusyTimeout = 300 * time.Millisecond
	options.URL = dbtest.URL(t, db.SQLite)
	d, err := db.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	x := serveOrg(t, d)
	id := x.newPerson("before@example.com", "", "")
	other, err := db.Open(t.Context(), db.Options{URL: options.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	err = other.Update(t.Context(), func(db.Querier) error {
		before := runtime.NumGoroutine()
		answers := make([]answer, 24)
		var all sync.WaitGroup
		for n := range answers {
			all.Go(func() {
				answers[n] = x.call("POST", "/api/v1/users", personBody(fmt.Sprintf("late%d@example.com", n), ""))
			})
		}
		x.call("GET", "/api/v1/users/"+id, "").want(200)
		x.call("GET", "/api/v1/users?limit=2", "").want(200)
		all.Wait()
		for _, a := range answers {
			a.refused(503, "E0000010", "")
			if a.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		}
		http.DefaultClient.CloseIdleConnections()
		for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before+5; runtime.Gosched() {
			if time.Now().After(deadline) {
				t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	x.call("POST", "/api/v1/users", personBody("late0@example.com", "")).want(200)
}
