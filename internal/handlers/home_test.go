package handlers

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/audit"
)

const (
	oneLocked = `[{"id":"00u7","status":"LOCKED_OUT","statusChanged":"2026-03-02T11:48:00.000Z","profile":{"firstName":"Ben","lastName":"<Okafor>","login":"ben@company.example"}}]`
	oneFailed = `[{"published":"2026-03-02T11:30:00.000Z","actor":{"id":"00u7","type":"User","displayName":"Ben"},"client":{"ipAddress":"203.0.113.7","geographicalContext":{"city":"Lagos"}},"outcome":{"result":"FAILURE","reason":"INVALID_CREDENTIALS"}}]`
)

func TestHome(t *testing.T) {
	var mu sync.Mutex
	var calls []string
	org := func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		calls = append(calls, r.URL.Path+"?"+r.URL.Query().Get("filter")+" "+r.URL.Query().Get("since"))
		mu.Unlock()
		if r.URL.Path == "/api/v1/logs" {
			answerJSON(w, oneFailed)
			return
		}
		answerJSON(w, oneLocked)
	}
	f := newFixture(t, org)
	w := f.ask(t, request(http.MethodGet, "/"))
	has(t, w, "Good afternoon, Mara", "Ben &lt;Okafor&gt;", "12 min ago", "/people/00u7", "Wrong password", "203.0.113.7, Lagos", "from 1 address")
	if len(calls) != 2 {
		t.Errorf("calls to the org: %q, want 2", calls)
	}
	for _, c := range calls {
		if c != `/api/v1/users?status eq "LOCKED_OUT" ` && c != `/api/v1/logs?eventType eq "user.session.start" and outcome.result eq "FAILURE" 2026-03-02T11:00:00Z` {
			t.Errorf("unexpected call %q", c)
		}
	}
}

func TestHomeCardsFailByThemselves(t *testing.T) {
	org := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/logs" {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action","errorCauses":[]}`))
			return
		}
		answerJSON(w, oneLocked)
	}
	w := newFixture(t, org).ask(t, request(http.MethodGet, "/"))
	if w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
	has(t, w, "ben@company.example", "Sign-ins are not known", "Your admin role does not cover this")
}

func TestHomeShowsOnlyWhatTheAdminMayRead(t *testing.T) {
	asked := false
	f := newFixture(t, func(w http.ResponseWriter, r *http.Request) { asked = true; empty(w, r) })
	f.desk.session.Scopes = nil
	w := f.ask(t, request(http.MethodGet, "/"))
	for _, gone := range []string{"Locked out", "Failed sign-ins", `href="/people"`, `id="search"`} {
		if contains(w, gone) {
			t.Errorf("%q is shown", gone)
		}
	}
	if asked {
		t.Error("the org was asked for what the sign-in may not read")
	}
}

func TestHomeOwnChanges(t *testing.T) {
	f := newFixture(t, changing)
	f.change(t, "00u1")
	f.change(t, "00u2")
	if err := f.config.Trail.Write(t.Context(), audit.Entry{Operation: "signIn", Actor: audit.Actor{ID: "00u1"}, Result: audit.Success}); err != nil {
		t.Fatal(err)
	}
	w := f.ask(t, request(http.MethodGet, "/"))
	if contains(w, "Sign in") {
		t.Error("a sign-in counts as a change")
	}
	has(t, w, "Your changes today", `"/changes?who=me"`, "Update user", "/changes/1")
	if contains(w, "/changes/3") {
		t.Error("the change of another is counted as own")
	}
}

func TestHomeAsJSON(t *testing.T) {
	w := newFixture(t, empty).ask(t, request(http.MethodGet, "/", "Accept: application/json"))
	want := `{"item":{"lockedOut":{"count":0,"more":false,"people":[]},"failedSignIns":{"count":0,"more":false,"addresses":0,"latest":[]},"ownChanges":{"count":0,"more":false,"latest":[]},"rateBudget":[],"calls":{"total":2,"unreachable":0,"unreadable":0,"unknown":0,"limited":0}},"can":[]}` + "\n"
	if w.Body.String() != want {
		t.Errorf("got  %s\nwant %s", w.Body, want)
	}
}

// fault 5: answers that cannot be used are counted where admins see it, and not shown.
func TestHomeCountsFailedCalls(t *testing.T) {
	f := newFixture(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/v1/logs") {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html>internals of a gateway</html>"))
			return
		}
		empty(w, r)
	})
	w := f.ask(t, request(http.MethodGet, "/"))
	has(t, w, "2 calls to the org", "1 with an answer that could not be read")
	if contains(w, "internals") {
		t.Error("the answer is shown")
	}
}
