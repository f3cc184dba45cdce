package org

import (
	"bufio"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// crashChild names the database in which a copy of this test program makes people until it is killed.
const crashChild = "GATEHOUSE_TEST_CRASH_DATABASE"

func TestMain(m *testing.M) {
	if url := os.Getenv(crashChild); url != "" {
		fmt.Println(createForever(url))
		os.Exit(1)
	}
	dbtest.Main(m)
}

// createForever makes people over HTTP and prints the login of each that was acknowledged.
func createForever(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, DatabaseOptions(url))
	if err != nil {
		return err
	}
	o, err := New(ctx, Config{DB: d, BaseURL: "http://org.example"})
	if err != nil {
		return err
	}
	if _, _, err := o.Seed(ctx, crashSeed); err != nil {
		return err
	}
	failed := make(chan error)
	for worker := range 4 {
		go func() {
			for n := 0; ; n++ {
				login := fmt.Sprintf("w%dn%d@example.com", worker, n)
				r := httptest.NewRequest("POST", "/api/v1/users", strings.NewReader(personBody(login, withSecret(passwordA))))
				r.Header.Set("Authorization", "SSWS "+crashSeed.APIToken)
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				o.ServeHTTP(w, r)
				if w.Code != 200 {
					failed <- fmt.Errorf("%d %s", w.Code, w.Body)
					return
				}
				fmt.Println(login)
			}
		}()
	}
	return <-failed
}

var crashSeed = SeedOptions{Password: passwordA, APIToken: "crash-token"}

// fault 10: whoever was acknowledged before a kill is there whole, with the event that
// tells it; of the others there is all or nothing.
func TestAKillLeavesNoHalfPerson(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			url := dbtest.URL(t, dialect)
			acknowledged := killWhileCreating(t, url)
			d, err := db.Open(t.Context(), DatabaseOptions(url))
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			people := rowsOf(t, d, `SELECT u.value, d.id FROM uniq u LEFT JOIN document d ON d.kind = 'user' AND d.id = u.id WHERE u.name = 'user.login'`)
			for _, login := range acknowledged {
				if people[login] == "" {
					t.Errorf("%s was acknowledged and is not there", login)
				}
			}
			for what, query := range map[string]string{
				"documents":    `SELECT id, id FROM document WHERE kind = 'user'`,
				"values":       `SELECT id, id FROM attr WHERE kind = 'user' AND name = 'profile.login'`,
				"memberships":  `SELECT src, src FROM edge WHERE kind = 'member'`,
				"passwords":    `SELECT user_id, user_id FROM user_credential`,
				"events of it": `SELECT t.value, t.value FROM event_index e JOIN event_index t ON t.seq = e.seq AND t.name = 'target.id' WHERE e.name = 'eventType' AND e.value = 'user.lifecycle.create'`,
			} {
				held := rowsOf(t, d, query)
				for login, id := range people {
					if id == "" {
						t.Errorf("the login %s belongs to nobody", login)
					}
					if held[id] == "" && held[fold(id)] == "" && strings.HasPrefix(login, "w") { // the log's index is folded
						t.Errorf("%s has no %s", login, what)
					}
				}
				if len(held) > len(people) {
					t.Errorf("%d %s of %d people", len(held), what, len(people))
				}
			}
			o, err := New(t.Context(), Config{DB: d, BaseURL: "http://org.example"})
			if err != nil {
				t.Fatal(err)
			}
			if err := o.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

// killWhileCreating runs the child until it has acknowledged some people, kills it, and returns whom it acknowledged.
func killWhileCreating(t *testing.T, url string) []string {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashChild+"="+url)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var acknowledged []string
	for len(acknowledged) < 30 && lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what it said before the kill reached it; a line that was cut has no end
		if strings.HasSuffix(lines.Text(), "@example.com") {
			acknowledged = append(acknowledged, lines.Text())
		}
	}
	child.Wait() //nolint:errcheck // it was killed
	if len(acknowledged) < 30 || !strings.HasSuffix(acknowledged[0], "@example.com") {
		t.Fatalf("the child said %q", acknowledged)
	}
	return acknowledged
}

// rowsOf reads two columns, the first as key.
func rowsOf(t *testing.T, d *db.DB, query string) map[string]string {
	t.Helper()
	rows, err := d.Reader().Query(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var key, value string
		var maybe *string
		if err := rows.Scan(&key, &maybe); err != nil {
			t.Fatal(err)
		}
		if maybe != nil {
			value = *maybe
		}
		out[key] = value
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out
}
