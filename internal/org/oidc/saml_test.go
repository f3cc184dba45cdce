package oidc_test

import (
	"bytes"
	"compress/flate"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	acs      = "https://sp.example/acs?tenant=1"
	otherACS = "https://other.example/acs"
)

// samlApp creates a SAML app and gives it to Everyone; settings are laid over those of a usual one.
func (x *server) samlApp(settings object) (id, signOn string, cert *x509.Certificate) {
	x.t.Helper()
	base := object{
		"ssoAcsUrl": acs, "recipient": acs, "destination": acs, "audience": "https://sp.example/<meta>", "idpIssuer": "http://www.okta.com/${org.externalKey}",
		"subjectNameIdTemplate": "${user.userName}", "subjectNameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
		"responseSigned": true, "assertionSigned": true, "signatureAlgorithm": "RSA_SHA256", "digestAlgorithm": "SHA256", "honorForceAuthn": true,
		"authnContextClassRef": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
	}
	for k, v := range settings {
		base[k] = v
	}
	a := x.api("POST", "/api/v1/apps", object{"label": "CRM", "signOnMode": "SAML_2_0", "settings": object{"signOn": base}})
	if a.status != http.StatusOK {
		x.t.Fatalf("app: %d %s", a.status, a.body)
	}
	id = a.text(x.t, "id")
	groups := x.api("GET", "/api/v1/groups?q=Everyone", nil)
	everyone := regexp.MustCompile(`"id":"(00g[^"]+)"`).FindStringSubmatch(groups.body)[1]
	if g := x.api("PUT", "/api/v1/apps/"+id+"/groups/"+everyone, object{}); g.status != http.StatusOK {
		x.t.Fatalf("assign: %d %s", g.status, g.body)
	}
	meta := parseXML(x.t, []byte(x.api("GET", "/api/v1/apps/"+id+"/sso/saml/metadata", nil, "Accept", "application/xml").body))
	der, err := base64.StdEncoding.DecodeString(meta.value("IDPSSODescriptor", "KeyDescriptor", "KeyInfo", "X509Data", "X509Certificate"))
	x.check(err)
	cert, err = x509.ParseCertificate(der)
	x.check(err)
	return id, meta.find("IDPSSODescriptor", "SingleSignOnService")[0].attr("Location"), cert
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// posted is what the page of an answer sends to the service provider: where, and its fields.
func (a answer) posted(t testing.TB) (to string, fields map[string]string) {
	t.Helper()
	form := regexp.MustCompile(`<form method="post" action="([^"]+)" id="answer">`).FindStringSubmatch(a.body)
	if a.status != http.StatusOK || form == nil {
		t.Fatalf("no answer: %d %s %s", a.status, a.header.Get("Location"), a.body)
	}
	fields = map[string]string{}
	for _, m := range hidden.FindAllStringSubmatch(a.body, -1) {
		fields[m[1]] = html.UnescapeString(m[2])
	}
	return html.UnescapeString(form[1]), fields
}

func (a answer) response(t testing.TB) *node {
	t.Helper()
	_, fields := a.posted(t)
	raw, err := base64.StdEncoding.DecodeString(fields["SAMLResponse"])
	if err != nil {
		t.Fatal(err)
	}
	return parseXML(t, raw)
}

// signInSAML follows a sign-on to the sign-in page and signs the admin in.
func (b *browser) signInSAML(a answer) answer {
	b.t.Helper()
	to := a.header.Get("Location")
	if a.status != http.StatusFound || !strings.HasPrefix(to, b.x.url+"/signin/") {
		b.t.Fatalf("no sign-in: %d %s %s", a.status, to, a.body)
	}
	if page := b.get(to); page.status != http.StatusOK || !strings.Contains(page.body, "CRM") {
		b.t.Errorf("the sign-in page does not name the app: %d %s", page.status, page.body)
	}
	return b.post(to, form("username", admin, "password", password))
}

// deflated is a request as the redirect binding sends it.
func deflated(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func authnRequest(attributes string) string {
	return `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_req1" Version="2.0" IssueInstant="2026-03-02T09:00:00Z" ` +
		attributes + `><saml:Issuer>https://sp.example</saml:Issuer></samlp:AuthnRequest>`
}

// Somebody opens the app: they sign in, and the service provider gets an assertion that holds.
func TestSAMLSignOnFromTheOrg(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		_, signOn, cert := x.samlApp(object{
			"defaultRelayState": "/home?a=1&b=<2>",
			"attributeStatements": []object{
				{"type": "EXPRESSION", "name": "mail", "namespace": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic", "values": []string{"user.email", `"a & <b> é"`}},
				{"type": "EXPRESSION", "name": "nothing", "values": []string{"user.costCenter"}},
				{"type": "GROUP", "name": "groups", "namespace": "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified", "filterType": "STARTS_WITH", "filterValue": "Every"},
			},
		})
		b := x.browser()
		page := b.signInSAML(b.get(signOn))
		to, fields := page.posted(t)
		if to != acs || fields["RelayState"] != "/home?a=1&b=<2>" {
			t.Errorf("sent to %s with %q", to, fields["RelayState"])
		}
		if csp := page.header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' https://sp.example;") || strings.Contains(csp, "unsafe") || strings.Contains(page.body, "<script>") {
			t.Errorf("policy of the page: %s", csp)
		}
		r := page.response(t)
		if wrong := r.verify(cert); wrong != "" {
			t.Errorf("response: %s", wrong)
		}
		as := r.find("Assertion")[0]
		if wrong := as.verify(cert); wrong != "" {
			t.Errorf("assertion: %s", wrong)
		}
		issuer := "http://www.okta.com/" + strings.Split(signOn, "/")[5]
		confirmation := as.find("Subject", "SubjectConfirmation", "SubjectConfirmationData")[0]
		for what, c := range map[string][2]string{
			"status":      {r.find("Status", "StatusCode")[0].attr("Value"), "urn:oasis:names:tc:SAML:2.0:status:Success"},
			"destination": {r.attr("Destination"), acs},
			"response to": {r.attr("InResponseTo") + confirmation.attr("InResponseTo"), ""},
			"issuer":      {r.value("Issuer") + as.value("Issuer"), issuer + issuer},
			"name":        {as.value("Subject", "NameID"), admin},
			"format":      {as.find("Subject", "NameID")[0].attr("Format"), "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"},
			"recipient":   {confirmation.attr("Recipient"), acs},
			"until":       {confirmation.attr("NotOnOrAfter"), x.clock.Now().Add(5 * time.Minute).Format("2006-01-02T15:04:05.000Z")},
			"from":        {as.find("Conditions")[0].attr("NotBefore"), x.clock.Now().Add(-5 * time.Minute).Format("2006-01-02T15:04:05.000Z")},
			"audience":    {as.value("Conditions", "AudienceRestriction", "Audience"), "https://sp.example/<meta>"},
			"context":     {as.value("AuthnStatement", "AuthnContext", "AuthnContextClassRef"), "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"},
			"signed in":   {as.find("AuthnStatement")[0].attr("AuthnInstant"), x.clock.Now().Format("2006-01-02T15:04:05.000Z")},
		} {
			if c[0] != c[1] {
				t.Errorf("%s: %q, want %q", what, c[0], c[1])
			}
		}
		var got []string
		for _, at := range as.find("AttributeStatement", "Attribute") {
			for _, v := range at.find("AttributeValue") {
				got = append(got, at.attr("Name")+"="+v.value())
			}
		}
		if want := "[mail=" + admin + " mail=a & <b> é groups=Everyone]"; fmt.Sprint(got) != want {
			t.Errorf("attributes %q, want %q", got, want)
		}
		if n := x.events("user.authentication.sso"); n != 1 {
			t.Errorf("%d sign-ons in the log, want 1", n)
		}
		again := b.get(signOn).response(t)
		if again.attr("ID") == r.attr("ID") || again.find("Assertion")[0].attr("ID") == as.attr("ID") {
			t.Error("two answers have one id")
		}
	})
}

// What is signed follows the settings; a response that was changed does not verify.
func TestSAMLSignaturesFollowTheSettings(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	signedIn := false
	for _, c := range []struct {
		response, assertion bool
		algorithm           string
	}{{true, true, "RSA_SHA256"}, {true, false, "RSA_SHA256"}, {false, true, "RSA_SHA256"}, {true, true, "RSA_SHA1"}} {
		_, signOn, cert := x.samlApp(object{"responseSigned": c.response, "assertionSigned": c.assertion, "signatureAlgorithm": c.algorithm, "digestAlgorithm": strings.TrimPrefix(c.algorithm, "RSA_")})
		a := b.get(signOn)
		if !signedIn {
			a, signedIn = b.signInSAML(a), true
		}
		r := a.response(t)
		if wrong := r.verify(cert); (wrong == "") != c.response {
			t.Errorf("%+v: response %s", c, wrong)
		}
		as := r.find("Assertion")[0]
		if wrong := as.verify(cert); (wrong == "") != c.assertion {
			t.Errorf("%+v: assertion %s", c, wrong)
		}
		as.find("Subject", "NameID")[0].kids[0].text = "mallory"
		if r.verify(cert) == "" || as.verify(cert) == "" {
			t.Errorf("%+v: a changed name verifies", c)
		}
	}
}

// A service provider asks, by either binding: the answer names the request and goes where the settings say.
func TestSAMLSignOnFromAServiceProvider(t *testing.T) {
	x := newServer(t)
	_, signOn, cert := x.samlApp(object{"allowMultipleAcsEndpoints": true, "acsEndpoints": []object{{"url": otherACS, "index": 3}}})
	b := x.browser()
	query := url.Values{"SAMLRequest": {deflated(t, authnRequest(`Destination="`+signOn+`" AssertionConsumerServiceURL="`+html.EscapeString(acs)+`"`))}, "RelayState": {"token+/="}}
	page := b.signInSAML(b.get(signOn + "?" + query.Encode()))
	to, fields := page.posted(t)
	r := page.response(t)
	if to != acs || fields["RelayState"] != "token+/=" || r.attr("InResponseTo") != "_req1" ||
		r.find("Assertion", "Subject", "SubjectConfirmation", "SubjectConfirmationData")[0].attr("InResponseTo") != "_req1" || r.verify(cert) != "" {
		t.Errorf("sent to %s with %v: %s", to, fields, r.canon(nil))
	}

	for name, c := range map[string]struct{ attributes, to string }{
		"an index":        {`AssertionConsumerServiceIndex="3"`, otherACS},
		"another address": {`AssertionConsumerServiceURL="` + otherACS + `"`, otherACS},
		"none":            {`ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"`, acs},
	} {
		post := b.post(signOn, form("SAMLRequest", base64.StdEncoding.EncodeToString([]byte(authnRequest(c.attributes))), "RelayState", "r"))
		if post.status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", name, post.status, post.body)
		}
		page := b.get(post.header.Get("Location"))
		to, fields := page.posted(t)
		r := page.response(t)
		recipient := r.find("Assertion", "Subject", "SubjectConfirmation", "SubjectConfirmationData")[0].attr("Recipient")
		if to != c.to || recipient != c.to || r.attr("Destination") != c.to || fields["RelayState"] != "r" || r.attr("InResponseTo") != "_req1" {
			t.Errorf("%s: sent to %s for %s", name, to, recipient)
		}
	}
}

func TestSAMLRequestsThatAreRefused(t *testing.T) {
	x := newServer(t)
	_, signOn, _ := x.samlApp(object{"acsEndpoints": []object{{"url": otherACS, "index": 3}}}) // and not allowed
	b := x.browser()
	b.signInSAML(b.get(signOn))
	bomb := authnRequest(`A="` + strings.Repeat("a", 1<<20) + `"`)
	for name, c := range map[string]struct{ request, says string }{
		"another address":    {deflated(t, authnRequest(`AssertionConsumerServiceURL="https://evil.example"`)), "assertion consumer service"},
		"one not allowed":    {deflated(t, authnRequest(`AssertionConsumerServiceURL="`+otherACS+`"`)), "assertion consumer service"},
		"for another":        {deflated(t, authnRequest(`Destination="https://idp.example"`)), "for another address"},
		"another binding":    {deflated(t, authnRequest(`ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"`)), "binding"},
		"a document type":    {deflated(t, `<!DOCTYPE a [<!ENTITY b "c">]>`+authnRequest("")), "document type"},
		"an entity":          {deflated(t, strings.Replace(authnRequest(""), "https://sp", "&xxe;", 1)), "cannot be read"},
		"an instruction":     {deflated(t, `<?php a?>`+authnRequest("")), "cannot be read"},
		"too large":          {deflated(t, bomb), "cannot be read"},
		"too deep":           {deflated(t, strings.Repeat("<a>", 30)+strings.Repeat("</a>", 30)), "cannot be read"},
		"another message":    {deflated(t, strings.ReplaceAll(authnRequest(""), "AuthnRequest", "LogoutRequest")), "cannot be read"},
		"another namespace":  {deflated(t, strings.Replace(authnRequest(""), "SAML:2.0:protocol", "SAML:1.1:protocol", 1)), "cannot be read"},
		"another version":    {deflated(t, strings.Replace(authnRequest(""), `Version="2.0"`, `Version="1.1"`, 1)), "version"},
		"an id with a quote": {deflated(t, strings.Replace(authnRequest(""), `"_req1"`, `"a&quot; b"`, 1)), "no ID"},
		"no id":              {deflated(t, strings.Replace(authnRequest(""), `ID="_req1"`, ``, 1)), "no ID"},
		"not deflated":       {base64.StdEncoding.EncodeToString([]byte(authnRequest(""))), "cannot be read"},
		"no base 64":         {"%%%", "cannot be read"},
		"cut off":            {deflated(t, authnRequest("")[:80]), "cannot be read"},
	} {
		a := b.get(signOn + "?" + url.Values{"SAMLRequest": {c.request}}.Encode())
		if a.status != http.StatusBadRequest || !strings.Contains(a.body, c.says) || strings.Contains(a.body, "SAMLResponse") {
			t.Errorf("%s: %d, want 400 with %q: %s", name, a.status, c.says, a.body)
		}
	}
	if a := b.get(signOn + "?RelayState=" + strings.Repeat("r", 5000)); a.status != http.StatusBadRequest {
		t.Errorf("a long RelayState: %d", a.status)
	}
}

// Nobody gets an assertion who does not have the app, and of no app that cannot be signed on to.
func TestSAMLIsForThoseWhoHaveTheApp(t *testing.T) {
	x := newServer(t)
	id, signOn, _ := x.samlApp(nil)
	b := x.browser()
	b.signInSAML(b.get(signOn))
	for _, g := range regexp.MustCompile(`"id":"(00g[^"]+)"`).FindAllStringSubmatch(x.api("GET", "/api/v1/apps/"+id+"/groups", nil).body, -1) {
		x.api("DELETE", "/api/v1/apps/"+id+"/groups/"+g[1], nil)
	}
	if a := b.get(signOn); a.status != http.StatusForbidden || !strings.Contains(a.body, "You do not have the app CRM") || strings.Contains(a.body, "SAMLResponse") {
		t.Errorf("without the app: %d %s", a.status, a.body)
	}
	if n := x.events("app.generic.unauth_app_access_attempt"); n != 1 {
		t.Errorf("%d attempts in the log, want 1", n)
	}
	for what, at := range map[string]string{
		"another key":  strings.Replace(signOn, "/exk", "/exl", 1),
		"another name": strings.Replace(signOn, "/app/", "/app/x", 1),
	} {
		if a := b.get(at); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", what, a.status)
		}
	}
	if a := b.get(strings.Replace(signOn, "/sso/saml", "/sso/wsfed/passive", 1)); a.status != http.StatusNotImplemented || !strings.Contains(a.body, "WS-Federation is configuration only") {
		t.Errorf("WS-Federation: %d %s", a.status, a.body)
	}
	x.api("POST", "/api/v1/apps/"+id+"/lifecycle/deactivate", nil)
	if a := b.get(signOn); a.status != http.StatusNotFound {
		t.Errorf("inactive: %d", a.status)
	}
	for what, settings := range map[string]object{
		"encryption":       {"assertionEncryption": object{"enabled": true, "encryptionAlgorithm": "AES256_GCM", "keyTransportAlgorithm": "RSA_OAEP"}},
		"a bad expression": {"attributeStatements": []object{{"type": "EXPRESSION", "name": "a", "values": []string{"user.email.b("}}}},
		"an empty name":    {"subjectNameIdTemplate": "${source.costCenter}"},
	} {
		_, signOn, _ := x.samlApp(settings)
		if a := b.get(signOn); a.status < 400 || strings.Contains(a.body, "SAMLResponse") {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
}
