package e2e

import (
	"crypto/aes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// outbox is what the org would have sent to a recipient, the newest first.
func (s *site) outbox(t *testing.T, to string) (messages []struct{ Body, Question, Link string }) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Org+"/outbox?to="+url.QueryEscape(to), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	list := struct {
		Messages *[]struct{ Body, Question, Link string }
	}{&messages}
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("outbox: %d %v", res.StatusCode, err)
	}
	if len(messages) == 0 {
		t.Fatalf("the outbox holds nothing for %s", to)
	}
	return messages
}

// sentCode is the last code that was sent.
func (s *site) sentCode(t *testing.T, to string) string {
	t.Helper()
	return regexp.MustCompile(`[0-9]{6}`).FindString(s.outbox(t, to)[0].Body)
}

// answerPhone answers the newest question to a phone on the org's outbox page.
func (s *site) answerPhone(t *testing.T, v *visitor, login, button string) {
	t.Helper()
	p := v.open(s.Org + "/outbox?to=" + url.QueryEscape(login))
	p.follow(button)
	p.see(map[string]string{"Approve": "Approved.", "Reject": "Rejected."}[button])
	p.must(p.Close())
}

// factor is what the org has of one.
type factor struct{ ID, FactorType, Provider, Status string }

func (s *site) factors(t *testing.T, person string) (list []factor) {
	t.Helper()
	s.api(t, "GET", "/api/v1/users/"+person+"/factors", nil, &list)
	return list
}

const (
	tokenSecret = "3132333435363738393031323334353637383930"
	keySecret   = "00112233445566778899aabbccddeeff"
)

// Every kind of factor is enrolled, proves the person, and is reset.
func TestEveryFactorIsEnrolledVerifiedAndReset(t *testing.T) {
	s := startSite(t)
	v := newVisitor(t)
	p := v.signIn(s, "super-admin", "/people")
	// A kind is written as its choice shows it: label, note.
	labelOf := func(kind string) string { label, _, _ := strings.Cut(kind, ", "); return label }
	enrol := func(p *tab, who someone, kind string) {
		p.t.Helper()
		p.visit(s.Console + "/people/" + who.ID + "/factors")
		p.click("Enrol a factor")
		p.click(strings.Replace(kind, ", ", " ", 1))
		p.see("Enrol " + labelOf(kind))
	}
	login := func(who someone) string { return who.Profile["login"].(string) }
	app := func(p *tab, who someone, kind string) {
		enrol(p, who, kind)
		p.click("Enrol")
		p.see("It is shown this once")
		secret, err := p.find(".set-up code").Text()
		p.must(err)
		code := func(at time.Time) string {
			c, err := totp.GenerateCode(secret, at)
			p.must(err)
			return c
		}
		p.find(`.qr path[d^="M4 4h7v1h-7z"]`) // the first row of a finder pattern, behind the quiet zone
		p.fill("Code", "000000x")
		p.click("Activate")
		p.see("Wrong: it does not match")
		if p.shows(secret) {
			p.t.Error("the key is shown a second time")
		}
		p.fill("Code", code(time.Now()))
		p.click("Activate")
		p.see("is active.")
		p.fill("Code", code(time.Now().Add(30*time.Second))) // each code works once; the next one is taken early
		p.click("Verify")
	}
	sent := func(to string) func(*tab, someone, string) {
		return func(p *tab, who someone, kind string) {
			field := "Phone number"
			if to == "" {
				to, field = login(who), "E-mail address"
			}
			label := labelOf(kind)
			enrol(p, who, kind)
			if field == "Phone number" {
				p.fill(field, "call me")
				p.click("Enrol")
				p.see("No phone number: 7 to 15 digits")
			}
			p.fill(field, to)
			p.click("Enrol")
			p.see("A code is on its way to " + to)
			p.fill("Code", s.sentCode(p.t, to))
			p.click("Activate")
			p.see(label + " is active.")
			if field == "Phone number" { // so soon after the first the org sends none
				p.click("Send a code")
				p.see("No code was sent.")
			}
			// Somebody else, whose number is known to be theirs.
			other := s.addPerson(p.t, "Known", strings.ReplaceAll(strings.ToLower(label), " ", ""), "")
			if field != "Phone number" {
				to = login(other)
			}
			enrol(p, other, kind)
			p.fill(field, to)
			p.must(p.label("Activate it now, without a code").Click(proto.InputMouseButtonLeft, 1))
			p.click("Enrol")
			p.see(label + " is enrolled.")
			p.click("Send a code")
			p.see("A code is on its way to " + to)
			p.fill("Code", "not it")
			p.click("Verify")
			p.see("is not verified.")
			p.fill("Code", s.sentCode(p.t, to))
			p.click("Verify")
			p.see("Known " + strings.ReplaceAll(strings.ToLower(label), " ", "") + " is verified by")
			p.visit(s.Console + "/people/" + who.ID + "/factors")
		}
	}
	for _, c := range []struct {
		// kind is the choice on the page; verified: the steps end with the word that they are.
		kind, factorType string
		verified         bool
		steps            func(p *tab, who someone, kind string)
	}{
		{"Google Authenticator, Codes of an authenticator app", "token:software:totp", true, app},
		{"Okta Verify code, Codes of Okta Verify", "token:software:totp", true, app},
		{"SMS, Codes as text messages", "sms", false, sent("+15554151337")},
		{"Voice call, Codes that are read out", "call", false, sent("+15554151338")},
		{"E-mail, Codes by e-mail", "email", false, sent("")},
		{"Security question, An answer that they choose", "question", true, func(p *tab, who someone, kind string) {
			enrol(p, who, kind)
			p.fill("Answer", "no")
			p.click("Enrol")
			p.see("at least 4 characters in length")
			p.fill("Answer", "mayonnaise")
			p.click("Enrol")
			p.see("Security question is enrolled.")
			p.fill("Answer", "mustard")
			p.click("Verify")
			p.see("is not verified.")
			p.fill("Answer", "mayonnaise")
			p.click("Verify")
		}},
		{"Okta Verify push, A question on their phone", "push", true, func(p *tab, who someone, kind string) {
			enrol(p, who, kind)
			p.click("Enrol")
			p.see("Waiting for the phone to add the account.")
			s.answerPhone(p.t, v, login(who), "Approve")
			p.see("Okta Verify push is active.")
			p.click("Show the factor")
			p.click("Ask the phone")
			p.see("Waiting for the phone to answer.")
			s.answerPhone(p.t, v, login(who), "Reject")
			p.see("the phone said no")
			p.click("Show the factor")
			p.click("Ask the phone")
			p.see("Waiting for the phone to answer.")
			s.answerPhone(p.t, v, login(who), "Approve")
		}},
		{"Custom HOTP token, Codes of a counter token", "token:hotp", true, func(p *tab, who someone, kind string) {
			enrol(p, who, kind)
			p.fill("Secret of the token", "short")
			p.click("Enrol")
			p.see("The secret must be at least 16 bytes")
			p.fill("Secret of the token", tokenSecret)
			p.click("Enrol")
			p.see("is enrolled.")
			code, err := hotp.GenerateCode("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 0)
			p.must(err)
			p.fill("Code", code)
			p.click("Verify")
		}},
		{"YubiKey, Codes of a YubiKey", "token:hardware", true, func(p *tab, who someone, kind string) {
			enrol(p, who, kind)
			p.fill("Code of the key", yubikeyOTP(p.t, keySecret, 1))
			p.fill("Secret of the key", keySecret)
			p.click("Enrol")
			p.see("YubiKey is enrolled.")
			p.fill("Code", yubikeyOTP(p.t, keySecret, 1))
			p.click("Verify")
			p.see("Each code works once")
			p.fill("Code", yubikeyOTP(p.t, keySecret, 2))
			p.click("Verify")
		}},
		// What only the person's own browser can finish.
		{"Security key or biometrics, WebAuthn", "webauthn", false, func(p *tab, who someone, kind string) {
			enrol(p, who, kind)
			p.click("Enrol")
			p.see("it is finished in the browser that holds the key")
		}},
		{"U2F security key, FIDO U2F", "u2f", false, func(p *tab, who someone, kind string) {
			enrol(p, who, kind)
			p.click("Enrol")
			p.see("it is finished in the browser that holds the key")
		}},
	} {
		t.Run(c.kind, func(t *testing.T) {
			p := &tab{p.Page, t}
			who := s.addPerson(t, "Factor", strings.ReplaceAll(strings.ToLower(labelOf(c.kind)), " ", ""), "")
			c.steps(p, who, c.kind)
			if c.verified {
				p.see("is verified by")
			}
			held := s.factors(t, who.ID)
			if len(held) != 1 || held[0].FactorType != c.factorType {
				t.Fatalf("the org has %+v", held)
			}
			p.visit(s.Console + "/people/" + who.ID + "/factors?factor=" + held[0].ID)
			p.click("Reset")
			p.see("The factor stops working now and is removed.")
			p.confirm()
			p.see("is reset.")
			p.see("No factor enrolled")
			if left := s.factors(t, who.ID); len(left) != 0 {
				t.Errorf("after the reset the org has %+v", left)
			}
		})
	}
}

func TestAllFactorsAreResetAtOnce(t *testing.T) {
	s := startSite(t)
	who := s.addPerson(t, "Ada", "Berg", "")
	s.api(t, "POST", "/api/v1/users/"+who.ID+"/factors", map[string]any{"factorType": "question", "provider": "OKTA", "profile": map[string]string{"question": "disliked_food", "answer": "mayonnaise"}}, nil)
	s.api(t, "POST", "/api/v1/users/"+who.ID+"/factors?activate=true", map[string]any{"factorType": "sms", "provider": "OKTA", "profile": map[string]string{"phoneNumber": "+15554151339"}}, nil)
	p := newVisitor(t).signIn(s, "super-admin", "/people/"+who.ID+"/factors")
	p.see("+15554151339")
	p.click("Reset all")
	p.see("Every factor is removed")
	p.confirm()
	p.see("No factor enrolled")
	if left := s.factors(t, who.ID); len(left) != 0 {
		t.Errorf("the org has %+v", left)
	}
}

// yubikeyOTP is what a key with this secret types at a use (Yubico's OTP description).
func yubikeyOTP(t *testing.T, secret string, use uint16) string {
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
	crc := uint16(0xffff)
	for _, c := range plain[:14] {
		crc ^= uint16(c)
		for range 8 {
			low := crc & 1
			if crc >>= 1; low == 1 {
				crc ^= 0x8408
			}
		}
	}
	binary.LittleEndian.PutUint16(plain[14:], ^crc)
	block.Encrypt(plain, plain)
	var b strings.Builder
	for _, c := range append([]byte{0, 0, 0, 0x3e, 0x9c, 0x16}, plain...) {
		b.WriteByte("cbdefghijklnrtuv"[c>>4])
		b.WriteByte("cbdefghijklnrtuv"[c&15])
	}
	return b.String()
}
