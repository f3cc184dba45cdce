package oidc_test

import (
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/org"
	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
)

// faultsOf collects what the console of a page says of its policy.
func faultsOf(t *testing.T, page *rod.Page) chan string {
	t.Helper()
	faults := make(chan string, 100)
	if err := (proto.LogEnable{}).Call(page); err != nil {
		t.Fatal(err)
	}
	go page.EachEvent(func(e *proto.LogEntryAdded) {
		if strings.Contains(e.Entry.Text, "Content Security Policy") {
			faults <- e.Entry.Text
		}
	})()
	t.Cleanup(func() {
		select {
		case fault := <-faults:
			t.Errorf("the policy was violated: %s", fault)
		default:
		}
	})
	return faults
}

// signInAt types login and password into the org's own sign-in page.
func signInAt(page *rod.Page, x *server, login string) {
	page.MustNavigate(x.BaseURL() + "/login")
	page.MustElement("#username").MustInput(login)
	page.MustElement("#password").MustInput(password)
	page.MustElementR("button", "^Sign in$").MustClick()
}

func TestChromiumEnrolsAnAppAtSignIn(t *testing.T) {
	page := chromium(t)
	faultsOf(t, page)
	x := newServer(t)
	group := x.group("Sales")
	login, _ := x.person("seller", group)
	x.policy("OKTA_SIGN_ON", group, nil, signOn("requireFactor", true, "factorPromptMode", "ALWAYS"))
	signInAt(page, x, login)
	page.MustElementR("li", "Authenticator app").MustElement("button").MustClick()
	if box := page.MustElement("svg.qr").MustShape().Box(); box.Width < 150 || box.Width > 300 {
		t.Errorf("the picture is %v wide", box.Width)
	}
	secret := strings.ReplaceAll(page.MustElement("code").MustText(), " ", "")
	if !regexp.MustCompile(`^[A-Z2-7]{32}$`).MatchString(secret) {
		t.Fatalf("secret %q", secret)
	}
	page.MustElement("#passcode").MustInput(x.codeOf(secret))
	page.MustElementR("button", "^Verify$").MustClick()
	page.MustElementR("h1", "You are signed in")
}

func TestChromiumSignsInWithASecurityKey(t *testing.T) {
	page := chromium(t)
	faultsOf(t, page)
	if err := (proto.WebAuthnEnable{}).Call(page); err != nil {
		t.Fatal(err)
	}
	_, err := proto.WebAuthnAddVirtualAuthenticator{Options: &proto.WebAuthnVirtualAuthenticatorOptions{
		Protocol: proto.WebAuthnAuthenticatorProtocolCtap2, Transport: proto.WebAuthnAuthenticatorTransportInternal,
		HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}}.Call(page)
	if err != nil {
		t.Fatal(err)
	}
	// Browsers bind keys to names, not to addresses.
	x := serveConfig(t, dbtest.Open(t, db.SQLite, org.DatabaseOptions("")), org.Config{BaseURL: "localhost"})
	group := x.group("Sales")
	login, id := x.person("seller", group)
	x.policy("OKTA_SIGN_ON", group, nil, signOn("requireFactor", true, "factorPromptMode", "ALWAYS"))
	signInAt(page, x, login)
	page.MustElementR("li", "Security key").MustElement("button").MustClick()
	page.MustElement("#keyStart").MustClick()
	page.MustElementR("h1", "You are signed in")
	page.MustElementR("button", "Sign out").MustClick()
	page.MustElementR("h1", "You are signed out")
	signInAt(page, x, login)
	page.MustElementR("button", "Use security key").MustClick()
	page.MustElementR("h1", "You are signed in")
	if a := x.api("GET", "/api/v1/users/"+id+"/factors", nil); !strings.Contains(a.body, `"factorType":"webauthn"`) || !strings.Contains(a.body, `"status":"ACTIVE"`) {
		t.Errorf("factors: %s", a.body)
	}
}
