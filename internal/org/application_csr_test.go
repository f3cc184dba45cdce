package org

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"testing"
	"time"
)

// A certificate that somebody else signs becomes a key of the application.
func TestCertificateRequests(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		app := x.newApp(modeSAML, "CRM").Text("id")
		at := "/api/v1/apps/" + app + "/credentials/csrs"
		x.call("POST", at, `{}`).refused(400, "E0000001", "subject.commonName: The field cannot be left blank")
		csr := x.call("POST", at, `{"subject":{"countryName":"PT","organizationName":"Company","commonName":"SP"},"subjectAltNames":{"dnsNames":["sp.company.example"]}}`).want(201).doc()
		der, err := base64.StdEncoding.DecodeString(csr.Text("csr"))
		if err != nil {
			t.Fatal(err)
		}
		request, err := x509.ParseCertificateRequest(der)
		if err != nil || request.CheckSignature() != nil || request.Subject.CommonName != "SP" || len(request.DNSNames) != 1 {
			t.Fatalf("%v %+v", err, request)
		}
		if keys := x.call("GET", "/api/v1/apps/"+app+"/credentials/keys", "").want(200).docs(); len(keys) != 1 {
			t.Errorf("an open request counts as a key: %v", keys)
		}
		publish := at + "/" + csr.Text("id") + "/lifecycle/publish"
		authority, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		sign := func(public any) []byte {
			template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "SP"}, NotBefore: x.now(), NotAfter: x.now().Add(time.Hour)}
			cert, err := x509.CreateCertificate(rand.Reader, template, template, public, authority)
			if err != nil {
				t.Fatal(err)
			}
			return cert
		}
		x.send(publish, "application/pkix-cert", []byte("none")).refused(400, "E0000001", "certificate: The body is no X.509 certificate in DER, PEM or base 64")
		x.send(publish, "application/pkix-cert", sign(&authority.PublicKey)).refused(400, "E0000001", "certificate: The certificate is of another key than the request")
		x.send(publish, "text/plain", sign(request.PublicKey)).refused(400, "E0000019", "")
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: sign(request.PublicKey)})
		if key := x.send(publish, "application/x-pem-file", text).want(201).doc(); key.Text("kid") != csr.Text("id") {
			t.Errorf("%s", key.Bytes())
		}
		if keys := x.call("GET", "/api/v1/apps/"+app+"/credentials/keys", "").want(200).docs(); len(keys) != 2 {
			t.Errorf("published, there are %d keys", len(keys))
		}
		x.call("GET", at+"/"+csr.Text("id"), "").refused(404, "E0000007", "")
		second := x.call("POST", at, `{"subject":{"commonName":"SP"}}`).want(201).doc().Text("id")
		x.call("DELETE", at+"/"+second, "").want(204)
		if open := x.call("GET", at, "").want(200).docs(); len(open) != 0 {
			t.Errorf("open requests %v", open)
		}
	})
}

// send posts a file.
func (x *testOrg) send(path, kind string, body []byte) answer {
	x.t.Helper()
	r, err := http.NewRequestWithContext(x.t.Context(), http.MethodPost, x.url+path, io.NopCloser(bytes.NewReader(body)))
	if err != nil {
		x.t.Fatal(err)
	}
	r.ContentLength = int64(len(body))
	r.Header.Set("Authorization", "SSWS "+x.token)
	r.Header.Set("Content-Type", kind)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		x.t.Fatal(err)
	}
	defer res.Body.Close()
	return readAnswer(x.t, res)
}
