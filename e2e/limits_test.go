package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// fault 23, security 61: bodies that are too large, too deep or broken are refused at once, by both
// servers, and nothing comes of them.
func TestBodiesThatAreRefused(t *testing.T) {
	s := startSite(t)
	c := newClient(t)
	c.signIn(s, "super-admin", "/")
	large := strings.Repeat("a", 10<<20)
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	for name, want := range map[string]struct {
		body   string
		status []int
	}{
		"10 MB":       {`{"profile":{"login":"` + large + `"}}`, []int{http.StatusRequestEntityTooLarge, http.StatusBadRequest}},
		"10k levels":  {`{"profile":{"firstName":` + deep + `}}`, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}},
		"half JSON":   {`{"profile":{"login":"a`, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}},
		"no JSON":     {`profile=x`, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}},
		"a list":      {`[1,2]`, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}},
		"twice a key": {`{"profile":{},"profile":{}}`, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}},
	} {
		for server, at := range map[string]string{"org": s.Org + "/api/v1/users", "console": s.Console + "/people"} {
			headers := []string{"Content-Type", "application/json", "Accept", "application/json", "Gatehouse-Request", "1", "Origin", s.Console}
			if server == "org" {
				headers = append(headers, "Authorization", "SSWS "+s.APIToken)
			}
			a := c.send(http.MethodPost, at, want.body, headers...)
			refused := server == "console" && (a.status == http.StatusMethodNotAllowed || a.status == http.StatusUnsupportedMediaType) && len(want.body) < 1<<20
			for _, status := range want.status {
				refused = refused || a.status == status
			}
			if !refused || !strings.HasPrefix(strings.TrimSpace(a.body), "{") {
				t.Errorf("%s to the %s: %d %.200s", name, server, a.status, a.body)
			}
		}
	}
	if people := s.query(t, "org.db", `SELECT id FROM document WHERE kind = 'user'`); len(people) != len(s.query(t, "org.db", `SELECT DISTINCT id FROM document WHERE kind = 'user'`)) || len(people) < 40 {
		t.Errorf("%d people", len(people))
	}
}

// fault 25: an id from outside is an id or nothing; fault 22: filters and words of any
// kind are answered in words.
func TestHostileIDsAndSearches(t *testing.T) {
	s := startSite(t)
	c := newClient(t)
	c.signIn(s, "super-admin", "/")
	for _, id := range []string{
		"..%2f..%2fetc%2fpasswd", "%00", "..;/", "..%5c", "%2e%2e", "a%2fb", "'%20OR%201=1--", "%27%3B%20DROP%20TABLE%20document%3B--",
		strings.Repeat("a", 5<<10), "00u%0d%0aX:%20y", "%E2%80%AE", "-", "00u00000000000000000",
	} {
		for _, path := range []string{"/people/", "/changes/", "/people/new/", "/static/"} {
			a := c.send(http.MethodGet, s.Console+path+id, "")
			if a.status != http.StatusNotFound && a.status != http.StatusBadRequest {
				t.Errorf("%s%.60s: %d", path, id, a.status)
			}
		}
		a := c.send(http.MethodGet, s.Org+"/api/v1/users/"+id, "", "Authorization", "SSWS "+s.APIToken)
		if a.status != http.StatusNotFound && a.status != http.StatusBadRequest && a.status != http.StatusMethodNotAllowed {
			t.Errorf("the org, %.60s: %d %.200s", id, a.status, a.body)
		}
	}
	for _, q := range []string{
		`status eq`, `status eq "A" or`, `((((`, `profile.nothing eq "x"`, `status eq "ACTIVE" and`, `"`, `\`, `%`, `_`, `' OR 1=1 --`,
		strings.Repeat("(", 3000), strings.Repeat(`a eq "b" or `, 300) + `a eq "b"`, "😀 عربى \u200d e\u0301", "a@b@c", "\x7f", "/", "*", "id eq \"..\"",
	} {
		a := c.send(http.MethodGet, s.Console+"/people?q="+url.QueryEscape(q), "")
		if a.status != http.StatusOK && a.status != http.StatusBadRequest && a.status != http.StatusRequestURITooLong {
			t.Errorf("search for %.60q: %d", q, a.status)
		}
	}
}
