package oidc

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gatehouse/internal/org"
)

// userinfo tells the claims that the scopes of an access token allow (OpenID Connect Core section 5.3).
func (p *Provider) userinfo(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	a, err := p.server(h)
	if err != nil {
		return err
	}
	claims, ok, err := p.org.AccessToken(h.Context(), a.ID, bearerToken(h))
	if err != nil {
		return err
	}
	if ok {
		var refused *org.ProofError
		err := p.org.UseToken(r, h.Method, h.URL.EscapedPath(), claims.Bound())
		if errors.As(err, &refused) {
			w.Header().Set("WWW-Authenticate", p.org.ProofChallenge(refused, "openid", h.URL.Path))
		}
		if err != nil {
			return err
		}
	}
	if !ok || claims.UserID == "" {
		return p.challenge(w, &oauthError{http.StatusUnauthorized, "invalid_token", "The access token is invalid."})
	}
	if !slices.Contains(claims.Scopes, "openid") {
		return p.challenge(w, &oauthError{http.StatusForbidden, "insufficient_scope", "The access token must provide access to at least one of these scopes - profile, email, address or phone"})
	}
	told, err := p.org.Userinfo(h.Context(), a, claims)
	if refused(err) {
		return p.challenge(w, &oauthError{http.StatusUnauthorized, "invalid_token", "The access token is invalid."})
	}
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, told)
	return nil
}

// bearerToken reads a token from the header or, by POST, from the body (RFC 6750 section 2).
func bearerToken(h *http.Request) string {
	scheme, token, _ := strings.Cut(h.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "DPoP") {
		return strings.TrimSpace(token)
	}
	if h.Method == http.MethodPost {
		return h.PostFormValue("access_token")
	}
	return ""
}

// challenge answers with the error in WWW-Authenticate too (RFC 6750 section 3).
func (p *Provider) challenge(w http.ResponseWriter, e *oauthError) error {
	base := p.org.BaseURL()
	w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer authorization_uri="%s/oauth2/v1/authorize", realm="%s", scope="openid", error="%s", error_description="%s", resource="/oauth2/v1/userinfo"`,
		base, base, e.Code, e.Description))
	return e
}
