package org

import (
	"context"
)

// IDClaims are the claims of an ID token (OpenID Connect Core section 2; okta-semantics C9).
type IDClaims struct {
	Subject         string   `json:"sub"`
	Version         int      `json:"ver"`
	Issuer          string   `json:"iss"`
	Audience        string   `json:"aud"`
	IssuedAt        int64    `json:"iat"`
	Expires         int64    `json:"exp"`
	ID              string   `json:"jti"`
	AMR             []string `json:"amr"`
	IDP             string   `json:"idp"`
	Session         string   `json:"sid,omitempty"`
	Nonce           string   `json:"nonce,omitempty"`
	AuthTime        int64    `json:"auth_time"`
	AccessTokenHash string   `json:"at_hash,omitempty"`
}

// idTokenID begins the jti of every ID token.
const idTokenID = "ID."

// NewIDToken signs an ID token: it fills in ver, iss, jti, iat and idp of c, and adds the claims of the grant.
func (o *Org) NewIDToken(r *Request, server string, c IDClaims, g Grant) (string, error) {
	c.Version, c.Issuer, c.ID, c.IDP = 1, o.Issuer(server), idTokenID+o.ids.random(43), o.ids.orgID
	c.IssuedAt = r.Now.Unix()
	claims, err := encodeDocument(c)
	if err != nil {
		return "", err
	}
	for _, claim := range g.Claims.ID {
		claims = withClaim(claims, claim)
	}
	return o.SignJWT(r, server, "", claims)
}

// IDToken returns the claims of an ID token that this server signed, expired or not:
// what an id_token_hint is worth (OpenID Connect RP-Initiated Logout section 2).
func (o *Org) IDToken(ctx context.Context, server, token string) (c IDClaims, ok bool, err error) {
	payload, typ, err := o.verifyJWT(ctx, server, token)
	if err == errToken {
		return IDClaims{}, false, nil
	}
	if err != nil {
		return IDClaims{}, false, err
	}
	ok = decodeClaims(payload, &c) == nil && typ == "" && c.Issuer == o.Issuer(server) && len(c.ID) > len(idTokenID) && c.ID[:len(idTokenID)] == idTokenID
	return c, ok, nil
}
