package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// ruledApp is a SAML app with a sign-on policy of its own, whose one rule does this.
func (x *server) ruledApp(rule object) (signOn string) {
	x.t.Helper()
	app, signOn, _ := x.samlApp(nil)
	policy := x.api("POST", "/api/v1/policies", object{"type": "ACCESS_POLICY", "name": "Of CRM"}).text(x.t, "id")
	rule["name"] = "Rule"
	if a := x.api("POST", "/api/v1/policies/"+policy+"/rules", rule); a.status != http.StatusOK {
		x.t.Fatalf("rule: %d %s", a.status, a.body)
	}
	if a := x.api("PUT", "/api/v1/apps/"+app+"/policies/"+policy, nil); a.status != http.StatusNoContent {
		x.t.Fatalf("mapping: %d %s", a.status, a.body)
	}
	return signOn
}

func TestTheSignOnPolicyOfASAMLAppKeepsPeopleOut(t *testing.T) {
	x := newServer(t)
	signOn := x.ruledApp(object{"actions": object{"appSignOn": object{"access": "DENY"}}})
	b := x.browser()
	for range 2 { // on the way, and with a session
		a := b.get(signOn)
		if a.status == http.StatusFound {
			a = b.post(a.header.Get("Location"), form("username", admin, "password", password))
		}
		if a.status != http.StatusForbidden || !strings.Contains(a.body, "The sign-on policy of CRM does not let you in.") || strings.Contains(a.body, "SAMLResponse") {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if n := x.events("application.policy.sign_on.deny_access"); n != 2 {
		t.Errorf("%d refusals in the log, want 2", n)
	}
}

// A second factor that only the app asks for is asked for on the way, and the answer is to
// the request that came first.
func TestTheSignOnPolicyOfASAMLAppAsksForMore(t *testing.T) {
	x := newServer(t)
	everyone := x.api("GET", "/api/v1/groups?q=Everyone", nil)
	x.policy("OKTA_SIGN_ON", list(t, everyone)[0]["id"].(string), nil, signOn())
	at := x.ruledApp(object{"actions": object{"appSignOn": assurance("2FA", "PT1H")}})
	x.check(x.EnrolTOTP(t.Context(), x.adminID(), totpSecret))
	ask := func(b *browser, attributes string) answer {
		return b.get(at + "?" + url.Values{"SAMLRequest": {deflated(t, authnRequest(attributes))}, "RelayState": {"r"}}.Encode())
	}
	b := x.browser()
	b.signIn(orgServer, request("client_id", "spa"), admin, password)
	if r := ask(b, `IsPassive="true"`).response(t); len(r.find("Assertion")) != 0 {
		t.Error("a passive request gets an assertion without the factor")
	}
	page, shown := b.follow(ask(b, ""))
	if !strings.Contains(shown.body, "Enter your code") {
		t.Fatalf("page: %s", shown.body)
	}
	a := b.post(page, form("passcode", x.totp(0)))
	_, fields := a.posted(t)
	r := a.response(t)
	if fields["RelayState"] != "r" || r.attr("InResponseTo") != "_req1" || len(r.find("Assertion")) != 1 {
		t.Errorf("after the code: %s", r.canon(nil))
	}
	if n := len(ask(b, "").response(t).find("Assertion")); n != 1 {
		t.Errorf("with both proved: %d assertions", n)
	}
	x.clock.forward(61 * time.Minute)
	if a := ask(b, ""); a.status != http.StatusFound {
		t.Errorf("an hour later: %d %s", a.status, a.body)
	}
}
