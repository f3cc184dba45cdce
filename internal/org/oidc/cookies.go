package oidc

import (
	"crypto/rand"
	"net"
	"net/http"
	"net/url"
	"time"

	"gatehouse/internal/org"
)

// cookieNames are the cookies of the org. On http they carry the port: the ports of a loopback host share cookies (contracts.md section 3).
type cookieNames struct {
	session, browser, device string
	secure                   bool
}

func namesFor(base *url.URL) cookieNames {
	if base.Scheme == "https" {
		return cookieNames{"sid", "__Host-signin", "__Host-device", true}
	}
	_, port, err := net.SplitHostPort(base.Host)
	if err != nil {
		port = "80"
	}
	return cookieNames{"sid_" + port, "signin_" + port, "device_" + port, false}
}

func (n cookieNames) set(w http.ResponseWriter, name, value string) { n.setFor(w, name, value, 0) }

// setFor sets a cookie that outlives the browser for this long; 0: it does not.
func (n cookieNames) setFor(w http.ResponseWriter, name, value string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()), HttpOnly: true, Secure: n.secure, SameSite: http.SameSiteLaxMode})
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
	life := time.Duration(0)
	if s.Persistent {
		if life = s.Life; life == 0 {
			life = persistentLife
		}
	}
	p.cookies.setFor(w, p.cookies.session, s.ID, life)
	if c, err := h.Cookie(p.cookies.session); err == nil && c.Value != s.ID {
		_, err := p.org.EndSession(r, c.Value)
		return err
	}
	return nil
}

// persistentLife is how long the cookie of a persistent session without an end is kept, and
// deviceLife that of a device that is remembered [assumed]. The store decides what they are worth.
const (
	persistentLife = 30 * 24 * time.Hour
	deviceLife     = 365 * 24 * time.Hour
)

// device returns the hash of the cookie that names this device, setting the cookie when there is none.
func (p *Provider) device(w http.ResponseWriter, h *http.Request) string {
	if known := p.knownDevice(h); known != "" {
		return known
	}
	value := rand.Text() + rand.Text()
	p.cookies.setFor(w, p.cookies.device, value, deviceLife)
	return org.HashSecret(value)
}

func (p *Provider) knownDevice(h *http.Request) string { return secretCookie(h, p.cookies.device) }

// browser returns the hash of the cookie that binds a sign-in to this browser, setting the cookie when there is none.
func (p *Provider) browser(w http.ResponseWriter, h *http.Request) string {
	if known := p.knownBrowser(h); known != "" {
		return known
	}
	value := rand.Text() + rand.Text()
	p.cookies.set(w, p.cookies.browser, value)
	return org.HashSecret(value)
}

func (p *Provider) knownBrowser(h *http.Request) string { return secretCookie(h, p.cookies.browser) }

// secretCookie is the hash of a cookie, "" where there is none or it is too short to be a secret of ours.
func secretCookie(h *http.Request, name string) string {
	c, err := h.Cookie(name)
	if err != nil || len(c.Value) < 40 {
		return ""
	}
	return org.HashSecret(c.Value)
}
