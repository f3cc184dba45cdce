package command

import (
	"crypto/rand"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

// What a stranger may put where an operation takes an argument, a parameter or a body.
var (
	hostileArguments = []string{
		"%00", "..%2f..%2fetc%2fpasswd", "%27%20OR%201=1--", "%3Cscript%3E", "%E2%80%AE", "a%0d%0aX:%20y", "%F0%9F%98%80", "%25", "-1",
		strings.Repeat("a", 4000), "%ff%fe",
	}
	hostileQueries = []string{
		"limit=-1&after=x", "limit=99999999999999999999", "limit=x", "after=" + strings.Repeat("A", 300), "search=((((", `search=profile.x+eq+"`, "filter=a+b+c",
		`filter=status+eq+"ACTIVE"+and`, "q=%00", "q=%ff", "sortBy=profile.nothing&sortOrder=sideways", "expand=a,b,c", "since=yesterday&until=x", "activate=maybe&sendEmail=perhaps&strict=x&tempPassword=x",
		"type=PASSWORD&resourceId=../..", "limit=1&limit=2", "%zz", "a;b=c",
	}
	hostileBodies = []string{
		"", "{", "[]", "null", `"text"`, "0", "{}", `{"profile":null}`, `{"profile":[]}`, `{"profile":{"login":{},"email":7,"firstName":[1],"name":{"a":1}}}`,
		`{"credentials":"x","type":[],"groupIds":{},"id":[],"name":null,"status":{}}`, `{"type":{"id":null}}`, `{"type":"group_rule","conditions":[],"actions":"x"}`,
		`{"factorType":7,"provider":{},"profile":"x"}`, `{"factorType":"question","provider":"OKTA"}`, `{"passCode":{},"answer":[]}`, `{"a":1e400}`, `{"a":"\ud800"}`,
		`{"definitions":{"custom":{"properties":{"x":7}}}}`, `{"definitions":{"custom":{"properties":{"x":{"type":"array"}}}}}`, `{"definitions":[]}`, `{"oldPassword":"x","newPassword":[]}`,
		`{"primary":{"name":7},"associated":null}`, `{"sessionToken":[]}`, "\xff\xfe", `{"password":{"hash":{"algorithm":"BCRYPT","salt":7}}}`, strings.Repeat("[", 2000),
	}
	placeholder = regexp.MustCompile(`\{[^}]*\}`)
	// telling are words that no answer may hold: they tell how the server is made.
	telling = []string{"goroutine", "runtime error", "panic", ".go:", "SELECT ", "INSERT ", "SQLSTATE", "sqlite", "no such table", "gatehouse/internal"}
)

// security 62: whatever is sent to whichever route, the org neither fails nor tells how it is made.
func TestHostileRequestsToEveryRouteOfTheOrg(t *testing.T) {
	p := run(t, "org", "--addr", free, "--seed", "20", "--json")
	send := func(method, path, body string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, p.report.Org, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		route, query, _ := strings.Cut(path, "?")
		r.URL.Opaque = "//" + r.URL.Host + route // as it is, unescaped
		r.URL.RawQuery = query
		r.Header.Set("Authorization", "SSWS "+p.report.APIToken)
		r.Header.Set("Content-Type", "application/json")
		if strings.HasPrefix(path, "/oauth2") {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatalf("%s %.80s: %v", method, path, err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented {
			t.Errorf("%s %.120s with %.60q: %d %.200s", method, path, body, resp.StatusCode, text)
		}
		for _, word := range telling {
			if strings.Contains(string(text), word) {
				t.Errorf("%s %.120s with %.60q tells %q: %.300s", method, path, body, word, text)
			}
		}
	}
	object := func(path, body string) string { return objectOf(t, p, path, body) }
	var routes []route
	for _, op := range okta.Operations() {
		routes = append(routes, route{op.Method, op.Path})
	}
	for _, path := range []string{
		"/oauth2/v1/authorize", "/oauth2/v1/token", "/oauth2/v1/introspect", "/oauth2/v1/revoke", "/oauth2/v1/userinfo", "/oauth2/v1/logout", "/oauth2/{id}/v1/keys", "/oauth2/v1/device/authorize", "/oauth2/v1/par", "/activate",
		"/api/v1/authn", "/api/v1/authn/factors/{id}/verify", "/api/v1/authn/credentials/change_password", "/login", "/signin/{id}", "/welcome/{id}", "/signin/reset-password/{id}",
		"/.well-known/openid-configuration", "/oauth2/{id}/.well-known/openid-configuration", "/", "/api/v1", "/debug/pprof/", "/metrics", "/healthz", "/readyz",
	} {
		routes = append(routes, route{"GET", path}, route{"POST", path})
	}
	for i, r := range routes {
		if testing.Short() && i%10 > 0 {
			continue // under -race: a tenth of the routes
		}
		person := object("/api/v1/users", `{"profile":{"firstName":"A","lastName":"B","login":"LOGIN@example.com","email":"LOGIN@example.com"},"credentials":{"password":{"value":"Corr3ct-Horse-7"}}}`)
		group := object("/api/v1/groups", `{"profile":{"name":"LOGIN"}}`)
		real := strings.NewReplacer("{userId}", person, "{groupId}", group).Replace(r.path)
		for _, a := range hostileArguments {
			if placeholder.MatchString(r.path) {
				send(r.method, placeholder.ReplaceAllString(r.path, a), "{}")
			}
			if placeholder.MatchString(real) && real != r.path {
				send(r.method, placeholder.ReplaceAllString(real, a), "{}")
			}
		}
		at := placeholder.ReplaceAllString(real, "default")
		for _, q := range hostileQueries {
			send(r.method, at+"?"+q, "{}")
		}
		for _, b := range hostileBodies {
			if r.method != http.MethodGet {
				send(r.method, at, b)
			}
		}
		for _, method := range []string{"HEAD", "PATCH", "TRACE", "OPTIONS", "BREW"} {
			send(method, at, "")
		}
	}
	if log := p.stderr.String(); strings.Contains(log, "panic") {
		t.Errorf("something panicked: %.2000s", log[strings.Index(log, "panic"):])
	}
}

type route struct{ method, path string }

// objectOf makes an object of the org, with a fresh word in place of LOGIN, and returns its id.
func objectOf(t *testing.T, p *program, path, body string) string {
	t.Helper()
	body = strings.ReplaceAll(body, "LOGIN", strings.ToLower(rand.Text()))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.report.Org+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "SSWS "+p.report.APIToken)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := okta.Parse(text)
	if err != nil || doc.Text("id") == "" {
		t.Fatalf("%d %s", resp.StatusCode, text)
	}
	return doc.Text("id")
}
