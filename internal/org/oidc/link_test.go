package oidc_test

import (
	"strings"
	"testing"
	"time"
)

// admin calls the management API with the API token. body is JSON-ready, nil for none.
func (b *browser) admin(method, path string, body string) answer {
	b.t.Helper()
	return b.do(method, path, "application/json", strings.NewReader(body), "Authorization", "SSWS "+apiToken)
}

// person creates somebody by the API and returns the id.
func (b *browser) person(login, credentials string) string {
	b.t.Helper()
	a := b.admin("POST", "/api/v1/users", `{"profile":{"firstName":"G","lastName":"F","login":"`+login+`","email":"`+login+`"},"credentials":`+credentials+`}`)
	if a.status != 200 {
		b.t.Fatalf("create: %d %s", a.status, a.body)
	}
	return a.text(b.t, "id")
}

func (x *server) state(b *browser, id string) string {
	x.t.Helper()
	return b.admin("GET", "/api/v1/users/"+id, "").text(x.t, "status")
}

const secret = "Battery-Staple-9"

func TestActivationLink(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	id := b.person("new@example.com", "{}")
	old := b.admin("POST", "/api/v1/users/"+id+"/lifecycle/reactivate?sendEmail=false", "").text(t, "activationUrl")
	link := b.admin("POST", "/api/v1/users/"+id+"/lifecycle/reactivate?sendEmail=false", "").text(t, "activationUrl")
	if a := b.get(old); a.status != 404 {
		t.Errorf("the link before the newest one answers %d", a.status)
	}
	for range 2 { // to look at the page uses nothing up
		if a := b.get(link); a.status != 200 || !strings.Contains(a.body, "new@example.com") {
			t.Fatalf("page %d %s", a.status, a.body)
		}
	}
	for problem, values := range map[string][2]string{
		"not the same":                   {secret, "other"},
		"Password requirements were not": {"weak", "weak"},
	} {
		a := b.post(link, form("newPassword", values[0], "confirmPassword", values[1]))
		if a.status != 422 || !strings.Contains(a.body, problem) {
			t.Errorf("%s: %d %s", problem, a.status, a.body)
		}
	}
	if a := b.post(link, form("newPassword", secret, "confirmPassword", secret), "Sec-Fetch-Site", "cross-site"); a.status != 403 {
		t.Errorf("a form of another site: %d", a.status)
	}
	if a := b.post(link, form("newPassword", secret, "confirmPassword", secret)); a.status != 303 {
		t.Fatalf("set: %d %s", a.status, a.body)
	}
	if s := x.state(b, id); s != "ACTIVE" {
		t.Errorf("status %s", s)
	}
	if a := b.post(link, form("newPassword", "Another-Pass-1", "confirmPassword", "Another-Pass-1")); a.status != 404 {
		t.Errorf("the link works twice: %d", a.status)
	}
	if a := b.postJSON("/api/v1/authn", map[string]string{"username": "new@example.com", "password": secret}); a.status != 200 {
		t.Errorf("sign-in with the new password: %d %s", a.status, a.body)
	}
}

func TestRecoveryLink(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	id := b.person("lost@example.com", `{"password":{"value":"`+password+`"},"recovery_question":{"question":"Colour?","answer":"Dark Green"}}`)
	reset := func() string {
		return b.admin("POST", "/api/v1/users/"+id+"/lifecycle/reset_password?sendEmail=false", "").text(t, "resetPasswordUrl")
	}
	link := reset()
	if a := b.postJSON("/api/v1/authn", map[string]string{"username": "lost@example.com", "password": password}); a.status != 401 {
		t.Errorf("sign-in during recovery: %d", a.status)
	}
	x.clock.forward(61 * time.Minute)
	if a := b.get(link); a.status != 404 {
		t.Errorf("after an hour: %d", a.status)
	}
	link = reset()
	if a := b.post(link, form("newPassword", secret, "confirmPassword", secret)); a.status != 303 || x.state(b, id) != "ACTIVE" {
		t.Errorf("set: %d, then %s", a.status, x.state(b, id))
	}

	forgot := func() string {
		return b.admin("POST", "/api/v1/users/"+id+"/credentials/forgot_password?sendEmail=false", "").text(t, "resetPasswordUrl")
	}
	link = forgot()
	if a := b.get(link); !strings.Contains(a.body, "Colour?") {
		t.Errorf("no question: %s", a.body)
	}
	if a := b.post(link, form("newPassword", "Third-Pass-3", "confirmPassword", "Third-Pass-3", "answer", "red")); a.status != 403 {
		t.Errorf("a wrong answer: %d", a.status)
	}
	if a := b.get(link); a.status != 404 {
		t.Errorf("the link can be tried again: %d", a.status)
	}
	if a := b.post(forgot(), form("newPassword", "Third-Pass-3", "confirmPassword", "Third-Pass-3", "answer", " dark green")); a.status != 303 {
		t.Errorf("the right answer: %d %s", a.status, a.body)
	}
	link = reset()
	b.admin("POST", "/api/v1/users/"+id+"/lifecycle/deactivate", "")
	if a := b.get(link); a.status != 404 {
		t.Errorf("a link of somebody deactivated: %d", a.status)
	}
}
