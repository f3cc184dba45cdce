package auth_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
)

func TestCanByRoleAndTarget(t *testing.T) {
	role := func(kind string, targets ...string) []auth.Role {
		return []auth.Role{{Type: kind, Status: "ACTIVE", Narrowed: len(targets) > 0, Targets: targets}}
	}
	cases := []struct {
		name, op, target string
		roles            []auth.Role
		want             auth.Verdict
	}{
		{"no role", "listUsers", "", nil, auth.No},
		{"no role, oneself", "getUser", "00u1", nil, auth.Yes},
		{"help desk resets", "resetPassword", "00u9", role("HELP_DESK_ADMIN"), auth.Yes},
		{"help desk deletes", "deactivateOrDeleteUser", "00u9", role("HELP_DESK_ADMIN"), auth.No},
		{"help desk of a group lists, as the org narrows", "listUsers", "", role("HELP_DESK_ADMIN", "00g1"), auth.Yes},
		{"help desk of a group, somebody", "resetPassword", "00u9", role("HELP_DESK_ADMIN", "00g1"), auth.Unknown},
		{"group admin, own group", "addUserToGroup", "00g1", role("USER_ADMIN", "00g1"), auth.Yes},
		{"group admin, another group", "addUserToGroup", "00g2", role("USER_ADMIN", "00g1"), auth.No},
		{"group admin, more groups than are known", "addUserToGroup", "00g2", []auth.Role{{Type: "USER_ADMIN", Narrowed: true, Open: true}}, auth.Unknown},
		{"group admin of all creates", "createUser", "", role("USER_ADMIN"), auth.Yes},
		{"group admin of one creates, in it", "createUser", "", role("USER_ADMIN", "00g1"), auth.Unknown},
		{"group admin of one, rules of the whole org", "listGroupRules", "", role("USER_ADMIN", "00g1"), auth.No},
		{"group admin of what is not known, rules of the whole org", "listGroupRules", "", []auth.Role{{Type: "USER_ADMIN", Status: "ACTIVE", Narrowed: true, Open: true}}, auth.Unknown},
		{"app admin, own app", "updateApplication", "0oa1", role("APP_ADMIN", "0oa1"), auth.Yes},
		{"app admin, another app, maybe of the catalog's", "updateApplication", "0oa2", role("APP_ADMIN", "salesforce"), auth.Unknown},
		{"app admin of one app, another one", "updateApplication", "0oa2", role("APP_ADMIN", "0oa1"), auth.No},
		{"app admin of one app adds another", "createApplication", "", role("APP_ADMIN", "0oa1"), auth.No},
		{"app admin of a catalog app adds one, maybe of it", "createApplication", "", role("APP_ADMIN", "0oa1", "salesforce"), auth.Unknown},
		{"app admin of all adds one", "createApplication", "", role("APP_ADMIN"), auth.Yes},
		{"read-only changes", "updateGroup", "00g1", role("READ_ONLY_ADMIN"), auth.No},
		{"rights add up", "updateGroup", "00g1", append(role("READ_ONLY_ADMIN"), role("ORG_ADMIN")...), auth.Yes},
		{"a custom role", "suspendUser", "00u9", []auth.Role{{Type: "CUSTOM", Status: "ACTIVE"}}, auth.Unknown},
	}
	c := newConsole(t)
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			op := okta.Find(test.op)
			s := &auth.Session{UserID: "00u1", Scopes: []string{op.Scope}, Roles: test.roles, RolesKnown: true}
			got := c.Can(t.Context(), s, op, test.target)
			if got.Verdict != test.want || (got.Reason == "") != (test.want == auth.Yes) {
				t.Errorf("%+v", got)
			}
			if test.want == auth.No && !strings.Contains(got.Reason, "Super Administrator") {
				t.Errorf("the reason names no role that would do: %s", got.Reason)
			}
		})
	}
}

// asker is a console whose provider's API answers by path, and notes what it was asked.
type asker struct {
	*console
	mu     sync.Mutex
	answer map[string]string // by path; "" is 403
	asked  []string
}

func newAsker(t *testing.T, answer map[string]string) *asker {
	t.Helper()
	a := &asker{answer: answer}
	var client *okta.Client
	a.console = newConsole(t, longIdle, func(config *auth.Config) {
		config.Roles = func(ctx context.Context, id string) ([]auth.Role, error) { return auth.RolesOf(ctx, client, id) }
		config.Probe = func(ctx context.Context, op *okta.Operation) error { return auth.Probe(ctx, client, op) }
	})
	a.op.set(func(o *op) {
		o.granted = append(auth.DefaultScopes(), "okta.users.manage")
		o.onAPI = func(w http.ResponseWriter, r *http.Request) bool {
			a.mu.Lock()
			defer a.mu.Unlock()
			a.asked = append(a.asked, r.URL.Path)
			body := a.answer[r.URL.Path]
			if body == "" {
				w.WriteHeader(http.StatusForbidden)
				body = `{"errorCode":"E0000006","errorSummary":"no"}`
			}
			_, _ = io.WriteString(w, body)
			return true
		}
	})
	client = a.client(t)
	return a
}

// calls are the paths asked since the last time.
func (a *asker) calls() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := a.asked
	a.asked = nil
	slices.Sort(out)
	return out
}

func (a *asker) set(path, body string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer[path] = body
}

const rolesPath = "/api/v1/users/00u1/roles"

func roleJSON(kind string) string {
	return fmt.Sprintf(`[{"id":"r1","type":%q,"label":"L","status":"ACTIVE","assignmentType":"USER"}]`, kind)
}

// Roles come with what they are narrowed to.
func TestTargetsAreAskedAtSignIn(t *testing.T) {
	a := newAsker(t, map[string]string{rolesPath: roleJSON("USER_ADMIN"), rolesPath + "/r1/targets/groups": `[{"id":"00g1"},{"id":"00g2"}]`})
	b := newBrowser()
	a.signIn(t, b)
	s := a.mustLoad(t, b)
	if len(s.Roles) != 1 || !s.Roles[0].Narrowed || !slices.Equal(s.Roles[0].Targets, []string{"00g1", "00g2"}) || s.Roles[0].Open {
		t.Fatalf("roles %+v", s.Roles)
	}
	// An org that does not tell the targets leaves the role as it may be.
	a = newAsker(t, map[string]string{rolesPath: roleJSON("USER_ADMIN")})
	a.signIn(t, b)
	if s := a.mustLoad(t, b); len(s.Roles) != 1 || !s.Roles[0].Open {
		t.Errorf("roles %+v", s.Roles)
	}
}

// Where the org does not tell the roles, one read in each area does, all at once, for five
// minutes; and again after a refusal that was not known (contracts.md section 7, fault 8).
func TestAreasAreProbedWhereRolesAreNotTold(t *testing.T) {
	a := newAsker(t, map[string]string{"/api/v1/users": "[]", "/api/v1/groups": "[]"})
	b := newBrowser()
	a.signIn(t, b)
	want := []string{"/api/v1/apps", "/api/v1/groups", "/api/v1/logs", "/api/v1/policies", "/api/v1/users", rolesPath}
	slices.Sort(want)
	if got := a.calls(); !slices.Equal(got, want) {
		t.Errorf("sign-in asked %v, want %v", got, want)
	}
	may := func(op, target string) auth.Verdict {
		t.Helper()
		return a.Can(t.Context(), a.mustLoad(t, b), okta.Find(op), target).Verdict
	}
	for op, verdict := range map[string]auth.Verdict{"listUsers": auth.Yes, "suspendUser": auth.Unknown, "getLogs": auth.No, "listApplications": auth.No, "updateApplication": auth.No, "listFactors": auth.Unknown} {
		if got := may(op, ""); got != verdict {
			t.Errorf("%s: %v, want %v", op, got, verdict)
		}
	}
	if s := a.mustLoad(t, b); s.RolesKnown || !s.IsAdmin() {
		t.Error("who may read people is no admin")
	}
	a.clock.advance(5*time.Minute - time.Second)
	may("listUsers", "")
	if got := a.calls(); len(got) != 0 {
		t.Errorf("asked again before five minutes: %v", got)
	}
	a.clock.advance(time.Second)
	a.set("/api/v1/logs", "[]")
	if may("getLogs", "") != auth.Yes || len(a.calls()) != 6 {
		t.Error("after five minutes nothing was learnt")
	}
	// A refusal that was not known: everything is asked anew at the next request, once.
	a.set("/api/v1/users", "")
	for range 2 {
		_, _ = a.client(t).Do(auth.With(t.Context(), a.mustLoad(t, b)), okta.Call{Op: okta.Find("listUsers")})
	}
	may("listUsers", "")
	if got := a.calls(); len(got) != 2+6 {
		t.Errorf("asked %v", got)
	}
	if may("suspendUser", "00u9") != auth.No {
		t.Error("who may not read people may change them")
	}
}

// Somebody whom the org refuses everything is no admin, whether it tells the roles or not.
func TestWhoMayReadNothingIsNoAdmin(t *testing.T) {
	for name, roles := range map[string]string{"told": "[]", "not told": ""} {
		t.Run(name, func(t *testing.T) {
			a := newAsker(t, map[string]string{rolesPath: roles})
			b := newBrowser()
			a.signIn(t, b)
			if s := a.mustLoad(t, b); s.IsAdmin() {
				t.Errorf("roles %v, known %t", s.Roles, s.RolesKnown)
			}
		})
	}
}

// fault 8: a role that is taken away in the middle of a session counts from the next
// request after the org's first refusal: nothing shows what is no longer open.
func TestRoleRemovedInTheMiddleOfASession(t *testing.T) {
	a := newAsker(t, map[string]string{rolesPath: roleJSON("SUPER_ADMIN"), "/api/v1/users": "[]"})
	b := newBrowser()
	a.signIn(t, b)
	a.set(rolesPath, roleJSON("READ_ONLY_ADMIN"))
	if s := a.mustLoad(t, b); a.Can(t.Context(), s, write, "00u9").Verdict != auth.Yes {
		t.Fatal("a super admin may not suspend")
	}
	if _, err := a.client(t).Do(auth.With(t.Context(), a.mustLoad(t, b)), okta.Call{Op: okta.Find("listGroups")}); err == nil {
		t.Fatal("not refused")
	}
	a.calls()
	s := a.mustLoad(t, b)
	if got := a.Can(t.Context(), s, write, "00u9"); got.Verdict != auth.No || !strings.Contains(got.Reason, "None of your admin roles") {
		t.Errorf("%+v", got)
	}
	a.mustLoad(t, b)
	if got := a.calls(); !slices.Equal(got, []string{rolesPath}) {
		t.Errorf("asked %v", got)
	}
}

// An org that does not answer about roles is not asked at every request (fault 26).
func TestUnansweredRolesAreNotAskedAtEveryRequest(t *testing.T) {
	a := newAsker(t, map[string]string{rolesPath: `not JSON`})
	b := newBrowser()
	a.signIn(t, b)
	a.calls()
	for range 5 {
		if s := a.mustLoad(t, b); !s.IsAdmin() || s.RolesKnown {
			t.Error("an answer that cannot be read decided")
		}
	}
	if got := a.calls(); len(got) != 0 {
		t.Errorf("asked %v", got)
	}
	a.set(rolesPath, roleJSON("SUPER_ADMIN"))
	a.clock.advance(time.Minute)
	if s := a.mustLoad(t, b); !s.RolesKnown {
		t.Error("not asked after a minute")
	}
}
