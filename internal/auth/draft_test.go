package auth_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

func TestDraftsAreKeptForADay(t *testing.T) {
	dbtest.Each(t, options(), func(t *testing.T, d *db.DB) {
		c := consoleOn(t, d)
		s := c.signIn(t, newBrowser())
		want := auth.Draft{
			Page: "/people/00u9", Action: "/people/00u9", Operation: "partialUpdateUser", Missing: []string{"okta.users.manage"},
			Scopes: []string{"okta.users.manage"}, Fields: url.Values{"profile.title": {"Überprüferin\n2"}}, Omitted: []string{"password"},
		}
		id, err := c.KeepDraft(t.Context(), s, want)
		if err != nil {
			t.Fatal(err)
		}
		got, found, err := c.Draft(t.Context(), s, id)
		if err != nil || !found || got.Fields.Get("profile.title") != want.Fields.Get("profile.title") || got.Page != want.Page || got.Operation != want.Operation {
			t.Errorf("%+v, %v", got, err)
		}
		// A sign-in that comes back to it asks for what it needs.
		if scope := query(t, c.begin(t, newBrowser(), "/people/00u9?draft="+id)).Get("scope"); !strings.Contains(scope, "okta.users.manage") {
			t.Errorf("scope %s", scope)
		}
		c.advance(24*time.Hour - time.Second)
		if err := c.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, found, _ := c.Draft(t.Context(), s, id); !found {
			t.Error("gone before its day was over")
		}
		c.advance(time.Second)
		if _, found, _ := c.Draft(t.Context(), s, id); found {
			t.Error("there after a day")
		}
		if err := c.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		var left int
		if err := c.db.Reader().QueryRow(t.Context(), `SELECT count(*) FROM auth_draft`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d rows left, %v", left, err)
		}
	})
}

// A scope that the org does not grant must not refuse each sign-in that comes back to a draft.
func TestSignInToADraftWhoseScopeIsNotGranted(t *testing.T) {
	c := newConsole(t)
	s := c.signIn(t, newBrowser())
	id, err := c.KeepDraft(t.Context(), s, auth.Draft{Page: "/people/00u9", Scopes: []string{"okta.users.manage"}, Fields: url.Values{"profile.title": {"Lead"}}})
	if err != nil {
		t.Fatal(err)
	}
	b, back := newBrowser(), "/people/00u9?draft="+id
	first := query(t, c.begin(t, b, back))
	if !strings.Contains(first.Get("scope"), "okta.users.manage") {
		t.Fatalf("scope %s", first.Get("scope"))
	}
	if _, to, err := c.complete(b, base+"/callback?error=invalid_scope&state="+first.Get("state")); err == nil || to != back {
		t.Fatalf("back at %q: %v", to, err)
	}
	if scope := query(t, c.begin(t, b, back)).Get("scope"); strings.Contains(scope, "okta.users.manage") {
		t.Errorf("asked for again: %s", scope)
	}
	if d, found, err := c.Draft(t.Context(), s, id); err != nil || !found || d.Fields.Get("profile.title") != "Lead" {
		t.Errorf("the draft is lost: %+v, %v", d, err)
	}
}

// One person's drafts are bounded: the oldest go.
func TestDraftsAreBounded(t *testing.T) {
	c := newConsole(t)
	s := c.signIn(t, newBrowser())
	var ids []string
	for range 25 {
		id, err := c.KeepDraft(t.Context(), s, auth.Draft{Page: "/"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
		c.clock.advance(time.Second)
	}
	for i, id := range ids {
		if _, found, _ := c.Draft(t.Context(), s, id); found != (i >= 5) {
			t.Errorf("draft %d: found %t", i, found)
		}
	}
}

// security 7: the database does not tell what was entered.
func TestDraftsAreSealed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "console.db")
	d, err := db.Open(t.Context(), db.Options{URL: path, Migrations: auth.Migrations(), Table: auth.VersionTable})
	if err != nil {
		t.Fatal(err)
	}
	c := consoleOn(t, d)
	s := c.signIn(t, newBrowser())
	if _, err := c.KeepDraft(t.Context(), s, auth.Draft{Page: "/people/00uSomebody", Fields: url.Values{"profile.title": {"Geheimnisträgerin"}}}); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"Geheimnis", "00uSomebody"} {
			if strings.Contains(string(raw), text) {
				t.Errorf("%s holds %s", filepath.Base(file), text)
			}
		}
	}
}
