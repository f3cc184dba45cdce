package handlers

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/audit"
)

const (
	salesID    = "00g1sales0000000001a"
	everyoneID = "00g1everyone0000001a"
	anaID      = "00u1ana000000000001a"
	sales      = `{"id":"` + salesID + `","type":"OKTA_GROUP","created":"2026-01-01T00:00:00.000Z","lastUpdated":"2026-03-01T12:00:00.000Z","lastMembershipUpdated":"2026-03-02T11:00:00.000Z","profile":{"name":"Sales <b>","description":"Sells & \"closes\"","region":"EMEA"}}`
	everyone   = `{"id":"` + everyoneID + `","type":"BUILT_IN","profile":{"name":"Everyone","description":"All users"}}`
	ana        = `{"id":"` + anaID + `","status":"ACTIVE","profile":{"firstName":"Ana","lastName":"<i>Ferreira","login":"ana@company.example"}}`
	leaver     = `{"id":"00u1lee000000000001a","status":"DEPROVISIONED","profile":{"firstName":"Lee","lastName":"Ver","login":"lee@company.example"}}`
)

// salesRules are an active rule that fills the group Sales, and one that is inactive.
const salesRules = `[
	{"id":"0pr1sales0000000001a","type":"group_rule","status":"ACTIVE","name":"<b>Sales","lastUpdated":"2026-03-01T12:00:00.000Z","conditions":{"expression":{"value":"String.startsWith(user.login, \"ana@\")"},"people":{"users":{"exclude":[]}}},"actions":{"assignUserToGroups":{"groupIds":["` + salesID + `"]}}},
	{"id":"0pr1sales0000000002a","type":"group_rule","status":"INACTIVE","name":"All","lastUpdated":"2026-03-01T12:00:00.000Z","conditions":{"expression":{"value":"true"}},"actions":{"assignUserToGroups":{"groupIds":["` + salesID + `"]}}}]`

// groupOrg is an org with two groups; it keeps the calls it got and the last body.
type groupOrg struct {
	mu    sync.Mutex
	calls []string
	query url.Values
	body  string
	// refuse answers writes and searches, with its status.
	refuse string
	status int
	// now replaces the group Sales.
	now  string
	next bool
}

func (o *groupOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	o.calls = append(o.calls, r.Method+" "+path)
	if o.refuse != "" && (r.Method != http.MethodGet || path == "/groups") {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(o.status)
		_, _ = w.Write([]byte(o.refuse))
		return
	}
	group := sales
	if o.now != "" {
		group = o.now
	}
	if strings.HasPrefix(path, "/groups/"+everyoneID) {
		group = everyone
	}
	if r.Method != http.MethodGet {
		b, _ := io.ReadAll(r.Body)
		o.body = string(b)
	}
	switch {
	case r.Method == http.MethodDelete || r.Method == http.MethodPut && strings.Contains(path, "/users/"):
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodPut || r.Method == http.MethodPost:
		answerJSON(w, `{"id":"`+salesID+`","type":"OKTA_GROUP",`+strings.TrimPrefix(o.body, "{"))
	case path == "/groups/rules":
		answerJSON(w, salesRules)
	case path == "/groups":
		o.query = r.URL.Query()
		if o.query.Get("expand") == "stats" {
			group = strings.TrimSuffix(group, "}") + `,"_embedded":{"stats":{"usersCount":1204,"appsCount":1,"hasAdminPrivilege":true}}}`
			answerJSON(w, "["+group+"]")
			return
		}
		if o.next {
			w.Header().Add("Link", `<http://`+r.Host+`/api/v1/groups?after=cursor2&limit=50>; rel="next"`)
		}
		answerJSON(w, "["+group+","+everyone+"]")
	case strings.HasSuffix(path, "/users") && strings.HasPrefix(path, "/groups/"):
		o.query = r.URL.Query()
		if o.next {
			w.Header().Add("Link", `<http://`+r.Host+path+`?after=cursor2&limit=50>; rel="next"`)
		}
		answerJSON(w, "["+ana+"]")
	case path == "/users":
		o.query = r.URL.Query()
		answerJSON(w, "["+ana+","+leaver+"]")
	case strings.HasPrefix(path, "/users/"):
		answerJSON(w, ana)
	case path == "/logs":
		o.query = r.URL.Query()
		answerJSON(w, `[{"published":"2026-03-02T11:00:00.000Z","eventType":"group.user_membership.add","displayMessage":"Add user to group membership","actor":{"id":"00u9","type":"User","displayName":"Mara"},"outcome":{"result":"SUCCESS"},"target":[{"id":"`+anaID+`","type":"User","displayName":"Ana"},{"id":"`+salesID+`","type":"UserGroup","displayName":"Sales"}]}]`)
	case strings.HasPrefix(path, "/meta/schemas/user/"):
		answerJSON(w, smallSchema)
	case strings.HasPrefix(path, "/groups/00gnone"):
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"errorCode":"E0000007","errorSummary":"Not found: Resource not found: 00gnone (UserGroup)"}`))
	default:
		answerJSON(w, group)
	}
}

// asked returns the calls since the last time, sorted: some are made at once.
func (o *groupOrg) asked() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	calls := o.calls
	o.calls = nil
	slices.Sort(calls)
	return strings.ReplaceAll(strings.Join(calls, ", "), salesID, "sales")
}

// fixture is a console of somebody who may do everything to groups, but for without.
func (o *groupOrg) fixture(t *testing.T, without ...string) *fixture {
	t.Helper()
	f := newFixture(t, o.ServeHTTP)
	for _, s := range []string{"okta.groups.read", "okta.groups.manage", "okta.users.manage"} {
		if !slices.Contains(without, s) {
			f.desk.session.Scopes = append(f.desk.session.Scopes, s)
		}
	}
	return f
}

const partial = "HX-Request-Type: partial"

func TestGroupsPage(t *testing.T) {
	o := &groupOrg{next: true}
	f := o.fixture(t)
	w := f.ask(t, request(http.MethodGet, "/groups?q=sal&type=OKTA_GROUP&sort=lastUpdated&order=desc"))
	has(t, w, "Sales &lt;b&gt;", `href="/groups/`+salesID+`"`, "Sells &amp; &#34;closes&#34;", "Built in", "Members changed", `aria-sort="descending"`,
		"after=cursor2", "Load more", "Add group", `href="/groups"`, `<input type="hidden" name="type" value="OKTA_GROUP">`)
	if got := o.asked(); got != "GET /groups" {
		t.Errorf("calls: %s, want the rows only", got)
	}
	if want := `(profile.name co "sal" or profile.description co "sal") and type eq "OKTA_GROUP"`; o.query.Get("search") != want {
		t.Errorf("search is %s", o.query.Get("search"))
	}
	if got := o.query.Encode(); !strings.Contains(got, "limit=50&") || !strings.Contains(got, "sortBy=lastUpdated&sortOrder=desc") {
		t.Errorf("query is %s", got)
	}
	f.ask(t, request(http.MethodGet, "/groups"))
	if o.query.Get("search") != "id pr" || o.query.Get("sortBy") != "profile.name" {
		t.Errorf("without a search the org is asked for %v", o.query)
	}
	rows := f.ask(t, request(http.MethodGet, "/groups?after=cursor2", "HX-Request: true", partial))
	has(t, rows, "<tr", "Sales")
	if contains(rows, "<thead>") || o.query.Get("after") != "cursor2" {
		t.Errorf("further rows: after %q in\n%s", o.query.Get("after"), rows.Body)
	}
}

func TestGroupSearchMeaning(t *testing.T) {
	for _, c := range []struct{ name, text, kind, want string }{
		{"nothing", " ", "", ""},
		{"an id", salesID, "", `id eq "` + salesID + `"`},
		{"a word", "sales", "", `(profile.name co "sales" or profile.description co "sales")`},
		{"a short word", "HR", "", `profile.name sw "HR"`},
		{"an address is a word", "a@b.example", "", `(profile.name co "a@b.example" or profile.description co "a@b.example")`},
		{"a quote is data", `x"y\`, "BUILT_IN", `(profile.name co "x\"y\\" or profile.description co "x\"y\\") and type eq "BUILT_IN"`},
		{"an or is held together", `type eq "A" or type eq "B"`, "APP_GROUP", `(type eq "A" or type eq "B") and type eq "APP_GROUP"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, fault := groups.search(c.text, c.kind, nil)
			if fault != nil || got != c.want {
				t.Errorf("got %s (%v), want %s", got, fault, c.want)
			}
		})
	}
}

func TestGroupsNotSearched(t *testing.T) {
	o := &groupOrg{}
	f := o.fixture(t)
	broken := "/groups?q=" + url.QueryEscape(`type eq OKTA <b>`)
	w := f.ask(t, request(http.MethodGet, broken))
	has(t, w, "Nothing was searched", "type eq OKTA &lt;b&gt;")
	if w.Code != http.StatusBadRequest || o.asked() != "" {
		t.Errorf("status %d, or the org was asked", w.Code)
	}
	if w := f.ask(t, request(http.MethodGet, broken, "Accept: application/json")); w.Code != http.StatusBadRequest || !contains(w, `{"error":{"status":400,"code":"expression"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	o.refuse, o.status = `{"errorCode":"E0000031","errorSummary":"Invalid search criteria.","errorCauses":[{"errorSummary":"co is not offered for type"}]}`, 400
	has(t, f.ask(t, request(http.MethodGet, "/groups?q="+url.QueryEscape(`type co "L"`))), "co is not offered for type")
	f = (&groupOrg{}).fixture(t, "okta.groups.read", "okta.groups.manage")
	if w := f.ask(t, request(http.MethodGet, "/groups")); w.Code != http.StatusForbidden || contains(w, `href="/groups"`) {
		t.Errorf("without okta.groups.read: %d\n%s", w.Code, w.Body)
	}
}

// security 17: what may not be done is not offered, on pages and in JSON alike.
func TestGroupOffersWhatMayBeDone(t *testing.T) {
	for _, c := range []struct {
		name, path string
		without    string
		says       string
		offered    bool
	}{
		{"an Okta group", salesID, "", "EMEA", true},
		{"a built-in group", everyoneID, "", "The org keeps this group", false},
		{"read only", salesID, "okta.groups.manage", "Sales", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := &groupOrg{}
			f := o.fixture(t, c.without)
			w := f.ask(t, request(http.MethodGet, "/groups/"+c.path))
			has(t, w, c.says)
			if got := contains(w, ">Save</button>") && contains(w, "/delete"); got != c.offered {
				t.Errorf("edit and delete offered: %v", got)
			}
			if got := o.asked(); got != "GET /groups/"+strings.Replace(c.path, salesID, "sales", 1) {
				t.Errorf("calls: %s, want the group only", got)
			}
			w = f.ask(t, request(http.MethodGet, "/groups/"+c.path+"/members"))
			if got := contains(w, "Find a person to add") && contains(w, "/remove"); got != c.offered {
				t.Errorf("membership offered: %v", got)
			}
			w = f.ask(t, request(http.MethodGet, "/groups/"+c.path, "Accept: application/json"))
			var item struct {
				Item struct{ ID string }
				Can  []string
			}
			if err := json.Unmarshal(w.Body.Bytes(), &item); err != nil || item.Item.ID != c.path {
				t.Fatalf("%v in %s", err, w.Body)
			}
			if got := slices.Contains(item.Can, "deleteGroup") && slices.Contains(item.Can, "addUserToGroup"); got != c.offered {
				t.Errorf("can is %v", item.Can)
			}
		})
	}
	f := (&groupOrg{}).fixture(t, "okta.groups.manage")
	if w := f.ask(t, request(http.MethodGet, "/groups")); contains(w, "Add group") {
		t.Error("somebody who only reads may add a group")
	}
	if w := f.ask(t, request(http.MethodGet, "/groups/new")); w.Code != http.StatusForbidden {
		t.Errorf("the form of a new group: %d", w.Code)
	}
}

func TestGroupTabs(t *testing.T) {
	o := &groupOrg{next: true}
	f := o.fixture(t)
	for _, c := range []struct{ path, calls, says string }{
		{"/members", "GET /groups/sales, GET /groups/sales/users, GET /groups/rules", "Ana &lt;i&gt;Ferreira"},
		{"/members?find=lee", "GET /groups/sales, GET /groups/sales/users, GET /groups/rules, GET /users", "cannot be in a group"},
		{"/members?find=status+eq", "GET /groups/sales, GET /groups/sales/users, GET /groups/rules", "Nothing was searched"},
		{"/members", "GET /groups/sales, GET /groups/sales/users, GET /groups/rules", `<a href="/group-rules/0pr1sales0000000001a"><bdi>&lt;b&gt;Sales</bdi></a>`},
		{"/rules", "GET /groups/sales, GET /groups/rules", `href="/group-rules/0pr1sales0000000002a"`},
		{"/activity", "GET /groups/sales, GET /logs", `href="/people/` + anaID},
		{"/history", "GET /groups/sales", "No changes here"},
		{"/json", "GET /groups/sales", "OKTA_GROUP"},
	} {
		has(t, f.ask(t, request(http.MethodGet, "/groups/"+salesID+c.path)), c.says)
		if got := o.asked(); got != c.calls {
			t.Errorf("%s: calls %s, want %s", c.path, got, c.calls)
		}
	}
	rows := f.ask(t, request(http.MethodGet, "/groups/"+salesID+"/members?after=cursor2", "HX-Request: true", partial))
	has(t, rows, "<tr", "after=cursor2", `href="/people/`+anaID)
	if contains(rows, "<thead>") || o.query.Get("after") != "cursor2" {
		t.Error("further members come with headings, or from the beginning")
	}
	has(t, f.ask(t, request(http.MethodGet, "/groups/"+salesID+"/members", "Accept: application/json")), `{"items":[{"id":"`+anaID, `"next":"/groups/`+salesID+`/members?after=cursor2"`)
	w := f.ask(t, request(http.MethodGet, "/groups/00gnone"))
	has(t, w, "Group not found")
	if w.Code != http.StatusNotFound || f.ask(t, request(http.MethodGet, "/groups/"+salesID+"/nowhere")).Code != http.StatusNotFound {
		t.Errorf("a group or tab that is not there: %d", w.Code)
	}
}

// trailOf are the trail's entries about an object, newest first.
func (f *fixture) trailOf(t *testing.T, id string) []audit.Change {
	t.Helper()
	rows, _, err := f.config.Trail.List(t.Context(), audit.Filter{Target: id}, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
