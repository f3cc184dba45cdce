package org

import (
	"crypto/aes"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// yubikeyOTP is the code that a key with this secret types at a use.
func yubikeyOTP(t testing.TB, secret string, use uint16, press byte) string {
	t.Helper()
	key, err := hex.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	plain := make([]byte, 16)
	copy(plain, "\x01\x02\x03\x04\x05\x06")
	binary.LittleEndian.PutUint16(plain[6:], use)
	plain[11] = press
	binary.LittleEndian.PutUint16(plain[14:], ^crc16(plain[:14]))
	block.Encrypt(plain, plain)
	name := []byte{0, 0, 0, 0x3e, 0x9c, 0x16} // 4103190
	var b strings.Builder
	for _, c := range append(name, plain...) {
		b.WriteByte(modhex[c>>4])
		b.WriteByte(modhex[c&15])
	}
	return b.String()
}

func TestYubikey(t *testing.T) {
	const secret = "00112233445566778899aabbccddeeff"
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		user := x.person("ada@org.example")
		body := func(profile, code string) string {
			return `{"factorType":"token:hardware","provider":"YUBICO","profile":` + profile + `,"verify":{"passCode":"` + code + `"}}`
		}
		x.call("POST", factorsOfPerson(user), body(`{}`, yubikeyOTP(t, secret, 1, 1))).refused(400, "E0000001", "")
		x.call("POST", factorsOfPerson(user), body(`{"sharedSecret":"`+secret+`"}`, yubikeyOTP(t, strings.Repeat("ab", 16), 1, 1))).refused(403, "E0000068", "")
		if held := x.call("GET", factorsOfPerson(user), "").want(200).docs(); len(held) != 0 {
			t.Fatalf("a key that was not proved is enrolled: %s", held[0].Bytes())
		}
		f := x.enrol(user, body(`{"sharedSecret":"`+secret+`"}`, yubikeyOTP(t, secret, 1, 1)))
		if f.Text("status") != "ACTIVE" || f.Text("profile", "credentialId") != "000004103190" {
			t.Fatalf("%s", f.Bytes())
		}
		verify := factorsOfPerson(user) + "/" + f.Text("id") + "/verify"
		x.call("POST", verify, `{"passCode":"`+yubikeyOTP(t, secret, 1, 1)+`"}`).refused(403, "E0000082", "")
		x.call("POST", verify, `{"passCode":"`+yubikeyOTP(t, secret, 1, 2)+`"}`).want(200)
		x.call("POST", verify, `{"passCode":"`+yubikeyOTP(t, secret, 2, 0)+`"}`).want(200)
	})
}

func TestHOTPCodesMoveForwardOnly(t *testing.T) {
	const secret = "484f97be3213b117e3a20438e291540a"
	x := newTestOrg(t)
	user := x.person("ada@org.example")
	base32, _ := hotpSecret(secret)
	code := func(count uint64) string {
		c, err := hotp.GenerateCodeCustom(base32, count, hotp.ValidateOpts{Digits: otp.DigitsSix})
		if err != nil {
			t.Fatal(err)
		}
		return `{"passCode":"` + c + `"}`
	}
	f := x.enrol(user, `{"factorType":"token:hotp","provider":"CUSTOM","factorProfileId":"fpr20l2mDyaUGWGCa0g4","profile":{"sharedSecret":"`+secret+`"}}`)
	if f.Text("status") != "ACTIVE" || f.Text("profile", "sharedSecret") != "" {
		t.Fatalf("%s", f.Bytes())
	}
	verify := factorsOfPerson(user) + "/" + f.Text("id") + "/verify"
	x.call("POST", verify, code(hotpAhead)).refused(403, "E0000068", "")
	x.call("POST", verify, code(3)).want(200)
	x.call("POST", verify, code(3)).refused(403, "E0000068", "")
	x.call("POST", verify, code(4)).want(200)
}

// FuzzYubikeyCode feeds the reading of codes: none may panic it, and what it accepts
// has a number of twelve digits and a whole block.
func FuzzYubikeyCode(f *testing.F) {
	f.Add("cccccceukngdfgkukfctkcvfidnetljjiknckkcjulji")
	f.Add("")
	f.Add("ccccccé")
	f.Add(yubikeyOTP(f, "00112233445566778899aabbccddeeff", 1, 1))
	f.Fuzz(func(t *testing.T, code string) {
		credential, block, ok := yubikeyParts(code)
		if !ok {
			return
		}
		if len(credential) < 12 || strings.Trim(credential, "0123456789") != "" || len(block) != aes.BlockSize {
			t.Errorf("%q: %q, %d bytes", code, credential, len(block))
		}
		yubikeyCount(make([]byte, 16), block)
	})
}
