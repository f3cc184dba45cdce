package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// addApp adds an app on the console's page and returns its id and the secret that the page
// shows, "" where it shows none.
func (c *client) addApp(s *site, kind string, fields url.Values) (id, secret string) {
	c.t.Helper()
	form, action := formOf(c.t, c.get(s.Console+"/apps/new/"+kind), "/apps/new/"+kind)
	for name, values := range fields {
		form[name] = values
	}
	done := c.follow(c.send(http.MethodPost, action, form.Encode(), "Origin", s.Console))
	if done.status != http.StatusOK {
		c.t.Fatalf("%s: %d\n%s", done, done.status, done.body)
	}
	found := regexp.MustCompile(`/apps/(0oa\w{17})`).FindStringSubmatch(done.url.String() + done.body)
	if found == nil {
		c.t.Fatalf("no app on %s:\n%s", done, done.body)
	}
	if once := regexp.MustCompile(`(?s)id="once">.*?<code>([^<]+)</code>`).FindStringSubmatch(done.body); once != nil {
		secret = once[1]
	}
	return found[1], secret
}

// snippet is the code with this title on an app's page, as its button copies it.
func (c *client) snippet(s *site, app, title string) string {
	c.t.Helper()
	page := c.get(s.Console + "/apps/" + app + "/integrate")
	for n := range nodes(c.t, page.body) {
		if attr(n, "aria-label") == "Copy "+title {
			return attr(n, "data-copy")
		}
	}
	c.t.Fatalf("no code %s on %s:\n%s\n%s", title, page, page.body, s.logs)
	return ""
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// runGo builds code in a folder outside of the module with the module's versions, and runs it.
func runGo(t *testing.T, code string, env ...string) {
	t.Helper()
	dir := t.TempDir()
	file, binary := filepath.Join(dir, "main.go"), filepath.Join(dir, "main")
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, file)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the code does not build: %v\n%s\n%s", err, out, code)
	}
	ctx, stop := context.WithCancel(context.Background())
	var log lockedBuffer
	run := exec.CommandContext(ctx, binary)
	run.Env, run.Stdout, run.Stderr = env, &log, &log
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = run.Wait() // it was ended
		if t.Failed() {
			t.Log(log.String())
		}
	})
}

// waitFor asks an address until something listens there.
func waitFor(t *testing.T, address string) {
	t.Helper()
	for range 200 {
		if c, err := net.DialTimeout("tcp", address, 100*time.Millisecond); err == nil {
			c.Close()
			return
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("nothing listens at %s", address)
}

// An app that was added on the page is signed in to by the code on its page, as it stands:
// by who has it, and by nobody else.
func TestTheCodeOfAnAppRunsAsItStands(t *testing.T) {
	s := startSite(t)
	c := newClient(t)
	c.signIn(s, "super-admin", "/apps")
	address := freePort(t)
	app, secret := c.addApp(s, "web", url.Values{
		"label": {`Tickets "<b>" ${x}`}, "settings.oauthClient.redirect_uris": {"https://tickets.example/cb\r\nhttp://" + address + "/callback"},
		"settings.oauthClient.grant_types":                   {"authorization_code", "refresh_token", "client_credentials"},
		"credentials.oauthClient.token_endpoint_auth_method": {"client_secret_basic"},
	})
	if len(secret) != 64 {
		t.Fatalf("the page shows the secret %q", secret)
	}
	if again := c.get(s.Console + "/apps/" + app + "/credentials"); strings.Contains(again.body, secret) {
		t.Error("the secret is shown again")
	}
	s.api(t, "POST", "/api/v1/apps/"+app+"/users", map[string]any{"id": s.as(t, "end-user").UserID}, nil)

	runGo(t, c.snippet(s, app, "Go: go-oidc and x/oauth2"), "CLIENT_SECRET="+secret)
	waitFor(t, address)
	for name, status := range map[string]int{"end-user": http.StatusOK, "report-admin": http.StatusForbidden} {
		t.Run(name, func(t *testing.T) {
			person, in := newClient(t), s.as(t, name)
			page := person.submit(person.get("http://"+address+"/"), "username", in.Login, "password", in.Password)
			if page.status != status || (status == http.StatusOK) != strings.Contains(page.body, in.Login) {
				t.Errorf("%s: %d\n%s", page, page.status, page.body)
			}
		})
	}
	t.Run("client credentials", func(t *testing.T) {
		if _, err := exec.LookPath("curl"); err != nil {
			t.Skip("curl is not installed")
		}
		s.api(t, "POST", "/api/v1/authorizationServers/default/scopes", map[string]any{"name": "tickets:read"}, nil)
		const title = "Command line: client credentials"
		code, env := c.snippet(s, app, title), []string{"CLIENT_SECRET=" + secret, "PATH=" + os.Getenv("PATH")}
		if !strings.Contains(code, "tickets:read") { // the console may not read the scopes with every sign-in
			env = append(env, "SCOPE=tickets:read")
		}
		run := exec.CommandContext(t.Context(), "sh")
		run.Stdin, run.Env = strings.NewReader(code), env
		var out, log bytes.Buffer
		run.Stdout, run.Stderr = &out, &log
		if err := run.Run(); err != nil {
			t.Fatalf("%v\n%s\n%s\n%s", err, out.String(), log.String(), code)
		}
		var answer struct {
			Token string `json:"access_token"`
			Scope string `json:"scope"`
		}
		if err := json.Unmarshal(out.Bytes(), &answer); err != nil || answer.Token == "" || answer.Scope != "tickets:read" {
			t.Errorf("%v: %s", err, out.String())
		}
	})
}
