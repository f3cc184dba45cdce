package org

import (
	"context"
	"encoding/json"
	"fmt"

	"gatehouse/internal/okta"
)

// PutClient registers a client as an OpenID Connect application, or changes the one
// with its client_id. What an admin set beyond the fields of c stays.
func (o *Org) PutClient(ctx context.Context, c OAuthClient) error {
	if c.ID == "" {
		return fmt.Errorf("org: an OAuth client needs an id")
	}
	return o.update(o.seedRequest(ctx), func(tx *Tx) error { return tx.putClient(c) })
}

func (tx *Tx) putClient(c OAuthClient) error {
	id := tx.org.ids.fixedID(apps.prefix, c.ID)
	held, err := tx.ids(`SELECT app FROM app_client WHERE id = $1`, c.ID)
	if err != nil {
		return err
	}
	asked, err := c.document()
	if err != nil {
		return err
	}
	in := appInput{doc: asked, mode: modeOIDC, label: asked.Text("label"), secret: c.Secret, clientID: c.ID}
	if len(held) == 0 {
		if _, _, err := tx.createApp(id, in, true); err != nil {
			return err
		}
	} else {
		id = held[0]
		before, err := tx.get(apps, id)
		if err != nil {
			return err
		}
		body := overlay(before, asked.Without("label"))
		if c.JWKS == nil {
			body = body.WithPath(body.Object("settings", "oauthClient").Without("jwks"), "settings", "oauthClient")
		}
		if c.Secret != "" {
			body = body.WithPath(c.Secret, "credentials", "oauthClient", "client_secret")
		}
		if _, _, err := tx.replaceApp(before, body); err != nil {
			return err
		}
	}
	if _, err := tx.q.Exec(tx.ctx, `UPDATE app_client SET roles = $2 WHERE id = $1`, c.ID, list(c.Roles)); err != nil {
		return err
	}
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM app_scope WHERE app = $1`, id); err != nil {
		return err
	}
	for _, scope := range c.Scopes {
		if err := tx.grantScope(id, scope, ""); err != nil {
			return err
		}
	}
	if !c.Everyone {
		return nil
	}
	_, err = tx.assignGroup(id, tx.org.everyone(), groupGrant{})
	return err
}

// document is the request by which an admin would create the client.
func (c OAuthClient) document() (okta.Object, error) {
	kind, method := "web", authBasic
	switch {
	case c.Public():
		kind, method = "browser", authNone
	case c.Secret == "":
		method = authPrivateKey
	}
	if len(c.RedirectURIs) == 0 {
		kind = "service"
	}
	name := c.Name
	if name == "" {
		name = c.ID
	}
	type settings struct {
		Type           string          `json:"application_type"`
		RedirectURIs   []string        `json:"redirect_uris"`
		PostLogoutURIs []string        `json:"post_logout_redirect_uris,omitempty"`
		GrantTypes     []string        `json:"grant_types,omitempty"`
		ResponseTypes  []string        `json:"response_types"`
		JWKS           json.RawMessage `json:"jwks,omitempty"`
		Consent        string          `json:"consent_method,omitempty"`
		DPoP           bool            `json:"dpop_bound_access_tokens,omitempty"`
	}
	consent := ""
	if c.ConsentRequired {
		consent = consentRequired
	}
	s := settings{kind, c.RedirectURIs, c.PostLogoutURIs, c.GrantTypes, []string{"code"}, c.JWKS, consent, c.DPoP}
	if kind == "service" {
		s.ResponseTypes = []string{"token"}
	}
	client := map[string]any{"token_endpoint_auth_method": method, "pkce_required": c.NeedsPKCE()}
	return okta.NewObject(map[string]any{
		"label": name, "signOnMode": modeOIDC,
		"credentials": map[string]any{"oauthClient": client},
		"settings":    map[string]any{"oauthClient": s},
	})
}
