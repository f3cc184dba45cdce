package command

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/config"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// folder is a data folder with a trail of three events.
type folder struct {
	t         *testing.T
	dir       string
	url       string
	firstHead string
}

func newFolder(t *testing.T, dialect db.Dialect) *folder {
	t.Helper()
	f := &folder{t: t, dir: t.TempDir()}
	f.url = filepath.Join(f.dir, "console.db")
	if dialect == db.Postgres {
		f.url = dbtest.URL(t, dialect)
	}
	keys, err := config.EnsureSecretKeys(filepath.Join(f.dir, "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	d := f.open()
	defer d.Close()
	var log bytes.Buffer
	trail, err := audit.New(ctx, d, audit.Options{Keys: auditKeys(keys), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	keep := keepEvents(trail, slog.New(slog.DiscardHandler))
	for range 3 {
		keep(ctx, auth.Event{Kind: auth.SignedIn, UserID: "00u1", Login: "ada@company.example", SessionID: "5e55", Address: "192.0.2.7"})
	}
	if err := trail.Close(ctx); err != nil {
		t.Fatal(err)
	}
	_, head, _ := strings.Cut(log.String(), " head=")
	f.firstHead = strings.TrimSpace(head)
	return f
}

func (f *folder) open() *db.DB {
	f.t.Helper()
	d, err := db.Open(context.Background(), db.Options{URL: f.url})
	if err != nil {
		f.t.Fatal(err)
	}
	return d
}

func (f *folder) sql(statement string) {
	f.t.Helper()
	d := f.open()
	defer d.Close()
	err := d.Update(context.Background(), func(q db.Querier) error {
		_, err := q.Exec(context.Background(), statement)
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// console runs the program and returns its exit code and what it said.
func console(t *testing.T, env map[string]string, args ...string) (code int, said string) {
	t.Helper()
	var out bytes.Buffer
	err := Run(context.Background(), args, Process{Getenv: func(name string) string { return env[name] }, Stdout: &out, Stderr: &out})
	var exit *exitError
	switch {
	case err == nil:
		return 0, out.String()
	case errors.As(err, &exit):
		return exit.code, out.String() + exit.Error()
	}
	return exitFailed, out.String() + err.Error()
}

// security 43
func TestAuditVerifyTellsWholeBrokenAndUnreadableApart(t *testing.T) {
	cases := map[string]struct {
		spoil func(f *folder)
		head  func(f *folder) string
		code  int
		says  string
	}{
		"whole":                {func(*folder) {}, nil, 0, "whole: 3 rows"},
		"whole up to the head": {func(*folder) {}, func(f *folder) string { return f.firstHead }, 0, "whole: 3 rows"},
		"changed": {
			func(f *folder) {
				f.sql(`UPDATE audit_row SET entry = replace(entry, 'ada', 'eve') WHERE seq = 2`)
			}, nil, 1, "broken at row 2",
		},
		"cut off": {
			func(f *folder) { f.sql(`DELETE FROM audit_row WHERE seq = 3`) },
			func(f *folder) string { return f.firstHead }, 1, "broken at row 3",
		},
		"no head at all": {func(*folder) {}, func(*folder) string { return "yesterday" }, 2, "--head"},
		"no trail":       {func(f *folder) { f.sql(`DROP TABLE audit_row`) }, nil, 2, "audit trail"},
		"another key": {func(f *folder) {
			os.Remove(filepath.Join(f.dir, "secret.key"))
			if _, err := config.EnsureSecretKeys(filepath.Join(f.dir, "secret.key")); err != nil {
				f.t.Fatal(err)
			}
		}, nil, 2, "key that is not at hand"},
		"no key": {func(f *folder) { os.Remove(filepath.Join(f.dir, "secret.key")) }, nil, 2, "secret key"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
				t.Run(string(dialect), func(t *testing.T) {
					f := newFolder(t, dialect)
					c.spoil(f)
					args, env := []string{"audit", "verify", "--data", f.dir}, map[string]string{}
					if dialect == db.Postgres {
						args = []string{"audit", "verify", "--database-url", f.url}
						env["CONSOLE_SECRET_KEY_FILE"] = filepath.Join(f.dir, "secret.key")
					}
					if c.head != nil {
						args = append(args, "--head", c.head(f))
					}
					if code, said := console(t, env, args...); code != c.code || !strings.Contains(said, c.says) {
						t.Errorf("exit %d, %q; want %d, %q", code, said, c.code, c.says)
					}
				})
			}
		})
	}
}

func TestAuditVerifyOfNoFolderMakesNone(t *testing.T) {
	dir := t.TempDir()
	if code, said := console(t, nil, "audit", "verify", "--data", dir); code != 2 || !strings.Contains(said, "console.db") {
		t.Errorf("exit %d, %q; want 2 and the missing file", code, said)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("the folder holds %v (%v); want nothing", left, err)
	}
	if code, _ := console(t, nil, "audit", "verify"); code != 2 {
		t.Errorf("exit %d without a place; want 2", code)
	}
}

// security 44
func TestSignInsAreInTheTrail(t *testing.T) {
	f := newFolder(t, db.SQLite)
	keys, err := config.ReadSecretKeys(filepath.Join(f.dir, "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	d := f.open()
	defer d.Close()
	ctx := context.Background()
	trail, err := audit.New(ctx, d, audit.Options{Keys: auditKeys(keys), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	keep := keepEvents(trail, slog.New(slog.DiscardHandler))
	keep(ctx, auth.Event{Kind: auth.SignInRefused, Address: "192.0.2.9", Reason: "the state is unknown"})
	keep(ctx, auth.Event{Kind: auth.CallRefused, UserID: "00u1", Operation: "deleteUser", Target: "00u9", Reason: "no scope"})
	page, _, err := trail.List(ctx, audit.Filter{}, "", 0)
	if err != nil || len(page) != 5 {
		t.Fatalf("%d events (%v); want 5", len(page), err)
	}
	refused, failed, signIn := page[0], page[1], page[2]
	if refused.Result != audit.Refused || refused.Detail["operation"] != "deleteUser" || refused.Targets[0] != "00u9" || refused.Error != "no scope" {
		t.Errorf("refused call: %+v", refused)
	}
	if failed.Result != audit.Refused || failed.Actor.IP != "192.0.2.9" || failed.Error == "" {
		t.Errorf("failed sign-in: %+v", failed)
	}
	if signIn.Result != audit.Success || signIn.Actor.Login != "ada@company.example" || signIn.Actor.Session != "5e55" {
		t.Errorf("sign-in: %+v", signIn)
	}
}
