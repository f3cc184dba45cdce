package e2e

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// signInVisit is a page of the org's and the way there: an address, then forms with
// their fields (name, value ...). console: its form may lead back to the console.
type signInVisit struct {
	address string
	forms   [][]string
	console bool
}

// ask goes there without a browser.
func (v signInVisit) ask(c *client) answer {
	c.t.Helper()
	a := c.get(v.address)
	for _, fields := range v.forms {
		a = c.submit(a, fields...)
	}
	return a
}

// reach goes there in a tab.
func (v signInVisit) reach(p *tab) {
	p.t.Helper()
	p.visit(v.address)
	for _, fields := range v.forms {
		for i := 0; i+1 < len(fields); i += 2 {
			e := p.find("input[name=" + fields[i] + "]")
			p.must(e.SelectAllText())
			p.must(e.Input(fields[i+1]))
		}
		text, err := p.find("form button").Text()
		p.must(err)
		p.follow(text)
	}
}

// signInPages are the pages that the org shows to people, by name.
func (s *site) signInPages(t *testing.T) map[string]signInVisit {
	t.Helper()
	s.api(t, "POST", "/api/v1/users/"+s.as(t, "end-user").UserID+"/lifecycle/expire_password", nil, nil)
	var made struct{ ID string }
	profile := map[string]any{"login": "new@company.example", "email": "new@company.example", "firstName": "New", "lastName": "Person"}
	s.api(t, "POST", "/api/v1/users?activate=false", map[string]any{"profile": profile}, &made)
	var activation struct{ ActivationURL string }
	s.api(t, "POST", "/api/v1/users/"+made.ID+"/lifecycle/activate?sendEmail=false", nil, &activation)

	as := func(name, password string) []string {
		return []string{"username", s.as(t, name).Login, "password", password}
	}
	console, own := s.Console+"/", s.Org+"/login"
	return map[string]signInVisit{
		"password":          {console, nil, true},
		"wrong password":    {console, [][]string{as("report-admin", "Wrong-pass-1")}, true},
		"code":              {console, [][]string{as("super-admin-totp", seedPassword)}, true},
		"wrong code":        {console, [][]string{as("super-admin-totp", seedPassword), {"passcode", s.wrongCode(t)}}, true},
		"change password":   {console, [][]string{as("end-user", seedPassword)}, true},
		"weak new password": {console, [][]string{as("end-user", seedPassword), {"newPassword", "x", "confirmPassword", "x"}}, true},
		"error":             {s.Org + "/oauth2/v1/authorize?client_id=nobody", nil, false},
		"activation":        {activation.ActivationURL, nil, false},
		"link that is over": {s.Org + "/welcome/nothing", nil, false},
		"own sign-in":       {own, nil, false},
		"signed in":         {own, [][]string{as("report-admin", seedPassword)}, false},
		"signed out":        {own, [][]string{as("report-admin", seedPassword), {}}, false},
	}
}

// wrongCode is six digits that are not the code of super-admin-totp at any near time.
func (s *site) wrongCode(t *testing.T) string {
	t.Helper()
	right := map[string]bool{}
	for step := -2; step <= 2; step++ {
		code, err := totp.GenerateCode(s.as(t, "super-admin-totp").TOTPSecret, time.Now().Add(time.Duration(step)*30*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		right[code] = true
	}
	for _, guess := range []string{"000000", "111111", "222222", "333333", "444444"} {
		if !right[guess] {
			return guess
		}
	}
	return "555555"
}
