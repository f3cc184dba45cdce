package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// security 6, 7, 45: no token, client secret or password in anything that a browser is
// sent or keeps, in the databases, or in the logs. The one exception is id_token_hint.
func TestNoSecretLeavesItsPlace(t *testing.T) {
	s := startApart(t)
	c := newClient(t)
	c.signIn(s.site, "super-admin", "/")
	given := c.addPerson(s.site, "\n{fake}")
	c.crawl(s.site)
	for _, path := range []string{"/", "/people", "/changes"} {
		c.send(http.MethodGet, s.Console+path, "", "Accept", "application/json")
		c.send(http.MethodGet, s.Console+path, "", "HX-Request", "true", "HX-Request-Type", "partial")
	}
	home := c.get(s.Console + "/")
	form, action := formOf(t, home, "/logout")
	c.follow(c.send(http.MethodPost, action, form.Encode(), "Origin", s.Console))

	secrets := s.secrets(t)
	secrets["password given to a person"] = given
	for _, a := range c.answers {
		if !strings.HasPrefix(a.url.String(), s.Console) && !strings.Contains(a.url.Path, "/signin/") {
			continue // the org's own answers to itself
		}
		for place, text := range map[string]string{"address": a.url.String(), "header": headerText(a.header), "body": a.body} {
			if text = withoutHint(text); strings.Contains(text, "eyJ") {
				t.Errorf("%s: the %s holds what looks like a token", a, place)
			}
			for name, secret := range secrets {
				if strings.Contains(text, secret) {
					t.Errorf("%s: the %s holds the %s", a, place, name)
				}
			}
		}
	}
	for _, u := range []string{s.Console, s.Org} {
		at, err := url.Parse(u)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range c.http.Jar.Cookies(at) {
			for name, secret := range secrets {
				if strings.Contains(k.Value, secret) || strings.HasPrefix(k.Value, "eyJ") {
					t.Errorf("the cookie %s holds the %s or a token", k.Name, name)
				}
			}
		}
	}
	logs := s.logs.String() + s.org.logs.String()
	for name, secret := range secrets {
		if strings.Contains(logs, secret) {
			t.Errorf("the log holds the %s", name)
		}
	}
	if strings.Contains(logs, "eyJ") {
		t.Error("the log holds what looks like a token")
	}
	s.stop() // the databases are whole when their processes are gone
	s.org.stop()
	delete(secrets, "API token of the org")
	for file, text := range s.stored(t) {
		for name, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds the %s", file, name)
			}
		}
		if strings.Contains(text, "eyJhbGci") {
			t.Errorf("%s holds what looks like a token", file)
		}
	}
}

// addPerson adds somebody with a password in the console, and returns the password.
func (c *client) addPerson(s *site, lastName string) string {
	c.t.Helper()
	password := "Sycamore-bark-4417"
	form, action := formOf(c.t, c.get(s.Console+"/people/new"), "/people/new")
	for name, value := range map[string]string{
		"profile.firstName": "Given", "profile.lastName": lastName, "profile.login": "given@company.example", "profile.email": "given@company.example",
		"start": "password", "password": password, "reason": "ticket 7",
	} {
		form.Set(name, value)
	}
	a := c.follow(c.send(http.MethodPost, action, form.Encode(), "Origin", s.Console))
	if a.status != http.StatusOK || !strings.Contains(a.body, "given@company.example") {
		c.t.Fatalf("nobody was added: %s %d\n%s", a, a.status, a.body[strings.Index(a.body, "<main"):])
	}
	return password
}

// secrets are what must stay where it is, by name.
func (a *apart) secrets(t *testing.T) map[string]string {
	t.Helper()
	in := a.as(t, "super-admin-totp")
	out := map[string]string{
		"client secret": clientSecret, "password": seedPassword, "API token of the org": a.APIToken, "TOTP secret": in.TOTPSecret,
	}
	answers := a.relay.issued()
	if len(answers) == 0 {
		t.Fatal("no token passed the relay")
	}
	for _, text := range answers {
		var issued map[string]any
		if err := json.Unmarshal([]byte(text), &issued); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"access_token", "refresh_token", "id_token"} {
			if token, ok := issued[name].(string); ok {
				out[name] = token
			}
		}
	}
	if out["refresh_token"] == "" || out["access_token"] == "" {
		t.Fatal("the org issued no refresh token or no access token")
	}
	return out
}

// stored reads the databases of the site, write-ahead logs included.
func (s *site) stored(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, dir := range s.data {
		files, err := filepath.Glob(filepath.Join(dir, "*.db*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no database in %s (%v)", dir, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out[filepath.Base(f)] = string(text)
		}
	}
	return out
}

func headerText(h http.Header) string {
	var b strings.Builder
	for name, values := range h {
		b.WriteString(name + ": " + strings.Join(values, ", ") + "\n")
	}
	return b.String()
}

// withoutHint removes the value of id_token_hint, the one token that a browser may carry.
func withoutHint(text string) string {
	before, rest, found := strings.Cut(text, "id_token_hint=")
	if !found {
		return text
	}
	end := strings.IndexAny(rest, "&\n \"")
	if end < 0 {
		end = len(rest)
	}
	return before + withoutHint(rest[end:])
}
