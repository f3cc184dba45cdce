package audit_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/db"
)

func TestListPagesAndFilters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		at := start
		log, err := audit.New(context.Background(), w.db, audit.Options{
			Keys: [][]byte{firstKey}, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return at },
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 12 { // one an hour; every third by bob, every fourth an export, on user i%2
			at = start.Add(time.Duration(i) * time.Hour)
			e := audit.Entry{Operation: "signIn", Actor: audit.Actor{ID: "00uann"}, Targets: []string{fmt.Sprint("00u", i%2), "00gall"}}
			if i%3 == 0 {
				e.Actor.ID = "00ubob"
			}
			if i%4 == 0 {
				e.Operation = "exportUsers"
			}
			if err := log.Write(context.Background(), e); err != nil {
				t.Fatal(err)
			}
		}
		cases := map[string]struct {
			filter audit.Filter
			want   []int64 // rows, newest first
		}{
			"all":                      {audit.Filter{}, []int64{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
			"by actor":                 {audit.Filter{Actor: "00ubob"}, []int64{10, 7, 4, 1}},
			"by operation":             {audit.Filter{Operation: "exportUsers"}, []int64{9, 5, 1}},
			"by target":                {audit.Filter{Target: "00u1"}, []int64{12, 10, 8, 6, 4, 2}},
			"by time":                  {audit.Filter{Since: start.Add(2 * time.Hour), Until: start.Add(4 * time.Hour)}, []int64{4, 3}},
			"by everything":            {audit.Filter{Actor: "00ubob", Operation: "exportUsers", Target: "00u0", Until: start.Add(time.Hour)}, []int64{1}},
			"nothing":                  {audit.Filter{Target: "00u7"}, nil},
			"a target with SQL and *%": {audit.Filter{Target: "' OR 1=1 --*%"}, nil},
		}
		for name, c := range cases {
			var got []int64
			cursor, pages := "", 0
			for {
				page, next, err := log.List(context.Background(), c.filter, cursor, 5)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for _, change := range page {
					got = append(got, change.Seq)
				}
				pages++
				if cursor = next; next == "" {
					break
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) || pages != max(1, (len(c.want)+4)/5) {
				t.Errorf("%s: rows %v in %d pages; want %v", name, got, pages, c.want)
			}
			if n, err := log.Count(context.Background(), c.filter, 10); err != nil || n != min(10, len(c.want)) {
				t.Errorf("%s: counted %d (%v); want %d", name, n, err, min(10, len(c.want)))
			}
		}
		for _, cursor := range []string{"x", "-1", "0", "1; DROP TABLE audit_row"} {
			if _, _, err := log.List(context.Background(), audit.Filter{}, cursor, 5); !errors.Is(err, audit.ErrCursor) {
				t.Errorf("cursor %q: %v; want ErrCursor", cursor, err)
			}
		}
	})
}

func TestATimeFilterFindsRowsWrittenBeforeTheClockWasSetBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		hours := []int{0, 5, 1, 2, 6} // the second row was written under a clock five hours ahead
		next := 0
		log, err := audit.New(context.Background(), w.db, audit.Options{
			Keys: [][]byte{firstKey}, Logger: slog.New(slog.DiscardHandler),
			Now: func() time.Time { next++; return start.Add(time.Duration(hours[next-1]) * time.Hour) },
		})
		if err != nil {
			t.Fatal(err)
		}
		for range hours {
			if err := log.Write(context.Background(), audit.Entry{Operation: "signIn"}); err != nil {
				t.Fatal(err)
			}
		}
		var got []int64
		for _, c := range w.list(audit.Filter{Since: start.Add(2 * time.Hour), Until: start.Add(6 * time.Hour)}) {
			got = append(got, c.Seq)
		}
		if fmt.Sprint(got) != "[4 2]" {
			t.Errorf("rows %v; want 4 and 2", got)
		}
	})
}

func TestGetReadsOneChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.suspend("00u1")
		c, err := w.log.Get(context.Background(), 1)
		if err != nil || c.Operation != "suspendUser" || c.Result != audit.Success {
			t.Errorf("change 1: %+v (%v)", c, err)
		}
		for _, seq := range []int64{2, 3} { // an outcome is no change of its own; row 3 does not exist
			if _, err := w.log.Get(context.Background(), seq); !db.IsNone(err) {
				t.Errorf("change %d: %v; want none", seq, err)
			}
		}
	})
}
