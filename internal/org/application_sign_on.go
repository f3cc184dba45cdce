package org

import (
	"context"
	"crypto/rsa"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// SAMLApp is an application that people sign on to by an assertion of the org.
type SAMLApp struct {
	// ID is the application's id, Name its name in addresses, Label what people call it, Mode how
	// it signs on: only SAML 2.0 is answered.
	ID, Name, Label, Mode string
	// Key is what a service provider knows it by, Issuer what the org calls itself there.
	Key, Issuer string
	SAMLSettings
	doc okta.Object
}

// SAML tells whether the application takes assertions of SAML 2.0.
func (a SAMLApp) SAML() bool { return a.Mode == modeSAML }

// Client stands for the application where a client is asked for.
func (a SAMLApp) Client() OAuthClient {
	return OAuthClient{ID: appClient + a.ID, AppID: a.ID, Name: a.Label}
}

// SAMLSettings are the sign-on settings of a SAML application, as its document holds them.
type SAMLSettings struct {
	RelayState  string         `json:"defaultRelayState"`
	ACS         string         `json:"ssoAcsUrl"`
	ACSOverride string         `json:"ssoAcsUrlOverride"`
	IDPIssuer   string         `json:"idpIssuer"`
	Audience    string         `json:"audience"`
	Recipient   string         `json:"recipient"`
	Destination string         `json:"destination"`
	Subject     string         `json:"subjectNameIdTemplate"`
	NameFormat  string         `json:"subjectNameIdFormat"`
	Context     string         `json:"authnContextClassRef"`
	Signature   string         `json:"signatureAlgorithm"`
	Endpoints   []SAMLEndpoint `json:"acsEndpoints"`
	// The overrides are of catalog apps, which fix the rest.
	AudienceOverride    string `json:"audienceOverride"`
	RecipientOverride   string `json:"recipientOverride"`
	DestinationOverride string `json:"destinationOverride"`
	// ResponseSigned and AssertionSigned say what is signed; SignedRequests that requests must be.
	ResponseSigned  bool `json:"responseSigned"`
	AssertionSigned bool `json:"assertionSigned"`
	SignedRequests  bool `json:"samlSignedRequestEnabled"`
	HonorForce      bool `json:"honorForceAuthn"`
	MoreEndpoints   bool `json:"allowMultipleAcsEndpoints"`
	Encryption      struct {
		Enabled bool `json:"enabled"`
	} `json:"assertionEncryption"`
	Certificate struct {
		X5C []string `json:"x5c"`
	} `json:"spCertificate"`
	Statements []policy.Statement `json:"attributeStatements"`
}

// SAMLEndpoint is a further place that takes assertions.
type SAMLEndpoint struct {
	URL   string `json:"url"`
	Index int    `json:"index"`
}

// SAMLApp finds the active application that the address of its metadata names; found is
// false for any other.
func (o *Org) SAMLApp(ctx context.Context, name, key string) (a SAMLApp, found bool, err error) {
	s := o.reads(ctx)
	ids, err := s.ids(`SELECT id FROM attr WHERE kind = $1 AND name = 'name' AND value = $2`, apps.kind, cut(fold(name)))
	if err != nil {
		return a, false, err
	}
	for _, id := range ids {
		if o.externalKey(id) != key {
			continue
		}
		doc, err := s.get(apps, id)
		if err != nil || doc.Text("name") != name || doc.Text("status") != appActive {
			return a, false, err
		}
		a = SAMLApp{ID: id, Name: name, Label: doc.Text("label"), Mode: doc.Text("signOnMode"), Key: key, doc: doc}
		if err := doc.Object("settings", "signOn").Decode(&a.SAMLSettings); err != nil {
			return a, false, fmt.Errorf("the sign-on settings of %s: %w", id, err)
		}
		a.complete()
		return a, true, nil
	}
	return a, false, nil
}

// complete fills in what settings leave out, as the cloud's defaults have it.
func (a *SAMLApp) complete() {
	for _, f := range []struct {
		to   *string
		over string
		none string
	}{
		{&a.ACS, a.ACSOverride, ""},
		{&a.Audience, a.AudienceOverride, ""},
		{&a.Recipient, a.RecipientOverride, ""},
		{&a.Destination, a.DestinationOverride, ""},
		{&a.IDPIssuer, "", "http://www.okta.com/${org.externalKey}"},
		{&a.Subject, "", "${user.userName}"},
		{&a.NameFormat, "", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"},
		{&a.Context, "", "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"},
	} {
		if f.over != "" {
			*f.to = f.over
		}
		if *f.to == "" {
			*f.to = f.none
		}
	}
	if !a.ResponseSigned && !a.AssertionSigned { // one of them must be (published): catalog apps name neither
		a.ResponseSigned, a.AssertionSigned = true, true
	}
	a.Issuer = strings.ReplaceAll(a.IDPIssuer, "${org.externalKey}", a.Key)
}

// SAMLKey is the key that an application signs with, and its certificate in DER.
func (o *Org) SAMLKey(r *Request, a SAMLApp) (*rsa.PrivateKey, []byte, error) {
	kid := a.doc.Text("credentials", "signing", "kid")
	k, err := o.namedKey(r, a.ID, kid)
	if err != nil {
		return nil, nil, fmt.Errorf("the signing key of %s: %w", a.ID, err)
	}
	var sealed string
	if err := o.reads(r.ctx).q.QueryRow(r.ctx, `SELECT sealed FROM app_key WHERE app = $1 AND kid = $2`, a.ID, kid).Scan(&sealed); err != nil {
		return nil, nil, err
	}
	text, err := o.sealer.open("app_key/"+a.ID+"/"+kid, sealed)
	if err != nil {
		return nil, nil, err
	}
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, nil, err
	}
	key, err := x509.ParsePKCS1PrivateKey(der)
	if err != nil {
		return nil, nil, err
	}
	cert, err := base64.StdEncoding.DecodeString(k.cert)
	return key, cert, err
}

// SAMLSubject is whom an assertion is about.
type SAMLSubject struct {
	NameID     string
	Attributes []policy.Attribute
}

// SAMLSubject is what an application's assertion says of somebody who has it; ErrNotAssigned
// says that they do not. Any other error is of the settings: no assertion is made.
func (o *Org) SAMLSubject(r *Request, a SAMLApp, in Session) (SAMLSubject, error) {
	s := o.reads(r.ctx)
	person, err := s.activePerson(in.UserID)
	if err != nil {
		return SAMLSubject{}, err
	}
	has, err := s.appUser(a.doc, in.UserID)
	if isCode(err, "E0000007") {
		return SAMLSubject{}, ErrNotAssigned
	}
	if err != nil {
		return SAMLSubject{}, err
	}
	x := policy.Subject{
		User: person.Bytes(), AppUser: has.forClaims().Bytes(), App: a.doc.Bytes(), OrgName: o.subdomain(), OrgSubdomain: o.subdomain(),
		AMR: in.AMR, Now: r.Now,
	}
	if x.Groups, err = s.groupsForClaims(in.UserID); err != nil {
		return SAMLSubject{}, err
	}
	var out SAMLSubject
	if out.NameID, err = x.NameID(a.Subject); err != nil {
		return out, &SettingsError{err}
	}
	if out.NameID == "" {
		return out, &SettingsError{fmt.Errorf("the template %q gives no name", a.Subject)}
	}
	if out.Attributes, err = x.Attributes(a.Statements); err != nil {
		return out, &SettingsError{err}
	}
	return out, nil
}

// ErrNotAssigned says that somebody does not have an application.
var ErrNotAssigned error = fail("E0000006", "")

// SettingsError says what is wrong with the settings of an application.
type SettingsError struct{ Err error }

func (e *SettingsError) Error() string { return e.Err.Error() }
func (e *SettingsError) Unwrap() error { return e.Err }

// LogSignOn tells the System Log of a sign-on to an application; problem is "" for one that
// was made. An unassigned person's is an event of its own as well.
func (o *Org) LogSignOn(r *Request, a SAMLApp, in Session, problem string, unassigned bool) error {
	return o.update(r, func(tx *Tx) error {
		person, err := tx.get(users, in.UserID)
		if err != nil {
			return err
		}
		e := Event{
			Type: "user.authentication.sso", Message: "User single sign on to app", Actor: actorOf(person), Session: in.LogID,
			Targets: []Target{applicationTarget(a.doc), userTarget(person)}, Debug: map[string]string{"signOnMode": "SAML 2.0"},
		}
		if problem != "" {
			e.Result, e.Reason, e.Severity = "FAILURE", problem, "WARN"
		}
		tx.log(e)
		if unassigned {
			tx.log(Event{
				Type: "app.generic.unauth_app_access_attempt", Message: "User attempted unauthorized access to app", Result: "FAILURE", Severity: "WARN",
				Actor: actorOf(person), Session: in.LogID, Targets: []Target{applicationTarget(a.doc), userTarget(person)},
			})
		}
		return nil
	})
}

// Vouch is the org's word that a request for a place was found correct, to be carried by a browser.
func (o *Org) Vouch(place, request string) string {
	return base64.RawURLEncoding.EncodeToString(o.sealer.sign("sign-on " + place + "\n" + request))
}

// Vouched tells whether word is what Vouch gave for this.
func (o *Org) Vouched(place, word, request string) bool {
	return subtle.ConstantTimeCompare([]byte(word), []byte(o.Vouch(place, request))) == 1
}
