package oidc

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"gatehouse/internal/org"
)

// authorize is the authorization endpoint (RFC 6749 section 3.1, OpenID Connect Core
// section 3.1.2). With a session that will do it answers with a code; otherwise it
// sends the browser to a sign-in page, which comes back to grant.
func (p *Provider) authorize(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	a, err := p.server(h)
	if err != nil {
		return err
	}
	params, err := parameters(h)
	if err != nil {
		return err
	}
	if params, err = p.pushed(r, a, params); err != nil {
		return err
	}
	request, err := p.authorizationRequest(h, a, params)
	if err != nil {
		return p.refuseAuthorization(w, h, r, request, err)
	}
	session, signedIn, err := p.sessionFor(w, h, r, params)
	if err != nil {
		return err
	}
	request.query = params.Encode() // without the session token
	if signedIn {
		if signedIn, err = p.enough(h, a.ID, request, session); err != nil {
			return err
		}
	}
	switch {
	case signedIn:
		return p.grant(w, h, r, request, session)
	case request.has("none"):
		return p.refuseAuthorization(w, h, r, request, refuse("login_required", "The client specified not to prompt, but the user is not logged in."))
	}
	return p.beginStage(w, h, r, request, org.Pending{Stage: org.StagePassword})
}

// beginStage begins a sign-in of this browser for a request, at a stage that p names.
func (p *Provider) beginStage(w http.ResponseWriter, h *http.Request, r *org.Request, q authorizationRequest, pending org.Pending) error {
	pending.Browser, pending.Device = p.browser(w, h), p.knownDevice(h)
	pending.Client, pending.Server, pending.Request, pending.Activation = q.client.ID, q.server.ID, q.query, q.activation
	pending, err := p.org.BeginSignIn(r, pending)
	if err != nil {
		return err
	}
	redirect(w, h, p.org.BaseURL()+"/signin/"+pending.Key)
	return nil
}

// sessionFor finds the browser's session, or begins the one of a session token.
func (p *Provider) sessionFor(w http.ResponseWriter, h *http.Request, r *org.Request, params url.Values) (org.Session, bool, error) {
	if token := params.Get("sessionToken"); token != "" {
		params.Del("sessionToken")
		s, found, err := p.org.RedeemSessionToken(r, token)
		if err != nil {
			return org.Session{}, false, err
		}
		if found {
			return s, true, p.keepSession(w, h, r, s)
		}
	}
	return p.session(h, r)
}

// enough tells whether a session answers the request without a page: prompt, max_age
// and id_token_hint (OpenID Connect Core section 3.1.2.1).
func (p *Provider) enough(h *http.Request, server string, q authorizationRequest, s org.Session) (bool, error) {
	if q.has("login") {
		return false, nil
	}
	if q.maxAge >= 0 && p.org.Now().Sub(s.AuthTime()) > time.Duration(q.maxAge)*time.Second {
		return false, nil
	}
	if q.hint == "" {
		return true, nil
	}
	hint, ok, err := p.org.IDToken(h.Context(), server, q.hint)
	return ok && hint.Subject == s.UserID, err
}

// authorizationRequest is an authorization request that was found correct.
type authorizationRequest struct {
	server org.AuthServer
	client org.OAuthClient
	// redirectURI is one of the client's; "" until it is known to be.
	redirectURI, mode, state string
	scopes, prompt           []string
	nonce, challenge         string
	loginHint, hint          string
	// maxAge is in seconds, -1 for none.
	maxAge int
	// query is the request as it came, to be resumed behind a page.
	query string
	// saml is what a sign-in for a SAML app was begun for; nil for an OAuth client.
	saml *samlRequest
	// activation is the key of the device that asks, "" for a client in this browser.
	activation string
}

func (q authorizationRequest) has(prompt string) bool { return slices.Contains(q.prompt, prompt) }

// authorizationRequest checks a request. Where it returns an error the request it
// returns says how to answer: with a redirect if its redirectURI is set, else with a page.
func (p *Provider) authorizationRequest(h *http.Request, a org.AuthServer, params url.Values) (authorizationRequest, error) {
	q := authorizationRequest{server: a, maxAge: -1, mode: "query", query: params.Encode()}
	client, found, err := p.org.OAuthClient(h.Context(), params.Get("client_id"))
	if err != nil {
		return q, err
	}
	if !found {
		return q, refuse("invalid_client", "Invalid value for 'client_id' parameter.")
	}
	q.client = client
	if err := checkRedirect(client, params.Get("redirect_uri")); err != nil {
		return q, err
	}
	q.redirectURI, q.state = params.Get("redirect_uri"), params.Get("state")
	if mode := params.Get("response_mode"); mode != "" {
		if !slices.Contains([]string{"query", "fragment", "form_post"}, mode) {
			return q, refuse("invalid_request", "The response mode is not supported. Valid values: [query, fragment, form_post].")
		}
		q.mode = mode
	}
	if err := q.checkParameters(params); err != nil {
		return q, err
	}
	if q.scopes, err = a.Requested(client, org.GrantCode, words(params.Get("scope"))); err != nil {
		return q, err
	}
	q.nonce, q.loginHint, q.hint = params.Get("nonce"), params.Get("login_hint"), params.Get("id_token_hint")
	return q, nil
}

// checkParameters checks what needs neither client nor server.
func (q *authorizationRequest) checkParameters(params url.Values) error {
	if params.Get("request") != "" {
		return refuse("request_not_supported", "Request objects are not supported.")
	}
	if params.Get("request_uri") != "" {
		return refuse("request_uri_not_supported", "Request objects are not supported.")
	}
	switch params.Get("response_type") {
	case "code":
	case "":
		return refuse("invalid_request", "The 'response_type' parameter is required.")
	default:
		return refuse("unsupported_response_type", "The response type is not supported by the authorization server. Valid response types: [code].")
	}
	if err := q.checkChallenge(params); err != nil {
		return err
	}
	q.prompt = words(params.Get("prompt"))
	for _, prompt := range q.prompt {
		if !slices.Contains([]string{"none", "login", "consent"}, prompt) {
			return refuse("invalid_request", "Invalid value for 'prompt' parameter. Supported values: [none, login, consent]")
		}
	}
	if q.has("none") && len(q.prompt) > 1 {
		return refuse("invalid_request", "The 'prompt' value 'none' may not stand beside another.")
	}
	if text := params.Get("max_age"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return refuse("invalid_request", "The 'max_age' parameter must be a number of seconds.")
		}
		q.maxAge = n
	}
	return nil
}
