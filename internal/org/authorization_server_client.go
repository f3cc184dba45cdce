package org

import (
	"gatehouse/internal/okta"
)

// holdsRefresh is what SQL asks of a grant that has a refresh token now, with the time as $2.
const holdsRefresh = `revoked = 0 AND expires > $2 AND generation > 0`

// listOAuth2ClientsForAuthorizationServer answers the clients that hold refresh tokens of a server.
func listOAuth2ClientsForAuthorizationServer(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	server, err := s.argumentServer(o, r)
	if err != nil {
		return Reply{}, err
	}
	name := o.serverName(server.Text("id"))
	return o.answerPages(r, pages{
		limits: listing{defaultLimit: 20, maxLimit: 200}, of: "clients of " + name,
		ids: func(after string, n int) ([]string, error) {
			// One look into the index for each client there is, however many tokens it has.
			return s.ids(`SELECT c.id FROM app_client c WHERE c.id > $3 AND EXISTS (SELECT 1 FROM oauth_grant g WHERE g.server = $1 AND g.client_id = c.id AND `+holdsRefresh+`)
				ORDER BY c.id LIMIT $4`, name, r.Now.UnixMilli(), after, n)
		},
		render: func(id string) (okta.Object, error) {
			app, err := s.appOfClient(id)
			if err != nil {
				return okta.Object{}, err
			}
			doc, err := s.get(apps, app)
			if err != nil && !isCode(err, "E0000007") {
				return doc, err
			}
			tokens := link{Href: o.serverURL(server.Text("id")) + "/clients/" + id + "/tokens"}
			return okta.Object{}.With("client_id", id).With("client_name", doc.Text("label")).
				With("client_uri", doc.Get("settings", "oauthClient", "client_uri")).With("logo_uri", doc.Get("settings", "oauthClient", "logo_uri")).
				With("_links", map[string]link{"tokens": tokens}), nil
		},
	})
}

// grantsAt lists the ids of a client's authorizations at a server that have a refresh token now.
func (s store) grantsAt(r *Request, server, client, after string, n int) ([]string, error) {
	return s.ids(`SELECT id FROM oauth_grant WHERE client_id = $1 AND server = $3 AND `+holdsRefresh+` AND id > $4 ORDER BY id LIMIT $5`,
		client, r.Now.UnixMilli(), server, after, n)
}

// argumentClient finds the server and the client that a request names: a client of no
// application is not there.
func (s store) argumentClient(o *Org, r *Request) (server okta.Object, client string, err error) {
	if server, err = s.argumentServer(o, r); err != nil {
		return server, "", err
	}
	client = r.Args["clientId"]
	app, err := s.appOfClient(client)
	if err == nil && app == "" {
		err = notFound(printable(client), nounOf("clientId"))
	}
	return server, client, err
}

// renderServerToken is a refresh token of a server: never the token itself. The scopes are
// embedded where the request expands them (API reference).
func (o *Org) renderServerToken(r *Request, s store, server okta.Object, g Grant) (okta.Object, error) {
	doc, err := o.renderRefreshToken(s, g)
	if err != nil {
		return doc, err
	}
	self := o.serverURL(server.Text("id")) + "/clients/" + g.ClientID + "/tokens/" + g.ID
	links := doc.Object("_links").With("self", sessionLink(self, "GET", "DELETE")).With("revoke", sessionLink(self, "DELETE")).
		With("authorizationServer", mediaLink{Href: o.serverURL(server.Text("id")), Title: server.Text("name")})
	if expands(r, "scope") {
		scopes, err := s.allOfServer(authScopes, server.Text("id"))
		if err != nil {
			return doc, err
		}
		held := []okta.Object{}
		for _, scope := range scopes {
			for _, name := range g.Scopes {
				if name == scope.Text("name") {
					held = append(held, okta.Object{}.With("id", scope.Get("id")).With("name", name).With("displayName", scope.Get("displayName")).
						With("description", scope.Get("description")).
						With("_links", okta.Object{}.With("scope", mediaLink{Href: o.serverURL(server.Text("id")) + "/scopes/" + scope.Text("id"), Title: name})))
				}
			}
		}
		doc = doc.Without("_links").With("_embedded", okta.Object{}.With("scopes", held))
	}
	return doc.With("_links", links), nil
}

func listRefreshTokensForAuthorizationServerAndClient(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	server, client, err := s.argumentClient(o, r)
	if err != nil {
		return Reply{}, err
	}
	name := o.serverName(server.Text("id"))
	return o.answerPages(r, pages{
		limits: listing{defaultLimit: 20, maxLimit: 200}, of: "tokens of " + client + " at " + name,
		ids: func(after string, n int) ([]string, error) { return s.grantsAt(r, name, client, after, n) },
		render: func(id string) (okta.Object, error) {
			g, _, err := s.grant(id)
			if err != nil {
				return okta.Object{}, err
			}
			return o.renderServerToken(r, s, server, g)
		},
	})
}

// namedGrant finds the refresh token that a request names.
func (s store) namedGrant(o *Org, r *Request) (server okta.Object, g Grant, err error) {
	server, client, err := s.argumentClient(o, r)
	if err != nil {
		return server, g, err
	}
	g, found, err := s.grant(r.Args["tokenId"])
	if err == nil && (!found || g.revoked || g.generation == 0 || !r.Now.Before(g.expires) || g.ClientID != client || g.Server != o.serverName(server.Text("id"))) {
		err = notFound(printable(r.Args["tokenId"]), nounOf("tokenId"))
	}
	return server, g, err
}

func getRefreshTokenForAuthorizationServerAndClient(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	server, g, err := s.namedGrant(o, r)
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderServerToken(r, s, server, g)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

func revokeRefreshTokenForAuthorizationServerAndClient(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		server, g, err := tx.namedGrant(o, r)
		if err != nil {
			return err
		}
		_, err = tx.revokeGrant(g.ID)
		tx.logServer("app.oauth2.as.token.revoke", "OAuth2 token revocation request", server, Target{ID: g.ClientID, Type: "PublicClientApp", AlternateID: g.ClientID, DisplayName: g.ClientID})
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

func revokeRefreshTokensForAuthorizationServerAndClient(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		server, client, err := tx.argumentClient(o, r)
		if err != nil {
			return err
		}
		res, err := tx.q.Exec(tx.ctx, `UPDATE oauth_grant SET revoked = $2 WHERE client_id = $1 AND server = $3 AND `+holdsRefresh,
			client, tx.now.UnixMilli(), o.serverName(server.Text("id")))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		tx.logServer("app.oauth2.token.revoke.implicit.client", "Tokens revoked for client", server, Target{ID: client, Type: "PublicClientApp", AlternateID: client, DisplayName: client})
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
