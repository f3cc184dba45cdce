package handlers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// endlessOrg is an org whose every list goes on for ever, 200 rows a page; it keeps the
// calls for rows. fails answers in place of a page.
type endlessOrg struct {
	mu    sync.Mutex
	pages []string
	fails func(w http.ResponseWriter, q url.Values) bool
}

func (o *endlessOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	if strings.HasPrefix(path, "/meta/") {
		answerJSON(w, smallSchema)
		return
	}
	if path == "/groups/"+salesID {
		answerJSON(w, sales)
		return
	}
	q := r.URL.Query()
	o.pages = append(o.pages, path+"?limit="+q.Get("limit"))
	if o.fails != nil && o.fails(w, q) {
		return
	}
	w.Header().Add("Link", fmt.Sprintf(`<http://%s%s?after=c%d&limit=%s>; rel="next"`, r.Host, r.URL.Path, len(o.pages), q.Get("limit")))
	row := ana
	switch {
	case path == "/groups":
		row = sales
	case path == "/groups/rules":
		row = fmt.Sprintf(lisbon, "ACTIVE", "2026-01-01T00:00:00.000Z")
	}
	answerJSON(w, "["+strings.Repeat(row+",", 199)+row+"]")
}

func (o *endlessOrg) fixture(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t, o.ServeHTTP)
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.groups.read", "okta.schemas.read")
	return f
}

// fault 19: however long a list is, a page of it costs one call of one page, never more
// than the org gives at once, and nothing is counted by reading it all.
func TestPagesOfEndlessLists(t *testing.T) {
	for _, c := range []struct {
		path string
		want string
	}{
		{"/people", "/users?limit=50"},
		{"/people?limit=100000", "/users?limit=50"},
		{"/people?limit=200&after=c7", "/users?limit=200"},
		{"/groups?limit=200", "/groups?limit=200"},
		{"/groups?c=stats.usersCount", "/groups?limit=50"},
		{"/group-rules?limit=-1", "/groups/rules?limit=50"},
	} {
		o := &endlessOrg{}
		w := o.fixture(t).ask(t, request(http.MethodGet, c.path))
		if got := strings.Join(o.pages, " "); w.Code != http.StatusOK || got != c.want {
			t.Errorf("%s: %d, pages %s, want %s", c.path, w.Code, got, c.want)
		}
		has(t, w, "Load more")
	}
	o := &endlessOrg{}
	o.fixture(t).ask(t, request(http.MethodGet, "/groups/"+salesID+"/members"))
	members, rules := 0, 0
	for _, p := range o.pages {
		members += strings.Count(p, "/users")
		rules += strings.Count(p, "/rules")
	}
	if members != 1 || rules != rulesRead/200 {
		t.Errorf("the members of a group cost %d pages of members and %d of rules, want 1 and %d", members, rules, rulesRead/200)
	}
}

// fault 20: an org that fails on a page of the usual size is asked for fewer; where it
// fails on those, too, the way over the groups is offered.
func TestListThatTheOrgFailsOn(t *testing.T) {
	failed := func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, `{"errorCode":"E0000009","errorSummary":"Internal Server Error"}`)
	}
	o := &endlessOrg{fails: func(w http.ResponseWriter, q url.Values) bool {
		if q.Get("limit") != smallerPage {
			failed(w)
			return true
		}
		return false
	}}
	w := o.fixture(t).ask(t, request(http.MethodGet, "/people"))
	has(t, w, "The org failed on a page of 50, so these are 10 at a time", "Ana &lt;i&gt;Ferreira", "Load more")
	if w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
	o.fails = func(w http.ResponseWriter, _ url.Values) bool {
		failed(w)
		return true
	}
	w = o.fixture(t).ask(t, request(http.MethodGet, "/people"))
	has(t, w, "The org could not list this", "choose one and read its members", `class="btn" href="/groups"`, "Try again")
	if w.Code != http.StatusBadGateway || contains(w, "Internal Server Error") {
		t.Errorf("status %d", w.Code)
	}
	if w := o.fixture(t).ask(t, request(http.MethodGet, "/people", asJSON)); w.Code != http.StatusBadGateway || !contains(w, `"code":"list_failed"`) {
		t.Errorf("JSON: %d %s", w.Code, w.Body)
	}
	o.fails = func(w http.ResponseWriter, _ url.Values) bool {
		orgRefuses(w, http.StatusForbidden, "E0000006")
		return true
	}
	o.pages = nil
	if w := o.fixture(t).ask(t, request(http.MethodGet, "/people")); w.Code != http.StatusForbidden || len(o.pages) != 1 {
		t.Errorf("a refusal is asked again: %d, %v", w.Code, o.pages)
	}
}

// fault 22: names of every kind go to the org as they were typed, and stand in lists on
// their own, so that a text from right to left moves nothing beside it.
func TestNamesOfEveryScript(t *testing.T) {
	for _, name := range []string{
		"😀 Team 🚀", "فريق المبيعات", "צוות", "👩‍👩‍👧 family", "ẹ́ combining", "x", strings.Repeat("é", 50), "a/b", `quo"te\back`, "\u202eright to left", "Ａ full width", "<b>bold</b> & co",
	} {
		o := &groupOrg{}
		f := o.fixture(t)
		f.ask(t, write("/groups/new", url.Values{"profile.name": {name}, "form_id": {name}}))
		o.now = `{"id":"` + salesID + `","type":"OKTA_GROUP",` + strings.TrimPrefix(o.body, "{")
		if !strings.Contains(o.body, jsonText(t, name)) {
			t.Errorf("%q is sent as %s", name, o.body)
		}
		w := f.ask(t, request(http.MethodGet, "/groups"))
		has(t, w, "<bdi>"+html.EscapeString(name)+"</bdi>")
		f.ask(t, request(http.MethodGet, "/groups?q="+url.QueryEscape(name)))
		if want := `profile.name`; !strings.Contains(o.query.Get("search"), want) {
			t.Errorf("%q is searched for as %s", name, o.query.Get("search"))
		}
	}
}

// jsonText is a text as the console's JSON has it, without the quotes.
func jsonText(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		t.Fatal(err)
	}
	return strings.Trim(b.String(), "\"\n")
}
