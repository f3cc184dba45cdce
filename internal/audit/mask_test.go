package audit_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/audit"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/okta"
)

// stored is everything the trail holds, as text.
func (w *world) stored() string {
	w.t.Helper()
	rows, err := w.db.Reader().Query(context.Background(), `SELECT entry FROM audit_row ORDER BY seq`)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			w.t.Fatal(err)
		}
		all.WriteString(s + "\n")
	}
	return all.String()
}

// security 45
func TestSecretsNeverReachTheTrail(t *testing.T) {
	documents := map[string]string{
		"password in clear":       `{"credentials":{"password":{"value":"S3CRET"}}}`,
		"password hash":           `{"credentials":{"password":{"hash":{"algorithm":"BCRYPT","salt":"S3CRET","value":"S3CRET"}}}}`,
		"change of password":      `{"oldPassword":{"value":"S3CRET"},"newPassword":{"value":"S3CRET"}}`,
		"password as text":        `{"password":"S3CRET"}`,
		"temporary password":      `{"tempPassword":"S3CRET"}`,
		"recovery answer":         `{"credentials":{"recovery_question":{"question":"Which?","answer":"S3CRET"}}}`,
		"reset link":              `{"resetPasswordUrl":"https://org.example/reset/S3CRET"}`,
		"activation":              `{"activationUrl":"https://org.example/welcome/S3CRET","activationToken":"S3CRET"}`,
		"client secret":           `{"credentials":{"oauthClient":{"client_id":"0oa1","client_secret":"S3CRET"}}}`,
		"shared secret of a TOTP": `{"_embedded":{"activation":{"sharedSecret":"S3CRET","_links":{"qrcode":{"href":"https://org.example/qr/S3CRET"}}}}}`,
		"code":                    `{"passCode":"S3CRET"}`,
		"hook authentication":     `{"channel":{"config":{"authScheme":{"type":"HEADER","key":"Authorization","value":"S3CRET"},"headers":[{"key":"X-Key","value":"S3CRET"}]}}}`,
		"private key":             `{"jwks":{"keys":[{"kty":"RSA","n":"public","d":"S3CRET","p":"S3CRET"}]}}`,
		"tokens in a list":        `{"access_token":["S3CRET",{"value":"S3CRET"}]}`,
		"session token":           `{"sessionToken":"S3CRET"}`,
		"a number":                `{"pin":5325,"otp":"S3CRET"}`,
	}
	for name, text := range documents {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
			w.answer = func(rw http.ResponseWriter, _ *http.Request) { rw.Write([]byte(text)) }
			err := w.do("updateUser", okta.Call{
				Args: map[string]string{"userId": "00u1"}, Query: url.Values{"token": {"S3CRET"}},
				Body: json.RawMessage(text), Before: object(t, text),
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.log.Write(context.Background(), audit.Entry{Operation: "x", Detail: map[string]string{"refresh_token": "S3CRET"}}); err != nil {
				t.Fatal(err)
			}
			if all := w.stored() + w.out.String(); strings.Contains(all, "S3CRET") || strings.Contains(all, "5325") {
				t.Errorf("the trail or the log holds the secret:\n%s", all)
			}
		})
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
	kept := `{"id":"00p1","settings":{"password":{"complexity":{"minLength":8},"age":{"maxAgeDays":90.0}},"refresh_token":{"rotation_type":"STATIC"}},"note":"a < b & c","big":12345678901234567890}`
	w.answer = func(rw http.ResponseWriter, _ *http.Request) { rw.Write([]byte(kept)) }
	if err := w.do("updatePolicy", okta.Call{Args: map[string]string{"policyId": "00p1"}, Body: object(t, `{"id":"00p1"}`)}); err != nil {
		t.Fatal(err)
	}
	if got := string(w.newest().After); got != kept {
		t.Errorf("kept\n%s\nwant\n%s", got, kept)
	}
}

func TestAChangedSecretShowsAsChanged(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
	w.answer = func(rw http.ResponseWriter, _ *http.Request) {
		rw.Write([]byte(`{"id":"0oa1","client_secret":"new-one","other_secret":"same"}`))
	}
	err := w.do("updateApplication", okta.Call{
		Args: map[string]string{"appId": "0oa1"}, Body: object(t, `{}`),
		Before: object(t, `{"id":"0oa1","client_secret":"old-one","other_secret":"same"}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff, err := w.newest().Diff(); err != nil || len(diff) != 1 || diff[0].Path != "/client_secret" {
		t.Errorf("difference %s (%v); want the client secret alone", diff, err)
	}
}

func TestALargeOrForeignBodyIsToldByItsDigest(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
	for name, body := range map[string]any{
		"an image":         []byte("\x89PNG\x00\xff"),
		"a large document": json.RawMessage(`{"a":"` + strings.Repeat("x", 300<<10) + `"}`),
	} {
		call := okta.Call{Args: map[string]string{"userId": "00u1"}, Body: body, Header: http.Header{"Content-Type": {"image/png"}}}
		if err := w.do("updateUser", call); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if sent := string(w.newest().Sent); !strings.Contains(sent, `"sha256":`) || len(sent) > 200 {
			t.Errorf("%s is recorded as %.200s", name, sent)
		}
	}
}

// security 46
func TestNamesCannotForgeLines(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		evil := "\n{fake}\r\x1b[31mred\u202egnp\u2028\u0085\U000e0001 Zoë 👩‍💻"
		name, _ := json.Marshal(evil)
		body := `{"id":"00u1","profile":{"firstName":` + string(name) + "}\n}"
		w.answer = func(rw http.ResponseWriter, _ *http.Request) { rw.Write([]byte(body)) }
		call := okta.Call{Args: map[string]string{"userId": "00u1"}, Body: json.RawMessage(body), Reason: evil}
		if err := w.do("updateUser", call); err != nil {
			t.Fatal(err)
		}
		stored := w.stored()
		if strings.ContainsAny(stored, "\r\x1b\u202e\u2028\u0085\U000e0001") || strings.Count(stored, "\n") != 2 {
			t.Errorf("a row holds characters that do not print:\n%q", stored)
		}
		c := w.newest()
		after, err := okta.Parse(c.After)
		if err != nil || c.Reason != evil || after.Text("profile", "firstName") != evil {
			t.Errorf("read back %q and %q (%v); want %q", c.Reason, after.Text("profile", "firstName"), err, evil)
		}
		if strings.Contains(w.out.String(), "{fake}\n") {
			t.Errorf("the log holds a forged line: %q", w.out)
		}
		if r := w.verify(nil); !r.Whole() {
			t.Error(r)
		}
	})
}
