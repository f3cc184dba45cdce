package command

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
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
			p := begin(t, append(args, "--addr", address, "--database-url", database.URL)...)
			<-p.waits
			status := func(path string) int {
				code, _ := ask(t, "", at+path)
				return code
			}
			if alive, ready, page := status("/healthz"), status("/readyz"), status("/"); alive != http.StatusOK || ready != http.StatusServiceUnavailable || page != http.StatusServiceUnavailable {
				t.Errorf("without a database /healthz %d, /readyz %d, / %d", alive, ready, page)
			}
			database.Up()
			p.reported(t)
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
	p := begin(t, "org", "--addr", free, "--database-url", "postgres://nobody@127.0.0.1:1/none")
	<-p.waits
	p.cancel()
	err := <-p.ended
	close(p.ended)
	if err != nil {
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

// beginning is a run of console that has not reported its start.
type beginning struct {
	waits  chan struct{} // closed when it says that it waits for its database
	report chan struct{} // closed at the first line of its report
	ended  chan error
	cancel context.CancelFunc
}

func begin(t *testing.T, args ...string) *beginning {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	b := &beginning{make(chan struct{}), make(chan struct{}), make(chan error, 1), cancel}
	go func() {
		b.ended <- Run(ctx, args, Process{
			Getenv: func(string) string { return "" }, Stdout: onText("\n", b.report), Stderr: onText("waiting for the database", b.waits),
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err, running := <-b.ended; running && err != nil {
			t.Error(err)
		}
	})
	return b
}

// reported waits for the report of the start, or fails with the end of the run.
func (b *beginning) reported(t *testing.T) {
	t.Helper()
	select {
	case <-b.report:
	case err := <-b.ended:
		close(b.ended)
		t.Fatalf("it ended: %v", err)
	}
}

// onText closes seen when text is written.
func onText(text string, seen chan struct{}) io.Writer {
	once := sync.OnceFunc(func() { close(seen) })
	return writerFunc(func(p []byte) (int, error) {
		if bytes.Contains(p, []byte(text)) {
			once()
		}
		return len(p), nil
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
