package org

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

var somewhere = Client{IP: netip.MustParseAddr("192.0.2.7"), UserAgent: "test"}

// signIn verifies a password and returns the error's code, or "".
func (x *testOrg) signIn(login, password string) (SignIn, string) {
	x.t.Helper()
	in, err := x.VerifyPassword(x.t.Context(), login, password, somewhere)
	for _, code := range []string{"E0000004", "E0000064"} {
		if isCode(err, code) {
			return in, code
		}
	}
	if err != nil {
		x.t.Fatal(err)
	}
	return in, ""
}

func TestPasswordPolicy(t *testing.T) {
	x := newTestOrg(t)
	cause := "password: Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, " +
		"an uppercase letter, a number, no parts of your username, your password cannot be any of your last 4 passwords."
	for name, password := range map[string]string{
		"7 characters":         "Abcde12",
		"no lower case":        "ABCDEFG1",
		"no upper case":        "abcdefg1",
		"no number":            "Abcdefgh",
		"part of the username": "xByRoN-1815",
		"empty":                "",
		"73 characters":        "Aa1" + strings.Repeat("x", 70),
	} {
		t.Run(name, func(t *testing.T) {
			x := *x
			x.t = t
			x.call("POST", "/api/v1/users", personBody("ada.byron@example.com", withSecret(password))).refused(400, "E0000001", cause)
		})
	}
	id := x.newPerson("ada.byron@example.com", "", withSecret("Ada-And-8"))
	doc := x.call("GET", "/api/v1/users/"+id, "").want(200).doc()
	if doc.Text("status") != "ACTIVE" || string(doc.Get("credentials")) != `{"password":{},"provider":{"type":"OKTA","name":"OKTA"}}` || doc.Text("passwordChanged") == "" {
		t.Errorf("with a password: %s", doc.Bytes())
	}
}

func TestPasswordHistory(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("h@example.com", "", withSecret("Password-One-1"))
	passwords := []string{"Password-One-1", "Password-Two-2", "Password-Three-3", "Password-Four-4", "Password-Five-5"}
	change := func(from, to string) answer {
		return x.call("POST", "/api/v1/users/"+id+"/credentials/change_password", `{"oldPassword":{"value":"`+from+`"},"newPassword":{"value":"`+to+`"}}`)
	}
	for i := range 4 {
		body := string(change(passwords[i], passwords[i+1]).want(200).body)
		if body != `{"password":{},"provider":{"type":"OKTA","name":"OKTA"}}` {
			t.Errorf("answer %s", body)
		}
	}
	for _, p := range passwords[1:] {
		change(passwords[4], p).refused(403, "E0000014", "password: Password has been used too recently")
	}
	change(passwords[4], passwords[0]).want(200) // five passwords ago
	change("Wrong-Password-1", passwordA).refused(403, "E0000014", "Old Password is not correct")
	if _, code := x.signIn("h@example.com", passwords[0]); code != "" {
		t.Errorf("sign-in with the new password: %s", code)
	}
}

// security 58: every end costs one hash, and only the right password of somebody who may sign in is told apart.
func TestSignInCostsOneHash(t *testing.T) {
	x := newTestOrg(t)
	x.newPerson("known@example.com", "", withSecret(passwordA))
	locked := x.newPerson("locked@example.com", "", withSecret(passwordA))
	x.write(func(tx *Tx) error {
		doc, err := tx.get(users, locked)
		if err != nil {
			return err
		}
		return tx.putUser(doc.With("status", "LOCKED_OUT"))
	})
	x.newPerson("fresh@example.com", "", "")
	imported := sha512.Sum512([]byte(passwordA))
	x.newPerson("imported@example.com", "", `{"password":{"hash":{"algorithm":"SHA-512","value":"`+base64.StdEncoding.EncodeToString(imported[:])+`"}}}`)
	for _, c := range []struct{ name, login, password, code string }{
		{"unknown", "nobody@example.com", passwordA, "E0000004"},
		{"wrong", "known@example.com", "Wrong-Password-1", "E0000004"},
		{"locked, right password", "locked@example.com", passwordA, "E0000004"},
		{"locked, wrong password", "locked@example.com", "Wrong-Password-1", "E0000004"},
		{"no password set", "fresh@example.com", passwordA, "E0000004"},
		{"imported, wrong", "imported@example.com", "Wrong-Password-1", "E0000004"},
		{"imported, right", "imported@example.com", passwordA, ""},
		{"imported, right again", "imported@example.com", passwordA, ""},
		{"right", "known@example.com", passwordA, ""},
		{"right, short login", "known", passwordA, ""},
	} {
		before := x.passwords.runs.Load()
		if _, code := x.signIn(c.login, c.password); code != c.code {
			t.Errorf("%s: code %q, want %q", c.name, code, c.code)
		}
		if n := x.passwords.runs.Load() - before; n != 1 {
			t.Errorf("%s: %d hashes", c.name, n)
		}
	}
}

func TestLockout(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("target@example.com", "", withSecret(passwordA))
	status := func() string { return x.call("GET", "/api/v1/users/"+id, "").want(200).doc().Text("status") }
	fail := func(times int) {
		for range times {
			if _, code := x.signIn("target@example.com", "Wrong-Password-1"); code != "E0000004" {
				t.Fatalf("wrong password: %q", code)
			}
		}
	}
	fail(9)
	if _, code := x.signIn("target@example.com", passwordA); code != "" {
		t.Fatalf("right password after nine wrong ones: %s", code)
	}
	fail(9)
	if s := status(); s != "ACTIVE" {
		t.Fatalf("%s after nine failures: a right password did not reset the count", s)
	}
	fail(1)
	if s := status(); s != "LOCKED_OUT" {
		t.Fatalf("%s after the tenth failure", s)
	}
	if n := x.events("user.account.lock"); n != 1 {
		t.Errorf("%d lock events", n)
	}
	if _, code := x.signIn("target@example.com", passwordA); code != "E0000004" {
		t.Errorf("locked out, right password: %q", code)
	}
	x.call("POST", "/api/v1/users/"+id+"/lifecycle/unlock", "").want(200)
	fail(9)
	if s := status(); s != "ACTIVE" {
		t.Errorf("%s: unlocking did not reset the count", s)
	}
}

func TestForcedChange(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("expired@example.com", "?nextLogin=changePassword", withSecret(passwordA))
	in, code := x.signIn("expired@example.com", passwordA)
	if code != "" || !in.PasswordExpired || in.UserID != id {
		t.Fatalf("sign-in %+v %s", in, code)
	}
	r := x.signInRequest(t.Context(), somewhere)
	begin := func() Pending {
		p, err := x.BeginSignIn(r, Pending{Stage: StagePasswordExpired, UserID: id})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	mine, stolen := begin(), begin()
	for _, refused := range []string{passwordA, "weak"} {
		if err := x.SetPassword(r, mine, refused); !isCode(err, "E0000080") {
			t.Errorf("new password %s: %v", refused, err)
		}
	}
	defer func() {
		if err := x.SetPassword(r, stolen, "Stolen-Horse-9"); !isCode(err, "E0000035") {
			t.Errorf("a second change in the name of the old password: %v", err)
		}
	}()
	if err := x.SetPassword(r, mine, "Another-Horse-8"); err != nil {
		t.Fatal(err)
	}
	if in, code = x.signIn("expired@example.com", "Another-Horse-8"); code != "" || in.PasswordExpired {
		t.Errorf("after the change: %+v %s", in, code)
	}
	x.call("POST", "/api/v1/users?nextLogin=changePassword", personBody("n@example.com", "")).refused(400, "E0000124", "")
	x.call("POST", "/api/v1/users?nextLogin=changePassword&activate=false", personBody("n@example.com", withSecret(passwordA))).refused(400, "E0000125", "")
}

func TestImportedPassword(t *testing.T) {
	x := newTestOrg(t)
	b64 := base64.StdEncoding.EncodeToString
	salted := sha256.Sum256([]byte("salt" + passwordA))
	behind := sha256.Sum256([]byte(passwordA + "salt"))
	derived, err := pbkdf2.Key(sha256.New, passwordA, []byte("salt"), 4096, 32)
	if err != nil {
		t.Fatal(err)
	}
	crypt, err := bcrypt.GenerateFromPassword([]byte(passwordA), 4)
	if err != nil {
		t.Fatal(err)
	}
	for name, hash := range map[string]string{
		"sha256-prefix":  `{"algorithm":"SHA-256","salt":"` + b64([]byte("salt")) + `","saltOrder":"PREFIX","value":"` + b64(salted[:]) + `"}`,
		"sha256-postfix": `{"algorithm":"SHA-256","salt":"` + b64([]byte("salt")) + `","saltOrder":"POSTFIX","value":"` + b64(behind[:]) + `"}`,
		"pbkdf2":         `{"algorithm":"PBKDF2","digestAlgorithm":"SHA256_HMAC","iterationCount":4096,"keySize":32,"salt":"` + b64([]byte("salt")) + `","value":"` + b64(derived) + `"}`,
		"bcrypt":         `{"algorithm":"BCRYPT","workFactor":4,"salt":"` + string(crypt[7:29]) + `","value":"` + string(crypt[29:]) + `"}`,
	} {
		login := name + "@example.com"
		id := x.newPerson(login, "", `{"password":{"hash":`+hash+`}}`)
		if _, code := x.signIn(login, "Wrong-Password-1"); code == "" {
			t.Errorf("%s: a wrong password was taken", name)
		}
		if _, code := x.signIn(login, passwordA); code != "" {
			t.Errorf("%s: the right password was refused", name)
		}
		c, err := x.reads(t.Context()).credential(id)
		if err != nil || !strings.HasPrefix(c.hash, "$argon2id$") {
			t.Errorf("%s: still kept as %.20s (%v)", name, c.hash, err)
		}
	}
	for name, hash := range map[string]string{
		"unknown algorithm": `{"algorithm":"ROT13","value":"QQ=="}`,
		"too few rounds":    `{"algorithm":"PBKDF2","digestAlgorithm":"SHA256_HMAC","iterationCount":1,"keySize":32,"salt":"QQ==","value":"` + b64(derived) + `"}`,
		"short value":       `{"algorithm":"SHA-1","value":"QQ=="}`,
		"costly bcrypt":     `{"algorithm":"BCRYPT","workFactor":31,"salt":"` + string(crypt[7:29]) + `","value":"` + string(crypt[29:]) + `"}`,
	} {
		if a := x.call("POST", "/api/v1/users", personBody("bad@example.com", `{"password":{"hash":`+hash+`}}`)); a.status != 400 {
			t.Errorf("%s: status %d", name, a.status)
		}
	}
}

// Wrong passwords at once are each counted: the tenth locks, once.
func TestLockoutRace(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		id := x.newPerson("target@example.com", "", withSecret(passwordA))
		got := statuses(func(int) int {
			_, err := x.VerifyPassword(t.Context(), "target@example.com", "Wrong-Password-1", somewhere)
			if isCode(err, "E0000004") {
				return 401
			}
			return 0
		})
		if got[401] != 16 {
			t.Errorf("answers %v", got)
		}
		if s := x.call("GET", "/api/v1/users/"+id, "").want(200).doc().Text("status"); s != "LOCKED_OUT" {
			t.Errorf("status %s", s)
		}
		if n := x.events("user.account.lock"); n != 1 {
			t.Errorf("%d lock events", n)
		}
		for _, login := range []string{"a\x00b@example.com", "\xff\xfe", "", strings.Repeat("x", 10_000)} {
			if _, code := x.signIn(login, passwordA); code != "E0000004" {
				t.Errorf("login %.20q: %s", login, code)
			}
		}
	})
}

// security 39: a temporary password is told once, and stored nowhere as it is.
func TestTemporaryPassword(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("temp@example.com", "", withSecret(passwordA))
	x.clock.forward(time.Minute)
	temporary := x.call("POST", "/api/v1/users/"+id+"/lifecycle/expire_password?tempPassword=true", "").want(200).doc().Text("tempPassword")
	in, code := x.signIn("temp@example.com", temporary)
	if code != "" || !in.PasswordExpired {
		t.Errorf("sign-in with it: %+v %s", in, code)
	}
	if _, code := x.signIn("temp@example.com", passwordA); code == "" {
		t.Error("the old password still works")
	}
	if doc := x.call("GET", "/api/v1/users/"+id, "").want(200).doc(); doc.Text("passwordChanged") != "2026-03-02T09:01:00.000Z" {
		t.Errorf("passwordChanged %s", doc.Text("passwordChanged"))
	}
	s := x.reads(t.Context())
	for _, query := range []string{
		`SELECT body FROM document ORDER BY id`, `SELECT body FROM event ORDER BY seq`, `SELECT hash FROM user_credential ORDER BY user_id`,
		`SELECT hash FROM password_history ORDER BY user_id`, `SELECT body FROM outbox ORDER BY id`, `SELECT value FROM attr ORDER BY value`,
	} {
		rows, err := s.ids(query)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if strings.Contains(row, temporary) || strings.Contains(row, passwordA) {
				t.Errorf("%s holds a password: %s", query, row)
			}
		}
	}
}

// BenchmarkSignIn reports how long each end of a sign-in takes: they should be alike (security 58).
func BenchmarkSignIn(b *testing.B) {
	x := newTestOrg(b)
	x.newPerson("known@example.com", "", withSecret(passwordA))
	locked := x.newPerson("locked@example.com", "", withSecret(passwordA))
	for _, c := range []struct{ name, login, password string }{
		{"right", "known@example.com", passwordA},
		{"unknown", "nobody@example.com", passwordA},
		{"locked", "locked@example.com", passwordA},
		{"wrong", "known@example.com", "Wrong-Password-1"},
	} {
		b.Run(c.name, func(b *testing.B) {
			x := *x
			x.t = b
			x.write(func(tx *Tx) error {
				doc, err := tx.get(users, locked)
				if err != nil {
					return err
				}
				return tx.putUser(doc.With("status", "LOCKED_OUT"))
			})
			for b.Loop() {
				x.signIn(c.login, c.password)
			}
		})
	}
}
