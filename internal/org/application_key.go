package org

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"net/http"
	"strconv"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// keyYears is how long the certificate of a new application is valid ("recorded").
const keyYears = 10

// appKey is a key of an application. cert is its certificate, DER in base 64.
type appKey struct {
	kid, cert string
	created   time.Time
}

// mintKey gives an application a new key id; its key is made when it is first asked for.
func (tx *Tx) mintKey(app string) (kid string, err error) {
	kid = tx.org.ids.random(43)
	_, err = tx.q.Exec(tx.ctx, `INSERT INTO app_key (app, kid, sealed, cert, csr, created) VALUES ($1, $2, '', '', '', $3)`, app, kid, tx.now.UnixMilli())
	return kid, err
}

// appKeys lists the keys of an application by their age, and makes those that are not made yet.
func (o *Org) appKeys(r *Request, app string) ([]appKey, error) {
	s := o.reads(r.ctx)
	missing, err := s.ids(`SELECT kid FROM app_key WHERE app = $1 AND csr = '' AND cert = '' ORDER BY kid`, app)
	if err != nil {
		return nil, err
	}
	for _, kid := range missing {
		if err := o.makeAppKey(r, app, kid, keyYears); err != nil {
			return nil, err
		}
	}
	rows, err := s.q.Query(s.ctx, `SELECT kid, cert, created FROM app_key WHERE app = $1 AND csr = '' ORDER BY created, kid`, app)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []appKey
	for rows.Next() {
		var k appKey
		var created int64
		if err := rows.Scan(&k.kid, &k.cert, &created); err != nil {
			return nil, err
		}
		k.created = second(time.UnixMilli(created))
		out = append(out, k)
	}
	return out, rows.Err()
}

// makeAppKey makes the key of a key id with a certificate that is valid for some years.
// Of two that make it at once, the first wins.
func (o *Org) makeAppKey(r *Request, app, kid string, years int) error {
	key, err := o.keys.make()
	if err != nil {
		return err
	}
	cert, err := o.selfSigned(key, years)
	if err != nil {
		return err
	}
	sealed := o.sealer.seal("app_key/"+app+"/"+kid, base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(key)))
	return o.db.Update(r.ctx, func(q db.Querier) error {
		_, err := q.Exec(r.ctx, `UPDATE app_key SET sealed = $3, cert = $4 WHERE app = $1 AND kid = $2 AND cert = ''`, app, kid, sealed, cert)
		return err
	})
}

// emailAttribute is the e-mail address in a name (RFC 2985 section 5.2.1).
var emailAttribute = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}

// selfSigned is a certificate for a key, named as the cloud names them ("recorded").
func (o *Org) selfSigned(key *rsa.PrivateKey, years int) (string, error) {
	serial, err := rand.Int(o.rand, new(big.Int).Lsh(big.NewInt(1), 62))
	if err != nil {
		return "", err
	}
	from := second(o.now())
	subject := pkix.Name{
		Country: []string{"US"}, Province: []string{"California"}, Locality: []string{"San Francisco"}, Organization: []string{"Okta"},
		OrganizationalUnit: []string{"SSOProvider"}, CommonName: o.ids.orgID,
		ExtraNames: []pkix.AttributeTypeAndValue{{Type: emailAttribute, Value: "info@okta.com"}},
	}
	template := x509.Certificate{
		SerialNumber: serial, Subject: subject, NotBefore: from.Add(-time.Minute), NotAfter: from.AddDate(years, 0, 0), SignatureAlgorithm: x509.SHA256WithRSA,
	}
	der, err := x509.CreateCertificate(o.rand, &template, &template, &key.PublicKey, key)
	return base64.StdEncoding.EncodeToString(der), err
}

// render is a key as the API answers it, in the recorded order: its public half.
func (k appKey) render() (okta.Object, error) {
	der, err := base64.StdEncoding.DecodeString(k.cert)
	if err != nil {
		return okta.Object{}, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return okta.Object{}, err
	}
	public, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return okta.Object{}, x509.ErrUnsupportedAlgorithm
	}
	sum := sha256.Sum256(der)
	raw := base64.RawURLEncoding
	return encodeDocument(struct {
		Kty         string   `json:"kty"`
		Created     string   `json:"created"`
		LastUpdated string   `json:"lastUpdated"`
		ExpiresAt   string   `json:"expiresAt"`
		Kid         string   `json:"kid"`
		Use         string   `json:"use"`
		X5C         []string `json:"x5c"`
		Thumbprint  string   `json:"x5t#S256"`
		E           string   `json:"e"`
		N           string   `json:"n"`
	}{
		"RSA", stamp(k.created), stamp(k.created), stamp(cert.NotAfter), k.kid, "sig",
		[]string{k.cert},
		raw.EncodeToString(sum[:]),
		raw.EncodeToString(big.NewInt(int64(public.E)).Bytes()), raw.EncodeToString(public.N.Bytes()),
	})
}

// listApplicationKeys answers all keys of an application. There are few: no pages ("recorded").
func listApplicationKeys(o *Org, r *Request) (Reply, error) {
	app, err := o.reads(r.ctx).get(apps, r.Args["appId"])
	if err != nil {
		return Reply{}, err
	}
	keys, err := o.appKeys(r, app.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	docs := make([]okta.Object, len(keys))
	for i, k := range keys {
		if docs[i], err = k.render(); err != nil {
			return Reply{}, err
		}
	}
	return Reply{Status: http.StatusOK, Body: listBody(docs)}, nil
}

// namedKey finds a key of an application.
func (o *Org) namedKey(r *Request, app, kid string) (appKey, error) {
	keys, err := o.appKeys(r, app)
	if err != nil {
		return appKey{}, err
	}
	for _, k := range keys {
		if k.kid == kid {
			return k, nil
		}
	}
	return appKey{}, notFound(printable(kid), "JsonWebKey")
}

func getApplicationKey(o *Org, r *Request) (Reply, error) {
	app, err := o.reads(r.ctx).get(apps, r.Args["appId"])
	if err != nil {
		return Reply{}, err
	}
	k, err := o.namedKey(r, app.Text("id"), r.Args["keyId"])
	if err != nil {
		return Reply{}, err
	}
	doc, err := k.render()
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// generateApplicationKey makes one more key; the application signs with it once its
// credentials.signing.kid names it.
func generateApplicationKey(o *Org, r *Request) (Reply, error) {
	years, err := strconv.Atoi(r.Query.Get("validityYears"))
	if err != nil || years < 2 || years > keyYears {
		return Reply{}, invalid("validityYears", "validityYears: The value must be from 2 to 10")
	}
	var kid string
	err = o.update(r, func(tx *Tx) error {
		app, err := tx.get(apps, r.Args["appId"])
		if err != nil {
			return err
		}
		if kid, err = tx.mintKey(app.Text("id")); err != nil {
			return err
		}
		tx.log(appEvent(app, "application.lifecycle.update", "Update application"))
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	if err := o.makeAppKey(r, r.Args["appId"], kid, years); err != nil {
		return Reply{}, err
	}
	return o.answerKey(r, r.Args["appId"], kid)
}

func (o *Org) answerKey(r *Request, app, kid string) (Reply, error) {
	k, err := o.namedKey(r, app, kid)
	if err != nil {
		return Reply{}, err
	}
	doc, err := k.render()
	if err != nil {
		return Reply{}, err
	}
	return created(doc)
}

// cloneApplicationKey shares a key with another application (targetAid): both sign with
// the same certificate. The other one, too, must be within the caller's reach.
func cloneApplicationKey(o *Org, r *Request) (Reply, error) {
	k, err := o.namedKey(r, r.Args["appId"], r.Args["keyId"])
	if err != nil {
		return Reply{}, err
	}
	from, to := r.Args["appId"], r.Query.Get("targetAid")
	err = o.update(r, func(tx *Tx) error {
		target, err := tx.get(apps, to)
		if err != nil {
			return err
		}
		if !r.reach.app(target) {
			return fail("E0000006", "")
		}
		var sealed string
		if err := tx.q.QueryRow(tx.ctx, `SELECT sealed FROM app_key WHERE app = $1 AND kid = $2`, from, k.kid).Scan(&sealed); err != nil {
			return err
		}
		private, err := o.sealer.open("app_key/"+from+"/"+k.kid, sealed)
		if err != nil {
			return err
		}
		res, err := tx.q.Exec(tx.ctx, `INSERT INTO app_key (app, kid, sealed, cert, csr, created) VALUES ($1, $2, $3, $4, '', $5) ON CONFLICT DO NOTHING`,
			to, k.kid, o.sealer.seal("app_key/"+to+"/"+k.kid, private), k.cert, k.created.UnixMilli())
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return invalid("targetAid", "targetAid: The application has this key already")
		}
		tx.log(appEvent(target, "application.lifecycle.update", "Update application"))
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return o.answerKey(r, to, k.kid)
}
