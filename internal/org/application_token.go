package org

import (
	"slices"

	"gatehouse/internal/okta"
)

// refreshGrants lists the authorizations of an application's client that have a refresh
// token now, by id.
func (s store) refreshGrants(r *Request, app okta.Object) ([]Grant, error) {
	ids, err := s.ids(`SELECT id FROM oauth_grant WHERE client_id = $1 AND revoked = 0 AND expires > $2 AND generation > 0 ORDER BY id`,
		app.Text("credentials", "oauthClient", "client_id"), r.Now.UnixMilli())
	if err != nil {
		return nil, err
	}
	var out []Grant
	for _, id := range ids {
		g, found, err := s.grant(id)
		if err != nil {
			return nil, err
		}
		if found {
			out = append(out, g)
		}
	}
	return out, nil
}

// renderAppToken is a refresh token of an application, in the recorded order: never the token itself.
func (o *Org) renderAppToken(s store, app okta.Object, g Grant) (okta.Object, error) {
	doc, err := o.renderRefreshToken(s, g)
	if err != nil {
		return doc, err
	}
	self := o.appURL(app.Text("id")) + "/tokens/" + g.ID
	links := map[string]any{
		"app": mediaLink{Href: o.appURL(app.Text("id")), Title: app.Text("label")}, "self": mediaLink{Href: self}, "revoke": sessionLink(self, "DELETE"),
		"client": mediaLink{Href: o.baseURL + "/oauth2/v1/clients/" + g.ClientID, Title: app.Text("label")},
	}
	person, err := s.get(users, g.UserID)
	if err != nil {
		return doc, err
	}
	links["user"] = mediaLink{Href: o.userURL(g.UserID), Title: nameOf(person)}
	if g.Server != OrgServer {
		server, err := s.get(authServers, o.serverID(g.Server))
		if err != nil {
			return doc, err
		}
		links["authorizationServer"] = mediaLink{Href: o.serverURL(server.Text("id")), Title: server.Text("name")}
	}
	return doc.With("_links", links), nil
}

func listOAuth2TokensForApplication(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	app, err := s.clientApp(r)
	if err != nil {
		return Reply{}, err
	}
	client := app.Text("credentials", "oauthClient", "client_id")
	return o.answerPages(r, pages{
		limits: listing{defaultLimit: 20, maxLimit: 200}, of: "tokens of " + client,
		ids: func(after string, n int) ([]string, error) {
			return s.ids(`SELECT id FROM oauth_grant WHERE client_id = $1 AND revoked = 0 AND expires > $2 AND generation > 0 AND id > $3 ORDER BY id LIMIT $4`,
				client, r.Now.UnixMilli(), after, n)
		},
		render: func(id string) (okta.Object, error) {
			g, _, err := s.grant(id)
			if err != nil {
				return okta.Object{}, err
			}
			return o.renderAppToken(s, app, g)
		},
	})
}

func getOAuth2TokenForApplication(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	app, err := s.clientApp(r)
	if err != nil {
		return Reply{}, err
	}
	grants, err := s.refreshGrants(r, app)
	if err != nil {
		return Reply{}, err
	}
	g, err := namedToken(grants, r.Args["tokenId"])
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderAppToken(s, app, g)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

func revokeOAuth2TokenForApplication(o *Org, r *Request) (Reply, error) {
	return o.revokeAppTokens(r, func(g Grant) bool { return g.ID == r.Args["tokenId"] })
}

func revokeOAuth2TokensForApplication(o *Org, r *Request) (Reply, error) {
	return o.revokeAppTokens(r, nil)
}

// revokeAppTokens ends the authorizations of an application's client that which names;
// nil is all of them.
func (o *Org) revokeAppTokens(r *Request, which func(Grant) bool) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		app, err := tx.clientApp(r)
		if err != nil {
			return err
		}
		grants, err := tx.refreshGrants(r, app)
		if err != nil {
			return err
		}
		if which != nil {
			if grants = slices.DeleteFunc(grants, func(g Grant) bool { return !which(g) }); len(grants) == 0 {
				return notFound(printable(r.Args["tokenId"]), nounOf("tokenId"))
			}
		}
		for _, g := range grants {
			if _, err := tx.revokeGrant(g.ID); err != nil {
				return err
			}
		}
		if len(grants) > 0 {
			tx.log(appEvent(app, "app.oauth2.token.revoke.implicit.client", "Tokens revoked for client"))
		}
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
