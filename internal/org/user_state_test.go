package org

import (
	"strings"
	"testing"
)

// inState puts a new person with a password and a recovery question into a state.
func (x *testOrg) inState(state, hash string) string {
	x.t.Helper()
	id := x.person(strings.ToLower(x.NewSecret(8)) + "@example.com")
	x.write(func(tx *Tx) error {
		doc, err := tx.get(users, id)
		if err != nil {
			return err
		}
		if err := tx.storePassword(id, hash); err != nil {
			return err
		}
		c, err := tx.credential(id)
		if err != nil {
			return err
		}
		c.answer = hash
		if err := tx.putCredential(id, c); err != nil {
			return err
		}
		return tx.putUser(doc.With("status", state))
	})
	return id
}

// Every cell of the state machine, asked over HTTP. Expected: the new status, or the
// refusal's code, written from the published table, not from userMoves.
func TestUserStateMachine(t *testing.T) {
	x := newTestOrg(t)
	hash := x.passwords.hash("oldpassword7")
	change := `{"oldPassword":{"value":"oldpassword7"},"newPassword":{"value":"` + passwordA + `"}}`
	answered := `{"password":{"value":"` + passwordA + `"},"recovery_question":{"answer":"oldpassword7"}}`
	ask := `{"password":{"value":"oldpassword7"},"recovery_question":{"question":"Colour?","answer":"green"}}`
	set := `{"credentials":{"password":{"value":"` + passwordA + `"}}}`
	states := []string{"STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED", "DEPROVISIONED"}
	for _, c := range []struct {
		method, path, body string
		want               [8]string
	}{
		{"POST", "/lifecycle/activate", "", [8]string{"ACTIVE", "E0000016", "E0000016", "E0000038", "E0000016", "E0000038", "E0000038", "ACTIVE"}},
		{"POST", "/lifecycle/reactivate", "", [8]string{"E0000038", "PROVISIONED", "E0000038", "RECOVERY", "E0000038", "E0000038", "E0000038", "E0000038"}},
		{"POST", "/lifecycle/deactivate", "", [8]string{"DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED", "E0000038"}},
		{"POST", "/lifecycle/suspend", "", [8]string{"E0000001", "E0000001", "SUSPENDED", "E0000001", "E0000001", "E0000001", "E0000001", "E0000001"}},
		{"POST", "/lifecycle/unsuspend", "", [8]string{"E0000001", "E0000001", "E0000001", "E0000001", "E0000001", "E0000001", "ACTIVE", "E0000001"}},
		{"POST", "/lifecycle/unlock", "", [8]string{"E0000032", "E0000032", "E0000032", "E0000032", "E0000032", "ACTIVE", "E0000032", "E0000032"}},
		{"POST", "/lifecycle/reset_password?sendEmail=false", "", [8]string{"E0000017", "RECOVERY", "RECOVERY", "RECOVERY", "RECOVERY", "RECOVERY", "E0000017", "E0000017"}},
		{"POST", "/lifecycle/expire_password", "", [8]string{"E0000038", "E0000038", "PASSWORD_EXPIRED", "E0000038", "PASSWORD_EXPIRED", "E0000038", "E0000038", "E0000038"}},
		{"POST", "/lifecycle/expire_password?tempPassword=true", "", [8]string{"E0000038", "E0000038", "PASSWORD_EXPIRED", "E0000038", "PASSWORD_EXPIRED", "E0000038", "E0000038", "E0000038"}},
		{"POST", "/lifecycle/reset_factors", "", [8]string{"STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED", "E0000038"}},
		{"POST", "/credentials/forgot_password?sendEmail=false", "", [8]string{"E0000034", "E0000034", "ACTIVE", "E0000034", "E0000034", "E0000034", "E0000034", "E0000034"}},
		{"POST", "/credentials/forgot_password", answered, [8]string{"E0000034", "E0000034", "ACTIVE", "E0000034", "E0000034", "E0000034", "E0000034", "E0000034"}},
		{"POST", "/credentials/change_password", change, [8]string{"STAGED", "E0000035", "ACTIVE", "ACTIVE", "ACTIVE", "E0000035", "E0000035", "E0000035"}},
		{"POST", "/credentials/change_recovery_question", ask, [8]string{"STAGED", "E0000036", "ACTIVE", "RECOVERY", "E0000036", "E0000036", "E0000036", "E0000036"}},
		{"POST", "", `{"profile":{"city":"Oslo"}}`, [8]string{"STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED", "E0000038"}},
		{"POST", "", set, [8]string{"STAGED", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "LOCKED_OUT", "SUSPENDED", "E0000038"}},
		{"DELETE", "", "", [8]string{"DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED", "DEPROVISIONED", "gone"}},
	} {
		for i, state := range states {
			name := c.method + c.path + " " + state
			if c.body == set {
				name += " password"
			}
			t.Run(name, func(t *testing.T) {
				x := *x
				x.t = t
				x.checkMove(x.inState(state, hash), state, c.method, c.path, c.body, c.want[i])
			})
		}
	}
}

// checkMove makes one call and compares what became of the person.
func (x *testOrg) checkMove(id, state, method, path, body, want string) {
	x.t.Helper()
	a := x.call(method, "/api/v1/users/"+id+path, body)
	if strings.HasPrefix(want, "E0000") {
		status := 403
		if want == "E0000001" {
			status = 400
		}
		a.refused(status, want, "")
		want = state
	} else if method == "DELETE" {
		a.want(204)
	} else {
		a.want(200)
	}
	after := x.call("GET", "/api/v1/users/"+id, "")
	if want == "gone" {
		after.refused(404, "E0000007", "")
		return
	}
	if got := after.want(200).doc().Text("status"); got != want {
		x.t.Errorf("status %s, want %s", got, want)
	}
}

// What each state links to. STAGED, PROVISIONED as recorded; the others follow the published table.
func TestUserLinksByState(t *testing.T) {
	x := newTestOrg(t)
	for state, want := range map[string]string{
		"STAGED":           "schema activate self resetFactors type",
		"PROVISIONED":      "suspend schema resetPassword reactivate self resetFactors type deactivate",
		"ACTIVE":           "suspend schema resetPassword expirePassword forgotPassword changeRecoveryQuestion self resetFactors type changePassword deactivate",
		"RECOVERY":         "schema resetPassword reactivate changeRecoveryQuestion self resetFactors type changePassword deactivate",
		"PASSWORD_EXPIRED": "schema resetPassword expirePassword self resetFactors type changePassword deactivate",
		"LOCKED_OUT":       "schema resetPassword unlock self resetFactors type deactivate",
		"SUSPENDED":        "unsuspend schema self resetFactors type deactivate",
		"DEPROVISIONED":    "schema activate self type delete",
	} {
		links := x.call("GET", "/api/v1/users/"+x.inState(state, ""), "").want(200).doc().Object("_links")
		if got := strings.Join(links.Keys(), " "); got != want {
			t.Errorf("%s links to\n%s\nwant\n%s", state, got, want)
		}
	}
}

func TestActivationWithoutPassword(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("staged@example.com", "?activate=false", "")
	doc := x.call("GET", "/api/v1/users/"+id, "").want(200).doc()
	if doc.Text("status") != "STAGED" || string(doc.Get("activated")) != "null" || string(doc.Get("statusChanged")) != "null" {
		t.Errorf("staged: %s", doc.Bytes())
	}
	x.call("POST", "/api/v1/users/"+id+"/lifecycle/activate", "").want(200)
	a := x.call("POST", "/api/v1/users/"+id+"/lifecycle/reactivate?sendEmail=false", "").want(200).doc()
	token := a.Text("activationToken")
	if token == "" || a.Text("activationUrl") != "http://org.example/welcome/"+token {
		t.Errorf("activation answer %s", a.Bytes())
	}
	doc = x.call("GET", "/api/v1/users/"+id, "").want(200).doc()
	if doc.Text("status") != "PROVISIONED" || doc.Text("activated") == "" {
		t.Errorf("activated: %s", doc.Bytes())
	}
}
