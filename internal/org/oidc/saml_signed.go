package oidc

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"

	"gatehouse/internal/org"
)

var errUnsigned = refuse("invalid_request", "The app's settings ask for signed requests, and the signature of this one is missing or wrong.")

// redirectAlgorithms are those that a signed address may name (Bindings section 3.4.4.1); SHA-1 is not among them.
var redirectAlgorithms = map[string]crypto.Hash{
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": crypto.SHA256,
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": crypto.SHA384,
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": crypto.SHA512,
}

// verifySAML checks the signature of a request against the certificate of the app's
// settings. It returns the document that was signed: nothing else of the request counts.
func verifySAML(app org.SAMLApp, h *http.Request, raw []byte, now time.Time) ([]byte, error) {
	cert, err := spCertificate(app)
	if err != nil {
		return nil, err
	}
	if h.Method != http.MethodPost {
		return raw, verifyRedirect(cert, h)
	}
	doc := etree.NewDocument()
	if doc.ReadFromBytes(raw) != nil || doc.Root() == nil {
		return nil, errSAML
	}
	for _, e := range doc.FindElements("//[@Algorithm]") {
		if strings.HasSuffix(e.SelectAttrValue("Algorithm", ""), "sha1") { // of the signature or of a digest
			return nil, errUnsigned
		}
	}
	v := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
	v.Clock = dsig.NewFakeClockAt(now)
	signed, err := v.Validate(doc.Root())
	if err != nil {
		return nil, errUnsigned
	}
	out := etree.NewDocument()
	out.SetRoot(signed)
	return out.WriteToBytes()
}

func spCertificate(app org.SAMLApp) (*x509.Certificate, error) {
	missing := refuse("invalid_request", "The app's settings ask for signed requests, but hold no certificate to check them with.")
	if len(app.Certificate.X5C) == 0 {
		return nil, missing
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(app.Certificate.X5C[0]), ""))
	if err != nil {
		return nil, missing
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, missing
	}
	return cert, nil
}

// verifyRedirect checks the signature of an address, which is over the parameters as they
// were written there, in this order.
func verifyRedirect(cert *x509.Certificate, h *http.Request) error {
	given := map[string]string{}
	for part := range strings.SplitSeq(h.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		given[name] = value
	}
	for _, name := range []string{"SAMLRequest", "RelayState"} { // what counts is what was signed
		if read, err := url.QueryUnescape(given[name]); err != nil || read != h.Form.Get(name) {
			return errUnsigned
		}
	}
	signed := "SAMLRequest=" + given["SAMLRequest"]
	if relay, ok := given["RelayState"]; ok {
		signed += "&RelayState=" + relay
	}
	signed += "&SigAlg=" + given["SigAlg"]
	name, err := url.QueryUnescape(given["SigAlg"])
	text, err2 := url.QueryUnescape(given["Signature"])
	signature, err3 := base64.StdEncoding.DecodeString(text)
	hash, known := redirectAlgorithms[name]
	key, isRSA := cert.PublicKey.(*rsa.PublicKey)
	if err != nil || err2 != nil || err3 != nil || !known || !isRSA {
		return errUnsigned
	}
	digest := hash.New()
	digest.Write([]byte(signed))
	if rsa.VerifyPKCS1v15(key, hash, digest.Sum(nil), signature) != nil {
		return errUnsigned
	}
	return nil
}
