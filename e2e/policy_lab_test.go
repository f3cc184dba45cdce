package e2e

import (
	"net/url"
	"testing"
)

// What the lab says of somebody is what a real sign-in meets: with a second factor and
// without one, from the office and from elsewhere.
func TestTheLabAndRealSignInsAgree(t *testing.T) {
	s := startServe(t)
	s.startOrg(t, "--trusted-proxies", "127.0.0.0/8")
	const office, home = "203.0.113.20", "192.0.2.77"
	from := map[string]string{office: network(t, s.Org, office), home: network(t, s.Org, home)}
	p := newVisitor(t).signInToRead(s.site, "super-admin", "/policies/lab") // before the rules ask for more
	var all []struct {
		ID     string
		System bool
	}
	s.api(t, "GET", "/api/v1/policies?type=OKTA_SIGN_ON", nil, &all)
	var zones []struct{ ID, Name string }
	s.api(t, "GET", "/api/v1/zones", nil, &zones)
	offices := ""
	for _, z := range zones {
		if z.Name == "Offices" {
			offices = z.ID
		}
	}
	for _, p := range all {
		if p.System {
			s.api(t, "POST", "/api/v1/policies/"+p.ID+"/rules", map[string]any{
				"name": "In the office", "priority": 1, "conditions": map[string]any{"network": map[string]any{"connection": "ZONE", "include": []string{offices}}},
				"actions": map[string]any{"signon": map[string]any{"access": "ALLOW", "requireFactor": false}},
			}, nil)
			s.api(t, "POST", "/api/v1/policies/"+p.ID+"/rules", map[string]any{
				"name": "Elsewhere", "priority": 2, "conditions": map[string]any{"network": map[string]any{"connection": "ANYWHERE"}},
				"actions": map[string]any{"signon": map[string]any{"access": "ALLOW", "requireFactor": true, "factorPromptMode": "ALWAYS"}},
			}, nil)
		}
	}

	for _, c := range []struct{ name, address, decides, says, meets string }{
		{"end-user", office, "“In the office”", "gets in with the password", "SUCCESS"},
		{"end-user", home, "“Elsewhere”", "has to set up", "MFA_ENROLL"},
		{"super-admin-totp", office, "“In the office”", "gets in with the password", "SUCCESS"},
		{"super-admin-totp", home, "“Elsewhere”", "holds Google Authenticator, and gets in with it", "MFA_REQUIRED"},
	} {
		in := s.as(t, c.name)
		p.fill("Person", in.Login)
		p.fill("IP address", c.address)
		p.click("Try")
		p.see(c.decides)
		p.see(c.says)
		p.see("Read: " + c.address)
		if at, err := url.Parse(p.url()); err != nil || at.Query().Get("person") != in.Login || at.Query().Get("address") != c.address {
			t.Errorf("the address is not the state: %s", p.url())
		}
		if got := signsInto(t, from[c.address], in); got != c.meets {
			t.Errorf("%s from %s: the lab says %q, the sign-in is %s", c.name, c.address, c.says, got)
		}
	}
	p.accessible("the lab with an answer")
	p.fill("And for all people of", "everybody")
	p.click("Try")
	p.see("what they meet")
	p.accessible("the lab for everybody")
}
