package okta

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// passing is a guard that lets everything pass and notes what it saw.
type passing struct {
	mu       sync.Mutex
	name     string
	refuse   error
	log      *[]string
	response *Response
	err      error
}

func (g *passing) Begin(_ context.Context, call *Call) (func(*Response, error), error) {
	g.note("begin " + call.Op.ID)
	if g.refuse != nil {
		return nil, g.refuse
	}
	return func(r *Response, err error) {
		g.note("end")
		g.mu.Lock()
		defer g.mu.Unlock()
		g.response, g.err = r, err
	}, nil
}

func (g *passing) note(s string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.log != nil {
		*g.log = append(*g.log, strings.TrimSpace(g.name+" "+s))
	}
}

// clock is a clock that moves when somebody sleeps.
type clock struct {
	mu    sync.Mutex
	t     time.Time
	slept []time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// testOrg serves h and returns a client of it, on a clock of its own and without jitter.
func testOrg(t *testing.T, h http.HandlerFunc, guards ...Guard) (*Client, *clock, *httptest.Server) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	if len(guards) == 0 {
		guards = []Guard{&passing{}}
	}
	clk := &clock{t: noon}
	tr, err := NewTransport(srv.URL, TransportOptions{Now: clk.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.CloseIdleConnections)
	c, err := NewClient(srv.URL, tr, guards...)
	if err != nil {
		t.Fatal(err)
	}
	c.Now, c.Sleep, c.Jitter = clk.now, clk.sleep, func(time.Duration) time.Duration { return 0 }
	return c, clk, srv
}

// answer writes a JSON answer with a request id.
func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set(requestIDHeader, "req-1")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func getUser(id string) Call {
	return Call{Op: Find("getUser"), Args: map[string]string{"userId": id}}
}

func TestDoSendsTheCall(t *testing.T) {
	type sent struct{ method, uri, body, contentType, length, ifMatch, accept string }
	var got sent
	c, _, _ := testOrg(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = sent{r.Method, r.RequestURI, string(b), r.Header.Get("Content-Type"), r.Header.Get("Content-Length"), r.Header.Get("If-Match"), r.Header.Get("Accept")}
		answer(w, 200, `{"id":"00u1"}`)
	})
	doc := mustParse(t, `{"profile":{"n":1.0,"x":"<"}}`)
	cases := []struct {
		name string
		call Call
		want sent
	}{
		{
			"document as it is",
			Call{Op: Find("updateUser"), Args: map[string]string{"userId": "00u1"}, Body: doc, Header: http.Header{"If-Match": {`W/"1"`}}, Query: url.Values{"strict": {"true"}}},
			sent{"PUT", "/api/v1/users/00u1?strict=true", `{"profile":{"n":1.0,"x":"<"}}`, "application/json", "29", `W/"1"`, "application/json"},
		},
		{
			"a write without a body says so",
			Call{Op: Find("suspendUser"), Args: map[string]string{"userId": "00u1"}},
			sent{"POST", "/api/v1/users/00u1/lifecycle/suspend", "", "", "0", "", "application/json"},
		},
		{
			"the query that tells two operations apart",
			Call{Op: Find("expirePasswordAndGetTemporaryPassword"), Args: map[string]string{"userId": "00u1"}, Query: url.Values{"tempPassword": {"false"}}},
			sent{"POST", "/api/v1/users/00u1/lifecycle/expire_password?tempPassword=true", "", "", "0", "", "application/json"},
		},
		{
			"a login in the path, escaped", getUser("zoë.o'neil+x@b.example"),
			sent{"GET", "/api/v1/users/zo%C3%AB.o%27neil+x@b.example", "", "", "", "", "application/json"},
		},
		{
			"raw JSON",
			Call{Op: Find("createUser"), Body: json.RawMessage(`{"profile":{}}`)},
			sent{"POST", "/api/v1/users", `{"profile":{}}`, "application/json", "14", "", "application/json"},
		},
	}
	for _, k := range cases {
		resp, err := c.Do(t.Context(), k.call)
		if err != nil {
			t.Errorf("%s: %v", k.name, err)
			continue
		}
		if got != k.want {
			t.Errorf("%s: sent %+v, want %+v", k.name, got, k.want)
		}
		o, err := resp.Object()
		if err != nil || o.Text("id") != "00u1" || resp.RequestID != "req-1" || resp.Status != 200 || resp.Attempts != 1 {
			t.Errorf("%s: answer %+v, %v", k.name, resp, err)
		}
	}
}

func TestClientNeedsGuardsAndAnOrigin(t *testing.T) {
	tr, err := NewTransport("https://org.example", TransportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewClient("https://org.example", tr); err == nil || !strings.Contains(err.Error(), "guards") {
		t.Errorf("without guards: %v", err)
	}
	if _, err := NewClient("https://org.example", tr, nil); err == nil {
		t.Error("a nil guard was accepted")
	}
	if _, err := NewClient("https://org.example", nil, &passing{}); err == nil {
		t.Error("no transport was accepted")
	}
	for _, bad := range []string{"", "org.example", "ftp://org.example", "https://", "https://org.example/path", "https://u:p@org.example", "https://org.example?x=1", "http://[::1"} {
		if _, err := NewTransport(bad, TransportOptions{}); err == nil {
			t.Errorf("origin %q was accepted", bad)
		} else if strings.Contains(err.Error(), "u:p") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func TestGuardsStandInFrontOfEveryCall(t *testing.T) {
	calls := 0
	var log []string
	first, second := &passing{name: "1", log: &log}, &passing{name: "2", log: &log}
	c, _, _ := testOrg(t, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		answer(w, 200, `{}`)
	}, first, second)

	if _, err := c.Do(t.Context(), getUser("00u1")); err != nil {
		t.Fatal(err)
	}
	if want := []string{"1 begin getUser", "2 begin getUser", "2 end", "1 end"}; !slices.Equal(log, want) {
		t.Errorf("order %q, want %q", log, want)
	}
	if first.response == nil || first.response.Status != 200 || first.response.Attempts != 1 || first.err != nil {
		t.Errorf("end saw %+v, %v", first.response, first.err)
	}

	log, calls = nil, 0
	second.refuse = errors.New("the trail cannot be written")
	_, err := c.Do(t.Context(), getUser("00u1"))
	if !errors.Is(err, second.refuse) || calls != 0 {
		t.Errorf("refused call: %v, %d calls reached the org", err, calls)
	}
	if want := []string{"1 begin getUser", "2 begin getUser", "1 end"}; !slices.Equal(log, want) {
		t.Errorf("order of a refusal %q, want %q", log, want)
	}
	if first.response != nil || !errors.Is(first.err, second.refuse) {
		t.Errorf("the first guard's end saw %+v, %v", first.response, first.err)
	}
}

func TestErrorsOfTheOrg(t *testing.T) {
	var status int
	var body, challenge string
	c, _, _ := testOrg(t, func(w http.ResponseWriter, _ *http.Request) {
		if challenge != "" {
			w.Header().Set("WWW-Authenticate", challenge)
		}
		answer(w, status, body)
	})
	cases := []struct {
		name, body, challenge string
		status                int
		want                  Error
	}{
		{
			"validation", `{"errorCode":"E0000001","errorSummary":"Api validation failed: login","errorLink":"E0000001","errorId":"oae1","errorCauses":[{"errorSummary":"login: The field cannot be left blank"}]}`, "", 400,
			Error{Status: 400, RequestID: "req-1", Code: "E0000001", Summary: "Api validation failed: login"},
		},
		{
			"missing role", `{"errorCode":"E0000006","errorSummary":"You do not have permission"}`, "", 403,
			Error{Status: 403, RequestID: "req-1", Code: "E0000006", Summary: "You do not have permission"},
		},
		// security 36
		{
			"missing scope", `{"errorCode":"E0000006","errorSummary":"You do not have permission"}`,
			`Bearer authorization_uri="http://org/oauth2/v1/authorize", realm="http://org", scope="okta.groups.read okta.users.read", error="insufficient_scope", error_description="The access token provided, \"this\", lacks scopes."`, 403,
			Error{Status: 403, RequestID: "req-1", Scope: "okta.groups.read okta.users.read", Code: "E0000006", Summary: "You do not have permission"},
		},
		{
			"another challenge", `{"errorCode":"E0000011","errorSummary":"Invalid token provided"}`, `Bearer scope="x", error="invalid_token"`, 401,
			Error{Status: 401, RequestID: "req-1", Code: "E0000011", Summary: "Invalid token provided"},
		},
		{
			"a page of a gateway", `<html>secret internals</html>`, "", 404,
			Error{Status: 404, RequestID: "req-1", Summary: "The org answered 404 Not Found without an error code"},
		},
		{
			"nothing", ``, "", 403,
			Error{Status: 403, RequestID: "req-1", Summary: "The org answered 403 Forbidden without an error code"},
		},
	}
	for _, k := range cases {
		status, body, challenge = k.status, k.body, k.challenge
		resp, err := c.Do(t.Context(), getUser("00u1"))
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v, want *Error", k.name, err)
			continue
		}
		if e.Status != k.want.Status || e.RequestID != k.want.RequestID || e.Scope != k.want.Scope || e.Code != k.want.Code || e.Summary != k.want.Summary {
			t.Errorf("%s: %+v, want %+v", k.name, *e, k.want)
		}
		if resp == nil || resp.Status != k.status {
			t.Errorf("%s: no response beside the error", k.name)
		}
	}
}

// fault 25
func TestHostileIdsNeverLeave(t *testing.T) {
	calls := 0
	guard := &passing{log: new([]string)}
	c, _, _ := testOrg(t, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		answer(w, 200, `{}`)
	}, guard)
	hostile := []string{
		"", ".", "..", "../groups", "..%2f", "%2e%2e", "..;/", "a;b", "a/b", `a\b`, "%00", "\x00", "a\x00b", "00u1\r\nX: y",
		strings.Repeat("a", 5<<10), "' OR 1=1 --", "1; DROP TABLE user", "a b@c.example", "a@b.example/../x", "a..b@c.example",
		"a?b=c@d.example", "a@b.example#x;", strings.Repeat("a", 95) + "@b.example", "\xff@b.example", "a\u202e@b.example",
	}
	for _, id := range hostile {
		_, err := c.Do(t.Context(), getUser(id))
		var e *Error
		if !errors.As(err, &e) || e.Status != 404 || e.Code != "E0000007" {
			t.Errorf("id %.40q: %v, want 404 E0000007", id, err)
			continue
		}
		if len(e.Summary) > 250 || strings.ContainsAny(e.Summary, "\x00\r\n") {
			t.Errorf("id %.40q: summary %q", id, e.Summary)
		}
	}
	// A login is for people only.
	if _, err := c.Do(t.Context(), Call{Op: Find("getGroup"), Args: map[string]string{"groupId": "a@b.example"}}); err == nil {
		t.Error("a login passed as the id of a group")
	}
	if calls != 0 || len(*guard.log) != 0 {
		t.Errorf("%d calls left, guards saw %q", calls, *guard.log)
	}
	if _, err := c.Do(t.Context(), Call{Op: Find("getUser")}); err == nil || calls != 0 {
		t.Errorf("a call without its argument: %v, %d calls", err, calls)
	}
	for _, id := range []string{"00uab_-Z", "me", "isaac.brock", "a@b.example", "o'neil@b.example", "a@xn--80ak6aa92e.example", "böb@exämple.org"} {
		if _, err := c.Do(t.Context(), getUser(id)); err != nil {
			t.Errorf("id %q: %v", id, err)
		}
	}
}

func TestCallersCannotSetWhatSignInSets(t *testing.T) {
	calls := 0
	c, _, _ := testOrg(t, func(w http.ResponseWriter, _ *http.Request) { calls++; answer(w, 200, `{}`) })
	for _, name := range []string{"Authorization", "Cookie", "Host"} {
		call := getUser("00u1")
		call.Header = http.Header{name: {"x"}}
		if _, err := c.Do(t.Context(), call); err == nil {
			t.Errorf("header %s was accepted", name)
		}
	}
	call := Call{Op: Find("createUser"), Body: map[string]any{"profile": 1}}
	if _, err := c.Do(t.Context(), call); err == nil {
		t.Error("a body that is not a document was accepted")
	}
	if _, err := c.Do(t.Context(), Call{}); err == nil {
		t.Error("a call without an operation was accepted")
	}
	if calls != 0 {
		t.Errorf("%d calls left", calls)
	}
}
