package org

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/okta"
)

// statuses runs 16 calls at once and counts their answers by status.
func statuses(call func(i int) int) map[int]int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	count := map[int]int{}
	for i := range 16 {
		wg.Go(func() {
			s := call(i)
			mu.Lock()
			defer mu.Unlock()
			count[s]++
		})
	}
	wg.Wait()
	return count
}

func TestLoginRace(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		got := statuses(func(int) int {
			return x.call("POST", "/api/v1/users", personBody("only.one@example.com", "")).status
		})
		if got[200] != 1 || got[400] != 15 {
			t.Errorf("answers by status %v, want one 200", got)
		}
		x.call("POST", "/api/v1/users", personBody("ONLY.one@example.com", "")).
			refused(400, "E0000001", "login: An object with this field already exists in the current organization")
		if n := x.events("user.lifecycle.create"); n != 1 {
			t.Errorf("%d events of one creation", n)
		}
	})
}

// put sends an edit with an If-Match header.
func (x *testOrg) put(method, path, body, tag string) answer {
	x.t.Helper()
	r, err := http.NewRequestWithContext(x.t.Context(), method, x.url+path, strings.NewReader(body))
	if err != nil {
		x.t.Fatal(err)
	}
	r.Header = http.Header{"Authorization": {"SSWS " + x.token}, "Content-Type": {"application/json"}, "If-Match": {tag}}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		x.t.Fatal(err)
	}
	defer w.Body.Close()
	return readAnswer(x.t, w)
}

func TestIfMatch(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		path := "/api/v1/users/" + x.newPerson("edited@example.com", "", "")
		tag := x.call("GET", path, "").want(200).header.Get("ETag")
		got := statuses(func(i int) int {
			return x.put("POST", path, fmt.Sprintf(`{"profile":{"nickName":"n%d"}}`, i), tag).status
		})
		if got[200] != 1 || got[412] != 15 {
			t.Errorf("answers by status %v, want one 200 and fifteen 412", got)
		}
		x.put("POST", path, `{"profile":{"city":"Oslo"}}`, tag).refused(412, "E0000231", "")
		x.put("PUT", path, personBody("edited@example.com", ""), tag).refused(412, "E0000231", "")
		for _, bad := range []string{"nonsense", `"half`, `W/`, `"a""b"`} {
			x.put("POST", path, `{"profile":{"city":"Oslo"}}`, bad).refused(400, "E0000242", "")
		}
		tag = x.call("GET", path, "").want(200).header.Get("ETag")
		x.put("POST", path, `{"profile":{"city":"Oslo"}}`, `"other", `+tag).want(200)
		x.put("POST", path, `{"profile":{"city":"Rome"}}`, "*").want(200)
	})
}

// A sign-in is no edit: what an admin read before it can still be saved.
func TestSignInKeepsETag(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("s@example.com", "", withSecret(passwordA))
	before := x.call("GET", "/api/v1/users/"+id, "").want(200)
	x.write(func(tx *Tx) error { return tx.noteSignIn(id) })
	after := x.call("GET", "/api/v1/users/"+id, "").want(200)
	if after.doc().Text("lastLogin") != "2026-03-02T09:00:00.000Z" {
		t.Errorf("lastLogin %s", after.doc().Get("lastLogin"))
	}
	if before.header.Get("ETag") != after.header.Get("ETag") {
		t.Error("the ETag changed")
	}
}

// fault 22, 25
func TestHostileUsers(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		for _, path := range []string{
			"..%2f..%2fgroups", "%00", "..;%2f", strings.Repeat("A", 5000), "1'%20OR%20'1'='1", "%0d%0aSet-Cookie:a=b", "a%2fb", "%ff%fe",
			"%E2%80%AEmoc.elpmaxe", strings.Repeat("%E2%82%AC", 200),
		} {
			x.call("GET", "/api/v1/users/"+path, "").refused(404, "E0000007", "")
			x.call("DELETE", "/api/v1/users/"+path, "").refused(404, "E0000007", "")
		}
		for i, name := range []string{
			"🚒 Fire 👩‍🚒", "مجموعة", "\u202egnp.exe", "e\u0301quipe", `Say "hi" \ bye`, "<script>alert(1)</script>", "'; DROP TABLE document; --", "X", strings.Repeat("é", 50),
		} {
			login := fmt.Sprintf("hostile%d@example.com", i)
			profile := okta.Object{}.With("firstName", name).With("lastName", name).With("login", login).With("email", login)
			id := x.call("POST", "/api/v1/users", string(okta.Object{}.With("profile", profile).Bytes())).want(200).doc().Text("id")
			doc := x.call("GET", "/api/v1/users/"+id, "").want(200).doc()
			if doc.Text("profile", "firstName") != name || doc.Text("profile", "lastName") != name {
				t.Errorf("name %q came back as %s", name, doc.Get("profile"))
			}
		}
	})
}

// fault 23
func TestMalformedUserBodies(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("body@example.com", "", "")
	for name, body := range map[string]string{
		"half":           `{"profile":`,
		"array":          `[]`,
		"text":           `"profile"`,
		"two objects":    `{} {}`,
		"duplicate key":  `{"profile":{"login":"a@example.com","login":"b@example.com"}}`,
		"10,000 levels":  strings.Repeat(`{"profile":`, 10_000) + "1" + strings.Repeat("}", 10_000),
		"U+0000":         `{"profile":{"firstName":"a\u0000b"}}`,
		"profile a list": `{"profile":["login"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			x := *x
			x.t = t
			x.call("POST", "/api/v1/users", body).refused(400, "E0000003", "")
			x.call("POST", "/api/v1/users/"+id, body).refused(400, "E0000003", "")
			x.call("PUT", "/api/v1/users/"+id, body).refused(400, "E0000003", "")
		})
	}
	x.call("POST", "/api/v1/users", `{"profile":{"firstName":"`+strings.Repeat("x", 10<<20)+`"}}`).want(413)
	x.call("POST", "/api/v1/users", personBody("notmail", "")).refused(400, "E0000001", "login: Username must be in the form of an email address")
	x.call("POST", "/api/v1/users", `{"profile":{"notValid":"x","login":"a@example.com","email":"a@example.com"}}`).
		refused(400, "E0000001", "Property name 'notValid' is not defined in profile")
	x.call("POST", "/api/v1/users", "").refused(400, "E0000001", "login: The field cannot be left blank")
}
