package oidc

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"gatehouse/internal/org"
	"github.com/go-jose/go-jose/v4"
)

// assertionAlgorithms are those a client may sign with: public keys only.
var assertionAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512}

func names(algorithms []jose.SignatureAlgorithm) []string {
	var names []string
	for _, a := range algorithms {
		names = append(names, string(a))
	}
	return names
}

// maxAssertionLife bounds how far ahead an assertion may expire: one hour, as the cloud has it.
const maxAssertionLife = time.Hour

// assertionSkew is how wrong a client's clock may be.
const assertionSkew = 60 * time.Second

// assertionClaims are the claims of a client assertion (RFC 7523 section 3).
type assertionClaims struct {
	Issuer   string   `json:"iss"`
	Subject  string   `json:"sub"`
	Audience audience `json:"aud"`
	Expires  float64  `json:"exp"`
	IssuedAt float64  `json:"iat"`
	ID       string   `json:"jti"`
}

// audience is one name or several (RFC 7519 section 4.1.3).
type audience []string

func (a *audience) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(a))
}

// assertedClient authenticates a client by private_key_jwt.
func (p *Provider) assertedClient(h *http.Request, r *org.Request, a org.AuthServer, params url.Values) (org.OAuthClient, error) {
	if params.Get("client_assertion_type") != assertionType {
		return org.OAuthClient{}, refuse("invalid_request", "The client_assertion_type is invalid.")
	}
	token, claims, err := parseAssertion(params.Get("client_assertion"))
	if err != nil {
		return org.OAuthClient{}, err
	}
	c, found, err := p.org.OAuthClient(h.Context(), claims.Subject)
	if err != nil {
		return org.OAuthClient{}, err
	}
	if !found || claims.Issuer != claims.Subject {
		return org.OAuthClient{}, refuseClient("The issuer claim for client_assertion is not a valid client_id.")
	}
	if id := params.Get("client_id"); id != "" && id != c.ID {
		return org.OAuthClient{}, refuseClient("The subject claim for client_assertion is not a valid client_id.")
	}
	if err := checkSignature(c, token); err != nil {
		return org.OAuthClient{}, err
	}
	audiences := []string{p.endpoints(a.ID) + "token", p.org.BaseURL() + h.URL.Path, p.org.Issuer(a.ID)}
	if err := claims.check(audiences, p.org.Now()); err != nil {
		return org.OAuthClient{}, err
	}
	if claims.ID == "" {
		return c, nil
	}
	isNew, err := p.org.Asserted(r, c.ID, claims.ID, seconds(claims.Expires).Add(assertionSkew))
	if err == nil && !isNew {
		err = refuseClient("The client_assertion token has already been used.")
	}
	return c, err
}

// parseAssertion reads a client assertion without believing it.
func parseAssertion(text string) (*jose.JSONWebSignature, assertionClaims, error) {
	var claims assertionClaims
	token, err := jose.ParseSignedCompact(text, assertionAlgorithms)
	if err != nil {
		return nil, claims, refuseClient("The parsing of the client_assertion failed.")
	}
	if err := json.Unmarshal(token.UnsafePayloadWithoutVerification(), &claims); err != nil {
		return nil, claims, refuseClient("The parsing of the client_assertion failed.")
	}
	return token, claims, nil
}

// checkSignature tries the client's keys: the one of the kid, or all when the header has none.
func checkSignature(c org.OAuthClient, token *jose.JSONWebSignature) error {
	if len(c.JWKS) == 0 {
		return refuseClient("The client does not have a JWKSet configured, but the client_assertion requires one.")
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(c.JWKS, &set); err != nil {
		return err
	}
	kid := token.Signatures[0].Protected.KeyID
	for _, k := range set.Keys {
		if kid != "" && k.KeyID != kid {
			continue
		}
		if _, err := token.Verify(k.Public()); err == nil {
			return nil
		}
	}
	return refuseClient("The client_assertion signature is invalid.")
}

func (c assertionClaims) check(audiences []string, now time.Time) error {
	switch expires, issued := seconds(c.Expires), seconds(c.IssuedAt); {
	case !slices.ContainsFunc(c.Audience, func(a string) bool { return slices.Contains(audiences, a) }):
		return refuseClient("The audience claim for client_assertion must be the endpoint invoked for the request.")
	case c.Expires <= 0:
		return refuseClient("The client_assertion must contain the 'exp' claim as seconds since epoch.")
	case now.After(expires.Add(assertionSkew)):
		return refuseClient("The client_assertion token is expired.")
	case expires.After(now.Add(maxAssertionLife + assertionSkew)):
		return refuseClient("The client_assertion token has an expiration too far into the future.")
	case issued.After(now.Add(assertionSkew)):
		return refuseClient("The client_assertion token must be issued before the current time.")
	}
	return nil
}

// seconds reads a NumericDate. What no clock reaches is far in the future.
func seconds(n float64) time.Time {
	if n < 0 || n > 1e11 {
		return time.Unix(1e11, 0)
	}
	return time.Unix(int64(n), 0)
}
