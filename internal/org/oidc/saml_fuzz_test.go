package oidc

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/org"
)

// FuzzSAMLRequest feeds the reading of requests: no input may panic it, and an answer only
// ever goes to an address of the settings, names an id that needs no escaping, and can be resumed.
func FuzzSAMLRequest(f *testing.F) {
	const head = `<a:AuthnRequest xmlns:a="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" `
	for _, text := range []string{
		head + `/>`, head + `AssertionConsumerServiceURL="https://other.example/acs"/>`, head + `AssertionConsumerServiceIndex="1"/>`,
		head + `AssertionConsumerServiceURL="javascript:alert(1)"/>`, head + `ForceAuthn="1" IsPassive="true"></a:AuthnRequest>`,
		`<!DOCTYPE x>` + head + `/>`, `<?xml version="1.0"?>` + head + `/>`, "",
	} {
		f.Add([]byte(text), "relay", true)
		f.Add([]byte(resumable([]byte(text), "")), "", false)
	}
	app := org.SAMLApp{SAMLSettings: org.SAMLSettings{
		ACS: "https://sp.example/acs", HonorForce: true, MoreEndpoints: true, Endpoints: []org.SAMLEndpoint{{URL: "https://other.example/acs", Index: 1}},
	}}
	all := func(raw []byte) ([]byte, error) { return raw, nil }
	f.Fuzz(func(t *testing.T, body []byte, relay string, post bool) {
		text := string(body)
		if post {
			text = base64.StdEncoding.EncodeToString(body)
		} else if v, err := url.ParseQuery(text); err == nil && v.Get("SAMLRequest") != "" {
			text = v.Get("SAMLRequest")
		}
		q, err := readSAML(app, "https://org.example/app", url.Values{"SAMLRequest": {text}, "RelayState": {relay}}, post, all)
		if err != nil {
			return
		}
		if !slices.Contains([]string{"https://sp.example/acs", "https://other.example/acs"}, q.acs) {
			t.Errorf("the answer goes to %q", q.acs)
		}
		if text != "" && (!xmlID.MatchString(q.id) || strings.ContainsAny(q.id, `<>&"'`)) {
			t.Errorf("the answer names %q", q.id)
		}
		params, err := url.ParseQuery(q.query)
		if err != nil {
			t.Fatal(err)
		}
		again, err := readSAML(app, "https://org.example/app", params, false, all)
		if err != nil && text != "" {
			t.Errorf("cannot be resumed: %v", err)
		}
		if err == nil && (again.id != q.id || again.acs != q.acs || again.force != q.force || again.relay != q.relay) {
			t.Errorf("resumed as %+v, was %+v", again, q)
		}
	})
}

// FuzzSAMLText feeds what an assertion repeats of profiles: the document stays one that can be read.
func FuzzSAMLText(f *testing.F) {
	for _, s := range []string{"ana", "<&>\"'", "\x00\x01\r\n\t", "\xff\xfe", "]]>", "\uFFFE"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a := samlAnswer{samlRequest: samlRequest{app: org.SAMLApp{}, acs: "https://sp.example/acs"}, newID: func() string { return "id1" }}
		a.app.Audience, a.subject.NameID = s, s
		e := a.envelope()
		e.AddChild(a.assertion())
		body, err := a.finish(e, false)
		if err != nil {
			t.Fatal(err)
		}
		var out struct {
			NameID   string `xml:"Assertion>Subject>NameID"`
			Audience string `xml:"Assertion>Conditions>AudienceRestriction>Audience"`
		}
		if err := xml.NewDecoder(bytes.NewReader(body)).Decode(&out); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		if want := xmlText(s); out.NameID != want || out.Audience != want {
			t.Errorf("reads as %q and %q, want %q", out.NameID, out.Audience, want)
		}
	})
}
