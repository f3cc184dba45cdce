package oidc

import (
	"net/http"

	"gatehouse/internal/org"
)

// login is the org's own page: who is signed in, or the beginning of a sign-in for no client.
func (p *Provider) login(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	s, signedIn, err := p.session(h, r)
	if err != nil {
		return err
	}
	if signedIn {
		return p.pages.show(w, http.StatusOK, "home.html", policy(), signInView{Login: s.Login})
	}
	pending, err := p.org.BeginSignIn(r, org.Pending{Browser: p.browser(w, h), Device: p.knownDevice(h), Stage: org.StagePassword})
	if err != nil {
		return err
	}
	redirect(w, h, p.org.BaseURL()+"/signin/"+pending.Key)
	return nil
}

// signOut ends the browser's session from the org's own page.
func (p *Provider) signOut(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	if err := p.crossOrigin.Check(h); err != nil {
		return errCrossOrigin
	}
	if err := p.endSession(w, h, r); err != nil {
		return err
	}
	return p.pages.show(w, http.StatusOK, "signedout.html", policy(), nil)
}

// endSession ends the browser's session and takes its cookie away.
func (p *Provider) endSession(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	if c, err := h.Cookie(p.cookies.session); err == nil {
		if err := p.org.SignOut(r, c.Value, p.knownBrowser(h)); err != nil {
			return err
		}
		p.cookies.clear(w, p.cookies.session)
	}
	if p.cookies.secure {
		w.Header().Set("Clear-Site-Data", `"cache"`)
	}
	return nil
}
