package org

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/okta"
)

// checkU2F judges what a U2F key made: a registration of a factor that is being enrolled,
// or a signature of an active one (FIDO U2F Raw Message Formats).
func checkU2F(tx *Tx, f *Factor, p Proof) (refused, err error) {
	challenge, err := tx.org.openChallenge(*f, tx.now)
	if err != nil {
		return nil, err
	}
	f.code, f.codeExpires = "", time.Time{}
	if challenge == "" {
		return wrongKey("There is no challenge to answer, or it is too old: ask for a new one."), nil
	}
	judge := tx.org.u2fSigned
	if !f.Active {
		judge = tx.org.u2fRegistered
	}
	if err := judge(f, p, challenge); err != nil {
		return wrongKey(err.Error()), nil
	}
	return nil, nil
}

// u2fClient checks the client data of a key's answer and returns its hash.
func (o *Org) u2fClient(text, kind, challenge string) ([]byte, error) {
	raw, err := fromBase64(text)
	if err != nil {
		return nil, fmt.Errorf("clientData must be base64")
	}
	var c struct {
		Type      string `json:"typ"`
		Challenge string `json:"challenge"`
		Origin    string `json:"origin"`
	}
	if err := json.Unmarshal(raw, &c); err != nil || c.Type != kind || c.Challenge != challenge || c.Origin != o.baseURL {
		return nil, fmt.Errorf("clientData is not of this challenge and origin")
	}
	sum := sha256.Sum256(raw)
	return sum[:], nil
}

const u2fPoint = 65 // an uncompressed point of P-256

// u2fRegistered checks a registration message (section 4.3) and keeps the key. The certificate
// must have signed it, whoever issued it.
func (o *Org) u2fRegistered(f *Factor, p Proof, challenge string) error {
	client, err := o.u2fClient(p.ClientData, "navigator.id.finishEnrollment", challenge)
	if err != nil {
		return err
	}
	m, err := fromBase64(p.RegistrationData)
	malformed := fmt.Errorf("registrationData has a wrong form")
	if err != nil || len(m) < 2+u2fPoint || m[0] != 5 {
		return malformed
	}
	point, rest := m[1:1+u2fPoint], m[1+u2fPoint:]
	n := int(rest[0])
	if n == 0 || len(rest) < 1+n {
		return malformed
	}
	handle, rest := rest[1:1+n], rest[1+n:]
	var der asn1.RawValue
	signature, err := asn1.Unmarshal(rest, &der)
	if err != nil {
		return malformed
	}
	cert, err := x509.ParseCertificate(der.FullBytes)
	if err != nil {
		return malformed
	}
	app := sha256.Sum256([]byte(o.baseURL))
	signed := slices.Concat([]byte{0}, app[:], client, handle, point)
	if err := cert.CheckSignature(x509.ECDSAWithSHA256, signed, signature); err != nil {
		return fmt.Errorf("the signature of the registration is wrong")
	}
	if _, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point); err != nil {
		return malformed
	}
	f.counter = 0
	f.Profile = okta.Object{}.With("credentialId", base64.RawURLEncoding.EncodeToString(handle))
	return o.sealSecurityKey(f, securityKey{handle, point})
}

// u2fSigned checks an authentication response message (section 5.4).
func (o *Org) u2fSigned(f *Factor, p Proof, challenge string) error {
	client, err := o.u2fClient(p.ClientData, "navigator.id.getAssertion", challenge)
	if err != nil {
		return err
	}
	m, err := fromBase64(p.SignatureData)
	if err != nil || len(m) < 6 {
		return fmt.Errorf("signatureData has a wrong form")
	}
	k, err := o.openSecurityKey(*f)
	if err != nil {
		return err
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), k.Key)
	if err != nil {
		return err
	}
	app := sha256.Sum256([]byte(o.baseURL))
	sum := sha256.Sum256(slices.Concat(app[:], m[:5], client))
	if m[0]&1 == 0 || !ecdsa.VerifyASN1(key, sum[:], m[5:]) {
		return fmt.Errorf("the signature is wrong")
	}
	return f.count(binary.BigEndian.Uint32(m[1:5]))
}
