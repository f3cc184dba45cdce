package oidc

import (
	"crypto/rsa"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"gatehouse/internal/org"
)

func decimal(n int) string { return strconv.Itoa(n) }

// The namespaces and names of a response (SAML 2.0 Core).
const (
	samlAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	samlProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	samlBearer    = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
	samlEntity    = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
	samlTransient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
	samlSuccess   = "urn:oasis:names:tc:SAML:2.0:status:Success"
	samlResponder = "urn:oasis:names:tc:SAML:2.0:status:Responder"
	samlNoPassive = "urn:oasis:names:tc:SAML:2.0:status:NoPassive"
)

// assertionLife is how long an assertion may be used, before and behind its time, as in the cloud.
const assertionLife = 5 * time.Minute

// samlTime writes a time as the standard has it: UTC, with milliseconds (Core section 1.3.3).
func samlTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// samlAnswer is what a response is made of.
type samlAnswer struct {
	samlRequest
	subject org.SAMLSubject
	session org.Session
	now     time.Time
	// newID makes the ids of the messages: unguessable, and beginning with a letter.
	newID func() string
	key   *rsa.PrivateKey
	cert  []byte
}

// response is the signed document that the browser carries to the service provider.
func (a samlAnswer) response() ([]byte, error) {
	e := a.envelope()
	status := child(e, "saml2p:Status", "")
	child(status, "saml2p:StatusCode", "", "Value", samlSuccess)
	assertion := a.assertion()
	if a.app.AssertionSigned {
		if err := a.sign(assertion); err != nil {
			return nil, err
		}
	}
	e.AddChild(assertion)
	return a.finish(e, a.app.ResponseSigned)
}

// refusal is a response without an assertion: code says whose fault it is, detail which.
func (a samlAnswer) refusal(code, detail string) ([]byte, error) {
	e := a.envelope()
	outer := child(child(e, "saml2p:Status", ""), "saml2p:StatusCode", "", "Value", code)
	child(outer, "saml2p:StatusCode", "", "Value", detail)
	return a.finish(e, true)
}

// envelope is a response without its status.
func (a samlAnswer) envelope() *etree.Element {
	e := etree.NewElement("saml2p:Response")
	e.CreateAttr("xmlns:saml2p", samlProtocol)
	e.CreateAttr("ID", a.newID())
	e.CreateAttr("Version", "2.0")
	e.CreateAttr("IssueInstant", samlTime(a.now))
	e.CreateAttr("Destination", a.place(a.app.Destination))
	if a.id != "" {
		e.CreateAttr("InResponseTo", a.id)
	}
	child(e, "saml2:Issuer", a.app.Issuer, "xmlns:saml2", samlAssertion, "Format", samlEntity)
	return e
}

// place is what the settings say of the place that takes the assertion; a place beside
// theirs, which the request named, is itself.
func (a samlAnswer) place(configured string) string {
	if configured == "" || a.acs != a.app.ACS {
		return a.acs
	}
	return configured
}

// assertion says who signed in (Core section 2.3.3, Profiles section 4.1.4.2).
func (a samlAnswer) assertion() *etree.Element {
	e := etree.NewElement("saml2:Assertion")
	for _, at := range [][2]string{{"xmlns:saml2", samlAssertion}, {"ID", a.newID()}, {"Version", "2.0"}, {"IssueInstant", samlTime(a.now)}} {
		e.CreateAttr(at[0], at[1])
	}
	child(e, "saml2:Issuer", a.app.Issuer, "Format", samlEntity)
	until := samlTime(a.now.Add(assertionLife))

	subject := child(e, "saml2:Subject", "")
	name := a.subject.NameID
	if a.app.NameFormat == samlTransient {
		name = a.newID() // another at each sign-on (Core section 8.3.8)
	}
	child(subject, "saml2:NameID", name, "Format", a.app.NameFormat)
	data := child(child(subject, "saml2:SubjectConfirmation", "", "Method", samlBearer), "saml2:SubjectConfirmationData", "",
		"NotOnOrAfter", until, "Recipient", a.place(a.app.Recipient))
	if a.id != "" {
		data.CreateAttr("InResponseTo", a.id)
	}

	conditions := child(e, "saml2:Conditions", "", "NotBefore", samlTime(a.now.Add(-assertionLife)), "NotOnOrAfter", until)
	if a.app.Audience != "" {
		child(child(conditions, "saml2:AudienceRestriction", ""), "saml2:Audience", a.app.Audience)
	}
	statement := child(e, "saml2:AuthnStatement", "", "AuthnInstant", samlTime(a.session.AuthTime()), "SessionIndex", a.newID())
	child(child(statement, "saml2:AuthnContext", ""), "saml2:AuthnContextClassRef", a.app.Context)

	if len(a.subject.Attributes) > 0 {
		list := child(e, "saml2:AttributeStatement", "")
		for _, at := range a.subject.Attributes {
			one := child(list, "saml2:Attribute", "", "Name", at.Name)
			if at.Namespace != "" {
				one.CreateAttr("NameFormat", at.Namespace)
			}
			for _, v := range at.Values {
				child(one, "saml2:AttributeValue", v)
			}
		}
	}
	return e
}

// child adds an element with a text and attributes.
func child(to *etree.Element, tag, text string, attributes ...string) *etree.Element {
	e := to.CreateElement(tag)
	if text != "" {
		e.SetText(xmlText(text))
	}
	for i := 0; i < len(attributes); i += 2 {
		e.CreateAttr(attributes[i], xmlText(attributes[i+1]))
	}
	return e
}

// xmlText replaces what no XML document can hold (XML 1.0 section 2.2).
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return 0xFFFD
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// sign puts a signature behind the issuer, where the schema wants it (Core section 5.4).
func (a samlAnswer) sign(e *etree.Element) error {
	c, err := dsig.NewSigningContext(a.key, [][]byte{a.cert})
	if err != nil {
		return err
	}
	c.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	method := dsig.RSASHA256SignatureMethod
	if a.app.Signature == "RSA_SHA1" { // an admin chose it, for a provider that knows no other
		method = dsig.RSASHA1SignatureMethod
	}
	if err := c.SetSignatureMethod(method); err != nil {
		return err
	}
	signature, err := c.ConstructSignature(e, true)
	if err != nil {
		return fmt.Errorf("sign the %s: %w", e.Tag, err)
	}
	e.InsertChildAt(1, signature)
	return nil
}

// finish signs the response where that is asked for, and writes it as it was signed.
func (a samlAnswer) finish(e *etree.Element, signed bool) ([]byte, error) {
	if signed {
		if err := a.sign(e); err != nil {
			return nil, err
		}
	}
	doc := etree.NewDocument()
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	doc.CreateProcInst("xml", `version="1.0" encoding="UTF-8"`)
	doc.AddChild(e)
	return doc.WriteToBytes()
}
