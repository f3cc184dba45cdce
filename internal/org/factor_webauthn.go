package org

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"gatehouse/internal/okta"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
)

// ceremonyLife is how long a challenge to an authenticator works.
const ceremonyLife = 5 * time.Minute

// securityKey is what is stored of an authenticator: the public key (COSE for WebAuthn, an
// uncompressed point for U2F) and the id of the credential.
type securityKey struct {
	ID  []byte `json:"id"`
	Key []byte `json:"key"`
}

func (o *Org) openSecurityKey(f Factor) (k securityKey, err error) {
	text, err := o.sealer.open("factor/"+f.ID, f.secret)
	if err == nil {
		err = json.Unmarshal([]byte(text), &k)
	}
	return k, err
}

func (o *Org) sealSecurityKey(f *Factor, k securityKey) error {
	text, err := json.Marshal(k)
	f.secret = o.sealer.seal("factor/"+f.ID, string(text))
	return err
}

// challenge puts a new challenge to the authenticator of a factor. It works once.
func (tx *Tx) challenge(f *Factor) string {
	c := tx.org.NewSecret(20)
	f.code, f.codeExpires = tx.org.sealer.seal("factor code/"+f.ID, c), tx.now.Add(ceremonyLife)
	return c
}

// openChallenge reads the challenge that a factor was put to; "" for none that works.
func (o *Org) openChallenge(f Factor, now time.Time) (string, error) {
	if f.code == "" || !now.Before(f.codeExpires) {
		return "", nil
	}
	return o.sealer.open("factor code/"+f.ID, f.code)
}

// relyingParty is the host that credentials are bound to (WebAuthn section 5.1.2), and
// whether browsers take it for one: an IP address is none.
func (o *Org) relyingParty() (id string, valid bool) {
	u, err := url.Parse(o.baseURL)
	if err != nil {
		return "", false
	}
	_, err = netip.ParseAddr(strings.Trim(u.Hostname(), "[]"))
	return u.Hostname(), err != nil
}

// checkWebAuthn judges what an authenticator made: a new credential of a factor that is
// being enrolled, or a signature of an active one.
func checkWebAuthn(tx *Tx, f *Factor, p Proof) (refused, err error) {
	challenge, err := tx.org.openChallenge(*f, tx.now)
	if err != nil {
		return nil, err
	}
	f.code, f.codeExpires = "", time.Time{}
	if challenge == "" {
		return wrongKey("There is no challenge to answer, or it is too old: ask for a new one."), nil
	}
	judge := tx.org.signed
	if !f.Active {
		judge = tx.org.attested
	}
	if err := judge(f, p, challenge); err != nil {
		return wrongKey(protocolReason(err)), nil
	}
	return nil, nil
}

// wrongKey is the refusal of an authenticator's answer.
func wrongKey(why string) *okta.Error { return fail("E0000068", "", why) }

// protocolReason is what the protocol library says is wrong.
func protocolReason(err error) string {
	var e *protocol.Error
	if errors.As(err, &e) {
		return e.Details
	}
	return err.Error()
}

// keyAlgorithms are those that an enrolment offers.
var keyAlgorithms = []protocol.CredentialParameter{
	{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256}, {Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
}

// attested checks a new credential (WebAuthn section 7.1) and keeps its key. An attestation must
// be correct, whoever made it: no metadata of vendors is held here.
func (o *Org) attested(f *Factor, p Proof, challenge string) error {
	client, err1 := fromBase64(p.ClientData)
	object, err2 := fromBase64(p.Attestation)
	if err1 != nil || err2 != nil {
		return fmt.Errorf("clientData and attestation must be base64")
	}
	in := protocol.AuthenticatorAttestationResponse{AuthenticatorResponse: protocol.AuthenticatorResponse{ClientDataJSON: client}, AttestationObject: object}
	parsed, err := in.Parse()
	if err != nil {
		return err
	}
	if err := o.clientData(parsed.CollectedClientData, challenge, protocol.CreateCeremony); err != nil {
		return err
	}
	host, _ := o.relyingParty()
	hash := sha256.Sum256(client)
	a := parsed.AttestationObject
	if err := a.Verify(host, hash[:], false, true, nil, keyAlgorithms, protocol.AttestationPolicy{}, protocol.SignaturePolicy{}); err != nil {
		return err
	}
	data := a.AuthData
	if n := len(data.AttData.CredentialID); n == 0 || n > 1023 { // WebAuthn section 7.1 step 25
		return fmt.Errorf("the credential id has %d bytes", n)
	}
	f.counter = int64(data.Counter)
	f.Profile = okta.Object{}.With("credentialId", base64.RawURLEncoding.EncodeToString(data.AttData.CredentialID)).With("authenticatorName", nil)
	return o.sealSecurityKey(f, securityKey{data.AttData.CredentialID, data.AttData.CredentialPublicKey})
}

// signed checks a signature (WebAuthn section 7.2). A counter that does not grow is of a copy.
func (o *Org) signed(f *Factor, p Proof, challenge string) error {
	client, err1 := fromBase64(p.ClientData)
	data, err2 := fromBase64(p.AuthenticatorData)
	signature, err3 := fromBase64(p.SignatureData)
	if err1 != nil || err2 != nil || err3 != nil {
		return fmt.Errorf("clientData, authenticatorData and signatureData must be base64")
	}
	k, err := o.openSecurityKey(*f)
	if err != nil {
		return err
	}
	id := base64.RawURLEncoding.EncodeToString(k.ID)
	parsed, err := protocol.CredentialAssertionResponse{
		PublicKeyCredential: protocol.PublicKeyCredential{Credential: protocol.Credential{ID: id, Type: string(protocol.PublicKeyCredentialType)}, RawID: k.ID},
		AssertionResponse: protocol.AuthenticatorAssertionResponse{
			AuthenticatorResponse: protocol.AuthenticatorResponse{ClientDataJSON: client}, AuthenticatorData: data, Signature: signature,
		},
	}.Parse()
	if err != nil {
		return err
	}
	host, _ := o.relyingParty()
	err = parsed.Verify(challenge, host, "", []string{o.baseURL}, nil, nil, protocol.TopOriginExplicitVerificationMode, false, false, true, k.Key, protocol.SignaturePolicy{})
	if err != nil {
		return err
	}
	return f.count(parsed.Response.AuthenticatorData.Counter)
}

// count accepts a signature counter that has grown; those of authenticators that do not count stay 0.
func (f *Factor) count(counter uint32) error {
	if n := int64(counter); n > f.counter || n == 0 && f.counter == 0 {
		f.counter = n
		return nil
	}
	return fmt.Errorf("the signature counter has not grown: the key may have been copied")
}

func (o *Org) clientData(c protocol.CollectedClientData, challenge string, ceremony protocol.CeremonyType) error {
	return c.Verify(challenge, ceremony, []string{o.baseURL}, nil, nil, protocol.TopOriginExplicitVerificationMode, false)
}

// fromBase64 reads base64 of either alphabet, padded or not.
func fromBase64(text string) ([]byte, error) {
	if text == "" {
		return nil, fmt.Errorf("nothing")
	}
	text = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(strings.TrimSpace(text), "="))
	return base64.RawURLEncoding.DecodeString(text)
}
