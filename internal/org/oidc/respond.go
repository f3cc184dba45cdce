package oidc

import (
	"net/http"
	"net/url"
	"strings"

	"gatehouse/internal/org"
)

// respond sends an authorization response to the client's redirect URI, with state and iss (RFC 9207).
func (p *Provider) respond(w http.ResponseWriter, h *http.Request, q authorizationRequest, answer url.Values) error {
	if q.state != "" {
		answer.Set("state", q.state)
	}
	answer.Set("iss", p.org.Issuer(q.server.ID))
	switch q.mode {
	case "form_post":
		return p.pages.formPost(w, q.redirectURI, answer)
	case "fragment":
		redirect(w, h, q.redirectURI+"#"+answer.Encode())
	default:
		separator := "?"
		if strings.Contains(q.redirectURI, "?") {
			separator = "&"
		}
		redirect(w, h, q.redirectURI+separator+answer.Encode())
	}
	return nil
}

// refuseAuthorization answers a faulty request: by redirect when the redirect URI is
// the client's, else by a page (RFC 6749 section 4.1.2.1).
func (p *Provider) refuseAuthorization(w http.ResponseWriter, h *http.Request, r *org.Request, q authorizationRequest, err error) error {
	if q.redirectURI == "" {
		return err
	}
	e := p.asOAuth(r, err)
	return p.respond(w, h, q, url.Values{"error": {e.Code}, "error_description": {e.Description}})
}
