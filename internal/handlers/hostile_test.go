package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"gatehouse/web/templates/ui"
)

// answers that an org may give to anything, most of them wrong.
var oddAnswers = map[string]http.HandlerFunc{
	"an empty list":    empty,
	"an empty object":  func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, `{}`) },
	"null":             func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, `null`) },
	"a list of nulls":  func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, `[null,null]`) },
	"a list of things": func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, `[{},{"id":7,"profile":[]},[]]`) },
	"wrong types": func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, `{"id":{},"status":7,"profile":"x","type":[],"credentials":7,"_links":[],"_embedded":"x","definitions":7,"created":{},"lastUpdated":"soon"}`)
	},
	"a person": func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, `{"id":"00u1","status":"ACTIVE","created":"2026-01-01T00:00:00.000Z","type":{"id":"oty1"},"profile":{"login":"<b>a@b.example","firstName":"\u202ea"},"_links":{}}`)
	},
	"not found": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"errorCode":"E0000007","errorSummary":"Not found: Resource not found: x (User)","errorCauses":[]}`))
	},
	"a page": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html>SELECT secret</html>"))
	},
	"failure": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"errorCode":"E0000001","errorSummary":"Api validation failed: x","errorCauses":[{"errorSummary":"login: goes on"},{}]}`))
	},
	"nothing at all": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
}

// security 62: whatever a browser sends to whichever route, and whatever the org answers,
// the console neither panics nor tells how it is made.
func TestHostileRequestsToEveryRoute(t *testing.T) {
	var answer atomic.Pointer[http.HandlerFunc]
	f := newFixture(t, func(w http.ResponseWriter, r *http.Request) { (*answer.Load())(w, r) })
	handler, err := f.serve(f.routes())
	if err != nil {
		t.Fatal(err)
	}
	arguments := []string{"00u1", "%00", "..%2f..%2fetc", "%3Cscript%3E", "1%27--", "%E2%80%AE", "0", "-1", "99999999999999999999", strings.Repeat("a", 3000)}
	queries := []string{"", "q=((((&sort=x&order=y&after=z&columns=,,&limit=-1", "q=%00", "q=%ff", "since=x&until=y", "state=x&code=y&error=z&iss=w", "%zz", "a;b", "id=1&id=2&selected=x"}
	forms := []url.Values{
		{},
		{"login": {"a", "b"}, "firstName": {"\x00"}, "id": {strings.Repeat("a", 9000)}, "_": {"\xff"}},
		{"action": {"explode"}, "confirm": {"yes"}, "profile.login": {"x"}, "etag": {"x"}, "once": {"x"}, "members": {""}, "ids": {"00u1", "..", ""}},
	}
	if testing.Short() { // under -race
		arguments, queries, forms = arguments[:3], queries[:3], forms[1:2]
	}
	for name, odd := range oddAnswers {
		answer.Store(&odd)
		for _, r := range f.routes() {
			for i, a := range arguments {
				path := fill(r.path, a)
				for j, q := range queries {
					if i > 0 && j > 0 {
						break // one of the two is hostile at a time
					}
					for k, form := range forms {
						if k > 0 && r.method == http.MethodGet {
							break
						}
						var h *http.Request
						if r.method == http.MethodGet {
							h = request(r.method, path+"?"+q, []string{"Accept: text/html", "Accept: application/json"}[(i+j)%2])
						} else {
							form.Set(ui.FormTokenField, "the-form-token")
							h = formRequest(path+"?"+q, form)
						}
						w := httptest.NewRecorder()
						handler.ServeHTTP(w, h)
						if w.Code == http.StatusInternalServerError {
							t.Errorf("%s, %s %.80s?%s: %d", name, r.method, path, q, w.Code)
						}
						for _, word := range []string{"goroutine", "runtime error", ".go:", "SELECT", "sqlite", "gatehouse/internal"} {
							if strings.Contains(w.Body.String(), word) {
								t.Errorf("%s, %s %.80s?%s tells %q", name, r.method, path, q, word)
							}
						}
					}
				}
			}
		}
	}
	if log := f.log.String(); strings.Contains(log, "panic") {
		t.Errorf("something panicked: %.2000s", log[strings.Index(log, "panic"):])
	}
}

// fill puts an argument where a route has a parameter.
func fill(path, argument string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, ":") || strings.HasPrefix(p, "*") {
			parts[i] = argument
		}
	}
	return strings.Join(parts, "/")
}
