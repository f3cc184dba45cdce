package oidc

import (
	"crypto/rand"
	"net"
	"net/http"
	"net/url"

	"gatehouse/internal/org"
)

// cookieNames are the cookies of the org. On http they carry the port: the ports of a loopback host share cookies (contracts.md section 3).
type cookieNames struct {
	session, browser string
	secure           bool
}

func namesFor(base *url.URL) cookieNames {
	if base.Scheme == "https" {
		return cookieNames{"sid", "__Host-signin", true}
	}
	_, port, err := net.SplitHostPort(base.Host)
	if err != nil {
		port = "80"
	}
	return cookieNames{"sid_" + port, "signin_" + port, false}
}

func (n cookieNames) set(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, Secure: n.secure, SameSite: http.SameSiteLaxMode})
}

func (n cookieNames) clear(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1, HttpOnly: true, Secure: n.secure, SameSite: http.SameSiteLaxMode})
}

// session finds the session of the browser.
func (p *Provider) session(h *http.Request, r *org.Request) (org.Session, bool, error) {
	c, err := h.Cookie(p.cookies.session)
	if err != nil || c.Value == "" {
		return org.Session{}, false, nil
	}
	return p.org.FindSession(r, c.Value)
}

// keepSession gives the browser a new session and ends the one it had: the id changes at every sign-in.
func (p *Provider) keepSession(w http.ResponseWriter, h *http.Request, r *org.Request, s org.Session) error {
	p.cookies.set(w, p.cookies.session, s.ID)
	if c, err := h.Cookie(p.cookies.session); err == nil && c.Value != s.ID {
		_, err := p.org.EndSession(r, c.Value)
		return err
	}
	return nil
}

// browser returns the hash of the cookie that binds a sign-in to this browser, setting the cookie when there is none.
func (p *Provider) browser(w http.ResponseWriter, h *http.Request) string {
	if known := p.knownBrowser(h); known != "" {
		return known
	}
	value := rand.Text() + rand.Text()
	p.cookies.set(w, p.cookies.browser, value)
	return org.HashSecret(value)
}

func (p *Provider) knownBrowser(h *http.Request) string {
	c, err := h.Cookie(p.cookies.browser)
	if err != nil || len(c.Value) < 40 {
		return ""
	}
	return org.HashSecret(c.Value)
}
