package oidc

import (
	"net/http"
	"strings"

	"gatehouse/internal/org"
)

// introspection is an answer of RFC 7662 section 2.2; of a token that is not live it says no more than that.
type introspection struct {
	Active    bool   `json:"active"`
	Scope     string `json:"scope,omitempty"`
	Username  string `json:"username,omitempty"`
	Expires   int64  `json:"exp,omitempty"`
	IssuedAt  int64  `json:"iat,omitempty"`
	Subject   string `json:"sub,omitempty"`
	Audience  string `json:"aud,omitempty"`
	Issuer    string `json:"iss,omitempty"`
	ID        string `json:"jti,omitempty"`
	TokenType string `json:"token_type,omitempty"`
	ClientID  string `json:"client_id,omitempty"`
	UserID    string `json:"uid,omitempty"`
	// Confirmation is the key that the token is bound to (RFC 9449 section 6.2).
	Confirmation *org.Confirmation `json:"cnf,omitempty"`
}

// introspect tells a client about a token of this server. A public client learns of its own only.
func (p *Provider) introspect(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	a, client, token, err := p.tokenParameter(h, r)
	if err != nil {
		return err
	}
	g, expires, ok, err := p.org.RefreshToken(h.Context(), client, a.ID, token)
	if err != nil {
		return err
	}
	if ok {
		writeJSON(w, http.StatusOK, introspection{
			Active: true, Scope: strings.Join(g.Scopes, " "), Username: g.Login, Expires: expires.Unix(), IssuedAt: g.Created.Unix(),
			Subject: g.Login, Issuer: p.org.Issuer(a.ID), TokenType: "refresh_token", ClientID: g.ClientID, UserID: g.UserID,
		})
		return nil
	}
	c, ok, err := p.org.AccessToken(h.Context(), a.ID, token)
	if err != nil {
		return err
	}
	if ok && c.UserID != "" {
		_, err := p.org.Person(h.Context(), c.UserID)
		if err != nil && !refused(err) {
			return err
		}
		ok = err == nil
	}
	if !ok || client.Public() && c.ClientID != client.ID {
		writeJSON(w, http.StatusOK, introspection{})
		return nil
	}
	answer := introspection{
		Active: true, Scope: strings.Join(c.Scopes, " "), Expires: c.Expires, IssuedAt: c.IssuedAt, Subject: c.Subject,
		Audience: c.Audience, Issuer: c.Issuer, ID: c.ID, TokenType: tokenType(c.Bound()), Confirmation: c.Confirmation, ClientID: c.ClientID, UserID: c.UserID,
	}
	if c.UserID != "" {
		answer.Username = c.Subject
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// revoke ends a token (RFC 7009). A refresh token takes all tokens of its authorization
// with it; one that is unknown or another client's is no error.
func (p *Provider) revoke(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	a, client, token, err := p.tokenParameter(h, r)
	if err != nil {
		return err
	}
	known, err := p.org.RevokeRefreshToken(r, client, token)
	if err == nil && !known {
		_, err = p.org.RevokeAccessToken(r, a.ID, client, token)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// tokenParameter reads a request about a token, of a client that proved who it is.
func (p *Provider) tokenParameter(h *http.Request, r *org.Request) (org.AuthServer, org.OAuthClient, string, error) {
	a, err := p.server(h)
	if err != nil {
		return a, org.OAuthClient{}, "", err
	}
	params, err := parameters(h)
	if err != nil {
		return a, org.OAuthClient{}, "", err
	}
	client, _, err := p.authenticate(h, r, a, params)
	if err == nil && params.Get("token") == "" {
		err = refuse("invalid_request", "The 'token' parameter is required.")
	}
	return a, client, params.Get("token"), err
}
