package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

const personPassword = "Long-enough-7-long"

// someone is a person of the org, as much of it as journeys look at.
type someone struct {
	ID      string         `json:"id"`
	Status  string         `json:"status"`
	Profile map[string]any `json:"profile"`
}

// addPerson makes somebody through the API: active with a password, or as query says.
func (s *site) addPerson(t *testing.T, first, last, query string) someone {
	t.Helper()
	body := map[string]any{"profile": map[string]any{
		"firstName": first, "lastName": last, "login": first + "." + last + "@journey.example", "email": first + "." + last + "@journey.example",
	}}
	if query == "" {
		query = "activate=true"
		body["credentials"] = map[string]any{"password": map[string]any{"value": personPassword}}
	}
	var p someone
	s.api(t, "POST", "/api/v1/users?"+query, body, &p)
	return p
}

// person reads somebody through the API.
func (s *site) person(t *testing.T, id string) someone {
	t.Helper()
	var p someone
	s.api(t, "GET", "/api/v1/users/"+id, nil, &p)
	return p
}

// lockOut signs in with wrong passwords until the org locks the person.
func (s *site) lockOut(t *testing.T, p someone) {
	t.Helper()
	for range 10 {
		body, err := json.Marshal(map[string]any{"username": p.Profile["login"], "password": "Wrong-password-1"})
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.Post(s.Org+"/api/v1/authn", "application/json", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	if now := s.person(t, p.ID); now.Status != "LOCKED_OUT" {
		t.Fatalf("status %s after ten wrong passwords", now.Status)
	}
}

// act opens an action of a person's page, from its button or from the menu, and confirms it.
func (p *tab) act(key string) {
	p.t.Helper()
	p.openAction(key)
	p.confirm()
}

func (p *tab) openAction(key string) {
	p.t.Helper()
	p.ready()
	opener := `button[data-dialog="do-` + key + `"]`
	e := p.find(opener)
	if visible, err := e.Visible(); err != nil || !visible {
		p.must(err)
		p.click("More actions")
	}
	p.must(p.holds(`s => document.querySelector(s).checkVisibility()`, opener))
	p.must(p.find(opener).Timeout(patience).Click(proto.InputMouseButtonLeft, 1))
	p.must(p.holds(`id => document.getElementById(id).open`, "do-"+key))
}

// confirm presses the button that acts in the open dialog.
func (p *tab) confirm() {
	p.t.Helper()
	p.must(p.find("dialog[open] button[type=submit]").Timeout(patience).Click(proto.InputMouseButtonLeft, 1))
}

func lastSegment(url string) string { return url[strings.LastIndex(url, "/")+1:] }
