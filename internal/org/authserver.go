package org

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// OrgServer is the id of the org authorization server. It issues the tokens of the management API.
const OrgServer = "org"

// AuthServer is an authorization server: the org's own or a custom one.
type AuthServer struct {
	// ID is OrgServer, or the last part of the issuer, such as "default".
	ID, Name string
	// Audience is the aud of its access tokens.
	Audience string
	// Scopes are what a client may ask for. On the org server the okta.* scopes come on top, by what the client was granted.
	Scopes []string
	// Policy and Rule name the one policy and its rule.
	Policy, RuleName string
	Rule             AccessRule
}

// AccessRule says what a custom authorization server grants.
type AccessRule struct {
	// Clients are client ids; ALL_CLIENTS is all of them.
	Clients []string `json:"clients"`
	// GrantTypes and Scopes are those it allows; "*" is every scope of the server.
	GrantTypes []string `json:"grantTypes"`
	Scopes     []string `json:"scopes"`
	// AccessMinutes is the life of an access token.
	AccessMinutes int `json:"accessTokenLifetimeMinutes"`
	// RefreshMinutes is the life of a refresh token, 0 for no end; RefreshWindowMinutes how long it may lie unused.
	RefreshMinutes       int `json:"refreshTokenLifetimeMinutes"`
	RefreshWindowMinutes int `json:"refreshTokenWindowMinutes"`
}

// DefaultAuthServer is the custom server that a new org holds (contracts.md section 4).
func DefaultAuthServer() AuthServer {
	return AuthServer{
		ID: "default", Name: "default", Audience: "api://default", Scopes: standardScopes,
		Policy: "Default Policy", RuleName: "Default Policy Rule",
		Rule: AccessRule{
			Clients: []string{"ALL_CLIENTS"}, GrantTypes: []string{GrantCode, GrantClientCredentials, GrantDevice}, Scopes: []string{"*"},
			AccessMinutes: 60, RefreshWindowMinutes: 10080, // recorded
		},
	}
}

// orgServer issues tokens of fixed lives: access and ID 60 minutes, refresh 90 days (okta-semantics C9).
func (o *Org) orgServer() AuthServer {
	return AuthServer{
		ID: OrgServer, Name: OrgServer, Audience: o.baseURL, Scopes: append(slices.Clone(standardScopes), "groups"),
		Rule: AccessRule{
			Clients: []string{"ALL_CLIENTS"}, GrantTypes: []string{GrantCode, GrantClientCredentials, GrantDevice}, Scopes: []string{"*"},
			AccessMinutes: 60, RefreshMinutes: 90 * 24 * 60,
		},
	}
}

// PutAuthServer stores a custom authorization server, or replaces the one with its id.
func (o *Org) PutAuthServer(ctx context.Context, a AuthServer) error {
	rule, err := json.Marshal(a.Rule)
	if err != nil {
		return fmt.Errorf("authorization server %s: %w", a.ID, err)
	}
	return o.db.Update(ctx, func(q db.Querier) error {
		_, err := q.Exec(ctx, `INSERT INTO auth_server (id, name, audience, scopes, policy_name, rule_name, rule, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET name = excluded.name,
			audience = excluded.audience, scopes = excluded.scopes, rule = excluded.rule`,
			a.ID, a.Name, a.Audience, list(a.Scopes), a.Policy, a.RuleName, string(rule), o.now().UnixMilli())
		return err
	})
}

// AuthServer finds an authorization server by id. found is false for an unknown one.
func (o *Org) AuthServer(ctx context.Context, id string) (a AuthServer, found bool, err error) {
	if id == OrgServer {
		return o.orgServer(), true, nil
	}
	var scopes, rule string
	err = o.db.Reader().QueryRow(ctx, `SELECT id, name, audience, scopes, policy_name, rule_name, rule FROM auth_server WHERE id = $1`, id).
		Scan(&a.ID, &a.Name, &a.Audience, &scopes, &a.Policy, &a.RuleName, &rule)
	if db.IsNone(err) {
		return AuthServer{}, false, nil
	}
	if err != nil {
		return AuthServer{}, false, err
	}
	if err := json.Unmarshal([]byte(scopes), &a.Scopes); err != nil {
		return AuthServer{}, false, err
	}
	return a, true, json.Unmarshal([]byte(rule), &a.Rule)
}

// Issuer is the issuer identifier of an authorization server.
func (o *Org) Issuer(server string) string {
	if server == OrgServer {
		return o.baseURL
	}
	return o.baseURL + "/oauth2/" + server
}

// Allows tells whether the server's rule lets the client use a grant type.
func (a AuthServer) Allows(client, grantType string) bool {
	if !slices.Contains(a.Rule.Clients, "ALL_CLIENTS") && !slices.Contains(a.Rule.Clients, client) {
		return false
	}
	return grantType == GrantRefresh || slices.Contains(a.Rule.GrantTypes, grantType)
}

// Knows tells whether the server has a scope. The org server has every okta.* scope of the operations.
func (a AuthServer) Knows(scope string) bool {
	if slices.Contains(a.Scopes, scope) {
		return true
	}
	return a.ID == OrgServer && slices.Contains(OktaScopes(), scope)
}

// OktaScopes lists the okta.* scopes that the operations need, in order.
var OktaScopes = sync.OnceValue(func() []string {
	var scopes []string
	for _, op := range okta.Operations() {
		if op.Scope != "" {
			scopes = append(scopes, op.Scope)
		}
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
})

// AccessLife is how long an access token lives.
func (a AuthServer) AccessLife() time.Duration {
	return time.Duration(a.Rule.AccessMinutes) * time.Minute
}
