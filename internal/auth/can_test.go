package auth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
)

// client is okta.Client as the program builds it: guard, token, origin.
func (c *console) client(t *testing.T) *okta.Client {
	t.Helper()
	base, err := okta.NewTransport(c.op.url, okta.TransportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	client, err := okta.NewClient(c.op.url, c.Transport(base), c.Guard())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestCanByScope(t *testing.T) {
	const read, write = "listUsers", "suspendUser" // okta.users.read, okta.users.manage
	super := []auth.Role{{Type: "SUPER_ADMIN", Status: "ACTIVE"}}
	cases := []struct {
		name, op string
		scopes   []string
		roles    []auth.Role
		known    bool
		want     auth.Verdict
		missing  string
	}{
		{"no scope to read", read, nil, nil, false, auth.No, "okta.users.read"},
		{"a scope to ask for", write, nil, nil, false, auth.Unknown, "okta.users.manage"},
		{"read does not include manage", write, []string{"okta.users.read"}, super, true, auth.Yes, "okta.users.manage"},
		{"manage includes read", read, []string{"okta.users.manage"}, super, true, auth.Yes, ""},
		{"scope, roles unknown", write, []string{"okta.users.manage"}, nil, false, auth.Unknown, ""},
		{"scope, another role", write, []string{"okta.users.manage"}, []auth.Role{{Type: "READ_ONLY_ADMIN", Status: "ACTIVE"}}, true, auth.No, ""},
		{"scope, inactive super admin", write, []string{"okta.users.manage"}, []auth.Role{{Type: "SUPER_ADMIN", Status: "INACTIVE"}}, true, auth.No, ""},
		{"no scope, another role", write, nil, []auth.Role{{Type: "READ_ONLY_ADMIN", Status: "ACTIVE"}}, true, auth.No, ""},
		{"scope, super admin", write, []string{"okta.users.manage"}, super, true, auth.Yes, ""},
	}
	c := newConsole(t)
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			s := &auth.Session{Scopes: test.scopes, Roles: test.roles, RolesKnown: test.known}
			got := c.Can(t.Context(), s, okta.Find(test.op), "00u1")
			if got.Verdict != test.want || got.MissingScope != test.missing || got.StepUp != (test.missing == "okta.users.manage") || !strings.Contains(got.Reason, test.missing) {
				t.Errorf("%+v", got)
			}
		})
	}
	// What the org was asked for and did not grant is no, whatever the role.
	s := &auth.Session{Scopes: []string{"okta.users.read"}, Asked: []string{"okta.users.read", "okta.users.manage"}, Roles: super, RolesKnown: true}
	if got := c.Can(t.Context(), s, okta.Find(write), "00u1"); got.Verdict != auth.No || got.StepUp || !strings.Contains(got.Reason, "did not grant") {
		t.Errorf("asked for and not granted: %+v", got)
	}
	if c.Can(t.Context(), nil, okta.Find(read), "").Verdict != auth.No {
		t.Error("nobody signed in may read")
	}
}

// What Can says no to never reaches the org, is typed, and is logged.
func TestGuardRefusesWithoutTheScope(t *testing.T) {
	c := newConsole(t, func(c *auth.Config) { c.Scopes = append(auth.DefaultScopes(), "okta.groups.manage") })
	s := c.signIn(t, newBrowser())
	_, err := c.client(t).Do(auth.With(t.Context(), s), okta.Call{Op: okta.Find("deleteGroup"), Args: map[string]string{"groupId": "00g1"}})
	var denied *auth.Denied
	if !errors.As(err, &denied) || denied.MissingScope != "okta.groups.manage" || denied.Operation.ID != "deleteGroup" || !strings.Contains(denied.Reason, "super admin") {
		t.Fatalf("err = %v", err)
	}
	if len(c.op.bearers) != 0 {
		t.Error("the call was made")
	}
	if log := c.log.text(); !strings.Contains(log, `"operation":"deleteGroup"`) || !strings.Contains(log, `"user":"00u1"`) {
		t.Errorf("the log does not say who was refused what: %s", log)
	}
	_, err = c.client(t).Do(t.Context(), okta.Call{Op: okta.Find("listUsers")})
	wantSignedOut(t, err)
}

// A 403 of the org turns unknown into no for that object, for five minutes, and is asked again when tried again (contracts.md section 7).
func TestCanLearnsFromTheOrgsRefusal(t *testing.T) {
	cases := []struct {
		name, body, challenge string
		verdict               auth.Verdict
		words                 string
	}{
		{"no role", `{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action"}`, "", auth.No, "admin roles"},
		{"no scope", `{"errorCode":"E0000006","errorSummary":"You do not have permission"}`, `Bearer scope="okta.users.manage", error="insufficient_scope"`, auth.No, "okta.users.manage"},
		{"wrong state", `{"errorCode":"E0000038","errorSummary":"This operation is not allowed in the user's current status."}`, "", auth.Unknown, "decides"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			c := newConsole(t)
			s := c.signIn(t, newBrowser())
			c.op.onAPI = func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("WWW-Authenticate", test.challenge)
				w.WriteHeader(http.StatusForbidden)
				_, _ = io.WriteString(w, test.body)
				return true
			}
			suspend := okta.Find("suspendUser")
			for range 2 {
				_, err := c.client(t).Do(auth.With(t.Context(), s), okta.Call{Op: suspend, Args: map[string]string{"userId": "00u9"}})
				var e *okta.Error
				if !errors.As(err, &e) || e.Status != http.StatusForbidden {
					t.Fatalf("err = %v, want the org's 403", err)
				}
			}
			if len(c.op.bearers) != 2 {
				t.Errorf("%d calls reached the org, want 2", len(c.op.bearers))
			}
			if got := c.Can(t.Context(), s, suspend, "00u9"); got.Verdict != test.verdict || !strings.Contains(got.Reason, test.words) {
				t.Errorf("%+v", got)
			}
			if got := c.Can(t.Context(), s, suspend, "00u8"); got.Verdict != auth.Unknown {
				t.Errorf("another person: %+v", got)
			}
			c.clock.advance(5 * time.Minute)
			if got := c.Can(t.Context(), s, suspend, "00u9"); got.Verdict != auth.Unknown {
				t.Errorf("after five minutes: %+v", got)
			}
		})
	}
}

// With and without the roles answer (contracts.md section 7).
func TestRolesAreAskedAtSignIn(t *testing.T) {
	cases := []struct {
		name   string
		status int
		body   string
		known  bool
		admin  bool
	}{
		{"super admin", 200, `[{"id":"ra1","type":"SUPER_ADMIN","label":"Super Administrator","status":"ACTIVE","assignmentType":"USER"}]`, true, true},
		{"no role", 200, `[]`, true, false},
		{"the org does not tell", 403, `{"errorCode":"E0000006","errorSummary":"no"}`, false, true},
		{"the org fails", 400, `{"errorCode":"E0000001","errorSummary":"no"}`, false, true},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			var client *okta.Client
			c := newConsole(t, func(config *auth.Config) {
				config.Roles = func(ctx context.Context, id string) ([]auth.Role, error) { return auth.RolesOf(ctx, client, id) }
			})
			client = c.client(t)
			c.op.onAPI = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != "/api/v1/users/00u1/roles" {
					t.Errorf("asked %s", r.URL.Path)
				}
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
				return true
			}
			b := newBrowser()
			c.signIn(t, b)
			s := c.mustLoad(t, b)
			if s.RolesKnown != test.known || s.IsAdmin() != test.admin {
				t.Errorf("roles %v, known %v, admin %v; log %s", s.Roles, s.RolesKnown, s.IsAdmin(), c.log.text())
			}
			if test.name == "super admin" && (len(s.Roles) != 1 || s.Roles[0].Type != "SUPER_ADMIN") {
				t.Errorf("roles %v", s.Roles)
			}
		})
	}
}
