package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// appPages is a site with an admin on its pages of apps.
type appPages struct {
	*testing.T
	s *site
	c *client
}

func newAppPages(t *testing.T) appPages {
	t.Helper()
	s := startSite(t)
	c := newClient(t)
	c.signIn(s, "super-admin", "/apps")
	return appPages{t, s, c}
}

// save sends the form of a page of an app, with these fields over its own.
func (p appPages) save(path string, fields url.Values) answer {
	p.Helper()
	page := p.c.get(p.s.Console + path)
	form, action := formOf(p.T, page, path)
	for _, name := range boxes(p.T, page, path) {
		form[name] = nil
	}
	for n := range nodes(p.T, page.body) { // boxes of one name are several values
		if n.Data == "input" && attr(n, "type") == "checkbox" && has(n, "checked") && attr(n, "name") != "id" {
			form.Add(attr(n, "name"), attr(n, "value"))
		}
	}
	for name, values := range fields {
		form[name] = values
	}
	return p.c.follow(p.c.send(http.MethodPost, action, form.Encode(), "Origin", p.s.Console))
}

// boxes are the names of the check boxes of a page.
func boxes(t *testing.T, page answer, _ string) (names []string) {
	t.Helper()
	for n := range nodes(t, page.body) {
		if n.Data == "input" && attr(n, "type") == "checkbox" {
			names = append(names, attr(n, "name"))
		}
	}
	return names
}

// post sends a form of a page that has this action.
func (p appPages) post(page, action string, fields ...string) answer {
	p.Helper()
	form, to := formOf(p.T, p.c.get(p.s.Console+page), action)
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return p.c.follow(p.c.send(http.MethodPost, to, form.Encode(), "Origin", p.s.Console))
}

// app is the document of an app as the org has it.
func (p appPages) app(id string) map[string]any {
	p.Helper()
	var doc map[string]any
	p.s.api(p.T, "GET", "/api/v1/apps/"+id, nil, &doc)
	return doc
}

// at is the value at a path of a document, as JSON.
func at(doc map[string]any, path string) string {
	var v any = doc
	for name := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	b, _ := json.Marshal(v)
	return string(b)
}

func (p appPages) want(id string, want map[string]string) {
	p.Helper()
	doc := p.app(id)
	for path, value := range want {
		if got := at(doc, path); got != value {
			p.Errorf("%s is %s, want %s", path, got, value)
		}
	}
}

func (p appPages) says(a answer, status int, texts ...string) {
	p.Helper()
	if a.status != status {
		p.Errorf("%s answers %d, want %d", a, a.status, status)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			p.Errorf("%s lacks %q:\n%s", a, text, a.body)
		}
	}
}

// Each kind of app is added with its own fields and no others, and stands in the org as
// its mode needs it.
func TestAppsOfEachKindAreAdded(t *testing.T) {
	p := newAppPages(t)
	for kind, x := range map[string]struct {
		fields url.Values
		want   map[string]string
	}{
		"spa": {url.Values{"settings.oauthClient.redirect_uris": {"http://localhost:3000/cb"}, "settings.oauthClient.grant_types": {"authorization_code", "refresh_token"}}, map[string]string{
			"signOnMode": `"OPENID_CONNECT"`, "settings.oauthClient.application_type": `"browser"`, "credentials.oauthClient.token_endpoint_auth_method": `"none"`,
			"credentials.oauthClient.pkce_required": "true", "settings.oauthClient.refresh_token.rotation_type": `"ROTATE"`,
		}},
		"native":  {url.Values{"settings.oauthClient.redirect_uris": {"com.example.app:/cb"}, "settings.oauthClient.grant_types": {"authorization_code"}}, map[string]string{"settings.oauthClient.application_type": `"native"`, "settings.oauthClient.grant_types": `["authorization_code"]`}},
		"service": {url.Values{"credentials.oauthClient.token_endpoint_auth_method": {"client_secret_post"}}, map[string]string{"settings.oauthClient.grant_types": `["client_credentials"]`, "settings.oauthClient.response_types": `["token"]`, "credentials.oauthClient.token_endpoint_auth_method": `"client_secret_post"`}},
		"saml": {url.Values{
			"settings.signOn.ssoAcsUrl": {"https://sp.example/acs"}, "settings.signOn.audience": {"urn:sp"},
			"settings.signOn.attributeStatements.name": {"role", "groups", ""}, "settings.signOn.attributeStatements.format": {"urn:oasis:names:tc:SAML:2.0:attrname-format:basic", "", ""},
			"settings.signOn.attributeStatements.type": {"EXPRESSION", "GROUP:STARTS_WITH", "EXPRESSION"}, "settings.signOn.attributeStatements.values": {`String.join(",", user.role, appuser.role), user.title`, "Sales", ""},
		}, map[string]string{
			"settings.signOn.recipient": `"https://sp.example/acs"`, "settings.signOn.destination": `"https://sp.example/acs"`, "settings.signOn.assertionSigned": "true",
			"settings.signOn.attributeStatements": `[{"name":"role","namespace":"urn:oasis:names:tc:SAML:2.0:attrname-format:basic","type":"EXPRESSION","values":["String.join(\",\", user.role, appuser.role)","user.title"]},{"filterType":"STARTS_WITH","filterValue":"Sales","name":"groups","namespace":"","type":"GROUP"}]`,
		}},
		"swa": {url.Values{"settings.signOn.loginUrl": {"https://a.example/login"}, "credentials.scheme": {"SHARED_USERNAME_AND_PASSWORD"}, "credentials.userName": {"shared"}, "credentials.password": {"Sesame-4711-open"}}, map[string]string{
			"signOnMode": `"AUTO_LOGIN"`, "settings.signOn.loginUrl": `"https://a.example/login"`, "credentials.scheme": `"SHARED_USERNAME_AND_PASSWORD"`, "credentials.userName": `"shared"`, "credentials.password": "{}",
		}},
		"swa-plugin":   {url.Values{"settings.app.url": {"https://a.example"}, "settings.app.usernameField": {"u"}, "settings.app.passwordField": {"p"}, "settings.app.buttonField": {"b"}}, map[string]string{"name": `"template_swa"`, "settings.app.usernameField": `"u"`}},
		"swa-3-fields": {url.Values{"settings.app.targetURL": {"https://a.example"}, "settings.app.userNameSelector": {"u"}, "settings.app.passwordSelector": {"p"}, "settings.app.buttonSelector": {"b"}, "settings.app.extraFieldSelector": {"x"}, "settings.app.extraFieldValue": {"1"}}, map[string]string{"name": `"template_swa3field"`, "settings.app.extraFieldValue": `"1"`}},
		"swa-form":     {url.Values{"settings.app.url": {"https://a.example"}, "settings.app.usernameField": {"u"}, "settings.app.passwordField": {"p"}}, map[string]string{"signOnMode": `"SECURE_PASSWORD_STORE"`}},
		"basic":        {url.Values{"settings.app.url": {"https://a.example"}, "settings.app.authURL": {"https://a.example/auth"}}, map[string]string{"signOnMode": `"BASIC_AUTH"`, "settings.app.authURL": `"https://a.example/auth"`}},
		"bookmark":     {url.Values{"settings.app.url": {"https://a.example"}}, map[string]string{"name": `"bookmark"`, "settings.app.url": `"https://a.example"`}},
		"ws-fed":       {url.Values{"settings.app.siteURL": {"https://a.example"}, "settings.app.audienceRestriction": {"urn:a"}, "settings.app.wReplyOverride": {"true"}}, map[string]string{"signOnMode": `"WS_FEDERATION"`, "settings.app.audienceRestriction": `"urn:a"`}},
	} {
		t.Run(kind, func(t *testing.T) {
			p, c := appPages{t, p.s, p.c}, *p.c
			c.t = t
			p.c = &c
			form := p.c.get(p.s.Console + "/apps/new/" + kind)
			for name := range x.fields {
				if !strings.Contains(form.body, `name="`+name+`"`) {
					t.Errorf("the form has no field %s", name)
				}
			}
			empty := p.post("/apps/new/"+kind, "/apps/new/"+kind, "label", "")
			p.says(empty, http.StatusUnprocessableEntity, "cannot be left blank")
			x.fields.Set("label", "Kind "+kind)
			id, secret := p.c.addApp(p.s, kind, x.fields)
			if (secret != "") != (kind == "service") {
				t.Errorf("the secret shown is %q", secret)
			}
			x.want["label"] = `"Kind ` + kind + `"`
			p.want(id, x.want)
			for _, tab := range []string{"", "/sign-on", "/integrate", "/json"} {
				if a := p.c.get(p.s.Console + "/apps/" + id + tab); a.status != http.StatusOK {
					t.Errorf("%s: %d\n%s", a, a.status, a.body)
				}
			}
			if strings.Contains(p.s.logs.String(), "Sesame-4711-open") {
				t.Error("the password is in the log")
			}
		})
	}
	t.Run("sent twice it is one app", func(t *testing.T) { // fault 17
		page := p.c.get(p.s.Console + "/apps/new/bookmark")
		form, action := formOf(t, page, "/apps/new/bookmark")
		form.Set("label", "Once")
		form.Set("settings.app.url", "https://a.example")
		first := p.c.send(http.MethodPost, action, form.Encode(), "Origin", p.s.Console)
		second := p.c.send(http.MethodPost, action, form.Encode(), "Origin", p.s.Console)
		if first.header.Get("Location") == "" || first.header.Get("Location") != second.header.Get("Location") {
			t.Errorf("%q and %q", first.header.Get("Location"), second.header.Get("Location"))
		}
	})
}

// A form changes what it shows and nothing else of the document, and what somebody else
// changed meanwhile is not overwritten.
func TestSettingsOfAnAppAreSaved(t *testing.T) {
	p := newAppPages(t)
	id, _ := p.c.addApp(p.s, "web", url.Values{
		"label": {"Tickets"}, "settings.oauthClient.redirect_uris": {"http://localhost:3000/cb"}, "settings.oauthClient.grant_types": {"authorization_code"},
	})
	doc := p.app(id)
	doc["profile"] = map[string]any{"own": "<kept>", "n": 12345678901234567}
	doc["settings"].(map[string]any)["oauthClient"].(map[string]any)["x_unknown"] = "kept"
	p.s.api(t, "PUT", "/api/v1/apps/"+id, doc, nil)

	done := p.save("/apps/"+id+"/sign-on", url.Values{
		"settings.oauthClient.redirect_uris": {"http://localhost:3000/cb\r\nhttps://tickets.example/cb"}, "settings.oauthClient.grant_types": {"authorization_code", "refresh_token"},
		"settings.oauthClient.refresh_token.rotation_type": {"STATIC"}, "settings.oauthClient.dpop_bound_access_tokens": {"true"}, "label": {"Not of this form"},
	})
	p.says(done, http.StatusOK, "Saved: Sign-in redirect URIs, Grant types, Refresh token and Require DPoP.")
	p.want(id, map[string]string{
		"label": `"Tickets"`, "profile.own": `"\u003ckept\u003e"`, "settings.oauthClient.x_unknown": `"kept"`,
		"settings.oauthClient.redirect_uris":               `["http://localhost:3000/cb","https://tickets.example/cb"]`,
		"settings.oauthClient.grant_types":                 `["authorization_code","refresh_token"]`,
		"settings.oauthClient.refresh_token.rotation_type": `"STATIC"`, "settings.oauthClient.dpop_bound_access_tokens": "true",
		"credentials.oauthClient.pkce_required": "true",
	})
	p.says(p.save("/apps/"+id+"/sign-on", nil), http.StatusOK, "Nothing was changed, so nothing was saved.")

	refused := p.save("/apps/"+id+"/sign-on", url.Values{"settings.oauthClient.redirect_uris": {"not a uri"}})
	p.says(refused, http.StatusUnprocessableEntity, "is no absolute URI", "not a uri")
	refused = p.save("/apps/"+id+"/sign-on", url.Values{"settings.oauthClient.refresh_token.leeway": {"soon"}})
	p.says(refused, http.StatusUnprocessableEntity, "This is no whole number")
	refused = p.save("/apps/"+id, url.Values{"profile": {"{"}})
	p.says(refused, http.StatusUnprocessableEntity, "This is no JSON object")
	refused = p.save("/apps/"+id+"/credentials", url.Values{"credentials.oauthClient.token_endpoint_auth_method": {"private_key_jwt"}})
	p.says(refused, http.StatusUnprocessableEntity, "private_key_jwt needs public keys")

	// fault 16: each field that only one of the two changed is saved, one that both changed is shown in both versions.
	page := p.c.get(p.s.Console + "/apps/" + id)
	form, action := formOf(t, page, "/apps/"+id)
	doc = p.app(id)
	doc["label"] = "Tickets of another"
	p.s.api(t, "PUT", "/api/v1/apps/"+id, doc, nil)
	form.Set("settings.notes.admin", "mine")
	p.says(p.c.follow(p.c.send(http.MethodPost, action, form.Encode(), "Origin", p.s.Console)), http.StatusOK, "Saved: For admins.")
	p.want(id, map[string]string{"label": `"Tickets of another"`, "settings.notes.admin": `"mine"`})
	form.Set("label", "Tickets of mine")
	clash := p.c.send(http.MethodPost, action, form.Encode(), "Origin", p.s.Console)
	p.says(clash, http.StatusPreconditionFailed, "somebody else changed this meanwhile", "Tickets of another", "Tickets of mine")
	p.want(id, map[string]string{"label": `"Tickets of another"`})
	again, _ := formOf(t, clash, action[len(p.s.Console):])
	p.says(p.c.follow(p.c.send(http.MethodPost, action, again.Encode(), "Origin", p.s.Console)), http.StatusOK, "Saved: Label.")
	p.want(id, map[string]string{"label": `"Tickets of mine"`})
}

// Secrets and keys change without a moment in which the app has none that works.
func TestCredentialsOfAnApp(t *testing.T) {
	p := newAppPages(t)
	id, first := p.c.addApp(p.s, "web", url.Values{"label": {"Tickets"}, "settings.oauthClient.redirect_uris": {"http://localhost:3000/cb"}, "settings.oauthClient.grant_types": {"authorization_code"}})
	page := "/apps/" + id + "/credentials"
	added := p.post(page, "/apps/"+id+"/secrets")
	second := between(added.body, `id="once">`, "<code>", "</code>")
	p.says(added, http.StatusOK, "It is shown this once")
	if len(second) != 64 || second == first {
		t.Fatalf("the new secret is %q", second)
	}
	var held []struct{ ID, Status string }
	p.s.api(t, "GET", "/api/v1/apps/"+id+"/credentials/secrets", nil, &held)
	if len(held) != 2 {
		t.Fatalf("%+v", held)
	}
	of := "/apps/" + id + "/secrets/" + held[0].ID
	both := p.c.get(p.s.Console + page)
	if strings.Contains(both.body, first) || strings.Contains(both.body, second) || strings.Contains(both.body, `action="/apps/`+id+`/secrets"`) {
		t.Error("a secret is shown again, or a third may be added")
	}
	p.says(p.post(page, of+"/deactivate"), http.StatusOK, "The secret is inactive.")
	if left := p.c.get(p.s.Console + page); strings.Contains(left.body, "/deactivate\"") && strings.Contains(left.body, held[1].ID+"/deactivate") {
		t.Error("the last active secret may be deactivated")
	}
	p.says(p.post(page, of+"/delete"), http.StatusOK, "The secret is deleted.")
	p.says(p.save(page, url.Values{"credentials.oauthClient.token_endpoint_auth_method": {"none"}}), http.StatusOK, "Saved: Client authentication.")
	back := p.save(page, url.Values{"credentials.oauthClient.token_endpoint_auth_method": {"client_secret_post"}})
	p.says(back, http.StatusOK, "It is shown this once")
	for _, secret := range []string{first, second} {
		for _, table := range []string{"audit_row", "auth_draft"} {
			for _, row := range p.s.query(t, "console.db", "SELECT * FROM "+table) {
				if strings.Contains(row, secret) {
					t.Errorf("%s holds a secret: %s", table, row)
				}
			}
		}
	}

	id, _ = p.c.addApp(p.s, "saml", url.Values{"label": {"SP"}, "settings.signOn.ssoAcsUrl": {"https://sp.example/acs"}, "settings.signOn.audience": {"urn:sp"}})
	page = "/apps/" + id + "/credentials"
	old := at(p.app(id), "credentials.signing.kid")
	p.says(p.post(page, "/apps/"+id+"/keys", "years", "1"), http.StatusBadRequest, "from 2 to 10")
	p.says(p.post(page, "/apps/"+id+"/keys", "years", "2"), http.StatusOK, "A key was generated.")
	p.want(id, map[string]string{"credentials.signing.kid": old})
	var keys []struct{ Kid string }
	p.s.api(t, "GET", "/api/v1/apps/"+id+"/credentials/keys", nil, &keys)
	i := slices.IndexFunc(keys, func(k struct{ Kid string }) bool { return `"`+k.Kid+`"` != old })
	p.says(p.post(page, "/apps/"+id+"/keys/"+keys[i].Kid+"/use"), http.StatusOK, "SP signs with the key")
	p.want(id, map[string]string{"credentials.signing.kid": `"` + keys[i].Kid + `"`})
	pem := p.c.send(http.MethodGet, p.s.Console+"/apps/"+id+"/keys/"+keys[i].Kid+"/certificate.pem", "")
	p.says(pem, http.StatusOK, "BEGIN CERTIFICATE")
	xml := p.c.send(http.MethodGet, p.s.Console+"/apps/"+id+"/metadata.xml", "")
	p.says(xml, http.StatusOK, "EntityDescriptor", strings.ReplaceAll(strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(pem.body, "-----BEGIN CERTIFICATE-----\n"), "-----END CERTIFICATE-----\n")), "\n", ""))
}

// between is the text after some texts, each behind the one before, and before the last.
func between(text string, marks ...string) string {
	for _, mark := range marks[:len(marks)-1] {
		_, text, _ = strings.Cut(text, mark)
	}
	text, _, _ = strings.Cut(text, marks[len(marks)-1])
	return text
}
