package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

func TestUpdateCommitsAllOrNothing(t *testing.T) {
	dbtest.Each(t, options(1), func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		if err := insert(d, "kept", 1); err != nil {
			t.Fatal(err)
		}
		refused := errors.New("refused")
		err := d.Update(ctx, func(q db.Querier) error {
			if _, err := q.Exec(ctx, `INSERT INTO t (name, n) VALUES ($1, $2)`, "lost", 2); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) || count(t, d) != 1 {
			t.Errorf("error %v, %d rows; want the function's own error and 1 row", err, count(t, d))
		}
	})
}

func TestUpdateSeesItsOwnWrites(t *testing.T) {
	dbtest.Each(t, options(1), func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		var inside, outside int
		err := d.Update(ctx, func(q db.Querier) error {
			if _, err := q.Exec(ctx, `INSERT INTO t (name, n) VALUES ($1, $2)`, "a", 1); err != nil {
				return err
			}
			outside = count(t, d) // a reader does not wait for the writer
			return q.QueryRow(ctx, `SELECT count(*) FROM t`).Scan(&inside)
		})
		if err != nil || inside != 1 || outside != 0 {
			t.Errorf("inside %d, outside %d, error %v; want 1, 0, none", inside, outside, err)
		}
	})
}

func TestErrorsThatACallerDecidesOn(t *testing.T) {
	dbtest.Each(t, options(1), func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		if err := insert(d, "a", 1); err != nil {
			t.Fatal(err)
		}
		if err := insert(d, "a", 2); !errors.Is(err, db.ErrDuplicate) {
			t.Errorf("second row of a primary key: %v; want ErrDuplicate", err)
		}
		if err := insert(d, "a\x00b", 2); !errors.Is(err, db.ErrNUL) {
			t.Errorf("U+0000: %v; want ErrNUL", err)
		}
		var n int
		if err := d.Reader().QueryRow(ctx, `SELECT n FROM t WHERE name = $1`, "z").Scan(&n); !db.IsNone(err) {
			t.Errorf("no row: %v; want ErrNoRows", err)
		}
		if _, err := d.Reader().Exec(ctx, `DELETE FROM t`); !errors.Is(err, db.ErrReadOnly) {
			t.Errorf("a write through the reader: %v; want ErrReadOnly", err)
		}
		if got := count(t, d); got != 1 {
			t.Errorf("%d rows; want 1", got)
		}
	})
}

func TestConcurrentUpdatesLoseNothing(t *testing.T) {
	dbtest.Each(t, options(1), func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		if err := insert(d, "counter", 0); err != nil {
			t.Fatal(err)
		}
		const writers, each = 4, 10
		errs := make(chan error, writers*each)
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for range each {
					errs <- d.Update(ctx, func(q db.Querier) error { // read, then write: what serialisation protects
						var n int
						if err := q.QueryRow(ctx, `SELECT n FROM t WHERE name = $1`, "counter").Scan(&n); err != nil {
							return err
						}
						_, err := q.Exec(ctx, `UPDATE t SET n = $1 WHERE name = $2`, n+1, "counter")
						return err
					})
				}
			})
		}
		wg.Wait()
		close(errs)
		done := 0
		for err := range errs {
			switch {
			case err == nil:
				done++
			case !errors.Is(err, db.ErrBusy):
				t.Errorf("update: %v", err)
			}
		}
		var n int
		if err := d.Reader().QueryRow(ctx, `SELECT n FROM t`).Scan(&n); err != nil || n != done {
			t.Errorf("the counter says %d (%v) after %d committed updates", n, err, done)
		}
	})
}

func TestATransactionThatCannotBeSerialisedRunsAgain(t *testing.T) {
	d := dbtest.Open(t, db.Postgres, options(1))
	ctx := context.Background()
	if err := insert(d, "a", 0); err != nil {
		t.Fatal(err)
	}
	increment := func(q db.Querier) error {
		_, err := q.Exec(ctx, `UPDATE t SET n = n + 1 WHERE name = 'a'`)
		return err
	}
	runs := 0
	err := d.Update(ctx, func(q db.Querier) error {
		runs++
		var n int
		if err := q.QueryRow(ctx, `SELECT n FROM t WHERE name = 'a'`).Scan(&n); err != nil {
			return err
		}
		if runs == 1 { // another transaction changes the row that this one has read
			if err := d.Update(ctx, increment); err != nil {
				return err
			}
		}
		return increment(q)
	})
	var n int
	if scan := d.Reader().QueryRow(ctx, `SELECT n FROM t`).Scan(&n); err != nil || scan != nil || runs != 2 || n != 2 {
		t.Errorf("%d runs, n = %d, errors %v, %v; want 2 runs, n = 2", runs, n, err, scan)
	}
}

func TestUpdatesAloneSeeAllEarlierOnes(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			ctx := context.Background()
			o := options(1)
			o.URL = dbtest.URL(t, dialect)
			processes := []*db.DB{open(t, o), open(t, o)}
			const writers, each = 6, 8
			var wg sync.WaitGroup
			for i := range writers {
				d := processes[i%len(processes)]
				wg.Go(func() {
					for range each {
						err := d.UpdateAlone(ctx, 1, func(q db.Querier) error {
							var n int
							if err := q.QueryRow(ctx, `SELECT count(*) FROM t`).Scan(&n); err != nil {
								return err
							}
							_, err := q.Exec(ctx, `INSERT INTO t (name, n) VALUES ($1, $2)`, fmt.Sprint(n), n)
							return err
						})
						if err != nil {
							t.Errorf("update alone: %v", err)
						}
					}
				})
			}
			wg.Wait()
			if n := count(t, processes[0]); n != writers*each {
				t.Errorf("%d rows; want %d", n, writers*each)
			}
		})
	}
}

func TestAnUpdateAloneWaitsForThatOfAnotherProcess(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			ctx := context.Background()
			o := options(1)
			o.URL = dbtest.URL(t, dialect)
			o.BusyTimeout = 100 * time.Millisecond
			first, second := open(t, o), open(t, o)
			ran := false
			err := first.UpdateAlone(ctx, 1, func(db.Querier) error {
				err := second.UpdateAlone(ctx, 1, func(db.Querier) error { ran = true; return nil })
				if !errors.Is(err, db.ErrBusy) || ran {
					t.Errorf("while the first runs, the second ran: %v, error %v; want ErrBusy", ran, err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// fault 12
func TestALockedDatabaseIsBusyAfterTheTimeOut(t *testing.T) {
	file := dbtest.URL(t, db.SQLite)
	holder := open(t, db.Options{URL: file, Migrations: schema(1), Table: "t_version"})
	const limit = 200 * time.Millisecond
	d := open(t, db.Options{URL: file, BusyTimeout: limit})
	err := holder.Update(context.Background(), func(q db.Querier) error {
		const waiting = 20
		var wg sync.WaitGroup
		errs := make([]error, waiting)
		began := time.Now()
		for i := range waiting {
			wg.Go(func() { errs[i] = insert(d, fmt.Sprint(i), i) })
		}
		wg.Wait()
		// The writers share one connection: had each waited its own time-out on it, the last would be done after 20 of them.
		if took := time.Since(began); took < limit || took > 10*limit {
			t.Errorf("%d waiting writers were refused after %s; want about %s", waiting, took, limit)
		}
		for _, err := range errs {
			if !errors.Is(err, db.ErrBusy) || !db.Unwritable(err) {
				t.Errorf("a waiting writer: %v; want ErrBusy", err)
			}
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d rows while locked; want 0", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := insert(d, "after", 1); err != nil {
		t.Errorf("write after the lock was gone: %v", err)
	}
}

func TestARowLockOnPostgresIsBusyAfterTheTimeOut(t *testing.T) { // fault 12
	o := options(1)
	o.BusyTimeout = 100 * time.Millisecond
	d := dbtest.Open(t, db.Postgres, o)
	ctx := context.Background()
	if err := insert(d, "a", 0); err != nil {
		t.Fatal(err)
	}
	lock := func(q db.Querier) error {
		_, err := q.Exec(ctx, `UPDATE t SET n = 1`)
		return err
	}
	err := d.Update(ctx, func(q db.Querier) error {
		if err := lock(q); err != nil {
			return err
		}
		if err := d.Update(ctx, lock); !errors.Is(err, db.ErrBusy) {
			t.Errorf("update of a locked row: %v; want ErrBusy", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fault 11
func TestAFullDiskRefusesWritesAndServesReads(t *testing.T) {
	d := dbtest.Open(t, db.SQLite, options(1))
	ctx := context.Background()
	setPages := func(n int) {
		t.Helper()
		err := d.Update(ctx, func(q db.Querier) error {
			return q.QueryRow(ctx, fmt.Sprintf(`PRAGMA max_page_count(%d)`, n)).Scan(&n)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	setPages(20) // SQLite reports a file that may not grow exactly as it reports a full disk
	var err error
	rows := 0
	for ; rows < 1000 && err == nil; rows++ {
		err = insert(d, fmt.Sprintf("%0500d", rows), rows)
	}
	if !errors.Is(err, db.ErrFull) || !db.Unwritable(err) {
		t.Fatalf("after %d rows: %v; want ErrFull", rows, err)
	}
	if got := count(t, d); got != rows-1 {
		t.Errorf("%d rows can be read on the full disk; want %d", got, rows-1)
	}
	setPages(1 << 20)
	if err := insert(d, "room again", 1); err != nil {
		t.Errorf("write after there was room again: %v", err)
	}
}

func TestAnEndedContextRollsBack(t *testing.T) {
	dbtest.Each(t, options(1), func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		err := d.Update(ctx, func(q db.Querier) error {
			if _, err := q.Exec(ctx, `INSERT INTO t (name, n) VALUES ($1, $2)`, "a", 1); err != nil {
				return err
			}
			cancel()
			return nil
		})
		if !errors.Is(err, context.Canceled) && err == nil {
			t.Errorf("update under a cancelled context: %v", err)
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d rows; want 0", n)
		}
		if err := insert(d, "next", 1); err != nil {
			t.Errorf("the next transaction: %v", err)
		}
	})
}

func BenchmarkUpdate(b *testing.B) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		b.Run(string(dialect), func(b *testing.B) {
			d := dbtest.Open(b, dialect, options(1))
			for i := range b.N {
				if err := insert(d, fmt.Sprint(i), i); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
