package oidc_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// A passive request asks nobody, one with ForceAuthn asks again where the app honours that.
func TestSAMLPassiveAndForced(t *testing.T) {
	x := newServer(t)
	_, signOn, cert := x.samlApp(nil)
	b := x.browser()
	ask := func(signOn, attributes string) answer {
		return b.get(signOn + "?" + url.Values{"SAMLRequest": {deflated(t, authnRequest(attributes))}}.Encode())
	}
	r := ask(signOn, `IsPassive="true"`).response(t)
	codes := r.find("Status", "StatusCode")
	if codes[0].attr("Value") != "urn:oasis:names:tc:SAML:2.0:status:Responder" || codes[0].find("StatusCode")[0].attr("Value") != "urn:oasis:names:tc:SAML:2.0:status:NoPassive" ||
		len(r.find("Assertion")) != 0 || r.verify(cert) != "" || r.attr("InResponseTo") != "_req1" {
		t.Errorf("passive without a session: %s", r.canon(nil))
	}
	b.signInSAML(ask(signOn, ""))
	if n := len(ask(signOn, `IsPassive="1"`).response(t).find("Assertion")); n != 1 {
		t.Errorf("passive with a session: %d assertions", n)
	}
	x.clock.forward(time.Minute)
	forced := b.signInSAML(ask(signOn, `ForceAuthn="true"`)).response(t)
	if got := forced.find("Assertion", "AuthnStatement")[0].attr("AuthnInstant"); got != x.clock.Now().Format("2006-01-02T15:04:05.000Z") {
		t.Errorf("forced: signed in at %s", got)
	}
	_, lax, _ := x.samlApp(object{"honorForceAuthn": false})
	ask(lax, `ForceAuthn="true"`).response(t)
}

// An app that asks for signed requests takes none without, by either binding.
func TestSAMLSignedRequests(t *testing.T) {
	x := newServer(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	x.check(err)
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sp"}, NotBefore: x.clock.Now().Add(-time.Hour), NotAfter: x.clock.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	x.check(err)
	_, signOn, _ := x.samlApp(object{"samlSignedRequestEnabled": true, "spCertificate": object{"x5c": []string{base64.StdEncoding.EncodeToString(der)}}})
	b := x.browser()
	b.signIn(orgServer, request(), admin, password)

	message := deflated(t, authnRequest(""))
	signed := func(relay, algorithm string) string {
		q := "SAMLRequest=" + url.QueryEscape(message) + "&RelayState=" + relay + "&SigAlg=" + url.QueryEscape("http://www.w3.org/2001/04/xmldsig-more#"+algorithm)
		sum := sha256.Sum256([]byte(q))
		s, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		x.check(err)
		return q + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(s))
	}
	envelope := func(method string) string {
		c, err := dsig.NewSigningContext(key, [][]byte{der})
		x.check(err)
		c.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
		x.check(c.SetSignatureMethod(method))
		doc := etree.NewDocument()
		x.check(doc.ReadFromString(authnRequest("")))
		root, err := c.SignEnveloped(doc.Root())
		x.check(err)
		doc.SetRoot(root)
		text, err := doc.WriteToString()
		x.check(err)
		return text
	}
	enveloped := envelope(dsig.RSASHA256SignatureMethod)
	post := func(text string) answer {
		return b.post(signOn, form("SAMLRequest", base64.StdEncoding.EncodeToString([]byte(text)), "RelayState", "r"))
	}

	good := signed("r", "rsa-sha256")
	if n := len(b.get(signOn + "?" + good).response(t).find("Assertion")); n != 1 {
		t.Errorf("a signed address: %d assertions", n)
	}
	to := post(enveloped)
	if to.status != http.StatusSeeOther {
		t.Fatalf("a signed post: %d %s", to.status, to.body)
	}
	location := to.header.Get("Location")
	if n := len(b.get(location).response(t).find("Assertion")); n != 1 {
		t.Errorf("a signed post: %d assertions", n)
	}
	for what, a := range map[string]answer{
		"unsigned":           b.get(signOn + "?SAMLRequest=" + url.QueryEscape(message)),
		"another RelayState": b.get(signOn + "?" + strings.Replace(good, "RelayState=r", "RelayState=s", 1)),
		"a hidden one":       b.get(signOn + "?" + strings.Replace(good, "RelayState=r", "%52elayState=s&RelayState=", 1)),
		"SHA-1":              b.get(signOn + "?" + signed("r", "rsa-sha1")),
		"SHA-1 post":         post(envelope(dsig.RSASHA1SignatureMethod)),
		"unsigned post":      post(authnRequest("")),
		"changed post":       post(strings.Replace(enveloped, "_req1", "_req2", 1)),
		"changed word":       b.get(strings.Replace(location, "RelayState=r", "RelayState=s", 1)),
		"no word":            b.get(strings.Replace(location, "proof=", "proofs=", 1)),
	} {
		if a.status != http.StatusBadRequest || strings.Contains(a.body, "SAMLResponse") {
			t.Errorf("%s: %d %s", what, a.status, a.header.Get("Location"))
		}
	}
	// Behind the password it can be begun anew, as somebody else.
	x.check(x.EnrolTOTP(t.Context(), x.adminID(), totpSecret))
	b = x.browser()
	at, _ := b.follow(b.signInSAML(b.get(signOn + "?" + good)))
	if _, page := b.follow(b.post(at, form("switch", "1"))); !strings.Contains(page.body, `name="password"`) || !strings.Contains(page.body, "CRM") {
		t.Errorf("begun anew: %s", page.body)
	}
}
