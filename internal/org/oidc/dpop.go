package oidc

import (
	"net/http"

	"gatehouse/internal/org"
)

// proof checks the DPoP proof of a token request and returns the thumbprint of its key, ""
// where the tokens are to be bearer tokens (RFC 9449 section 5). A client that does not ask
// for bound tokens gets none, whatever proof it sends: the vendor's SDK for Node.js always
// sends one, and uses the token as a bearer token. Only a refresh token that is bound
// already has its proof looked at.
func (p *Provider) proof(w http.ResponseWriter, h *http.Request, r *org.Request, c org.OAuthClient, grantType string) (string, error) {
	if !c.DPoP && (grantType != org.GrantRefresh || h.Header.Get("DPoP") == "") {
		return "", nil
	}
	w.Header().Set("DPoP-Nonce", p.org.ProofNonce())
	return p.org.CheckProof(r, org.ProofUse{Method: h.Method, Path: h.URL.EscapedPath(), Nonce: true})
}

// bind decides on the key that the tokens of a grant are bound to, of the one that the
// request proved.
func bind(g *org.Grant, c org.OAuthClient, proved string) error {
	switch {
	case g.JKT != "" && g.JKT != proved:
		return refuse("invalid_dpop_proof", "Invalid DPoP Public Key binding in refresh token")
	case c.DPoP:
		g.JKT = proved
	}
	return nil
}

// tokenType is what the token answer calls a token (RFC 9449 section 5).
func tokenType(bound string) string {
	if bound != "" {
		return "DPoP"
	}
	return "Bearer"
}
