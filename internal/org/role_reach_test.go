package org

import "testing"

// target narrows the role that a person holds to a group.
func (x *testOrg) target(user, role, group string) {
	x.t.Helper()
	x.write(func(tx *Tx) error {
		tx.changed = true
		return tx.addTarget(assignment{owner: user, id: x.roleID(user, role)}, group)
	})
}

// Who may do what to whom (okta-semantics C6): inside and outside of the target group, in the whole org, on another admin.
func TestRolesReach(t *testing.T) {
	x := newTestOrg(t)
	support := x.newGroup("Support")
	actors := map[string]*testOrg{
		"org admin":        x.as("org@example.com", "ORG_ADMIN"),
		"user admin":       x.as("user@example.com", "USER_ADMIN"),
		"support admin":    x.as("support@example.com", "USER_ADMIN"),
		"help desk":        x.as("desk@example.com", "HELP_DESK_ADMIN"),
		"support desk":     x.as("support-desk@example.com", "HELP_DESK_ADMIN"),
		"read only":        x.as("reader@example.com", "READ_ONLY_ADMIN"),
		"without any role": x.as("nobody@example.com", ""),
	}
	x.target(actors["support admin"].admin, "USER_ADMIN", support)
	x.target(actors["support desk"].admin, "HELP_DESK_ADMIN", support)
	inside, outside, admin := "inside", "outside", "an admin"
	allowed := map[string]map[string][]string{
		"/lifecycle/suspend": {
			"org admin": {inside, outside, admin}, "user admin": {inside, outside, admin}, "support admin": {inside},
		},
		"/lifecycle/reset_password?sendEmail=false": {
			"org admin": {inside, outside, admin}, "user admin": {inside, outside}, "support admin": {inside},
			"help desk": {inside, outside}, "support desk": {inside},
		},
		"/lifecycle/deactivate": {
			"org admin": {inside, outside, admin}, "user admin": {inside, outside}, "support admin": {inside},
		},
		"/roles": {},
	}
	for path, byActor := range allowed {
		for name, actor := range actors {
			for _, where := range []string{inside, outside, admin} {
				t.Run(name+" "+path+" "+where, func(t *testing.T) {
					x := *x
					x.t = t
					id := x.inState("ACTIVE", "")
					if where == inside {
						x.call("PUT", "/api/v1/groups/"+support+"/users/"+id, "").want(204)
					}
					if where == admin {
						x.call("POST", "/api/v1/users/"+id+"/roles", `{"type":"READ_ONLY_ADMIN"}`).want(201)
					}
					want := 403
					for _, w := range byActor[name] {
						if w == where {
							want = 200
						}
					}
					body := ""
					if path == "/roles" {
						body = `{"type":"READ_ONLY_ADMIN"}`
					}
					actor := *actor
					actor.t = t
					actor.call("POST", "/api/v1/users/"+id+path, body).want(want)
				})
			}
		}
	}
}

func TestNewUsersStayInReach(t *testing.T) {
	x := newTestOrg(t)
	support, other := x.newGroup("Support"), x.newGroup("Other")
	y := x.as("support@example.com", "USER_ADMIN")
	x.target(y.admin, "USER_ADMIN", support)
	body := func(login, groups string) string {
		b := personBody(login, "")
		return b[:len(b)-1] + `,"groupIds":[` + groups + `]}`
	}
	y.call("POST", "/api/v1/users", personBody("a@example.com", "")).refused(403, "E0000006", "")
	y.call("POST", "/api/v1/users", body("a@example.com", `"`+other+`"`)).refused(403, "E0000006", "")
	y.call("POST", "/api/v1/users", body("a@example.com", `"`+support+`","`+other+`"`)).refused(403, "E0000006", "")
	id := y.call("POST", "/api/v1/users", body("a@example.com", `"`+support+`"`)).want(200).doc().Text("id")
	y.call("POST", "/api/v1/users/"+id, `{"profile":{"city":"Oslo"}}`).want(200)
	y.call("PUT", "/api/v1/groups/"+other+"/users/"+id, "").refused(403, "E0000006", "")
}
