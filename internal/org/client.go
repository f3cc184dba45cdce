package org

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gatehouse/internal/db"
)

// The grant types of the token endpoint (RFC 6749, RFC 6749 section 6).
const (
	GrantCode              = "authorization_code"
	GrantRefresh           = "refresh_token"
	GrantClientCredentials = "client_credentials"
)

// OAuthClient is a registered OAuth client. One with neither a secret nor keys is
// public; one with keys authenticates by private_key_jwt.
type OAuthClient struct {
	// ID is the client_id.
	ID, Name string
	// Secret is stored sealed; "" for none.
	Secret string
	// RedirectURIs and PostLogoutURIs are compared character by character.
	RedirectURIs, PostLogoutURIs []string
	// GrantTypes are those it may use: GrantCode, GrantRefresh, GrantClientCredentials.
	GrantTypes []string
	// Scopes are the okta.* scopes of the org server that an admin granted to it.
	Scopes []string
	// Roles are the standard admin roles it acts with under client_credentials.
	Roles []string
	// JWKS is the set of its public keys, nil for none.
	JWKS json.RawMessage
	// PKCERequired refuses an authorization request without a code challenge. A public client always needs one.
	PKCERequired bool
	// Everyone assigns it to every person; without it nobody gets a token.
	Everyone bool
}

// Public tells whether the client has nothing to authenticate with (RFC 6749 section 2.1).
func (c OAuthClient) Public() bool { return c.Secret == "" && len(c.JWKS) == 0 }

// May tells whether the client may use a grant type.
func (c OAuthClient) May(grantType string) bool { return slices.Contains(c.GrantTypes, grantType) }

// NeedsPKCE tells whether an authorization request must carry a code challenge (RFC 9700 section 2.1.1).
func (c OAuthClient) NeedsPKCE() bool { return c.PKCERequired || c.Public() }

// PutClient registers a client, or replaces the one with its id.
func (o *Org) PutClient(ctx context.Context, c OAuthClient) error {
	if c.ID == "" {
		return fmt.Errorf("org: an OAuth client needs an id")
	}
	secret := ""
	if c.Secret != "" {
		secret = o.sealer.seal("oauth_client/"+c.ID, c.Secret)
	}
	return o.db.Update(ctx, func(q db.Querier) error {
		_, err := q.Exec(ctx, `INSERT INTO oauth_client
			(id, name, secret, redirect_uris, post_logout_uris, grant_types, scopes, roles, jwks, pkce, everyone, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, secret = excluded.secret, redirect_uris = excluded.redirect_uris,
			post_logout_uris = excluded.post_logout_uris, grant_types = excluded.grant_types, scopes = excluded.scopes,
			roles = excluded.roles, jwks = excluded.jwks, pkce = excluded.pkce, everyone = excluded.everyone`,
			c.ID, c.Name, secret, list(c.RedirectURIs), list(c.PostLogoutURIs), list(c.GrantTypes), list(c.Scopes), list(c.Roles),
			string(c.JWKS), number(c.PKCERequired), number(c.Everyone), o.now().UnixMilli())
		if err != nil {
			return err
		}
		return bumpGeneration(store{ctx, q})
	})
}

// OAuthClient finds a client. found is false for an unknown id.
func (o *Org) OAuthClient(ctx context.Context, id string) (c OAuthClient, found bool, err error) {
	return o.oauthClient(o.reads(ctx), id)
}

func (o *Org) oauthClient(s store, id string) (c OAuthClient, found bool, err error) {
	var secret, jwks string
	var lists [5]string
	var pkce, everyone int
	err = s.q.QueryRow(s.ctx, `SELECT id, name, secret, redirect_uris, post_logout_uris, grant_types, scopes, roles, jwks, pkce, everyone
		FROM oauth_client WHERE id = $1`, id).
		Scan(&c.ID, &c.Name, &secret, &lists[0], &lists[1], &lists[2], &lists[3], &lists[4], &jwks, &pkce, &everyone)
	if db.IsNone(err) {
		return OAuthClient{}, false, nil
	}
	if err != nil {
		return OAuthClient{}, false, err
	}
	for i, into := range []*[]string{&c.RedirectURIs, &c.PostLogoutURIs, &c.GrantTypes, &c.Scopes, &c.Roles} {
		if err := json.Unmarshal([]byte(lists[i]), into); err != nil {
			return OAuthClient{}, false, fmt.Errorf("client %s: %w", id, err)
		}
	}
	if secret != "" {
		if c.Secret, err = o.sealer.open("oauth_client/"+id, secret); err != nil {
			return OAuthClient{}, false, err
		}
	}
	if jwks != "" {
		c.JWKS = json.RawMessage(jwks)
	}
	c.PKCERequired, c.Everyone = pkce == 1, everyone == 1
	return c, true, nil
}

// list writes a list of words as the store holds it.
func list(words []string) string {
	if words == nil {
		words = []string{}
	}
	b, err := json.Marshal(words)
	if err != nil {
		panic("org: " + err.Error()) // strings always encode
	}
	return string(b)
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
