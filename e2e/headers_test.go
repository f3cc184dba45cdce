package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// security 24, 26, 27, 31: every answer of a running console has the headers, loads
// from itself alone and is not to be stored, files with hashed names excepted.
func TestHeadersOfEveryPageOfTheConsole(t *testing.T) {
	s := startSite(t)
	c := newClient(t)
	c.signIn(s, "super-admin", "/")
	c.crawl(s)
	c.send(http.MethodDelete, s.Console+"/people", "")
	c.send(http.MethodPost, s.Console+"/logout", "x=1", "Origin", "https://evil.example")
	c.send(http.MethodGet, s.Console+"/people", "", "Origin", "https://evil.example")
	for _, a := range c.answers {
		if !strings.HasPrefix(a.url.String(), s.Console) {
			continue
		}
		checkHeaders(t, a, "form-action 'self' "+s.Org)
		want := "no-store"
		if strings.HasPrefix(a.url.Path, "/static/") && a.status == http.StatusOK {
			want = "public, max-age=31536000, immutable"
		}
		if got := a.header.Get("Cache-Control"); got != want {
			t.Errorf("%s: Cache-Control %q, want %q", a, got, want)
		}
		referrer := "same-origin"
		if p := a.url.Path; p == "/login" || p == "/callback" || p == "/logout" {
			referrer = "no-referrer"
		}
		if got := a.header.Get("Referrer-Policy"); got != referrer {
			t.Errorf("%s: Referrer-Policy %q, want %q", a, got, referrer)
		}
		checkSelfContained(t, a)
	}
}

// security 24, 26, 27: the same for the org's pages. Only the page that hands over to
// the console lets a form leave, and only to the address that was checked.
func TestHeadersOfTheSignInPages(t *testing.T) {
	s := startSite(t)
	for name, v := range s.signInPages(t) {
		a := v.ask(newClient(t))
		checkHeaders(t, a, "form-action 'self'")
		if v.console && !strings.Contains(a.header.Get("Content-Security-Policy"), "form-action 'self' "+s.Console) {
			t.Errorf("%s: the form may not lead back to the console: %s", name, a.header.Get("Content-Security-Policy"))
		}
		// no-referrer would make the page's own form send "Origin: null".
		if a.header.Get("Cache-Control") != "no-store" || a.header.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s: %v", name, a.header)
		}
		checkSelfContained(t, a)
	}
}

func checkHeaders(t *testing.T, a answer, formAction string) {
	t.Helper()
	policy := a.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", formAction} {
		if !strings.Contains(policy, part) {
			t.Errorf("%s: %d without %s: %q", a, a.status, part, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "http:;") {
		t.Errorf("%s: the policy is open: %q", a, policy)
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "", "Server": "",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", a, name, got, want)
		}
	}
}

// checkSelfContained fails where a page loads from elsewhere or holds a script of its own.
func checkSelfContained(t *testing.T, a answer) {
	t.Helper()
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		return
	}
	for n := range nodes(t, a.body) {
		src := attr(n, "src")
		if n.Data == "link" {
			src = attr(n, "href")
		}
		if u, err := a.url.Parse(src); err != nil || u.Host != a.url.Host {
			t.Errorf("%s loads %q", a, src)
		}
		if n.Data == "script" && attr(n, "src") == "" || n.Data == "style" {
			t.Errorf("%s has a <%s> of its own", a, n.Data)
		}
		for _, at := range n.Attr {
			if at.Key == "style" || strings.HasPrefix(at.Key, "on") || strings.HasPrefix(at.Key, "hx-on") {
				t.Errorf("%s: <%s %s=%q>", a, n.Data, at.Key, at.Val)
			}
		}
	}
}
