package org

import (
	"context"
	"regexp"
	"testing"
	"time"

	"gatehouse/internal/okta"
	"github.com/pquerna/otp/totp"
)

// factorsOfPerson is where somebody's factors are.
func factorsOfPerson(user string) string { return "/api/v1/users/" + user + "/factors" }

// enrol enrols a factor and returns its id.
func (x *testOrg) enrol(user, body string) okta.Object {
	x.t.Helper()
	return x.call("POST", factorsOfPerson(user), body).want(200).doc()
}

var sixDigits = regexp.MustCompile(`[0-9]{6}`)

// sentCode is the code of the last message to a recipient.
func (x *testOrg) sentCode(recipient string) string {
	x.t.Helper()
	var body string
	err := x.reads(context.Background()).q.QueryRow(context.Background(),
		`SELECT body FROM outbox WHERE recipient = $1 ORDER BY created DESC, id LIMIT 1`, recipient).Scan(&body)
	if err != nil {
		x.t.Fatalf("no message to %s: %v", recipient, err)
	}
	return sixDigits.FindString(body)
}

func (x *testOrg) totpOf(secret string) string {
	x.t.Helper()
	code, err := totp.GenerateCode(secret, x.clock.Now())
	if err != nil {
		x.t.Fatal(err)
	}
	return code
}

func TestTOTPFactorIsEnrolledActivatedVerifiedAndDeleted(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		user := x.person("ada@org.example")
		base := factorsOfPerson(user)
		f := x.enrol(user, `{"factorType":"token:software:totp","provider":"GOOGLE"}`)
		secret := f.Text("_embedded", "activation", "sharedSecret")
		if f.Text("status") != "PENDING_ACTIVATION" || len(secret) != 32 || f.Text("profile", "credentialId") != "ada@org.example" {
			t.Fatalf("enrolment: %s", f.Bytes())
		}
		if qr := f.Text("_embedded", "activation", "_links", "qrcode", "href"); len(qr) < 100 {
			t.Errorf("no picture of the secret: %q", qr)
		}
		self := base + "/" + f.Text("id")
		if got := x.call("GET", self, "").want(200).doc(); !isNull(got.Get("_embedded")) {
			t.Errorf("the secret is told again: %s", got.Bytes()) // security 39
		}
		if link := f.Text("_links", "activate", "href"); link != "http://org.example"+self+"/lifecycle/activate" {
			t.Errorf("activate link %q", link)
		}
		x.call("POST", self+"/verify", `{"passCode":"000000"}`).refused(410, "E0000154", "")
		x.call("POST", self+"/lifecycle/activate", `{"passCode":"abc"}`).refused(403, "E0000068", "Your passcode doesn't match our records. Please try again.")
		code := x.totpOf(secret)
		if got := x.call("POST", self+"/lifecycle/activate", `{"passCode":"`+code+`"}`).want(200).doc(); got.Text("status") != "ACTIVE" || got.Text("_links", "verify", "href") == "" {
			t.Fatalf("activated: %s", got.Bytes())
		}
		x.call("POST", self+"/verify", `{"passCode":"`+code+`"}`).refused(403, "E0000082", "")
		x.clock.forward(30 * time.Second)
		if got := x.call("POST", self+"/verify", `{"passCode":"`+x.totpOf(secret)+`"}`).want(200).doc(); got.Text("factorResult") != "SUCCESS" {
			t.Errorf("verify: %s", got.Bytes())
		}
		x.call("POST", base, `{"factorType":"token:software:totp","provider":"GOOGLE"}`).refused(400, "E0000001", "Factor already exists.")
		x.enrol(user, `{"factorType":"token:software:totp","provider":"OKTA"}`)
		x.call("DELETE", self, "").want(204)
		x.call("GET", self, "").refused(404, "E0000007", "")
		if n := x.events(factorActivated); n != 1 {
			t.Errorf("%d activations in the log", n)
		}
		if n := x.events("user.mfa.factor.deactivate"); n != 1 {
			t.Errorf("%d deactivations in the log", n)
		}
		if n := x.events("user.authentication.auth_via_mfa"); n != 2 { // one of them the code used twice
			t.Errorf("%d verifications in the log", n)
		}
	})
}

func TestCodesAreSentActivatedChallengedAndUsedOnce(t *testing.T) {
	cases := []struct{ name, body, recipient, tooSoon string }{
		{"sms", `{"factorType":"sms","provider":"OKTA","profile":{"phoneNumber":"+1-555-415-1337"}}`, "+1-555-415-1337", "E0000109"},
		{"call", `{"factorType":"call","provider":"OKTA","profile":{"phoneNumber":"+15554151337","phoneExtension":"12"}}`, "+15554151337", "E0000133"},
		{"email", `{"factorType":"email","provider":"OKTA"}`, "ada@org.example", "E0000118"},
	}
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		user := x.person("ada@org.example")
		for _, c := range cases {
			f := x.enrol(user, c.body)
			self := factorsOfPerson(user) + "/" + f.Text("id")
			x.call("POST", self+"/resend", "").refused(429, c.tooSoon, "")
			first := x.sentCode(c.recipient)
			x.clock.forward(30 * time.Second)
			x.call("POST", self+"/resend", "").want(200)
			code := x.sentCode(c.recipient)
			if first != code {
				x.call("POST", self+"/lifecycle/activate", `{"passCode":"`+first+`"}`).refused(403, "E0000068", "")
			}
			if got := x.call("POST", self+"/lifecycle/activate", `{"passCode":"`+code+`"}`).want(200).doc(); got.Text("status") != "ACTIVE" {
				t.Fatalf("%s: %s", c.name, got.Bytes())
			}
			x.call("POST", self+"/verify", "").refused(429, c.tooSoon, "")
			x.clock.forward(30 * time.Second)
			if got := x.call("POST", self+"/verify", "").want(200).doc(); got.Text("factorResult") != "CHALLENGE" || got.Text("_links", "verify", "href") == "" {
				t.Fatalf("%s: %s", c.name, got.Bytes())
			}
			code = x.sentCode(c.recipient)
			x.call("POST", self+"/verify", `{"passCode":"`+code+`"}`).want(200)
			x.call("POST", self+"/verify", `{"passCode":"`+code+`"}`).refused(403, "E0000068", "")
			x.clock.forward(5 * time.Minute)
			x.call("POST", self+"/verify", "").want(200)
			code = x.sentCode(c.recipient)
			x.clock.forward(5 * time.Minute)
			x.call("POST", self+"/verify", `{"passCode":"`+code+`"}`).refused(403, "E0000083", "")
		}
		for _, event := range []string{"system.sms.send_factor_verify_message", "system.voice.send_mfa_challenge_call", "system.email.send_factor_verify_message"} {
			if n := x.events(event); n != 4 {
				t.Errorf("%s: %d in the log, want 4", event, n)
			}
		}
	})
}

func TestQuestionFactor(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		user := x.person("ada@org.example")
		if n := len(x.call("GET", factorsOfPerson(user)+"/questions", "").want(200).docs()); n != 20 {
			t.Errorf("%d questions", n)
		}
		x.call("POST", factorsOfPerson(user), `{"factorType":"question","provider":"OKTA","profile":{"question":"none","answer":"mayonnaise"}}`).refused(400, "E0000001", "")
		x.call("POST", factorsOfPerson(user), `{"factorType":"question","provider":"OKTA","profile":{"question":"disliked_food","answer":" ab "}}`).refused(400, "E0000001", "")
		f := x.enrol(user, `{"factorType":"question","provider":"OKTA","profile":{"question":"disliked_food","answer":"mayonnaise"}}`)
		if f.Text("status") != "ACTIVE" || f.Text("profile", "questionText") != "What is the food you least liked as a child?" || f.Text("profile", "answer") != "" {
			t.Fatalf("%s", f.Bytes())
		}
		verify := factorsOfPerson(user) + "/" + f.Text("id") + "/verify"
		x.call("POST", verify, `{"answer":" Mayonnaise"}`).want(200)
		for range factorTries {
			x.call("POST", verify, `{"answer":"mustard"}`).refused(403, "E0000068", "Your answer doesn't match our records. Please try again.")
		}
		x.call("POST", verify, `{"answer":"mayonnaise"}`).refused(429, "E0000047", "")
		x.clock.forward(factorWindow)
		x.call("POST", verify, `{"answer":"mayonnaise"}`).want(200)
	})
}

func TestEnrolmentAnewDoesNotGiveMoreTries(t *testing.T) {
	x := newTestOrg(t)
	user := x.person("ada@org.example")
	f := x.enrol(user, `{"factorType":"token:software:totp","provider":"OKTA"}`)
	for range factorTries {
		x.call("POST", factorsOfPerson(user)+"/"+f.Text("id")+"/lifecycle/activate", `{"passCode":"x"}`).want(403)
	}
	x.call("DELETE", factorsOfPerson(user)+"/"+f.Text("id"), "").want(204)
	f = x.enrol(user, `{"factorType":"token:software:totp","provider":"OKTA"}`)
	code := x.totpOf(f.Text("_embedded", "activation", "sharedSecret"))
	x.call("POST", factorsOfPerson(user)+"/"+f.Text("id")+"/lifecycle/activate", `{"passCode":"`+code+`"}`).refused(429, "E0000047", "")
}

func TestCodesGoToTheAddressesOfThePerson(t *testing.T) {
	x := newTestOrg(t)
	user := x.personOf(x.defaultType(), "ada@org.example", `,"secondEmail":"ada@home.example"`)
	body := func(address string) string {
		return `{"factorType":"email","provider":"OKTA","profile":{"email":"` + address + `"}}`
	}
	x.call("POST", factorsOfPerson(user), body("eve@org.example")).refused(400, "E0000001", "email: The address must be the primary or the secondary email address of the user.")
	if f := x.enrol(user, body("Ada@home.example")); f.Text("profile", "email") != "Ada@home.example" {
		t.Errorf("%s", f.Bytes())
	}
}
