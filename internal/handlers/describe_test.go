package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// Each error has its status, its code and its words; the cause stays out of them.
func TestErrorsInWords(t *testing.T) {
	f := newFixture(t, empty)
	cause := errors.New("dial tcp 10.0.0.1: SECRET")
	failure := func(kind error) error { return &okta.Failure{Kind: kind, Operation: "listUsers", Err: cause} }
	for _, c := range []struct {
		name   string
		err    error
		status int
		code   string
		words  string
	}{
		{"unreachable", failure(okta.ErrUnreachable), 502, "unreachable", "could not be reached"},
		{"unreadable", failure(okta.ErrBadAnswer), 502, "bad_answer", "could not be read"},
		{"lost answer", failure(okta.ErrUnknownOutcome), 502, "unknown_outcome", "may or may not have been made"},
		// fault 1: a person is told when to come back.
		{"rate limit", &okta.RateLimited{Until: noon.Add(30 * time.Second), Bucket: "/api/v1/users"}, 429, "rate_limit", "12:00:30 UTC"},
		{"no trail", fmt.Errorf("%w: %w", audit.ErrNotRecorded, cause), 503, "not_recorded", "audit trail cannot be written"},
		{"no scope", &auth.Denied{Operation: okta.Find("suspendUser"), MissingScope: "okta.users.manage", Reason: "This sign-in does not hold okta.users.manage."}, 403, "not_permitted", "okta.users.manage"},
		// security 36: a scope that the token lacks and a role that does not reach are told apart.
		{"the org wants a scope", &okta.Error{Status: 403, Code: "E0000006", Scope: "okta.groups.manage", Summary: "You do not have permission"}, 403, "not_permitted", "lacks a scope. The org wants okta.groups.manage"},
		{"a scope to ask for", &auth.Denied{Operation: okta.Find("suspendUser"), MissingScope: "okta.users.manage", StepUp: true}, 403, "scope", "does not hold okta.users.manage yet"},
		{"not renewed", auth.ErrNotRefreshed, 503, "not_refreshed", "stay signed in"},
		{"no role", &okta.Error{Status: 403, Code: "E0000006", Summary: "You do not have permission"}, 403, "E0000006", "admin role does not cover"},
		{"gone", &okta.Error{Status: 404, Code: "E0000007", Summary: "Not found: Resource not found: x (User)"}, 404, "E0000007", "deleted since"},
		{"invalid", &okta.Error{Status: 400, Code: "E0000001", Summary: "Api validation failed: login", Causes: []okta.Cause{{Summary: "login: The field cannot be left blank"}}}, 400, "E0000001", "cannot be left blank"},
		{"org broken", &okta.Error{Status: 500, Code: "E0000009", Summary: "Internal Server Error"}, 502, "E0000009", "answered 500"},
		{"too slow", fmt.Errorf("listUsers: %w", context.DeadlineExceeded), 504, "timeout", "took too long"},
		{"too large", &http.MaxBytesError{Limit: 1}, 413, "too_large", "at most 1 MB"},
		{"anything else", fmt.Errorf("select: %w", cause), 500, "internal", "has been logged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := f.ask(t, request(http.MethodGet, "/x", "Accept: application/json"), route{method: http.MethodGet, path: "/x", handle: func(*gin.Context) (View, error) { return nil, c.err }})
			if w.Code != c.status || !contains(w, `"code":"`+c.code+`"`) || !contains(w, c.words) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if contains(w, "SECRET") {
				t.Errorf("the cause leaks: %s", w.Body)
			}
			if c.code == "rate_limit" {
				header(t, w, "Retry-After", "30")
			}
			if strings.Contains(w.Body.String(), "!") || strings.Contains(w.Body.String(), "..") {
				t.Errorf("words: %s", w.Body)
			}
		})
	}
}

func TestFieldErrors(t *testing.T) {
	got := fieldErrors(&okta.Error{Causes: []okta.Cause{
		{Summary: "login: An object with this field already exists in the current organization"},
		{Summary: "Password requirements were not met: at least 8 characters."},
	}})
	if len(got) != 1 || got["login"] != "An object with this field already exists in the current organization" {
		t.Errorf("fields: %q", got)
	}
}

// A page that outlived its session can still be left.
func TestSignOutWithoutASession(t *testing.T) {
	f := newFixture(t, empty)
	r := formRequest("/logout", url.Values{ui.FormTokenField: {"the-form-token"}})
	r.Header.Del("Cookie")
	w := f.ask(t, r)
	if w.Code != http.StatusFound && w.Code != http.StatusSeeOther && w.Code != http.StatusUnauthorized {
		t.Errorf("status %d", w.Code)
	}
	if contains(w, "Nothing was changed") {
		t.Error("a person without a session is told of a forged form")
	}
}
