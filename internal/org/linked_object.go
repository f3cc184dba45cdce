package org

import (
	"errors"
	"net/http"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// linkedObjects is the collection of the definitions of relationships between people,
// each stored under the name of its primary side.
var linkedObjects = &collection{kind: "linkedObject", noun: "LinkedObject", unique: linkedNames}

// linkedNames: both sides of every definition share one set of names (API reference).
func linkedNames(doc okta.Object) []attr {
	return []attr{{linkedName, fold(doc.Text("primary", "name"))}, {linkedName, fold(doc.Text("associated", "name"))}}
}

// linkedName is what the names are unique under.
const linkedName = "linkedObject.name"

// linkedSide is one side of a relationship, such as the manager, keys in the recorded order.
type linkedSide struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Type        string `json:"type"`
}

type linkedDefinition struct {
	Primary    linkedSide `json:"primary"`
	Associated linkedSide `json:"associated"`
}

// wrong lists what the cloud would not accept in one side of a definition.
func (l linkedSide) wrong(side string) []string {
	var causes []string
	for _, f := range []struct{ field, value string }{{"name", l.Name}, {"title", l.Title}, {"type", l.Type}} {
		if f.value == "" {
			causes = append(causes, side+"."+f.field+": The field cannot be left blank")
		}
	}
	if l.Name != "" && (!propertyName.MatchString(l.Name) || !idPattern.MatchString(l.Name)) {
		causes = append(causes, side+".name: The name must start with a letter or an underscore and hold only letters, digits and underscores, at most 128")
	}
	if l.Type != "" && l.Type != "USER" {
		causes = append(causes, side+".type: The value must be USER")
	}
	return causes
}

// renderLinked adds the link of a definition.
func (o *Org) renderLinked(doc okta.Object) okta.Object {
	self := o.baseURL + "/api/v1/meta/schemas/user/linkedObjects/" + doc.Text("primary", "name")
	return doc.With("_links", map[string]link{"self": {Href: self}})
}

// definition finds a definition by the name of either side.
func (s store) definition(name string) (okta.Object, error) {
	id, err := s.holder(linkedName, name)
	if err != nil {
		return okta.Object{}, err
	}
	if id == "" {
		return okta.Object{}, notFound(printable(name), linkedObjects.noun)
	}
	return s.get(linkedObjects, id)
}

func listLinkedObjectDefinitions(o *Org, r *Request) (Reply, error) {
	var docs []okta.Object
	err := o.reads(r.ctx).each(linkedObjects, func(doc okta.Object) error {
		docs = append(docs, o.renderLinked(doc))
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Status: http.StatusOK, Body: listBody(docs)}, nil
}

func getLinkedObjectDefinition(o *Org, r *Request) (Reply, error) {
	doc, err := o.reads(r.ctx).definition(r.Args["linkedObjectName"])
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderLinked(doc))
}

// addLinkedObjectDefinition stores a definition. A name that either side of another one has is E0000127.
func addLinkedObjectDefinition(o *Org, r *Request) (Reply, error) {
	var in linkedDefinition
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	if causes := append(in.Primary.wrong("primary"), in.Associated.wrong("associated")...); causes != nil {
		return Reply{}, invalid("linkedObject", causes...)
	}
	if fold(in.Primary.Name) == fold(in.Associated.Name) {
		return Reply{}, linkedTaken("associated")
	}
	doc, err := encodeDocument(in)
	if err != nil {
		return Reply{}, err
	}
	err = o.update(r, func(tx *Tx) error {
		var taken []string
		for _, side := range []string{"primary", "associated"} {
			held, err := tx.holder(linkedName, doc.Text(side, "name"))
			if err != nil {
				return err
			}
			if held != "" {
				taken = append(taken, side)
			}
		}
		if taken != nil {
			return linkedTaken(taken...)
		}
		tx.log(linkedEvent(doc, "directory.linked_object.create", "Create linked object"))
		return tx.put(linkedObjects, in.Primary.Name, doc)
	})
	var taken *TakenError
	if errors.Is(err, db.ErrDuplicate) || errors.As(err, &taken) { // two at once
		err = linkedTaken("primary")
	}
	if err != nil {
		return Reply{}, err
	}
	return created(o.renderLinked(doc))
}

func linkedTaken(sides ...string) error {
	causes := make([]string, len(sides))
	for i, side := range sides {
		causes[i] = "Linked object identifier for " + side + " is already in use."
	}
	return fail("E0000127", "Linked object identifier is already in use.", causes...)
}

// deleteLinkedObjectDefinition removes a definition, named by either side, with every link of it.
func deleteLinkedObjectDefinition(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.definition(r.Args["linkedObjectName"])
		if err != nil {
			return err
		}
		if _, err := tx.q.Exec(tx.ctx, `DELETE FROM edge WHERE kind = $1`, linkedKind(doc)); err != nil {
			return err
		}
		tx.log(linkedEvent(doc, "directory.linked_object.delete", "Delete linked object"))
		return tx.remove(linkedObjects, doc.Text("primary", "name"))
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

func linkedEvent(doc okta.Object, kind, message string) Event {
	name := doc.Text("primary", "name")
	return Event{Type: kind, Message: message, Targets: []Target{{ID: name, Type: "LinkedObject", AlternateID: name, DisplayName: doc.Text("primary", "title")}}}
}
