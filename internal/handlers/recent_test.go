package handlers

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// lagging is an org whose search shows people as they were before the last write.
type lagging struct {
	mu     sync.Mutex
	listed string // what the search answers
	byID   map[string]string
	reads  []string
}

func personDoc(id, first, updated string) string {
	return fmt.Sprintf(`{"id":%q,"status":"ACTIVE","lastUpdated":%q,"profile":{"firstName":%q,"lastName":"Lag","login":"%s@company.example","email":"x@company.example"}}`, id, updated, first, first)
}

func (l *lagging) serve(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, isPerson := strings.CutPrefix(r.URL.Path, "/api/v1/users/")
	switch {
	case r.URL.Path == "/api/v1/users":
		answerJSON(w, l.listed)
	case strings.HasPrefix(r.URL.Path, "/api/v1/meta/schemas"):
		answerJSON(w, `{"definitions":{"base":{"properties":{"firstName":{"type":"string","title":"First name"}}}}}`)
	case strings.HasPrefix(r.URL.Path, "/api/v1/meta/types"):
		answerJSON(w, `[]`)
	case isPerson && l.byID[id] == "" && r.Method == http.MethodGet:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"errorCode":"E0000007","errorSummary":"Not found"}`))
	case isPerson:
		if r.Method == http.MethodGet {
			l.reads = append(l.reads, id)
		}
		answerJSON(w, l.byID[id])
	}
}

// fault 21: after a write the list shows what is true by id, marked until the search agrees.
func TestListShowsAWriteThatTheSearchDoesNotShowYet(t *testing.T) {
	const before, after = "2026-03-02T11:00:00.000Z", "2026-03-02T11:59:59.000Z"
	org := &lagging{listed: "[" + personDoc("00u1", "Old", before) + "," + personDoc("00u2", "Other", before) + "]", byID: map[string]string{"00u1": personDoc("00u1", "New", after)}}
	now := noon
	server := httptest.NewServer(http.HandlerFunc(org.serve))
	t.Cleanup(server.Close)
	f := newFixture(t, org.serve, withGuard(t, server.URL), func(c *Config) { c.Now = func() time.Time { return now } })
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.users.manage", "okta.schemas.read", "okta.userTypes.read")

	list := func() string { return f.ask(t, request(http.MethodGet, "/people")).Body.String() }
	if page := list(); !strings.Contains(page, "Old Lag") || len(org.reads) != 0 {
		t.Fatalf("before the write: %v\n%s", org.reads, page)
	}
	edit := url.Values{"form_token": {"the-form-token"}, "base": {`{"firstName":"Old"}`}, "profile.firstName": {"New"}}
	if w := f.ask(t, formRequest("/people/00u1", edit)); w.Code != http.StatusSeeOther {
		t.Fatalf("edit: %d %s", w.Code, w.Body)
	}
	org.reads = nil
	page := list()
	if !strings.Contains(page, "New Lag") || strings.Contains(page, "Old Lag") || strings.Count(page, ">updating<") != 1 || len(org.reads) != 1 {
		t.Errorf("after the write: reads %v, marks %d", org.reads, strings.Count(page, ">updating<"))
	}
	org.listed = strings.ReplaceAll(org.listed, personDoc("00u1", "Old", before), personDoc("00u1", "New", after))
	org.reads = nil
	for range 2 {
		if page := list(); strings.Contains(page, ">updating<") || len(org.reads) != 0 {
			t.Errorf("the search agrees: reads %v", org.reads)
		}
	}

	// Somebody added stands on top of the whole list, and in no search; somebody removed is gone.
	org.byID["00u3"] = personDoc("00u3", "Added", after)
	f.recent.kept = nil
	w := f.ask(t, formRequest("/people/00u3", url.Values{"form_token": {"the-form-token"}, "base": {`{"firstName":"x"}`}, "profile.firstName": {"Added"}}))
	if w.Code != http.StatusSeeOther {
		t.Fatalf("write: %d", w.Code)
	}
	for i := range f.recent.kept["00u1"] {
		f.recent.kept["00u1"][i].Created = true
	}
	if page := list(); !strings.Contains(page, "Added Lag") {
		t.Error("somebody added is not in the list")
	}
	if page := f.ask(t, request(http.MethodGet, "/people?q=other")).Body.String(); strings.Contains(page, "Added Lag") {
		t.Error("somebody added is in a search that may not be about them")
	}
	org.byID["00u2"] = personDoc("00u2", "Other", after)
	f.ask(t, formRequest("/people/00u2", url.Values{"form_token": {"the-form-token"}, "base": {`{"firstName":"x"}`}, "profile.firstName": {"Other"}}))
	delete(org.byID, "00u2")
	if page := list(); strings.Contains(page, "Other Lag") {
		t.Error("somebody removed is in the list")
	}
	// After a minute nothing is asked for lists any more.
	now = now.Add(time.Minute)
	org.reads = nil
	if list(); len(org.reads) != 0 {
		t.Errorf("a minute later: reads %v", org.reads)
	}
}
