package org

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

// The least that each sign-on mode is made of, as clients send it.
var appBodies = map[string]string{
	modeBookmark:      `{"name":"bookmark","label":"A","signOnMode":"BOOKMARK","settings":{"app":{"requestIntegration":false,"url":"https://a.example"}}}`,
	modeBasicAuth:     `{"name":"template_basic_auth","label":"A","signOnMode":"BASIC_AUTH","settings":{"app":{"url":"https://a.example","authURL":"https://a.example/auth"}}}`,
	modeBrowserPlugin: `{"name":"template_swa","label":"A","signOnMode":"BROWSER_PLUGIN","settings":{"app":{"url":"https://a.example","usernameField":"u","passwordField":"p","loginUrlRegex":""}}}`,
	modePasswordStore: `{"name":"template_sps","label":"A","signOnMode":"SECURE_PASSWORD_STORE","settings":{"app":{"url":"https://a.example","usernameField":"u","passwordField":"p"}}}`,
	modeAutoLogin:     `{"label":"A","signOnMode":"AUTO_LOGIN","settings":{"signOn":{"loginUrl":"https://a.example/login","redirectUrl":"https://a.example"}}}`,
	modeSAML: `{"label":"A","signOnMode":"SAML_2_0","settings":{"signOn":{"ssoAcsUrl":"https://a.example/acs","recipient":"https://a.example/acs",` +
		`"destination":"https://a.example/acs","audience":"https://a.example","audienceOverride":""}}}`,
	modeWSFed: `{"name":"template_wsfed","label":"A","signOnMode":"WS_FEDERATION","settings":{"app":{"siteURL":"https://a.example","realm":"r"}}}`,
	modeOIDC:  `{"name":"oidc_client","label":"A","signOnMode":"OPENID_CONNECT","settings":{"oauthClient":{"redirect_uris":["https://a.example/callback"]}}}`,
}

// newApp creates an application of a mode with a label and returns its document.
func (x *testOrg) newApp(mode, label string) okta.Object {
	x.t.Helper()
	return x.call("POST", "/api/v1/apps", strings.Replace(appBodies[mode], `"label":"A"`, `"label":"`+label+`"`, 1)).want(200).doc()
}

func TestApplicationOfEachMode(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		for mode, body := range appBodies {
			made := x.call("POST", "/api/v1/apps", body).want(200).doc()
			at := "/api/v1/apps/" + made.Text("id")
			read := x.call("GET", at, "").want(200).doc()
			if got := x.mayHideSecret(made, read); got != "" {
				t.Errorf("%s: read back\n%s\nwant\n%s", mode, read.Bytes(), got)
			}
			if !strings.HasPrefix(read.Text("id"), "0oa") || read.Text("status") != "ACTIVE" || read.Text("label") != "A" || read.Text("signOnMode") != mode {
				t.Errorf("%s: %s", mode, read.Bytes())
			}
			if kid := read.Text("credentials", "signing", "kid"); (kid != "") != signs(mode) {
				t.Errorf("%s: signing key %q", mode, kid)
			}
			x.call("DELETE", at, "").refused(403, "E0000056", "The application is active: deactivate it first")
			x.call("POST", at+"/lifecycle/deactivate", "").want(200)
			if doc := x.call("GET", at, "").want(200).doc(); doc.Text("status") != "INACTIVE" || doc.Get("_links", "activate") == nil || doc.Get("_links", "deactivate") != nil {
				t.Errorf("%s: deactivated %s", mode, doc.Bytes())
			}
			x.call("POST", at+"/lifecycle/activate", "").want(200)
			x.call("POST", at+"/lifecycle/deactivate", "").want(200)
			x.call("DELETE", at, "").want(204)
			x.call("GET", at, "").refused(404, "E0000007", "")
		}
		n := len(appBodies)
		for event, want := range map[string]int{"create": n, "activate": n, "deactivate": 2 * n, "delete": n} {
			if got := x.events("application.lifecycle." + event); got != want {
				t.Errorf("%d events %s, want %d", got, event, want)
			}
		}
		for _, table := range []string{"app_client", "app_secret", "app_user", "app_group", "app_key", "app_scope", "app_logo"} {
			if x.count(table) != 0 {
				t.Errorf("rows left in %s", table)
			}
		}
	})
}

// count is how many rows a table has.
func (x *testOrg) count(table string) (n int) {
	x.t.Helper()
	if err := x.DB().Reader().QueryRow(x.t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		x.t.Fatal(err)
	}
	return n
}

// mayHideSecret is "" where read is made without its client secret, else what it should be.
func (x *testOrg) mayHideSecret(made, read okta.Object) string {
	x.t.Helper()
	if client := made.Object("credentials", "oauthClient"); !client.IsZero() {
		if len(client.Text("client_secret")) != 64 {
			x.t.Errorf("secret %q", client.Text("client_secret"))
		}
		made = made.WithPath(client.Without("client_secret"), "credentials", "oauthClient")
	}
	if string(made.Bytes()) == string(read.Bytes()) {
		return ""
	}
	return string(made.Bytes())
}

// The recorded answer to the creation of a bookmark and of a form that fills in
// passwords: keys that were not sent have their defaults, "" of a catalog setting is null.
func TestApplicationDefaults(t *testing.T) {
	x := newTestOrg(t)
	doc := x.newApp(modeBrowserPlugin, "Form")
	for path, want := range map[string]string{
		"accessibility": `{"selfService":false,"errorRedirectUrl":null,"loginRedirectUrl":null}`,
		"visibility":    `{"autoLaunch":false,"autoSubmitToolbar":false,"hide":{"iOS":false,"web":false},"appLinks":{"login":true}}`,
		"credentials":   `{"scheme":"EDIT_USERNAME_AND_PASSWORD","userNameTemplate":{"template":"${source.login}","type":"BUILT_IN"},"revealPassword":false,"signing":{}}`,
		"features":      `[]`,
	} {
		if got := string(doc.Get(path)); got != want {
			t.Errorf("%s\n%s\nwant\n%s", path, got, want)
		}
	}
	settings := doc.Object("settings", "app")
	if string(settings.Get("loginUrlRegex")) != "null" || string(settings.Get("redirectUrl")) != "null" || settings.Text("usernameField") != "u" {
		t.Errorf("settings.app %s", settings.Bytes())
	}
	own := x.newApp(modeSAML, "My App")
	if own.Text("name") != "org_myapp_1" || string(own.Get("visibility", "appLinks")) != `{"org_myapp_1_link":true}` || own.Get("settings", "signOn", "audienceOverride") == nil {
		t.Errorf("an app of the org's own: %s", own.Bytes())
	}
	if second := x.newApp(modeSAML, "My App"); second.Text("name") != "org_myapp_2" {
		t.Errorf("the second is called %s", second.Text("name"))
	}
	shared := x.call("POST", "/api/v1/apps", `{"name":"template_swa","label":"Shared","signOnMode":"BROWSER_PLUGIN","credentials":{"scheme":"SHARED_USERNAME_AND_PASSWORD","userName":"everybody","password":{"value":"Hidden-Words-1"}}}`).want(200)
	if c := shared.doc().Object("credentials"); c.Text("userName") != "everybody" || string(c.Get("password")) != "{}" || strings.Contains(string(shared.body), "Hidden-Words-1") {
		t.Errorf("shared credentials %s", c.Bytes())
	}
}

// A document keeps what this org knows nothing of, and an update is a replacement.
func TestApplicationUpdate(t *testing.T) {
	x := newTestOrg(t)
	doc := x.newApp(modeBookmark, "Page")
	at := "/api/v1/apps/" + doc.Text("id")
	body := `{"label":"Page 2","signOnMode":"BOOKMARK","id":"0oaOther","status":"INACTIVE","created":"2000-01-01T00:00:00.000Z","licensing":{"seatCount":9007199254740993},` +
		`"settings":{"app":{"url":"https://b.example","x<y":[1.0,{"deep":null}]},"notes":{"admin":"Ask \u00e9ric"}}}`
	got := x.call("PUT", at, body).want(200).doc()
	if got.Text("label") != "Page 2" || got.Text("status") != "ACTIVE" || got.Text("id") != doc.Text("id") || got.Text("created") != doc.Text("created") ||
		string(got.Get("licensing")) != `{"seatCount":9007199254740993}` || string(got.Get("settings", "app", "x<y")) != `[1.0,{"deep":null}]` || got.Text("settings", "notes", "admin") != "Ask éric" {
		t.Errorf("%s", got.Bytes())
	}
	x.call("PUT", at, `{"label":"Page 3"}`).want(200)
	if got := x.call("GET", at, "").want(200).doc(); got.Get("licensing") != nil || got.Text("settings", "notes", "admin") != "" || got.Text("signOnMode") != modeBookmark {
		t.Errorf("what was left out is still there: %s", got.Bytes())
	}
	x.call("PUT", at, `{"label":"Page 3","signOnMode":"OPENID_CONNECT"}`).refused(400, "E0000001", "signOnMode: The sign-on mode of this application cannot be changed")
	if n := x.events("application.lifecycle.update"); n != 2 {
		t.Errorf("%d updates told", n)
	}
	// "recorded"
	auto := x.newApp(modeAutoLogin, "Auto")
	x.call("POST", "/api/v1/apps/"+auto.Text("id")+"/lifecycle/deactivate", "").want(200)
	x.call("PUT", "/api/v1/apps/"+auto.Text("id"), appBodies[modeAutoLogin]).refused(400, "E0000024", "This operation on app metadata is not yet supported: No active instances.")
}

func TestApplicationRefusals(t *testing.T) {
	x := newTestOrg(t)
	oidc := func(settings string) string {
		return `{"name":"oidc_client","label":"A","signOnMode":"OPENID_CONNECT","settings":{"oauthClient":` + settings + `}}`
	}
	for name, c := range map[string]struct{ body, code, cause string }{
		"no label":        {`{"signOnMode":"BOOKMARK"}`, "E0000001", "label: The field cannot be left blank"},
		"no mode":         {`{"label":"A"}`, "E0000001", "signOnMode: The value must be one of the sign-on modes"},
		"unknown mode":    {`{"label":"A","signOnMode":"MAGIC"}`, "E0000001", "signOnMode: The value must be one of the sign-on modes"},
		"settings a text": {`{"label":"A","signOnMode":"BOOKMARK","settings":"x"}`, "E0000001", "settings: The value must be an object"},
		"a list":          {`[]`, "E0000003", ""},
		"SAML without":    {`{"label":"A","signOnMode":"SAML_2_0"}`, "E0000001", "settings.signOn.ssoAcsUrl: The field cannot be left blank"},
		"no redirect URI": {oidc(`{}`), "E0000001", "redirect_uris: A sign-in redirect URI is needed for the grant types authorization_code and implicit"},
		"relative URI":    {oidc(`{"redirect_uris":["/callback"]}`), "E0000001", "redirect_uris: '/callback' is no absolute URI without a fragment"},
		"grant type":      {oidc(`{"redirect_uris":["https://a.example"],"grant_types":["magic"]}`), "E0000001", "grant_types: 'magic' is no grant type"},
		"private key":     {oidc(`{"redirect_uris":["https://a.example"],"jwks":{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB"}]}}`), "E0000001", "jwks: Each key must be a public JSON Web Key of the type RSA or EC"},
		"short secret": {
			`{"name":"oidc_client","label":"A","signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"client_secret":"short"}},"settings":{"oauthClient":{"redirect_uris":["https://a.example"]}}}`,
			"E0000001", "client_secret: The value must have 14 to 100 characters of ASCII without blanks",
		},
	} {
		t.Run(name, func(t *testing.T) { x.call("POST", "/api/v1/apps", c.body).refused(400, c.code, c.cause) })
	}
	taken := `{"name":"oidc_client","label":"A","signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"client_id":"my-client"}},"settings":{"oauthClient":{"redirect_uris":["https://a.example"]}}}`
	x.call("POST", "/api/v1/apps", taken).want(200)
	x.call("POST", "/api/v1/apps", taken).refused(400, "E0000001", "client_id: Another application has this client id")
}

func TestListApplications(t *testing.T) {
	x := newTestOrg(t)
	labels := map[string]string{}
	for _, label := range []string{"Alpha", "Alphabet", "Beta"} {
		labels[x.newApp(modeBookmark, label).Text("id")] = label
	}
	saml := x.newApp(modeSAML, "Alpine")
	labels[saml.Text("id")] = "Alpine"
	x.call("POST", "/api/v1/apps?activate=false", strings.Replace(appBodies[modeBookmark], `"A"`, `"Off"`, 1)).want(200)
	list := func(query string) []string {
		var out []string
		for _, doc := range x.call("GET", "/api/v1/apps?"+query, "").want(200).docs() {
			out = append(out, doc.Text("label"))
		}
		slices.Sort(out)
		return out
	}
	for query, want := range map[string]string{
		"":                                "Alpha,Alphabet,Alpine,Beta,Off",
		"q=alp":                           "Alpha,Alphabet,Alpine",
		"q=org":                           "Alpine",
		"filter=status+eq+%22INACTIVE%22": "Off",
		"filter=status+eq+%22ACTIVE%22&q=alpha&limit=1":                                              "Alpha",
		"filter=name+eq+%22bookmark%22":                                                              "Alpha,Alphabet,Beta,Off",
		"filter=credentials.signing.kid+eq+%22" + saml.Text("credentials", "signing", "kid") + `%22`: "Alpine",
	} {
		got := strings.Join(list(query), ",")
		if strings.Contains(query, "limit=1") {
			if got != "Alpha" && got != "Alphabet" {
				t.Errorf("%s: %s", query, got)
			}
			continue
		}
		if got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	x.call("GET", "/api/v1/apps?filter=label+eq+%22x%22", "").refused(400, "E0000053", "")
	x.call("GET", "/api/v1/apps?filter=user.id+eq+%22x%22+or+status+eq+%22ACTIVE%22", "").refused(400, "E0000053", "user.id and group.id may be named once, beside other terms with and")
	docs, pages := x.pages("/api/v1/apps?limit=2")
	if len(docs) != 5 || pages != 3 {
		t.Errorf("%d applications on %d pages", len(docs), pages)
	}
}
