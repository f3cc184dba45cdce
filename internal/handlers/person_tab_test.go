package handlers

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
)

// tabOrg is an org with Ana; it answers what answers says for "METHOD path" below her,
// or for a whole path, and keeps the calls with their bodies.
type tabOrg struct {
	mu      sync.Mutex
	answers map[string]string
	calls   []string
}

const anaPath = "/people/" + anaID

func (o *tabOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	call := r.Method + " " + strings.TrimPrefix(path, "/users/"+anaID)
	b, _ := io.ReadAll(r.Body)
	if r.Method != http.MethodGet && len(b) > 0 {
		o.calls = append(o.calls, call+" "+string(b))
	} else {
		o.calls = append(o.calls, call)
	}
	answer, found := o.answers[call]
	switch {
	case found && strings.HasPrefix(answer, "refuse "):
		status, body, _ := strings.Cut(strings.TrimPrefix(answer, "refuse "), " ")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(map[string]int{"400": 400, "403": 403, "404": 404, "429": 429}[status])
		_, _ = w.Write([]byte(body))
	case found && answer == "":
		w.WriteHeader(http.StatusNoContent)
	case found:
		answerJSON(w, answer)
	case call == "GET ":
		w.Header().Set("ETag", `W/"1"`)
		answerJSON(w, ana)
	case strings.HasPrefix(path, "/meta/schemas/user/"):
		answerJSON(w, smallSchema)
	default:
		answerJSON(w, "[]")
	}
}

// asked returns the calls since the last time that are not about the person, sorted.
func (o *tabOrg) asked() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	calls := slices.DeleteFunc(o.calls, func(c string) bool { return c == "GET " || strings.Contains(c, "/meta/schemas/user/default") })
	o.calls = nil
	slices.Sort(calls)
	return calls
}

// tabScopes are those of the person's tabs.
var tabScopes = []string{
	"okta.users.manage", "okta.groups.read", "okta.groups.manage", "okta.roles.read", "okta.roles.manage",
	"okta.linkedObjects.read", "okta.linkedObjects.manage", "okta.apps.read",
}

// fixture is a console of somebody who may do everything, but for without.
func (o *tabOrg) fixture(t *testing.T, without ...string) *fixture {
	t.Helper()
	f := newFixture(t, o.ServeHTTP)
	for _, s := range tabScopes {
		if !slices.Contains(without, s) {
			f.desk.session.Scopes = append(f.desk.session.Scopes, s)
		}
	}
	return f
}

// trail is all that the audit trail and the log hold.
func (f *fixture) trail(t *testing.T) string {
	t.Helper()
	rows, _, err := f.config.Trail.List(t.Context(), audit.Filter{}, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range rows {
		b.Write(r.Before)
		b.Write(r.Sent)
		b.Write(r.After)
	}
	return b.String() + f.log.String()
}

// The calls that each tab costs, the person and the schema apart: independent ones are
// made at once, and none is made for each row but where the API has no other.
func TestCallsOfTheTabs(t *testing.T) {
	o := &tabOrg{answers: map[string]string{
		"GET /factors":                         `[` + smsFactorDoc + `,` + smsFactorDoc + `]`,
		"GET /clients":                         `[{"client_id":"web","client_name":"Web"},{"client_id":"spa","client_name":"SPA"}]`,
		"GET /grants":                          `[{"id":"oag1","clientId":"web","scopeId":"openid","issuer":"http://org.example"},{"id":"oag2","clientId":"web","scopeId":"email","issuer":"http://org.example"}]`,
		"GET /roles":                           `[{"id":"R1","type":"HELP_DESK_ADMIN","label":"Help Desk Administrator","assignmentType":"USER"},{"id":"ra2","type":"REPORT_ADMIN","label":"Report Administrator","assignmentType":"GROUP","_links":{"assignee":{"href":"http://org.example/api/v1/groups/` + salesID + `"}}}]`,
		"GET /groups/" + salesID:               sales,
		"GET /meta/schemas/user/linkedObjects": `[{"primary":{"name":"boss","title":"Boss"},"associated":{"name":"crew","title":"Crew"}}]`,
		"GET /linkedObjects/crew":              `[{"_links":{"self":{"href":"http://org.example/api/v1/users/00u1lee000000000001a"}}}]`,
	}}
	f := o.fixture(t)
	for tab, want := range map[string][]string{
		"factors":                 {"GET /factors"},
		"factors?factor=sms1":     {"GET /factors"},
		"factors?enrol=choose":    {"GET /factors/catalog"},
		"factors?enrol=sms/OKTA":  {},
		"sessions":                {"GET /clients", "GET /clients/spa/tokens", "GET /clients/web/tokens", "GET /grants"},
		"roles":                   {"GET /groups/" + salesID, "GET /roles", "GET /roles/R1/targets/groups"},
		"roles?role=R1&find=Supp": {"GET /groups", "GET /groups/" + salesID, "GET /roles", "GET /roles/R1/targets/groups"},
		"linked":                  {"GET /linkedObjects/boss", "GET /linkedObjects/crew", "GET /meta/schemas/user/linkedObjects", "GET /users"},
		"groups":                  {"GET /groups", "GET /groups/rules"},
	} {
		o.asked()
		if w := f.ask(t, request(http.MethodGet, anaPath+"/"+tab)); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", tab, w.Code, w.Body)
		}
		if got := o.asked(); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%s costs %v, want %v", tab, got, want)
		}
	}
}

// Who may not change the person sees the tabs without a button that changes anything.
func TestTabsWithoutTheScopeToChange(t *testing.T) {
	o := &tabOrg{answers: map[string]string{
		"GET /factors": `[` + smsFactorDoc + `]`, "GET /clients": `[{"client_id":"web","client_name":"Web"}]`,
		"GET /grants":                          `[{"id":"oag1","clientId":"web","scopeId":"openid","issuer":"http://org.example"}]`,
		"GET /roles":                           `[{"id":"R1","type":"HELP_DESK_ADMIN","label":"Help Desk Administrator","assignmentType":"USER"}]`,
		"GET /meta/schemas/user/linkedObjects": `[{"primary":{"name":"boss","title":"Boss"},"associated":{"name":"crew","title":"Crew"}}]`,
	}}
	f := o.fixture(t, "okta.users.manage", "okta.roles.manage", "okta.linkedObjects.manage")
	for _, path := range []string{anaPath + "/factors", anaPath + "/factors?factor=sms1", anaPath + "/sessions", anaPath + "/roles", anaPath + "/linked", "/linked-objects"} {
		w := f.ask(t, request(http.MethodGet, path))
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
		content := w.Body.String()[strings.Index(w.Body.String(), `id="content"`):]
		for _, form := range strings.Split(content, `method="post" action="`)[1:] {
			if action, _, _ := strings.Cut(form, `"`); action != "/logout" {
				t.Errorf("%s offers to post to %s", path, action)
			}
		}
	}
}

func TestGroupsOfAPersonSayWhereTheyComeFrom(t *testing.T) {
	const byHand = `{"id":"00g1hand00000000001a","type":"OKTA_GROUP","profile":{"name":"By hand"}}`
	o := &tabOrg{answers: map[string]string{"GET /groups": "[" + sales + "," + everyone + "," + byHand + "]", "GET /groups/rules": salesRules}}
	w := o.fixture(t).ask(t, request(http.MethodGet, anaPath+"/groups"))
	has(t, w, `<a href="/group-rules/0pr1sales0000000001a"><bdi>&lt;b&gt;Sales</bdi></a>`, "Built in: kept by the org", `<span class="mute">by hand</span>`)
	if contains(w, "0pr1sales0000000002a") {
		t.Error("a rule that is not active is named")
	}
}

// The groups of a person may reach beyond the admin's: those have no button that the org refuses.
func TestGroupsOfAPersonOutsideOfTheAdminsReach(t *testing.T) {
	const beyond = "00g1beyond000000001a"
	o := &tabOrg{answers: map[string]string{"GET /groups": "[" + sales + `,{"id":"` + beyond + `","type":"OKTA_GROUP","profile":{"name":"Beyond"}}]`}}
	f := o.fixture(t)
	f.desk.closed = map[string]bool{"removeUserFromGroup " + beyond: true}
	w := f.ask(t, request(http.MethodGet, anaPath+"/groups"))
	has(t, w, "Beyond", `action="`+anaPath+"/groups/"+salesID+`/remove"`)
	if contains(w, "/groups/"+beyond+"/remove") {
		t.Error("a group that the admin may not change has a button to leave it")
	}
}

// What the reader may not see of a tab takes nothing from the rest of the page, whether
// the org refuses it or the sign-in lacks the scope.
func TestATabThatIsClosed(t *testing.T) {
	o := &tabOrg{answers: map[string]string{"GET /factors": `refuse 403 {"errorCode":"E0000006","errorSummary":"no"}`}}
	f := o.fixture(t)
	closed := func(words string) {
		t.Helper()
		w := f.ask(t, request(http.MethodGet, anaPath+"/factors"))
		if has(t, w, "Ana &lt;i&gt;Ferreira", words, "Linked objects"); w.Code != http.StatusForbidden {
			t.Errorf("%d", w.Code)
		}
		if w := f.ask(t, request(http.MethodGet, anaPath+"/factors", "Accept: application/json")); w.Code != http.StatusForbidden || contains(w, "items") {
			t.Errorf("as JSON: %d %s", w.Code, w.Body)
		}
	}
	closed("Your admin role does not cover this")
	f = o.fixture(t)
	readers := personReaders["factors"]
	defer func() { personReaders["factors"] = readers }()
	personReaders["factors"] = func(*console, *gin.Context, context.Context, string) (tabDrawer, error) {
		return nil, &auth.Denied{Operation: okta.Find("listFactors"), Reason: "This sign-in does not hold the scope okta.users.read."}
	}
	closed("does not hold the scope okta.users.read")
}
