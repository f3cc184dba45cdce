package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
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
	consent, device := s.television(t)
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
		"consent":           {consent, [][]string{as("report-admin", seedPassword)}, false},
		"device":            {s.Org + "/activate", nil, false},
		"wrong device code": {s.Org + "/activate", [][]string{{"user_code", "BBBB-BBBB"}}, false},
		"device asks":       {s.Org + "/activate", [][]string{{"user_code", device}, as("report-admin", seedPassword)}, false},
		"signed out":        {own, [][]string{as("report-admin", seedPassword), {}}, false},
	}
}

// television adds an app that people have to consent to, and returns where it asks them and the
// code of a device that waits.
func (s *site) television(t *testing.T) (consent, userCode string) {
	t.Helper()
	scopes := "/api/v1/authorizationServers/default/scopes"
	s.api(t, "POST", scopes, map[string]any{"name": "channels", "displayName": "See your channels", "consent": "REQUIRED", "optional": true}, nil)
	var app struct {
		ID          string
		Credentials struct {
			Client struct {
				ID string `json:"client_id"`
			} `json:"oauthClient"`
		}
	}
	s.api(t, "POST", "/api/v1/apps", map[string]any{
		"name": "oidc_client", "label": "Television", "signOnMode": "OPENID_CONNECT",
		"credentials": map[string]any{"oauthClient": map[string]any{"token_endpoint_auth_method": "none"}},
		"settings": map[string]any{"oauthClient": map[string]any{
			"application_type": "native", "redirect_uris": []string{"com.example.tv:/callback"}, "response_types": []string{"code"}, "consent_method": "REQUIRED",
			"grant_types": []string{"authorization_code", "urn:ietf:params:oauth:grant-type:device_code"},
		}},
	}, &app)
	var everyone []struct{ ID string }
	s.api(t, "GET", "/api/v1/groups?q=Everyone", nil, &everyone)
	s.api(t, "PUT", "/api/v1/apps/"+app.ID+"/groups/"+everyone[0].ID, map[string]any{}, nil)
	id := app.Credentials.Client.ID
	res, err := http.PostForm(s.Org+"/oauth2/default/v1/device/authorize", url.Values{"client_id": {id}, "scope": {"openid channels"}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var codes struct {
		UserCode string `json:"user_code"`
	}
	if err := json.NewDecoder(res.Body).Decode(&codes); err != nil || codes.UserCode == "" {
		t.Fatalf("device: %s %v", res.Status, err)
	}
	q := url.Values{
		"client_id": {id}, "response_type": {"code"}, "redirect_uri": {"com.example.tv:/callback"}, "scope": {"openid channels"}, "state": {"s"},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"},
	}
	return s.Org + "/oauth2/default/v1/authorize?" + q.Encode(), codes.UserCode
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
