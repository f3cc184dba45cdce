package handlers

import (
	"net/http"
	"net/url"
	"testing"
)

// security 20: people see their own sessions and end the others.
func TestOwnSessions(t *testing.T) {
	f := newFixture(t, empty)
	w := f.ask(t, request(http.MethodGet, "/sessions"))
	has(t, w, "Firefox on Linux", "203.0.113.7", "This session", `action="/sessions/other/end"`)

	w = f.ask(t, formRequest("/sessions/other/end", url.Values{"form_token": {"the-form-token"}}))
	if w.Code != http.StatusSeeOther || f.desk.ended != "other" {
		t.Errorf("status %d, ended %q", w.Code, f.desk.ended)
	}
	if w = f.ask(t, formRequest("/sessions/unknown/end", url.Values{"form_token": {"the-form-token"}})); w.Code != http.StatusNotFound {
		t.Errorf("an unknown session: %d", w.Code)
	}
	f.desk.ended = ""
	if w = f.ask(t, formRequest("/sessions/other/end", nil)); w.Code != http.StatusForbidden || f.desk.ended != "" {
		t.Errorf("without the form token: %d, ended %q", w.Code, f.desk.ended)
	}
}
