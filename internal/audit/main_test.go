package audit_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/okta"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(crashChild); file != "" {
		appendForever(file)
	}
	dbtest.Main(m)
}

var (
	firstKey  = bytes.Repeat([]byte{1}, 32)
	secondKey = bytes.Repeat([]byte{2}, 32)
	admin     = audit.Actor{ID: "00uadmin", Login: "admin@company.example", Role: "SUPER_ADMIN", Session: "5e55", IP: "192.0.2.7"}
)

// world is a trail in front of a client of an org that the test plays.
type world struct {
	t      *testing.T
	db     *db.DB
	log    *audit.Log
	client *okta.Client
	out    *bytes.Buffer // what went to the log

	mu     sync.Mutex
	answer http.HandlerFunc
	asked  []string
}

// each runs f on both databases.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, db.Options{Durable: true}, func(t *testing.T, d *db.DB) { f(t, newWorld(t, d)) })
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, db: d, out: &bytes.Buffer{}, answer: func(rw http.ResponseWriter, _ *http.Request) { rw.Write([]byte("{}")) }}
	w.log = w.newLog(firstKey)
	org := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.asked = append(w.asked, r.Method+" "+r.URL.Path)
		w.mu.Unlock()
		rw.Header().Set("Content-Type", "application/json")
		rw.Header().Set("X-Okta-Request-Id", "req-1")
		w.answer(rw, r)
	}))
	t.Cleanup(org.Close)
	transport, err := okta.NewTransport(org.URL, okta.TransportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w.client, err = okta.NewClient(org.URL, transport, w.log.Guard())
	if err != nil {
		t.Fatal(err)
	}
	w.client.Sleep = func(context.Context, time.Duration) error { return nil }
	return w
}

func (w *world) newLog(keys ...[]byte) *audit.Log {
	w.t.Helper()
	l, err := audit.New(context.Background(), w.db, audit.Options{Keys: keys, Logger: slog.New(slog.NewTextHandler(w.out, nil))})
	if err != nil {
		w.t.Fatalf("open the trail: %v", err)
	}
	return l
}

// do makes a call as admin.
func (w *world) do(op string, call okta.Call) error {
	call.Op = okta.Find(op)
	_, err := w.client.Do(audit.WithActor(context.Background(), admin), call)
	return err
}

// suspend makes one call on a user.
func (w *world) suspend(id string) {
	w.t.Helper()
	if err := w.do("suspendUser", okta.Call{Args: map[string]string{"userId": id}}); err != nil {
		w.t.Fatalf("suspend %s: %v", id, err)
	}
}

func (w *world) list(f audit.Filter) []audit.Change {
	w.t.Helper()
	page, _, err := w.log.List(context.Background(), f, "", 0)
	if err != nil {
		w.t.Fatalf("list: %v", err)
	}
	return page
}

func (w *world) newest() audit.Change {
	w.t.Helper()
	page := w.list(audit.Filter{})
	if len(page) == 0 {
		w.t.Fatal("the trail is empty")
	}
	return page[0]
}

// sql changes the database behind the trail's back.
func (w *world) sql(statements ...string) {
	w.t.Helper()
	err := w.db.Update(context.Background(), func(q db.Querier) error {
		for _, s := range statements {
			if _, err := q.Exec(context.Background(), s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) verify(expected *audit.Head, keys ...[]byte) audit.Report {
	w.t.Helper()
	if keys == nil {
		keys = [][]byte{firstKey}
	}
	r, err := audit.Verify(context.Background(), w.db, keys, expected)
	if err != nil {
		w.t.Fatalf("verify: %v", err)
	}
	return r
}

func object(t *testing.T, text string) okta.Object {
	t.Helper()
	o, err := okta.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return o
}
