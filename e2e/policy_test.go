package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// network is a small proxy in front of an org: who comes through it comes from address.
func network(t *testing.T, org, address string) string {
	t.Helper()
	to, err := url.Parse(org)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(to)
		p.Out.Header.Set("X-Forwarded-For", address)
	}})
	t.Cleanup(s.Close)
	return s.URL
}

// signsInto is what the org at url says to a sign-in with the right password.
func signsInto(t *testing.T, url string, in signIn) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"username": in.Login, "password": in.Password})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(url+"/api/v1/authn", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out struct{ Status string }
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out.Status
}

// An admin adds a rule that asks for a second factor off the office network, sees who is
// affected before it is saved, saves it, and people sign in from both networks.
func TestSecondFactorOffTheOfficeNetwork(t *testing.T) {
	s := startServe(t)
	s.startOrg(t, "--trusted-proxies", "127.0.0.0/8")
	office, home := network(t, s.Org, "203.0.113.20"), network(t, s.Org, "192.0.2.77")
	somebody := s.as(t, "end-user")
	for where, url := range map[string]string{"the office": office, "home": home} {
		if got := signsInto(t, url, somebody); got != "SUCCESS" {
			t.Fatalf("before the rule a sign-in from %s is %s", where, got)
		}
	}

	p := newVisitor(t).signIn(s.site, "super-admin", "/policies")
	p.see("Default Policy")
	p.accessible("the global session policies")
	p.follow("Default Policy")
	p.see("first match decides")
	p.follow("Add rule")
	p.fill("Name", "Factor off the office network")
	tick := func(label string) {
		t.Helper()
		p.must(p.label(label).Click(proto.InputMouseButtonLeft, 1))
	}
	tick("In none of these zones")
	tick("Offices")
	tick("Asked for at every sign-in")
	p.click("See who is affected")
	p.see("What saving changes")
	p.see("If the draft is saved")
	p.see("Are asked for more")
	p.accessible("a rule with what saving changes and who is affected")
	if got := signsInto(t, home, somebody); got != "SUCCESS" {
		t.Errorf("a draft is saved: a sign-in from home is %s", got)
	}
	p.follow("Add rule")
	p.see("Factor off the office network was added.")
	p.see("network not in zone “Offices”")
	p.accessible("a policy with two rules")
	if got := signsInto(t, office, somebody); got != "SUCCESS" {
		t.Errorf("with the rule a sign-in from the office is %s", got)
	}
	if got := signsInto(t, home, somebody); got != "MFA_ENROLL" {
		t.Errorf("with the rule a sign-in from home is %s", got)
	}
}

// The order of policies is changed by the keyboard, by a button and by the mouse.
func TestOrderOfPoliciesIsChanged(t *testing.T) {
	s := startSite(t)
	p := newVisitor(t).signIn(s, "super-admin", "/policies")
	first := func(want string) {
		t.Helper()
		if err := p.holds(`want => document.querySelector(".ordered-name")?.textContent === want && document.querySelector(".place").textContent === "1"`, want); err != nil {
			t.Fatalf("%s is not the first: %v\n%s", want, err, p.text())
		}
	}
	first("Production access")
	p.must(p.holds(`() => { [...document.querySelectorAll(".ordered-name")][1].focus(); return true }`))
	p.must(p.Keyboard.Press(input.AltLeft))
	p.must(p.Keyboard.Type(input.ArrowUp))
	p.must(p.Keyboard.Release(input.AltLeft))
	first("Contractors")
	p.see("Contractors is at place 1.")
	if err := p.holds(`() => Boolean(document.activeElement.closest(".ordered-row.news"))`); err != nil {
		t.Error("the focus is not in the row that was moved")
	}
	p.click("Move Contractors down")
	first("Production access")

	box, err := p.Eval(`() => [...document.querySelectorAll(".grip")].slice(0, 2).map((g) => { const b = g.getBoundingClientRect(); return {x: b.x + 8, y: b.y + b.height / 2} })`)
	p.must(err)
	at := func(i int) (x, y float64) {
		g := box.Value.Arr()[i]
		return g.Get("x").Num(), g.Get("y").Num()
	}
	x, y := at(1)
	p.must(p.Mouse.MoveTo(proto.Point{X: x, Y: y}))
	p.must(p.Mouse.Down(proto.InputMouseButtonLeft, 1))
	x, y = at(0)
	p.must(p.Mouse.MoveLinear(proto.Point{X: x, Y: y - 12}, 5))
	p.must(p.Mouse.Up(proto.InputMouseButtonLeft, 1))
	first("Contractors") // numbered by the answer, not by the script
	var list []struct{ Name string }
	s.api(t, "GET", "/api/v1/policies?type=OKTA_SIGN_ON", nil, &list)
	if len(list) != 3 || list[0].Name != "Contractors" || list[2].Name != "Default Policy" {
		t.Errorf("the org has the order %v", list)
	}
}
