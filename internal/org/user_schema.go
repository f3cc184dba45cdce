package org

import (
	"encoding/json"

	"gatehouse/internal/okta"
)

// userSchemas is the collection of the schemas of user types, one a type.
var userSchemas = &collection{kind: "userSchema", noun: "Schema", prefix: "osc"}

// userSchema is a schema as it is stored. Its name and title are those of its type.
type userSchema struct {
	ID          string     `json:"id"`
	Type        string     `json:"type"`
	Created     string     `json:"created"`
	LastUpdated string     `json:"lastUpdated"`
	Custom      properties `json:"custom"`
	Base        properties `json:"base"`
}

// schemaID is the id of a type's schema: the same but for its prefix ("recorded").
func schemaID(typeID string) string { return userSchemas.prefix + typeID[len(userTypes.prefix):] }

// property finds an attribute, custom or base; nil where there is none.
func (u *userSchema) property(name string) *property {
	if i := u.Base.find(name); i >= 0 {
		return &u.Base[i].property
	}
	if i := u.Custom.find(name); i >= 0 {
		return &u.Custom[i].property
	}
	return nil
}

// schema reads a schema by its id from the store.
func (s store) schema(id string) (*userSchema, error) {
	doc, err := s.get(userSchemas, id)
	if err != nil {
		return nil, err
	}
	return parseSchema(string(doc.Bytes()))
}

func parseSchema(body string) (*userSchema, error) {
	u := &userSchema{}
	return u, json.Unmarshal([]byte(body), u)
}

// putSchema stores a schema.
func (tx *Tx) putSchema(u *userSchema) error {
	doc, err := encodeDocument(u)
	if err != nil {
		return err
	}
	return tx.put(userSchemas, u.ID, doc)
}

// encodeDocument writes a struct of ours as a document to store or to answer.
func encodeDocument(v any) (okta.Object, error) {
	empty, err := okta.Trusted([]byte("{}"))
	if err != nil {
		return okta.Object{}, err
	}
	// With writes no HTML escapes, unlike json.Marshal.
	return okta.Trusted(empty.With("v", v).Get("v"))
}

// argumentSchema reads the schema that a request names: "default" or an id.
func (o *Org) argumentSchema(s store, r *Request) (*userSchema, error) {
	id := r.Args["schemaId"]
	if id == "default" {
		id = schemaID(o.defaultType())
	}
	return s.schema(id)
}

func getUserSchema(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	u, err := o.argumentSchema(s, r)
	if err != nil {
		return Reply{}, err
	}
	return o.answerSchema(s, u)
}

type schemaPart struct {
	ID         string     `json:"id"`
	Type       string     `json:"type"`
	Properties properties `json:"properties"`
	Required   []string   `json:"required,omitzero"`
}

type schemaParts struct {
	Custom schemaPart `json:"custom"`
	Base   schemaPart `json:"base"`
}

type link struct {
	Rel    string `json:"rel,omitempty"`
	Href   string `json:"href"`
	Method string `json:"method,omitempty"`
}

// answerSchema answers with a schema in the form of JSON Schema draft 4, keys in the recorded order.
func (o *Org) answerSchema(s store, u *userSchema) (Reply, error) {
	t, err := s.get(userTypes, u.Type)
	if err != nil {
		return Reply{}, err
	}
	name := u.ID
	if u.Type == o.defaultType() {
		name = "default"
	}
	custom := schemaPart{ID: "#custom", Type: "object", Properties: u.Custom}
	if len(u.Custom) > 0 { // without custom attributes there is no list of required ones ("recorded")
		custom.Required = u.Custom.required()
	}
	type ref struct {
		Ref string `json:"$ref"`
	}
	doc, err := encodeDocument(struct {
		ID          string      `json:"id"`
		Schema      string      `json:"$schema"`
		Name        string      `json:"name"`
		Title       string      `json:"title"`
		Description string      `json:"description,omitempty"`
		LastUpdated string      `json:"lastUpdated"`
		Created     string      `json:"created"`
		Definitions schemaParts `json:"definitions"`
		Type        string      `json:"type"`
		Properties  any         `json:"properties"`
		Links       any         `json:"_links"`
	}{
		ID: o.baseURL + "/meta/schemas/user/" + name, Schema: "http://json-schema.org/draft-04/schema#",
		Name: t.Text("name"), Title: t.Text("displayName"), Description: t.Text("description"),
		LastUpdated: u.LastUpdated, Created: u.Created,
		Definitions: schemaParts{
			Custom: custom,
			Base:   schemaPart{ID: "#base", Type: "object", Properties: u.Base, Required: u.Base.required()},
		},
		Type:       "object",
		Properties: map[string]map[string][]ref{"profile": {"allOf": {{"#/definitions/custom"}, {"#/definitions/base"}}}},
		Links: map[string]link{
			"self": {"self", o.schemaURL(u.ID), "GET"},
			"type": {"type", o.typeURL(u.Type), "GET"},
		},
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

func (o *Org) schemaURL(id string) string { return o.baseURL + "/api/v1/meta/schemas/user/" + id }

// rawText is the text of a JSON value where it is a string.
func rawText(v json.RawMessage) (string, bool) {
	var s string
	if len(v) == 0 || v[0] != '"' || json.Unmarshal(v, &s) != nil {
		return "", false
	}
	return s, true
}
