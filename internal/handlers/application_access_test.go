package handlers

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const (
	portalID = "0oa1portal00000001a"
	portal   = `{"id":"` + portalID + `","name":"oidc_client","label":"Portal","status":"ACTIVE","signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"client_id":"` + portalID + `"}},
		"_links":{"accessPolicy":{"href":"http://org.example/api/v1/policies/rst1now"},"logo":[{"name":"medium","href":"http://org.example/fs/bco/4/fs1","type":"image/png"}]}}`
)

func newPortalOrg() *assignOrg {
	app := "/apps/" + portalID
	return &assignOrg{sent: map[string]string{}, query: map[string]url.Values{}, at: map[string]string{
		app:                 portal,
		"/policies/rst1now": `{"id":"rst1now","name":"Two factors","type":"ACCESS_POLICY","status":"ACTIVE"}`, "/policies/rst1now/rules": `[{"name":"Office","status":"ACTIVE","actions":{"appSignOn":{"access":"DENY"}}},{"name":"Catch-all","status":"ACTIVE"}]`,
		"/policies":                  `[{"id":"rst1now","name":"Two factors"},{"id":"rst2other","name":"Password only"}]`,
		app + "/grants":              `[{"id":"oag1","scopeId":"okta.users.read","issuer":"http://org.example","created":"2026-01-01T00:00:00.000Z","createdBy":{"id":"` + anaID + `","type":"User"}}]`,
		app + "/tokens":              `[{"id":"oar1","userId":"` + benID + `","scopes":["openid","offline_access"],"issuer":"http://org.example","created":"2026-01-01T00:00:00.000Z","_links":{"user":{"title":"Ben <b>Bo"}}}]`,
		app + "/connections/default": `{"authScheme":"TOKEN","status":"DISABLED","profile":{"authScheme":"TOKEN"}}`,
		app + "/features":            `[` + portalFeature + `]`, app + "/features/USER_PROVISIONING": portalFeature,
		"/users": "[" + ana + "]",
	}}
}

const portalFeature = `{"name":"USER_PROVISIONING","status":"ENABLED","description":"Users there","capabilities":{"create":{"lifecycleCreate":{"status":"DISABLED"}},"update":{"profile":{"status":"DISABLED"},"password":{"status":"DISABLED","seed":"RANDOM","change":"KEEP_EXISTING"}}}}`

var readPortal = []string{"okta.policies.read", "okta.appGrants.read"}

func TestPolicyOfAnApp(t *testing.T) {
	o := newPortalOrg()
	f := o.fixture(t, "okta.policies.read", "okta.apps.manage")
	at := "/apps/" + portalID + "/policy"
	w := f.ask(t, request("GET", at))
	has(t, w, `<a href="/policies/rst1now"><bdi>Two factors</bdi></a>`, "Office", "<td>Deny</td>", "Catch-all", `<option value="rst2other">Password only</option>`, "/policies/lab?type=ACCESS_POLICY&amp;app="+portalID)
	w = f.ask(t, formRequest(at, url.Values{"form_token": {"the-form-token"}, "policy": {"rst2other"}}))
	if o.calls[len(o.calls)-2] != "PUT /apps/"+portalID+"/policies/rst2other" || w.Code != http.StatusSeeOther {
		t.Errorf("%d after %v", w.Code, o.calls)
	}
	n := len(o.calls)
	f.ask(t, formRequest(at, url.Values{"form_token": {"the-form-token"}, "policy": {"rst1now"}}))
	if len(o.calls) != n+1 {
		t.Errorf("the policy that the app has is set again: %v", o.calls[n:])
	}
	read := newPortalOrg().fixture(t)
	has(t, read.ask(t, request("GET", at)), "The policy is not shown", "does not cover the policy of this app")
}

func TestScopesOfAnApp(t *testing.T) {
	o := newPortalOrg()
	f := o.fixture(t, "okta.appGrants.read", "okta.appGrants.manage")
	at := "/apps/" + portalID + "/scopes"
	w := f.ask(t, request("GET", at))
	has(t, w, "okta.users.read</code>", "Read users", `<a href="/people/`+anaID+`"><bdi>Ana`, `<option value="okta.groups.manage">`, "Only super admins grant")
	if contains(w, `<option value="okta.users.read">`) {
		t.Error("a scope that is granted can be granted again")
	}
	f.ask(t, formRequest(at, url.Values{"form_token": {"the-form-token"}, "scope": {"okta.groups.manage"}}))
	if got := o.sent["POST /apps/"+portalID+"/grants"]; !strings.HasPrefix(got, `{"scopeId":"okta.groups.manage","issuer":"http://`) {
		t.Errorf("sent %s", got)
	}
	f.ask(t, formRequest(at+"/oag1/revoke", url.Values{"form_token": {"the-form-token"}}))
	if o.calls[len(o.calls)-1] != "DELETE /apps/"+portalID+"/grants/oag1" {
		t.Errorf("asked %v", o.calls)
	}
	read := newPortalOrg().fixture(t, readPortal...)
	if w := read.ask(t, request("GET", at)); contains(w, "grant-scope") || contains(w, "/revoke") {
		t.Error("who may only read is offered changes")
	}
}

func TestTokensOfAnApp(t *testing.T) {
	o := newPortalOrg()
	f := o.fixture(t, "okta.apps.manage")
	at := "/apps/" + portalID + "/tokens"
	w := f.ask(t, request("GET", at))
	has(t, w, `<a href="/people/`+benID+`"><bdi>Ben &lt;b&gt;Bo</bdi></a>`, "openid offline_access", at+"/oar1/revoke", "Revoke all")
	f.ask(t, formRequest(at+"/oar1/revoke", url.Values{"form_token": {"the-form-token"}}))
	f.ask(t, formRequest(at+"/revoke", url.Values{"form_token": {"the-form-token"}}))
	if got := strings.Join(o.calls, " "); !strings.Contains(got, "DELETE /apps/"+portalID+"/tokens/oar1") || !strings.HasSuffix(got, "DELETE /apps/"+portalID+"/tokens") {
		t.Errorf("asked %s", got)
	}
}

func TestProvisioningOfAnApp(t *testing.T) {
	o := newPortalOrg()
	f := o.fixture(t, "okta.apps.manage")
	at := "/apps/" + portalID + "/provisioning"
	w := f.ask(t, request("GET", at))
	has(t, w, "User provisioning", "Create users", "API token", "Turn on", `name="profile.token"`)
	if contains(w, "Deactivate users") {
		t.Error("a capability that the feature lacks is shown")
	}
	path := "capabilities.create.lifecycleCreate.status"
	form := url.Values{"form_token": {"the-form-token"}, "base": {`{"` + path + `":"DISABLED","capabilities.update.profile.status":"DISABLED"}`}, path: {"ENABLED"}, "capabilities.update.profile.status": {"DISABLED"}}
	f.ask(t, formRequest(at+"/features/USER_PROVISIONING", form))
	if got := o.sent["PUT /apps/"+portalID+"/features/USER_PROVISIONING"]; got != `{"create":{"lifecycleCreate":{"status":"ENABLED"}}}` {
		t.Errorf("sent %s", got)
	}
	f.ask(t, formRequest(at, url.Values{"form_token": {"the-form-token"}, "profile.authScheme": {"TOKEN"}, "profile.token": {"of-the-other-side"}}))
	if got := o.sent["POST /apps/"+portalID+"/connections/default"]; got != `{"profile":{"authScheme":"TOKEN","token":"of-the-other-side"}}` {
		t.Errorf("sent %s", got)
	}
	if strings.Contains(f.log.String(), "of-the-other-side") {
		t.Error("the token is in the log")
	}
	f.ask(t, formRequest(at+"/activate", url.Values{"form_token": {"the-form-token"}}))
	if got := strings.Join(o.calls, " "); !strings.Contains(got, "POST /apps/"+portalID+"/connections/default/lifecycle/activate") {
		t.Errorf("asked %s", got)
	}
	o.refuse = `{"errorCode":"E0000001","errorSummary":"Api validation failed","errorCauses":[{"errorSummary":"profile.token: The field cannot be left blank"}]}`
	w = f.ask(t, formRequest(at, url.Values{"form_token": {"the-form-token"}, "base": {"{}"}, "profile.authScheme": {"TOKEN"}, "profile.token": {""}}))
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", w.Code)
	}
	has(t, w, "The field cannot be left blank")
}

// logoForm is the upload as a browser sends it.
func logoForm(t *testing.T, token, file string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("form_token", token); err != nil {
		t.Fatal(err)
	}
	if file != "" {
		part, err := form.CreateFormFile("file", `a"b.png`)
		if err == nil {
			_, err = io.WriteString(part, file)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/apps/"+portalID+"/logo", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Cookie", "signed=in")
	return r
}

func TestLogoOfAnApp(t *testing.T) {
	o := newPortalOrg()
	f := o.fixture(t, "okta.apps.manage")
	has(t, f.ask(t, request("GET", "/apps/"+portalID+"/logo")), `enctype="multipart/form-data"`, `href="http://org.example/fs/bco/4/fs1"`, "/static/logo.")
	if w := f.ask(t, logoForm(t, "another-token", "picture")); w.Code != http.StatusForbidden || len(o.sent) > 0 { // security 23
		t.Errorf("without the form's token: %d", w.Code)
	}
	w := f.ask(t, logoForm(t, "the-form-token", "picture"))
	if got := o.sent["POST /apps/"+portalID+"/logo"]; w.Code != http.StatusSeeOther || !strings.Contains(got, `name="file"`) || !strings.Contains(got, "picture") {
		t.Errorf("%d, sent %q", w.Code, got)
	}
	w = f.ask(t, logoForm(t, "the-form-token", ""))
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a file: %d", w.Code)
	}
	has(t, w, "Choose a picture first.")
	o.refuse = `{"errorCode":"E0000001","errorSummary":"Api validation failed: file","errorCauses":[{"errorSummary":"file: The file must be in PNG, JPG, GIF or SVG format"}]}`
	has(t, f.ask(t, logoForm(t, "the-form-token", "x")), "The file must be in PNG, JPG, GIF or SVG format.")
}

// What was not read is said: it would be taken for nothing.
func TestImpactSaysThatFurtherServersWereNotRead(t *testing.T) {
	o := newPortalOrg()
	app, more := "/apps/"+portalID, false
	o.at[app+"/users"], o.at[app+"/groups"], o.at["/authorizationServers"] = "[]", "[]", "[]"
	f := newFixture(t, func(w http.ResponseWriter, r *http.Request) {
		if more && strings.HasSuffix(r.URL.Path, "/authorizationServers") {
			w.Header().Set("Link", `<http://`+r.Host+r.URL.Path+`?after=20&limit=20>; rel="next"`)
		}
		o.ServeHTTP(w, r)
	})
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.apps.read", "okta.apps.manage", "okta.policies.read", "okta.authorizationServers.read")
	const words = "Policies of further authorization servers may name it: those of 20 were read."
	w := f.ask(t, request("GET", app+"/deactivate"))
	has(t, w, "What happens", "Nobody is assigned to it.")
	if contains(w, words) {
		t.Error("there are no further servers")
	}
	more = true
	has(t, f.ask(t, request("GET", app+"/deactivate")), words)
}

// What was typed stays as it was typed, however wrong it is.
func TestBrokenJSONStaysInItsField(t *testing.T) {
	o := newPortalOrg()
	f := o.fixture(t, "okta.apps.manage")
	const typed = "{\"keys\": [\n oops"
	w := f.ask(t, formRequest("/apps/"+portalID+"/credentials", url.Values{
		"form_token": {"the-form-token"}, "base": {`{"settings.oauthClient.jwks":null}`}, "settings.oauthClient.jwks": {typed},
	}, "HX-Request: true", "HX-Request-Type: partial"))
	has(t, w, "{&#34;keys&#34;: [\n oops</textarea>", "This is no JSON object")
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", w.Code)
	}
}
