package handlers

import (
	"net/http"
	"strings"
)

// secured sets the headers that every answer carries, errors and static files included
// (security 24, 26).
func (h *console) secured(next http.Handler) http.Handler {
	policy := strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self'",
		"font-src 'self'",
		"connect-src 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		// Signing out and an expired session redirect a form to the org.
		"form-action 'self' " + h.org.Scheme + "://" + h.org.Host,
		"frame-ancestors 'none'",
	}, "; ")
	https := h.base.Scheme == "https"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := w.Header()
		s.Set("Content-Security-Policy", policy)
		s.Set("X-Content-Type-Options", "nosniff")
		s.Set("Referrer-Policy", referrerPolicy(r.URL.Path))
		s.Set("Cross-Origin-Opener-Policy", "same-origin")
		s.Set("Cross-Origin-Resource-Policy", "same-origin")
		s.Set("Cache-Control", "no-store") // static files say otherwise
		if https || r.TLS != nil {
			s.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// referrerPolicy keeps codes and hints of sign-in out of the Referer. Elsewhere
// no-referrer would make our own forms send "Origin: null".
func referrerPolicy(path string) string {
	switch path {
	case "/login", "/callback", "/logout", "/try":
		return "no-referrer"
	}
	return "same-origin"
}
