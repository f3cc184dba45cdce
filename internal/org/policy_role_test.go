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
