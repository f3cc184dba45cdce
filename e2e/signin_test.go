package e2e

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/input"
	"github.com/pquerna/otp/totp"

	"gatehouse/internal/okta"
)

// signIn signs in for a journey that changes things: it has allowed that before it comes to path.
func (v *visitor) signIn(s *site, name, path string) *tab {
	v.t.Helper()
	p := v.signInToRead(s, name, path)
	p.must(p.holds(`() => window.leaving = true`))
	_, err := p.Timeout(patience).Eval(`(scopes, back) => {
		const form = document.createElement("form");
		form.method = "post";
		form.action = "/step-up";
		const add = (name, value) => {
			const field = document.createElement("input");
			[field.type, field.name, field.value] = ["hidden", name, value];
			form.append(field);
		};
		add("form_token", document.querySelector("input[name=form_token]").value);
		add("return_to", back);
		for (const scope of scopes) add("scope", scope);
		document.body.append(form);
		form.submit();
	}`, manageScopes(), path)
	p.must(err)
	p.must(p.holds(`() => !window.leaving && document.readyState === "complete"`))
	p.find("nav[aria-label=Main]")
	p.ready()
	return p
}

// manageScopes are all that some operation changes something with.
func manageScopes() []string {
	var all []string
	for _, op := range okta.Operations() {
		if strings.HasSuffix(op.Scope, ".manage") && !slices.Contains(all, op.Scope) {
			all = append(all, op.Scope)
		}
	}
	return all
}

// signInToRead goes to path on the console and signs in on the org's pages, which are
// another origin. The sign-in reads, and asks for more when something is changed.
func (v *visitor) signInToRead(s *site, name, path string) *tab {
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
	if at := p.url(); at != s.Console+"/people?q=ana" {
		t.Errorf("after sign-in the browser is at %s, not where it wanted to go", at)
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

func TestExpiredPasswordIsChangedOnTheWayIn(t *testing.T) {
	s := startSite(t)
	in := s.as(t, "read-only-admin")
	s.api(t, "POST", "/api/v1/users/"+in.UserID+"/lifecycle/expire_password", nil, nil)
	p := newVisitor(t).open(s.Console + "/changes")
	p.signInAs(in, in.Password)
	p.see("Choose a new password")
	change := func(password, again string) {
		t.Helper()
		p.fill("New password", password)
		p.fill("New password, again", again)
		p.follow("Change password")
	}
	change("Birch-river-5521", "Birch-river-5522")
	p.find("[role=alert]")
	change(in.Password, in.Password) // the same one again
	p.find("[role=alert]")
	change("Birch-river-5521", "Birch-river-5521")
	p.find("nav[aria-label=Main]")
	if at := p.url(); at != s.Console+"/changes" {
		t.Errorf("after the change the browser is at %s", at)
	}
	// The old one is over, the new one holds.
	other := newVisitor(t).open(s.Console + "/")
	other.signInAs(in, in.Password)
	other.find("[role=alert]")
	other.signInAs(in, "Birch-river-5521")
	other.find("nav[aria-label=Main]")
}

func TestSlashLeadsToTheSearch(t *testing.T) {
	s := startSite(t)
	p := newVisitor(t).signIn(s, "help-desk-admin", "/changes")
	p.ready()
	p.must(p.Keyboard.Type('/'))
	p.must(p.holds(`() => document.activeElement.id === "search" && document.activeElement.value === ""`))
	p.must(p.InsertText("Help Desk"))
	p.must(p.Keyboard.Type(input.Enter))
	p.see("help-desk-admin@company.example")
	p.gone("report-admin@company.example")
}

// security 30: wherever the address says to go after sign-in, it stays on the console.
func TestSignInComesBackToTheConsoleAlone(t *testing.T) {
	s := startSite(t)
	c := newClient(t)
	c.signIn(s, "report-admin", "/")
	for _, payload := range []string{
		"//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "/%2fevil.example", "/%5cevil.example", "/\t/evil.example",
		"https://evil.example", "https:evil.example", "http://127.0.0.1@evil.example/", "javascript:alert(1)", "data:text/html,x",
		"%68ttps://evil.example", "/..//evil.example", "/.//evil.example", "/login?return_to=//evil.example", "?x", "/people\r\nLocation: //evil.example",
	} {
		a := c.get(s.Console + "/login?return_to=" + url.QueryEscape(payload))
		if at := a.url.Scheme + "://" + a.url.Host; at != s.Console || strings.HasPrefix(a.url.Path, "//") {
			t.Errorf("return_to %q ended at %s", payload, a)
		}
	}
	if a := c.get(s.Console + "/login?return_to=" + url.QueryEscape("/people?q=ana")); a.url.String() != s.Console+"/people?q=ana" {
		t.Errorf("a path of the console ended at %s", a)
	}
}
