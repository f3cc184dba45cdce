package oidc

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// FuzzAssertion feeds the reading of client assertions: no input may panic it, and
// none may pass a check of its times and audience that it does not meet.
func FuzzAssertion(f *testing.F) {
	f.Add("")
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIiwic3ViIjoiYSIsImF1ZCI6WyJ4Il0sImV4cCI6MWU5OX0.AAAA")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	now := time.Unix(1_800_000_000, 0)
	f.Fuzz(func(t *testing.T, text string) {
		_, claims, err := parseAssertion(text)
		if err != nil {
			return
		}
		if claims.check([]string{"https://org.example"}, now) == nil {
			if e := seconds(claims.Expires); e.Before(now.Add(-assertionSkew)) || e.After(now.Add(maxAssertionLife+assertionSkew)) {
				t.Errorf("accepted an expiry of %v at %v", e, now)
			}
		}
	})
}

// FuzzParameters feeds the reading of requests: no input may panic it, and what it returns has each parameter once.
func FuzzParameters(f *testing.F) {
	f.Add("a=b&c=d", "a=b")
	f.Add("a=b&a=c", "")
	f.Add("%zz", "a=%00")
	f.Fuzz(func(t *testing.T, query, body string) {
		h := httptest.NewRequest(http.MethodPost, "/oauth2/v1/token", strings.NewReader(body))
		h.URL.RawQuery = query
		h.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		values, err := parameters(h)
		if err != nil {
			return
		}
		for name, v := range values {
			if len(v) > 1 && v[0] != v[1] {
				t.Errorf("%q has the values %q", name, v)
			}
		}
	})
}

// FuzzRedirect feeds the check of redirect URIs: what it lets through must be safe to send a code to.
func FuzzRedirect(f *testing.F) {
	for _, uri := range []string{"https://a.example/cb", "http://127.0.0.1/cb", "http://a.example", "javascript:x", "com.example:/cb", "http://[::1]:1/", "https://", "JavaScript:x", " javascript:x", `http://a"`, "https://a.example;script-src *"} {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		target := formTarget(uri)
		if strings.ContainsAny(target, ";, \n\r'\"") {
			t.Errorf("%q makes the policy source %q", uri, target)
		}
		if safeRedirect(uri) && strings.HasPrefix(strings.ToLower(strings.TrimSpace(uri)), "javascript:") {
			t.Errorf("%q is let through", uri)
		}
	})
}
