package org

import "testing"

// subscription is somebody's status for a notification type, read alone and in the list.
func (x *testOrg) subscription(owner, notification string) string {
	x.t.Helper()
	one := x.call("GET", owner+"/subscriptions/"+notification, "").want(200).doc()
	for _, d := range x.call("GET", owner+"/subscriptions", "").want(200).docs() {
		if d.Text("notificationType") == notification && d.Text("status") == one.Text("status") {
			return one.Text("status")
		}
	}
	x.t.Errorf("the list of %s does not tell %s", owner, one.Bytes())
	return ""
}

func TestSubscriptions(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		reader := x.as("reader@example.com", "READ_ONLY_ADMIN")
		role, me := "/api/v1/roles/READ_ONLY_ADMIN", "/api/v1/users/me"
		if got, want := string(reader.call("GET", me+"/subscriptions/APP_IMPORT", "").want(200).body), `{"notificationType":"APP_IMPORT","channels":["email"],"status":"subscribed",`+
			`"_links":{"self":{"href":"http://org.example/api/v1/users/`+reader.admin+`/subscriptions/APP_IMPORT"}}}`; got != want {
			t.Errorf("subscription\n%s\nwant\n%s", got, want)
		}
		if n := len(reader.call("GET", me+"/subscriptions", "").want(200).docs()); n != 12 {
			t.Errorf("%d subscriptions", n)
		}
		// One's own choice goes before the role's, until the role is changed.
		reader.call("POST", me+"/subscriptions/APP_IMPORT/unsubscribe", "").want(200)
		if mine, roles := reader.subscription(me, "APP_IMPORT"), x.subscription(role, "APP_IMPORT"); mine != unsubscribed || roles != subscribed {
			t.Errorf("after one's own choice: %s, the role %s", mine, roles)
		}
		reader.call("POST", me+"/subscriptions/APP_IMPORT/subscribe", "").want(200)
		x.call("POST", role+"/subscriptions/APP_IMPORT/unsubscribe", "").want(200)
		if mine, roles := reader.subscription(me, "APP_IMPORT"), x.subscription(role, "APP_IMPORT"); mine != unsubscribed || roles != unsubscribed {
			t.Errorf("after the role's change: %s, the role %s", mine, roles)
		}
		if got := x.subscription(me, "APP_IMPORT"); got != subscribed {
			t.Errorf("another role's admin %s", got)
		}
		x.call("POST", role+"/subscriptions/APP_IMPORT/subscribe", "").want(200)
		if got := reader.subscription(me, "APP_IMPORT"); got != subscribed {
			t.Errorf("subscribed by the role: %s", got)
		}
		if n := x.events("user.account.subscriptions.update"); n != 2 {
			t.Errorf("%d changes told", n)
		}
		// Nobody sees or changes somebody else's, and roles are for those who edit the org's settings.
		other := "/api/v1/users/" + reader.admin + "/subscriptions"
		x.call("GET", other, "").refused(403, "E0000006", "")
		x.call("GET", other+"/APP_IMPORT", "").refused(403, "E0000006", "")
		x.call("POST", other+"/APP_IMPORT/subscribe", "").refused(403, "E0000006", "")
		reader.call("POST", role+"/subscriptions/APP_IMPORT/subscribe", "").refused(403, "E0000006", "")
		x.call("GET", me+"/subscriptions/NEWS", "").refused(404, "E0000007", "")
		x.call("GET", "/api/v1/roles/EMPEROR/subscriptions", "").refused(404, "E0000007", "")
		if got := x.as("nobody@example.com", "").subscription(me, "APP_IMPORT"); got != unsubscribed {
			t.Errorf("somebody without a role %s", got)
		}
	})
}
