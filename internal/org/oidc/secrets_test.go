package oidc_test

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/org"
)

// security 7, 14, 45
func TestNoSecretIsReadableInTheStoreOrTheLog(t *testing.T) {
	file := dbtest.URL(t, db.SQLite)
	options := org.DatabaseOptions(file)
	d, err := db.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	var logged bytes.Buffer
	x := serveWith(t, d, slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug})))
	x.check(x.EnrolTOTP(t.Context(), x.adminID(), totpSecret))
	b := x.browser()
	page := b.signIn(orgServer, request(), admin, password).header.Get("Location")
	done := b.post(page, form("passcode", x.totp(0)))
	code := done.location(t).Get("code")
	tokens := b.exchange(orgServer, code).json(t)
	b.exchange(orgServer, code, "code_verifier", "")
	b.refresh(orgServer, "wrong")
	session := ""
	for _, c := range done.header.Values("Set-Cookie") {
		if strings.HasPrefix(c, "sid_") {
			session = strings.Split(strings.Split(c, ";")[0], "=")[1]
		}
	}
	stateToken := b.postJSON("/api/v1/authn", object{"username": admin, "password": password}).text(t, "stateToken")
	secrets := map[string]string{
		"client secret": x.web.Secret, "TOTP secret": totpSecret, "code": code, "session id": session, "state token": stateToken,
		"sign-in key": page[strings.LastIndex(page, "/")+1:], "access token": tokens["access_token"].(string), "refresh token": tokens["refresh_token"].(string),
		"password": password, "the beginning of any JWT": "eyJ", "private key": "PRIVATE KEY",
		"private key, in base64": base64.StdEncoding.EncodeToString([]byte{0x02, 0x03, 0x01, 0x00, 0x01, 0x02}),
	}
	stored := storedBytes(t, file)
	for name, secret := range secrets {
		if secret == "" {
			t.Fatalf("the test has no %s", name)
		}
		if bytes.Contains(stored, []byte(secret)) {
			t.Errorf("the store holds the %s", name)
		}
		if strings.Contains(logged.String(), secret) {
			t.Errorf("the log holds the %s", name)
		}
	}
}

func storedBytes(t *testing.T, file string) []byte {
	t.Helper()
	files, err := filepath.Glob(file + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no database at %s: %v", file, err)
	}
	var all []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// security 7
func TestAStoreSealedWithAnotherKeyIsRefused(t *testing.T) {
	d := dbtest.Open(t, db.SQLite, org.DatabaseOptions(""))
	open := func(key, old []byte) (*org.Org, error) {
		return org.New(t.Context(), org.Config{DB: d, BaseURL: "http://127.0.0.1:1", SealKey: key, OldSealKey: old})
	}
	one, two := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	first, err := open(one, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.PutClient(t.Context(), org.OAuthClient{ID: "web", Secret: "a secret"}); err != nil {
		t.Fatal(err)
	}
	readable := func(name string, key, old []byte) {
		t.Helper()
		o, err := open(key, old)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		if c, _, err := o.OAuthClient(t.Context(), "web"); err != nil || c.Secret != "a secret" {
			t.Errorf("%s: the client's secret is %q, %v", name, c.Secret, err)
		}
	}
	refused := func(name string, key []byte) {
		t.Helper()
		if _, err := open(key, nil); err == nil {
			t.Errorf("%s opens the store", name)
		}
	}
	readable("the same key", one, nil)
	refused("another key", two)
	refused("no key", nil)
	refused("a short key", one[:16])
	readable("a new key beside the old one", two, one)
	readable("the new key alone", two, nil)
	refused("the old key afterwards", one)
}
