package handlers

import (
	"net/http"
	"net/url"
	"testing"
)

// security 20: a super admin ends any session or all; nobody else sees them, whatever
// address they ask for.
func TestAllSessionsAreForSuperAdmins(t *testing.T) {
	token := url.Values{"form_token": {"the-form-token"}}
	f := newFixture(t, empty)
	for _, path := range []string{"/sessions/all/other/end", "/sessions/all/end"} {
		if w := f.ask(t, formRequest(path, token)); w.Code != http.StatusForbidden || f.desk.ended != "" {
			t.Errorf("an org admin at %s: %d, ended %q", path, w.Code, f.desk.ended)
		}
	}
	if w := f.ask(t, request(http.MethodGet, "/sessions/all")); w.Code != http.StatusForbidden || contains(w, "203.0.113.7") || contains(w, `href="/sessions/all"`) {
		t.Errorf("an org admin: %d", w.Code)
	}

	f.desk.session.Roles[0].Type = "SUPER_ADMIN"
	w := f.ask(t, request(http.MethodGet, "/sessions/all"))
	has(t, w, "203.0.113.7", "This session", `action="/sessions/all/other/end"`, `href="/sessions/all"`)
	if f.ask(t, formRequest("/sessions/all/other/end", token)); f.desk.ended != "other" {
		t.Errorf("ended %q", f.desk.ended)
	}
	if f.ask(t, formRequest("/sessions/all/end", token)); f.desk.ended != "all" {
		t.Errorf("ended %q", f.desk.ended)
	}
	f.desk.ended = ""
	if w := f.ask(t, formRequest("/sessions/all/end", nil)); w.Code != http.StatusForbidden || f.desk.ended != "" {
		t.Errorf("without the form token: %d, ended %q", w.Code, f.desk.ended)
	}
	// Somebody whose roles the org does not tell is not known to be one.
	f.desk.session.RolesKnown = false
	if w := f.ask(t, request(http.MethodGet, "/sessions/all")); w.Code != http.StatusForbidden {
		t.Errorf("roles not known: %d", w.Code)
	}
}
