package dbtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/db"
	"github.com/jackc/pgx/v5"
)

// serverVariable names a running PostgreSQL server: the address of any database on
// it, for a role that may create databases.
const serverVariable = "GATEHOUSE_TEST_POSTGRES"

// process is the server of this test process. It is started by the first test that asks for it.
var process struct {
	sync.Mutex
	managed bool
	started bool
	server  server
	err     error
}

// server is a PostgreSQL server that tests may create databases on.
type server struct {
	url  string
	stop func()
}

// Main runs the tests and then stops the PostgreSQL server, if one was started. Every
// package that uses this one calls it: func TestMain(m *testing.M) { dbtest.Main(m) }.
// What else the tests started is ended by after.
func Main(m *testing.M, after ...func()) {
	process.managed = true
	code := m.Run()
	for _, end := range after {
		end()
	}
	process.Lock()
	if process.server.stop != nil {
		process.server.stop()
	}
	process.Unlock()
	os.Exit(code)
}

// Each runs f on a fresh database of each dialect, opened with o (its URL is filled in) and closed after f.
// With -short it is one of the two, chosen by the name of the test.
func Each(t *testing.T, o db.Options, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	dialects := []db.Dialect{db.SQLite, db.Postgres}
	if testing.Short() {
		one := len(t.Name()) % len(dialects)
		dialects = dialects[one : one+1]
	}
	for _, dialect := range dialects {
		t.Run(string(dialect), func(t *testing.T) { f(t, Open(t, dialect, o)) })
	}
}

// Open opens a fresh database of one dialect with o (its URL is filled in); it is closed when the test ends.
func Open(t testing.TB, dialect db.Dialect, o db.Options) *db.DB {
	t.Helper()
	o.URL = URL(t, dialect)
	d, err := db.Open(context.Background(), o)
	if err != nil {
		t.Fatalf("open a %s database: %v", dialect, err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close the %s database: %v", dialect, err)
		}
	})
	return d
}

// URL is the address of a fresh, empty database that lives as long as the test. It
// skips the test where no PostgreSQL server can be had.
func URL(t testing.TB, dialect db.Dialect) string {
	t.Helper()
	if dialect == db.SQLite {
		return filepath.Join(t.TempDir(), "test.db")
	}
	s := postgres(t)
	name := "test_" + strings.ToLower(rand.Text())
	admin(t, s, `CREATE DATABASE `+name+` TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'`)
	t.Cleanup(func() { admin(t, s, `DROP DATABASE `+name+` WITH (FORCE)`) })
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatalf("%s is no address: %v", serverVariable, err)
	}
	u.Path = "/" + name
	return u.String()
}

func postgres(t testing.TB) server {
	t.Helper()
	process.Lock()
	defer process.Unlock()
	if !process.managed {
		t.Fatal("this package uses dbtest: add func TestMain(m *testing.M) { dbtest.Main(m) }")
	}
	if !process.started {
		process.started = true
		if named := os.Getenv(serverVariable); named != "" {
			process.server.url = named
		} else {
			process.server, process.err = start()
		}
	}
	switch err := process.err.(type) {
	case nil:
	case notInstalled:
		t.Skip(err)
	default:
		t.Fatalf("start PostgreSQL: %v", err)
	}
	return process.server
}

// notInstalled says why this machine has no PostgreSQL to test on.
type notInstalled string

func (e notInstalled) Error() string {
	return fmt.Sprintf("not run on PostgreSQL: %s (or name a running server in %s)", string(e), serverVariable)
}

// admin runs one statement on the server's own database.
func admin(t testing.TB, s server, statement string) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, s.url)
	if err != nil {
		t.Fatalf("connect to the PostgreSQL server for tests: %v", err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
