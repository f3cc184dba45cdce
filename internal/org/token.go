package org

import (
	"strings"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/policy"
)

// Grant is what a person allowed a client at an authorization server: the family of
// all tokens that came of one authorization.
type Grant struct {
	// ID is oar and 17 characters; the jti of its access tokens ends with it.
	ID string
	// ClientID and Server say who may use it where.
	ClientID, Server string
	// UserID and Login are the person, Session the System Log's name of the session it came of.
	UserID, Login, Session string
	// GrantType is how the authorization began: GrantCode, GrantDevice or GrantClientCredentials.
	GrantType         string
	Scopes            []string
	AMR               []string
	AuthTime, Created time.Time
	// JKT is the thumbprint of the key that the tokens are bound to (RFC 9449), "" for none.
	JKT string
	// generation counts refresh tokens; 0 is none. rotated is when the current one was made.
	generation int64
	rotated    time.Time
	expires    time.Time
	revoked    bool
	// Lives and Claims are those of the tokens that are about to be given, by the policy and
	// rule of these names.
	Lives        policy.Lives
	Claims       policy.TokenClaims
	policy, rule string
}

// grant reads a grant. found is false for one that never was, or was cleared away after its end.
func (s store) grant(id string) (g Grant, found bool, err error) {
	var scope, amr string
	var authTime, created, rotated, expires, revoked int64
	err = s.q.QueryRow(s.ctx, `SELECT id, client_id, server, user_id, grant_type, session, scope, amr, auth_time, created, generation, rotated, expires, revoked, jkt
		FROM oauth_grant WHERE id = $1`, id).
		Scan(&g.ID, &g.ClientID, &g.Server, &g.UserID, &g.GrantType, &g.Session, &scope, &amr, &authTime, &created, &g.generation, &rotated, &expires, &revoked, &g.JKT)
	if db.IsNone(err) {
		return Grant{}, false, nil
	}
	g.Scopes, g.AMR = strings.Fields(scope), strings.Fields(amr)
	g.AuthTime, g.Created, g.rotated, g.expires = fromMillis(authTime), fromMillis(created), fromMillis(rotated), fromMillis(expires)
	g.revoked = revoked > 0
	return g, err == nil, err
}

// refreshEnd is when a refresh token used now ends: its life from the beginning, or
// how long it may lie unused, whichever comes first.
func (g Grant) refreshEnd(now time.Time) time.Time {
	end := g.Created.Add(g.Lives.Refresh)
	if g.Lives.Refresh == 0 {
		end = now.AddDate(100, 0, 0)
	}
	if idle := now.Add(g.Lives.RefreshIdle); g.Lives.RefreshIdle > 0 && idle.Before(end) {
		return idle
	}
	return end
}

// Asserted remembers a client assertion until it is no longer accepted and tells whether it is new (RFC 7523 section 3).
func (o *Org) Asserted(r *Request, client, jti string, expires time.Time) (isNew bool, err error) {
	err = o.update(r, func(tx *Tx) error {
		res, err := tx.q.Exec(tx.ctx, `INSERT INTO used_assertion (hash, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
			hashSecret(client+"/"+jti), millis(expires))
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		isNew = n > 0
		return err
	})
	return isNew, err
}

// logGrants adds the events of a token answer: the request and each token given.
func (tx *Tx) logGrants(grantType string, client OAuthClient, server string, g Grant, kinds ...string) {
	prefix, protocol := serverEvent(server, "app.oauth2.%stoken.grant"), protocolOf(server)
	actor := clientTarget(client)
	targets := []Target{actor}
	if g.UserID != "" {
		targets = []Target{{ID: g.UserID, Type: "User", AlternateID: g.Login, DisplayName: g.Login}, actor}
	}
	debug := map[string]string{"grantType": grantType, "clientId": client.ID, "grantedScopes": strings.Join(g.Scopes, ", ")}
	if server != OrgServer {
		debug["authorizationServer"], debug["policy"], debug["policyRule"] = server, g.policy, g.rule
	}
	tx.log(Event{Type: prefix, Message: protocol + " token request", Actor: &actor, Targets: targets, Debug: debug, Session: g.Session})
	for _, kind := range kinds {
		tx.log(Event{
			Type: prefix + "." + kind, Message: protocol + " " + strings.ReplaceAll(kind, "_", " ") + " is granted",
			Actor: &actor, Targets: targets, Debug: debug, Session: g.Session,
		})
	}
}

// GrantClient decides on an access token for a client that acts for itself, and records it.
// No rule for it is a *Refusal.
func (o *Org) GrantClient(r *Request, client OAuthClient, server AuthServer, scopes []string) (Grant, error) {
	g := Grant{ClientID: client.ID, Server: server.ID, GrantType: GrantClientCredentials, Scopes: scopes}
	return g, o.update(r, func(tx *Tx) error {
		if err := tx.settleGrant(client, server, &g); err != nil {
			return err
		}
		tx.logGrants(GrantClientCredentials, client, server.ID, g, "access_token")
		return nil
	})
}

// LogRefusedGrant records a token request that failed, with the error's code, or with what a
// decision refused it for.
func (o *Org) LogRefusedGrant(r *Request, client OAuthClient, server, code string, err error) error {
	reason := code
	var refused *Refusal
	if asRefusal(err, &refused) {
		reason = reasonOf(refused)
	}
	actor := clientTarget(client)
	return o.update(r, func(tx *Tx) error {
		if refused != nil && refused.Code == "server_error" { // only claims are refused by it
			tx.log(Event{
				Type: serverEvent(server, "app.oauth2.%sevaluate.claim"), Message: "Claim evaluation for OAuth 2.0 token", Severity: "WARN", Result: "FAILURE",
				Reason: refused.Description, Actor: &actor, Targets: []Target{actor},
			})
		}
		tx.log(Event{Type: serverEvent(server, "app.oauth2.%stoken.grant"), Message: protocolOf(server) + " token request", Severity: "WARN", Result: "FAILURE", Reason: reason, Actor: &actor, Targets: []Target{actor}})
		return nil
	})
}

func clientTarget(c OAuthClient) Target {
	return Target{ID: c.ID, Type: "PublicClientApp", AlternateID: c.ID, DisplayName: c.Name}
}
