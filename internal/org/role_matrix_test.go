package org

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

// matrixActor is an admin of the matrix, with the role's column.
type matrixActor struct {
	*testOrg
	name, role string
	column     int
	narrowed   bool
}

// matrix is an org with two of everything: one within the targets of the narrowed
// admins, one outside. Its requests change nothing: their bodies are of a type that is
// refused after the roles are judged.
type matrix struct {
	*testOrg
	// user, group and app are what a path may name, inside and outside of the targets.
	user, group, app [2]string
	actors           []matrixActor
}

const (
	inside = iota
	outside
)

func newMatrix(t *testing.T) *matrix {
	x := newTestOrg(t)
	m := &matrix{testOrg: x}
	for place, name := range []string{"inside", "outside"} {
		m.user[place], m.group[place] = x.person(name+"@example.com"), x.newGroup(name)
		x.call("PUT", "/api/v1/groups/"+m.group[place]+"/users/"+m.user[place], "").want(204)
	}
	m.app[inside], m.app[outside] = x.newApp(modeOIDC, "Inside").Text("id"), x.newApp(modeBookmark, "Outside").Text("id")
	for place, app := range m.app {
		x.call("POST", "/api/v1/apps/"+app+"/users", `{"id":"`+m.user[place]+`"}`).want(200)
		x.call("PUT", "/api/v1/apps/"+app+"/groups/"+m.group[place], "").want(200)
	}
	for column, role := range matrixRoles {
		m.actors = append(m.actors, matrixActor{x.as(role+"@example.com", role), role, role, column, false})
		narrows := okta.FindRole(role).Narrows
		if narrows == okta.NoTargets {
			continue
		}
		y := x.as("narrowed-"+role+"@example.com", role)
		if narrows == okta.GroupTargets {
			x.target(y.admin, role, m.group[inside])
		} else {
			app := x.call("GET", "/api/v1/apps/"+m.app[inside], "").want(200).doc()
			x.call("PUT", "/api/v1/users/"+y.admin+"/roles/"+x.roleID(y.admin, role)+"/targets/catalog/apps/"+app.Text("name")+"/"+app.Text("id"), "").want(204)
		}
		m.actors = append(m.actors, matrixActor{y, "narrowed " + role, role, column, true})
	}
	m.actors = append(m.actors, matrixActor{x.as("nobody@example.com", ""), "nobody", "", -1, false})
	return m
}

// built are the operations that the org answers, those beyond the published ones too.
func (x *testOrg) built() (all []*okta.Operation) {
	var walk func(n *node)
	walk = func(n *node) {
		for _, r := range n.rows {
			if okta.Find(r.op.ID) == nil || answers[r.op.ID] != nil {
				all = append(all, r.op)
			}
		}
		for _, next := range n.literal {
			walk(next)
		}
		if n.parameter != nil {
			walk(n.parameter)
		}
	}
	walk(&x.routes.root)
	return all
}

// path fills an operation's path with what lies at a place; parameters that are no
// object of the matrix get an id of nothing.
func (m *matrix) path(op *okta.Operation, place int) string {
	path := op.Path
	for _, name := range op.Parameters() {
		value := "none0000000000000000"
		switch name {
		case "userId", "associatedUserId", "primaryUserId":
			value = m.user[place]
		case "groupId":
			value = m.group[place]
		case "appId", "appInstanceId":
			value = m.app[place]
		case "schemaId", "typeId":
			value = "default"
		}
		path = strings.Replace(path, "{"+name+"}", value, 1)
	}
	if op.Query != "" {
		path += "?" + op.Query
	}
	return path
}

// The outcomes of a request as the roles have it.
const (
	passed = "passed"
	denied = "denied"
	// hidden: what the path names is not found, as if it were not there.
	hidden = "hidden"
)

// outcome sends a request that does nothing, and tells what became of it.
func (m *matrix) outcome(y *testOrg, op *okta.Operation, path, authorization string) (string, answer) {
	m.t.Helper()
	body := ""
	if !op.Safe() {
		body = "no JSON"
	}
	r, err := http.NewRequestWithContext(m.t.Context(), op.Method, m.url+path, strings.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	if authorization == "" {
		authorization = "SSWS " + y.token
	}
	r.Header.Set("Authorization", authorization)
	r.Header.Set("Content-Type", "text/plain")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	a := readAnswer(m.t, res)
	named := slices.ContainsFunc([]string{m.user[outside], m.group[outside], m.app[outside], m.user[inside], m.group[inside], m.app[inside]},
		func(id string) bool {
			return strings.Contains(string(a.body), "Resource not found: "+id) && !strings.Contains(string(a.body), id+" (OAuth2AppInstance)") // an app that is no client
		})
	switch {
	case a.status == http.StatusForbidden:
		return denied, a
	case a.status == http.StatusNotFound && named:
		return hidden, a
	case a.status >= 500, a.status == http.StatusUnauthorized:
		m.t.Errorf("%s %s: %d %s", op.Method, path, a.status, a.body)
	}
	return passed, a
}

// expected is what a mark of the matrix means for an operation on what lies at a place.
func expected(mark string, narrowed bool, op *okta.Operation, place int) string {
	limited := narrowed && (mark == "g" || mark == "a") || mark == "o" // the app outside is of another kind
	names := op.Parameters()
	reaches := place == inside || !limited
	for _, name := range names {
		switch {
		case mark == "g" && slices.Contains([]string{"userId", "groupId", "associatedUserId"}, name), mark != "g" && (name == "appId" || name == "appInstanceId"):
			if !reaches && op.Safe() {
				return hidden
			}
			if !reaches {
				return denied
			}
		}
	}
	switch {
	case mark == "-", mark == "w" && narrowed:
		return denied
	}
	return passed
}

// security 33, 36: every operation that is built, as every standard role, with and
// without targets, on what lies inside and outside of them.
func TestEveryOperationAsEveryRole(t *testing.T) {
	m := newMatrix(t)
	rows := map[string]matrixRow{}
	for _, row := range matrixRows {
		for _, id := range strings.Fields(row.operations) {
			rows[id] = row
		}
	}
	for _, op := range m.built() {
		row, typed := rows[op.ID]
		if !typed {
			t.Errorf("%s is built, but no row says who may do it", op.ID)
			continue
		}
		marks := strings.Fields(row.roles)
		for _, y := range m.actors {
			mark := "-"
			if y.column >= 0 {
				mark = marks[y.column]
			}
			for place, where := range []string{"inside", "outside"} {
				want := expected(mark, y.narrowed, op, place)
				if op.ID == "addUserToGroup" || op.ID == "removeUserFromGroup" {
					want = strings.Replace(want, hidden, denied, 1)
				}
				got, a := m.outcome(y.testOrg, op, m.path(op, place), "")
				if got != want {
					t.Errorf("%s (%s), %s, %s: %s, want %s: %d %s", op.ID, row.capability, y.name, where, got, want, a.status, a.body)
				}
				if a.header.Get("WWW-Authenticate") != "" {
					t.Errorf("%s, %s: a missing role looks like a missing scope", op.ID, y.name)
				}
			}
		}
	}
}

// A user admin moves people between own groups, a membership admin anybody into and out of them.
func TestMembersAcrossTheTargets(t *testing.T) {
	m := newMatrix(t)
	for _, y := range m.actors {
		if !y.narrowed || y.role == okta.AppAdmin || y.role == okta.HelpDeskAdmin {
			continue
		}
		for _, c := range []struct{ group, user int }{{inside, inside}, {inside, outside}, {outside, inside}, {outside, outside}} {
			want := denied
			if c.group == inside && (c.user == inside || y.role == okta.GroupMembershipAdmin) {
				want = passed
			}
			op := okta.Find("addUserToGroup")
			if got, a := m.outcome(y.testOrg, op, "/api/v1/groups/"+m.group[c.group]+"/users/"+m.user[c.user], ""); got != want {
				t.Errorf("%s, group %d, user %d: %s, want %s: %s", y.name, c.group, c.user, got, want, a.body)
			}
		}
	}
	y := m.actors[slices.IndexFunc(m.actors, func(a matrixActor) bool { return a.narrowed && a.role == okta.UserAdmin })]
	op := okta.Find("setLinkedObjectForUser")
	for primary, want := range []string{passed, denied} {
		path := "/api/v1/users/" + m.user[inside] + "/linkedObjects/manager/" + m.user[primary]
		if got, a := m.outcome(y.testOrg, op, path, ""); got != want {
			t.Errorf("a link to user %d: %s, want %s: %s", primary, got, want, a.body)
		}
	}
}

// security 36: with the role but without the scope, with the scope but without the role,
// and with both. manage includes read (okta-semantics C7).
func TestEveryOperationWithAndWithoutItsScope(t *testing.T) {
	m := newMatrix(t)
	scopes := map[string]bool{}
	for _, op := range m.built() {
		scopes[op.Scope] = true
		scopes[strings.Replace(op.Scope, ".read", ".manage", 1)] = true
	}
	token := func(role string, scopes ...string) string {
		id := "client-of-" + role
		client := OAuthClient{ID: id, Name: id, GrantTypes: []string{GrantClientCredentials}, Roles: []string{role}, Secret: "s"}
		if err := m.PutClient(context.Background(), client); err != nil {
			t.Fatal(err)
		}
		text, err := m.NewAccessToken(&Request{ctx: context.Background(), Now: second(m.now())}, m.orgServer(), client, Grant{Scopes: scopes, Lives: orgLives})
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + text
	}
	tokens := map[string]string{}
	with := func(role string, scopes ...string) string {
		slices.Sort(scopes)
		key := role + " " + strings.Join(scopes, " ")
		if tokens[key] == "" {
			tokens[key] = token(role, scopes...)
		}
		return tokens[key]
	}
	for _, op := range m.built() {
		if op.Scope == "" || strings.Contains(op.ID, "UserSubscription") { // no scope needed; not of others
			continue
		}
		manage := strings.Replace(op.Scope, ".read", ".manage", 1)
		var others []string
		for s := range scopes {
			if s != "" && s != op.Scope && s != manage {
				others = append(others, s)
			}
		}
		for _, c := range []struct {
			name, authorization, want string
			scope                     bool
		}{
			{"with its scope", with(okta.SuperAdmin, op.Scope), passed, false},
			{"with manage", with(okta.SuperAdmin, manage), passed, false},
			{"with every other scope", with(okta.SuperAdmin, others...), denied, true},
			{"with its scope, without the role", with(okta.ReportAdmin, op.Scope), denied, false},
			{"with neither", with(okta.ReportAdmin, others...), denied, true},
		} {
			if op.ID == "getLogs" && c.want == denied && !c.scope {
				continue // a report admin reads the log
			}
			got, a := m.outcome(nil, op, m.path(op, inside), c.authorization)
			if got != c.want {
				t.Errorf("%s %s: %s, want %s: %d %s", op.ID, c.name, got, c.want, a.status, a.body)
			}
			said := a.header.Get("WWW-Authenticate")
			if c.scope != strings.Contains(said, `error="insufficient_scope"`) || c.scope && !strings.Contains(said, `scope="`+op.Scope+`"`) {
				t.Errorf("%s %s: WWW-Authenticate is %q", op.ID, c.name, said)
			}
			if c.want == denied && !strings.Contains(string(a.body), "E0000006") {
				t.Errorf("%s %s: %s", op.ID, c.name, a.body)
			}
		}
	}
}

// What everybody may do about themselves, and about nobody else [assumed].
func TestEverybodyAboutThemselves(t *testing.T) {
	m := newMatrix(t)
	nobody := m.actors[len(m.actors)-1].testOrg
	own := strings.Fields(`getUser listUserGroups listAssignedRolesForUser listGroupTargetsForRole listApplicationTargetsForApplicationAdministratorRoleForUser
		listUserSubscriptions getUserSubscriptionByNotificationType subscribeUserSubscriptionByNotificationType unsubscribeUserSubscriptionByNotificationType`)
	for _, op := range m.built() {
		if !slices.Contains(op.Parameters(), "userId") {
			continue
		}
		want := denied
		if slices.Contains(own, op.ID) {
			want = passed
		}
		for _, name := range []string{"me", nobody.admin} {
			path := strings.Replace(m.path(op, inside), m.user[inside], name, 1)
			if got, a := m.outcome(nobody, op, path, ""); got != want {
				t.Errorf("%s on %s: %s, want %s: %s", op.ID, name, got, want, a.body)
			}
		}
	}
}
