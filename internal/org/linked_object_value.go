package org

import "gatehouse/internal/okta"

// linkedKind is the kind of a definition's edges: they go from the associated person to the primary one.
func linkedKind(doc okta.Object) string { return "linked/" + doc.Text("primary", "name") }

// maxLinked is how many linked people one page answers; without limit there is no smaller page (API reference).
const maxLinked = 10_000

// primaryDefinition finds a definition by the name of its primary side, the only one that links are written by.
func (s store) primaryDefinition(name string) (okta.Object, error) {
	doc, err := s.definition(name)
	if err == nil && fold(doc.Text("primary", "name")) != fold(name) {
		err = notFound(printable(name), linkedObjects.noun)
	}
	return doc, err
}

// setLinkedObjectForUser links a person to their primary. A link to somebody else is
// replaced: there is one primary for each associated person.
func setLinkedObjectForUser(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		definition, err := tx.primaryDefinition(r.Args["primaryRelationshipName"])
		if err != nil {
			return err
		}
		associated, err := tx.userAt(r, "associatedUserId")
		if err != nil {
			return err
		}
		primary, err := tx.userAt(r, "primaryUserId")
		if err != nil {
			return err
		}
		kind, id := linkedKind(definition), primary.Text("id")
		_, err = tx.q.Exec(tx.ctx, `DELETE FROM edge WHERE kind = $1 AND src = $2 AND dst <> $3`, kind, associated.Text("id"), id)
		if err != nil {
			return err
		}
		_, err = tx.link(kind, associated.Text("id"), id)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// getLinkedObjectsForUser answers links to people: by the primary name of a
// relationship the one that the person is linked to, by the associated name those who
// are linked to the person. Who is outside of the reader's groups is left out.
func getLinkedObjectsForUser(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	name := r.Args["relationshipName"]
	definition, err := s.definition(name)
	if err != nil {
		return Reply{}, err
	}
	person, err := s.argumentUser(r)
	if err != nil {
		return Reply{}, err
	}
	via := &edgeList{kind: linkedKind(definition), dst: person.Text("id")}
	if fold(name) == fold(definition.Text("primary", "name")) {
		via.src, via.dst = via.dst, ""
	}
	l := listing{collection: users, via: via, defaultLimit: maxLinked, maxLimit: maxLinked}
	return o.answerBytes(r, l, func(body []byte, h hit) ([]byte, error) {
		return append(body, `{"_links":{"self":{"href":"`+o.userURL(h.at.id)+`"}}}`...), nil
	})
}

// removeLinkedObjectForUser takes a person's primary away. Somebody without one stays as they are (API reference).
func removeLinkedObjectForUser(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		definition, err := tx.primaryDefinition(r.Args["relationshipName"])
		if err != nil {
			return err
		}
		person, err := tx.argumentUser(r)
		if err != nil {
			return err
		}
		_, err = tx.q.Exec(tx.ctx, `DELETE FROM edge WHERE kind = $1 AND src = $2`, linkedKind(definition), person.Text("id"))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// dropLinked takes a person who is removed out of every relationship.
func (tx *Tx) dropLinked(user string) error {
	var kinds []string
	err := tx.each(linkedObjects, func(doc okta.Object) error {
		kinds = append(kinds, linkedKind(doc))
		return nil
	})
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		if err := tx.unlinkAll(kind, user); err != nil {
			return err
		}
	}
	return nil
}
