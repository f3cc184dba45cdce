package oidc_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// person creates somebody with the test's password, in these groups, and returns login and id.
func (x *server) person(name string, groups ...string) (login, id string) {
	x.t.Helper()
	login = name + "@company.example"
	body := object{
		"profile":     object{"firstName": "Given", "lastName": "Family", "login": login, "email": login},
		"credentials": object{"password": object{"value": password}},
	}
	if len(groups) > 0 {
		body["groupIds"] = groups
	}
	a := x.api("POST", "/api/v1/users", body)
	if a.status != http.StatusOK {
		x.t.Fatalf("create %s: %d %s", login, a.status, a.body)
	}
	return login, a.text(x.t, "id")
}

func (x *server) group(name string) string {
	x.t.Helper()
	return x.api("POST", "/api/v1/groups", object{"profile": object{"name": name}}).text(x.t, "id")
}

// policy creates a policy for a group, with one rule, and returns its id.
func (x *server) policy(kind, group string, settings, actions object) string {
	x.t.Helper()
	body := object{"type": kind, "name": "Of " + group, "conditions": object{"people": object{"groups": object{"include": []string{group}}}}}
	if settings != nil {
		body["settings"] = settings
	}
	a := x.api("POST", "/api/v1/policies", body)
	if a.status != http.StatusOK {
		x.t.Fatalf("policy: %d %s", a.status, a.body)
	}
	id := a.text(x.t, "id")
	if r := x.api("POST", "/api/v1/policies/"+id+"/rules", object{"name": "Rule", "actions": actions}); r.status != http.StatusOK {
		x.t.Fatalf("rule: %d %s", r.status, r.body)
	}
	return id
}

func signOn(pairs ...any) object {
	o := object{"access": "ALLOW"}
	for i := 0; i < len(pairs); i += 2 {
		o[pairs[i].(string)] = pairs[i+1]
	}
	return object{"signon": o}
}

func (x *server) authn(body object) answer {
	x.t.Helper()
	return x.browser().postJSON("/api/v1/authn", body)
}

func TestASignOnRuleKeepsPeopleOut(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		group := x.group("Leavers")
		login, _ := x.person("leaver", group)
		other, _ := x.person("other")
		x.policy("OKTA_SIGN_ON", group, nil, signOn("access", "DENY"))
		a := x.authn(object{"username": login, "password": password})
		if a.status != http.StatusForbidden || a.text(t, "errorCode") != "E0000085" {
			t.Errorf("authn: %d %s", a.status, a.body)
		}
		if wrong := x.authn(object{"username": login, "password": "wrong"}); wrong.status != http.StatusUnauthorized {
			t.Errorf("the rule is told to who has no password: %d", wrong.status)
		}
		b := x.browser()
		if page := b.signIn(orgServer, request(), login, password); page.status != http.StatusUnprocessableEntity || !strings.Contains(page.problem(), "do not have permission") {
			t.Errorf("page: %d %q", page.status, page.problem())
		}
		if b.get("/login").status != http.StatusFound {
			t.Error("a session was begun")
		}
		if n := x.events("policy.evaluate_sign_on"); n != 2 {
			t.Errorf("%d evaluations in the log, want 2", n)
		}
		log := x.api("GET", `/api/v1/logs?filter=`+url.QueryEscape(`eventType eq "policy.evaluate_sign_on"`), nil)
		if !strings.Contains(log.body, `"result":"DENY"`) || !strings.Contains(log.body, `"displayName":"Of `+group) {
			t.Errorf("the log: %s", log.body)
		}
		if a := x.authn(object{"username": other, "password": password}); a.text(t, "status") != "SUCCESS" {
			t.Errorf("somebody else: %s", a.body)
		}
	})
}

// secretOn is the shared secret that a page shows.
func secretOn(t *testing.T, body string) string {
	t.Helper()
	m := regexp.MustCompile(`<code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no secret: %s", body)
	}
	return strings.ReplaceAll(m[1], " ", "")
}

func (x *server) codeOf(secret string) string {
	x.t.Helper()
	code, err := totp.GenerateCode(secret, x.clock.Now())
	x.check(err)
	return code
}

func TestARuleThatRequiresAFactorMakesPeopleEnrolOne(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		group := x.group("Sales")
		login, _ := x.person("seller", group)
		x.policy("OKTA_SIGN_ON", group, nil, signOn("requireFactor", true, "factorPromptMode", "ALWAYS"))
		b := x.browser()
		page := b.signIn(orgServer, request(), login, password).header.Get("Location")
		choices := b.get(page)
		for _, name := range []string{"Authenticator app", "Text message", "Email", "Security question"} {
			if !strings.Contains(choices.body, name) {
				t.Errorf("%s is not offered: %s", name, choices.body)
			}
		}
		if got := b.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()).location(t); got.Get("error") != "login_required" {
			t.Errorf("before the enrolment: %v", got)
		}
		sms := page + "?set=sms+OKTA"
		if shown := b.get(sms); !strings.Contains(shown.body, `name="phoneNumber"`) || !strings.Contains(shown.body, `action="?set=sms%20OKTA"`) {
			t.Fatalf("no number is asked for: %s", shown.body)
		}
		if bad := b.post(sms, form("phoneNumber", "12")); bad.status != http.StatusUnprocessableEntity || bad.problem() == "" || !strings.Contains(bad.body, `value="12"`) {
			t.Errorf("a bad number: %d %q", bad.status, bad.problem())
		}
		if a := b.post(sms, form("phoneNumber", "+15554151337")); a.status != http.StatusSeeOther {
			t.Fatalf("number: %d %s", a.status, a.body)
		}
		if shown := b.get(page); !strings.Contains(shown.body, "15554151337") || !strings.Contains(shown.body, `name="passcode"`) {
			t.Fatalf("the code: %s", shown.body)
		}
		if a := b.post(page, form("back", "1")); a.status != http.StatusSeeOther {
			t.Fatalf("back: %d", a.status)
		}
		if a := b.post(page+"?set="+url.QueryEscape("token:software:totp GOOGLE"), nil); a.status != http.StatusSeeOther {
			t.Fatalf("app: %d %s", a.status, a.body)
		}
		setup := b.get(page)
		if !strings.Contains(setup.body, "<svg") || strings.Contains(setup.body, "style=") {
			t.Errorf("no picture, or a style: %s", setup.body)
		}
		secret := secretOn(t, setup.body)
		if wrong := b.post(page, form("passcode", "000000")); wrong.status != http.StatusUnprocessableEntity || secretOn(t, wrong.body) != secret {
			t.Errorf("a wrong code: %d", wrong.status)
		}
		done := b.post(page, form("passcode", x.codeOf(secret)))
		code := done.location(t).Get("code")
		if code == "" {
			t.Fatalf("done: %d %s", done.status, done.problem())
		}
		amr, _ := payload(t, b.exchange(orgServer, code).json(t)["id_token"])["amr"].([]any)
		if len(amr) != 3 || amr[2] != "mfa" {
			t.Errorf("amr %v", amr)
		}
		x.clock.forward(time.Minute)
		c := x.browser()
		again := c.signIn(orgServer, request(), login, password).header.Get("Location")
		if shown := c.get(again); !strings.Contains(shown.body, "Enter your code") || strings.Contains(shown.body, `name="remember"`) {
			t.Fatalf("the next sign-in: %s", shown.body)
		}
		if a := c.post(again, form("passcode", x.codeOf(secret))); a.location(t).Get("code") == "" {
			t.Errorf("the next code: %d %s", a.status, a.problem())
		}
	})
}

func TestADeviceIsRememberedAsTheRuleSays(t *testing.T) {
	for mode, lasts := range map[string]time.Duration{"SESSION": 15 * time.Minute, "DEVICE": 0} {
		t.Run(mode, func(t *testing.T) {
			x := newServer(t)
			group := x.group("Sales")
			login, id := x.person("seller", group)
			x.policy("OKTA_SIGN_ON", group, nil, signOn("requireFactor", true, "factorPromptMode", mode, "factorLifetime", 15))
			x.check(x.EnrolTOTP(t.Context(), id, totpSecret))
			b := x.browser()
			asked := func(b *browser) (string, bool) {
				a := b.signIn(orgServer, request("prompt", "login"), login, password)
				page := a.header.Get("Location")
				return page, strings.Contains(page, "/signin/")
			}
			prove := func(page string, remember ...string) {
				x.clock.forward(30 * time.Second)
				if a := b.post(page, form(append([]string{"passcode", x.totp(0)}, remember...)...)); a.status != http.StatusSeeOther {
					t.Fatalf("code: %d %s", a.status, a.problem())
				}
			}
			page, _ := asked(b)
			if shown := b.get(page); !strings.Contains(shown.body, `name="remember"`) || strings.Contains(shown.body, "15 minutes") != (lasts > 0) {
				t.Fatalf("the device cannot be remembered: %s", shown.body)
			}
			prove(page)
			if page, again := asked(b); !again {
				t.Fatal("remembered without being asked to")
			} else {
				prove(page, "remember", "1")
			}
			if _, again := asked(b); again {
				t.Error("asked again on the remembered device")
			}
			if _, again := asked(x.browser()); !again {
				t.Error("not asked on another device")
			}
			x.clock.forward(16 * time.Minute)
			if _, again := asked(b); again != (lasts > 0) {
				t.Errorf("after 16 minutes asked is %v", again)
			}
			for query, want := range map[string]bool{"?forgetDevices=false": lasts > 0, "": true} {
				page, _ := asked(b)
				if lasts == 0 && strings.Contains(page, "/signin/") {
					prove(page, "remember", "1")
				}
				if a := x.api("DELETE", "/api/v1/users/"+id+"/sessions"+query, nil); a.status != http.StatusNoContent {
					t.Fatalf("forget: %d", a.status)
				}
				if _, again := asked(b); again != want {
					t.Errorf("after sessions were ended with %q asked is %v", query, again)
				}
			}
		})
	}
}

func TestADeviceTokenIsForTrustedApplications(t *testing.T) {
	x := newServer(t)
	group := x.group("Sales")
	login, id := x.person("seller", group)
	x.policy("OKTA_SIGN_ON", group, nil, signOn("requireFactor", true, "factorPromptMode", "DEVICE"))
	x.check(x.EnrolTOTP(t.Context(), id, totpSecret))
	body := object{"username": login, "password": password, "context": object{"deviceToken": "26q43Ak9Eh04p7H6Nnx0m69JqYOrfVBY"}}
	trusted := []string{"Authorization", "SSWS " + apiToken}
	first := x.browser().postJSON("/api/v1/authn", body, trusted...).json(t)
	verify, _ := at(first, "_embedded", "factors", 0, "_links", "verify", "href").(string)
	if at(first, "_embedded", "policy", "allowRememberDevice") != true {
		t.Errorf("policy: %v", at(first, "_embedded", "policy"))
	}
	if a := x.browser().postJSON(verify+"?rememberDevice=true", object{"stateToken": first["stateToken"], "passCode": x.totp(0)}); a.text(t, "status") != "SUCCESS" {
		t.Fatalf("verify: %s", a.body)
	}
	if a := x.browser().postJSON("/api/v1/authn", body, trusted...); a.text(t, "status") != "SUCCESS" {
		t.Errorf("the same device: %s", a.body)
	}
	if a := x.authn(body); a.text(t, "status") != "MFA_REQUIRED" {
		t.Errorf("a device named without an API token: %s", a.body)
	}
}

func TestADeviceIsRememberedAfterAPush(t *testing.T) {
	x := newServer(t)
	group := x.group("Sales")
	login, id := x.person("seller", group)
	x.policy("OKTA_SIGN_ON", group, nil, signOn("requireFactor", true, "factorPromptMode", "DEVICE"))
	if a := x.api("POST", "/api/v1/users/"+id+"/factors", object{"factorType": "push", "provider": "OKTA"}); a.status != http.StatusOK {
		t.Fatal(a.body)
	}
	x.approve(login, true)
	x.clock.forward(time.Minute)
	b, trusted := x.browser(), []string{"Authorization", "SSWS " + apiToken}
	body := object{"username": login, "password": password, "context": object{"deviceToken": "26q43Ak9Eh04p7H6Nnx0m69JqYOrfVBY"}}
	in := b.postJSON("/api/v1/authn", body, trusted...).json(t)
	verify, _ := at(in, "_embedded", "factors", 0, "_links", "verify", "href").(string)
	b.postJSON(verify, object{"stateToken": in["stateToken"]})
	x.approve(login, true)
	if a := b.postJSON(verify+"?rememberDevice=true", object{"stateToken": in["stateToken"]}); a.text(t, "status") != "SUCCESS" {
		t.Fatalf("approved: %s", a.body)
	}
	if a := b.postJSON("/api/v1/authn", body, trusted...); a.text(t, "status") != "SUCCESS" {
		t.Errorf("the same device: %s", a.body)
	}
}

func TestSessionsLastAsTheRuleSays(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		group := x.group("Sales")
		login, _ := x.person("seller", group)
		if a := x.api("PUT", "/api/v1/groups/"+group+"/users/"+x.adminID(), nil); a.status != http.StatusNoContent {
			t.Fatal(a.body)
		}
		x.policy("OKTA_SIGN_ON", group, nil, signOn("session", object{"maxSessionIdleMinutes": 10, "maxSessionLifetimeMinutes": 25, "usePersistentCookie": true}))
		base, err := url.Parse(x.url)
		x.check(err)
		sid := cookie(t, x.browser().signIn(orgServer, request(), login, password), "sid_"+base.Port())
		if sid.MaxAge != 25*60 {
			t.Errorf("the cookie lasts %d s", sid.MaxAge)
		}
		if c := cookie(t, x.browser().signIn(orgServer, request(), admin, password), "sid_"+base.Port()); c.MaxAge != 0 {
			t.Errorf("an admin's cookie outlives the browser: %d s", c.MaxAge)
		}
		token := x.authn(object{"username": login, "password": password}).text(t, "sessionToken")
		byToken := x.api("POST", "/api/v1/sessions", object{"sessionToken": token}).text(t, "id")
		alive := func(id string) bool { return x.api("GET", "/api/v1/sessions/"+id, nil).status == http.StatusOK }
		use := func(id string) { x.api("POST", "/api/v1/sessions/"+id+"/lifecycle/refresh", nil) }
		for range 2 {
			x.clock.forward(9 * time.Minute)
			use(sid.Value)
			if !alive(sid.Value) {
				t.Fatal("the session ended while it was used")
			}
		}
		if alive(byToken) {
			t.Error("18 minutes unused, and still there")
		}
		x.clock.forward(8 * time.Minute)
		if alive(sid.Value) {
			t.Error("26 minutes old, and still there")
		}
	})
}

func TestWhoIsLockedBetweenTwoStepsDoesNotGetIn(t *testing.T) {
	x := newServer(t)
	login, id := x.person("seller")
	x.check(x.EnrolTOTP(t.Context(), id, totpSecret))
	b := x.browser()
	page := b.signIn(orgServer, request(), login, password).header.Get("Location")
	for range 10 {
		x.authn(object{"username": login, "password": "wrong"})
	}
	if a := b.post(page, form("passcode", x.totp(0))); a.status < 400 || b.get("/login").status != http.StatusFound {
		t.Errorf("%d %s", a.status, a.body)
	}
}
