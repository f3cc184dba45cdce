package handlers

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
)

const (
	ben      = `{"id":"00u7","status":"ACTIVE","lastUpdated":"2026-01-01T00:00:00.000Z","profile":{"firstName":"Ben","lastName":"Okafor","title":"Agent"}}`
	benAfter = `{"id":"00u7","status":"ACTIVE","lastUpdated":"2026-03-02T12:00:00.000Z","profile":{"firstName":"Ben","lastName":"Okafor","title":"<b>Lead</b>"}}`
)

// change makes the signed-in person, or another, change Ben's title, through the guards.
func (f *fixture) change(t *testing.T, who string) {
	t.Helper()
	s := &auth.Session{UserID: who, Login: who + "@company.example", Roles: f.desk.session.Roles}
	ctx := f.acting(request(http.MethodGet, "/"), s)
	before, err := okta.Parse([]byte(ben))
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.config.Org.Do(ctx, okta.Call{Op: okta.Find("updateUser"), Args: map[string]string{"userId": "00u7"}, Body: before, Before: before, Reason: "HR-2231"})
	if err != nil {
		t.Fatal(err)
	}
}

func changing(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut {
		answerJSON(w, benAfter)
		return
	}
	empty(w, r)
}

// security 41: who, in which role, what, before and after, how it ended.
func TestChanges(t *testing.T) {
	f := newFixture(t, changing)
	f.change(t, "00u1")
	w := f.ask(t, request(http.MethodGet, "/changes"))
	has(t, w, "Update user", "00u1@company.example", "Org admin", "/people/00u7", "Ben Okafor", "profile.title", "Agent", "&lt;b&gt;Lead", "HR-2231", "Done")
	if contains(w, "lastUpdated") {
		t.Error("a computed field is shown")
	}
	w = f.ask(t, request(http.MethodGet, "/changes/1"))
	has(t, w, "PUT /api/v1/users/{userId}", "192.0.2.1", "Before", "After", "Sent")
}

// The org answers the update of a client with its secret, and the reading without.
func TestASecretThatWasOnlyAnsweredDidNotChange(t *testing.T) {
	differences := func(before, after string) string {
		client := func(members string) []byte {
			return []byte(`{"id":"0oa1","label":"` + members[:1] + `","credentials":{"oauthClient":{` + members[1:] + `}}}`)
		}
		row, _, err := describeChange(audit.Change{Operation: "updateApplication", Method: http.MethodPut, Before: client(before), After: client(after)})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, d := range row.Diff {
			out = append(out, d.Field)
		}
		return strings.Join(out, " ")
	}
	const secret = `,"client_secret":"[hidden 1a2b]"`
	for _, c := range []struct{ before, after, want string }{
		{`A"token_endpoint_auth_method":"client_secret_basic"`, `B"token_endpoint_auth_method":"client_secret_basic"` + secret, "label"},
		{`A"token_endpoint_auth_method":"none"`, `A"token_endpoint_auth_method":"client_secret_basic"` + secret, "credentials.oauthClient.client_secret credentials.oauthClient.token_endpoint_auth_method"},
		{`A"client_secret":"[hidden 3c4d]"`, `A` + secret[1:], "credentials.oauthClient.client_secret"},
	} {
		if got := differences(c.before, c.after); got != c.want {
			t.Errorf("from %s to %s changes %q; want %q", c.before, c.after, got, c.want)
		}
	}
}

func TestChangesFilter(t *testing.T) {
	f := newFixture(t, changing)
	f.change(t, "00u1")
	f.change(t, "00u2")
	for query, want := range map[string][2]bool{ // shows the change of 00u1, of 00u2
		"":                                   {true, true},
		"?who=me":                            {true, false},
		"?who=00u2":                          {false, true},
		"?target=00u7":                       {true, true},
		"?target=00u8":                       {false, false},
		"?operation=updateUser":              {true, true},
		"?operation=suspendUser":             {false, false},
		"?since=2026-03-02&until=2026-03-02": {true, true},
		"?until=2026-03-01":                  {false, false},
	} {
		w := f.ask(t, request(http.MethodGet, "/changes"+query))
		got := [2]bool{contains(w, "00u1@company.example"), contains(w, "00u2@company.example")}
		if got != want {
			t.Errorf("%q shows %v, want %v", query, got, want)
		}
	}
}

// Only who may read the System Log of the org reads the changes of others.
func TestChangesOfOthers(t *testing.T) {
	f := newFixture(t, changing)
	f.change(t, "00u1")
	f.change(t, "00u2")
	f.desk.session.Roles = []auth.Role{{Type: "HELP_DESK_ADMIN", Status: "ACTIVE"}}
	for _, path := range []string{"/changes", "/changes?who=00u2", "/changes?target=00u7"} {
		w := f.ask(t, request(http.MethodGet, path, "Accept: application/json"))
		if !contains(w, `"id":"00u1"`) || contains(w, `"id":"00u2"`) {
			t.Errorf("%s: %s", path, w.Body)
		}
	}
	if w := f.ask(t, request(http.MethodGet, "/changes/3")); w.Code != http.StatusNotFound {
		t.Errorf("the change of another: %d, want 404", w.Code)
	}
	if w := f.ask(t, request(http.MethodGet, "/changes/1")); w.Code != http.StatusOK {
		t.Errorf("the own change: %d, want 200", w.Code)
	}
}

func TestChangesLoadMore(t *testing.T) {
	f := newFixture(t, changing)
	for range changesPage + 1 {
		f.change(t, "00u1")
	}
	w := f.ask(t, request(http.MethodGet, "/changes?who=me"))
	if n := strings.Count(w.Body.String(), "Update user"); n != changesPage {
		t.Errorf("%d rows on the first page, want %d", n, changesPage)
	}
	has(t, w, "/changes?after=3&amp;who=me")
	w = f.ask(t, request(http.MethodGet, "/changes?after=3&who=me", "HX-Request: true", "HX-Request-Type: partial"))
	if n := strings.Count(w.Body.String(), "Update user"); n != 1 || contains(w, "<form") || contains(w, "Load more") {
		t.Errorf("the second page: %s", w.Body)
	}
}

func TestChangesBadAddress(t *testing.T) {
	f := newFixture(t, empty)
	for path, want := range map[string]int{
		"/changes?after=x": 400, "/changes?since=yesterday": 400, "/changes?until=2026-13-01": 400,
		"/changes/x": 404, "/changes/0": 404, "/changes/99": 404, "/changes/1%2f2": 404,
	} {
		if w := f.ask(t, request(http.MethodGet, path)); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

func TestWordsOfTheTrail(t *testing.T) {
	for id, want := range map[string]string{
		"suspendUser": "Suspend user", "deactivateOrDeleteUser": "Deactivate or delete user", "signIn": "Sign in",
		"forgotPasswordGenerateOneTimeToken+forgotPasswordSetNewPassword": "Forgot password generate one time token",
	} {
		if got := operationWords(id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	if got := fieldPath("/profile/a~1b/0"); got != "profile.a/b.0" {
		t.Errorf("path %q", got)
	}
	for _, r := range []audit.Result{audit.Success, audit.Failure, audit.Refused, audit.Running, audit.Unknown} {
		if kind, text := resultWords(r); kind == "" || text == "" {
			t.Errorf("%s has no words", r)
		}
	}
}
