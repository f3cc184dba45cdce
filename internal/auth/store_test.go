package auth_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

func exec(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	if err := d.Update(t.Context(), func(q db.Querier) error {
		_, err := q.Exec(t.Context(), query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// security 7, security 14: the database files hold no token, no cookie, nothing of a pending sign-in.
func TestDatabaseFilesHoldNoSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "console.db")
	o := options()
	o.URL = file
	d, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	c := consoleOn(t, d)
	b := newBrowser()
	s := c.signIn(t, b)
	pending := query(t, c.begin(t, b, "/people/secret-page"))
	secrets := []string{"eyJ", "access-1", "refresh-1", b.session(), s.FormToken, pending.Get("state"), pending.Get("nonce"), "secret-page", b.jar["gatehouse_8080_signin"].Value}
	var stored []byte
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(file + suffix)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, content...)
	}
	for _, secret := range secrets {
		if bytes.Contains(stored, []byte(secret)) {
			t.Errorf("the database holds %q", secret)
		}
	}
	if !bytes.Contains(stored, []byte(s.ID)) {
		t.Error("the database does not hold the session: the test looked at the wrong file")
	}
	for _, secret := range append(secrets, clientSecret) {
		if strings.Contains(c.log.text(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// security 7, on both databases: a wrong key is refused at the start, an older one beside the current is not.
func TestSecretKeys(t *testing.T) {
	first, second, third := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32), bytes.Repeat([]byte{3}, 32)
	dbtest.Each(t, options(), func(t *testing.T, d *db.DB) {
		c := consoleOn(t, d)
		b := newBrowser()
		c.signIn(t, b)
		keys := func(keys ...[]byte) func(*auth.Config) { return func(c *auth.Config) { c.Keys = keys } }
		if _, err := c.start(keys(second)); !errors.Is(err, auth.ErrWrongKey) {
			t.Fatalf("another key: err = %v, want ErrWrongKey", err)
		}
		rotated := c.again(t, keys(second, first))
		if _, err := rotated.Load(b.request("/")); err != nil {
			t.Fatalf("while rotating: %v", err)
		}
		// The check row has moved on; the session of the dropped key is signed out, not an error (faults 18).
		dropped := c.again(t, keys(second))
		_, err := dropped.Load(b.request("/"))
		wantSignedOut(t, err)
		if _, err := c.start(keys(third, first)); !errors.Is(err, auth.ErrWrongKey) {
			t.Fatalf("err = %v, want ErrWrongKey", err)
		}
		if _, err := c.start(keys(first[:16])); err == nil {
			t.Fatal("a key of 16 bytes was accepted")
		}
	})
}

// security 7: sealed tokens are bound to their row.
func TestTokensMovedToAnotherRowDoNotOpen(t *testing.T) {
	c := newConsole(t)
	mine, other := newBrowser(), newBrowser()
	from, to := c.signIn(t, mine), c.signIn(t, other)
	exec(t, c.db, `UPDATE auth_session SET tokens = (SELECT tokens FROM auth_session WHERE id = $1) WHERE id = $2`, from.ID, to.ID)
	_, err := c.load(other)
	wantSignedOut(t, err)
	c.mustLoad(t, mine)
}

// security 14
func TestSessionIDsAreRandomAndStoredHashed(t *testing.T) {
	c := newConsole(t)
	form := regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	seen := map[string]bool{}
	for range 50 {
		b := newBrowser()
		s := c.signIn(t, b)
		if seen[b.session()] || !form.MatchString(b.session()) {
			t.Fatalf("cookie %q: repeated, or less than 256 bits", b.session())
		}
		seen[b.session()] = true
		if sum := sha256.Sum256([]byte(b.session())); s.ID != hex.EncodeToString(sum[:]) {
			t.Fatalf("stored as %q, want the SHA-256 of the cookie", s.ID)
		}
		forged := newBrowser()
		forged.jar["gatehouse_8080"] = b.jar["gatehouse_8080"]
		forged.jar["gatehouse_8080"].Value = s.ID[:43]
		_, err := c.load(forged)
		wantSignedOut(t, err)
	}
}

// security 15
func TestCookieAttributes(t *testing.T) {
	cases := []struct{ base, name, attributes string }{
		{"https://console.example.com", "__Host-gatehouse", "Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"http://127.0.0.1:8080", "gatehouse_8080", "Path=/; HttpOnly; SameSite=Lax"},
		{"http://localhost", "gatehouse_80", "Path=/; HttpOnly; SameSite=Lax"},
		{"http://[::1]:9090", "gatehouse_9090", "Path=/; HttpOnly; SameSite=Lax"},
	}
	for _, test := range cases {
		t.Run(test.base, func(t *testing.T) {
			c := newConsole(t, func(c *auth.Config) { c.BaseURL = test.base })
			b := newBrowser()
			w := httptest.NewRecorder()
			callback := c.op.authorize(t, c.begin(t, b, "/"))
			if _, _, err := c.Complete(w, b.request(callback)); err != nil {
				t.Fatal(err)
			}
			got := w.Result().Cookies()
			if len(got) != 1 || got[0].Raw != test.name+"="+got[0].Value+"; "+test.attributes {
				t.Errorf("Set-Cookie: %v", got)
			}
			if signIn := b.jar[test.name+"-signin"]; strings.HasPrefix(test.base, "https") && (signIn == nil || !signIn.Secure || !signIn.HttpOnly || signIn.MaxAge != 600) {
				t.Errorf("sign-in cookie %v", signIn)
			}
		})
	}
	for _, refused := range []string{"http://console.example.com", "http://10.0.0.5:8080", "ftp://127.0.0.1", "https://console.example.com/console", "console"} {
		c := newConsole(t)
		if _, err := c.start(func(c *auth.Config) { c.BaseURL = refused }); err == nil || !strings.Contains(err.Error(), "CONSOLE_BASE_URL") {
			t.Errorf("%s: err = %v", refused, err)
		}
	}
}

// security 17
func TestIdleAndAbsoluteLimits(t *testing.T) {
	c := newConsole(t)
	b := newBrowser()
	s := c.signIn(t, b)
	if s.IdleAt.Sub(s.SignedInAt) != 15*time.Minute || s.ExpiresAt.Sub(s.SignedInAt) != 12*time.Hour {
		t.Fatalf("idle at %v, expires at %v after %v", s.IdleAt, s.ExpiresAt, s.SignedInAt)
	}
	for range 12 * 6 {
		c.advance(10*time.Minute - time.Second)
		c.mustLoad(t, b)
	}
	c.advance(2 * time.Minute)
	_, err := c.load(b)
	wantReason(t, err, "12 hours at most")

	c.signIn(t, b)
	c.advance(15 * time.Minute)
	_, err = c.load(b)
	wantReason(t, err, "15 minutes without activity")

	short := c.again(t, func(c *auth.Config) { c.Idle = time.Minute })
	c.Auth = short
	c.signIn(t, b)
	c.advance(time.Minute)
	_, err = c.load(b)
	wantReason(t, err, "1 minute without activity")
}

// Polls and streams do not count as activity (contracts.md section 7).
func TestPeekIsNoActivity(t *testing.T) {
	c := newConsole(t)
	b := newBrowser()
	c.signIn(t, b)
	for range 14 {
		c.advance(time.Minute)
		if _, err := c.Peek(b.request("/")); err != nil {
			t.Fatal(err)
		}
	}
	c.advance(time.Minute)
	_, err := c.Peek(b.request("/"))
	wantReason(t, err, "without activity")
}

func wantReason(t *testing.T, err error, words string) {
	t.Helper()
	var out *auth.SignedOut
	if !errors.As(err, &out) || !strings.Contains(out.Reason, words) {
		t.Fatalf("err = %v, want SignedOut with %q", err, words)
	}
}

// security 23, the part of the session: a form token that only its own session has.
func TestFormToken(t *testing.T) {
	c := newConsole(t)
	mine, other := newBrowser(), newBrowser()
	c.signIn(t, mine)
	c.signIn(t, other)
	first, second := c.mustLoad(t, mine), c.mustLoad(t, other)
	if !first.CheckForm(first.FormToken) || first.CheckForm(second.FormToken) || first.CheckForm("") || len(first.FormToken) < 43 {
		t.Errorf("form tokens %q and %q", first.FormToken, second.FormToken)
	}
	if again := c.mustLoad(t, mine); again.FormToken != first.FormToken {
		t.Error("the form token changed while the session went on")
	}
}
