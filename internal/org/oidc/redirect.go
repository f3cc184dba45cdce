package oidc

import (
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"gatehouse/internal/org"
)

// checkRedirect tells whether a redirect URI is one of the client's, character by
// character, and safe to send a code to (RFC 9700 sections 2.1 and 4.1).
func checkRedirect(c org.OAuthClient, uri string) error {
	if uri == "" || !slices.Contains(c.RedirectURIs, uri) || !safeRedirect(uri) {
		return refuse("invalid_request", "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.")
	}
	return nil
}

// safeRedirect refuses plain http except to this machine, a fragment, and schemes that a browser runs.
func safeRedirect(uri string) bool {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" || u.Fragment != "" || u.User != nil {
		return false
	}
	switch u.Scheme {
	case "https":
		return u.Host != ""
	case "http":
		return loopback(u.Hostname())
	case "javascript", "data", "vbscript", "file", "blob", "about":
		return false
	}
	return true // a native app's own scheme (RFC 8252 section 7.1)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// plainHost is a host that may stand in a Content-Security-Policy as it is. An IPv6 address may not.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]+)?$`)

// formTarget is the Content-Security-Policy source that lets a form end at uri: its
// origin, or its scheme where that has none (contracts.md section 3).
func formTarget(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" {
		return ""
	}
	if u.Scheme != "https" && u.Scheme != "http" || !plainHost.MatchString(u.Host) {
		return u.Scheme + ":"
	}
	return u.Scheme + "://" + u.Host
}

// redirect sends the browser on by GET whatever it came with (RFC 9700 section 4.12).
func redirect(w http.ResponseWriter, h *http.Request, to string) {
	status := http.StatusFound
	if h.Method == http.MethodPost {
		status = http.StatusSeeOther
	}
	w.Header().Set("Location", to)
	w.WriteHeader(status)
}
