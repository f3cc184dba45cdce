package org

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// authenticator is a security key in software: one credential, with a counter.
type authenticator struct {
	t       testing.TB
	key     *ecdsa.PrivateKey
	id      []byte
	counter uint32
	// origin is the page that asks, rp the host that the credential is bound to.
	origin, rp string
	// self signs the enrolment by the credential itself; without it there is no attestation.
	self bool
}

func newAuthenticator(t testing.TB) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &authenticator{t: t, key: key, id: []byte("credential of a test"), counter: 1, origin: "http://org.example", rp: "org.example"}
}

func (a *authenticator) cbor(v any) []byte {
	a.t.Helper()
	b, err := cbor.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

// point is the public key as an uncompressed point.
func (a *authenticator) point() []byte {
	a.t.Helper()
	b, err := a.key.PublicKey.Bytes()
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (a *authenticator) sign(parts ...[]byte) []byte {
	a.t.Helper()
	sum := sha256.Sum256(slices.Concat(parts...))
	s, err := ecdsa.SignASN1(rand.Reader, a.key, sum[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return s
}

func (a *authenticator) client(members map[string]any) []byte {
	a.t.Helper()
	b, err := json.Marshal(members)
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

// data is authenticator data (WebAuthn section 6.1), with the credential where it is new.
func (a *authenticator) data(flags byte, credential bool) []byte {
	rp := sha256.Sum256([]byte(a.rp))
	b := append(rp[:], flags)
	b = binary.BigEndian.AppendUint32(b, a.counter)
	if credential {
		p := a.point()
		b = append(b, make([]byte, 16)...)
		b = binary.BigEndian.AppendUint16(b, uint16(len(a.id)))
		b = append(b, a.id...)
		b = append(b, a.cbor(map[int]any{1: 2, 3: -7, -1: 1, -2: p[1:33], -3: p[33:]})...)
	}
	return b
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func body(t testing.TB, members map[string]any) string {
	t.Helper()
	b, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// create answers the challenge of an enrolment.
func (a *authenticator) create(challenge string) string {
	client := a.client(map[string]any{"type": "webauthn.create", "challenge": challenge, "origin": a.origin})
	data := a.data(0x41, true)
	object := map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data}
	if a.self {
		hash := sha256.Sum256(client)
		object["fmt"], object["attStmt"] = "packed", map[string]any{"alg": -7, "sig": a.sign(data, hash[:])}
	}
	return body(a.t, map[string]any{"clientData": b64(client), "attestation": base64.StdEncoding.EncodeToString(a.cbor(object))})
}

// get answers the challenge of a verification; flags say that somebody is present (1).
func (a *authenticator) get(challenge string, flags byte) string {
	a.counter++
	client := a.client(map[string]any{"type": "webauthn.get", "challenge": challenge, "origin": a.origin})
	data, hash := a.data(flags, false), sha256.Sum256(client)
	return body(a.t, map[string]any{"clientData": b64(client), "authenticatorData": b64(data), "signatureData": b64(a.sign(data, hash[:]))})
}

func TestWebAuthnFactor(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		user := x.person("ada@org.example")
		const enrol = `{"factorType":"webauthn","provider":"FIDO"}`
		f := x.enrol(user, enrol)
		self := factorsOfPerson(user) + "/" + f.Text("id")
		challenge := f.Text("_embedded", "activation", "challenge")
		x.call("POST", self+"/lifecycle/activate", `{}`).refused(400, "E0000001", "clientData: The field cannot be left blank")
		for name, spoil := range map[string]func(*authenticator){
			"of another site":   func(a *authenticator) { a.origin = "http://evil.example" },
			"of another host":   func(a *authenticator) { a.rp = "evil.example" },
			"without an id":     func(a *authenticator) { a.id = nil },
			"of another answer": func(a *authenticator) { challenge = "other" },
		} {
			t.Run(name, func(t *testing.T) {
				defer func(was string) { challenge = was }(challenge)
				a := newAuthenticator(t)
				spoil(a)
				x := *x
				x.t = t
				x.call("POST", self+"/lifecycle/activate", a.create(challenge)).refused(403, "E0000068", "")
			})
		}
		a := newAuthenticator(t)
		a.self = true
		got := x.call("POST", self+"/lifecycle/activate", a.create(challenge)).want(200).doc()
		if got.Text("status") != "ACTIVE" || got.Text("profile", "credentialId") != b64(a.id) {
			t.Fatalf("activated: %s", got.Bytes())
		}
		ask := func() string {
			t.Helper()
			c := x.call("POST", self+"/verify", `{}`).want(200).doc()
			if c.Text("factorResult") != "CHALLENGE" {
				t.Fatalf("challenge: %s", c.Bytes())
			}
			return c.Text("_embedded", "challenge", "challenge")
		}
		right := a.get(ask(), 1)
		if got := x.call("POST", self+"/verify", right).want(200).doc(); got.Text("factorResult") != "SUCCESS" {
			t.Errorf("verified: %s", got.Bytes())
		}
		x.call("POST", self+"/verify", right).refused(403, "E0000068", "") // a challenge works once
		x.call("POST", self+"/verify", a.get(ask(), 0)).refused(403, "E0000068", "")
		a.counter = 0 // a copy of the key, made earlier
		x.call("POST", self+"/verify", a.get(ask(), 1)).refused(403, "E0000068", "the signature counter has not grown: the key may have been copied")
		a.counter = 100
		other := newAuthenticator(t)
		other.counter = 200
		x.call("POST", self+"/verify", other.get(ask(), 1)).refused(403, "E0000068", "")
		late := ask()
		x.clock.forward(ceremonyLife)
		x.call("POST", self+"/verify", a.get(late, 1)).refused(403, "E0000068", "There is no challenge to answer, or it is too old: ask for a new one.")
		x.call("POST", self+"/verify", a.get(ask(), 1)).want(200)
		second := x.enrol(user, enrol) // there may be several
		if exclude := string(second.Get("_embedded", "activation", "excludeCredentials")); exclude != `[{"id":"`+b64(a.id)+`","type":"public-key"}]` {
			t.Errorf("excluded: %s", exclude)
		}
	})
}

// register and u2f are the messages of FIDO U2F Raw Message Formats sections 4.3 and 5.4.
func (a *authenticator) register(nonce string) string {
	a.t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "key"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	client := a.client(map[string]any{"typ": "navigator.id.finishEnrollment", "challenge": nonce, "origin": a.origin})
	app, hash := sha256.Sum256([]byte(a.origin)), sha256.Sum256(client)
	signature := a.sign([]byte{0}, app[:], hash[:], a.id, a.point())
	message := slices.Concat([]byte{5}, a.point(), []byte{byte(len(a.id))}, a.id, der, signature)
	return body(a.t, map[string]any{"clientData": b64(client), "registrationData": b64(message)})
}

func (a *authenticator) u2f(nonce string) string {
	a.counter++
	client := a.client(map[string]any{"typ": "navigator.id.getAssertion", "challenge": nonce, "origin": a.origin})
	app, hash := sha256.Sum256([]byte(a.origin)), sha256.Sum256(client)
	head := binary.BigEndian.AppendUint32([]byte{1}, a.counter)
	return body(a.t, map[string]any{"clientData": b64(client), "signatureData": b64(append(bytes.Clone(head), a.sign(app[:], head, hash[:])...))})
}

func TestU2FFactor(t *testing.T) {
	x := newTestOrg(t)
	user := x.person("ada@org.example")
	f := x.enrol(user, `{"factorType":"u2f","provider":"FIDO"}`)
	self := factorsOfPerson(user) + "/" + f.Text("id")
	nonce := f.Text("_embedded", "activation", "nonce")
	a := newAuthenticator(t)
	x.call("POST", self+"/lifecycle/activate", a.register("other")).refused(403, "E0000068", "clientData is not of this challenge and origin")
	if got := x.call("POST", self+"/lifecycle/activate", a.register(nonce)).want(200).doc(); got.Text("status") != "ACTIVE" {
		t.Fatalf("activated: %s", got.Bytes())
	}
	ask := func() string {
		return x.call("POST", self+"/verify", `{}`).want(200).doc().Text("_embedded", "challenge", "nonce")
	}
	right := a.u2f(ask())
	x.call("POST", self+"/verify", right).want(200)
	x.call("POST", self+"/verify", right).refused(403, "E0000068", "")
	a.counter = 0
	x.call("POST", self+"/verify", a.u2f(ask())).refused(403, "E0000068", "the signature counter has not grown: the key may have been copied")
	other := newAuthenticator(t)
	other.counter = 50
	x.call("POST", self+"/verify", other.u2f(ask())).refused(403, "E0000068", "the signature is wrong")
}
