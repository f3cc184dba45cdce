package oidc_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// passwordSettings are settings of a password policy with these members of password.
func passwordSettings(members object) object { return object{"password": members} }

var mayChange = object{"passwordChange": object{"access": "ALLOW"}}

func TestLockoutAsThePolicySays(t *testing.T) { // security 59
	eachDatabase(t, func(t *testing.T, x *server) {
		group := x.group("Sales")
		login, id := x.person("seller", group)
		x.policy("PASSWORD", group, passwordSettings(object{"lockout": object{"maxAttempts": 3, "autoUnlockMinutes": 5, "showLockoutFailures": true, "userLockoutNotificationChannels": []string{"EMAIL"}}}), mayChange)
		for i, want := range []int{http.StatusUnauthorized, http.StatusUnauthorized, http.StatusOK} {
			if a := x.authn(object{"username": login, "password": "wrong"}); a.status != want {
				t.Errorf("attempt %d: %d %s", i+1, a.status, a.body)
			}
		}
		if a := x.authn(object{"username": login, "password": password}); a.text(t, "status") != "LOCKED_OUT" || a.json(t)["sessionToken"] != nil {
			t.Errorf("locked: %s", a.body)
		}
		if page := x.browser().signIn(orgServer, request(), login, password); !strings.Contains(page.problem(), "locked") {
			t.Errorf("page: %d %q", page.status, page.problem())
		}
		var body string
		x.check(x.DB().Reader().QueryRow(t.Context(), `SELECT body FROM outbox WHERE recipient = $1`, login).Scan(&body))
		if !strings.Contains(body, "locked") {
			t.Errorf("message %q", body)
		}
		x.clock.forward(5 * time.Minute)
		if a := x.authn(object{"username": login, "password": "wrong"}); a.status != http.StatusUnauthorized {
			t.Errorf("the first wrong one after the unlock: %d %s", a.status, a.body)
		}
		if a := x.authn(object{"username": login, "password": password}); a.text(t, "status") != "SUCCESS" {
			t.Errorf("unlocked in time: %s", a.body)
		}
		if a := x.api("GET", "/api/v1/users/"+id, nil); a.text(t, "status") != "ACTIVE" || x.events("user.account.unlock") != 1 {
			t.Errorf("status %s", a.text(t, "status"))
		}
	})
}

func TestAPasswordThatIsTooOldIsChanged(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		group := x.group("Sales")
		login, id := x.person("seller", group)
		x.policy("PASSWORD", group, passwordSettings(object{"age": object{"maxAgeDays": 30, "expireWarnDays": 5, "minAgeMinutes": 60, "historyCount": 2}, "complexity": object{"minLength": 12, "minSymbol": 1}}), mayChange)
		x.clock.forward(27 * 24 * time.Hour)
		if a := x.authn(object{"username": login, "password": password}); a.text(t, "status") != "SUCCESS" {
			t.Errorf("warned without asking for it: %s", a.body)
		}
		warn := x.authn(object{"username": login, "password": password, "options": object{"warnBeforePasswordExpired": true}}).json(t)
		if warn["status"] != "PASSWORD_WARN" || at(warn, "_embedded", "policy", "expiration", "passwordExpireDays") != 3.0 || at(warn, "_embedded", "policy", "complexity", "minLength") != 12.0 {
			t.Fatalf("warned: %v", warn)
		}
		skip, _ := at(warn, "_links", "skip", "href").(string)
		if a := x.browser().postJSON(skip, object{"stateToken": warn["stateToken"]}); a.text(t, "status") != "SUCCESS" {
			t.Errorf("skip: %s", a.body)
		}
		b := x.browser()
		page := b.signIn(orgServer, request(), login, password).header.Get("Location")
		shown := b.get(page)
		if !strings.Contains(shown.body, "expires in 3 days") || !strings.Contains(shown.body, "at least 12 characters") {
			t.Fatalf("page: %s", shown.body)
		}
		if a := b.post(page, form("later", "1")); a.location(t).Get("code") == "" {
			t.Errorf("not now: %d %s", a.status, a.problem())
		}
		x.clock.forward(4 * 24 * time.Hour)
		page = b.signIn(orgServer, request("prompt", "login"), login, password).header.Get("Location")
		if shown := b.get(page); !strings.Contains(shown.body, "has expired") || strings.Contains(shown.body, "Not now") {
			t.Fatalf("expired: %s", shown.body)
		}
		if a := x.api("GET", "/api/v1/users/"+id, nil); a.text(t, "status") != "PASSWORD_EXPIRED" {
			t.Errorf("status %s", a.text(t, "status"))
		}
		for name, p := range map[string]string{"short": "New-Horse-8", "no symbol": "NewHorse8888", "the old one": password} {
			if a := b.post(page, form("newPassword", p, "confirmPassword", p)); a.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", name, a.status)
			}
		}
		fresh := "New-Horse-88888"
		if a := b.post(page, form("newPassword", fresh, "confirmPassword", fresh)); a.location(t).Get("code") == "" {
			t.Fatalf("a good one: %d %q", a.status, a.problem())
		}
		change := object{"oldPassword": object{"value": fresh}, "newPassword": object{"value": "Other-Horse-88888"}}
		if a := x.api("POST", "/api/v1/users/"+id+"/credentials/change_password", change); a.status != http.StatusForbidden || !strings.Contains(a.body, "too recently") {
			t.Errorf("changed again at once: %d %s", a.status, a.body)
		}
		x.clock.forward(time.Hour)
		if a := x.api("POST", "/api/v1/users/"+id+"/credentials/change_password", change); a.status != http.StatusOK {
			t.Errorf("an hour later: %d %s", a.status, a.body)
		}
	})
}

func TestPeopleChangeAndResetPasswordsAsTheRuleSays(t *testing.T) {
	x := newServer(t)
	group := x.group("Sales")
	_, id := x.person("seller", group)
	settings := object{"recovery": object{"factors": object{"recovery_question": object{"status": "INACTIVE"}, "okta_email": object{"properties": object{"recoveryToken": object{"tokenLifetimeMinutes": 10}}}}}}
	policy := x.policy("PASSWORD", group, settings, object{"passwordChange": object{"access": "DENY"}, "selfServicePasswordReset": object{"access": "ALLOW"}})
	change := object{"oldPassword": object{"value": password}, "newPassword": object{"value": "Other-Horse-8"}}
	if a := x.api("POST", "/api/v1/users/"+id+"/credentials/change_password", change); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000035" {
		t.Errorf("change: %d %s", a.status, a.body)
	}
	forgot := "/api/v1/users/" + id + "/credentials/forgot_password?sendEmail=false"
	link := x.api("POST", forgot, nil)
	if link.status != http.StatusOK { // without a question: the policy needs none
		t.Fatalf("forgot: %d %s", link.status, link.body)
	}
	x.clock.forward(9 * time.Minute)
	if a := x.browser().get(link.text(t, "resetPasswordUrl")); a.status != http.StatusOK {
		t.Errorf("after nine minutes: %d", a.status)
	}
	x.clock.forward(time.Minute)
	if a := x.browser().get(link.text(t, "resetPasswordUrl")); a.status != http.StatusNotFound {
		t.Errorf("after ten minutes: %d", a.status)
	}
	rules := x.api("GET", "/api/v1/policies/"+policy+"/rules", nil)
	rule := regexp.MustCompile(`"id":"(0pr[^"]+)"`).FindStringSubmatch(rules.body)[1]
	deny := object{"name": "Rule", "actions": object{"selfServicePasswordReset": object{"access": "DENY"}}}
	if a := x.api("PUT", "/api/v1/policies/"+policy+"/rules/"+rule, deny); a.status != http.StatusOK {
		t.Fatal(a.body)
	}
	if a := x.api("POST", forgot, nil); a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000034" {
		t.Errorf("forgot, denied: %d %s", a.status, a.body)
	}
}
