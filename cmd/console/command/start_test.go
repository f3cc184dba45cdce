package command

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The report of contracts.md section 1: one line of JSON with these names.
func TestReportAsJSON(t *testing.T) {
	p := run(t, "demo", "--addr", free, "--org-addr", free, "--seed", "5", "--password", "Maple-seed-2931", "--json")
	var r struct {
		Console, Org, APIToken string
		Client                 struct{ ID, Secret, RedirectURI string }
		SignIns                []map[string]any
	}
	if err := json.Unmarshal([]byte(p.line), &r); err != nil {
		t.Fatalf("%v in %s", err, p.line)
	}
	if r.Client.RedirectURI != r.Console+"/callback" || r.Client.ID == "" || r.Client.Secret == "" || r.APIToken == "" || !strings.HasPrefix(r.Org, "http://127.0.0.1:") {
		t.Errorf("the report is %s", p.line)
	}
	if status, body := ask(t, r.APIToken, r.Org+"/api/v1/users/me"); status != http.StatusOK || !strings.Contains(body, `"super-admin@company.example"`) {
		t.Errorf("the API token acts as %d %s", status, body)
	}
	var logins []string
	for _, s := range r.SignIns {
		for _, name := range []string{"role", "login", "password", "userId", "groups", "apps"} {
			if _, there := s[name]; !there {
				t.Errorf("%v has no %s", s, name)
			}
		}
		if s["login"] == "super-admin-totp@company.example" && s["totpSecret"] == "" {
			t.Error("no TOTP secret")
		}
		if s["password"] != "Maple-seed-2931" {
			t.Errorf("%v: not the password of the command line", s["login"])
		}
		logins = append(logins, strings.TrimSuffix(s["login"].(string), "@company.example"))
	}
	for _, login := range strings.Fields("super-admin org-admin user-admin app-admin read-only-admin mobile-admin help-desk-admin api-access-management-admin report-admin group-membership-admin help-desk-support user-admin-support group-admin-support app-admin-crm super-admin-totp end-user") {
		if !slices.Contains(logins, login) {
			t.Errorf("no sign-in %s", login)
		}
	}
}

func TestFreshOrgHasOneAdmin(t *testing.T) {
	p := run(t, "org", "--addr", free, "--seed", "none", "--json")
	if len(p.report.SignIns) != 1 || p.report.SignIns[0].Role != "SUPER_ADMIN" {
		t.Fatalf("sign-ins %+v", p.report.SignIns)
	}
	// security 60: nobody knows the password but who reads the report.
	if other := run(t, "org", "--addr", free, "--seed", "none", "--json"); other.report.SignIns[0].Password == p.report.SignIns[0].Password || other.report.APIToken == p.report.APIToken || len(p.report.SignIns[0].Password) < 12 {
		t.Errorf("two fresh orgs share %q or %q", other.report.SignIns[0].Password, other.report.APIToken)
	}
	if strings.Contains(p.stderr.String(), p.report.SignIns[0].Password) || strings.Contains(p.stderr.String(), p.report.APIToken) {
		t.Error("the log holds the first password or the API token")
	}
}

// Restarted on its folder the console gives out the same ids, logins, password, TOTP secret, client and token.
func TestRestartKeepsWhatWasGivenOut(t *testing.T) {
	dir := t.TempDir()
	args := []string{"demo", "--addr", free, "--org-addr", free, "--seed", "5", "--data", dir, "--json"}
	first := run(t, args...)
	_, people := ask(t, first.report.APIToken, first.report.Org+"/api/v1/users?limit=200")
	if code := first.stop(); code != 0 {
		t.Fatalf("exit code %d after a signal", code)
	}
	for _, file := range []string{"console.db", "org.db", "secret.key"} {
		info, err := os.Stat(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); file == "secret.key" && mode != 0o600 {
			t.Errorf("%s can be read by others: %v", file, mode)
		}
	}
	second := run(t, args...)
	a, b := first.report, second.report
	if len(a.SignIns) != len(b.SignIns) || a.APIToken != b.APIToken || a.Client.Secret != b.Client.Secret {
		t.Fatalf("after the restart:\n%+v\nbefore:\n%+v", b, a)
	}
	for i := range a.SignIns {
		x, y := a.SignIns[i], b.SignIns[i]
		if x.Login != y.Login || x.UserID != y.UserID || x.Password != y.Password || x.TOTPSecret != y.TOTPSecret || !slices.Equal(x.Groups, y.Groups) {
			t.Errorf("%+v became %+v", x, y)
		}
	}
	_, again := ask(t, b.APIToken, b.Org+"/api/v1/users?limit=200")
	if strings.ReplaceAll(again, b.Org, a.Org) != people {
		t.Error("the people are not the same after a restart")
	}
}

func TestTemporaryFolderGoesWithTheProcess(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	p := run(t, "demo", "--addr", free, "--org-addr", free, "--seed", "none", "--json")
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) != 1 {
		t.Fatalf("the temporary folder is not where it should be: %v (%v)", left, err)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func TestHealthOfBothServers(t *testing.T) {
	p := run(t, "demo", "--addr", free, "--org-addr", free, "--seed", "none", "--json")
	for _, base := range []string{p.report.Console, p.report.Org} {
		for _, path := range []string{"/healthz", "/readyz"} {
			if status, _ := ask(t, "", base+path); status != http.StatusOK {
				t.Errorf("%s%s: %d", base, path, status)
			}
		}
		for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/vars"} { // security 62
			if status, body := ask(t, "", base+path); status == http.StatusOK && !strings.Contains(body, `name="username"`) {
				t.Errorf("%s%s is public: %.80s", base, path, body) // anything but a page to sign in
			}
		}
	}
}
