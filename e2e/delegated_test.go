package e2e

import (
	"encoding/csv"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

type seededPerson struct {
	ID      string
	Status  string
	Profile struct{ FirstName, LastName, Login, Email string }
}

// groupNamed is the id of a group of the seed.
func (s *site) groupNamed(t *testing.T, name string) string {
	t.Helper()
	var found []struct {
		ID      string
		Profile struct{ Name string }
	}
	s.api(t, "GET", "/api/v1/groups?q="+url.QueryEscape(name), nil, &found)
	for _, g := range found {
		if g.Profile.Name == name {
			return g.ID
		}
	}
	t.Fatalf("no group %s", name)
	return ""
}

// insideAndOutside are the people of a group, and everybody else.
func (s *site) insideAndOutside(t *testing.T, group string) (inside, outside map[string]seededPerson) {
	t.Helper()
	var members, all []seededPerson
	s.api(t, "GET", "/api/v1/groups/"+group+"/users?limit=200", nil, &members)
	s.api(t, "GET", "/api/v1/users?limit=200", nil, &all)
	inside, outside = map[string]seededPerson{}, map[string]seededPerson{}
	for _, p := range members {
		inside[p.ID] = p
	}
	for _, p := range all {
		if _, in := inside[p.ID]; !in {
			outside[p.ID] = p
		}
	}
	if len(inside) == 0 || len(outside) == 0 {
		t.Fatalf("%d people inside, %d outside", len(inside), len(outside))
	}
	return inside, outside
}

// security 33: the helpdesk of one group sees its people, and nothing of anybody else: in
// lists, search, pages, exports and JSON.
func TestHelpdeskOfOneGroupSeesItsPeople(t *testing.T) {
	s := startSite(t)
	support := s.groupNamed(t, "Support")
	inside, outside := s.insideAndOutside(t, support)
	c := newClient(t)
	c.signIn(s, "help-desk-support", "/people")
	me := s.as(t, "help-desk-support")

	silent := func(where, body string) {
		t.Helper()
		for id, p := range outside {
			if id == me.UserID {
				continue // the page says who is signed in
			}
			if strings.Contains(body, id) || strings.Contains(body, p.Profile.Login) {
				t.Errorf("%s tells of %s", where, p.Profile.Login)
			}
		}
	}
	list := c.get(s.Console + "/people?limit=200")
	silent("the list", list.body)
	for _, p := range inside {
		if !strings.Contains(list.body, p.ID) {
			t.Errorf("the list lacks %s", p.Profile.Login)
		}
	}

	var doc struct{ Items []seededPerson }
	if err := json.Unmarshal([]byte(c.send("GET", s.Console+"/people?limit=200", "", "Accept", "application/json").body), &doc); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, p := range doc.Items {
		ids[p.ID] = true
	}
	if want := slices.Sorted(maps.Keys(inside)); !slices.Equal(slices.Sorted(maps.Keys(ids)), want) {
		t.Errorf("JSON lists %v, want %v", ids, want)
	}

	rows, err := csv.NewReader(strings.NewReader(c.get(s.Console + "/people.csv?c=id").body)).ReadAll()
	if err != nil || len(rows) != len(inside)+1 {
		t.Errorf("the export has %d rows (%v), want a heading and %d people", len(rows), err, len(inside))
	}
	for _, p := range slices.Collect(maps.Values(outside))[:min(5, len(outside))] {
		if p.ID == me.UserID {
			continue
		}
		for _, q := range []string{p.ID, p.Profile.LastName + " " + p.Profile.FirstName, `id eq "` + p.ID + `"`, `status pr and profile.login eq "` + p.Profile.Login + `"`} {
			a := c.send("GET", s.Console+"/people?q="+url.QueryEscape(q), "", "Accept", "application/json")
			silent("a search for "+q, a.body)
		}
		for _, path := range []string{"", "/groups", "/json", "/history", "/activity"} {
			a := c.get(s.Console + "/people/" + p.ID + path)
			if a.status != http.StatusNotFound && a.status != http.StatusForbidden || strings.Contains(a.body, p.Profile.Login) {
				t.Errorf("%s of somebody outside: %d", path, a.status)
			}
		}
	}
	groups := c.send("GET", s.Console+"/groups", "", "Accept", "application/json")
	if err := json.Unmarshal([]byte(groups.body), &doc); err != nil || len(doc.Items) != 1 || doc.Items[0].ID != support {
		t.Errorf("the groups are %s (%v)", groups.body, err)
	}
	home := c.get(s.Console + "/")
	silent("the home page", home.body)
	if strings.Contains(home.body, `href="/group-rules"`) && c.get(s.Console+"/group-rules").status == http.StatusOK {
		t.Error("group rules are open to the helpdesk of one group")
	}
}

// form is a form that writes, as a page of the super admin has it.
type capturedForm struct {
	page, action string
	fields       url.Values
}

// forms are the forms of a page that write, but for those about the reader's own session.
func (c *client) forms(page answer) []capturedForm {
	c.t.Helper()
	var out []capturedForm
	var current *capturedForm
	for n := range nodes(c.t, page.body) {
		if n.Data == "form" {
			current = nil
			action := attr(n, "action")
			if strings.EqualFold(attr(n, "method"), http.MethodPost) && action != "/logout" && !strings.HasPrefix(action, "/sessions") && action != "/step-up" {
				out = append(out, capturedForm{page.url.Path, action, url.Values{}})
				current = &out[len(out)-1]
			}
			continue
		}
		if name := attr(n, "name"); name != "" && current != nil && within(n) {
			value := attr(n, "value")
			if n.Data == "textarea" && n.FirstChild != nil {
				value = n.FirstChild.Data
			}
			current.fields.Add(name, value)
		}
	}
	return out
}

// within tells whether a control belongs to the form around it.
func within(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "form" {
			return true
		}
	}
	return false
}

// security 33: what the super admin's pages can send, sent by the helpdesk of one group
// for objects outside of it, is refused, and changes nothing.
func TestRequestsOfOthersAreRefused(t *testing.T) {
	s := startSite(t)
	support, legal := s.groupNamed(t, "Support"), s.groupNamed(t, "Legal")
	_, outside := s.insideAndOutside(t, support)
	var person seededPerson
	for _, p := range outside {
		if p.Status == "ACTIVE" && !s.signsIn(p.Profile.Login) {
			person = p
		}
	}
	var rules []struct{ ID, Name, Status string }
	s.api(t, "GET", "/api/v1/groups/rules", nil, &rules)
	s.api(t, "PUT", "/api/v1/groups/"+legal+"/users/"+person.ID, nil, nil)

	super := newClient(t)
	super.signIn(s, "super-admin", "/")
	var captured []capturedForm
	pages := []string{
		"/people/" + person.ID, "/people/" + person.ID + "/groups?find=sales", "/people/" + person.ID + "/factors", "/people/" + person.ID + "/sessions", "/people/" + person.ID + "/roles", "/people/" + person.ID + "/apps?find=crm", "/people/" + person.ID + "/linked", "/people/new",
		"/groups/" + legal, "/groups/" + legal + "/members", "/groups/" + legal + "/delete", "/groups/" + legal + "/roles", "/groups/" + legal + "/apps?find=crm", "/groups/" + legal + "/owners?find=sales", "/groups/new",
		"/group-rules/new",
	}
	for _, r := range rules {
		pages = append(pages, "/group-rules/"+r.ID, "/group-rules/"+r.ID+"/delete", "/group-rules/"+r.ID+"/edit")
	}
	for _, page := range pages {
		a := super.get(s.Console + page)
		switch {
		case a.status == http.StatusOK:
			captured = append(captured, super.forms(a)...)
		case a.status != http.StatusConflict: // the form of a rule that is active
			t.Errorf("%s of the super admin: %d", page, a.status)
		}
	}
	if len(captured) < 25 {
		t.Fatalf("only %d forms were found", len(captured))
	}

	c := newClient(t)
	page := c.signIn(s, "help-desk-support", "/people")
	token, _ := formOf(t, page, "/logout")
	before := s.state(t, legal, person.ID)
	seen := map[string]bool{}
	for _, f := range captured {
		if seen[f.action] {
			continue
		}
		seen[f.action] = true
		f.fields.Set("form_token", token.Get("form_token"))
		for _, name := range []string{"confirm", "login"} { // what is typed to confirm, right
			if f.fields.Has(name) {
				f.fields.Set(name, s.confirmation(f.action, person, legal, rules))
			}
		}
		f.fields.Set("profile.firstName", "Swapped")
		f.fields.Set("step", "save")
		a := c.send(http.MethodPost, s.Console+f.action, f.fields.Encode(), "Origin", s.Console, "Sec-Fetch-Site", "same-origin")
		if strings.HasSuffix(f.action, "/selected") { // it only asks: for nobody that may be seen
			if strings.Contains(a.body, person.Profile.Login) {
				t.Errorf("%s tells of somebody outside", f.action)
			}
			continue
		}
		if a.status != http.StatusForbidden && a.status != http.StatusNotFound && a.status != http.StatusUnprocessableEntity && a.status != http.StatusConflict {
			t.Errorf("%s from %s: %d to %q", f.action, f.page, a.status, a.header.Get("Location"))
		}
	}
	for _, action := range []string{"suspend", "deactivate", "reset-password", "clear-sessions", "add-to-group"} {
		form := url.Values{"form_token": {token.Get("form_token")}, "id": {person.ID}, "action": {action}, "confirm": {"1"}, "group": {support}}
		a := c.send(http.MethodPost, s.Console+"/people/selected/run", form.Encode(), "Origin", s.Console)
		if strings.Contains(a.body, "1 of 1 person done") || strings.Contains(a.body, person.Profile.Login) {
			t.Errorf("%s of a selection outside: %d\n%s", action, a.status, a.body)
		}
	}
	if after := s.state(t, legal, person.ID); after != before {
		t.Errorf("something was changed:\n%s\n%s", before, after)
	}
	t.Logf("%d addresses were tried", len(seen))
}

// confirmation is what the super admin would type to confirm an action.
func (s *site) confirmation(action string, person seededPerson, group string, rules []struct{ ID, Name, Status string }) string {
	for _, r := range rules {
		if strings.Contains(action, r.ID) {
			return r.ID
		}
	}
	if strings.Contains(action, group) {
		return group
	}
	return person.Profile.Login
}

// state is how the org stands: somebody, a group, its members, and the rules.
func (s *site) state(t *testing.T, group, person string) string {
	t.Helper()
	var out []string
	for _, path := range []string{
		"/users/" + person, "/users/" + person + "/groups", "/users/" + person + "/roles", "/users/" + person + "/factors",
		"/groups/" + group, "/groups/" + group + "/users", "/groups/" + group + "/roles", "/groups/rules", "/groups?limit=200",
	} {
		var doc json.RawMessage
		s.api(t, "GET", "/api/v1"+path, nil, &doc)
		out = append(out, path+" "+string(doc))
	}
	return strings.Join(out, "\n")
}
