package command

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"gatehouse/internal/config"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// fault 13: a server whose PostgreSQL is down at its start waits for it, alive and not
// ready; it says so again when the database goes away later, and comes back by itself.
func TestServersWaitForTheirDatabase(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if _, err := config.EnsureSecretKeys(key); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"org":     {"org", "--seed", "none", "--json"},
		"console": {"serve", "--org-url", "http://127.0.0.1:9", "--client-id", "x", "--client-secret", "y", "--secret-key-file", key},
	} {
		t.Run(name, func(t *testing.T) {
			database := dbtest.NewRelay(t)
			address := freeAddress(t)
			at := "http://" + address
			started := make(chan struct{})
			go func() {
				defer close(started)
				run(t, append(args, "--addr", address, "--database-url", database.URL)...)
			}()
			listening(t, address)
			status := func(path string) int {
				code, _ := ask(t, "", at+path)
				return code
			}
			if alive, ready, page := status("/healthz"), status("/readyz"), status("/"); alive != http.StatusOK || ready != http.StatusServiceUnavailable || page != http.StatusServiceUnavailable {
				t.Errorf("without a database /healthz %d, /readyz %d, / %d", alive, ready, page)
			}
			select {
			case <-started:
				t.Error("it reports a start without its database")
			default:
			}
			database.Up()
			<-started
			if ready := status("/readyz"); ready != http.StatusOK {
				t.Errorf("with its database /readyz %d", ready)
			}
			database.Down()
			if alive, ready := status("/healthz"), status("/readyz"); alive != http.StatusOK || ready != http.StatusServiceUnavailable {
				t.Errorf("after the database went away /healthz %d, /readyz %d", alive, ready)
			}
			database.Up()
			if ready := status("/readyz"); ready != http.StatusOK {
				t.Errorf("after it came back /readyz %d", ready)
			}
		})
	}
}

// fault 13: a signal ends the waiting.
func TestWaitingForADatabaseEndsOnASignal(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	address := freeAddress(t)
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, []string{"org", "--addr", address, "--database-url", "postgres://nobody@127.0.0.1:1/none"},
			Process{Getenv: os.Getenv, Stdout: &bytes.Buffer{}, Stderr: &lockedText{}})
	}()
	listening(t, address)
	stop()
	if err := <-done; err != nil {
		t.Errorf("ended with %v", err)
	}
}

// fault 13: a server that answers and refuses is a wrong setting, and ends the start.
func TestADatabaseThatRefusesEndsTheStart(t *testing.T) {
	u, err := url.Parse(dbtest.URL(t, db.Postgres))
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/no_such_database"
	refused(t, []string{"database", "no_such_database"}, "org", "--addr", free, "--database-url", u.String())
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// listening waits until somebody accepts connections at address.
func listening(t *testing.T, address string) {
	t.Helper()
	for t.Context().Err() == nil {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
			return
		}
		if !strings.Contains(err.Error(), "refused") {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
}
