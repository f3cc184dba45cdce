package org

import (
	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
)

// trustedOrigins is the collection of the origins that an admin trusts for scripts,
// redirects and frames. Those for CORS decide which scripts read answers (cors.go); the
// rest is kept and answered. A stored one repeats the types of its scopes
// in type, by which lists are filtered and which no answer shows.
var trustedOrigins = &collection{
	kind: "trustedOrigin", noun: "TrustedOrigin", prefix: "tos",
	attrs: func(doc okta.Object) []attr {
		var out []attr
		for _, name := range []string{"name", "origin", "status", "type"} {
			out = appendAttrs(out, name, valueAt(doc, name))
		}
		return out
	},
	unique: func(doc okta.Object) []attr {
		return []attr{{"trustedOrigin.name", fold(doc.Text("name"))}, {"trustedOrigin.origin", fold(doc.Text("origin"))}}
	},
}

// originList offers what the API reference says, with a page of 20 to 200.
var originList = listing{
	collection: trustedOrigins, defaultLimit: 20, maxLimit: 200, q: []string{"name", "origin"},
	filter: &grammar{
		code: "E0000053", exact: true,
		fields: map[string][]expr.Op{"name": equalOps, "origin": equalOps, "status": equalOps, "type": equalOps},
	},
}

// renderOrigin is an origin with its links.
func (o *Org) renderOrigin(doc okta.Object) okta.Object {
	self := o.baseURL + "/api/v1/trustedOrigins/" + doc.Text("id")
	return doc.Without("type").With("_links", o.lifecycleLinks(okta.Object{}, doc, self))
}

func originTarget(doc okta.Object) Target {
	return Target{ID: doc.Text("id"), Type: "TrustedOrigin", AlternateID: doc.Text("origin"), DisplayName: doc.Text("name")}
}

func listOrigins(o *Org, r *Request) (Reply, error) {
	return o.answerList(r, originList, func(doc okta.Object) (okta.Object, error) { return o.renderOrigin(doc), nil })
}

func getOrigin(o *Org, r *Request) (Reply, error) {
	doc, err := o.reads(r.ctx).get(trustedOrigins, r.Args["trustedOriginId"])
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderOrigin(doc))
}

// createOrigin stores an origin, which is active: a status that is sent does not count
// (published description: it is no part of what is written).
func createOrigin(o *Org, r *Request) (Reply, error) {
	d, err := readOrigin(r)
	if err != nil {
		return Reply{}, err
	}
	d.ID, d.Status = o.ids.mint(trustedOrigins.prefix), active
	d.Created, d.CreatedBy = stamp(r.Now), r.Actor.UserID
	return o.saveOrigin(r, "security.trusted_origin.create", "A trusted origin is created", func(*Tx) (*originDocument, error) { return d, nil })
}

// updateOrigin replaces name, origin and scopes. The status stays: it has operations of its own [assumed].
func updateOrigin(o *Org, r *Request) (Reply, error) {
	sent, err := readOrigin(r)
	if err != nil {
		return Reply{}, err
	}
	return o.saveOrigin(r, "security.trusted_origin.update", "A trusted origin is updated", func(tx *Tx) (*originDocument, error) {
		d, err := tx.argumentOrigin(r)
		if err != nil {
			return nil, err
		}
		d.Name, d.Origin, d.Scopes = sent.Name, sent.Origin, sent.Scopes
		return d, nil
	})
}

func activateOrigin(o *Org, r *Request) (Reply, error) {
	return o.moveOrigin(r, active, "security.trusted_origin.activate", "A trusted origin is activated")
}

func deactivateOrigin(o *Org, r *Request) (Reply, error) {
	return o.moveOrigin(r, originInactive, "security.trusted_origin.deactivate", "A trusted origin is deactivated")
}

// moveOrigin gives an origin a status. One that it has already changes nothing [assumed].
func (o *Org) moveOrigin(r *Request, status, event, message string) (Reply, error) {
	return o.saveOrigin(r, event, message, func(tx *Tx) (*originDocument, error) {
		d, err := tx.argumentOrigin(r)
		if err != nil {
			return nil, err
		}
		if d.Status == status {
			return nil, nil
		}
		d.Status = status
		return d, nil
	})
}

// saveOrigin stores what change makes, with its event; nil leaves the origin as it is.
func (o *Org) saveOrigin(r *Request, event, message string, change func(*Tx) (*originDocument, error)) (Reply, error) {
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		d, err := change(tx)
		if err != nil {
			return err
		}
		if d == nil {
			doc, err = tx.get(trustedOrigins, r.Args["trustedOriginId"])
			return err
		}
		d.Updated, d.UpdatedBy = stamp(tx.now), r.Actor.UserID
		if doc, err = d.stored(); err != nil {
			return err
		}
		tx.log(Event{Type: event, Message: message, Targets: []Target{originTarget(doc)}})
		return uniqueFault(tx.put(trustedOrigins, d.ID, doc))
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderOrigin(doc))
}

// deleteOrigin removes an origin, an active one too.
func deleteOrigin(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.get(trustedOrigins, r.Args["trustedOriginId"])
		if err != nil {
			return err
		}
		tx.log(Event{Type: "security.trusted_origin.delete", Message: "A trusted origin is deleted", Targets: []Target{originTarget(doc)}})
		return tx.remove(trustedOrigins, doc.Text("id"))
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
