package audit_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"gatehouse/internal/audit"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// FuzzTrailCursor: a cursor from outside gives a page of what the filter allows, or is refused.
func FuzzTrailCursor(f *testing.F) {
	d := dbtest.Open(f, db.SQLite, db.Options{Durable: true})
	log, err := audit.New(context.Background(), d, audit.Options{Keys: [][]byte{firstKey}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	for range 3 {
		if err := log.Write(context.Background(), audit.Entry{Operation: "signIn", Targets: []string{"00u1"}}); err != nil {
			f.Fatal(err)
		}
	}
	_, real, err := log.List(context.Background(), audit.Filter{}, "", 1)
	if err != nil || real == "" {
		f.Fatalf("no second page: %v", err)
	}
	f.Add(real, "", "")
	f.Add("AAAA", "00u1", "signIn")
	f.Add("%", "'", "\x00")
	f.Fuzz(func(t *testing.T, cursor, target, operation string) {
		rows, _, err := log.List(t.Context(), audit.Filter{Target: target, Operation: operation}, cursor, 2)
		switch {
		case errors.Is(err, db.ErrNUL), errors.Is(err, audit.ErrCursor):
		case err != nil:
			t.Errorf("%q %q %q: %v", cursor, target, operation, err)
		}
		for _, r := range rows {
			if target != "" && target != "00u1" || operation != "" && operation != "signIn" {
				t.Errorf("%q %q %q gives %+v", cursor, target, operation, r)
			}
		}
	})
}
