package oidc

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/url"
	"regexp"
)

// challengePattern is an S256 challenge: 32 bytes in base64url (RFC 7636 section 4.2).
var challengePattern = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// verifierPattern is RFC 7636 section 4.1.
var verifierPattern = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

// checkChallenge reads the code challenge. Only S256 will do: plain protects from
// nobody who can read the request (RFC 9700 section 2.1.1).
func (q *authorizationRequest) checkChallenge(params url.Values) error {
	challenge, method := params.Get("code_challenge"), params.Get("code_challenge_method")
	switch {
	case challenge == "" && method != "":
		return refuse("invalid_request", "PKCE code challenge is required by the application.")
	case challenge == "" && q.client.NeedsPKCE():
		return refuse("invalid_request", "PKCE code challenge is required by the application.")
	case challenge != "" && method != "S256":
		return refuse("invalid_request", "PKCE code challenge method is not supported. Valid values: [S256]")
	case challenge != "" && !challengePattern.MatchString(challenge):
		return refuse("invalid_request", "PKCE code challenge contains illegal characters.")
	}
	q.challenge = challenge
	return nil
}

// checkVerifier compares the verifier of a token request with the challenge of its
// authorization request. A verifier without a challenge is refused too: somebody took
// the challenge out (RFC 9700 section 4.8.2).
func checkVerifier(challenge, verifier string) error {
	switch {
	case challenge == "" && verifier == "":
		return nil
	case challenge == "":
		return refuse("invalid_request", "PKCE code challenge should be specified in the authorize request for code verification.")
	case verifier == "":
		return refuse("invalid_request", "PKCE code verifier is required by the application.")
	}
	sum := sha256.Sum256([]byte(verifier))
	want := base64.RawURLEncoding.EncodeToString(sum[:])
	if !verifierPattern.MatchString(verifier) || subtle.ConstantTimeCompare([]byte(want), []byte(challenge)) != 1 {
		return errPKCE
	}
	return nil
}
