package org

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"time"
)

// refreshGrace is how long the refresh token before the current one still works, where the
// app does not say it: a client whose answer got lost may ask again (okta-semantics C9).
const refreshGrace = 30 * time.Second

// maxRefreshLeeway is the longest that an app may say, in seconds (okta-semantics C9).
const maxRefreshLeeway = 60

// macSize is how much of the authentication code a refresh token carries, in bytes.
const macSize = 24

// refreshToken spells the token of a grant's generation. It is not stored: the
// authentication code proves that it is ours, the grant's row that it is current.
// The same generation has one token, so that a repeated request gets the same answer.
func (s *sealer) refreshToken(grant string, generation int64) string {
	tail := binary.BigEndian.AppendUint64(nil, uint64(generation))
	mac := s.sign("refresh/" + grant + "/" + string(tail))
	return grant + base64.RawURLEncoding.EncodeToString(append(tail, mac[:macSize]...))
}

// grantIDSize is the length of a grant's id, with which a refresh token begins.
const grantIDSize = 20

// parseRefresh is the reverse of refreshToken. ok is false for anything that was not made by it.
func (s *sealer) parseRefresh(token string) (grant string, generation int64, ok bool) {
	if len(token) < grantIDSize {
		return "", 0, false
	}
	grant = token[:grantIDSize]
	b, err := base64.RawURLEncoding.DecodeString(token[grantIDSize:])
	if err != nil || len(b) != 8+macSize {
		return "", 0, false
	}
	generation = int64(binary.BigEndian.Uint64(b))
	return grant, generation, hmac.Equal([]byte(token), []byte(s.refreshToken(grant, generation)))
}

// rotate makes the next refresh token of a grant.
func (tx *Tx) rotate(g *Grant) (string, error) {
	g.generation++
	return tx.keepRefresh(g)
}

// keepRefresh says that a grant's refresh token was used or made now.
func (tx *Tx) keepRefresh(g *Grant) (string, error) {
	g.rotated, g.expires = tx.now, g.refreshEnd(tx.now)
	_, err := tx.q.Exec(tx.ctx, `UPDATE oauth_grant SET generation = $2, rotated = $3, expires = $4 WHERE id = $1`,
		g.ID, g.generation, millis(g.rotated), millis(g.expires))
	return tx.org.sealer.refreshToken(g.ID, g.generation), err
}

// Refresh uses a refresh token and returns the grant with the token to use next, which is the same one
// where the app says STATIC. The token before the current one gets the current one again for the app's leeway; any other old one
// is reuse and revokes the whole family (RFC 9700 section 4.14.2). check may refuse the
// request for what it asks, or narrow the scopes of this answer; the policies are asked anew. A
// token that is refused by them stays as it is.
func (o *Org) Refresh(r *Request, client OAuthClient, server AuthServer, token string, check func(*Grant) error) (Grant, string, error) {
	id, generation, ok := o.sealer.parseRefresh(token)
	if !ok {
		return Grant{}, "", ErrGrant
	}
	var g Grant
	var next string
	var refused error
	err := o.update(r, func(tx *Tx) (err error) {
		g, next, refused, err = tx.refresh(client, server, id, generation, check)
		return err
	})
	if err != nil {
		return Grant{}, "", err
	}
	return g, next, refused
}

func (tx *Tx) refresh(client OAuthClient, server AuthServer, id string, generation int64, check func(*Grant) error) (g Grant, next string, refused, err error) {
	g, found, err := tx.usableGrant(id, client, server)
	if err != nil || !found || !tx.now.Before(g.expires) {
		return Grant{}, "", ErrGrant, err
	}
	// An okta.* scope that an admin took back from the client is given no more.
	g.Scopes = slices.DeleteFunc(g.Scopes, func(scope string) bool {
		return strings.HasPrefix(scope, "okta.") && !slices.Contains(client.Scopes, scope)
	})
	if refused := check(&g); refused != nil {
		return Grant{}, "", refused, nil
	}
	current := generation == g.generation
	if !current && (generation != g.generation-1 || tx.now.Sub(g.rotated) > client.refreshGrace) {
		return Grant{}, "", ErrGrant, tx.reused(g, client) // before the policies: whoever they refuse may hold a stolen one
	}
	if err := tx.settleGrant(client, server, &g); err != nil {
		return Grant{}, "", nil, err
	}
	if !tx.now.Before(g.refreshEnd(tx.now)) { // the rule gives shorter lives by now
		return Grant{}, "", ErrGrant, nil
	}
	switch {
	case !current:
		next = tx.org.sealer.refreshToken(g.ID, g.generation)
	case client.refreshStays:
		next, err = tx.keepRefresh(&g)
	default:
		next, err = tx.rotate(&g)
	}
	if err != nil {
		return Grant{}, "", nil, err
	}
	kinds := []string{"access_token", "refresh_token"}
	if slices.Contains(g.Scopes, "openid") {
		kinds = append(kinds, "id_token")
	}
	tx.logGrants(GrantRefresh, client, server.ID, g, kinds...)
	return g, next, nil, nil
}

// reused revokes the family of a refresh token that was used before.
func (tx *Tx) reused(g Grant, client OAuthClient) error {
	kind := "app.oauth2.token.detect_reuse"
	if g.Server != OrgServer {
		kind = "app.oauth2.as.token.detect_reuse"
	}
	actor := clientTarget(client)
	tx.log(Event{
		Type: kind, Message: "Detect one-time refresh token attempted reuse", Severity: "WARN", Result: "FAILURE", Reason: "refresh_token_reuse",
		Actor: &actor, Targets: []Target{{ID: g.UserID, Type: "User", AlternateID: g.Login, DisplayName: g.Login}, actor}, Session: g.Session,
	})
	_, err := tx.revokeGrant(g.ID)
	return err
}
