package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// hidden stands for a secret that people choose or that is short: a tag of it could be guessed.
const hidden = "[hidden]"

// maxDocument bounds what is kept of one document; of a larger one the trail has size and digest.
const maxDocument = 256 << 10

// Names are compared in lower case without "_" and "-".
var (
	// guessable secrets are hidden entirely.
	guessable = []string{"password", "passphrase", "answer", "passcode", "otp", "pin", "usercode", "recoverycode", "recoverycodes", "verificationcode"}
	// secretEnds are ends of names whose values are shown as a tag: "client_secret", "sessionToken", "resetPasswordUrl".
	secretEnds = []string{"secret", "token", "assertion", "privatekey", "secretkey", "apikey", "cookie", "authorization", "resetpasswordurl", "activationurl", "recoveryurl", "sessionid", "devicecode"}
	// holders are objects in which "value" and "salt" are secret: {"password":{"value":...}},
	// {"authScheme":{"value":...}} and the headers of hooks.
	holders = []string{"authscheme", "headers", "hash"}
	// privateJWK are the private members of a JSON Web Key (RFC 7518, section 6).
	privateJWK = []string{"d", "p", "q", "dp", "dq", "qi", "k", "oth"}
	// noise is left out: computed at each answer, and links may carry one-time tokens.
	noise = []string{"_links"}
)

func fold(name string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
}

// secrecy tells what to do with the value of a name.
func secrecy(name string) (guess, secret bool) {
	n := fold(name)
	guess = slices.Contains(guessable, n) || strings.HasSuffix(n, "password")
	return guess, guess || slices.ContainsFunc(secretEnds, func(end string) bool { return strings.HasSuffix(n, end) })
}

// IsSecret tells whether a field of this name holds a secret. Of a name of several parts
// ("credentials.password") the last counts.
func IsSecret(name string) bool {
	_, secret := secrecy(name[strings.LastIndexAny(name, ".[")+1:])
	return secret
}

// masker copies JSON without its secrets.
type masker struct{ key key }

// document masks a JSON text, keeping order and numbers. What is no JSON, or too large
// to keep, is told by size and digest. nil stays nil.
func (m masker) document(raw []byte) json.RawMessage {
	if len(raw) == 0 {
		return nil
	}
	if len(raw) <= maxDocument {
		if out, err := m.copy(raw); err == nil {
			return out
		}
	}
	return fmt.Appendf(nil, `{"omitted":"%d bytes","sha256":"%x"}`, len(raw), sha256.Sum256(raw))
}

func (m masker) copy(raw []byte) (json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var out bytes.Buffer
	if err := m.value(d, &out, place{}); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return out.Bytes(), nil
}

// place is where in a document a value stands.
type place struct {
	guess, secret bool // the value itself
	holder        bool // an object around it
}

func (m masker) value(d *json.Decoder, out *bytes.Buffer, p place) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('{'):
		return m.object(d, out, p)
	case json.Delim('['):
		out.WriteByte('[')
		for first := true; d.More(); first = false {
			if !first {
				out.WriteByte(',')
			}
			if err := m.value(d, out, p); err != nil {
				return err
			}
		}
		out.WriteByte(']')
		_, err = d.Token()
		return err
	}
	if t != nil {
		switch {
		case p.guess:
			t = hidden
		case p.secret:
			t = m.secret(fmt.Sprint(t))
		}
	}
	return write(out, t)
}

// object copies the members of an object whose opening brace is read. Below a secret
// name only "value" and "salt" are secret: a policy's "password" holds rules.
func (m masker) object(d *json.Decoder, out *bytes.Buffer, p place) error {
	type member struct {
		name string
		raw  json.RawMessage
	}
	var members []member
	jwk := false
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		name, _ := t.(string)
		jwk = jwk || name == "kty"
		members = append(members, member{name, raw})
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	out.WriteByte('{')
	first := true
	for _, c := range members {
		if slices.Contains(noise, c.name) {
			continue
		}
		if !first {
			out.WriteByte(',')
		}
		first = false
		if err := write(out, c.name); err != nil {
			return err
		}
		out.WriteByte(':')
		inner := json.NewDecoder(bytes.NewReader(c.raw))
		inner.UseNumber()
		if err := m.value(inner, out, p.of(c.name, jwk)); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	return nil
}

// of is the place of the member name of an object that stands at p.
func (p place) of(name string, jwk bool) place {
	guess, secret := secrecy(name)
	inHolder := p.holder || p.secret
	if inHolder && (name == "value" || name == "salt") {
		guess, secret = true, true
	}
	if jwk && slices.Contains(privateJWK, name) {
		secret = true
	}
	return place{guess: guess, secret: secret, holder: inHolder || slices.Contains(holders, fold(name))}
}

func (m masker) secret(s string) string { return "[hidden " + m.key.tag(s) + "]" }

// text masks the value of a parameter.
func (m masker) text(name, value string) string {
	guess, secret := secrecy(name)
	switch {
	case guess:
		return hidden
	case secret:
		return m.secret(value)
	}
	return value
}

func write(out *bytes.Buffer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	out.Truncate(out.Len() - 1) // the encoder ends with a line end
	return nil
}
