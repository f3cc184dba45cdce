package org

import (
	"strings"
	"testing"
)

func TestProvisioningOfAnApplication(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		at := "/api/v1/apps/" + x.newApp(modeSAML, "CRM").Text("id")
		connection := at + "/connections/default"
		if got := x.call("GET", connection, "").want(200).doc(); got.Text("status") != "DISABLED" || got.Text("authScheme") != "UNKNOWN" {
			t.Errorf("%s", got.Bytes())
		}
		x.call("POST", connection+"/lifecycle/activate", "").refused(400, "E0000001", "profile: The connection has no credentials yet: set them first")
		x.call("POST", connection, `{"profile":{"authScheme":"TOKEN"}}`).refused(400, "E0000001", "profile.token: The field cannot be left blank")
		x.call("POST", connection, `{"profile":{"authScheme":"MAGIC"}}`).refused(400, "E0000001", "profile.authScheme: The value must be TOKEN or OAUTH2")
		set := x.call("POST", connection+"?activate=true", `{"profile":{"authScheme":"TOKEN","token":"Hidden-Words-1"}}`).want(201)
		if strings.Contains(string(set.body), "Hidden-Words-1") || set.doc().Text("status") != "ENABLED" {
			t.Errorf("%s", set.body)
		}
		// The recorded form of what is set and what is answered.
		want := `{"name":"USER_PROVISIONING","status":"ENABLED","description":"User provisioning settings from Okta to a downstream application",` +
			`"capabilities":{"create":{"lifecycleCreate":{"status":"ENABLED"}},"update":{"profile":{"status":"DISABLED"},"lifecycleDeactivate":{"status":"DISABLED"},` +
			`"password":{"status":"ENABLED","seed":"RANDOM","change":"KEEP_EXISTING"}}},"_links":{"self":{"href":"http://org.example` + at + `/features/USER_PROVISIONING","hints":{"allow":["GET","PUT"]}}}}`
		feature := at + "/features/USER_PROVISIONING"
		if got := string(x.call("PUT", feature, `{"create":{"lifecycleCreate":{"status":"ENABLED"}},"update":{"password":{"status":"ENABLED"}}}`).want(200).body); got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
		if got := x.call("GET", feature, "").want(200); string(got.body) != want {
			t.Errorf("read %s", got.body)
		}
		if got := x.call("GET", at+"/features", "").want(200).docs(); len(got) != 1 {
			t.Errorf("%v", got)
		}
		x.call("GET", at+"/features/MAGIC", "").refused(404, "E0000007", "")
		x.call("POST", connection+"/lifecycle/deactivate", "").want(204)
		if got := x.call("GET", feature, "").want(200).doc().Text("status"); got != "DISABLED" {
			t.Errorf("without the connection the feature is %s", got)
		}
	})
}
