package org

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// The grant types of the token endpoint (RFC 6749, RFC 8628).
const (
	GrantCode              = "authorization_code"
	GrantRefresh           = "refresh_token"
	GrantClientCredentials = "client_credentials"
	GrantDevice            = "urn:ietf:params:oauth:grant-type:device_code" // RFC 8628
)

// OAuthClient is an OpenID Connect application as the provider sees it. One with neither
// a secret nor keys is public; one with keys authenticates by private_key_jwt.
type OAuthClient struct {
	// ID is the client_id, AppID the id of the application.
	ID, AppID, Name string
	// Secret is the newest one, "" for none; OlderSecrets work as well.
	Secret       string
	OlderSecrets []string
	// RedirectURIs and PostLogoutURIs are compared character by character.
	RedirectURIs, PostLogoutURIs []string
	// GrantTypes are those it may use.
	GrantTypes []string
	// Scopes are the okta.* scopes of the org server that an admin granted to it.
	Scopes []string
	// Roles are the standard admin roles it acts with under client_credentials.
	Roles []string
	// JWKS is the set of its public keys, nil for none.
	JWKS json.RawMessage
	// PKCERequired refuses an authorization request without a code challenge. A public client always needs one.
	PKCERequired bool
	// ConsentRequired asks people for consent to scopes that do not imply it: the client is not trusted (consent_method).
	ConsentRequired bool
	// DPoP binds its access tokens to a key that it proves to hold (RFC 9449).
	DPoP bool
	// Everyone, given to PutClient, assigns it to the group Everyone. Whoever is not
	// assigned, directly or through a group, gets no token.
	Everyone bool
	// refreshStays is the rotation type STATIC: a refresh token is used again and again.
	// refreshGrace is how long the one before a rotation still works (leeway).
	refreshStays bool
	refreshGrace time.Duration
	// method is the token_endpoint_auth_method, "" where PutClient chooses it.
	method string
}

// Public tells whether the client has nothing to authenticate with (RFC 6749 section 2.1).
func (c OAuthClient) Public() bool {
	if c.method != "" {
		return c.method == authNone
	}
	return c.Secret == "" && len(c.JWKS) == 0
}

// May tells whether the client may use a grant type.
func (c OAuthClient) May(grantType string) bool { return slices.Contains(c.GrantTypes, grantType) }

// NeedsPKCE tells whether an authorization request must carry a code challenge (RFC 9700 section 2.1.1).
func (c OAuthClient) NeedsPKCE() bool { return c.PKCERequired || c.Public() }

// OAuthClient finds a client. found is false for an unknown id, and while its application is inactive.
func (o *Org) OAuthClient(ctx context.Context, id string) (c OAuthClient, found bool, err error) {
	s := o.reads(ctx)
	generation, err := s.generation()
	if err != nil {
		return OAuthClient{}, false, err
	}
	if c, ok := o.caches.client(generation, id); ok {
		return c, true, nil
	}
	if c, found, err = o.oauthClient(s, id); err == nil && found {
		o.caches.keepClient(generation, id, c)
	}
	return c, found, err
}

func (o *Org) oauthClient(s store, id string) (c OAuthClient, found bool, err error) {
	var body, roles string
	err = s.q.QueryRow(s.ctx, `SELECT d.body, c.roles FROM app_client c CROSS JOIN document d WHERE c.id = $1 AND d.kind = $2 AND d.id = c.app`, id, apps.kind).
		Scan(&body, &roles)
	if db.IsNone(err) {
		return OAuthClient{}, false, nil
	}
	if err != nil {
		return OAuthClient{}, false, err
	}
	doc, err := okta.Trusted([]byte(body))
	if err != nil || doc.Text("status") != appActive {
		return OAuthClient{}, false, err
	}
	if c, err = clientOf(doc); err != nil {
		return OAuthClient{}, false, err
	}
	if c.Scopes, err = s.ids(`SELECT scope FROM app_scope WHERE app = $1 ORDER BY scope`, c.AppID); err != nil {
		return OAuthClient{}, false, err
	}
	if err := json.Unmarshal([]byte(roles), &c.Roles); err != nil {
		return OAuthClient{}, false, fmt.Errorf("client %s: roles: %w", id, err)
	}
	secrets, err := o.appSecrets(s, c.AppID)
	if err != nil {
		return OAuthClient{}, false, err
	}
	for _, a := range secrets {
		switch {
		case !a.active:
		case c.Secret == "":
			c.Secret = a.value
		default:
			c.OlderSecrets = append(c.OlderSecrets, a.value)
		}
	}
	return c, true, nil
}

// clientOf reads what an application's document says of its client.
func clientOf(doc okta.Object) (OAuthClient, error) {
	var p clientPart
	if err := doc.Decode(&p); err != nil {
		return OAuthClient{}, fmt.Errorf("application %s: %w", doc.Text("id"), err)
	}
	s := p.Settings.Client
	c := OAuthClient{
		ID: p.Credentials.Client.ID, AppID: doc.Text("id"), Name: p.Label, RedirectURIs: s.RedirectURIs, PostLogoutURIs: s.PostLogoutURIs,
		GrantTypes: s.GrantTypes, PKCERequired: p.Credentials.Client.PKCE, DPoP: s.DPoP, ConsentRequired: s.Consent == consentRequired, method: p.Credentials.Client.Method,
		refreshStays: strings.EqualFold(s.Refresh.Rotation, rotationStatic), refreshGrace: refreshGrace,
	}
	if s.Refresh.Leeway != nil {
		c.refreshGrace = time.Duration(*s.Refresh.Leeway) * time.Second
	}
	if s.JWKS == nil {
		return c, nil
	}
	var set struct {
		Keys []okta.Object `json:"keys"`
	}
	for _, key := range s.JWKS.Keys {
		var parsed jose.JSONWebKey
		if key.Text("status") != appInactive && json.Unmarshal(key.Bytes(), &parsed) == nil { // one that is no key does not spoil the others
			set.Keys = append(set.Keys, key)
		}
	}
	var err error
	if set.Keys != nil {
		c.JWKS, err = json.Marshal(set)
	}
	return c, err
}

// appOfClient is the id of the application of a client, "" where that is no more.
func (s store) appOfClient(client string) (string, error) {
	ids, err := s.ids(`SELECT app FROM app_client WHERE id = $1`, client)
	if len(ids) == 0 {
		return "", err
	}
	return ids[0], err
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
