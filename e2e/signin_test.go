package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// signIn goes to path on the console and signs in on the org's pages, which are another origin.
func (v *visitor) signIn(s *site, name, path string) *tab {
	v.t.Helper()
	in := s.as(v.t, name)
	p := v.open(s.Console + path)
	p.signInAs(in, in.Password)
	p.find("nav[aria-label=Main]")
	return p
}

// signInAs fills in the org's sign-in form.
func (p *tab) signInAs(in signIn, password string) {
	p.t.Helper()
	p.fill("Username", in.Login)
	p.fill("Password", password)
	p.follow("Sign in")
}

func TestSignInFromAnotherOrigin(t *testing.T) {
	s := startSite(t)
	p := newVisitor(t).signIn(s, "super-admin", "/people?q=ana")
	if url := p.url(); url != s.Console+"/people?q=ana" {
		t.Errorf("after sign-in the browser is at %s, not where it wanted to go", url)
	}
	p.see("Super Admin")
}

func TestSignInWithTOTP(t *testing.T) {
	s := startSite(t)
	in := s.as(t, "super-admin-totp")
	p := newVisitor(t).open(s.Console + "/")
	p.signInAs(in, in.Password)
	code, err := totp.GenerateCode(in.TOTPSecret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	wrong := "000000"
	if code == wrong {
		wrong = "111111"
	}
	p.fill("Code", wrong)
	p.follow("Verify")
	p.see("code")
	p.fill("Code", code)
	p.follow("Verify")
	p.find("nav[aria-label=Main]")
}

func TestWrongPasswordThenLockout(t *testing.T) {
	s := startSite(t)
	in := s.as(t, "end-user")
	p := newVisitor(t).open(s.Console + "/")
	first := ""
	for range 10 {
		p.signInAs(in, "Wrong-pass-1")
		p.find("[role=alert]")
		if first == "" {
			first = p.text()
		}
	}
	// security 58: the right password of a locked person is refused in the words of a wrong one.
	p.signInAs(in, in.Password)
	p.find("[role=alert]")
	if got := p.text(); after(got) != after(first) {
		t.Errorf("a locked person is told apart:\n%s\nfrom a wrong password:\n%s", got, first)
	}
	var person struct{ Status string }
	s.api(t, "GET", "/api/v1/users/"+in.UserID, nil, &person)
	if person.Status != "LOCKED_OUT" {
		t.Errorf("status %s after ten wrong passwords", person.Status)
	}
}

// after cuts the address off a page's text.
func after(text string) string {
	_, rest, _ := strings.Cut(text, "\n")
	return rest
}

func TestSignOut(t *testing.T) {
	s := startSite(t)
	v := newVisitor(t)
	p := v.signIn(s, "super-admin", "/people")
	p.see("People")
	p.follow("Sign out")
	p.see("signed out")
	// security 27: Back shows nothing of what was there.
	if err := p.NavigateBack(); err != nil {
		t.Fatal(err)
	}
	p.find("input[name=username]")
	p.visit(s.Console + "/people")
	p.find("input[name=username]")
}
