package org

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"net/http"

	"gatehouse/internal/okta"
)

// externalKey is what a service provider knows an application by.
func (o *Org) externalKey(app string) string {
	h := sha256.Sum256([]byte("external " + app))
	return "exk" + spell(h[:], 17-len(o.ids.cell)) + o.ids.cell
}

// The parts of a SAML metadata document (SAML 2.0 Metadata section 2.4.3).
type samlMetadata struct {
	XMLName  xml.Name `xml:"md:EntityDescriptor"`
	EntityID string   `xml:"entityID,attr"`
	Space    string   `xml:"xmlns:md,attr"`
	IDP      samlIDP  `xml:"md:IDPSSODescriptor"`
}

type samlIDP struct {
	Signed   bool        `xml:"WantAuthnRequestsSigned,attr"`
	Protocol string      `xml:"protocolSupportEnumeration,attr"`
	Key      samlKey     `xml:"md:KeyDescriptor"`
	Formats  []string    `xml:"md:NameIDFormat"`
	SignOn   []samlPlace `xml:"md:SingleSignOnService"`
}

type samlKey struct {
	Use   string `xml:"use,attr"`
	Space string `xml:"xmlns:ds,attr"`
	Cert  string `xml:"ds:KeyInfo>ds:X509Data>ds:X509Certificate"`
}

type samlPlace struct {
	Binding  string `xml:"Binding,attr"`
	Location string `xml:"Location,attr"`
}

// previewSAMLAppMetadata answers the metadata of a SAML application, of version 1.1 too
// ("recorded"), for the key that kid names, else, also where it has no such key
// [assumed], the one that it signs with.
func previewSAMLAppMetadata(o *Org, r *Request) (Reply, error) {
	app, err := o.reads(r.ctx).get(apps, r.Args["appId"])
	if err != nil {
		return Reply{}, err
	}
	if mode := app.Text("signOnMode"); mode != modeSAML && mode != modeSAML11 {
		return Reply{}, invalid("signOnMode", "signOnMode: The application does not sign on by SAML") // [assumed]
	}
	key, err := o.namedKey(r, app.Text("id"), r.Query.Get("kid"))
	if isCode(err, "E0000007") {
		key, err = o.namedKey(r, app.Text("id"), app.Text("credentials", "signing", "kid"))
	}
	if err != nil {
		return Reply{}, err
	}
	body, err := o.metadataOf(app, key)
	return Reply{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/xml;charset=ISO-8859-1"}}, Body: body}, err
}

func (o *Org) metadataOf(app okta.Object, key appKey) ([]byte, error) {
	external := o.externalKey(app.Text("id"))
	at := o.baseURL + "/app/" + app.Text("name") + "/" + external + "/sso/saml"
	const binding = "urn:oasis:names:tc:SAML:2.0:bindings:"
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>`)
	err := xml.NewEncoder(&b).Encode(samlMetadata{
		EntityID: "http://www.okta.com/" + external, Space: "urn:oasis:names:tc:SAML:2.0:metadata",
		IDP: samlIDP{
			Protocol: "urn:oasis:names:tc:SAML:2.0:protocol",
			Key:      samlKey{Use: "signing", Space: "http://www.w3.org/2000/09/xmldsig#", Cert: key.cert},
			Formats: []string{
				"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
			},
			SignOn: []samlPlace{{binding + "HTTP-POST", at}, {binding + "HTTP-Redirect", at}},
		},
	})
	return b.Bytes(), err
}
