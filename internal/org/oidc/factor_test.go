package oidc_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// sent is the code of the last message to a recipient.
func (x *server) sent(recipient string) string {
	x.t.Helper()
	var body string
	if err := x.DB().Reader().QueryRow(x.t.Context(), `SELECT body FROM outbox WHERE recipient = $1 ORDER BY created DESC`, recipient).Scan(&body); err != nil {
		x.t.Fatalf("no message to %s: %v", recipient, err)
	}
	return regexp.MustCompile(`[0-9]{6}`).FindString(body)
}

func (x *server) enrol(body object) string {
	x.t.Helper()
	a := x.api("POST", "/api/v1/users/"+x.adminID()+"/factors?activate=true", body)
	if a.status != http.StatusOK {
		x.t.Fatalf("enrol: %d %s", a.status, a.body)
	}
	return a.text(x.t, "id")
}

func TestSignInWithACodeThatIsSent(t *testing.T) {
	x := newServer(t)
	x.enrol(object{"factorType": "sms", "provider": "OKTA", "profile": object{"phoneNumber": "+15554151337"}})
	b := x.browser()
	page := b.signIn(orgServer, request(), admin, password).header.Get("Location")
	if shown := b.get(page); strings.Contains(shown.body, `name="passcode"`) || !strings.Contains(shown.body, "Send a code") {
		t.Fatalf("the page before a code was sent: %s", shown.body)
	}
	sent := b.post(page, form("send", "1"))
	if sent.status != http.StatusOK || !strings.Contains(sent.body, "A code was sent.") || !strings.Contains(sent.body, `name="passcode"`) {
		t.Fatalf("sent: %d %s", sent.status, sent.body)
	}
	if again := b.post(page, form("send", "1")); again.status != http.StatusUnprocessableEntity || !strings.Contains(again.problem(), "30 seconds") {
		t.Errorf("sent again at once: %d %s", again.status, again.problem())
	}
	if wrong := b.post(page, form("passcode", "x")); wrong.status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: %d", wrong.status)
	}
	if done := b.post(page, form("passcode", x.sent("+15554151337"))); done.status != http.StatusSeeOther || !strings.HasPrefix(done.header.Get("Location"), callback) {
		t.Errorf("the code: %d %s", done.status, done.body)
	}
}

func TestSignInOffersTheOtherFactors(t *testing.T) {
	x := newServer(t)
	x.check(x.EnrolTOTP(t.Context(), x.adminID(), totpSecret))
	question := x.enrol(object{"factorType": "question", "provider": "OKTA", "profile": object{"question": "disliked_food", "answer": "mayonnaise"}})
	b := x.browser()
	page := b.signIn(orgServer, request(), admin, password).header.Get("Location")
	first := b.get(page)
	if !strings.Contains(first.body, "authenticator app") || !strings.Contains(first.body, "?factor="+question) {
		t.Fatalf("the first page: %s", first.body)
	}
	other := page + "?factor=" + question
	if shown := b.get(other); !strings.Contains(shown.body, "What is the food you least liked as a child?") {
		t.Fatalf("the question: %s", shown.body)
	}
	if wrong := b.post(other, form("passcode", "mustard")); wrong.problem() != "The answer is wrong." {
		t.Errorf("a wrong answer: %d %q", wrong.status, wrong.problem())
	}
	if done := b.post(other, form("passcode", "mayonnaise")); done.status != http.StatusSeeOther {
		t.Errorf("the answer: %d %s", done.status, done.body)
	}
}

func TestAuthnSendsACode(t *testing.T) {
	x := newServer(t)
	x.enrol(object{"factorType": "email", "provider": "OKTA"})
	b := x.browser()
	first := b.postJSON("/api/v1/authn", object{"username": admin, "password": password}).json(t)
	verify, _ := at(first, "_embedded", "factors", 0, "_links", "verify", "href").(string)
	state := first["stateToken"]
	if a := b.postJSON(verify, object{"stateToken": state}); a.text(t, "status") != "MFA_CHALLENGE" {
		t.Fatalf("challenge: %d %s", a.status, a.body)
	}
	if a := b.postJSON(verify, object{"stateToken": state}); a.status != http.StatusTooManyRequests || a.text(t, "errorCode") != "E0000118" {
		t.Errorf("sent again at once: %d %s", a.status, a.body)
	}
	if a := b.postJSON(verify, object{"stateToken": state, "passCode": x.sent(admin)}); a.text(t, "status") != "SUCCESS" {
		t.Errorf("the code: %d %s", a.status, a.body)
	}
}

// approve is the phone's answer to the last question to a person.
func (x *server) approve(login string, yes bool) {
	x.t.Helper()
	var link string
	x.check(x.DB().Reader().QueryRow(x.t.Context(), `SELECT link FROM outbox WHERE recipient = $1 AND kind = 'factor_push' ORDER BY created DESC, id DESC LIMIT 1`, login).Scan(&link))
	x.check(x.AnswerPush(x.t.Context(), link[strings.LastIndexByte(link, '/')+1:], yes))
}

func TestSignInByPush(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		login, id := x.person("seller")
		if a := x.api("POST", "/api/v1/users/"+id+"/factors", object{"factorType": "push", "provider": "OKTA"}); a.status != http.StatusOK {
			t.Fatal(a.body)
		}
		x.approve(login, true)
		x.clock.forward(time.Minute)
		b := x.browser()
		page := b.signIn(orgServer, request(), login, password).header.Get("Location")
		if shown := b.get(page); !strings.Contains(shown.body, "Send a push") {
			t.Fatalf("the page: %s", shown.body)
		}
		if a := b.post(page, nil); a.status != http.StatusUnprocessableEntity {
			t.Errorf("nothing was asked: %d", a.status)
		}
		if a := b.post(page, form("send", "1")); !strings.Contains(a.body, "sent to your phone") {
			t.Fatalf("sent: %d %s", a.status, a.body)
		}
		if a := b.post(page, nil); !strings.Contains(a.problem(), "not answered yet") {
			t.Errorf("waiting: %d %q", a.status, a.problem())
		}
		x.approve(login, false)
		if a := b.post(page, nil); !strings.Contains(a.problem(), "denied") {
			t.Errorf("denied: %d %q", a.status, a.problem())
		}
		x.clock.forward(time.Minute)
		b.post(page, form("send", "1"))
		x.approve(login, true)
		if a := b.post(page, nil); a.location(t).Get("code") == "" {
			t.Errorf("approved: %d %q", a.status, a.problem())
		}
		x.clock.forward(time.Minute)
		in := x.authn(object{"username": login, "password": password}).json(t)
		verify, _ := at(in, "_embedded", "factors", 0, "_links", "verify", "href").(string)
		poll := func() map[string]any { return b.postJSON(verify, object{"stateToken": in["stateToken"]}).json(t) }
		if a := poll(); a["status"] != "MFA_CHALLENGE" || a["factorResult"] != "WAITING" || at(a, "_links", "next", "name") != "poll" {
			t.Fatalf("asked: %v", a)
		}
		if a := poll(); a["factorResult"] != "WAITING" {
			t.Errorf("polled: %v", a)
		}
		x.approve(login, true)
		if a := poll(); a["status"] != "SUCCESS" {
			t.Errorf("approved: %v", a)
		}
	})
}
