package org

import "gatehouse/internal/okta"

// groupSchemas holds the one schema of all groups, from its first change on.
var groupSchemas = &collection{kind: "groupSchema", noun: "Schema"}

// groupSchemaName is the id of the schema of all groups: there are no types of groups (API reference).
const groupSchemaName = "default"

// groupSchema is the schema of groups as it is stored. The base attributes never change.
type groupSchema struct {
	Created     string     `json:"created"`
	LastUpdated string     `json:"lastUpdated"`
	Custom      properties `json:"custom"`
}

// baseGroupProperties are the attributes that every group has (API reference).
func baseGroupProperties() properties {
	base := func(name, title, description string, required bool, most int) namedProperty {
		return namedProperty{name, property{
			Title: title, Description: description, Type: "string", Required: required, Mutability: "READ_WRITE", Scope: "NONE",
			MaxLength: &most, Permissions: []permission{{"SELF", "READ_ONLY"}}, Master: master{Type: "PROFILE_MASTER"},
		}}
	}
	return properties{
		base("name", "Name", "Name of group", true, groupSizes["name"][1]),
		base("description", "Description", "Description of group", false, groupSizes["description"][1]),
	}
}

// groupSchema reads the schema of groups. One that was never changed is as old as the group Everyone.
func (s store) groupSchema(everyone string) (*groupSchema, error) {
	u := &groupSchema{}
	doc, err := s.get(groupSchemas, groupSchemaName)
	if err == nil {
		return u, doc.Decode(u)
	}
	if !isCode(err, "E0000007") {
		return nil, err
	}
	group, err := s.get(groups, everyone)
	if err != nil {
		return nil, err
	}
	u.Created, u.LastUpdated = group.Text("created"), group.Text("created")
	return u, nil
}

func getGroupSchema(o *Org, r *Request) (Reply, error) {
	u, err := o.reads(r.ctx).groupSchema(o.everyone())
	if err != nil {
		return Reply{}, err
	}
	return o.answerGroupSchema(u)
}

// answerGroupSchema answers with the schema in the form that user schemas have.
func (o *Org) answerGroupSchema(u *groupSchema) (Reply, error) {
	type ref struct {
		Ref string `json:"$ref"`
	}
	base := baseGroupProperties()
	doc, err := encodeDocument(struct {
		ID          string      `json:"id"`
		Schema      string      `json:"$schema"`
		Name        string      `json:"name"`
		Title       string      `json:"title"`
		Description string      `json:"description"`
		LastUpdated string      `json:"lastUpdated"`
		Created     string      `json:"created"`
		Definitions schemaParts `json:"definitions"`
		Type        string      `json:"type"`
		Properties  any         `json:"properties"`
		Links       any         `json:"_links"`
	}{
		ID: o.baseURL + "/meta/schemas/group/default", Schema: "http://json-schema.org/draft-04/schema#",
		Name: "group", Title: "Okta group", Description: "Okta group profile template", LastUpdated: u.LastUpdated, Created: u.Created,
		Definitions: schemaParts{
			Custom: schemaPart{ID: "#custom", Type: "object", Properties: u.Custom, Required: u.Custom.required()},
			Base:   schemaPart{ID: "#base", Type: "object", Properties: base, Required: base.required()},
		},
		Type:       "object",
		Properties: map[string]map[string][]ref{"profile": {"allOf": {{"#/definitions/custom"}, {"#/definitions/base"}}}},
		Links:      map[string]link{"self": {"self", o.baseURL + "/api/v1/meta/schemas/group/default", "GET"}},
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// property finds an attribute of groups, custom or base; nil where there is none.
func (u *groupSchema) property(name string) *property {
	for _, all := range []properties{baseGroupProperties(), u.Custom} {
		if i := all.find(name); i >= 0 {
			return &all[i].property
		}
	}
	return nil
}

// wrongValue tells what is wrong with the values of a profile, one cause a fault. A
// group's attribute has no rule of a person's of the same name.
func (u *groupSchema) wrongValue(profile okta.Object) []string {
	var causes []string
	for _, p := range append(baseGroupProperties(), u.Custom...) {
		v := profile.Get(p.name)
		switch fault := p.check("group."+p.name, v); {
		case p.Required && blank(v):
			causes = append(causes, p.name+": The field cannot be left blank")
		case fault != "":
			causes = append(causes, p.name+": "+fault)
		}
	}
	return causes
}
