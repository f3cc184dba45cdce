package org

import (
	"context"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// AccessTokenType is the typ of the org server's access tokens, as the cloud sends it.
// A custom server's tokens and ID tokens have none: they are no key to the management API.
const AccessTokenType = "application/okta-internal-at+jwt"

// accessTokenID begins the jti of every access token.
const accessTokenID = "AT."

// AccessClaims are the claims of an access token (okta-semantics C9).
type AccessClaims struct {
	Version  int      `json:"ver"`
	ID       string   `json:"jti"`
	Issuer   string   `json:"iss"`
	Audience string   `json:"aud"`
	IssuedAt int64    `json:"iat"`
	Expires  int64    `json:"exp"`
	ClientID string   `json:"cid"`
	UserID   string   `json:"uid,omitempty"`
	Scopes   []string `json:"scp"`
	AuthTime int64    `json:"auth_time,omitempty"`
	Subject  string   `json:"sub"`
	// Confirmation is the key that the token is bound to, nil for a bearer token.
	Confirmation *Confirmation `json:"cnf,omitempty"`
}

// Confirmation names a key by its thumbprint (RFC 9449 section 6.1).
type Confirmation struct {
	JKT string `json:"jkt"`
}

// Bound is the thumbprint of the key that the token is bound to, "" for a bearer token.
func (c AccessClaims) Bound() string {
	if c.Confirmation == nil {
		return ""
	}
	return c.Confirmation.JKT
}

// NewAccessToken signs an access token for a grant, or, when g has no user, for the client itself.
// It has the claims of the grant; its subject is the claim "sub" where the server has one.
func (o *Org) NewAccessToken(r *Request, a AuthServer, client OAuthClient, g Grant) (token string, err error) {
	c := AccessClaims{
		Version: 1, ID: accessTokenID + o.ids.random(43), Issuer: o.Issuer(a.ID), Audience: a.Audience,
		IssuedAt: r.Now.Unix(), Expires: r.Now.Add(g.Lives.Access).Unix(), ClientID: client.ID,
		Scopes: g.Scopes, Subject: client.ID,
	}
	if g.UserID != "" {
		c.ID, c.UserID, c.Subject, c.AuthTime = c.ID+"."+g.ID, g.UserID, g.Login, g.AuthTime.Unix()
	}
	if g.JKT != "" {
		c.Confirmation = &Confirmation{g.JKT}
	}
	typ := ""
	if a.ID == OrgServer {
		typ = AccessTokenType
	}
	claims, err := encodeDocument(c)
	if err != nil {
		return "", err
	}
	for _, claim := range g.Claims.Access {
		if claim.In && claim.Claim.Name == "sub" {
			claims = claims.With("sub", claim.Value)
		}
		claims = withClaim(claims, claim)
	}
	return o.SignJWT(r, a.ID, typ, claims)
}

// grantOf returns the id of the grant that an access token came of, "" for a client's own.
func (c AccessClaims) grantOf() string {
	parts := strings.Split(c.ID, ".")
	if len(parts) != 3 {
		return ""
	}
	return parts[2]
}

// AccessToken returns the claims of a live access token of this server. ok is false
// for anything else: expired, revoked, another kind of token, another issuer.
func (o *Org) AccessToken(ctx context.Context, server, token string) (c AccessClaims, ok bool, err error) {
	payload, typ, err := o.verifyJWT(ctx, server, token)
	if err == errToken {
		return AccessClaims{}, false, nil
	}
	if err != nil {
		return AccessClaims{}, false, err
	}
	if decodeClaims(payload, &c) != nil || c.Issuer != o.Issuer(server) || !strings.HasPrefix(c.ID, accessTokenID) ||
		(typ == AccessTokenType) != (server == OrgServer) || o.now().Unix() >= c.Expires {
		return AccessClaims{}, false, nil
	}
	live, err := o.reads(ctx).live(c)
	return c, live, err
}

// decodeClaims reads the claims of a token of this org. An admin names claims: one that
// differs from ours by its case only must not be taken for it, as json.Unmarshal would.
func decodeClaims(payload []byte, v any) error {
	doc, err := okta.Parse(payload)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(doc.Keys(), func(name string) bool { return name == strings.ToLower(name) })
	return doc.Without(others...).Decode(v)
}

// live tells whether neither the token nor the grant behind it was revoked.
func (s store) live(c AccessClaims) (bool, error) {
	var one int
	err := s.q.QueryRow(s.ctx, `SELECT 1 FROM revoked_token WHERE jti = $1`, c.ID).Scan(&one)
	if !db.IsNone(err) {
		return false, err
	}
	id := c.grantOf()
	if id == "" {
		return true, nil
	}
	g, found, err := s.grant(id)
	return found && !g.revoked && g.UserID == c.UserID && g.ClientID == c.ClientID, err
}

// bearer finds the caller of an access token of the org server; any other token is E0000011 (security 57).
func (o *Org) bearer(s store, generation, token string) (Principal, error) {
	key := hashSecret(token)
	if p, ok := o.caches.principal(generation, key); ok && o.now().Before(p.expires) {
		return p, nil
	}
	claims, ok, err := o.AccessToken(s.ctx, OrgServer, token)
	if err != nil {
		return Principal{}, err
	}
	if !ok || claims.Audience != o.baseURL {
		return Principal{}, fail("E0000011", "")
	}
	p, err := o.holder(s, claims)
	if err != nil {
		return Principal{}, err
	}
	p.ClientID, p.Scopes, p.bound, p.expires = claims.ClientID, claims.Scopes, claims.Bound(), time.Unix(claims.Expires, 0)
	o.caches.keep(generation, key, p)
	return p, nil
}

// holder is the person of a token, or the client that acts for itself with its own roles.
func (o *Org) holder(s store, c AccessClaims) (Principal, error) {
	client, found, err := o.oauthClient(s, c.ClientID)
	if err != nil {
		return Principal{}, err
	}
	if !found {
		return Principal{}, fail("E0000011", "")
	}
	if c.UserID == "" {
		return Principal{Name: client.Name, held: holdingsOfClient(client.Roles)}, nil
	}
	p, err := o.person(s, c.UserID)
	if err != nil {
		return Principal{}, err
	}
	g, _, err := s.grant(c.grantOf())
	p.Session = g.Session
	return p, err
}

// RevokeAccessToken ends one access token of a client. One that is not live or not the client's is left alone (RFC 7009 section 2.2).
func (o *Org) RevokeAccessToken(r *Request, server string, client OAuthClient, token string) (known bool, err error) {
	c, ok, err := o.AccessToken(r.ctx, server, token)
	if err != nil || !ok || c.ClientID != client.ID {
		return false, err
	}
	return true, o.update(r, func(tx *Tx) error {
		if _, err := tx.q.Exec(tx.ctx, `INSERT INTO revoked_token (jti, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
			c.ID, time.Unix(c.Expires, 0).UnixMilli()); err != nil {
			return err
		}
		tx.changed = true
		tx.logRevoked(client, c.UserID, c.Subject)
		return nil
	})
}

// RevokeRefreshToken ends the authorization that a refresh token of this client belongs to, with all its tokens.
func (o *Org) RevokeRefreshToken(r *Request, client OAuthClient, token string) (known bool, err error) {
	id, _, ok := o.sealer.parseRefresh(token)
	if !ok {
		return false, nil
	}
	err = o.update(r, func(tx *Tx) error {
		known = false
		g, found, err := tx.grant(id)
		if err != nil || !found || g.ClientID != client.ID {
			return err
		}
		known = true
		n, err := tx.revokeGrant(id)
		if n > 0 {
			tx.logRevoked(client, g.UserID, g.UserID)
		}
		return err
	})
	return known, err
}

func (tx *Tx) logRevoked(client OAuthClient, user, login string) {
	actor := clientTarget(client)
	targets := []Target{actor}
	if user != "" {
		targets = slices.Insert(targets, 0, Target{ID: user, Type: "User", AlternateID: login, DisplayName: login})
	}
	tx.log(Event{Type: "app.oauth2.token.revoke", Message: "OIDC token revocation request", Actor: &actor, Targets: targets})
}

// RefreshToken returns the grant of a live, current refresh token of a client, for introspection.
func (o *Org) RefreshToken(ctx context.Context, client OAuthClient, server, token string) (g Grant, expires time.Time, ok bool, err error) {
	id, generation, made := o.sealer.parseRefresh(token)
	if !made {
		return Grant{}, time.Time{}, false, nil
	}
	s := o.reads(ctx)
	g, found, err := s.grant(id)
	if err != nil || !found || g.revoked || g.generation != generation || g.ClientID != client.ID || g.Server != server || !o.now().Before(g.expires) {
		return Grant{}, time.Time{}, false, err
	}
	person, err := s.subject(g.UserID)
	if isCode(err, "E0000011") {
		return Grant{}, time.Time{}, false, nil
	}
	g.Login = person.AlternateID
	return g, g.expires, err == nil, err
}
