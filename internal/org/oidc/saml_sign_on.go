package oidc

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"gatehouse/internal/org"
)

// samlServer begins what a sign-in that was begun for a SAML app has in the place of its server.
const samlServer = "saml/"

// maxResumed is the longest address, in bytes, that a request of the POST binding is sent on to.
const maxResumed = 6 << 10

func samlPath(app org.SAMLApp) string { return "/app/" + app.Name + "/" + app.Key + "/sso/saml" }

// samlSignOn is the single sign-on service of a SAML app (SAML 2.0 Profiles section 4.1): a
// service provider sent the browser here, or somebody opened the app. With a session that
// will do it answers with an assertion; otherwise it sends the browser to sign in.
func (p *Provider) samlSignOn(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	app, err := p.samlApp(h)
	if err != nil {
		return err
	}
	params, err := parameters(h)
	if err != nil {
		return err
	}
	q, err := readSAML(app, p.org.BaseURL()+samlPath(app), params, h.Method == http.MethodPost, func(raw []byte) ([]byte, error) {
		if !app.SignedRequests || p.org.Vouched(samlPath(app), h.URL.Query().Get("proof"), resumable(raw, params.Get("RelayState"))) {
			return raw, nil
		}
		return verifySAML(app, h, raw, r.Now)
	})
	if err != nil {
		return err
	}
	if h.Method == http.MethodPost {
		// A post from another site comes without the cookie of the session (SameSite=Lax).
		// What it holds is found correct: it is asked again by the browser itself.
		to := url.Values{"proof": {p.org.Vouch(samlPath(app), q.query)}}.Encode() + "&" + q.query
		if len(to) > maxResumed {
			return errSAML
		}
		redirect(w, h, p.org.BaseURL()+samlPath(app)+"?"+to)
		return nil
	}
	session, signedIn, err := p.session(h, r)
	switch {
	case err != nil:
		return err
	case signedIn && !q.force:
		return p.samlGrant(w, h, r, q, session)
	case q.passive:
		return p.samlRefuse(w, r, q, samlResponder, samlNoPassive)
	}
	return p.beginStage(w, h, r, q.authorization(), org.Pending{Stage: org.StagePassword})
}

// authorization is the request as the sign-in pages take it.
func (q samlRequest) authorization() authorizationRequest {
	server := org.AuthServer{ID: samlServer + q.app.Name + "/" + q.app.Key}
	return authorizationRequest{server: server, client: q.app.Client(), redirectURI: q.acs, query: q.query, saml: &q}
}

// samlApp finds the app that the path names, where this org can sign on to it.
func (p *Provider) samlApp(h *http.Request) (org.SAMLApp, error) {
	return p.findSAML(h, h.PathValue("name"), h.PathValue("key"))
}

func (p *Provider) findSAML(h *http.Request, name, key string) (org.SAMLApp, error) {
	if !serverID.MatchString(key) || len(name) > 200 {
		return org.SAMLApp{}, errNoApp
	}
	app, found, err := p.org.SAMLApp(h.Context(), name, key)
	switch {
	case err != nil:
		return app, err
	case !found:
		return app, errNoApp
	case !app.SAML():
		return app, &oauthError{http.StatusNotImplemented, "not_supported", "This app does not sign on by SAML 2.0. The org keeps its settings and does not sign anybody on to it."}
	case app.Encryption.Enabled:
		return app, &oauthError{http.StatusNotImplemented, "not_supported", "The app's settings ask for encrypted assertions, which this org does not make. Turn encryption off in its SAML settings to try the sign-on."}
	}
	return app, nil
}

var errNoApp = &oauthError{http.StatusNotFound, "no_such_app", "There is no app at this address, or it is inactive."}

// wsFederation is where a WS-Federation app would sign on.
func (p *Provider) wsFederation(http.ResponseWriter, *http.Request, *org.Request) error {
	return &oauthError{http.StatusNotImplemented, "not_supported", "WS-Federation is configuration only: the org keeps the app's settings and does not sign anybody on to it."}
}

// resumeSAML reads the request of a sign-in that was begun for a SAML app again: the app may have changed since.
func (p *Provider) resumeSAML(h *http.Request, pending org.Pending) (authorizationRequest, error) {
	name, key, _ := strings.Cut(strings.TrimPrefix(pending.Server, samlServer), "/")
	app, err := p.findSAML(h, name, key)
	if err != nil {
		return authorizationRequest{}, err
	}
	params, err := url.ParseQuery(pending.Request)
	if err != nil {
		return authorizationRequest{}, err
	}
	q, err := readSAML(app, p.org.BaseURL()+samlPath(app), params, false, func(raw []byte) ([]byte, error) { return raw, nil })
	if err != nil {
		return authorizationRequest{}, err
	}
	return q.authorization(), nil
}

// samlGrant sends an assertion about the session's person, who must have the app and be let
// in by its sign-on policy: what that asks for and is not proved yet is asked for first.
func (p *Provider) samlGrant(w http.ResponseWriter, h *http.Request, r *org.Request, q samlRequest, s org.Session) error {
	subject, err := p.org.SAMLSubject(r, q.app, s)
	var settings *org.SettingsError
	switch {
	case errors.Is(err, org.ErrNotAssigned):
		if err := p.org.LogSignOn(r, q.app, s, "User is not assigned to the application", true); err != nil {
			return err
		}
		return &oauthError{http.StatusForbidden, "access_denied", "You do not have the app " + q.app.Label + ". Ask an admin to give it to you."}
	case errors.As(err, &settings):
		if err := p.org.LogSignOn(r, q.app, s, settings.Error(), false); err != nil {
			return err
		}
		return &oauthError{http.StatusUnprocessableEntity, "app_settings", "The SAML settings of " + q.app.Label + " cannot be used: " + settings.Error() + ". Ask an admin to mend them."}
	case err != nil:
		return err
	}
	access, err := p.org.AppAccess(r, q.app.Client(), s, r.Now)
	switch {
	case err != nil:
		return err
	case access.Denied:
		if err := p.org.LogSignOn(r, q.app, s, "Sign on policy evaluation resulted in DENY", false); err != nil {
			return err
		}
		return &oauthError{http.StatusForbidden, "access_denied", "The sign-on policy of " + q.app.Label + " does not let you in. Ask an admin which rule applies to you."}
	case access.Next.Stage != "" && q.passive:
		return p.samlRefuse(w, r, q, samlResponder, samlNoPassive)
	case access.Next.Stage != "":
		return p.beginStage(w, h, r, q.authorization(), access.Next)
	}
	a, err := p.samlMessage(r, q)
	if err != nil {
		return err
	}
	a.subject, a.session = subject, s
	body, err := a.response()
	if err != nil {
		return err
	}
	if err := p.org.LogSignOn(r, q.app, s, "", false); err != nil {
		return err
	}
	return p.samlPost(w, q, body)
}

// samlRefuse sends a response without an assertion.
func (p *Provider) samlRefuse(w http.ResponseWriter, r *org.Request, q samlRequest, code, detail string) error {
	a, err := p.samlMessage(r, q)
	if err != nil {
		return err
	}
	body, err := a.refusal(code, detail)
	if err != nil {
		return err
	}
	return p.samlPost(w, q, body)
}

func (p *Provider) samlMessage(r *org.Request, q samlRequest) (samlAnswer, error) {
	key, cert, err := p.org.SAMLKey(r, q.app)
	return samlAnswer{samlRequest: q, now: p.org.Now(), key: key, cert: cert, newID: func() string { return "id" + rand.Text() }}, err
}

// samlPost sends a response by a form (Bindings section 3.5).
func (p *Provider) samlPost(w http.ResponseWriter, q samlRequest, body []byte) error {
	answer := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString(body)}}
	if q.relay != "" {
		answer.Set("RelayState", q.relay)
	}
	return p.pages.formPost(w, q.acs, answer)
}
