package oidc_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/org"
	"gatehouse/internal/policy"
)

// What a request to authorize comes to.
const (
	refusedAtClient = "access_denied"
	codeAtClient    = "code"
	passwordPage    = "password page"
	factorPage      = "factor page"
	enrolmentPage   = "enrolment page"
)

// signedIn is a browser with a session, and what was proved in it.
type signedIn struct {
	*browser
	who    agreeing
	proved policy.Proofs
}

// agents are user agents, and the devices that they tell of.
var agents = []struct {
	name   string
	device *policy.Device
}{
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64)", &policy.Device{Platform: "DESKTOP", OS: "WINDOWS"}},
	{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)", &policy.Device{Platform: "MOBILE", OS: "IOS"}},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", &policy.Device{Platform: "DESKTOP", OS: "OSX"}},
	{"a client of its own", nil},
}

// Property: for random policies of an app, people, sessions, devices, zones and addresses the
// evaluator's answer, from documents read over HTTP, is what the org answers a real request to
// authorize: a refusal, a code, or the page that proves what is missing; and the rule that the
// System Log names.
func TestTheEvaluatorAndTheOrgAgreeOnApps(t *testing.T) {
	rounds, tries := 8, 12
	if testing.Short() {
		rounds, tries = 3, 8
	}
	dbtest.Each(t, org.DatabaseOptions(""), func(t *testing.T, d *db.DB) {
		seed := uint64(time.Now().UnixNano()) //nolint:gosec // any number will do
		t.Logf("seed %d", seed)
		x := newAgreement(t, d, rand.New(rand.NewPCG(seed, 0)))
		sessions := x.sessions()
		seen := map[string]int{}
		for range rounds {
			x.shuffle(policy.TypeEnroll)
			x.appPolicies()
			enroll, access, zones := x.policies(policy.TypeEnroll), x.policies(policy.TypeAccess), x.readZones()
			for range tries {
				s, from, agent := sessions[x.r.IntN(len(sessions))], x.one(x.addresses...), agents[x.r.IntN(len(agents))]
				c := x.context(s.who, from, zones)
				c.Device = agent.device
				want, rule, asks := x.expectedOfApp(s, c, enroll, access)
				got := s.authorizes("Test-Address", from, "User-Agent", agent.name)
				decided := rule // a code is told without the rule
				if got != codeAtClient {
					decided = x.ruleInLog(s.who)
				}
				if got != want || decided != rule {
					t.Fatalf("seed %d: %s from %s with %s, who proved %+v: %s by rule %q, the evaluator says %s by %q, which asks %+v", seed, s.who.login, from, agent.name, s.proved, got, decided, want, rule, asks)
				}
				seen[want]++
			}
		}
		t.Logf("%v", seen)
		if all := slices.Sorted(maps.Keys(seen)); len(all) < 2 {
			t.Errorf("seed %d: the cases come to %v only", seed, all)
		}
	})
}

// sessions signs people in, one after another: everybody with the password, and who holds an
// authenticator app once more, with its code half an hour behind.
func (x *agreement) sessions() (all []signedIn) {
	x.t.Helper()
	var everyone []struct{ ID string }
	x.read("/api/v1/groups?q=Everyone", &everyone)
	x.policy(policy.TypeSignOn, everyone[0].ID, nil, signOn()) // the org itself asks nobody for a factor
	x.appPolicy(assurance("2FA", "PT12H"), nil)
	withPassword := func(who agreeing) signedIn {
		s := signedIn{x.browser(), who, policy.Proofs{PasswordAt: x.clock.Now()}}
		if s.signIn(orgServer, request("client_id", "spa"), who.login, password).location(x.t).Get("code") == "" {
			x.t.Fatalf("%s is not signed in", who.login)
		}
		x.clock.forward(5 * time.Minute)
		return s
	}
	var both []signedIn
	for i, who := range x.people {
		all = append(all, withPassword(who))
		if i%2 == 0 {
			both = append(both, withPassword(who))
		}
	}
	x.clock.forward(30 * time.Minute)
	for i := range both {
		s := &both[i]
		at, _ := s.follow(s.get("/oauth2/v1/authorize?" + request().Encode()))
		s.proved.FactorAt, s.proved.Kinds = x.clock.Now(), []policy.FactorKind{{Type: "token:software:totp", Provider: "GOOGLE"}}
		if s.post(at, form("passcode", x.codeOf(totpSecret))).location(x.t).Get("code") == "" {
			x.t.Fatalf("%s proved no factor", s.who.login)
		}
		x.clock.forward(5 * time.Minute)
	}
	all = append(all, append(both, both...)...) // as often as the others
	for _, i := range []int{1, 3} {             // who holds nothing and has just come
		all = append(all, withPassword(x.people[i]))
	}
	// The last holds a factor that is no possession.
	question := object{"factorType": "question", "provider": "OKTA", "profile": object{"question": "disliked_food", "answer": "pineapple pizza"}}
	if a := x.api("POST", "/api/v1/users/"+x.people[len(x.people)-1].id+"/factors", question); a.status != http.StatusOK {
		x.t.Fatalf("question: %d %s", a.status, a.body)
	}
	return all
}

// appPolicies gives the client web a policy of random rules, some of it inactive.
func (x *agreement) appPolicies() {
	x.t.Helper()
	id := x.appPolicy(x.asks(), object{"conditions": x.whoAndWhence()})
	for i := range x.r.IntN(4) {
		a := x.api("POST", "/api/v1/policies/"+id+"/rules", object{
			"name": fmt.Sprintf("Rule %d", i), "conditions": x.whoAndWhence(), "actions": object{"appSignOn": x.asks()}, "priority": 1 + x.r.IntN(i+1),
		})
		if a.status != http.StatusOK {
			x.t.Fatalf("rule: %d %s", a.status, a.body)
		}
		if x.r.IntN(5) == 0 {
			x.api("POST", "/api/v1/policies/"+id+"/rules/"+a.text(x.t, "id")+"/lifecycle/deactivate", nil)
		}
	}
}

// whoAndWhence are the random conditions of a rule: people, network, platform, risk.
func (x *agreement) whoAndWhence() object {
	people, conditions := object{}, object{}
	list := x.one("include", "exclude")
	switch x.r.IntN(3) {
	case 0:
		people["groups"] = object{list: x.some(x.groups)}
	case 1:
		people["users"] = object{list: []string{x.people[x.r.IntN(len(x.people))].id, x.people[x.r.IntN(len(x.people))].id}}
	}
	conditions["people"] = people
	x.where(conditions)
	if x.r.IntN(3) == 0 {
		conditions["platform"] = object{x.one("include", "exclude"): []object{{"type": x.one("ANY", "MOBILE", "DESKTOP"), "os": object{"type": x.one("ANY", "IOS", "WINDOWS", "OSX")}}}}
	}
	if x.r.IntN(5) == 0 {
		conditions["riskScore"] = object{"level": x.one("ANY", "HIGH")}
	}
	return conditions
}

// asks is what a random rule asks.
func (x *agreement) asks() object {
	within := x.one("PT0S", "PT8M", "PT30M", "PT30M", "PT1H", "PT12H")
	possession := func(of object) object { return object{"possession": of} }
	switch x.r.IntN(10) {
	case 0:
		return object{"access": "DENY"}
	case 1:
		return object{"access": "ALLOW"}
	case 2, 3:
		return assurance("1FA", within)
	case 4, 5:
		return assurance("2FA", within)
	case 6:
		return assurance(x.one("1FA", "2FA"), within, possession(object{"required": true, "deviceBound": x.one("REQUIRED", "OPTIONAL")}))
	case 7:
		return assurance(x.one("1FA", "2FA"), within, possession(object{"required": true, x.one("excludedAuthenticationMethods", "authenticationMethods"): []object{{"key": x.one("google_otp", "okta_email")}}}),
			object{"knowledge": object{"required": true, "types": []string{x.one("password", "security_question")}, "reauthenticateIn": within}})
	case 8:
		return assurance("1FA", within, possession(object{"required": true, "hardwareProtection": "REQUIRED"})) // cannot be judged
	}
	second := object{"authenticationMethods": []object{{"key": x.one("google_otp", "okta_email", "security_question")}}}
	return object{"access": "ALLOW", "verificationMethod": object{
		"type": "AUTH_METHOD_CHAIN", "reauthenticateIn": within,
		"chains": []object{{"authenticationMethods": []object{{"key": "okta_password", "method": "password"}}, "next": []object{second}}},
	}}
}

// expectedOfApp is what the evaluator says of a request to authorize, by which rule, and what
// that asks.
func (x *agreement) expectedOfApp(s signedIn, c policy.Context, enroll, access []policy.Policy) (result, rule string, asks policy.Access) {
	x.t.Helper()
	var app struct {
		ID, Name string
		Links    struct{ AccessPolicy struct{ Href string } } `json:"_links"`
	}
	web, _, err := x.OAuthClient(x.t.Context(), "web")
	x.check(err)
	x.read("/api/v1/apps/"+web.AppID, &app)
	in, held := x.enrolment(c, enroll)
	c.App = &policy.App{ID: app.ID, Name: app.Name}
	at := slices.IndexFunc(access, func(p policy.Policy) bool { return p.ID == path.Base(app.Links.AccessPolicy.Href) })
	asks.Deny = true // nobody gets in where no rule says so
	if d := policy.Evaluate(access[at:at+1], c); d.Rule != nil {
		rule = d.Rule.ID
		asks, err = policy.AccessOf(d.Policy, d.Rule)
		x.check(err)
	}
	s.proved.Now = x.clock.Now()
	step := asks.Next(s.proved, held, in.MayEnroll())
	switch {
	case step.Password:
		return passwordPage, rule, asks
	case step.Step == policy.StepProve, step.Step == policy.StepEnroll && len(held) > 0 && s.proved.FactorAt.IsZero(): // who holds one proves it before another is enrolled
		return factorPage, rule, asks
	case step.Step == policy.StepEnroll && s.proved.Now.Sub(s.proved.PasswordAt) > 15*time.Minute: // a session alone sets no factor
		return passwordPage, rule, asks
	}
	return map[policy.Step]string{policy.StepNone: codeAtClient, policy.StepRefused: refusedAtClient, policy.StepEnroll: enrolmentPage}[step.Step], rule, asks
}

var (
	factorForm    = regexp.MustCompile(`action="\?factor=\w+"`)
	enrolmentForm = regexp.MustCompile(`action="\?set=\w+|href="\?set=\w+`)
)

// authorizes is a real request to authorize: what it comes to. A page counts where it can be
// gone on with.
func (s signedIn) authorizes(headers ...string) string {
	s.t.Helper()
	a := s.get("/oauth2/v1/authorize?"+request().Encode(), headers...)
	to := a.header.Get("Location")
	if strings.HasPrefix(to, callback+"?") {
		if q := a.location(s.t); q.Get("code") == "" {
			return q.Get("error")
		}
		return codeAtClient
	}
	page := s.get(to, headers...)
	switch {
	case strings.Contains(page.body, `name="password"`):
		return passwordPage
	case factorForm.MatchString(page.body):
		return factorPage
	case enrolmentForm.MatchString(page.body):
		return enrolmentPage
	}
	return fmt.Sprintf("%d %s: %s", page.status, to, page.body)
}
