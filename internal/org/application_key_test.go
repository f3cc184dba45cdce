package org

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"slices"
	"strings"
	"testing"
)

// The keys of an application: the first is there from the beginning, others are made and
// shared, one of them signs.
func TestKeysOfAnApplication(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		app := x.newApp(modeSAML, "CRM")
		at := "/api/v1/apps/" + app.Text("id") + "/credentials/keys"
		keys := x.call("GET", at, "").want(200).docs()
		if len(keys) != 1 || keys[0].Text("kid") != app.Text("credentials", "signing", "kid") || keys[0].Text("expiresAt") != "2036-03-02T09:00:00.000Z" {
			t.Fatalf("keys %v", keys)
		}
		var chain []string
		if err := keys[0].Decode(&struct {
			X5C *[]string `json:"x5c"`
		}{&chain}); err != nil {
			t.Fatal(err)
		}
		der, err := base64.StdEncoding.DecodeString(chain[0])
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		if err := cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature); err != nil {
			t.Errorf("the certificate does not hold: %v", err)
		}
		if n := base64.RawURLEncoding.EncodeToString(cert.PublicKey.(*rsa.PublicKey).N.Bytes()); n != keys[0].Text("n") {
			t.Error("the certificate is of another key")
		}
		again := x.call("GET", at, "").want(200)
		if string(again.docs()[0].Bytes()) != string(keys[0].Bytes()) {
			t.Error("read again, it is another key")
		}
		x.call("POST", at+"/generate?validityYears=1", "").refused(400, "E0000001", "validityYears: The value must be from 2 to 10")
		made := x.call("POST", at+"/generate?validityYears=2", "").want(201).doc()
		if made.Text("expiresAt") != "2028-03-02T09:00:00.000Z" || made.Text("kid") == keys[0].Text("kid") {
			t.Errorf("made %s", made.Bytes())
		}
		body := strings.Replace(appBodies[modeSAML], `"label":"A"`, `"label":"CRM","credentials":{"signing":{"kid":"`+made.Text("kid")+`"}}`, 1)
		if got := x.call("PUT", "/api/v1/apps/"+app.Text("id"), body).want(200).doc(); got.Text("credentials", "signing", "kid") != made.Text("kid") {
			t.Errorf("it signs with %s", got.Get("credentials"))
		}
		other := x.newApp(modeSAML, "Other").Text("id")
		x.call("POST", at+"/"+made.Text("kid")+"/clone?targetAid="+other, "").want(201)
		x.call("POST", at+"/"+made.Text("kid")+"/clone?targetAid="+other, "").refused(400, "E0000001", "targetAid: The application has this key already")
		shared := x.call("GET", "/api/v1/apps/"+other+"/credentials/keys/"+made.Text("kid"), "").want(200).doc()
		if shared.Text("n") != made.Text("n") {
			t.Error("the clone is another key")
		}
		x.call("GET", at+"/no-such-key", "").refused(404, "E0000007", "")
	})
}

func TestSAMLMetadata(t *testing.T) {
	x := newTestOrg(t)
	app := x.newApp(modeSAML, "CRM")
	at := "/api/v1/apps/" + app.Text("id")
	key := x.call("GET", at+"/credentials/keys", "").want(200).docs()[0]
	a := x.call("GET", at+"/sso/saml/metadata", "").want(200)
	if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/xml") {
		t.Errorf("Content-Type %s", kind)
	}
	var doc struct {
		EntityID string `xml:"entityID,attr"`
		IDP      struct {
			Cert   string `xml:"KeyDescriptor>KeyInfo>X509Data>X509Certificate"`
			SignOn []struct {
				Location string `xml:"Location,attr"`
			} `xml:"SingleSignOnService"`
		} `xml:"IDPSSODescriptor"`
	}
	if err := xml.Unmarshal(a.body, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(key.Get("x5c")), doc.IDP.Cert) || doc.IDP.Cert == "" || len(doc.IDP.SignOn) != 2 || !strings.HasPrefix(doc.IDP.SignOn[0].Location, "http://org.example/app/org_crm_1/exk") ||
		!strings.HasPrefix(doc.EntityID, "http://www.okta.com/exk") {
		t.Errorf("%s", a.body)
	}
	x.call("GET", "/api/v1/apps/"+x.newApp(modeBookmark, "B").Text("id")+"/sso/saml/metadata", "").refused(400, "E0000001", "signOnMode: The application does not sign on by SAML")
}

func TestSecretsOfAClient(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		made := x.newApp(modeOIDC, "Client")
		at := "/api/v1/apps/" + made.Text("id") + "/credentials/secrets"
		first := x.call("GET", at, "").want(200).docs()
		if len(first) != 1 || first[0].Text("client_secret") != made.Text("credentials", "oauthClient", "client_secret") || len(first[0].Text("secret_hash")) != 22 {
			t.Fatalf("%v", first)
		}
		one := at + "/" + first[0].Text("id")
		x.call("POST", one+"/lifecycle/deactivate", "").refused(400, "E0000001", "secretId: This is the last active secret of the client: create another one first")
		x.clock.forward(1e9)
		second := x.call("POST", at, `{"client_secret":"another-secret-1"}`).want(201).doc()
		x.call("POST", at, "{}").refused(400, "E0000001", "client_secret: The client has 2 secrets already: delete one first")
		holds := func() []string {
			c, found, err := x.OAuthClient(t.Context(), made.Text("credentials", "oauthClient", "client_id"))
			if err != nil || !found {
				t.Fatal(err, found)
			}
			return append([]string{c.Secret}, c.OlderSecrets...)
		}
		if got := holds(); !slices.Equal(got, []string{"another-secret-1", first[0].Text("client_secret")}) { // security 53
			t.Errorf("both work: %v", got)
		}
		x.call("DELETE", one, "").refused(400, "E0000001", "secretId: The secret is active: deactivate it first")
		if got := x.call("POST", one+"/lifecycle/deactivate", "").want(200).doc(); got.Text("status") != "INACTIVE" || got.Get("_links", "activate") == nil {
			t.Errorf("%s", got.Bytes())
		}
		if got := holds(); !slices.Equal(got, []string{"another-secret-1"}) {
			t.Errorf("one works: %v", got)
		}
		x.call("POST", one+"/lifecycle/activate", "").want(200)
		x.call("POST", one+"/lifecycle/deactivate", "").want(200)
		x.call("DELETE", one, "").want(204)
		x.call("GET", one, "").refused(404, "E0000007", "")
		x.call("GET", at+"/"+second.Text("id"), "").want(200)
		if n := x.events("app.oauth2.client.read_client_secret"); n != 2 { // the list, and the one that is there
			t.Errorf("%d reads of secrets told", n)
		}
		for _, role := range []string{"READ_ONLY_ADMIN", "MOBILE_ADMIN"} {
			x.as(role+"@example.com", role).call("GET", at, "").refused(403, "E0000006", "")
		}
	})
}

func TestScopesOfAClient(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		made := x.newApp(modeOIDC, "Client")
		at, client := "/api/v1/apps/"+made.Text("id")+"/grants", made.Text("credentials", "oauthClient", "client_id")
		scopes := func() []string {
			c, _, err := x.OAuthClient(t.Context(), client)
			if err != nil {
				t.Fatal(err)
			}
			return c.Scopes
		}
		if got := scopes(); len(got) != 0 {
			t.Errorf("a new client holds %v", got)
		}
		g := x.call("POST", at, `{"issuer":"http://org.example","scopeId":"okta.users.read"}`).want(201).doc()
		if g.Text("scopeId") != "okta.users.read" || g.Text("createdBy", "id") != x.admin || g.Text("clientId") != client || g.Text("source") != "ADMIN" {
			t.Errorf("%s", g.Bytes())
		}
		if got := scopes(); !slices.Equal(got, []string{"okta.users.read"}) {
			t.Errorf("granted, it holds %v", got)
		}
		x.call("POST", at, `{"issuer":"http://org.example","scopeId":"okta.magic.read"}`).refused(400, "E0000001", "scopeId: 'okta.magic.read' is no scope of the management API")
		x.call("POST", at, `{"issuer":"http://other.example","scopeId":"okta.users.read"}`).refused(400, "E0000001", "issuer: The value must be http://org.example")
		if list := x.call("GET", at+"?expand=scope", "").want(200).docs(); len(list) != 1 || list[0].Text("_embedded", "scope", "id") != "okta.users.read" {
			t.Errorf("%v", list)
		}
		// Only a super admin grants scopes (security 37).
		x.as("apps@example.com", "APP_ADMIN").call("POST", at, `{"scopeId":"okta.users.manage"}`).refused(403, "E0000006", "")
		x.call("DELETE", at+"/"+g.Text("id"), "").want(204)
		x.call("GET", at+"/"+g.Text("id"), "").refused(404, "E0000007", "")
		if got := scopes(); len(got) != 0 {
			t.Errorf("revoked, it holds %v", got)
		}
	})
}

func TestTokensOfAnApplication(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		ann := x.person("ann@example.com")
		got := x.authorize(ann, "mobile", "openid", "offline_access")
		app, err := x.reads(t.Context()).appOfClient("mobile")
		if err != nil {
			t.Fatal(err)
		}
		at := "/api/v1/apps/" + app + "/tokens"
		list := x.call("GET", at, "").want(200).docs()
		if len(list) != 1 || list[0].Text("userId") != ann || list[0].Text("_links", "app", "title") != "The mobile" || strings.Contains(string(list[0].Bytes()), got.refresh) {
			t.Fatalf("%v", list)
		}
		x.call("GET", at+"/"+list[0].Text("id"), "").want(200)
		x.call("DELETE", at+"/"+list[0].Text("id"), "").want(204)
		x.call("DELETE", at+"/"+list[0].Text("id"), "").refused(404, "E0000007", "")
		if x.refreshes("mobile", got.refresh) {
			t.Error("the refresh token still works")
		}
		again := x.authorize(ann, "mobile", "openid", "offline_access")
		x.call("DELETE", at, "").want(204)
		if x.refreshes("mobile", again.refresh) || x.statusWith(again.access) != 401 {
			t.Error("a token still works after all were revoked")
		}
	})
}

func TestSignOnPolicyOfAnApplication(t *testing.T) {
	x := newTestOrg(t)
	app := x.newApp(modeSAML, "CRM")
	at := "/api/v1/apps/" + app.Text("id")
	access := func() string {
		href := x.call("GET", at, "").want(200).doc().Text("_links", "accessPolicy", "href")
		return href[strings.LastIndex(href, "/")+1:]
	}
	standard := access()
	x.call("GET", policiesPath+"/"+standard, "").want(200)
	mine := x.policy("ACCESS_POLICY", "Strict", "")
	x.call("PUT", at+"/policies/"+mine, "").want(204)
	if access() != mine {
		t.Errorf("the policy is %s", access())
	}
	x.call("PUT", at, strings.Replace(appBodies[modeSAML], `"A"`, `"CRM 2"`, 1)).want(200)
	if access() != mine {
		t.Error("an update took the policy away")
	}
	if doc := x.call("GET", at, "").want(200).doc(); doc.Get("accessPolicy") != nil {
		t.Errorf("the stored member is shown: %s", doc.Bytes())
	}
	x.call("PUT", at+"/policies/"+x.policy("PASSWORD", "P", ""), "").refused(400, "E0000001", "policyId: An app sign-on policy (ACCESS_POLICY) is needed, this one is of the type PASSWORD")
	x.call("DELETE", policiesPath+"/"+mine, "").want(204)
	if access() != standard {
		t.Errorf("with its policy deleted it has %s", access())
	}
}

func TestAttributesOfAnApplicationsPeople(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		at := "/api/v1/meta/schemas/apps/" + x.newApp(modeOIDC, "Client").Text("id") + "/default"
		set := func(text string) answer {
			return x.call("POST", at, `{"definitions":{"custom":{"id":"#custom","type":"object","properties":`+text+`}}}`)
		}
		first := x.call("GET", at, "").want(200).doc()
		if first.Text("title") != "Client User" || first.Text("definitions", "base", "properties", "userName", "externalName") != "preferred_username" ||
			string(first.Get("definitions", "custom")) != `{"id":"#custom","type":"object","properties":{}}` {
			t.Errorf("%s", first.Bytes())
		}
		// The recorded form of what is set and what is answered.
		set(`{"one":{"title":"One","type":"array","items":{"type":"object","enum":[{"v":1}]},"union":"DISABLE","required":false,"scope":"NONE","master":{"type":"PROFILE_MASTER"},"permissions":[{"principal":"SELF","action":"READ_ONLY"}]}}`).want(200)
		got := set(`{"two":{"title":"Two","type":"string","union":"DISABLE","required":true,"scope":"NONE"}}`).want(200).doc()
		if c := string(got.Get("definitions", "custom")); c != `{"id":"#custom","type":"object","properties":{"one":{"title":"One","type":"array","items":{"type":"object","enum":[{"v":1}],"additionalProperties":true},"union":"DISABLE","scope":"NONE"},`+
			`"two":{"title":"Two","type":"string","required":true,"scope":"NONE"}},"required":["two"]}` {
			t.Errorf("%s", c)
		}
		set(`{"one":{"type":"string"}}`).refused(400, "E0000001", "")
		set(`{"email":{"title":"E","type":"string"}}`).refused(400, "E0000001", "")
		set(`{"3rd":{"title":"E","type":"string"}}`).refused(400, "E0000001", "")
		set(`{"three":{"title":"E","type":"magic"}}`).refused(400, "E0000001", "")
		if got := set(`{"one":null,"two":null}`).want(200).doc(); string(got.Get("definitions", "custom", "properties")) != "{}" {
			t.Errorf("removed: %s", got.Bytes())
		}
	})
}

// "recorded"
func TestIDTokenSettings(t *testing.T) {
	x := newTestOrg(t)
	app := x.newApp(modeOIDC, "Client")
	at := "/api/v1/internal/apps/" + app.Text("id") + "/settings/oauth/idToken"
	if got := string(x.call("POST", at, `{"issuerMode":"CUSTOM_URL"}`).want(200).body); got != `{"issuer":null,"orgUrl":null,"customUrl":null,"audience":null,"issuerMode":"CUSTOM_URL"}` {
		t.Error(got)
	}
	want := `{"issuer":"http://org.example","orgUrl":null,"customUrl":null,"audience":"` + app.Text("id") + `","issuerMode":"CUSTOM_URL"}`
	if got := string(x.call("GET", at, "").want(200).body); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	x.call("GET", "/api/v1/internal/apps/"+x.newApp(modeBookmark, "B").Text("id")+"/settings/oauth/idToken", "").refused(404, "E0000007", "")
}
