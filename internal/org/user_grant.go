package org

import (
	"crypto/sha256"
	"net/http"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/okta"
)

// liveGrants lists what a person allows clients now, by id; client "" is all of them.
func (s store) liveGrants(user, client string, now time.Time) ([]Grant, error) {
	ids, err := s.ids(`SELECT id FROM oauth_grant WHERE user_id = $1 AND revoked = 0 AND expires > $2 ORDER BY id`, user, now.UnixMilli())
	if err != nil {
		return nil, err
	}
	var live []Grant
	for _, id := range ids {
		g, found, err := s.grant(id)
		if err != nil {
			return nil, err
		}
		if found && (client == "" || g.ClientID == client) {
			live = append(live, g)
		}
	}
	return live, nil
}

// consent is one scope that a person allows a client at one server, with the
// authorizations that it stands in. Where nobody was asked for it, it is as old as the
// first of them, and ends with the last [assumed].
type consent struct {
	id, client, server, scope string
	created, updated          time.Time
	grants                    []string
}

// consents lists what a person allows by id: what they were asked for, and the scopes of
// authorizations.
func (o *Org) consents(user string, held []heldConsent, grants []Grant) []consent {
	byID := map[string]*consent{}
	at := func(client, server, scope string, created, updated time.Time) *consent {
		hash := sha256.Sum256([]byte(strings.Join([]string{user, client, server, scope}, " ")))
		id := "oag" + spell(hash[:], 17-len(o.ids.cell)) + o.ids.cell
		c := byID[id]
		if c == nil {
			c = &consent{id: id, client: client, server: server, scope: scope, created: created, updated: updated}
			byID[id] = c
		}
		if created.Before(c.created) {
			c.created = created
		}
		if updated.After(c.updated) {
			c.updated = updated
		}
		return c
	}
	for _, h := range held {
		if !h.skipped {
			at(h.client, h.server, h.scope, h.created, h.updated)
		}
	}
	for _, g := range grants {
		for _, scope := range g.Scopes {
			c := at(g.ClientID, g.Server, scope, g.Created, g.Created)
			c.grants = append(c.grants, g.ID)
		}
	}
	out := make([]consent, 0, len(byID))
	for _, c := range byID {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b consent) int { return strings.Compare(a.id, b.id) })
	return out
}

// subjectConsents reads the person of a request, and the consents that it is about.
func (o *Org) subjectConsents(s store, r *Request) (okta.Object, []consent, error) {
	person, grants, err := o.subjectGrants(s, r)
	if err != nil {
		return person, nil, err
	}
	held, err := s.consentsOf(person.Text("id"), r.Args["clientId"])
	return person, o.consents(person.Text("id"), held, grants), err
}

// subjectGrants reads the person of a request, and what they allow the client that it names, if it names one.
func (o *Org) subjectGrants(s store, r *Request) (okta.Object, []Grant, error) {
	person, err := s.argumentUser(r)
	if err != nil {
		return person, nil, err
	}
	client, named := r.Args["clientId"]
	if named {
		if _, found, err := o.oauthClient(s, client); err != nil || !found {
			if err == nil {
				err = notFound(printable(client), nounOf("clientId"))
			}
			return person, nil, err
		}
	}
	grants, err := s.liveGrants(person.Text("id"), client, r.Now)
	return person, grants, err
}

// answerIDs answers a page of documents that are in order of their ids, 20 unless asked for up to 200.
func (o *Org) answerIDs(r *Request, ids []string, render func(i int) (okta.Object, error)) (Reply, error) {
	limit, err := listing{defaultLimit: 20, maxLimit: 200}.pageSize(r)
	if err != nil {
		return Reply{}, err
	}
	path, _, _ := strings.Cut(r.URI, "?")
	identity := []byte("ids " + path)
	after, err := o.openCursor(r.Query.Get("after"), identity)
	if err != nil {
		return Reply{}, err
	}
	links := []string{o.selfLink(r)}
	docs := []okta.Object{}
	for i, id := range ids {
		if id <= after.id {
			continue
		}
		if len(docs) == limit {
			links = append(links, o.nextLink(r, limit, o.sealCursor(position{id: ids[i-1]}, identity)))
			break
		}
		doc, err := render(i)
		if err != nil {
			return Reply{}, err
		}
		docs = append(docs, doc)
	}
	return Reply{Status: http.StatusOK, Header: http.Header{"Link": links}, Body: listBody(docs)}, nil
}

// listUserClients answers the clients that a person allows something.
func listUserClients(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	person, all, err := o.subjectConsents(s, r)
	if err != nil {
		return Reply{}, err
	}
	var ids []string
	for _, c := range all {
		ids = append(ids, c.client)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	docs := make([]okta.Object, len(ids))
	for i, id := range ids {
		client, _, err := o.oauthClient(s, id)
		if err != nil {
			return Reply{}, err
		}
		at := o.userURL(person.Text("id")) + "/clients/" + id
		docs[i], err = encodeDocument(struct {
			ID    string          `json:"client_id"`
			Name  string          `json:"client_name"`
			URI   *string         `json:"client_uri"`
			Logo  *string         `json:"logo_uri"`
			Links map[string]link `json:"_links"`
		}{ID: id, Name: client.Name, Links: map[string]link{"grants": {Href: at + "/grants"}, "tokens": {Href: at + "/tokens"}}})
		if err != nil {
			return Reply{}, err
		}
	}
	return Reply{Status: http.StatusOK, Body: listBody(docs)}, nil
}

// noneOfUser answers an empty list for a person: there are no apps and no identity providers yet.
func noneOfUser(o *Org, r *Request) (Reply, error) {
	if _, err := o.reads(r.ctx).argumentUser(r); err != nil {
		return Reply{}, err
	}
	return Reply{Status: http.StatusOK, Body: []byte("[]")}, nil
}
