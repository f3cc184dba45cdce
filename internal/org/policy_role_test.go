package org

import (
	"testing"

	"gatehouse/internal/okta"
)

// security 33: an app admin writes the sign-on policies of apps, and no other policy (okta-semantics C6).
func TestAppAdminsWritePoliciesOfApps(t *testing.T) {
	x := newTestOrg(t)
	y := x.as("apps@example.com", okta.AppAdmin)
	body := func(kind string) string { return `{"type":"` + kind + `","name":"By an app admin"}` }
	app := y.call("POST", "/api/v1/policies", body("ACCESS_POLICY")).want(200).doc().Text("id")
	y.call("POST", "/api/v1/policies/"+app+"/lifecycle/deactivate", "").want(204)
	signOn := x.call("POST", "/api/v1/policies", body("OKTA_SIGN_ON")).want(200).doc().Text("id")
	y.call("POST", "/api/v1/policies", body("OKTA_SIGN_ON")).refused(403, "E0000006", "")
	y.call("PUT", "/api/v1/policies/"+signOn, body("OKTA_SIGN_ON")).refused(403, "E0000006", "")
	y.call("POST", "/api/v1/policies/"+signOn+"/lifecycle/deactivate", "").refused(403, "E0000006", "")
	y.call("POST", "/api/v1/policies/"+signOn+"/rules", `{"type":"SIGN_ON","name":"Rule"}`).refused(403, "E0000006", "")
	y.call("DELETE", "/api/v1/policies/"+signOn, "").refused(403, "E0000006", "")
	y.call("DELETE", "/api/v1/policies/"+app, "").want(204)
}

// security 36: who is narrowed to an app writes the sign-on policy of that app only, not one
// that other apps have, too.
func TestNarrowedAppAdminsWritePoliciesOfTheirApps(t *testing.T) {
	x := newTestOrg(t)
	own, other := x.newApp(modeBookmark, "Own"), x.newApp(modeBookmark, "Other")
	y := x.as("crm@example.com", okta.AppAdmin)
	x.call("PUT", "/api/v1/users/"+y.admin+"/roles/"+x.roleID(y.admin, okta.AppAdmin)+"/targets/catalog/apps/"+own.Text("name")+"/"+own.Text("id"), "").want(204)
	const policies = "/api/v1/policies/"
	id := y.call("POST", "/api/v1/policies", `{"type":"ACCESS_POLICY","name":"Of the app"}`).want(200).doc().Text("id")
	y.call("PUT", "/api/v1/apps/"+own.Text("id")+"/policies/"+id, "").want(204)
	const rename, rule = `{"type":"ACCESS_POLICY","name":"Renamed"}`, `{"type":"ACCESS_POLICY","name":"Anybody","actions":{"appSignOn":{"access":"ALLOW"}}}`
	y.call("PUT", policies+id, rename).want(200)
	ruleID := y.call("POST", policies+id+"/rules", rule).want(200).doc().Text("id")

	x.call("PUT", "/api/v1/apps/"+other.Text("id")+"/policies/"+id, "").want(204)
	standard := x.Org.ids.fixedID("rst", "ACCESS_POLICY")
	for _, c := range []struct{ method, path, body string }{
		{"PUT", id, rename},
		{"POST", id + "/rules", rule},
		{"PUT", id + "/rules/" + ruleID, rule},
		{"DELETE", id + "/rules/" + ruleID, ""},
		{"POST", id + "/rules/" + ruleID + "/lifecycle/deactivate", ""},
		{"POST", id + "/lifecycle/deactivate", ""},
		{"DELETE", id, ""},
		{"PUT", standard, rename},
		{"POST", standard + "/rules", rule},
	} {
		y.call(c.method, policies+c.path, c.body).refused(403, "E0000006", "")
	}
	x.call("PUT", "/api/v1/apps/"+other.Text("id")+"/policies/"+standard, "").want(204)
	y.call("DELETE", policies+id, "").want(204)
}
