package org

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/okta"
)

// testOrg is a served org with one super admin, whose API token its calls carry.
type testOrg struct {
	*Org
	t     testing.TB
	url   string
	token string
	// admin is the id of the super admin.
	admin string
	clock *testClock
}

// testClock is a clock that tests move by hand.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// eachDatabase runs f on an org in each database.
func eachDatabase(t *testing.T, f func(*testing.T, *testOrg)) {
	t.Helper()
	dbtest.Each(t, DatabaseOptions(""), func(t *testing.T, d *db.DB) { f(t, serveOrg(t, d)) })
}

// newTestOrg is an org on SQLite.
func newTestOrg(t testing.TB) *testOrg {
	t.Helper()
	return serveOrg(t, dbtest.Open(t, db.SQLite, DatabaseOptions("")))
}

func serveOrg(t testing.TB, d *db.DB) *testOrg {
	t.Helper()
	clock := &testClock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	o, err := New(t.Context(), Config{DB: d, BaseURL: "http://org.example", Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(o)
	t.Cleanup(func() {
		server.Close()
		if err := o.Close(context.Background()); err != nil {
			t.Errorf("close the org: %v", err)
		}
	})
	x := &testOrg{Org: o, t: t, url: server.URL, token: "test-token", clock: clock}
	x.write(ensureDefaults)
	x.admin = x.person("admin@org.example")
	x.write(func(tx *Tx) error {
		_, err := tx.q.Exec(tx.ctx, `INSERT INTO role_assignment (owner, id, type, via, created) VALUES ($1, 'ra1', 'SUPER_ADMIN', 'USER', 0)`, x.admin)
		if err != nil {
			return err
		}
		tx.changed = true
		_, err = tx.q.Exec(tx.ctx, `INSERT INTO api_token (hash, id, name, user_id, created) VALUES ($1, '00T1', 'test', $2, 0)`, hashSecret(x.token), x.admin)
		return err
	})
	return x
}

// write runs f in a transaction that no request causes.
func (x *testOrg) write(f func(*Tx) error) {
	x.t.Helper()
	if err := x.update(&Request{ctx: context.Background(), Now: second(x.now())}, f); err != nil {
		x.t.Fatal(err)
	}
}

// person stores an active person of the default type and returns the id.
func (x *testOrg) person(login string) string { return x.personOf(x.defaultType(), login, "") }

// personOf stores an active person of a type; extra is put behind the profile's names, as `,"city":"Oslo"`.
func (x *testOrg) personOf(typeID, login, extra string) string {
	x.t.Helper()
	id := x.NewID(users.prefix)
	text, err := json.Marshal(login)
	if err != nil {
		x.t.Fatal(err)
	}
	x.write(func(tx *Tx) error {
		profile, err := okta.Parse([]byte(`{"firstName":"Given","lastName":"Family","login":` + string(text) + `,"email":` + string(text) + extra + `}`))
		if err != nil {
			return err
		}
		doc, err := newUserDocument(newUser{id: id, typeID: typeID, status: "ACTIVE", profile: profile, created: tx.now})
		if err != nil {
			return err
		}
		if err := tx.putUser(doc); err != nil {
			return err
		}
		return joinEveryone(tx, id)
	})
	return id
}

// answer is what a call got.
type answer struct {
	status int
	header http.Header
	body   []byte
	t      testing.TB
}

// call sends a request with the admin's token. body is JSON text, "" for none.
func (x *testOrg) call(method, path, body string) answer {
	x.t.Helper()
	r, err := http.NewRequestWithContext(x.t.Context(), method, x.url+path, strings.NewReader(body))
	if err != nil {
		x.t.Fatal(err)
	}
	r.Header.Set("Authorization", "SSWS "+x.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		x.t.Fatal(err)
	}
	defer res.Body.Close()
	return readAnswer(x.t, res)
}

func readAnswer(t testing.TB, res *http.Response) answer {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, b, t}
}

// want fails the test unless the status is this one.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// doc is the answer's body, one object.
func (a answer) doc() okta.Object {
	a.t.Helper()
	doc, err := okta.Parse(a.body)
	if err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
	return doc
}

// docs is the answer's body, an array of objects.
func (a answer) docs() []okta.Object {
	a.t.Helper()
	var out []okta.Object
	if err := json.Unmarshal(a.body, &out); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
	return out
}

// refused fails the test unless the answer is this error, with this cause where one is given.
func (a answer) refused(status int, code, cause string) {
	a.t.Helper()
	a.want(status)
	var e okta.Error
	if err := json.Unmarshal(a.body, &e); err != nil {
		a.t.Fatal(err)
	}
	if e.Code != code {
		a.t.Fatalf("error %s, want %s: %s", e.Code, code, a.body)
	}
	for _, c := range e.Causes {
		if c.Summary == cause {
			return
		}
	}
	if cause != "" {
		a.t.Fatalf("no cause %q: %s", cause, a.body)
	}
}

// events is how many events of a type the System Log holds.
func (x *testOrg) events(eventType string) int {
	x.t.Helper()
	n, err := x.eventsOf(x.reads(context.Background()), eventType)
	if err != nil {
		x.t.Fatal(err)
	}
	return n
}

// eventsOf counts the events of a type in the log.
func (o *Org) eventsOf(s store, eventType string) (int, error) {
	var n int
	err := s.q.QueryRow(s.ctx, `SELECT count(*) FROM event_index WHERE name = 'eventType' AND value = $1`, eventType).Scan(&n)
	return n, err
}
