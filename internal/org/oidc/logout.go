package oidc

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gatehouse/internal/org"
)

// logout ends the session by request of a client (OpenID Connect RP-Initiated Logout).
// The hint is required, as by the cloud: a link without one would let any site sign people out.
func (p *Provider) logout(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	a, err := p.server(h)
	if err != nil {
		return err
	}
	params, err := parameters(h)
	if err != nil {
		return err
	}
	if params.Get("id_token_hint") == "" {
		return refuse("invalid_request", "The 'id_token_hint' parameter is required.")
	}
	hint, ok, err := p.org.IDToken(h.Context(), a.ID, params.Get("id_token_hint"))
	if err != nil {
		return err
	}
	client, found, err := p.org.OAuthClient(h.Context(), hint.Audience)
	if err != nil {
		return err
	}
	if !ok || !found {
		return refuse("invalid_request", "The 'id_token_hint' is no ID token of this authorization server.")
	}
	to := params.Get("post_logout_redirect_uri")
	if to != "" && (!slices.Contains(client.PostLogoutURIs, to) || !safeRedirect(to)) {
		return refuse("invalid_request", "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings.")
	}
	s, signedIn, err := p.session(h, r)
	if err != nil {
		return err
	}
	if signedIn && s.UserID == hint.Subject {
		if err := p.endSession(w, h, r); err != nil {
			return err
		}
	}
	if to == "" {
		return p.pages.show(w, http.StatusOK, "signedout.html", policy(), nil)
	}
	if state := params.Get("state"); state != "" {
		separator := "?"
		if strings.Contains(to, "?") {
			separator = "&"
		}
		to += separator + url.Values{"state": {state}}.Encode()
	}
	redirect(w, h, to)
	return nil
}
