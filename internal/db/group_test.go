package db

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// together runs updates that all wait for an earlier one, so that they share a commit, and
// returns the error of each.
func together(t *testing.T, d *DB, contexts []context.Context, updates []func(Querier) error) []error {
	t.Helper()
	began, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := d.Update(t.Context(), func(Querier) error {
			close(began)
			<-release
			return nil
		})
		if err != nil {
			t.Errorf("the update that the others wait for: %v", err)
		}
	})
	<-began
	errs := make([]error, len(updates))
	for i, f := range updates {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[i] = fmt.Errorf("panic: %v", p)
				}
			}()
			errs[i] = d.Update(contexts[i], f)
		})
		for waiting := 0; waiting <= i; runtime.Gosched() {
			d.group.mu.Lock()
			waiting = len(d.group.waiting)
			d.group.mu.Unlock()
		}
	}
	close(release)
	wg.Wait()
	return errs
}

func openGroup(t *testing.T) *DB {
	t.Helper()
	d, err := Open(t.Context(), Options{URL: filepath.Join(t.TempDir(), "group.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Update(t.Context(), func(q Querier) error {
		_, err := q.Exec(t.Context(), `CREATE TABLE t (name text PRIMARY KEY)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return d
}

func names(t *testing.T, d *DB) (out []string) {
	t.Helper()
	rows, err := d.Reader().Query(t.Context(), `SELECT name FROM t ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

func TestUpdatesThatShareACommitFailAlone(t *testing.T) {
	d := openGroup(t)
	refused := errors.New("refused")
	put := func(name string, err error) func(Querier) error {
		return func(q Querier) error {
			if _, err := q.Exec(t.Context(), `INSERT INTO t (name) VALUES ($1)`, name); err != nil {
				return err
			}
			if name == "panics" {
				panic("of its own")
			}
			return err
		}
	}
	ended, end := context.WithCancel(t.Context())
	updates := []func(Querier) error{
		put("a", nil), put("refused", refused), put("a", nil), put("panics", nil), put("b", nil),
		func(q Querier) error { // its client goes away while it runs
			end()
			_, err := q.Exec(ended, `INSERT INTO t (name) VALUES ($1)`, "ended")
			return err
		},
		put("c", nil),
	}
	contexts := make([]context.Context, len(updates))
	for i := range contexts {
		contexts[i] = t.Context()
	}
	contexts[5] = ended
	errs := together(t, d, contexts, updates)
	for i, want := range []error{nil, refused, ErrDuplicate, nil, nil, context.Canceled, nil} {
		if i != 3 && !errors.Is(errs[i], want) {
			t.Errorf("update %d: %v; want %v", i, errs[i], want)
		}
	}
	if errs[3] == nil {
		t.Error("a panic was swallowed")
	}
	if got := fmt.Sprint(names(t, d)); got != "[a b c]" {
		t.Errorf("rows %s; want those of the updates that worked, [a b c]", got)
	}
}

func TestManyUpdatesShareACommit(t *testing.T) {
	d := openGroup(t)
	runs := 0 // one goroutine runs all of them
	updates := make([]func(Querier) error, 2*maxGroup)
	contexts := make([]context.Context, len(updates))
	for i := range updates {
		contexts[i] = t.Context()
		updates[i] = func(q Querier) error {
			runs++
			_, err := q.Exec(t.Context(), `INSERT INTO t (name) VALUES ($1)`, fmt.Sprintf("%03d", i))
			return err
		}
	}
	for i, err := range together(t, d, contexts, updates) {
		if err != nil {
			t.Errorf("update %d: %v", i, err)
		}
	}
	if got := len(names(t, d)); got != len(updates) || runs != len(updates) {
		t.Errorf("%d rows of %d updates, which ran %d times", got, len(updates), runs)
	}
}

func TestAnUpdateThatWaitsLeavesWithItsClient(t *testing.T) {
	d := openGroup(t)
	gone, leave := context.WithCancel(t.Context())
	began, release, left := make(chan struct{}), make(chan struct{}), make(chan error)
	go d.Update(t.Context(), func(Querier) error { //nolint:errcheck // it only holds the others up
		close(began)
		<-release
		return nil
	})
	<-began
	go func() {
		left <- d.Update(gone, func(Querier) error {
			t.Error("the update ran")
			return nil
		})
	}()
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v; want that the context is canceled", err)
	}
	close(release)
	if err := d.Update(t.Context(), func(Querier) error { return nil }); err != nil {
		t.Errorf("the next update: %v", err)
	}
}
