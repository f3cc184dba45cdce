package org

import (
	"slices"

	"gatehouse/internal/okta"
)

func listUserGrants(o *Org, r *Request) (Reply, error) {
	person, all, err := o.subjectConsents(o.reads(r.ctx), r)
	if err != nil {
		return Reply{}, err
	}
	user := person.Text("id")
	if scope := r.Query.Get("scopeId"); scope != "" {
		all = slices.DeleteFunc(all, func(c consent) bool { return c.scope != scope })
	}
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.id
	}
	return o.answerIDs(r, ids, func(i int) (okta.Object, error) { return o.renderConsent(o.reads(r.ctx), user, all[i]) })
}

// listGrantsForUserAndClient is listUserGrants for the client that the path names.
func listGrantsForUserAndClient(o *Org, r *Request) (Reply, error) { return listUserGrants(o, r) }

func getUserGrant(o *Org, r *Request) (Reply, error) {
	person, all, err := o.subjectConsents(o.reads(r.ctx), r)
	if err != nil {
		return Reply{}, err
	}
	c, err := namedConsent(all, r.Args["grantId"])
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderConsent(o.reads(r.ctx), person.Text("id"), c)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

func namedConsent(all []consent, id string) (consent, error) {
	i := slices.IndexFunc(all, func(c consent) bool { return c.id == id })
	if i < 0 {
		return consent{}, notFound(printable(id), nounOf("grantId"))
	}
	return all[i], nil
}

// renderConsent is a consent as the API answers it (API reference).
func (o *Org) renderConsent(s store, user string, c consent) (okta.Object, error) {
	app, err := s.appOfClient(c.client)
	if err != nil {
		return okta.Object{}, err
	}
	type actor struct {
		ID   string `json:"id"`
		Type string `json:"type"`
	}
	return encodeDocument(struct {
		ID          string         `json:"id"`
		Status      string         `json:"status"`
		Created     string         `json:"created"`
		CreatedBy   actor          `json:"createdBy"`
		LastUpdated string         `json:"lastUpdated"`
		Issuer      string         `json:"issuer"`
		ClientID    string         `json:"clientId"`
		UserID      string         `json:"userId"`
		ScopeID     string         `json:"scopeId"`
		Source      string         `json:"source"`
		Links       map[string]any `json:"_links"`
	}{
		c.id, "ACTIVE", stamp(c.created),
		actor{user, "User"},
		stamp(c.updated), o.Issuer(c.server), c.client, user, c.scope, "END_USER",
		map[string]any{
			"app":    link{Href: o.appURL(app)},
			"client": link{Href: o.baseURL + "/oauth2/v1/clients/" + c.client},
			"self":   sessionLink(o.userURL(user)+"/grants/"+c.id, "GET", "DELETE"),
			"user":   link{Href: o.userURL(user)},
		},
	})
}
