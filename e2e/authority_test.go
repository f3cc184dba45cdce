package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// What each seeded admin may read and do (help pages of the standard roles).
var seededAdmins = map[string]struct{ areas, actions []string }{
	"super-admin":                 {[]string{"/people", "/groups", "/group-rules"}, everyAction},
	"org-admin":                   {[]string{"/people", "/groups", "/group-rules"}, everyAction},
	"user-admin":                  {[]string{"/people", "/groups", "/group-rules"}, everyAction},
	"user-admin-support":          {[]string{"/people", "/groups"}, everyAction},
	"help-desk-admin":             {[]string{"/people", "/groups", "/group-rules"}, []string{"reset-password", "clear-sessions"}},
	"help-desk-support":           {[]string{"/people", "/groups"}, []string{"reset-password", "clear-sessions"}},
	"read-only-admin":             {[]string{"/people", "/groups", "/group-rules"}, nil},
	"mobile-admin":                {[]string{"/people", "/groups", "/group-rules"}, nil},
	"app-admin":                   {[]string{"/people", "/groups", "/group-rules"}, nil},
	"api-access-management-admin": {[]string{"/people", "/groups", "/group-rules"}, nil},
	"group-membership-admin":      {[]string{"/people", "/groups", "/group-rules"}, nil},
	"report-admin":                {nil, nil},
}

// everyAction are some of the actions on a person, by their place in the address.
var everyAction = []string{"suspend", "deactivate", "reset-password", "clear-sessions"}

// operations are those of everyAction.
var operations = map[string]string{"suspend": "suspendUser", "deactivate": "deactivateUser", "reset-password": "resetPassword", "clear-sessions": "clearUserSessions"}

// The navigation, the pages, the buttons and "can" in JSON agree, for each seeded admin,
// whether the org tells them their roles or not.
func TestPagesAgreeForEveryRole(t *testing.T) {
	s := startApart(t)
	for _, mode := range []string{"roles told", "roles not told"} {
		s.relay.secret.Store(mode == "roles not told")
		for name, want := range seededAdmins {
			t.Run(mode+"/"+name, func(t *testing.T) {
				c := newClient(t)
				home := c.signInToRead(s.site, name, "/")
				read := func(path string) answer {
					return c.send(http.MethodGet, s.Console+path, "", "Accept", "application/json")
				}
				var open []string
				for _, area := range []string{"/people", "/groups", "/group-rules"} {
					shown := strings.Contains(home.body, `<a class="nav-link" href="`+area+`"`)
					status := read(area).status
					if status == http.StatusOK {
						open = append(open, area)
					}
					// Rules are not asked about: without the roles they are shown until the org refuses them.
					if shown != (status == http.StatusOK) && (mode == "roles told" || area != "/group-rules") {
						t.Errorf("%s is in the navigation: %t, and answers %d", area, shown, status)
					}
				}
				if !slices.Equal(open, want.areas) {
					t.Errorf("open are %v, want %v", open, want.areas)
				}
				again := c.get(s.Console + "/changes")
				for _, area := range []string{"/people", "/groups", "/group-rules"} {
					if shown := strings.Contains(again.body, `<a class="nav-link" href="`+area+`"`); shown != slices.Contains(open, area) {
						t.Errorf("after a visit %s is in the navigation: %t", area, shown)
					}
				}
				if !slices.Contains(open, "/people") {
					return
				}
				one := s.somebody(t, read("/people?q=status+eq+%22ACTIVE%22").body)
				var doc struct{ Can []string }
				if err := json.Unmarshal([]byte(read("/people/"+one).body), &doc); err != nil {
					t.Fatal(err)
				}
				page := c.get(s.Console + "/people/" + one)
				for key, op := range operations {
					button := strings.Contains(page.body, `action="/people/`+one+`/`+key+`"`)
					if button != slices.Contains(doc.Can, op) {
						t.Errorf("%s: button %t, can %v", key, button, doc.Can)
					}
					if mode == "roles told" && button != slices.Contains(want.actions, key) {
						t.Errorf("%s is offered: %t", key, button)
					}
				}
			})
		}
	}
}

// somebody is the id of a person of a list who is none of the seeded sign-ins.
func (s *site) somebody(t *testing.T, list string) string {
	t.Helper()
	var people struct {
		Items []struct {
			ID      string
			Profile struct{ Login string }
		}
	}
	if err := json.Unmarshal([]byte(list), &people); err != nil {
		t.Fatalf("%v in %.300s", err, list)
	}
	for _, p := range people.Items {
		if !slices.ContainsFunc(s.SignIns, func(in signIn) bool { return in.Login == p.Profile.Login }) {
			return p.ID
		}
	}
	t.Fatalf("nobody in %.300s", list)
	return ""
}

// Somebody without an admin role reads who they are and their status, and can sign out: nothing else.
func TestNoAdminRole(t *testing.T) {
	s := startApart(t)
	for _, secret := range []bool{false, true} {
		s.relay.secret.Store(secret)
		c := newClient(t)
		in := s.as(t, "end-user")
		page := c.submit(c.get(s.Console+"/people"), "username", in.Login, "password", in.Password)
		for _, text := range []string{"No admin role", in.Login, "Active", "Sign out"} {
			if !strings.Contains(page.body, text) {
				t.Errorf("roles secret %t: the page lacks %q: %d %s", secret, text, page.status, page)
			}
		}
		if strings.Contains(page.body, "nav-link") {
			t.Errorf("roles secret %t: it has a navigation", secret)
		}
		if a := c.send(http.MethodGet, s.Console+"/people", "", "Accept", "application/json"); a.status != http.StatusForbidden || !strings.Contains(a.body, "no_admin_role") {
			t.Errorf("roles secret %t: people answer %d", secret, a.status)
		}
	}
}
