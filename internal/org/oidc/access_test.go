package oidc_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// appPolicy gives the client web a sign-on policy of its own, whose one rule does this; more
// is put beside the actions of the rule. It returns the id of the policy.
func (x *server) appPolicy(actions object, more object) string {
	x.t.Helper()
	id := x.api("POST", "/api/v1/policies", object{"type": "ACCESS_POLICY", "name": "Of Web " + x.NewSecret(4)}).text(x.t, "id")
	rule := object{"name": "Rule", "actions": object{"appSignOn": actions}}
	for name, v := range more {
		rule[name] = v
	}
	if a := x.api("POST", "/api/v1/policies/"+id+"/rules", rule); a.status != http.StatusOK {
		x.t.Fatalf("rule: %d %s", a.status, a.body)
	}
	web, _, err := x.OAuthClient(x.t.Context(), "web")
	x.check(err)
	if a := x.api("PUT", "/api/v1/apps/"+web.AppID+"/policies/"+id, nil); a.status != http.StatusNoContent {
		x.t.Fatalf("mapping: %d %s", a.status, a.body)
	}
	return id
}

// assurance is what a rule asks: a number of factors, how old their proof may be, and constraints.
func assurance(mode, within string, constraints ...object) object {
	m := object{"type": "ASSURANCE", "factorMode": mode, "reauthenticateIn": within}
	if len(constraints) > 0 {
		m["constraints"] = constraints
	}
	return object{"access": "ALLOW", "verificationMethod": m}
}

func TestAnAppPolicyKeepsPeopleOut(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		group := x.group("Others")
		login, _ := x.person("other", group)
		x.appPolicy(object{"access": "DENY"}, object{"conditions": object{"people": object{"groups": object{"include": []string{group}}}}})
		b := x.browser()
		got := b.signIn(orgServer, request(), login, password).location(t)
		if got.Get("error") != "access_denied" || got.Get("code") != "" || got.Get("state") != "s t&1" {
			t.Errorf("denied: %v", got)
		}
		if got := b.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()).location(t); got.Get("error") != "access_denied" {
			t.Errorf("with a session: %v", got)
		}
		if a := b.get("/oauth2/v1/authorize?" + request("client_id", "spa").Encode()); a.location(t).Get("code") == "" {
			t.Errorf("another app: %d %s", a.status, a.header.Get("Location"))
		}
		if n := x.events("application.policy.sign_on.deny_access"); n != 2 {
			t.Errorf("%d refusals in the log, want 2", n)
		}
	})
}

func TestAnAppPolicyAsksForASecondFactor(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		// The org's own rule asks nobody: it is the app that does.
		everyone := x.api("GET", "/api/v1/groups?q=Everyone", nil)
		x.policy("OKTA_SIGN_ON", list(t, everyone)[0]["id"].(string), nil, signOn())
		x.appPolicy(assurance("2FA", "PT12H"), nil)
		x.check(x.EnrolTOTP(t.Context(), x.adminID(), totpSecret))
		b := x.browser()
		if a := b.signIn(orgServer, request("client_id", "spa"), admin, password); a.location(t).Get("code") == "" {
			t.Fatalf("an app that asks for nothing: %d %s %s", a.status, a.header.Get("Location"), a.body)
		}
		if got := b.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()).location(t); got.Get("error") != "login_required" || !strings.Contains(got.Get("error_description"), "re-authentication or MFA") {
			t.Errorf("prompt=none: %v", got)
		}
		x.clock.forward(10 * time.Minute)
		at, page := b.follow(b.get("/oauth2/v1/authorize?" + request().Encode()))
		if !strings.Contains(page.body, "Enter your code") {
			t.Fatalf("page: %s", page.body)
		}
		if a := b.post(at, form("passcode", "000000")); a.status != http.StatusUnprocessableEntity {
			t.Errorf("a wrong code: %d", a.status)
		}
		code := b.post(at, form("passcode", x.totp(0))).location(t).Get("code")
		claims := payload(t, b.exchange(orgServer, code).json(t)["id_token"])
		if amr, _ := claims["amr"].([]any); len(amr) != 3 || claims["auth_time"] != float64(x.clock.Now().Unix()) {
			t.Errorf("claims %v", claims)
		}
		if a := b.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()); a.location(t).Get("code") == "" {
			t.Errorf("asked again: %s", a.header.Get("Location"))
		}
		// In a new browser both are asked for on the way, once.
		x.clock.forward(time.Minute)
		other := x.browser()
		at, page = other.follow(other.signIn(orgServer, request(), admin, password))
		if !strings.Contains(page.body, "Enter your code") {
			t.Fatalf("page: %s", page.body)
		}
		if code := other.post(at, form("passcode", x.totp(0))).location(t).Get("code"); code == "" {
			t.Error("no code after both")
		}
		// Too long ago, both are asked for.
		x.clock.forward(13 * time.Hour)
		if got := b.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()).location(t); got.Get("error") != "login_required" {
			t.Errorf("13 hours later: %v", got)
		}
	})
}

func TestAnAppPolicyMakesPeopleEnrolAFactorThatItTakes(t *testing.T) {
	x := newServer(t)
	x.appPolicy(assurance("2FA", "PT12H", object{"possession": object{"required": true, "deviceBound": "REQUIRED"}}), nil)
	login, _ := x.person("new")
	b := x.browser()
	at, page := b.follow(b.signIn(orgServer, request("scope", "openid"), login, password))
	if !strings.Contains(page.body, "Authenticator app") || strings.Contains(page.body, "Text message") || strings.Contains(page.body, "Security question") {
		t.Fatalf("what may be enrolled: %s", page.body)
	}
	if a := b.post(at+"?set=sms+OKTA", form("phoneNumber", "+15554151337")); a.status == http.StatusSeeOther {
		t.Errorf("a text message is enrolled: %d", a.status)
	}
	_, page = b.follow(b.post(at+"?set=token:software:totp+GOOGLE", form()))
	a := b.post(at, form("passcode", x.codeOf(secretOn(t, page.body))))
	if a.location(t).Get("code") == "" {
		t.Errorf("after that: %d %s %s", a.status, a.header.Get("Location"), a.body)
	}
	// Where the enrolment policy allows nothing, nobody can meet the rule.
	group := x.group("Nothing")
	login, _ = x.person("nothing", group)
	x.policy("MFA_ENROLL", group, object{"type": "AUTHENTICATORS", "authenticators": []object{}}, object{"enroll": object{"self": "CHALLENGE"}})
	if got := x.browser().signIn(orgServer, request(), login, password).location(t); got.Get("error") != "access_denied" {
		t.Errorf("nothing to enrol: %v", got)
	}
}

// reauthenticateIn of nothing asks at each request, and is met by the sign-in that it caused.
func TestAnAppPolicyAsksAgainAfterAWhile(t *testing.T) {
	x := newServer(t)
	x.appPolicy(assurance("1FA", "PT0S"), nil)
	b := x.browser()
	first := b.signIn(orgServer, request(), admin, password)
	if first.location(t).Get("code") == "" {
		t.Fatalf("%d %s", first.status, first.body)
	}
	x.clock.forward(time.Second)
	at, page := b.follow(b.get("/oauth2/v1/authorize?" + request().Encode()))
	if !strings.Contains(page.body, `name="password"`) || !strings.Contains(page.body, `value="`+admin+`"`) {
		t.Fatalf("page: %s", page.body)
	}
	if a := b.post(at, form("username", admin, "password", password)); a.location(t).Get("code") == "" {
		t.Errorf("after the password: %d %s %s", a.status, a.header.Get("Location"), a.body)
	}
	x.appPolicy(assurance("1FA", "PT1H"), nil)
	x.clock.forward(59 * time.Minute)
	if a := b.get("/oauth2/v1/authorize?" + request().Encode()); a.location(t).Get("code") == "" {
		t.Errorf("within the hour: %d %s", a.status, a.header.Get("Location"))
	}
	x.clock.forward(2 * time.Minute)
	b.follow(b.get("/oauth2/v1/authorize?" + request().Encode()))
}

// A request that was asked to prove everything anew is no use of the session: to ask a second
// time, with or without a page, does not help.
func TestAnAppPolicyAsksAgainAfterInactivityHoweverOftenItIsTried(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		rule := assurance("1FA", "PT12H")
		rule["verificationMethod"].(object)["inactivityPeriod"] = "PT15M"
		x.appPolicy(rule, nil)
		b := x.browser()
		b.code(orgServer, request())
		x.clock.forward(14 * time.Minute)
		if a := b.get("/oauth2/v1/authorize?" + request().Encode()); a.location(t).Get("code") == "" {
			t.Fatalf("within the time: %d %s", a.status, a.header.Get("Location"))
		}
		x.clock.forward(16 * time.Minute)
		for range 2 {
			if got := b.get("/oauth2/v1/authorize?" + request("prompt", "none").Encode()).location(t); got.Get("error") != "login_required" {
				t.Errorf("without a page: %v", got)
			}
			x.clock.forward(time.Second)
			if _, page := b.follow(b.get("/oauth2/v1/authorize?" + request().Encode())); !strings.Contains(page.body, `name="password"`) {
				t.Errorf("page: %s", page.body)
			}
			x.clock.forward(time.Second)
		}
		if a := b.signIn(orgServer, request(), admin, password); a.location(t).Get("code") == "" {
			t.Errorf("after the password: %d %s", a.status, a.header.Get("Location"))
		}
	})
}

// Who signs out is not signed in again by going back to the page that asked for more.
func TestSigningOutEndsWhatAnAppAskedFor(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		x.appPolicy(assurance("2FA", "PT12H"), nil)
		login, _ := x.person("new")
		b := x.browser()
		b.signIn(orgServer, request("client_id", "spa"), login, password)
		at, page := b.follow(b.get("/oauth2/v1/authorize?" + request("scope", "openid").Encode()))
		if !strings.Contains(page.body, "Authenticator app") {
			t.Fatalf("page: %s", page.body)
		}
		if _, page := b.follow(b.post(at, form("switch", "1"))); !strings.Contains(page.body, `name="password"`) {
			t.Errorf("as somebody else: %s", page.body)
		}
		at, _ = b.follow(b.get("/oauth2/v1/authorize?" + request("scope", "openid").Encode()))
		other := b.get("/oauth2/v1/authorize?" + request("prompt", "login").Encode()).header.Get("Location")
		if a := b.post("/login/signout", form()); a.status != http.StatusOK {
			t.Fatalf("sign-out: %d %s", a.status, a.body)
		}
		if a := b.get(at); a.status != http.StatusBadRequest || !strings.Contains(a.body, "This sign-in is over") {
			t.Errorf("the page that enrols a factor of theirs: %d %s", a.status, a.body)
		}
		if a := b.get(other); a.status != http.StatusOK {
			t.Errorf("a sign-in of nobody yet: %d %s", a.status, a.body)
		}
	})
}

// Whoever finds a session cannot set a factor of their own by an app that asks for one (security 19).
func TestAnAppPolicyAsksForThePasswordBeforeAFactorIsEnrolled(t *testing.T) {
	x := newServer(t)
	x.appPolicy(assurance("2FA", "PT12H"), nil)
	login, _ := x.person("new")
	b := x.browser()
	b.signIn(orgServer, request("client_id", "spa"), login, password)
	ask := func() (string, answer) {
		return b.follow(b.get("/oauth2/v1/authorize?" + request("scope", "openid").Encode()))
	}
	x.clock.forward(15 * time.Minute)
	if _, page := ask(); !strings.Contains(page.body, "Authenticator app") {
		t.Errorf("a quarter of an hour after the password: %s", page.body)
	}
	x.clock.forward(time.Second)
	at, page := ask()
	if !strings.Contains(page.body, `name="password"`) {
		t.Fatalf("later: %s", page.body)
	}
	if _, page := b.follow(b.post(at, form("username", login, "password", password))); !strings.Contains(page.body, "Authenticator app") {
		t.Errorf("after the password: %s", page.body)
	}
}

// A consent page does not make the proofs older: who takes their time is not asked again.
func TestConsentTakesItsTimeUnderAnAppPolicy(t *testing.T) {
	x := newServer(t)
	web := x.web
	web.ConsentRequired = true
	x.check(x.PutClient(t.Context(), web))
	x.appPolicy(assurance("1FA", "PT0S"), nil)
	x.scope("email", "REQUIRED", false)
	b := x.browser()
	at, page := b.follow(b.signIn(defaultServer, request("scope", "openid email"), admin, password))
	x.clock.forward(5 * time.Minute)
	if a := b.allow(at, page); a.location(t).Get("code") == "" {
		t.Errorf("%d %s %s", a.status, a.header.Get("Location"), a.body)
	}
}

// Conditions of a rule read the device, and a rule whose method is not known lets nobody in.
func TestAnAppPolicyReadsThePlatform(t *testing.T) {
	x := newServer(t)
	x.appPolicy(object{"access": "DENY"}, object{"priority": 1, "conditions": object{"platform": object{"include": []object{{"type": "MOBILE", "os": object{"type": "ANY"}}}}}})
	phone, desktop := "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0)"
	b := x.browser()
	b.signIn(orgServer, request("client_id", "spa"), admin, password)
	for agent, want := range map[string]string{phone: "access_denied", desktop: ""} {
		x.appRuleOfOthers(t)
		got := b.get("/oauth2/v1/authorize?"+request().Encode(), "User-Agent", agent).location(t)
		if got.Get("error") != want {
			t.Errorf("%s: %v", agent, got)
		}
	}
	x.appPolicy(object{"access": "ALLOW", "verificationMethod": object{"type": "AUTH_METHOD_CHAIN", "chains": []object{{"authenticationMethods": []object{{"key": "okta_verify", "method": "signed_nonce"}}}}}}, nil)
	if got := b.get("/oauth2/v1/authorize?" + request().Encode()).location(t); got.Get("error") != "access_denied" {
		t.Errorf("a chain that nobody can go: %v", got)
	}
	log := x.api("GET", "/api/v1/logs?limit=1000", nil)
	if !strings.Contains(log.body, "okta_verify signed_nonce is not evaluated") {
		t.Error("the log does not tell what could not be judged")
	}
}

// appRuleOfOthers lets everybody else in with a password: the rule that a policy is born with asks for two factors.
func (x *server) appRuleOfOthers(t *testing.T) {
	t.Helper()
	web, _, err := x.OAuthClient(t.Context(), "web")
	x.check(err)
	links := x.api("GET", "/api/v1/apps/"+web.AppID, nil).json(t)["_links"].(map[string]any)
	href := links["accessPolicy"].(map[string]any)["href"].(string)
	id := href[strings.LastIndex(href, "/")+1:]
	x.api("POST", "/api/v1/policies/"+id+"/rules", object{"name": "Others", "priority": 2, "actions": object{"appSignOn": assurance("1FA", "PT12H")}})
}
