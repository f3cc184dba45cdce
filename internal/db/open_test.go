package db_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

func TestSQLiteConnectionsAreSetUp(t *testing.T) {
	o := options(1)
	o.Durable = true
	d := dbtest.Open(t, db.SQLite, o)
	ctx := context.Background()
	check := func(q db.Querier, who string, want map[string]string) {
		t.Helper()
		for pragma, value := range want {
			var got string
			if err := q.QueryRow(ctx, `PRAGMA `+pragma).Scan(&got); err != nil || got != value {
				t.Errorf("%s: %s = %q (%v); want %q", who, pragma, got, err, value)
			}
		}
	}
	check(d.Reader(), "reader", map[string]string{"journal_mode": "wal", "query_only": "1", "busy_timeout": "5000"})
	err := d.Update(ctx, func(q db.Querier) error {
		check(q, "writer", map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fault 13
func TestAMissingFileIsCreated(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a ?#%.db") // characters that mean something in a URL
	o := options(1)
	o.URL = file
	d := open(t, o)
	if err := insert(d, "a", 1); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}

// fault 13
func TestAFileThatIsNoDatabaseIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "console.db")
	content := []byte(strings.Repeat("not a database ", 500))
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	o := options(1)
	o.URL = file
	_, err := db.Open(context.Background(), o)
	if !errors.Is(err, db.ErrCorrupt) {
		t.Fatalf("open: %v; want ErrCorrupt", err)
	}
	if msg := err.Error(); !strings.Contains(msg, file) || strings.Contains(msg, "\n") {
		t.Errorf("%q does not name the file in one line", msg)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, content) {
		t.Errorf("the refused file was changed (%v)", err)
	}
}

// fault 13
func TestANewerSchemaIsRefused(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			o := options(2)
			o.URL = dbtest.URL(t, dialect)
			open(t, o).Close()
			o.Migrations = schema(1)
			_, err := db.Open(context.Background(), o)
			if !errors.Is(err, db.ErrNewer) || strings.Contains(err.Error(), "\n") {
				t.Errorf("open: %v; want ErrNewer in one line", err)
			}
		})
	}
}

// fault 13
func TestAFileIsCopiedBeforeItsSchemaChanges(t *testing.T) {
	o := options(1)
	o.URL = dbtest.URL(t, db.SQLite)
	d := open(t, o)
	if err := insert(d, "before", 1); err != nil {
		t.Fatal(err)
	}
	d.Close()
	open(t, o).Close()
	if found, _ := filepath.Glob(o.URL + "*.bak"); len(found) != 0 {
		t.Fatalf("%v was written though nothing had to be migrated", found)
	}
	o.Migrations = schema(3)
	d = open(t, o)
	if n := count(t, d); n != 1 {
		t.Errorf("%d rows after the migration; want 1", n)
	}
	old := options(1)
	old.URL = o.URL + ".t_version-1.bak"
	if n := count(t, open(t, old)); n != 1 {
		t.Errorf("%d rows in the copy, which the older program opens; want 1", n)
	}
}

func TestSeveralProcessesMayMigrateAtOnce(t *testing.T) {
	o := options(1)
	o.URL = dbtest.URL(t, db.Postgres)
	open(t, o).Close()
	o.Migrations = schema(20) // long enough for them to meet
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			d, err := db.Open(context.Background(), o)
			if err != nil {
				t.Errorf("open: %v", err)
				return
			}
			d.Close()
		})
	}
	wg.Wait()
}

// fault 13
func TestAServerThatIsDownIsReportedAfterTheLimit(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	address := fmt.Sprintf("postgres://someone:hidden-word@%s/gatehouse", l.Addr())
	_, err = db.Open(context.Background(), db.Options{URL: address, ConnectFor: 300 * time.Millisecond})
	if !errors.Is(err, db.ErrUnreachable) {
		t.Fatalf("open: %v; want ErrUnreachable", err)
	}
	if msg := err.Error(); strings.Contains(msg, "hidden-word") || strings.Contains(msg, "\n") {
		t.Errorf("%q shows the password or has several lines", msg)
	}
}

// fault 13
func TestAServerThatStartsLateIsWaitedFor(t *testing.T) {
	server := dbtest.NewRelay(t)
	server.HangUp.Store(2)
	server.Up()
	o := options(1)
	o.URL = server.URL
	if err := insert(open(t, o), "a", 1); err != nil {
		t.Error(err)
	}
}

// fault 13
func TestAWrongAddressIsNotRetried(t *testing.T) {
	address := dbtest.URL(t, db.Postgres)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/no_such_database"
	_, err = db.Open(context.Background(), db.Options{URL: u.String(), ConnectFor: time.Hour})
	if err == nil || !strings.Contains(err.Error(), "no_such_database") {
		t.Errorf("open: %v; want the server's own words", err)
	}
}
