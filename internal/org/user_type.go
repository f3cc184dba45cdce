package org

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"

	"gatehouse/internal/okta"
)

// userTypes is the collection of user types. Each has one schema.
var userTypes = &collection{
	kind: "userType", noun: "UserType", prefix: "oty",
	unique: func(doc okta.Object) []attr { return []attr{{"userType.name", fold(doc.Text("name"))}} },
}

// defaultType is the id of the type that people have unless another is named.
func (o *Org) defaultType() string { return o.ids.fixedID(userTypes.prefix, "default") }

func (o *Org) typeURL(id string) string { return o.baseURL + "/api/v1/meta/types/user/" + id }

// renderType adds the links, in the recorded order.
func (o *Org) renderType(doc okta.Object) okta.Object {
	id := doc.Text("id")
	return doc.With("_links", struct {
		Schema link `json:"schema"`
		Self   link `json:"self"`
	}{link{"schema", o.schemaURL(schemaID(id)), "GET"}, link{"self", o.typeURL(id), "GET"}})
}

func getUserType(o *Org, r *Request) (Reply, error) {
	doc, err := o.reads(r.ctx).get(userTypes, o.argumentType(r))
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderType(doc))
}

// argumentType is the id of the type that a request names; "default" names the default one.
func (o *Org) argumentType(r *Request) string {
	if id := r.Args["typeId"]; id != "default" {
		return id
	}
	return o.defaultType()
}

// listUserTypes answers every type, the default one first. There are few, so there is no paging.
func listUserTypes(o *Org, r *Request) (Reply, error) {
	first, rest := []okta.Object{}, []okta.Object{}
	err := o.reads(r.ctx).each(userTypes, func(doc okta.Object) error {
		if doc.Text("id") == o.defaultType() {
			first = append(first, o.renderType(doc))
		} else {
			rest = append(rest, o.renderType(doc))
		}
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Status: http.StatusOK, Body: listBody(append(first, rest...))}, nil
}

// typeFields is what a request may say about a user type.
type typeFields struct {
	Name        *string `json:"name"`
	DisplayName *string `json:"displayName"`
	Description *string `json:"description"`
}

// typeName is the form of a type's name (API reference).
var typeName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

func createUserType(o *Org, r *Request) (Reply, error) {
	var in typeFields
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	if err := in.check(); err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		var err error
		doc, err = tx.createType(o.ids.mint(userTypes.prefix), typeDocument{
			Name: *in.Name, DisplayName: *in.DisplayName, Description: text(in.Description),
			CreatedBy: r.Actor.UserID, LastUpdatedBy: r.Actor.UserID,
		})
		if err != nil {
			return err
		}
		tx.log(Event{
			Type: "directory.non_default_user_profile.create", Message: "Create non-default universal directory user profile",
			Targets: []Target{typeTarget(doc)},
		})
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderType(doc))
}

func (in typeFields) check() error {
	var causes []string
	for _, f := range []struct {
		name  string
		value *string
	}{{"name", in.Name}, {"displayName", in.DisplayName}} {
		if strings.TrimSpace(text(f.value)) == "" {
			causes = append(causes, f.name+": The field cannot be left blank")
		}
	}
	if causes == nil && !typeName.MatchString(*in.Name) {
		causes = append(causes, "name: The name must start with a letter and hold only letters, digits and underscores")
	}
	if causes == nil {
		return nil
	}
	field, _, _ := strings.Cut(causes[0], ":")
	return invalid(field, causes...)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// typeTarget names a type in an event.
func typeTarget(doc okta.Object) Target {
	return Target{ID: doc.Text("id"), Type: "UserType", AlternateID: doc.Text("name"), DisplayName: doc.Text("displayName")}
}

// typeDocument is a user type as it is stored, keys in the recorded order.
type typeDocument struct {
	ID            string `json:"id"`
	DisplayName   string `json:"displayName"`
	Name          string `json:"name"`
	Description   string `json:"description"`
	CreatedBy     string `json:"createdBy"`
	LastUpdatedBy string `json:"lastUpdatedBy"`
	Created       string `json:"created"`
	LastUpdated   string `json:"lastUpdated"`
	Default       bool   `json:"default"`
}

// createType stores a type and its schema, which has the base attributes only.
func (tx *Tx) createType(id string, t typeDocument) (okta.Object, error) {
	t.ID, t.Created, t.LastUpdated = id, stamp(tx.now), stamp(tx.now)
	doc, err := encodeDocument(t)
	if err != nil {
		return okta.Object{}, err
	}
	if err := tx.put(userTypes, id, doc); err != nil {
		return okta.Object{}, uniqueFault(err)
	}
	return doc, tx.putSchema(&userSchema{
		ID: schemaID(id), Type: id, Created: t.Created, LastUpdated: t.Created, Custom: properties{}, Base: baseProperties(),
	})
}

// listBody writes documents as one JSON array, each as it is.
func listBody(docs []okta.Object) []byte {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, d := range docs {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(d.Bytes())
	}
	b.WriteByte(']')
	return b.Bytes()
}
