package handlers

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const twoPeople = `[
	{"id":"00u1","status":"ACTIVE","lastLogin":"2026-03-02T11:58:00.000Z","profile":{"firstName":"Ana","lastName":"<i>Ferreira","login":"ana@company.example","department":"Sales","languages":["en","pt"]}},
	{"id":"00u2","status":"LOCKED_OUT","lastLogin":null,"profile":{"firstName":"","lastName":null,"login":"ben@company.example"}}]`

const smallSchema = `{"definitions":{
	"base":{"properties":{"login":{"title":"Username","type":"string"},"department":{"title":"Department","type":"string"}},"required":["login"]},
	"custom":{"properties":{"languages":{"title":"Languages","type":"array","items":{"type":"string"}}}}}}`

// peopleOrg is an org with two people and the small schema; it keeps the queries it got.
type peopleOrg struct {
	mu      sync.Mutex
	calls   int
	queries []url.Values
	next    bool
	refuse  string
}

func (o *peopleOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls++
	if strings.HasPrefix(r.URL.Path, "/api/v1/meta/schemas/user/") {
		answerJSON(w, smallSchema)
		return
	}
	o.queries = append(o.queries, r.URL.Query())
	if o.refuse != "" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(o.refuse))
		return
	}
	if o.next {
		w.Header().Add("Link", `<http://`+r.Host+`/api/v1/users?after=cursor2&limit=50>; rel="next"`)
	}
	answerJSON(w, twoPeople)
}

func (o *peopleOrg) fixture(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t, o.ServeHTTP)
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.schemas.read")
	return f
}

func TestPeoplePage(t *testing.T) {
	o := &peopleOrg{next: true}
	f := o.fixture(t)
	w := f.ask(t, request(http.MethodGet, "/people?q=ana&f=status:ACTIVE&c=status&c=profile.languages&sort=profile.lastName"))
	has(t, w, "Ana &lt;i&gt;Ferreira", `href="/people/00u1"`, "ben@company.example", "Locked out", "en, pt", "Languages",
		`status eq &#34;ACTIVE&#34;`, `aria-sort="ascending"`, "after=cursor2", "Load more")
	if contains(w, "Department</th>") {
		t.Error("a column that was not chosen is shown")
	}
	if o.calls != 2 {
		t.Errorf("%d calls to the org, want the schema and the rows", o.calls)
	}
	q := o.queries[0]
	if want := `(profile.firstName sw "ana" or profile.lastName sw "ana" or profile.login sw "ana" or profile.email sw "ana" or profile.firstName co " ana" or profile.lastName co " ana") and status eq "ACTIVE"`; q.Get("search") != want {
		t.Errorf("search is %s", q.Get("search"))
	}
	if q.Get("sortBy") != "profile.lastName" || q.Get("limit") != "50" {
		t.Errorf("query is %v", q)
	}
	f.ask(t, request(http.MethodGet, "/people"))
	if o.calls != 3 {
		t.Errorf("%d calls after a second page, want one more: the schema is kept", o.calls)
	}
}

func TestPeopleFragments(t *testing.T) {
	o := &peopleOrg{}
	f := o.fixture(t)
	part := f.ask(t, request(http.MethodGet, "/people", "HX-Request: true", "HX-Request-Type: partial"))
	has(t, part, "<thead>", "Ana")
	if contains(part, "<nav") {
		t.Error("a part holds the frame")
	}
	rows := f.ask(t, request(http.MethodGet, "/people?after=cursor2", "HX-Request: true", "HX-Request-Type: partial"))
	has(t, rows, "<tr", "Ana")
	if contains(rows, "<thead>") {
		t.Error("further rows come with headings")
	}
	if got := o.queries[1].Get("after"); got != "cursor2" {
		t.Errorf("after is %q", got)
	}
}

func TestPeopleAsJSON(t *testing.T) {
	o := &peopleOrg{next: true}
	w := o.fixture(t).ask(t, request(http.MethodGet, "/people", "Accept: application/json"))
	var list struct {
		Items []json.RawMessage
		Next  string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Items) != 2 || list.Next != "/people?after=cursor2" {
		t.Errorf("%d items, next %q", len(list.Items), list.Next)
	}
}

func TestPeopleBrokenExpression(t *testing.T) {
	o := &peopleOrg{}
	f := o.fixture(t)
	w := f.ask(t, request(http.MethodGet, "/people?q="+url.QueryEscape(`status eq ACTIVE <b>`)))
	if w.Code != http.StatusBadRequest {
		t.Errorf("status %d", w.Code)
	}
	has(t, w, "Nothing was searched", "character 11", "status eq ACTIVE &lt;b&gt;")
	if len(o.queries) != 0 {
		t.Error("the org was asked")
	}
}

func TestPeopleRefusedByTheOrg(t *testing.T) {
	o := &peopleOrg{refuse: `{"errorCode":"E0000031","errorSummary":"Invalid search criteria.","errorCauses":[{"errorSummary":"co is not offered for profile.city"}]}`}
	w := o.fixture(t).ask(t, request(http.MethodGet, "/people?q="+url.QueryEscape(`profile.city co "L"`)))
	if w.Code != http.StatusBadRequest {
		t.Errorf("status %d", w.Code)
	}
	has(t, w, "co is not offered for profile.city", `value="profile.city co &#34;L&#34;"`)
}

func TestPeopleAddFilterLeadsToItsAddress(t *testing.T) {
	w := (&peopleOrg{}).fixture(t).ask(t, request(http.MethodGet, "/people?q=ana&add=profile.department&value=Sales"))
	if got := w.Header().Get("Location"); w.Code/100 != 3 || got != "/people?f=profile.department%3ASales&q=ana" {
		t.Errorf("%d to %q", w.Code, got)
	}
}

func TestPeopleMayBeAddedByThoseWhoMay(t *testing.T) {
	f := (&peopleOrg{}).fixture(t)
	if w := f.ask(t, request(http.MethodGet, "/people")); contains(w, "Add person") {
		t.Error("somebody without okta.users.manage may add a person")
	}
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.users.manage")
	has(t, f.ask(t, request(http.MethodGet, "/people")), "Add person", `href="/people/new"`)
}

// contracts.md section 2: a refused search is an error object to a program.
func TestPeopleBrokenExpressionAsJSON(t *testing.T) {
	w := (&peopleOrg{}).fixture(t).ask(t, request(http.MethodGet, "/people?q="+url.QueryEscape(`status eq ACTIVE`), "Accept: application/json"))
	var answer struct {
		Error struct {
			Status        int
			Code, Message string
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if w.Code != http.StatusBadRequest || answer.Error.Code != "expression" || !strings.Contains(answer.Error.Message, "character 11") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// Without an order of the reader's own the latest change comes first, and the page says so.
func TestPeopleNewestChangeFirst(t *testing.T) {
	o := &peopleOrg{}
	w := o.fixture(t).ask(t, request(http.MethodGet, "/people"))
	has(t, w, "Sorted by last update, newest first")
	if q := o.queries[0]; q.Get("sortBy") != "lastUpdated" || q.Get("sortOrder") != "desc" || q.Get("search") == "" {
		t.Errorf("query is %v", q)
	}
}

// fault 20: an org that fails on a page of the usual size is asked for a small one, and
// where it fails on that too the way by the groups is told.
func TestAListThatTheOrgCannotManage(t *testing.T) {
	for name, c := range map[string]struct {
		manages, status int
		words           []string
	}{
		"a small page": {10, http.StatusOK, []string{"Anna", "failed on a page of 50"}},
		"none":         {0, http.StatusBadGateway, []string{"Open Groups, choose one"}},
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			asked := map[string]bool{}
			f := newFixture(t, func(w http.ResponseWriter, r *http.Request) {
				limit := r.URL.Query().Get("limit")
				n, err := strconv.Atoi(limit)
				if r.URL.Path != "/api/v1/users" || err != nil {
					empty(w, r)
					return
				}
				mu.Lock()
				asked[limit] = true
				mu.Unlock()
				if n > c.manages {
					w.Header().Set("Content-Type", "application/json")
					w.WriteHeader(http.StatusInternalServerError)
					_, _ = w.Write([]byte(`{"errorCode":"E0000009","errorSummary":"Internal Server Error"}`))
					return
				}
				answerJSON(w, "["+anna+"]")
			})
			w := f.ask(t, request(http.MethodGet, "/people"))
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			has(t, w, c.words...)
			if !asked["50"] || !asked["10"] {
				t.Errorf("asked for pages of %v", asked)
			}
		})
	}
}
