package audit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/audit"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/okta"
)

// security 41
func TestAChangeIsRecordedWhole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.answer = func(rw http.ResponseWriter, _ *http.Request) {
			rw.Write([]byte(`{"id":"00u1","status":"ACTIVE","profile":{"firstName":"Grace","age":1.50},"_links":{"self":{"href":"x"}}}`))
		}
		err := w.do("updateUser", okta.Call{
			Args:   map[string]string{"userId": "00u1"},
			Before: object(t, `{"id":"00u1","status":"ACTIVE","profile":{"firstName":"Ada","age":1.50}}`),
			Body:   object(t, `{"profile":{"firstName":"Grace"}}`),
			Reason: "ticket 4711",
		})
		if err != nil {
			t.Fatal(err)
		}
		c := w.newest()
		got := fmt.Sprintf("%s %s %v %s %s %s %d %s %d", c.Operation, c.Path, c.Targets, c.Actor, c.Reason, c.Result, c.Status, c.RequestID, c.Attempts)
		want := fmt.Sprintf("updateUser /api/v1/users/{userId} [00u1] %s ticket 4711 success 200 req-1 1", admin)
		if got != want {
			t.Errorf("recorded\n%s\nwant\n%s", got, want)
		}
		if c.At.IsZero() || c.Ended.Before(c.At) || c.At.Location().String() != "UTC" {
			t.Errorf("began %s, ended %s; want times in UTC", c.At, c.Ended)
		}
		diff, err := c.Diff()
		if err != nil || len(diff) != 1 || diff[0].Path != "/profile/firstName" || string(diff[0].Before) != `"Ada"` || string(diff[0].After) != `"Grace"` {
			t.Errorf("difference %s (%v); want the first name alone", diff, err)
		}
	})
}

// security 41
func TestTwentyActionsComeBackInOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 20 {
			w.suspend(fmt.Sprintf("00u%02d", i))
		}
		page := w.list(audit.Filter{})
		if len(page) != 20 {
			t.Fatalf("%d changes; want 20", len(page))
		}
		for i, c := range page {
			if want := fmt.Sprintf("00u%02d", 19-i); c.Args["userId"] != want || c.Result != audit.Success || c.Actor != admin {
				t.Errorf("change %d is on %v by %v: %s; want %s", i, c.Args, c.Actor, c.Result, want)
			}
		}
	})
}

func TestOutcomesAreToldApart(t *testing.T) {
	cases := map[string]struct {
		answer   http.HandlerFunc
		want     audit.Result
		status   int
		attempts int
	}{
		"done": {func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(204) }, audit.Success, 204, 1},
		"refused by the org": {func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(403)
			rw.Write([]byte(`{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action"}`))
		}, audit.Failure, 403, 1},
		"connection cut": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, audit.Unknown, 0, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
			w.answer = c.answer
			w.do("suspendUser", okta.Call{Args: map[string]string{"userId": "00u1"}}) //nolint:errcheck // the trail is what is looked at
			got := w.newest()
			if got.Result != c.want || got.Status != c.status || got.Attempts != c.attempts || (got.Error == "") != (c.want == audit.Success) {
				t.Errorf("%s, status %d, %d attempts, error %q; want %s, %d, %d", got.Result, got.Status, got.Attempts, got.Error, c.want, c.status, c.attempts)
			}
		})
	}
}

func TestRetriesShareOneIntent(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
	tries := 0
	w.answer = func(rw http.ResponseWriter, _ *http.Request) {
		if tries++; tries == 1 {
			rw.Header().Set("X-Rate-Limit-Limit", "10")
			rw.Header().Set("X-Rate-Limit-Remaining", "0")
			rw.WriteHeader(429)
			return
		}
		rw.WriteHeader(204)
	}
	w.suspend("00u1")
	if page := w.list(audit.Filter{}); len(page) != 1 || page[0].Attempts != 2 {
		t.Errorf("%d changes, the first with %d attempts; want one with 2", len(page), page[0].Attempts)
	}
}

func TestReadsPassAndSensitiveOnesAreRecorded(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
	if err := w.do("getUser", okta.Call{Args: map[string]string{"userId": "00u1"}}); err != nil {
		t.Fatal(err)
	}
	w.answer = func(rw http.ResponseWriter, _ *http.Request) { rw.Write([]byte(`[{"client_secret":"hush-hush"}]`)) }
	if err := w.do("listClientSecretsForApplication", okta.Call{Args: map[string]string{"appId": "0oa1"}}); err != nil {
		t.Fatal(err)
	}
	page := w.list(audit.Filter{})
	if len(page) != 1 || page[0].Operation != "listClientSecretsForApplication" || page[0].After != nil {
		t.Errorf("recorded %+v; want the sensitive read without its answer", page)
	}
}

func TestACreatedObjectFindsItsCreation(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.answer = func(rw http.ResponseWriter, _ *http.Request) {
			rw.Write([]byte(`{"id":"00unew","profile":{"login":"new@company.example"}}`))
		}
		if err := w.do("createUser", okta.Call{Body: json.RawMessage(`{"profile":{"login":"new@company.example"}}`)}); err != nil {
			t.Fatal(err)
		}
		w.suspend("00unew")
		page := w.list(audit.Filter{Target: "00unew"})
		if len(page) != 2 || page[1].Operation != "createUser" {
			t.Fatalf("history of the new user: %+v", page)
		}
		if diff, err := page[1].Diff(); err != nil || len(diff) == 0 || diff[0].Before != nil {
			t.Errorf("difference of a create: %s (%v); want fields that were absent", diff, err)
		}
		if diff, err := page[0].Diff(); err != nil || diff != nil {
			t.Errorf("difference of suspendUser, whose answer is {}: %s (%v); want none", diff, err)
		}
		if r := w.verify(nil); !r.Whole() {
			t.Error(r)
		}
	})
}

// security 42
func TestACallIsNotMadeWhenTheIntentCannotBeWritten(t *testing.T) {
	cases := map[string]struct {
		block func(w *world)
		free  func(w *world)
		want  error
	}{
		"disk full": {
			func(w *world) {
				w.sql(`PRAGMA max_page_count(1)`) // SQLite takes the present size as the least
				for w.log.Write(context.Background(), audit.Entry{Operation: "fill"}) == nil {
				}
			},
			func(w *world) { w.sql(`PRAGMA max_page_count(100000)`) }, db.ErrFull,
		},
		"read-only": {
			func(w *world) { w.sql(`PRAGMA query_only(ON)`) },
			nil, db.ErrReadOnly,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{Durable: true}))
			c.block(w)
			err := w.do("suspendUser", okta.Call{Args: map[string]string{"userId": "00u1"}})
			if !errors.Is(err, audit.ErrNotRecorded) || !errors.Is(err, c.want) || !db.Unwritable(err) {
				t.Errorf("error %v; want ErrNotRecorded because %v", err, c.want)
			}
			if len(w.asked) != 0 {
				t.Errorf("the org was asked %v", w.asked)
			}
			if c.free == nil {
				return
			}
			c.free(w)
			w.suspend("00u1")
			if r := w.verify(nil); !r.Whole() {
				t.Error(r)
			}
		})
	}
}

// security 42
func TestACallIsNotMadeWhenTheServerOfTheTrailIsReadOnly(t *testing.T) {
	o := db.Options{URL: dbtest.URL(t, db.Postgres)}
	open := func() *db.DB {
		t.Helper()
		d, err := db.Open(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	newWorld(t, open())
	u, err := url.Parse(o.URL)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("default_transaction_read_only", "on") // as a standby has it
	u.RawQuery = query.Encode()
	o.URL = u.String()
	w := newWorld(t, open())
	err = w.do("suspendUser", okta.Call{Args: map[string]string{"userId": "00u1"}})
	if !errors.Is(err, audit.ErrNotRecorded) || !db.Unwritable(err) || len(w.asked) != 0 {
		t.Errorf("error %v, the org was asked %v; want ErrNotRecorded and nothing asked", err, w.asked)
	}
}

func TestACallWithoutAnActorIsRefused(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
	_, err := w.client.Do(context.Background(), okta.Call{Op: okta.Find("suspendUser"), Args: map[string]string{"userId": "00u1"}})
	if !errors.Is(err, audit.ErrNoActor) || len(w.asked) != 0 {
		t.Errorf("error %v, the org was asked %v; want ErrNoActor and nothing asked", err, w.asked)
	}
}

func TestAnIntentWithoutOutcomeIsRunningThenUnknown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.answer = func(http.ResponseWriter, *http.Request) {
			if c := w.newest(); c.Result != audit.Running {
				t.Errorf("while the call runs: %s; want running", c.Result)
			}
			restarted := w.newLog(firstKey)
			page, _, err := restarted.List(context.Background(), audit.Filter{}, "", 0)
			if err != nil || page[0].Result != audit.Unknown || page[0].Args["userId"] != "00u1" {
				t.Errorf("after a restart: %+v (%v); want unknown", page, err)
			}
		}
		w.suspend("00u1")
		if c := w.newest(); c.Result != audit.Success {
			t.Errorf("after the call: %s; want success", c.Result)
		}
	})
}

type refusal struct{ err error }

func (r refusal) Begin(context.Context, *okta.Call) (func(*okta.Response, error), error) {
	return nil, r.err
}

func TestARefusalBehindTheTrailIsItsOutcome(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
	transport, err := okta.NewTransport("http://127.0.0.1:9", okta.TransportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	no := errors.New("the job is paused")
	client, err := okta.NewClient("http://127.0.0.1:9", transport, w.log.Guard(), refusal{no})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Do(audit.WithActor(context.Background(), admin), okta.Call{Op: okta.Find("suspendUser"), Args: map[string]string{"userId": "00u1"}})
	if c := w.newest(); !errors.Is(err, no) || c.Result != audit.Refused || c.Error != no.Error() {
		t.Errorf("error %v, recorded %s, %q; want refused for that reason", err, c.Result, c.Error)
	}
}

func TestAnOutcomeThatCannotBeWrittenIsUnknownAndLogged(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
	w.answer = func(rw http.ResponseWriter, _ *http.Request) {
		w.sql(`ALTER TABLE audit_target RENAME TO elsewhere`, `CREATE TRIGGER full BEFORE INSERT ON audit_row BEGIN SELECT RAISE(ABORT, 'no'); END`)
		rw.WriteHeader(204)
	}
	w.suspend("00u1") // it was done: the caller hears so
	w.sql(`DROP TRIGGER full`, `ALTER TABLE elsewhere RENAME TO audit_target`)
	if c := w.newest(); c.Result != audit.Unknown {
		t.Errorf("recorded %s; want unknown", c.Result)
	}
	if said := w.out.String(); !strings.Contains(said, "missing in the audit trail") || !strings.Contains(said, "intent=1") {
		t.Errorf("log %q does not say which outcome is missing", said)
	}
}
