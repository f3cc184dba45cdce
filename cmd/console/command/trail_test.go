package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/audit"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/okta"
)

// signed adds an API token to requests.
type signed struct {
	token string
	next  http.RoundTripper
}

func (s signed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "SSWS "+s.token)
	return s.next.RoundTrip(r)
}

// startOrg runs `console org` on a fresh org until the test ends.
func startOrg(t *testing.T) (address, token string) {
	t.Helper()
	dir := t.TempDir() // before the clean-up below, so that it is removed after it
	ctx, stop := context.WithCancel(context.Background())
	reading, writing := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		var log bytes.Buffer
		err := Run(ctx, []string{"org", "--addr", "127.0.0.1:0", "--seed", "none", "--data", dir, "--json"},
			Process{Getenv: func(string) string { return "" }, Stdout: writing, Stderr: &log})
		writing.CloseWithError(fmt.Errorf("the org ended: %v: %s", err, log.String()))
		ended <- err
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the org ended with %v", err)
		}
	})
	line, err := bufio.NewReader(reading).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var report struct{ Org, APIToken string }
	if err := json.Unmarshal(line, &report); err != nil {
		t.Fatal(err)
	}
	return report.Org, report.APIToken
}

// security 41: twenty actions on the embedded org, read back from the trail.
func TestActionsOnTheOrgComeBackFromTheTrail(t *testing.T) {
	ctx := context.Background()
	address, token := startOrg(t)
	store := dbtest.Open(t, db.SQLite, db.Options{Durable: true})
	trail, err := audit.New(ctx, store, audit.Options{Keys: [][]byte{make([]byte, 32)}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	transport, err := okta.NewTransport(address, okta.TransportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	client, err := okta.NewClient(address, signed{token, transport}, trail.Guard())
	if err != nil {
		t.Fatal(err)
	}
	actor := audit.Actor{ID: "00uadmin", Login: "admin@company.example", Role: "SUPER_ADMIN", Session: "5e55", IP: "192.0.2.7"}
	ctx = audit.WithActor(ctx, actor)
	do := func(op string, args map[string]string, body string) *okta.Response {
		t.Helper()
		call := okta.Call{Op: okta.Find(op), Args: args, Reason: "ticket " + op}
		if body != "" {
			call.Body = json.RawMessage(body)
		}
		r, err := client.Do(ctx, call)
		if err != nil {
			t.Fatalf("%s: %v", op, err)
		}
		return r
	}
	var done []string // operation and the object it was done to
	for i := range 4 {
		r := do("createUser", nil, fmt.Sprintf(`{"profile":{"login":"p%d@company.example","email":"p%d@company.example","firstName":"P","lastName":"%d"},
			"credentials":{"password":{"value":"Tr0ub4dor-%d-first"}}}`, i, i, i, i))
		user, err := r.Object()
		if err != nil {
			t.Fatal(err)
		}
		id := user.Text("id")
		done = append(done, "createUser "+id)
		for _, op := range []string{"suspendUser", "unsuspendUser", "partialUpdateUser", "deactivateUser"} {
			body := ""
			if op == "partialUpdateUser" {
				body = `{"profile":{"nickName":"Pea"},"credentials":{"password":{"value":"Tr0ub4dor-again-2"}}}`
			}
			do(op, map[string]string{"userId": id}, body)
			done = append(done, op+" "+id)
		}
	}
	page, _, err := trail.List(ctx, audit.Filter{Actor: actor.ID}, "", 100)
	if err != nil || len(page) != len(done) {
		t.Fatalf("%d changes (%v); want %d", len(page), err, len(done))
	}
	for i, c := range page {
		operation, id, _ := strings.Cut(done[len(done)-1-i], " ")
		if c.Operation != operation || len(c.Targets) != 1 || c.Targets[0] != id || c.Actor != actor || c.Result != audit.Success ||
			c.Status != http.StatusOK || c.RequestID == "" || c.Reason != "ticket "+operation || c.At.IsZero() || c.Ended.IsZero() {
			t.Errorf("change %d is %+v; want %s on %s, done by %v", i, c, operation, id, actor)
		}
	}
	if bytes.Contains(dump(t, store), []byte("Tr0ub4dor")) { // security 45
		t.Error("the trail holds a password")
	}
	if r, err := audit.Verify(ctx, store, [][]byte{make([]byte, 32)}, nil); err != nil || !r.Whole() || r.Rows != int64(2*len(done)) {
		t.Errorf("%s (%v)", r, err)
	}
}

// dump is the trail as stored.
func dump(t *testing.T, d *db.DB) []byte {
	t.Helper()
	rows, err := d.Reader().Query(context.Background(), `SELECT entry FROM audit_row`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []byte
	for rows.Next() {
		var entry []byte
		if err := rows.Scan(&entry); err != nil {
			t.Fatal(err)
		}
		all = append(all, entry...)
	}
	return all
}
