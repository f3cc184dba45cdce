package handlers

import (
	"context"
	"path"

	"gatehouse/internal/okta"
)

// userType is a type of people, as much of it as pages need.
type userType struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	Default     bool   `json:"default"`
	Links       struct {
		Schema struct {
			Href string `json:"href"`
		} `json:"schema"`
	} `json:"_links"`
}

// schema is the id of the type's schema.
func (t userType) schema() string {
	if t.Default || t.Links.Schema.Href == "" {
		return "default"
	}
	return path.Base(t.Links.Schema.Href)
}

// userTypes reads the types of people; none where they may not be read.
func (h *console) userTypes(ctx context.Context) ([]userType, error) {
	if !h.may(ctx, "listUserTypes") {
		return nil, nil
	}
	var types []userType
	_, err := h.read(ctx, okta.Call{Op: okta.Find("listUserTypes")}, &types)
	if p, is := asOrgProblem(err); is && p.Status == 403 { // a role without types still reads people
		return nil, nil
	}
	return types, err
}

// typeName is what the type of a person is called.
func typeName(types []userType, doc okta.Object) string {
	for _, t := range types {
		if t.ID == doc.Text("type", "id") {
			return t.DisplayName
		}
	}
	return ""
}
