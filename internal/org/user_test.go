package org

import (
	"regexp"
	"testing"
	"time"
)

const passwordA = "Correct-Horse-7"

// newPerson creates somebody over HTTP and returns the id.
func (x *testOrg) newPerson(login, query, credentials string) string {
	x.t.Helper()
	return x.call("POST", "/api/v1/users"+query, personBody(login, credentials)).want(200).doc().Text("id")
}

// personBody is a request to create somebody; credentials is JSON, "" for none.
func personBody(login, credentials string) string {
	if credentials == "" {
		credentials = "{}"
	}
	return `{"profile":{"firstName":"Given","lastName":"Family","login":"` + login + `","email":"` + login + `"},"credentials":` + credentials + `}`
}

// withSecret is the credentials of a request that gives a password.
func withSecret(password string) string { return `{"password":{"value":"` + password + `"}}` }

// The recorded answer to a creation, ids and times apart.
func TestUserDocument(t *testing.T) {
	x := newTestOrg(t)
	body := `{"credentials":{"password":{}},"profile":{"email":"a@example.com","firstName":"Test","lastName":"Smith","login":"a@example.com","postalAddress":null}}`
	created := x.call("POST", "/api/v1/users", body).want(200)
	doc := created.doc()
	id, typeID := doc.Text("id"), doc.Text("type", "id")
	link := func(name, path string) string {
		return `"` + name + `":{"href":"http://org.example/api/v1/users/` + id + path + `","method":"POST"}`
	}
	want := `{"id":"` + id + `","status":"PROVISIONED","created":"2026-03-02T09:00:00.000Z","activated":"2026-03-02T09:00:00.000Z",` +
		`"statusChanged":"2026-03-02T09:00:00.000Z","lastLogin":null,"lastUpdated":"2026-03-02T09:00:00.000Z","passwordChanged":null,` +
		`"realmId":"` + doc.Text("realmId") + `","type":{"id":"` + typeID + `"},` +
		`"profile":{"firstName":"Test","lastName":"Smith","mobilePhone":null,"secondEmail":null,"login":"a@example.com","email":"a@example.com"},` +
		`"credentials":{"provider":{"type":"OKTA","name":"OKTA"}},"_links":{` + link("suspend", "/lifecycle/suspend") +
		`,"schema":{"href":"http://org.example/api/v1/meta/schemas/user/osc` + typeID[3:] + `"},` +
		link("resetPassword", "/lifecycle/reset_password") + `,` + link("reactivate", "/lifecycle/reactivate") +
		`,"self":{"href":"http://org.example/api/v1/users/` + id + `"},` + link("resetFactors", "/lifecycle/reset_factors") +
		`,"type":{"href":"http://org.example/api/v1/meta/types/user/` + typeID + `"},` + link("deactivate", "/lifecycle/deactivate") + `}}`
	if string(created.body) != want {
		t.Errorf("created\n%s\nwant\n%s", created.body, want)
	}
	if created.header.Get("ETag") != "" {
		t.Error("a creation carries an ETag, which only GET does")
	}
	read := x.call("GET", "/api/v1/users/"+id, "").want(200)
	if string(read.body) != want {
		t.Errorf("read\n%s\nwant\n%s", read.body, want)
	}
	if tag := read.header.Get("ETag"); !regexp.MustCompile(`^W/"[0-9a-f]{64}"$`).MatchString(tag) {
		t.Errorf("ETag %s", tag)
	}
	for _, event := range []string{"user.lifecycle.create", "user.lifecycle.activate"} {
		if n := x.events(event); n != 1 {
			t.Errorf("%d events %s", n, event)
		}
	}
}

func TestUserIsFoundBy(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("ada.byron@example.com", "", "")
	x.newPerson("twin@one.example", "", "")
	x.newPerson("twin@two.example", "", "")
	for name, c := range map[string]struct {
		path string
		want string
	}{
		"id":                {id, id},
		"login":             {"ada.byron@example.com", id},
		"login, escaped":    {"ada.byron%40example.com", id},
		"login, other case": {"ADA.Byron@Example.com", id},
		"short login":       {"ada.byron", id},
		"me":                {"me", x.admin},
		"ambiguous short":   {"twin", ""},
		"part of a login":   {"ada", ""},
		"unknown":           {"00unobody0000000005g7", ""},
	} {
		t.Run(name, func(t *testing.T) {
			x := *x
			x.t = t
			a := x.call("GET", "/api/v1/users/"+c.path, "")
			if c.want == "" {
				a.refused(404, "E0000007", "")
				return
			}
			if got := a.want(200).doc().Text("id"); got != c.want {
				t.Errorf("found %s, want %s", got, c.want)
			}
		})
	}
}

func TestUserEdits(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("b@example.com", "", "")
	x.clock.forward(time.Minute)
	doc := x.call("POST", "/api/v1/users/"+id, `{"profile":{"city":"Oslo","firstName":"New"}}`).want(200).doc()
	if doc.Text("profile", "city") != "Oslo" || doc.Text("profile", "firstName") != "New" || doc.Text("profile", "lastName") != "Family" {
		t.Errorf("merged profile %s", doc.Get("profile"))
	}
	if doc.Text("lastUpdated") != "2026-03-02T09:01:00.000Z" {
		t.Errorf("lastUpdated %s", doc.Text("lastUpdated"))
	}
	doc = x.call("POST", "/api/v1/users/"+id, `{"profile":{"city":null}}`).want(200).doc()
	if doc.Get("profile", "city") != nil {
		t.Errorf("null did not remove: %s", doc.Get("profile"))
	}
	x.call("POST", "/api/v1/users/"+id, `{"profile":{"city":"Rome"}}`).want(200)
	doc = x.call("PUT", "/api/v1/users/"+id, personBody("b2@example.com", "")).want(200).doc()
	if doc.Get("profile", "city") != nil || doc.Text("profile", "login") != "b2@example.com" {
		t.Errorf("replaced profile %s", doc.Get("profile"))
	}
	x.newPerson("b@example.com", "", "") // the old login is free
}
