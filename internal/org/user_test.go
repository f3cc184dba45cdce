package org

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/policy"
)

const passwordA = "Correct-Horse-7"

// newPerson creates somebody over HTTP and returns the id.
func (x *testOrg) newPerson(login, query, credentials string) string {
	x.t.Helper()
	return x.call("POST", "/api/v1/users"+query, personBody(login, credentials)).want(200).doc().Text("id")
}

// personBody is a request to create somebody; credentials is JSON, "" for none.
func personBody(login, credentials string) string {
	if credentials == "" {
		credentials = "{}"
	}
	return `{"profile":{"firstName":"Given","lastName":"Family","login":"` + login + `","email":"` + login + `"},"credentials":` + credentials + `}`
}

// withSecret is the credentials of a request that gives a password.
func withSecret(password string) string { return `{"password":{"value":"` + password + `"}}` }

// The recorded answer to a creation, ids and times apart.
func TestUserDocument(t *testing.T) {
	x := newTestOrg(t)
	body := `{"credentials":{"password":{}},"profile":{"email":"a@example.com","firstName":"Test","lastName":"Smith","login":"a@example.com","postalAddress":null}}`
	created := x.call("POST", "/api/v1/users", body).want(200)
	doc := created.doc()
	id, typeID := doc.Text("id"), doc.Text("type", "id")
	link := func(name, path string) string {
		return `"` + name + `":{"href":"http://org.example/api/v1/users/` + id + path + `","method":"POST"}`
	}
	want := `{"id":"` + id + `","status":"PROVISIONED","created":"2026-03-02T09:00:00.000Z","activated":"2026-03-02T09:00:00.000Z",` +
		`"statusChanged":"2026-03-02T09:00:00.000Z","lastLogin":null,"lastUpdated":"2026-03-02T09:00:00.000Z","passwordChanged":null,` +
		`"realmId":"` + doc.Text("realmId") + `","type":{"id":"` + typeID + `"},` +
		`"profile":{"firstName":"Test","lastName":"Smith","mobilePhone":null,"secondEmail":null,"login":"a@example.com","email":"a@example.com"},` +
		`"credentials":{"provider":{"type":"OKTA","name":"OKTA"}},"_links":{` + link("suspend", "/lifecycle/suspend") +
		`,"schema":{"href":"http://org.example/api/v1/meta/schemas/user/osc` + typeID[3:] + `"},` +
		link("resetPassword", "/lifecycle/reset_password") + `,` + link("reactivate", "/lifecycle/reactivate") +
		`,"self":{"href":"http://org.example/api/v1/users/` + id + `"},` + link("resetFactors", "/lifecycle/reset_factors") +
		`,"type":{"href":"http://org.example/api/v1/meta/types/user/` + typeID + `"},` + link("deactivate", "/lifecycle/deactivate") + `}}`
	if string(created.body) != want {
		t.Errorf("created\n%s\nwant\n%s", created.body, want)
	}
	if created.header.Get("ETag") != "" {
		t.Error("a creation carries an ETag, which only GET does")
	}
	read := x.call("GET", "/api/v1/users/"+id, "").want(200)
	if string(read.body) != want {
		t.Errorf("read\n%s\nwant\n%s", read.body, want)
	}
	if tag := read.header.Get("ETag"); !regexp.MustCompile(`^W/"[0-9a-f]{64}"$`).MatchString(tag) {
		t.Errorf("ETag %s", tag)
	}
	for _, event := range []string{"user.lifecycle.create", "user.lifecycle.activate"} {
		if n := x.events(event); n != 1 {
			t.Errorf("%d events %s", n, event)
		}
	}
}

func TestUserIsFoundBy(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		id := x.newPerson("ada.byron@example.com", "", "")
		x.newPerson("twin@one.example", "", "")
		x.newPerson("twin@two.example", "", "")
		for name, c := range map[string]struct {
			path string
			want string
		}{
			"id":                {id, id},
			"login":             {"ada.byron@example.com", id},
			"login, escaped":    {"ada.byron%40example.com", id},
			"login, other case": {"ADA.Byron@Example.com", id},
			"short login":       {"ada.byron", id},
			"me":                {"me", x.admin},
			"ambiguous short":   {"twin", ""},
			"part of a login":   {"ada", ""},
			"unknown":           {"00unobody0000000005g7", ""},
		} {
			t.Run(name, func(t *testing.T) {
				x := *x
				x.t = t
				a := x.call("GET", "/api/v1/users/"+c.path, "")
				if c.want == "" {
					a.refused(404, "E0000007", "")
					return
				}
				if got := a.want(200).doc().Text("id"); got != c.want {
					t.Errorf("found %s, want %s", got, c.want)
				}
			})
		}
	})
}

func TestUserEdits(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("b@example.com", "", "")
	x.clock.forward(time.Minute)
	doc := x.call("POST", "/api/v1/users/"+id, `{"profile":{"city":"Oslo","firstName":"New"}}`).want(200).doc()
	if doc.Text("profile", "city") != "Oslo" || doc.Text("profile", "firstName") != "New" || doc.Text("profile", "lastName") != "Family" {
		t.Errorf("merged profile %s", doc.Get("profile"))
	}
	if doc.Text("lastUpdated") != "2026-03-02T09:01:00.000Z" {
		t.Errorf("lastUpdated %s", doc.Text("lastUpdated"))
	}
	doc = x.call("POST", "/api/v1/users/"+id, `{"profile":{"city":null}}`).want(200).doc()
	if doc.Get("profile", "city") != nil {
		t.Errorf("null did not remove: %s", doc.Get("profile"))
	}
	x.call("POST", "/api/v1/users/"+id, `{"profile":{"city":"Rome"}}`).want(200)
	doc = x.call("PUT", "/api/v1/users/"+id, personBody("b2@example.com", "")).want(200).doc()
	if doc.Get("profile", "city") != nil || doc.Text("profile", "login") != "b2@example.com" {
		t.Errorf("replaced profile %s", doc.Get("profile"))
	}
	x.newPerson("b@example.com", "", "") // the old login is free
	rows, err := x.reads(t.Context()).ids(`SELECT body FROM event ORDER BY seq`)
	if err != nil {
		t.Fatal(err)
	}
	told := strings.Join(rows, "\n")
	for _, names := range []string{"firstName,city", "firstName,login,email,city"} {
		if !strings.Contains(told, `"changedAttributes":"`+names+`"`) {
			t.Errorf("no event tells that %s changed", names)
		}
	}
}

func TestUserLists(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("listed@example.com", "", "")
	gone := x.newPerson("gone@example.com", "", "")
	x.call("POST", "/api/v1/users/"+gone+"/lifecycle/deactivate", "").want(200)
	listed := map[string]string{}
	for _, doc := range x.call("GET", "/api/v1/users", "").want(200).docs() {
		listed[doc.Text("id")] = strings.Join(doc.Object("_links").Keys(), " ")
	}
	if len(listed) != 2 || listed[id] != "self" || listed[x.admin] != "self" {
		t.Errorf("listed, with links: %v", listed)
	}
	group := x.newGroup("Readers")
	x.call("PUT", "/api/v1/groups/"+group+"/users/"+id, "").want(204)
	var names []string
	for _, doc := range x.call("GET", "/api/v1/users/listed/groups", "").want(200).docs() {
		names = append(names, doc.Text("profile", "name"))
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{"Everyone", "Readers"}) {
		t.Errorf("groups %v", names)
	}
}

func TestNewUserInGroups(t *testing.T) {
	x := newTestOrg(t)
	group := x.newGroup("Joined at once")
	body := func(groups string) string {
		return strings.TrimSuffix(personBody("member@example.com", ""), "}") + `,"groupIds":[` + groups + `]}`
	}
	x.call("POST", "/api/v1/users", body(strings.TrimSuffix(strings.Repeat(`"`+group+`",`, 21), ","))).refused(400, "E0000093", "")
	x.call("POST", "/api/v1/users", body(`"00gnothere000000005g7"`)).refused(404, "E0000007", "")
	x.call("GET", "/api/v1/users/member@example.com", "").refused(404, "E0000007", "") // nothing half made
	id := x.call("POST", "/api/v1/users", body(`"`+group+`"`)).want(200).doc().Text("id")
	if members := x.members(group); !slices.Equal(members, []string{id}) {
		t.Errorf("members %s, want %s", members, id)
	}
	if n := x.events("group.user_membership.add"); n != 1 {
		t.Errorf("%d events of one membership", n)
	}
}

// What goes with a person: memberships, roles, credentials, sessions, tokens.
func TestRemovedUserLeavesNothing(t *testing.T) {
	x := newTestOrg(t)
	y := x.as("leaver@example.com", "READ_ONLY_ADMIN")
	id, group := y.admin, x.newGroup("Left behind")
	x.call("POST", "/api/v1/users/"+id, `{"credentials":`+withSecret(passwordA)+`}`).want(200)
	x.call("PUT", "/api/v1/groups/"+group+"/users/"+id, "").want(204)
	x.write(func(tx *Tx) error {
		_, err := tx.startSession(Pending{UserID: id, AMR: []string{"pwd"}}, SessionLimits{Idle: policy.DefaultIdle})
		return err
	})
	y.call("GET", "/api/v1/users/me", "").want(200)

	x.call("DELETE", "/api/v1/users/"+id, "").want(204)
	x.call("GET", "/api/v1/users/"+id, "").want(200)
	y.call("GET", "/api/v1/users/me", "").refused(401, "E0000011", "")
	if members := x.members(group); len(members) != 0 {
		t.Errorf("members left: %v", members)
	}
	x.call("DELETE", "/api/v1/users/"+id, "").want(204)
	x.call("GET", "/api/v1/users/"+id, "").refused(404, "E0000007", "")
	for _, query := range []string{
		`SELECT user_id FROM user_credential WHERE user_id = $1`, `SELECT user_id FROM password_history WHERE user_id = $1`,
		`SELECT user_id FROM session WHERE user_id = $1`, `SELECT owner FROM role_assignment WHERE owner = $1`,
		`SELECT id FROM api_token WHERE user_id = $1`, `SELECT dst FROM edge WHERE src = $1`, `SELECT name FROM uniq WHERE id = $1`, `SELECT name FROM attr WHERE id = $1`,
	} {
		left, err := x.reads(t.Context()).ids(query, id)
		if err != nil || len(left) > 0 {
			t.Errorf("%s: %v %v", query, left, err)
		}
	}
	for _, event := range []string{"user.lifecycle.deactivate", "user.lifecycle.delete.initiated", "user.lifecycle.delete.completed"} {
		if n := x.events(event); n != 1 {
			t.Errorf("%d events %s", n, event)
		}
	}
}

func TestUserProjections(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("projected@example.com", "", withSecret(passwordA))
	list := func(fields string) string {
		return string(x.call("GET", "/api/v1/users?q=projected&fields="+url.QueryEscape(fields), "").want(200).body)
	}
	for fields, want := range map[string]string{
		"status,profile:(firstName,login)": `[{"id":"` + id + `","status":"ACTIVE","profile":{"firstName":"Given","login":"projected@example.com"}}]`,
		"profile:(lastName)":               `[{"id":"` + id + `","profile":{"lastName":"Family"}}]`,
		"id, status":                       `[{"id":"` + id + `","status":"ACTIVE"}]`,
	} {
		if got := list(fields); got != want {
			t.Errorf("fields=%s\n%s\nwant\n%s", fields, got, want)
		}
	}
	x.call("GET", "/api/v1/users?fields=profile:(login", "").refused(400, "E0000001", "")

	r, err := http.NewRequestWithContext(t.Context(), "GET", x.url+"/api/v1/users/"+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header = http.Header{"Authorization": {"SSWS " + x.token}, "Content-Type": {"application/json; okta-response=omitCredentials,omitCredentialsLinks"}}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	doc := readAnswer(t, w).want(200).doc()
	if doc.Get("credentials") != nil || doc.Get("_links", "resetPassword") != nil || doc.Get("_links", "suspend") == nil {
		t.Errorf("omitting: %s", doc.Bytes())
	}
}

func TestStrictPassword(t *testing.T) {
	x := newTestOrg(t)
	path := "/api/v1/users/" + x.newPerson("strict@example.com", "", withSecret(passwordA))
	body := `{"credentials":` + withSecret(passwordA) + `}`
	x.call("POST", path+"?strict=true", body).refused(400, "E0000001", "password: Password has been used too recently")
	x.call("POST", path, body).want(200)
}

func TestMessagesGoToTheOutbox(t *testing.T) {
	x := newTestOrg(t)
	messages := func() []string {
		t.Helper()
		rows, err := x.reads(t.Context()).ids(`SELECT kind || ' to ' || recipient || ' ' || link FROM outbox ORDER BY created`)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	path := "/api/v1/users/" + x.newPerson("mail@example.com", "", "")
	for i, c := range []struct{ call, sent string }{
		{"", "activation to mail@example.com http://org.example/welcome/"},
		{"/lifecycle/reset_password?sendEmail=true", "password_reset to mail@example.com http://org.example/signin/reset-password/"},
		{"/lifecycle/deactivate?sendEmail=true", "deactivation to admin@org.example"},
	} {
		if c.call != "" {
			x.clock.forward(time.Minute)
			if body := string(x.call("POST", path+c.call, "").want(200).body); body != "{}" {
				t.Errorf("%s answers %s", c.call, body)
			}
		}
		if sent := messages(); len(sent) != i+1 || !strings.HasPrefix(sent[i], c.sent) {
			t.Errorf("after %q: %q", c.call, sent)
		}
	}
	x.clock.forward(31 * 24 * time.Hour)
	x.newPerson("later@example.com", "", "")
	if sent := messages(); len(sent) != 1 {
		t.Errorf("after a month: %q", sent)
	}
}
