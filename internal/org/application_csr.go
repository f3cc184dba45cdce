package org

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"strings"
	"time"

	"gatehouse/internal/okta"
)

// appCSR is a request for a certificate: a key whose certificate somebody else signs.
type appCSR struct {
	id, csr string
	created time.Time
}

// maxNames bounds the DNS names of a certificate request.
const maxNames = 100

// appCSRs lists the open certificate requests of an application by their age.
func (s store) appCSRs(app string) ([]appCSR, error) {
	rows, err := s.q.Query(s.ctx, `SELECT kid, csr, created FROM app_key WHERE app = $1 AND csr <> '' ORDER BY created, kid`, app)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []appCSR
	for rows.Next() {
		var c appCSR
		var created int64
		if err := rows.Scan(&c.id, &c.csr, &created); err != nil {
			return nil, err
		}
		c.created = second(time.UnixMilli(created))
		out = append(out, c)
	}
	return out, rows.Err()
}

// namedCSR finds the certificate request that a request names.
func (s store) namedCSR(r *Request, app string) (appCSR, error) {
	all, err := s.appCSRs(app)
	if err != nil {
		return appCSR{}, err
	}
	for _, c := range all {
		if c.id == r.Args["csrId"] {
			return c, nil
		}
	}
	return appCSR{}, notFound(printable(r.Args["csrId"]), "Csr")
}

func (o *Org) renderCSR(app string, c appCSR) (okta.Object, error) {
	at := o.appURL(app) + "/credentials/csrs/" + c.id
	return encodeDocument(struct {
		ID      string                `json:"id"`
		Created string                `json:"created"`
		CSR     string                `json:"csr"`
		Kty     string                `json:"kty"`
		Links   map[string]hintedLink `json:"_links"`
	}{c.id, stamp(c.created), c.csr, "RSA", map[string]hintedLink{"self": sessionLink(at, "GET", "DELETE"), "publish": sessionLink(at+"/lifecycle/publish", "POST")}})
}

func listCsrsForApplication(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	app, err := s.get(apps, r.Args["appId"])
	if err != nil {
		return Reply{}, err
	}
	all, err := s.appCSRs(app.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	docs := make([]okta.Object, len(all))
	for i, c := range all {
		if docs[i], err = o.renderCSR(app.Text("id"), c); err != nil {
			return Reply{}, err
		}
	}
	return Reply{Status: http.StatusOK, Body: listBody(docs)}, nil
}

func getCsrForApplication(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	app, err := s.get(apps, r.Args["appId"])
	if err != nil {
		return Reply{}, err
	}
	c, err := s.namedCSR(r, app.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderCSR(app.Text("id"), c)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// csrInput is what a certificate is asked for.
type csrInput struct {
	Subject struct {
		Country  string `json:"countryName"`
		Province string `json:"stateOrProvinceName"`
		Locality string `json:"localityName"`
		Org      string `json:"organizationName"`
		Unit     string `json:"organizationalUnitName"`
		Name     string `json:"commonName"`
	} `json:"subject"`
	AltNames struct {
		DNS []string `json:"dnsNames"`
	} `json:"subjectAltNames"`
}

func (in csrInput) name() pkix.Name {
	one := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	return pkix.Name{
		Country: one(in.Subject.Country), Province: one(in.Subject.Province), Locality: one(in.Subject.Locality), Organization: one(in.Subject.Org),
		OrganizationalUnit: one(in.Subject.Unit), CommonName: in.Subject.Name,
	}
}

// generateCsrForApplication makes a key and a request for its certificate (PKCS #10, DER in base 64).
func generateCsrForApplication(o *Org, r *Request) (Reply, error) {
	var in csrInput
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	if in.Subject.Name == "" {
		return Reply{}, invalid("subject.commonName", "subject.commonName: The field cannot be left blank")
	}
	if len(in.AltNames.DNS) > maxNames {
		return Reply{}, invalid("subjectAltNames", "subjectAltNames: At most 100 names")
	}
	key, err := o.keys.make()
	if err != nil {
		return Reply{}, err
	}
	der, err := x509.CreateCertificateRequest(o.rand, &x509.CertificateRequest{Subject: in.name(), DNSNames: in.AltNames.DNS, SignatureAlgorithm: x509.SHA256WithRSA}, key)
	if err != nil {
		return Reply{}, invalid("subject", "subject: No certificate request can be made of these names")
	}
	c := appCSR{id: o.ids.random(43), csr: base64.StdEncoding.EncodeToString(der), created: r.Now}
	sealed := o.sealer.seal("app_key/"+r.Args["appId"]+"/"+c.id, base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(key)))
	err = o.update(r, func(tx *Tx) error {
		app, err := tx.get(apps, r.Args["appId"])
		if err != nil {
			return err
		}
		tx.log(appEvent(app, "application.lifecycle.update", "Update application"))
		_, err = tx.q.Exec(tx.ctx, `INSERT INTO app_key (app, kid, sealed, cert, csr, created) VALUES ($1, $2, $3, '', $4, $5)`,
			app.Text("id"), c.id, sealed, c.csr, tx.now.UnixMilli())
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderCSR(r.Args["appId"], c)
	if err != nil {
		return Reply{}, err
	}
	return created(doc)
}

func revokeCsrFromApplication(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		app, err := tx.get(apps, r.Args["appId"])
		if err != nil {
			return err
		}
		c, err := tx.namedCSR(r, app.Text("id"))
		if err != nil {
			return err
		}
		tx.log(appEvent(app, "application.lifecycle.update", "Update application"))
		_, err = tx.q.Exec(tx.ctx, `DELETE FROM app_key WHERE app = $1 AND kid = $2`, app.Text("id"), c.id)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// publishCsr takes the certificate that was made for a request; the key is one of the
// application's keys from then on.
func publishCsr(o *Org, r *Request) (Reply, error) {
	cert, err := certificateIn(r.body)
	if err != nil {
		return Reply{}, invalid("certificate", "certificate: The body is no X.509 certificate in DER, PEM or base 64")
	}
	err = o.update(r, func(tx *Tx) error {
		app, err := tx.get(apps, r.Args["appId"])
		if err != nil {
			return err
		}
		c, err := tx.namedCSR(r, app.Text("id"))
		if err != nil {
			return err
		}
		if same, err := certifies(cert, c.csr); err != nil || !same {
			if err == nil {
				err = invalid("certificate", "certificate: The certificate is of another key than the request")
			}
			return err
		}
		tx.log(appEvent(app, "application.lifecycle.update", "Update application"))
		_, err = tx.q.Exec(tx.ctx, `UPDATE app_key SET cert = $3, csr = '' WHERE app = $1 AND kid = $2`, app.Text("id"), c.id, base64.StdEncoding.EncodeToString(cert.Raw))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return o.answerKey(r, r.Args["appId"], r.Args["csrId"])
}

// certificateIn reads a certificate in one of the forms that the published description names.
func certificateIn(body []byte) (*x509.Certificate, error) {
	if block, _ := pem.Decode(body); block != nil {
		return x509.ParseCertificate(block.Bytes)
	}
	if cert, err := x509.ParseCertificate(body); err == nil {
		return cert, nil
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(bytes.Trim(body, `"`))), ""))
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// certifies tells whether a certificate is of the key of a request.
func certifies(cert *x509.Certificate, csr string) (bool, error) {
	der, err := base64.StdEncoding.DecodeString(csr)
	if err != nil {
		return false, err
	}
	request, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return false, err
	}
	public, ok := request.PublicKey.(*rsa.PublicKey)
	return ok && public.Equal(cert.PublicKey), nil
}

// certificateTypes are the content types in which a certificate is sent.
var certificateTypes = []string{"application/x-x509-ca-cert", "application/pkix-cert", "application/x-pem-file"}
