package org

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Who may change factors (okta-semantics C6, "password and MFA resets"; enrolment as these [assumed]).
func TestRolesReachFactors(t *testing.T) {
	x := newTestOrg(t)
	support := x.newGroup("Support")
	desk, reader, nobody := x.as("desk@example.com", "HELP_DESK_ADMIN"), x.as("reader@example.com", "READ_ONLY_ADMIN"), x.as("nobody@example.com", "")
	x.target(desk.admin, "HELP_DESK_ADMIN", support)
	inside, outside := x.person("inside@org.example"), x.person("outside@org.example")
	x.call("PUT", "/api/v1/groups/"+support+"/users/"+inside, "").want(204)
	x.call("PUT", "/api/v1/groups/"+support+"/users/"+x.admin, "").want(204)
	const body = `{"factorType":"email","provider":"OKTA"}`
	ids := map[string]string{}
	for _, user := range []string{inside, outside, x.admin} {
		ids[user] = x.enrol(user, `{"factorType":"question","provider":"OKTA","profile":{"question":"disliked_food","answer":"mayonnaise"}}`).Text("id")
	}
	cases := []struct {
		name               string
		who                *testOrg
		user               string
		read, enrol, erase int
	}{
		{"help desk of the group, inside", desk, inside, 200, 200, 204},
		{"help desk of the group, outside", desk, outside, 404, 403, 403},
		{"help desk of the group, a super admin", desk, x.admin, 200, 403, 403},
		{"read only", reader, outside, 200, 403, 403},
		{"no role", nobody, outside, 403, 403, 403},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			base := factorsOfPerson(c.user)
			if got := c.who.call("GET", base, ""); got.status != c.read {
				t.Errorf("read: %d, want %d", got.status, c.read)
			}
			if got := c.who.call("POST", base, body); got.status != c.enrol {
				t.Errorf("enrol: %d, want %d: %s", got.status, c.enrol, got.body)
			}
			if got := c.who.call("DELETE", base+"/"+ids[c.user], ""); got.status != c.erase {
				t.Errorf("delete: %d, want %d", got.status, c.erase)
			}
		})
	}
}

func TestFactorsOfWhoIsGone(t *testing.T) {
	x := newTestOrg(t)
	user := x.person("ada@org.example")
	f := x.enrol(user, `{"factorType":"push","provider":"OKTA"}`)
	other := x.person("bob@org.example")
	x.call("GET", factorsOfPerson(other)+"/"+f.Text("id"), "").refused(404, "E0000007", "")
	x.call("DELETE", "/api/v1/users/"+user, "").want(204) // deactivated
	x.call("POST", factorsOfPerson(user), `{"factorType":"email","provider":"OKTA"}`).refused(403, "E0000038", "")
	x.call("DELETE", "/api/v1/users/"+user, "").want(204)
	for _, table := range []string{"factor", "factor_transaction", "factor_limit"} {
		var n int
		if err := x.reads(context.Background()).q.QueryRow(context.Background(), `SELECT count(*) FROM `+table+` WHERE user_id = $1`, user).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s: %d rows left, %v", table, n, err)
		}
	}
}

// Of many enrolments at once one holds.
func TestOneFactorOfAKindRace(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		user := x.person("ada@org.example")
		var wg sync.WaitGroup
		var enrolled atomic.Int32
		for range 16 {
			wg.Go(func() {
				if x.call("POST", factorsOfPerson(user)+"?activate=true", `{"factorType":"sms","provider":"OKTA","profile":{"phoneNumber":"+15554151337"}}`).status == 200 {
					enrolled.Add(1)
				}
			})
		}
		wg.Wait()
		if held := x.call("GET", factorsOfPerson(user), "").want(200).docs(); len(held) != 1 || enrolled.Load() != 1 {
			t.Errorf("%d factors, %d enrolments answered", len(held), enrolled.Load())
		}
	})
}

// Secrets are not in the store as they are (security 39).
func TestSecretsOfFactorsAreSealed(t *testing.T) {
	x := newTestOrg(t)
	user := x.person("ada@org.example")
	f := x.enrol(user, `{"factorType":"token:software:totp","provider":"OKTA"}`)
	x.enrol(user, `{"factorType":"question","provider":"OKTA","profile":{"question":"disliked_food","answer":"mayonnaise"}}`)
	x.enrol(user, `{"factorType":"email","provider":"OKTA"}`)
	rows, err := x.reads(context.Background()).factorsOf(user)
	if err != nil {
		t.Fatal(err)
	}
	plain := []string{f.Text("_embedded", "activation", "sharedSecret"), "mayonnaise", x.sentCode("ada@org.example")}
	for _, row := range rows {
		for _, secret := range plain {
			if strings.Contains(row.secret+row.code+string(row.Profile.Bytes()), secret) {
				t.Errorf("%s holds a secret in plain", row.Type)
			}
		}
	}
}

func TestPhonesAndLifetimesAreChecked(t *testing.T) {
	x := newTestOrg(t)
	user := x.person("ada@org.example")
	sms := func(number string) string {
		return `{"factorType":"sms","provider":"OKTA","profile":{"phoneNumber":"` + number + `"}}`
	}
	for _, number := range []string{"", "12", "+1<script>", "+1234567890123456", "call me"} {
		x.call("POST", factorsOfPerson(user), sms(number)).refused(400, "E0000098", "")
	}
	x.call("POST", factorsOfPerson(user)+"?tokenLifetimeSeconds=0", sms("+15554151337")).refused(400, "E0000001", "")
	x.call("POST", factorsOfPerson(user), `{"factorType":"token","provider":"RSA"}`).refused(400, "E0000001", "")
	x.call("POST", factorsOfPerson(user)+"?activate=true", sms("+15554151337")).want(200)
	x.call("POST", factorsOfPerson(user), sms("+15554151338")).refused(400, "E0000001", "There is an existing verified phone number.")
	if f := x.call("POST", factorsOfPerson(user)+"?updatePhone=true", sms("+15554151338")).want(200).doc(); f.Text("profile", "phoneNumber") != "+15554151338" {
		t.Errorf("%s", f.Bytes())
	}
	if n := x.events("user.mfa.factor.update"); n != 1 {
		t.Errorf("%d updates in the log", n)
	}
	for _, k := range x.call("GET", factorsOfPerson(user)+"/catalog", "").want(200).docs() {
		want := "NOT_SETUP"
		if k.Text("factorType") == "sms" {
			want = "PENDING_ACTIVATION"
		}
		if k.Text("status") != want {
			t.Errorf("catalogue: %s", k.Bytes())
		}
	}
}
