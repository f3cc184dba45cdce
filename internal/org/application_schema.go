package org

import (
	"encoding/json"
	"slices"

	"gatehouse/internal/okta"
)

// appSchemas hold the custom attributes of the people of applications, by the id of the
// application, from their first change on. Attributes are kept as documents.
var appSchemas = &collection{kind: "appSchema", noun: "AppInstance"}

// userNameAttribute is the one base attribute of every application ("recorded").
var userNameAttribute = literal(`{"title": "Username", "type": "string", "required": true, "scope": "SELF"}`)

// clientAttributes are the base attributes of an OpenID Connect application beside the
// user name: the standard claims (OpenID Connect Core section 5.1; "recorded" titles).
var clientAttributes = [][4]string{
	{"name", "Name", "End-User's full name in displayable form."},
	{"nickname", "Nickname", "Casual name of the End-User (may or may not be the same as the given_name)"},
	{"given_name", "Given Name", "Given name or first name of the End-User."},
	{"middle_name", "Middle Name", "Middle name of the End-User."},
	{"family_name", "Family Name", "Surname or last name of the End-User."},
	{"email", "Email", "End-User's preferred e-mail address."},
	{"profile", "Profile URL", "URL of the End-User's profile page."},
	{"picture", "Picture URL", "URL of the End-User's profile picture."},
	{"website", "Website", "URL of the End-User's Web page or blog."},
	{"gender", "Gender", "End-User's gender."},
	{"birthdate", "Birthdate", "End-User's birthday, represented as an ISO 8601:2004 YYYY-MM-DD format."},
	{"zoneinfo", "Time Zone", "String representing the End-User's time zone."},
	{"locale", "Locale Name", "ISO3166‑1 country code in uppercase, separated by a dash (e.g. 'en-US')"},
	{"phone_number", "Phone Number", "End-User's preferred telephone number in E.164 format."},
	{"street_address", "Street Address", "Full street address component.", "address.street_address"},
	{"locality", "Locality", "City or locality component.", "address.locality"},
	{"region", "Region", "State, province, prefecture, or region component.", "address.region"},
	{"postal_code", "Postal Code", "Zip code or postal code component.", "address.postal_code"},
	{"country", "Country", "Country name component.", "address.country"},
	{"formatted", "Formatted", "Full mailing address, formatted for display.", "address.formatted"},
}

// baseAppAttributes are the attributes that the people of an application always have.
func baseAppAttributes(app okta.Object) okta.Object {
	if !isClient(app) {
		return okta.Object{}.With("userName", userNameAttribute)
	}
	out := okta.Object{}.With("userName", userNameAttribute.Without("scope").With("externalName", "preferred_username").With("scope", "SELF"))
	for _, a := range clientAttributes {
		p := okta.Object{}.With("title", a[1]).With("description", a[2]).With("type", "string")
		if a[3] != "" {
			p = p.With("externalName", a[3])
		}
		out = out.With(a[0], p.With("scope", "SELF"))
	}
	return out
}

// appSchema is the custom attributes of an application's people as they are stored.
type appSchema struct {
	Created     string      `json:"created"`
	LastUpdated string      `json:"lastUpdated"`
	Custom      okta.Object `json:"custom"`
}

func (s store) appSchema(app okta.Object) (appSchema, error) {
	u := appSchema{Created: app.Text("created"), LastUpdated: app.Text("created"), Custom: literal("{}")}
	doc, err := s.get(appSchemas, app.Text("id"))
	if isCode(err, "E0000007") {
		return u, nil
	}
	if err == nil {
		err = doc.Decode(&u)
	}
	return u, err
}

func getApplicationUserSchema(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	app, err := s.get(apps, r.Args["appInstanceId"])
	if err != nil {
		return Reply{}, err
	}
	u, err := s.appSchema(app)
	if err != nil {
		return Reply{}, err
	}
	return o.answerAppSchema(app, u)
}

// answerAppSchema answers with a schema, keys in the recorded order. Without custom
// attributes their list of required ones is left out ("recorded").
func (o *Org) answerAppSchema(app okta.Object, u appSchema) (Reply, error) {
	type ref struct {
		Ref string `json:"$ref"`
	}
	custom := literal(`{"id": "#custom", "type": "object"}`).With("properties", u.Custom)
	if names := u.Custom.Keys(); len(names) > 0 {
		custom = custom.With("required", requiredIn(u.Custom))
	}
	base := baseAppAttributes(app)
	doc, err := encodeDocument(struct {
		ID          string                 `json:"id"`
		Schema      string                 `json:"$schema"`
		Name        string                 `json:"name"`
		Title       string                 `json:"title"`
		LastUpdated string                 `json:"lastUpdated"`
		Created     string                 `json:"created"`
		Definitions map[string]okta.Object `json:"definitions"`
		Type        string                 `json:"type"`
		Properties  any                    `json:"properties"`
	}{
		ID: o.baseURL + "/meta/schemas/apps/" + app.Text("id") + "/default", Schema: "http://json-schema.org/draft-04/schema#",
		Name: app.Text("name"), Title: app.Text("label") + " User", LastUpdated: u.LastUpdated, Created: u.Created,
		Definitions: map[string]okta.Object{
			"custom": custom,
			"base":   literal(`{"id": "#base", "type": "object"}`).With("properties", base).With("required", requiredIn(base)),
		},
		Type:       "object",
		Properties: map[string]map[string][]ref{"profile": {"allOf": {{"#/definitions/custom"}, {"#/definitions/base"}}}},
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

func requiredIn(attributes okta.Object) []string {
	names := []string{}
	for _, name := range attributes.Keys() {
		if string(attributes.Get(name, "required")) == "true" {
			names = append(names, name)
		}
	}
	return names
}

// updateApplicationUserProfile adds, changes and (with null) removes custom attributes.
func updateApplicationUserProfile(o *Org, r *Request) (Reply, error) {
	body, err := r.object()
	if err != nil {
		return Reply{}, err
	}
	changes := body.Object("definitions", "custom", "properties")
	var u appSchema
	var app okta.Object
	err = o.update(r, func(tx *Tx) error {
		if app, err = tx.get(apps, r.Args["appInstanceId"]); err != nil {
			return err
		}
		if u, err = tx.appSchema(app); err != nil {
			return err
		}
		base := baseAppAttributes(app)
		for _, name := range changes.Keys() {
			if base.Get(name) != nil {
				return schemaFault(name, "An attribute with this name already exists in the base schema")
			}
			if u.Custom, err = withAttribute(u.Custom, name, changes.Get(name)); err != nil {
				return err
			}
		}
		u.LastUpdated = stamp(tx.now)
		doc, err := encodeDocument(u)
		if err != nil {
			return err
		}
		tx.log(Event{
			Type: "directory.app_user_profile.update", Message: "Update application user profile", Targets: []Target{applicationTarget(app)},
		})
		return tx.put(appSchemas, app.Text("id"), doc)
	})
	if err != nil {
		return Reply{}, err
	}
	return o.answerAppSchema(app, u)
}

// attributeTypes are what an attribute of an application's people may be.
var attributeTypes = []string{"string", "boolean", "number", "integer", "array", "object"}

// withAttribute lays a change over an attribute; null removes it. What an answer does not
// show of an application's attribute is not kept ("recorded").
func withAttribute(custom okta.Object, name string, change json.RawMessage) (okta.Object, error) {
	if isNull(change) {
		return custom.Without(name), nil
	}
	over, err := okta.Trusted(change)
	if err != nil || !propertyName.MatchString(name) {
		return custom, schemaFault(name, "The name must start with a letter or an underscore and hold only letters, digits and underscores")
	}
	before := custom.Object(name)
	p := okta.Object{}
	for _, key := range []string{"title", "description", "type"} {
		v := over.Get(key)
		if v == nil {
			v = before.Get(key)
		}
		if v != nil {
			p = p.With(key, v)
		}
	}
	p = overlay(overlay(p, before), over).Without("master", "permissions", "mutability")
	if string(p.Get("required")) != "true" {
		p = p.Without("required")
	}
	kind := p.Text("type")
	if kind != "array" {
		p = p.Without("union")
	}
	switch {
	case !slices.Contains(attributeTypes, kind):
		return custom, schemaFault(name, "The type must be one of string, boolean, number, integer, array and object")
	case p.Text("title") == "":
		return custom, schemaFault(name, "The title cannot be left blank")
	case !before.IsZero() && before.Text("type") != kind:
		return custom, schemaFault(name, "The type of an attribute cannot be changed")
	}
	if p.Text("items", "type") == "object" {
		p = p.WithPath(true, "items", "additionalProperties")
	}
	return custom.With(name, p), nil
}
