package auth_test

import (
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/auth"
)

// FuzzLocalPath: wherever somebody says to go after sign-in, it is a path of the console
// itself, to a browser too, which reads a backslash as a slash (security 30).
func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/people?q=a", "//evil.example", `/\evil.example`, "/\t/evil.example", "/%2f/evil.example", "/%5cevil", "https://evil.example", "/a//b", "/login", ""} {
		f.Add(s)
	}
	base, err := url.Parse("https://console.example/here")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, target string) {
		got := auth.LocalPath(target)
		if auth.LocalPath(got) != got {
			t.Errorf("%q gives %q, which is not accepted itself", target, got)
		}
		browser := strings.NewReplacer(`\`, "/", "\t", "", "\n", "", "\r", "").Replace(got)
		for _, as := range []string{got, browser} {
			u, err := base.Parse(as)
			if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || u.User != nil || strings.HasPrefix(as, "//") {
				t.Errorf("%q gives %q, which leads to %v (%v)", target, got, u, err)
			}
		}
	})
}
