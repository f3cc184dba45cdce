package oidc

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/org"
)

// consentView is what somebody is asked before a client, or a device, gets tokens.
type consentView struct {
	Scopes []org.ScopeConsent
	// Device tells that a device waits for the answer, To is where it goes otherwise.
	Device bool
	To     string
}

// errRefused says that the person refused (RFC 6749 section 4.1.2.1).
var errRefused = refuse("access_denied", "The resource owner or authorization server denied the request.")

// grant answers an authorization request of somebody who is signed in, once they are found
// to be let in, and were asked what has to be asked.
func (p *Provider) grant(w http.ResponseWriter, h *http.Request, r *org.Request, q authorizationRequest, s org.Session) error {
	if done, err := p.permit(w, h, r, q, s, r.Now); done || err != nil {
		return err
	}
	asked, err := p.org.Consents(r, q.client, q.server, s.UserID, q.scopes, q.has("consent"))
	switch {
	case err != nil:
		return err
	case len(asked.Ask) > 0 && q.has("none"):
		return p.refuseAuthorization(w, h, r, q, refuse("consent_required", "The following scopes require user consent: ["+strings.Join(asked.Names(), ", ")+"]."))
	case len(asked.Ask) > 0 || q.activation != "":
		return p.beginStage(w, h, r, q, org.Pending{Stage: org.StageConsent, UserID: s.UserID})
	}
	return p.answer(w, h, r, q, s, asked.Granted)
}

// permit tells whether somebody who is signed in may use the client, and gets tokens of the
// server. done says that the request was answered: refused, or sent on to prove what is
// missing. at is when their proofs have to be fresh.
func (p *Provider) permit(w http.ResponseWriter, h *http.Request, r *org.Request, q authorizationRequest, s org.Session, at time.Time) (done bool, err error) {
	grantType := org.GrantCode
	if q.activation != "" {
		grantType = org.GrantDevice
	}
	err = p.org.Permit(r, q.client, q.server, s.UserID, grantType, q.scopes)
	if refused := refusal(err); refused != nil {
		return true, p.deny(w, h, r, q, refused)
	}
	if err != nil {
		return false, err
	}
	access, err := p.org.AppAccess(r, q.client, s, at)
	switch {
	case err != nil:
		return false, err
	case access.Denied:
		return true, p.deny(w, h, r, q, errRefused)
	case access.Next.Stage == "":
		return false, nil
	case q.has("none"):
		return true, p.refuseAuthorization(w, h, r, q, refuse("login_required", "The client specified not to prompt, but the client app requires re-authentication or MFA."))
	}
	return true, p.beginStage(w, h, r, q, access.Next)
}

// answer gives the client its code, or the device its tokens.
func (p *Provider) answer(w http.ResponseWriter, h *http.Request, r *org.Request, q authorizationRequest, s org.Session, scopes []string) error {
	if len(scopes) == 0 {
		return p.deny(w, h, r, q, refuse("consent_required", "You are not allowed any of the requested scopes."))
	}
	a := org.Authorization{
		Client: q.client, Server: q.server, Session: s, RedirectURI: q.redirectURI, Scopes: scopes, Nonce: q.nonce, Challenge: q.challenge,
	}
	if q.activation != "" {
		return p.connect(w, r, q, a)
	}
	code, err := p.org.IssueCode(r, a)
	if err != nil {
		return err
	}
	return p.respond(w, h, q, url.Values{"code": {code}})
}

// deny refuses a request: the client is told, and so is the device.
func (p *Provider) deny(w http.ResponseWriter, h *http.Request, r *org.Request, q authorizationRequest, reason *oauthError) error {
	if q.activation != "" {
		if _, err := p.org.DenyDevice(r, q.activation); err != nil {
			return err
		}
	}
	return p.refuseAuthorization(w, h, r, q, reason)
}

// fillConsent fills in what the consent page asks.
func (p *Provider) fillConsent(r *org.Request, pending org.Pending, q authorizationRequest) (*consentView, error) {
	asked, err := p.org.Consents(r, q.client, q.server, pending.UserID, q.scopes, q.has("consent"))
	v := &consentView{Scopes: asked.Ask, Device: q.activation != ""}
	if to, perr := url.Parse(q.redirectURI); perr == nil {
		v.To = to.Host
	}
	return v, err
}

// takeConsent takes the form of the consent page. What was not on the page is not consented to.
func (p *Provider) takeConsent(w http.ResponseWriter, h *http.Request, r *org.Request, pending org.Pending, q authorizationRequest) error {
	s, signedIn, err := p.session(h, r)
	if err != nil {
		return err
	}
	if !signedIn || s.UserID != pending.UserID { // it ended meanwhile, or somebody else signed in
		redirect(w, h, p.again(pending, q))
		return nil
	}
	asked, err := p.org.Consents(r, q.client, q.server, s.UserID, q.scopes, q.has("consent"))
	if err != nil {
		return err
	}
	refused := h.PostForm.Get("allow") == ""
	if !refused && !slices.Equal(asked.Names(), h.PostForm["asked"]) {
		return p.showStage(w, h, r, http.StatusOK, pending, q, signInView{})
	}
	was, err := p.org.EndSignIn(r, pending.Key, org.StageConsent)
	if err != nil || !was {
		return over(err)
	}
	if refused {
		if q.activation != "" {
			if _, err := p.org.DenyDevice(r, q.activation); err != nil {
				return err
			}
			return p.pages.show(w, http.StatusOK, "refused.html", policy(), signInView{App: q.client.Name})
		}
		return p.refuseAuthorization(w, h, r, q, errRefused)
	}
	if done, err := p.permit(w, h, r, q, s, pending.Begun()); done || err != nil {
		return err
	}
	allowed, _ := asked.Allowed(h.PostForm["scope"])
	if len(asked.Ask) > 0 {
		if err := p.org.KeepConsents(r, q.client, q.server, s, asked, h.PostForm["scope"]); err != nil {
			return err
		}
	}
	return p.answer(w, h, r, q, s, allowed)
}
