package org

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

const seedPassword = "Seeded-pass-1"

// seeded is an org on d with a seed of 300 people.
func seeded(t *testing.T, d *db.DB, so SeedOptions) (*Org, []SeededSignIn, string) {
	t.Helper()
	o, err := New(t.Context(), Config{DB: d, BaseURL: "http://org.example"})
	if err != nil {
		t.Fatal(err)
	}
	signIns, password, err := o.Seed(t.Context(), so)
	if err != nil {
		t.Fatal(err)
	}
	return o, signIns, password
}

func company() SeedOptions {
	return SeedOptions{Company: true, People: 300, Password: seedPassword, APIToken: "seed-token"}
}

// The company is the same at every start: ids, logins, memberships, the TOTP secret.
func TestSeedIsTheSameEverywhere(t *testing.T) {
	dbtest.Each(t, DatabaseOptions(""), func(t *testing.T, d *db.DB) {
		o, first, _ := seeded(t, d, company())
		other, second, _ := seeded(t, dbtest.Open(t, db.SQLite, DatabaseOptions("")), company())
		one, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		two, err := json.Marshal(second)
		if err != nil {
			t.Fatal(err)
		}
		if string(one) != string(two) {
			t.Errorf("sign-ins differ:\n%s\n%s", one, two)
		}
		for _, query := range []string{
			`SELECT id FROM document WHERE kind = 'user' ORDER BY id`,
			`SELECT src || dst FROM edge WHERE kind = 'member' ORDER BY src, dst`,
			`SELECT value FROM uniq WHERE name = 'user.login' ORDER BY value`,
		} {
			a, err := o.reads(t.Context()).ids(query)
			if err != nil {
				t.Fatal(err)
			}
			b, err := other.reads(t.Context()).ids(query)
			if err != nil {
				t.Fatal(err)
			}
			if len(a) < 300 || !slices.Equal(a, b) {
				t.Errorf("%s: %d and %d rows, or not the same", query, len(a), len(b))
			}
		}
	})
}

// contracts.md section 4: who can sign in, and that nobody else can.
func TestSeedSignIns(t *testing.T) {
	o, signIns, _ := seeded(t, dbtest.Open(t, db.SQLite, DatabaseOptions("")), company())
	if len(signIns) != 16 {
		t.Errorf("%d sign-ins", len(signIns))
	}
	s := o.reads(t.Context())
	hashes, err := s.ids(`SELECT user_id FROM user_credential WHERE hash <> '' ORDER BY user_id`)
	if err != nil {
		t.Fatal(err)
	}
	if len(hashes) != 16 {
		t.Errorf("%d people have a password hash", len(hashes))
	}
	in, err := o.VerifyPassword(t.Context(), "super-admin-totp@company.example", seedPassword, Client{})
	if err != nil || in.UserID == "" {
		t.Errorf("sign-in: %+v, %v", in, err)
	}
	for _, x := range signIns {
		roles, err := rolesOf(s, x.UserID)
		if err != nil {
			t.Fatal(err)
		}
		if want := x.Role; want != "END_USER" && !slices.Equal(roles, []string{want}) || want == "END_USER" && len(roles) != 0 {
			t.Errorf("%s holds %v, want %s", x.Login, roles, want)
		}
	}
}

// A filled store stays as it is, and tells the password that it was filled with.
func TestSeedFillsAnEmptyStoreOnly(t *testing.T) {
	d := dbtest.Open(t, db.SQLite, DatabaseOptions(""))
	_, first, _ := seeded(t, d, company())
	again := company()
	again.Password = "Another-pass-1"
	_, second, password := seeded(t, d, again)
	if password != seedPassword {
		t.Errorf("the password told is %q", password)
	}
	if len(first) != len(second) || first[0].UserID != second[0].UserID {
		t.Error("the second start tells other sign-ins")
	}
}

// The API token that a start reports works, also on a store that an earlier start filled; the one before it ends.
func TestSeedKeepsTheTokenOfThisStart(t *testing.T) {
	d := dbtest.Open(t, db.SQLite, DatabaseOptions(""))
	for _, token := range []string{"first", "second", "second"} {
		so := SeedOptions{Password: seedPassword, APIToken: token}
		o, _, _ := seeded(t, d, so)
		for name, want := range map[string]int{"first": 200, "second": 200} {
			if name != token {
				want = 401
			}
			r := httptest.NewRequest("GET", "/api/v1/users/me", nil)
			r.Header.Set("Authorization", "SSWS "+name)
			w := httptest.NewRecorder()
			o.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("started with %s: %s answers %d, want %d", token, name, w.Code, want)
			}
		}
	}
}

func TestSeedNone(t *testing.T) {
	o, signIns, _ := seeded(t, dbtest.Open(t, db.SQLite, DatabaseOptions("")), SeedOptions{Password: seedPassword, APIToken: "t"})
	if len(signIns) != 1 || signIns[0].Role != "SUPER_ADMIN" {
		t.Errorf("sign-ins: %+v", signIns)
	}
	for kind, want := range map[string]int{"user": 1, "group": 1, "userType": 1} {
		ids, err := o.reads(t.Context()).ids(`SELECT id FROM document WHERE kind = $1`, kind)
		if err != nil {
			t.Fatal(err)
		}
		if len(ids) != want {
			t.Errorf("%d documents of kind %s, want %d", len(ids), kind, want)
		}
	}
	if _, found, err := o.AuthServer(t.Context(), "default"); err != nil || !found {
		t.Errorf("the custom server default: %v, %v", found, err)
	}
}

// Every state of a person can be seen, and what the log says of somebody fits their document.
func TestSeedIsLivedIn(t *testing.T) {
	o, _, _ := seeded(t, dbtest.Open(t, db.SQLite, DatabaseOptions("")), company())
	server := httptest.NewServer(o)
	t.Cleanup(server.Close)
	x := &testOrg{Org: o, t: t, url: server.URL, token: "seed-token"}
	for _, status := range []string{staged, provisioned, active, recovery, passwordExpired, lockedOut, suspended, deprovisioned} {
		if docs := x.call("GET", "/api/v1/users?limit=5&search="+url.QueryEscape(`status eq "`+status+`"`), "").want(200).docs(); len(docs) == 0 {
			t.Errorf("nobody is %s", status)
		}
	}
	events, _ := x.logs(url.Values{"limit": {"1"}, "sortOrder": {"DESCENDING"}, "filter": {`eventType eq "user.session.start" and outcome.result eq "SUCCESS"`}})
	if len(events) != 1 {
		t.Fatal("the log tells of no sign-in")
	}
	doc := x.call("GET", "/api/v1/users/"+events[0].Actor.ID, "").want(200).doc()
	if doc.Text("lastLogin")[:16] != events[0].Published[:16] {
		t.Errorf("the last sign-in is %s in the document, %s in the log", doc.Text("lastLogin"), events[0].Published)
	}
}

// The company has three authorization servers. Of the two that it made the policies let in whom
// they name, and the claims can be evaluated for them.
func TestSeedAuthorizationServers(t *testing.T) {
	o, _, _ := seeded(t, dbtest.Open(t, db.SQLite, DatabaseOptions("")), company())
	s := o.reads(t.Context())
	if names, err := o.authServerNames(s); err != nil || len(names) != 3 {
		t.Fatalf("servers: %v, %v", names, err)
	}
	for _, c := range []struct {
		server, group string
		allowed       bool
		app, scope    string
	}{
		{"Orders", "Sales", true, "Wiki", "openid profile orders:write"},
		{"Orders", "Engineering", true, "Wiki", "openid profile orders:read"},
		{"Orders", "Engineering", false, "Wiki", "openid orders:write"},
		{"Partners", "Contractors", true, "Expenses", "openid deliveries:read"},
		{"Partners", "Engineering", false, "Expenses", "openid deliveries:read"},
		{"Orders", "", true, "Reporting robot", "orders:read"},
		{"Orders", "", false, "Reporting robot", "orders:write"},
	} {
		a, found, err := o.authServer(s, o.ids.fixedID(authServers.prefix, c.server))
		if err != nil || !found {
			t.Fatalf("%s: %v, %v", c.server, found, err)
		}
		app := o.ids.fixedID(apps.prefix, c.app)
		client := OAuthClient{ID: app, AppID: app, GrantTypes: []string{GrantCode, GrantClientCredentials}}
		g := Grant{GrantType: GrantClientCredentials, Scopes: strings.Fields(c.scope)}
		if c.group != "" {
			g.GrantType = GrantCode
			if g.UserID, err = s.memberWho(o.ids.fixedID(groups.prefix, c.group), app); err != nil {
				t.Fatal(err)
			}
		}
		err = o.update(o.seedRequest(t.Context()), func(tx *Tx) error { return tx.settleGrant(client, a, &g) })
		var refused *Refusal
		if allowed := err == nil; allowed != c.allowed || !allowed && !asRefusal(err, &refused) {
			t.Errorf("%s, %s, %s: %v", c.server, c.group, c.scope, err)
		}
	}
}

// memberWho is an active member of a group who has an app.
func (s store) memberWho(group, app string) (string, error) {
	members, err := s.sources(member, group, 200)
	if err != nil {
		return "", err
	}
	for _, id := range members {
		if _, err := s.activePerson(id); err != nil {
			continue
		}
		if has, err := s.assigned(app, id); err != nil || has {
			return id, err
		}
	}
	return "", errors.New("nobody in " + group + " has " + app)
}
