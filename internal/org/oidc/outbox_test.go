package oidc_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/org"
	"gatehouse/internal/org/oidc"
)

// openOutbox is an org that only this machine reaches.
func openOutbox(t *testing.T) *server {
	t.Helper()
	return openOutboxOn(t, dbtest.Open(t, db.SQLite, org.DatabaseOptions("")))
}

func openOutboxOn(t *testing.T, d *db.DB) *server {
	t.Helper()
	return serveConfig(t, d, org.Config{}, func(c *oidc.Config) { c.OpenOutbox = true })
}

func TestOutboxShowsTheNewestMessagesFirst(t *testing.T) {
	dbtest.Each(t, org.DatabaseOptions(""), func(t *testing.T, d *db.DB) {
		x := openOutboxOn(t, d)
		b := x.browser()
		if empty := b.get("/outbox"); empty.status != http.StatusOK || !strings.Contains(empty.body, "No message") {
			t.Fatalf("an empty outbox: %d %s", empty.status, empty.body)
		}
		for i := range 60 {
			x.clock.forward(1e9)
			b.admin("POST", "/api/v1/users?activate=true", fmt.Sprintf(`{"profile":{"firstName":"<b>A","lastName":"B","login":"p%d@org.example","email":"p%d@org.example"}}`, i, i))
		}
		first := b.get("/outbox")
		if n := strings.Count(first.body, "<li>"); n != 50 || strings.Index(first.body, "p59@org") > strings.Index(first.body, "p58@org") || strings.Contains(first.body, "p9@org") {
			t.Errorf("%d messages on the first page, or in another order:\n%s", n, first.body)
		}
		if !strings.Contains(first.body, `<a href="`+x.url+"/welcome/") {
			t.Error("the link of an activation is not there")
		}
		more := b.get(strings.ReplaceAll(between(first.body, `<p class="other"><a href="`, `"`), "&amp;", "&"))
		if n := strings.Count(more.body, "<li>"); n != 10 || !strings.Contains(more.body, "p0@org") || strings.Contains(more.body, "Older messages") {
			t.Errorf("%d messages on the second page:\n%s", n, more.body)
		}
		asked := b.get("/outbox?to=p7@org.example", "Accept", "application/json")
		one := asked.json(t)
		if got := asked.header.Get("Cross-Origin-Resource-Policy") + " " + asked.header.Get("Cache-Control"); got != "same-origin no-store" {
			t.Errorf("JSON with %s", got)
		}
		list, _ := one["messages"].([]any)
		if len(list) != 1 || list[0].(map[string]any)["kind"] != "activation" || one["next"] != nil {
			t.Errorf("as JSON, to one recipient: %v", one)
		}
		if lost := b.get("/outbox?before=nothing"); lost.status != http.StatusNotFound {
			t.Errorf("behind no message: %d", lost.status)
		}
		for name, want := range map[string]string{"Cache-Control": "no-store", "X-Frame-Options": "DENY"} {
			if got := first.header.Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		// security 24
		if csp := first.header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; style-src 'self'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "script-src") {
			t.Errorf("policy %q", csp)
		}
	})
}

func between(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	out, _, _ := strings.Cut(rest, to)
	return out
}

func TestOutboxAnswersForThePhone(t *testing.T) {
	x := openOutbox(t)
	b := x.browser()
	factor := b.x.api("POST", "/api/v1/users/"+x.adminID()+"/factors", object{"factorType": "push", "provider": "OKTA"}).text(t, "id")
	answer := func(verb string, headers ...string) answer {
		t.Helper()
		page := b.get("/outbox").body
		action := between(page, `action="/outbox/`, `"`)
		question, _, _ := strings.Cut(action, "/")
		return b.post("/outbox/"+question+"/"+verb, form(), headers...)
	}
	self := "/api/v1/users/" + x.adminID() + "/factors/" + factor
	// security 23
	if foreign := answer("approve", "Sec-Fetch-Site", "cross-site"); foreign.status != http.StatusForbidden {
		t.Errorf("from another site: %d", foreign.status)
	}
	if odd := answer("maybe"); odd.status != http.StatusNotFound {
		t.Errorf("neither yes nor no: %d", odd.status)
	}
	if got := x.api("GET", self, nil).text(t, "status"); got != "PENDING_ACTIVATION" {
		t.Fatalf("status %s before an answer", got)
	}
	if yes := answer("approve"); yes.status != http.StatusSeeOther || yes.header.Get("Location") != x.url+"/outbox" {
		t.Errorf("approved: %d %s", yes.status, yes.body)
	}
	if got := x.api("GET", self, nil).text(t, "status"); got != "ACTIVE" {
		t.Errorf("status %s after the phone said yes", got)
	}
	asked := x.api("POST", self+"/verify", object{})
	poll := asked.json(t)["_links"].(map[string]any)["poll"].(map[string]any)["href"].(string)
	x.clock.forward(1e9)
	question := poll[strings.LastIndex(poll, "/")+1:]
	if no := b.post("/outbox/"+question+"/reject", form()); no.status != http.StatusSeeOther {
		t.Errorf("rejected: %d %s", no.status, no.body)
	}
	if got := x.api("GET", strings.TrimPrefix(poll, x.url), nil).text(t, "factorResult"); got != "REJECTED" {
		t.Errorf("the answer is %s", got)
	}
	if again := b.post("/outbox/"+question+"/approve", form()); again.status != http.StatusConflict || !strings.Contains(again.body, "answered before") {
		t.Errorf("answered twice: %d %s", again.status, again.body)
	}
	if page := b.get("/outbox").body; !strings.Contains(page, "Rejected.") || !strings.Contains(page, "Approved.") {
		t.Errorf("the page does not tell what was answered: %s", page)
	}
}

// security 60: what an org holds for everybody is open to this machine, and elsewhere to a super admin only.
func TestOutboxIsForSuperAdminsBeyondThisMachine(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	b.admin("POST", "/api/v1/users?activate=true", `{"profile":{"firstName":"A","lastName":"B","login":"new@org.example","email":"new@org.example"}}`)
	closed := func(who string) {
		t.Helper()
		for _, a := range []answer{b.get("/outbox"), b.get("/outbox", "Accept", "application/json"), b.post("/outbox/mst1/approve", form())} {
			if a.status != http.StatusForbidden || strings.Contains(a.body, "new@org") || strings.Contains(a.body, "/welcome/") {
				t.Errorf("%s: %d %s", who, a.status, a.body)
			}
		}
	}
	closed("nobody signed in")
	plain := b.person("plain@org.example", `{"password":{"value":"`+password+`"}}`)
	signIn := func(login string) {
		t.Helper()
		page := b.get("/login").header.Get("Location")
		if a := b.post(page, form("username", login, "password", password)); a.status != http.StatusSeeOther {
			t.Fatalf("sign-in: %d %s", a.status, a.body)
		}
	}
	signIn("plain@org.example")
	closed("somebody without a role")
	b.admin("POST", "/api/v1/users/"+plain+"/roles", `{"type":"ORG_ADMIN"}`)
	closed("an org admin")
	b.admin("POST", "/api/v1/users/"+plain+"/roles", `{"type":"SUPER_ADMIN"}`)
	if a := b.get("/outbox"); a.status != http.StatusOK || !strings.Contains(a.body, "new@org.example") {
		t.Errorf("a super admin: %d %s", a.status, a.body)
	}
	b.admin("POST", "/api/v1/users/"+plain+"/lifecycle/suspend", "")
	closed("a super admin who is suspended")
}

// A page of another site whose name is made to point at this machine sends that name.
func TestOutboxIsShownUnderANameOfThisMachineOnly(t *testing.T) {
	x := openOutbox(t)
	for host, want := range map[string]int{"localhost:8081": 200, "127.0.0.1:1": 200, "[::1]:80": 200, "127.0.0.1": 200, "evil.example": 403, "evil.example:8081": 403, "127.0.0.1.evil.example": 403, "localhost.evil.example:80": 403} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, x.url+"/outbox", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", host, res.StatusCode, want)
		}
	}
}
