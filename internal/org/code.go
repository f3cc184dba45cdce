package org

import (
	"errors"
	"strings"
	"time"

	"gatehouse/internal/db"
)

// codeLife is how long an authorization code may be used (okta-semantics C9; RFC 6749 section 4.1.2 allows 10 minutes).
const codeLife = 300 * time.Second

// ErrGrant says that a code or refresh token is unknown, used up, expired, revoked, or somebody else's.
var ErrGrant = errors.New("grant is not valid")

// Authorization is what an authorization request was granted.
type Authorization struct {
	Client      OAuthClient
	Server      AuthServer
	Session     Session
	RedirectURI string
	// Scopes are those granted.
	Scopes []string
	// Nonce goes into the ID token, Challenge is the PKCE challenge (S256), "" for none.
	Nonce, Challenge string
}

// IssueCode makes a single-use authorization code. The store holds its hash.
func (o *Org) IssueCode(r *Request, a Authorization) (code string, err error) {
	o.sweep()
	err = o.update(r, func(tx *Tx) error {
		code, err = tx.issueCode(a)
		return err
	})
	return code, err
}

func (tx *Tx) issueCode(a Authorization) (string, error) {
	grant, err := tx.newGrant(GrantCode, a, codeLife)
	if err != nil {
		return "", err
	}
	code := tx.org.ids.random(43)
	if _, err := tx.q.Exec(tx.ctx, `INSERT INTO oauth_code (hash, grant_id, redirect_uri, challenge, nonce, used, expires) VALUES ($1, $2, $3, $4, $5, 0, $6)`,
		hashSecret(code), grant, a.RedirectURI, a.Challenge, a.Nonce, millis(tx.now.Add(codeLife))); err != nil {
		return "", err
	}
	return code, nil
}

// newGrant stores an authorization whose first tokens have to be fetched within wait.
func (tx *Tx) newGrant(grantType string, a Authorization, wait time.Duration) (string, error) {
	person, err := tx.subject(a.Session.UserID)
	if err != nil {
		return "", err
	}
	grant := tx.org.ids.mint("oar")
	if _, err := tx.q.Exec(tx.ctx, `INSERT INTO oauth_grant
		(id, client_id, server, user_id, session, scope, amr, auth_time, created, generation, rotated, expires, revoked, grant_type)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, 0, $11)`,
		grant, a.Client.ID, a.Server.ID, a.Session.UserID, a.Session.LogID, strings.Join(a.Scopes, " "), strings.Join(a.Session.AMR, " "),
		millis(a.Session.AuthTime()), millis(tx.now), millis(tx.now.Add(wait)), grantType); err != nil {
		return "", err
	}
	kind := "app.oauth2.authorize.code"
	if a.Server.ID != OrgServer {
		kind = "app.oauth2.as.authorize.code"
	}
	debug := map[string]string{"clientId": a.Client.ID, "grantedScopes": strings.Join(a.Scopes, ", ")}
	target := clientTarget(a.Client)
	tx.log(Event{Type: kind, Message: "OIDC authorization code request", Actor: &person, Targets: []Target{target}, Debug: debug, Session: a.Session.LogID})
	tx.log(Event{Type: "user.authentication.sso", Message: "User single sign on to app", Actor: &person, Targets: []Target{target}, Debug: debug, Session: a.Session.LogID})
	return grant, nil
}

// Redemption is the use of a code at the token endpoint.
type Redemption struct {
	Client OAuthClient
	Server AuthServer
	Code   string
	// JKT is the key that refresh tokens are to be bound to, "" for none.
	JKT string
	// Check refuses by the redirect URI and the challenge of the authorization request.
	Check func(redirectURI, challenge string) error
}

// Redeemed is what a code gave.
type Redeemed struct {
	Grant Grant
	Nonce string
	// Refresh is the first refresh token, "" without offline_access.
	Refresh string
}

// RedeemCode uses a code up. A second use is ErrGrant and revokes what the first gave (RFC 6749 section 4.1.2).
func (o *Org) RedeemCode(r *Request, u Redemption) (Redeemed, error) {
	var out Redeemed
	var refused error
	err := o.update(r, func(tx *Tx) (err error) {
		out, refused, err = tx.redeemCode(u)
		return err
	})
	if err != nil {
		return Redeemed{}, err
	}
	return out, refused
}

// redeemCode returns a refusal apart from an error, because what it writes at a refusal must be committed.
func (tx *Tx) redeemCode(u Redemption) (out Redeemed, refused, err error) {
	var id, redirect, challenge string
	var used, expires int64
	err = tx.q.QueryRow(tx.ctx, `SELECT grant_id, redirect_uri, challenge, nonce, used, expires FROM oauth_code WHERE hash = $1`, hashSecret(u.Code)).
		Scan(&id, &redirect, &challenge, &out.Nonce, &used, &expires)
	if db.IsNone(err) {
		return Redeemed{}, ErrGrant, nil
	}
	if err != nil {
		return Redeemed{}, nil, err
	}
	g, found, err := tx.usableGrant(id, u.Client, u.Server)
	if err != nil || !found {
		return Redeemed{}, ErrGrant, err
	}
	if used > 0 {
		_, err := tx.revokeGrant(id)
		tx.log(Event{
			Type: "app.oauth2.token.revoke", Message: "OIDC token revocation request", Severity: "WARN", Reason: "authorization_code_reuse",
			Targets: []Target{clientTarget(u.Client)}, Session: g.Session,
		})
		return Redeemed{}, ErrGrant, err
	}
	if !tx.now.Before(fromMillis(expires)) {
		return Redeemed{}, ErrGrant, nil
	}
	if refused := u.Check(redirect, challenge); refused != nil {
		return Redeemed{}, refused, nil
	}
	if _, err := tx.q.Exec(tx.ctx, `UPDATE oauth_code SET used = $2 WHERE hash = $1`, hashSecret(u.Code), millis(tx.now)); err != nil {
		return Redeemed{}, nil, err
	}
	nonce := out.Nonce
	out, err = tx.firstTokens(GrantCode, u.Client, u.Server, g, u.JKT)
	out.Nonce = nonce
	return out, nil, err
}

// usableGrant reads a grant that this client may use at this server for somebody who may still sign in and still has the application.
func (tx *Tx) usableGrant(id string, c OAuthClient, a AuthServer) (Grant, bool, error) {
	g, found, err := tx.grant(id)
	if err != nil || !found || g.revoked || g.ClientID != c.ID || g.Server != a.ID {
		return Grant{}, false, err
	}
	if has, err := tx.assigned(c.AppID, g.UserID); err != nil || !has {
		return Grant{}, false, err
	}
	person, err := tx.subject(g.UserID)
	if isCode(err, "E0000011") {
		return Grant{}, false, nil
	}
	g.Login = person.AlternateID
	return g, err == nil, err
}
