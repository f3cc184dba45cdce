package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/db"
)

// touched are the tables that reading may write to, and what is kept there.
var touched = map[string]string{
	"console.db auth_session": "when a session was last seen",
	"console.db audit_row":    "exports and secrets, which are sensitive reads",
	"console.db audit_target": "what they were about",
	"org.db app_key":          "the key of an app, made when it is first asked for",
	"org.db signing_key":      "the same of an authorization server",
	"org.db event":            "that secrets were read: looked at below",
	"org.db event_index":      "what such an event is about",
	"console.db auth_pending": "sign-ins that somebody began: /login is a GET by RFC 6749",
}

// security 22: GET changes nothing, neither on the console's pages nor at the org.
func TestReadingChangesNothing(t *testing.T) {
	s := startSite(t)
	c := newClient(t)
	c.signInToRead(s, "super-admin", "/")
	before := s.rows(t)
	c.crawl(s)
	after := s.rows(t)
	for table, rows := range after {
		if _, may := touched[table]; !may && rows != before[table] {
			t.Errorf("reading changed %s:\n%s", table, firstDifference(before[table], rows))
		}
	}
	trail := s.query(t, "console.db", `SELECT entry FROM audit_row`)
	for _, row := range trail {
		if !strings.Contains(row, `"operation":"export`) && !strings.Contains(row, `"operation":"sign`) &&
			!strings.Contains(row, `"operation":"listClientSecretsForApplication"`) && !strings.Contains(row, `"kind":"outcome"`) {
			t.Errorf("reading is in the trail as a change: %s", row)
		}
	}
	for row := range strings.Lines(after["org.db event"]) {
		if !strings.Contains(before["org.db event"], strings.TrimSpace(row)) && !strings.Contains(row, "app.oauth2.client.read_client_secret") {
			t.Errorf("reading told the System Log: %s", row)
		}
	}
	if n := len(s.query(t, "org.db", `SELECT * FROM document`)); n < 40 {
		t.Errorf("the org's documents were not compared: %d", n)
	}
}

// rows are the contents of all tables of the site, by "file table".
func (s *site) rows(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, file := range []string{"console.db", "org.db"} {
		for _, table := range s.query(t, file, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`) {
			rows := s.query(t, file, `SELECT * FROM "`+table+`"`)
			slices.Sort(rows)
			out[file+" "+table] = strings.Join(rows, "\n")
		}
	}
	return out
}

// query reads a database of the running site; a row is its columns with bars between.
func (s *site) query(t *testing.T, file, statement string) []string {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: filepath.Join(s.data[0], file)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	rows, err := d.Reader().Query(t.Context(), statement)
	if err != nil {
		t.Fatalf("%s: %s: %v", file, statement, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		values, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(values))
		for i, v := range values {
			if b, is := v.([]byte); is {
				v = string(b)
			}
			texts[i] = fmt.Sprint(v)
		}
		out = append(out, strings.Join(texts, "|"))
	}
	if rows.Err() != nil {
		t.Fatalf("%s: %s: %v", file, statement, rows.Err())
	}
	return out
}

func firstDifference(a, b string) string {
	old := strings.Split(a, "\n")
	for _, line := range strings.Split(b, "\n") {
		if !slices.Contains(old, line) {
			return line[:min(len(line), 300)]
		}
	}
	return fmt.Sprintf("%d rows became %d", len(old), strings.Count(b, "\n")+1)
}
