package org

import (
	"slices"

	"gatehouse/internal/okta"
)

// refreshable keeps the authorizations that have a refresh token.
func refreshable(grants []Grant) []Grant {
	return slices.DeleteFunc(grants, func(g Grant) bool { return g.generation == 0 })
}

func listRefreshTokensForUserAndClient(o *Org, r *Request) (Reply, error) {
	_, grants, err := o.subjectGrants(o.reads(r.ctx), r)
	if err != nil {
		return Reply{}, err
	}
	tokens := refreshable(grants)
	ids := make([]string, len(tokens))
	for i, g := range tokens {
		ids[i] = g.ID
	}
	return o.answerIDs(r, ids, func(i int) (okta.Object, error) { return o.renderRefreshToken(o.reads(r.ctx), tokens[i]) })
}

func getRefreshTokenForUserAndClient(o *Org, r *Request) (Reply, error) {
	_, grants, err := o.subjectGrants(o.reads(r.ctx), r)
	if err != nil {
		return Reply{}, err
	}
	g, err := namedToken(grants, r.Args["tokenId"])
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderRefreshToken(o.reads(r.ctx), g)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

func namedToken(grants []Grant, id string) (Grant, error) {
	tokens := refreshable(grants)
	i := slices.IndexFunc(tokens, func(g Grant) bool { return g.ID == id })
	if i < 0 {
		return Grant{}, notFound(printable(id), nounOf("tokenId"))
	}
	return tokens[i], nil
}

// renderRefreshToken is a refresh token as the API answers it: never the token itself (API reference).
func (o *Org) renderRefreshToken(s store, g Grant) (okta.Object, error) {
	app, err := s.appOfClient(g.ClientID)
	if err != nil {
		return okta.Object{}, err
	}
	self := o.userURL(g.UserID) + "/clients/" + g.ClientID + "/tokens/" + g.ID
	links := map[string]any{
		"app":    link{Href: o.appURL(app)},
		"client": link{Href: o.baseURL + "/oauth2/v1/clients/" + g.ClientID},
		"revoke": sessionLink(self, "DELETE"),
		"self":   sessionLink(self, "GET", "DELETE"),
		"user":   link{Href: o.userURL(g.UserID)},
	}
	if g.Server != OrgServer {
		links["authorizationServer"] = link{Href: o.baseURL + "/api/v1/authorizationServers/" + g.Server}
	}
	return encodeDocument(struct {
		ID          string         `json:"id"`
		Status      string         `json:"status"`
		Created     string         `json:"created"`
		LastUpdated string         `json:"lastUpdated"`
		ExpiresAt   string         `json:"expiresAt"`
		Issuer      string         `json:"issuer"`
		ClientID    string         `json:"clientId"`
		UserID      string         `json:"userId"`
		Scopes      []string       `json:"scopes"`
		Links       map[string]any `json:"_links"`
	}{g.ID, "ACTIVE", stamp(g.Created), stamp(g.rotated), stamp(g.expires), o.Issuer(g.Server), g.ClientID, g.UserID, g.Scopes, links})
}
