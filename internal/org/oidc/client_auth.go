package oidc

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"gatehouse/internal/org"
)

// How a client proved who it is.
const (
	methodSecret = "client_secret"
	methodKey    = "private_key_jwt"
	methodNone   = "none"
)

// assertionType is the one client assertion there is (RFC 7523 section 2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// authenticate finds the client of a request and has it prove who it is (RFC 6749
// section 2.3). It must do so in exactly one way.
func (p *Provider) authenticate(h *http.Request, r *org.Request, a org.AuthServer, params url.Values) (org.OAuthClient, string, error) {
	id, secret, basic := h.BasicAuth()
	if basic {
		var err error
		if id, secret, err = unescapeBasic(id, secret); err != nil {
			return org.OAuthClient{}, "", refuseClient("The client credentials could not be read.")
		}
	}
	inForm, asserted := params.Get("client_secret") != "", params.Get("client_assertion") != ""
	if count(basic, inForm, asserted) > 1 {
		return org.OAuthClient{}, "", &oauthError{http.StatusUnauthorized, "invalid_request", "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body."}
	}
	switch {
	case asserted:
		c, err := p.assertedClient(h, r, a, params)
		return c, methodKey, err
	case inForm:
		id, secret = params.Get("client_id"), params.Get("client_secret")
	case !basic:
		id = cmp.Or(params.Get("client_id"), bareID(h))
	}
	c, found, err := p.org.OAuthClient(h.Context(), id)
	if err != nil {
		return org.OAuthClient{}, "", err
	}
	if !basic && !inForm {
		switch {
		case id == "":
			return org.OAuthClient{}, "", refuseClient("No client credentials found.")
		case !found:
			return org.OAuthClient{}, "", refuseClient("Invalid value for 'client_id' parameter.")
		case !c.Public():
			return org.OAuthClient{}, "", refuseClient("Client authentication failed. Either the client or the client credentials are invalid.")
		}
		return c, methodNone, nil
	}
	// An unknown client is compared too, so that it takes as long as a wrong secret.
	right := p.secrets.same(c.Secret, secret)
	for _, older := range c.OlderSecrets {
		right = p.secrets.same(older, secret) || right
	}
	if !right || !found || c.Secret == "" {
		return org.OAuthClient{}, "", refuseClient("The client secret supplied for a confidential client is invalid.")
	}
	return c, methodSecret, nil
}

// comparer compares secrets.
type comparer struct {
	// runs counts the comparisons: a wrong secret and an unknown client cost one each (security 53).
	runs atomic.Int64
}

// same compares in constant time, lengths included.
func (c *comparer) same(want, got string) bool {
	c.runs.Add(1)
	a, b := sha256.Sum256([]byte(want)), sha256.Sum256([]byte(got))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// unescapeBasic decodes the two halves, which are form-encoded first (RFC 6749 section 2.3.1).
func unescapeBasic(id, secret string) (string, string, error) {
	id, err := url.QueryUnescape(id)
	if err != nil {
		return "", "", err
	}
	secret, err = url.QueryUnescape(secret)
	return id, secret, err
}

// bareID is the client that a Basic header names without a secret, not even an empty one: so
// okta-auth-js names a public client when it revokes a token.
func bareID(h *http.Request) string {
	encoded, isBasic := strings.CutPrefix(h.Header.Get("Authorization"), "Basic ")
	id, err := base64.StdEncoding.DecodeString(encoded)
	if !isBasic || err != nil {
		return ""
	}
	return string(id)
}

func count(conditions ...bool) int {
	n := 0
	for _, c := range conditions {
		if c {
			n++
		}
	}
	return n
}
