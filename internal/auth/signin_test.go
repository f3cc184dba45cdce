package auth_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// security 1
func TestBeginAsksForACodeWithPKCE(t *testing.T) {
	c := newConsole(t)
	seen := map[string]bool{}
	for range 3 {
		address := c.begin(t, newBrowser(), "/")
		q := query(t, address)
		if !strings.HasPrefix(address, c.op.url+"/oauth2/v1/authorize?") {
			t.Errorf("sent to %s", address)
		}
		for name, want := range map[string]string{
			"response_type": "code", "code_challenge_method": "S256", "client_id": clientID, "redirect_uri": base + "/callback",
		} {
			if q.Get(name) != want {
				t.Errorf("%s = %q, want %q", name, q.Get(name), want)
			}
		}
		for _, name := range []string{"code_challenge", "state", "nonce"} {
			if v := q.Get(name); len(v) < 43 || seen[v] {
				t.Errorf("%s = %q: short, or used before", name, v)
			}
			seen[q.Get(name)] = true
		}
		if strings.Contains(address, "ecret") {
			t.Errorf("the address holds the client secret: %s", address)
		}
	}
}

// security 11
func TestBeginAsksForTheConfiguredScopesOnly(t *testing.T) {
	c := newConsole(t, func(c *auth.Config) { c.Scopes = []string{"openid", "offline_access", "okta.users.read"} })
	if got := query(t, c.begin(t, newBrowser(), "/")).Get("scope"); got != "openid offline_access okta.users.read" {
		t.Errorf("scope = %q", got)
	}
	if got := query(t, newConsole(t).begin(t, newBrowser(), "/")).Get("scope"); got != strings.Join(auth.DefaultScopes(), " ") {
		t.Errorf("scope = %q", got)
	}
}

// security 2, on both databases
func TestCallbackCountsOnceInTheBrowserThatBegan(t *testing.T) {
	dbtest.Each(t, options(), func(t *testing.T, d *db.DB) {
		c := consoleOn(t, d)
		b := newBrowser()
		callback := c.op.authorize(t, c.begin(t, b, "/people?q=ada"))

		other := newBrowser()
		c.begin(t, other, "/")
		for name, thief := range map[string]*browser{"no cookies": newBrowser(), "another sign-in's cookie": other} {
			_, _, err := c.complete(thief, callback)
			wantStatus(t, err, http.StatusBadRequest)
			if thief.session() != "" {
				t.Errorf("%s: got a session", name)
			}
		}
		_, _, err := c.complete(b, edit(t, callback, "state", "AAAA"))
		wantStatus(t, err, http.StatusBadRequest)

		s, returnTo, err := c.complete(b, callback)
		if err != nil || returnTo != "/people?q=ada" || s.UserID != "00u1" || s.Login != "ada@company.example" || s.Name != "Ada Lovelace" {
			t.Fatalf("session %+v, return to %q, %v", s, returnTo, err)
		}
		_, _, err = c.complete(b, callback)
		wantStatus(t, err, http.StatusBadRequest)
		if c.op.called("authorization_code") != 1 {
			t.Errorf("%d codes exchanged, want 1", c.op.called("authorization_code"))
		}
	})
}

func TestSeveralSignInsPendingAtOnce(t *testing.T) {
	c := newConsole(t)
	b := newBrowser()
	first := c.op.authorize(t, c.begin(t, b, "/people"))
	second := c.op.authorize(t, c.begin(t, b, "/log"))
	if _, returnTo, err := c.complete(b, second); err != nil || returnTo != "/log" {
		t.Fatalf("second: %q, %v", returnTo, err)
	}
	if _, returnTo, err := c.complete(b, first); err != nil || returnTo != "/people" {
		t.Fatalf("first: %q, %v", returnTo, err)
	}
	late := c.op.authorize(t, c.begin(t, b, "/"))
	c.advance(10 * time.Minute)
	_, _, err := c.complete(b, late)
	wantStatus(t, err, http.StatusBadRequest)
}

// security 3
func TestAnswerOfAnotherIssuerIsRefused(t *testing.T) {
	cases := []struct {
		name     string
		promised bool
		iss      string
		signedIn bool
	}{
		{"not promised, not sent", false, "", true},
		{"right", false, "same", true},
		{"promised and right", true, "same", true},
		{"promised, not sent", true, "", false},
		{"of another org", false, "https://other.example.com", false},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			c := newConsole(t)
			c.op.onMetadata = func(m map[string]any) { m["authorization_response_iss_parameter_supported"] = test.promised }
			b := newBrowser()
			callback := c.op.authorize(t, c.begin(t, b, "/"))
			if test.iss == "same" {
				test.iss = c.op.url
			}
			if test.iss != "" {
				callback = edit(t, callback, "iss", test.iss)
			}
			_, _, err := c.complete(b, callback)
			if (err == nil) != test.signedIn || (b.session() != "") != test.signedIn {
				t.Errorf("err = %v, cookie %q", err, b.session())
			}
			if !test.signedIn && c.op.called("authorization_code") != 0 {
				t.Error("the code was sent on")
			}
		})
	}
}

// security 16
func TestSignInReplacesAPlantedSession(t *testing.T) {
	c := newConsole(t)
	b := newBrowser()
	planted := strings.Repeat("A", 43)
	b.jar["gatehouse_8080"] = &http.Cookie{Name: "gatehouse_8080", Value: planted}
	c.signIn(t, b)
	first := b.session()
	if first == planted {
		t.Fatal("the planted value became the session")
	}
	c.signIn(t, b)
	if b.session() == first {
		t.Fatal("a second sign-in kept the session id")
	}
	old := newBrowser()
	old.jar["gatehouse_8080"] = &http.Cookie{Name: "gatehouse_8080", Value: first}
	_, err := c.load(old)
	wantSignedOut(t, err)
	if c.op.valid("refresh-1") {
		t.Error("the replaced session's refresh token was not revoked")
	}
}

func TestRefusalsOfTheOrgInWords(t *testing.T) {
	cases := []struct {
		code   string
		status int
		words  string
	}{
		{"access_denied", http.StatusForbidden, "not assigned"},
		{"invalid_scope", http.StatusBadRequest, "API scopes"},
		{"temporarily_unavailable", http.StatusBadGateway, "Try again"},
		{"<script>", http.StatusBadRequest, "Sign in again"},
	}
	for _, test := range cases {
		t.Run(test.code, func(t *testing.T) {
			c := newConsole(t)
			b := newBrowser()
			state := query(t, c.begin(t, b, "/")).Get("state")
			_, _, err := c.complete(b, edit(t, base+"/callback?state="+state, "error", test.code))
			problem := wantStatus(t, err, test.status)
			if !strings.Contains(problem.Message, test.words) || strings.Contains(problem.Message, "<") {
				t.Errorf("message %q", problem.Message)
			}
		})
	}
}

func TestWrongClientSecretNamesTheSetting(t *testing.T) {
	c := newConsole(t, func(c *auth.Config) { c.ClientSecret = "other" })
	b := newBrowser()
	_, _, err := c.complete(b, c.op.authorize(t, c.begin(t, b, "/")))
	if problem := wantStatus(t, err, http.StatusBadGateway); !strings.Contains(problem.Message, "CONSOLE_CLIENT_ID") {
		t.Errorf("message %q", problem.Message)
	}
}

// security 12: a redirect of the token endpoint is an answer, not a way: code and client secret stay with the org.
func TestTokenEndpointCannotSendTheConsoleElsewhere(t *testing.T) {
	var reached atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer elsewhere.Close()
	c := newConsole(t)
	c.op.onToken = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		return true
	}
	b := newBrowser()
	if _, _, err := c.complete(b, c.op.authorize(t, c.begin(t, b, "/"))); err == nil || reached.Load() != 0 {
		t.Errorf("err = %v, %d requests went elsewhere", err, reached.Load())
	}
}

// security 30
func TestReturnToStaysOnTheConsole(t *testing.T) {
	for _, hostile := range []string{
		"", "people", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "https://evil.example", "https:evil.example",
		"javascript:alert(1)", "/%2Fevil.example", "/%5Cevil.example", "/\t/evil.example", "/\n/evil.example", "/%09/evil.example", " //evil.example",
		"/\u0000/evil", "http:///evil.example", "/login?return_to=/login", "/logout", "//user@evil.example/", "/" + strings.Repeat("a", 3000),
	} {
		if got := auth.LocalPath(hostile); got != "/" {
			t.Errorf("LocalPath(%q) = %q", hostile, got)
		}
	}
	for _, own := range []string{"/", "/people?q=%2F%2F&after=x", "/people/00u1#groups", "/log?since=2026-11-01T00:00:00Z"} {
		if got := auth.LocalPath(own); got != own {
			t.Errorf("LocalPath(%q) = %q", own, got)
		}
	}
}

// fault 26: an org that is down does not keep the console down, and is found when it is back.
func TestOrgUnreachableAtStart(t *testing.T) {
	c := newConsole(t)
	c.op.onMetadata = func(m map[string]any) { m["issuer"] = nil }
	down := c.again(t, func(c *auth.Config) { c.OrgURL = "http://127.0.0.1:1" })
	_, err := down.Begin(httptest.NewRecorder(), newBrowser().request("/login"), "/")
	if problem := wantStatus(t, err, http.StatusServiceUnavailable); !strings.Contains(problem.Message, "does not answer") {
		t.Errorf("message %q", problem.Message)
	}
	_, err = c.Begin(httptest.NewRecorder(), newBrowser().request("/login"), "/")
	wantStatus(t, err, http.StatusBadGateway)
	c.op.set(func(o *op) { o.onMetadata = nil })
	c.signIn(t, newBrowser())
}
