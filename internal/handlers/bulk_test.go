package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/audit"
)

// crowd is an org of people with the ids of crowdID; it keeps the writes it got.
type crowd struct {
	mu     sync.Mutex
	states map[string]string
	writes []string
	// turn answers a write in place of the org.
	turn func(w http.ResponseWriter, n int) bool
}

func crowdID(n int) string { return fmt.Sprintf("00u1crowd%011d", n) }

func newCrowd(states ...string) *crowd {
	c := &crowd{states: map[string]string{}}
	for i, s := range states {
		c.states[crowdID(i)] = s
	}
	return c
}

func (c *crowd) person(id string) string {
	link := map[string]string{"ACTIVE": `"suspend":{"href":"x"}`, "DEPROVISIONED": `"delete":{"href":"x"}`}[c.states[id]]
	return fmt.Sprintf(`{"id":%q,"status":%q,"profile":{"firstName":"P","lastName":"<b>%s","login":"%s@x.example"},"_links":{%s}}`, id, c.states[id], id[18:], id, link)
}

func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1/users")
	id, what, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case r.Method != http.MethodGet:
		c.writes = append(c.writes, r.Method+" "+strings.TrimPrefix(what, "lifecycle/")+" "+id)
		if c.turn != nil && c.turn(w, len(c.writes)) {
			return
		}
		c.states[id] = map[string]string{"lifecycle/suspend": "SUSPENDED"}[what]
		answerJSON(w, "{}")
	case path == "":
		var found []string
		for id := range c.states {
			if search := r.URL.Query().Get("search"); search == "id pr" || strings.Contains(search, id) {
				found = append(found, c.person(id))
			}
		}
		answerJSON(w, "["+strings.Join(found, ",")+"]")
	case c.states[id] == "":
		orgRefuses(w, http.StatusNotFound, "E0000007")
	default:
		answerJSON(w, c.person(id))
	}
}

func orgRefuses(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"errorCode":%q,"errorSummary":"refused","errorCauses":[]}`, code)
}

func (c *crowd) fixture(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t, c.ServeHTTP)
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.users.manage", "okta.groups.manage", "okta.groups.read")
	return f
}

// selectedForm is the form of a selection of n people.
func selectedForm(n int, fields ...string) url.Values {
	form := url.Values{"form_token": {"the-form-token"}}
	for i := range n {
		form.Add("id", crowdID(i))
	}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return form
}

const asJSON = "Accept: application/json"

func (f *fixture) bulk(t *testing.T, path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return f.ask(t, formRequest(path, form, append(headers, "Origin: http://console.example", "Gatehouse-Request: 1")...))
}

// results are what became of each, by the end of its id.
func results(t *testing.T, w *httptest.ResponseRecorder) map[string]string {
	t.Helper()
	var list struct {
		Items []struct{ ID, Result string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
		t.Fatalf("%v in %d %s", err, w.Code, w.Body)
	}
	out := map[string]string{}
	for _, r := range list.Items {
		out[strings.TrimLeft(r.ID[9:], "0")+"."] = r.Result
	}
	return out
}

func TestSelectionIsAskedAbout(t *testing.T) {
	c := newCrowd("ACTIVE", "SUSPENDED", "ACTIVE")
	f := c.fixture(t)
	has(t, f.ask(t, request(http.MethodGet, "/people")), `action="/people/selected"`, `value="suspend"`, `value="export"`)
	w := f.bulk(t, "/people/selected", selectedForm(4, "action", "suspend", "back", "/people?q=p"))
	has(t, w, "Suspend: 2 of 4 people", "Not possible: suspended", "Not there any more", "Type 2 to confirm", "They cannot sign in", `href="/people?q=p"`, "&lt;b&gt;")
	if len(c.writes) > 0 {
		t.Errorf("asking did %v", c.writes)
	}
	for name, form := range map[string]url.Values{
		"nothing":              selectedForm(0, "action", "suspend"),
		"too many":             selectedForm(bulkMost+1, "action", "suspend"),
		"what is no selection": {"form_token": {"the-form-token"}, "action": {"suspend"}, "id": {"../groups", "00u1", everyoneID}},
	} {
		if w := f.bulk(t, "/people/selected/run", form); w.Code != http.StatusUnprocessableEntity || len(c.writes) > 0 {
			t.Errorf("%s: %d, %v", name, w.Code, c.writes)
		}
	}
	if w := f.bulk(t, "/people/selected", selectedForm(1, "action", "temporary-password")); w.Code != http.StatusNotFound {
		t.Errorf("an action that shows secrets, for many: %d", w.Code)
	}
	f.desk.session.Scopes = []string{"okta.users.read"}
	if w := f.bulk(t, "/people/selected/run", selectedForm(1, "action", "suspend", "confirm", "1")); w.Code != http.StatusForbidden || len(c.writes) > 0 {
		t.Errorf("without the scope: %d, %v", w.Code, c.writes)
	}
	if w := f.ask(t, request(http.MethodGet, "/people")); contains(w, `value="suspend"`) {
		t.Error("somebody who may only read is offered to suspend")
	}
}

// security 38: a dangerous run without the typed number is refused; fault 17: sent twice, it runs once.
func TestSelectionRuns(t *testing.T) {
	c := newCrowd("ACTIVE", "SUSPENDED", "ACTIVE")
	f := c.fixture(t)
	if w := f.bulk(t, "/people/selected/run", selectedForm(4, "action", "suspend")); w.Code != http.StatusForbidden {
		t.Errorf("without the number: %d", w.Code)
	}
	w := f.bulk(t, "/people/selected/run", selectedForm(4, "action", "suspend", "confirm", "3"))
	has(t, w, "The number did not match")
	if w.Code != http.StatusUnprocessableEntity || len(c.writes) > 0 {
		t.Fatalf("another number: %d, %v", w.Code, c.writes)
	}
	form := selectedForm(4, "action", "suspend", "confirm", "4", "form_id", "once", "reason", "HR-7")
	for range 2 {
		w := f.bulk(t, "/people/selected/run", form)
		has(t, w, "Suspend: 2 of 4 people done", "2 refused", "is suspended.", "Not possible: suspended", "Not found", "Try 2 again", "&lt;b&gt;")
	}
	if len(c.writes) != 2 {
		t.Errorf("the org got %v", c.writes)
	}
	if rows := f.trailOf(t, crowdID(0)); len(rows) != 1 || rows[0].Reason != "HR-7" || !strings.Contains(string(rows[0].Before), "ACTIVE") {
		t.Errorf("the trail has %+v", rows)
	}
}

// Who goes back and chooses otherwise gets another run; who tries again keeps the group.
func TestSelectionChosenOtherwise(t *testing.T) {
	c := newCrowd("ACTIVE", "ACTIVE")
	c.turn = func(w http.ResponseWriter, _ int) bool {
		orgRefuses(w, http.StatusBadRequest, "E0000001")
		return true
	}
	f := c.fixture(t)
	for i, chosen := range []struct {
		people int
		group  string
	}{{1, salesID}, {2, salesID}, {2, everyoneID}, {2, everyoneID}} {
		w := f.bulk(t, "/people/selected/run", selectedForm(chosen.people, "action", "add-to-group", "group", chosen.group, "form_id", "back"))
		has(t, w, fmt.Sprintf("Add to group: 0 of %s", counted(chosen.people, "person", "people")), fmt.Sprintf("Try %d again", chosen.people),
			`<input type="hidden" name="group" value="`+chosen.group+`">`)
		if want := []int{1, 3, 5, 5}[i]; len(c.writes) != want {
			t.Errorf("%+v: the org got %v", chosen, c.writes)
		}
	}
}

// security 35, fault 8: a role that is taken away during a run makes what remains "not
// permitted", which is not offered to be tried again.
func TestRoleRemovedDuringASelection(t *testing.T) {
	const all, done = 12, 5
	c := newCrowd()
	for i := range all {
		c.states[crowdID(i)] = "ACTIVE"
	}
	c.turn = func(w http.ResponseWriter, n int) bool {
		if n > done {
			orgRefuses(w, http.StatusForbidden, "E0000006")
		}
		return n > done
	}
	f := c.fixture(t)
	counts := map[string]int{}
	for _, r := range results(t, f.bulk(t, "/people/selected/run", selectedForm(all, "action", "suspend", "confirm", "12"), asJSON)) {
		counts[r]++
	}
	if counts[bulkDone] != done || counts[bulkDenied] != all-done || len(c.writes) != all {
		t.Errorf("%v after %d calls", counts, len(c.writes))
	}
	c.states[crowdID(0)] = "ACTIVE"
	w := f.bulk(t, "/people/selected/run", selectedForm(1, "action", "suspend", "confirm", "1"))
	has(t, w, "Not permitted", "Your admin role does not cover this")
	if contains(w, "again</button>") {
		t.Error("what is not permitted is offered to be tried again")
	}
}

// What failed for now can be tried again; what may have been done is to be looked at.
func TestSelectionThatFailsInPart(t *testing.T) {
	c := newCrowd("ACTIVE", "ACTIVE")
	f := c.fixture(t)
	c.turn = func(w http.ResponseWriter, _ int) bool {
		orgRefuses(w, http.StatusServiceUnavailable, "E0000010")
		return true
	}
	w := f.bulk(t, "/people/selected/run", selectedForm(2, "action", "suspend", "confirm", "2"))
	has(t, w, "Suspend: 0 of 2 people done", "2 failed", "Try 2 again")

	c.turn = func(http.ResponseWriter, int) bool { panic(http.ErrAbortHandler) }
	w = f.bulk(t, "/people/selected/run", selectedForm(2, "action", "suspend", "confirm", "2"))
	has(t, w, "Suspend: 0 of 2 people done", "2 unknown", "may or may not have been made")
	if contains(w, "again</button>") {
		t.Error("what may have been done is offered to be done again")
	}
}

// security 40: the selected rows as a file, recorded; roles without it get none, and that is recorded too.
func TestSelectionIsExported(t *testing.T) {
	c := newCrowd("ACTIVE", "SUSPENDED", "ACTIVE")
	f := c.fixture(t)
	w := f.bulk(t, "/people/selected", selectedForm(2, "action", "export"))
	header(t, w, "Content-Type", "text/csv; charset=utf-8; header=present")
	if text := w.Body.String(); strings.Count(text, "\r\n") != 3 || !strings.Contains(text, "<b>01") || strings.Contains(text, "<b>02") {
		t.Errorf("the file holds\n%s", text)
	}
	f.desk.session.Roles[0].Type = "APP_ADMIN"
	for _, r := range []*httptest.ResponseRecorder{f.bulk(t, "/people/selected", selectedForm(2, "action", "export")), f.ask(t, request(http.MethodGet, "/people.csv"))} {
		if r.Code != http.StatusForbidden || contains(r, "<b>0") {
			t.Errorf("an app admin exports people: %d %s", r.Code, r.Body)
		}
	}
	if w := f.ask(t, request(http.MethodGet, "/people")); contains(w, "people.csv") || contains(w, `value="export"`) {
		t.Error("an export is offered to a role without it")
	}
	rows, _, err := f.config.Trail.List(t.Context(), audit.Filter{Operation: "exportUsers"}, "", 10)
	if err != nil || len(rows) != 3 || rows[0].Result != audit.Refused || rows[2].Result != audit.Success || rows[2].Detail["selected"] != "2" {
		t.Errorf("the trail has %+v (%v)", rows, err)
	}
}
