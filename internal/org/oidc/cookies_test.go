package oidc

import (
	"net/url"
	"testing"
)

// security 15
func TestCookieNames(t *testing.T) {
	for base, want := range map[string]cookieNames{
		"https://org.example":      {"sid", "__Host-signin", "__Host-device", true},
		"https://org.example:8443": {"sid", "__Host-signin", "__Host-device", true},
		"http://127.0.0.1:8081":    {"sid_8081", "signin_8081", "device_8081", false},
		"http://localhost":         {"sid_80", "signin_80", "device_80", false},
	} {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		if got := namesFor(u); got != want {
			t.Errorf("%s: %v, want %v", base, got, want)
		}
	}
}
