package oidc

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"gatehouse/internal/org"
)

// The bounds of a request, in bytes: as it comes, and as XML; and how deep it may nest.
const (
	maxSAMLParameter = 32 << 10
	maxSAMLXML       = 64 << 10
	maxSAMLDepth     = 20
	maxRelayState    = 4 << 10 // the standard asks for 80, real ones are addresses
)

// samlAuthnRequest is the part of an AuthnRequest that the org obeys (SAML 2.0 Core section 3.4.1).
type samlAuthnRequest struct {
	XMLName     xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:protocol AuthnRequest"`
	ID          string   `xml:"ID,attr"`
	Version     string   `xml:"Version,attr"`
	Destination string   `xml:"Destination,attr"`
	Force       string   `xml:"ForceAuthn,attr"`
	Passive     string   `xml:"IsPassive,attr"`
	Binding     string   `xml:"ProtocolBinding,attr"`
	ACS         string   `xml:"AssertionConsumerServiceURL,attr"`
	Index       string   `xml:"AssertionConsumerServiceIndex,attr"`
	Issuer      string   `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
}

const bindingPost = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"

// xmlID is what the id of a message may be: an NCName (Core section 1.3.4).
var xmlID = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9._-]{0,255}$`)

// samlRequest is what somebody signs on for. ID is "" where no service provider asked.
type samlRequest struct {
	app            org.SAMLApp
	id, acs, relay string
	force, passive bool
	// query is the request as the redirect binding would send it, to be resumed behind a page.
	query string
}

var errSAML = refuse("invalid_request", "The SAML request cannot be read.")

// readSAML reads a request of the redirect binding, or with post of the POST binding
// (Bindings sections 3.4.4 and 3.5.4); without a SAMLRequest it is the org's own. signed
// returns the part of it that counts. The answer goes to an address of the settings only.
func readSAML(app org.SAMLApp, at string, params url.Values, post bool, signed func(raw []byte) ([]byte, error)) (samlRequest, error) {
	q := samlRequest{app: app, acs: app.ACS, relay: params.Get("RelayState")}
	if len(q.relay) > maxRelayState {
		return q, refuse("invalid_request", "The RelayState is too long.")
	}
	text := params.Get("SAMLRequest")
	if text == "" {
		q.query = resumable(nil, q.relay)
		if q.relay == "" {
			q.relay = app.RelayState
		}
		return q, safeACS(q.acs)
	}
	raw, err := samlXML(text, post)
	if err != nil {
		return q, errSAML
	}
	if err := plainXML(raw); err != nil {
		return q, err
	}
	if raw, err = signed(raw); err != nil {
		return q, err
	}
	in, err := parseAuthnRequest(raw)
	if err != nil {
		return q, err
	}
	if in.Destination != "" && in.Destination != at {
		return q, refuse("invalid_request", "The SAML request is for another address than this.")
	}
	if in.Binding != "" && in.Binding != bindingPost {
		return q, refuse("invalid_request", "The SAML request wants its answer by a binding that is not supported: it is sent by HTTP-POST.")
	}
	q.id, q.force, q.passive = in.ID, isTrue(in.Force) && app.HonorForce, isTrue(in.Passive)
	if q.acs, err = samlACS(app, in); err != nil {
		return q, err
	}
	q.query = resumable(raw, q.relay)
	return q, safeACS(q.acs)
}

// samlXML decodes the parameter of a request. Requests of the redirect binding are
// deflated; some are in the POST binding as well.
func samlXML(text string, post bool) ([]byte, error) {
	if len(text) > maxSAMLParameter {
		return nil, errSAML
	}
	raw, err := base64.StdEncoding.DecodeString(strings.NewReplacer("\r", "", "\n", "", " ", "").Replace(text))
	if err != nil {
		return nil, err
	}
	if post && bytes.HasPrefix(bytes.TrimSpace(raw), []byte("<")) {
		if len(raw) > maxSAMLXML {
			return nil, errSAML
		}
		return raw, nil
	}
	inflated, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), maxSAMLXML+1))
	if err != nil || len(inflated) > maxSAMLXML {
		return nil, errors.Join(errSAML, err)
	}
	return inflated, nil
}

// parseAuthnRequest reads a request that plainXML let through.
func parseAuthnRequest(raw []byte) (in samlAuthnRequest, err error) {
	if xml.Unmarshal(raw, &in) != nil {
		return in, errSAML
	}
	if in.Version != "2.0" {
		return in, refuse("invalid_request", "The SAML request is not of version 2.0.")
	}
	if !xmlID.MatchString(in.ID) {
		return in, refuse("invalid_request", "The SAML request has no ID that can be answered.")
	}
	return in, nil
}

// plainXML refuses a document type, processing instructions, and what is nested deeper than any real request.
func plainXML(raw []byte) error {
	d := xml.NewDecoder(bytes.NewReader(raw))
	d.Strict = true
	depth, first := 0, true
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return errSAML
		}
		switch t := token.(type) {
		case xml.Directive:
			return refuse("invalid_request", "The SAML request holds a document type.")
		case xml.ProcInst:
			if t.Target != "xml" || !first {
				return errSAML
			}
		case xml.StartElement:
			if depth++; depth > maxSAMLDepth {
				return errSAML
			}
		case xml.EndElement:
			depth--
		}
		first = false
	}
}

func isTrue(v string) bool { return v == "true" || v == "1" }

// samlACS is where the answer goes: what the request names, where the settings have it, else their own.
func samlACS(app org.SAMLApp, in samlAuthnRequest) (string, error) {
	unknown := refuse("invalid_request", "The SAML request names an assertion consumer service that the app's settings do not have.")
	var more []org.SAMLEndpoint
	if app.MoreEndpoints {
		more = app.Endpoints
	}
	switch {
	case in.ACS != "":
		if in.ACS == app.ACS || slices.ContainsFunc(more, func(e org.SAMLEndpoint) bool { return e.URL == in.ACS }) {
			return in.ACS, nil
		}
		return "", unknown
	case in.Index != "" && len(more) > 0:
		for _, e := range more {
			if in.Index == decimal(e.Index) {
				return e.URL, nil
			}
		}
		return "", unknown
	}
	return app.ACS, nil
}

// safeACS refuses what a browser would not post to.
func safeACS(acs string) error {
	u, err := url.Parse(acs)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return refuse("invalid_request", "The app's settings name no address that takes assertions: set its single sign-on URL.")
	}
	return nil
}

// resumable writes a request as the redirect binding sends it.
func resumable(raw []byte, relay string) string {
	v := url.Values{}
	if raw != nil {
		var b bytes.Buffer
		w, err := flate.NewWriter(&b, flate.BestCompression)
		if err != nil {
			panic("oidc: " + err.Error()) // a constant level
		}
		if _, err := w.Write(raw); err != nil || w.Close() != nil {
			panic("oidc: a buffer takes everything")
		}
		v.Set("SAMLRequest", base64.StdEncoding.EncodeToString(b.Bytes()))
	}
	if relay != "" {
		v.Set("RelayState", relay)
	}
	return v.Encode()
}
