package org

import (
	"encoding/json"
	"strings"

	"gatehouse/internal/okta"
)

// groupSizes bounds the base attributes of a group in characters, least and most (API reference).
var groupSizes = map[string][2]int{"name": {1, 255}, "description": {0, 1024}}

// groupProfile reads the profile of a request that creates or replaces a group, by the
// schema of groups. A description that is not sent is null; a custom attribute without
// a value is left out.
func groupProfile(s store, everyone string, r *Request) (okta.Object, error) {
	body, err := r.object()
	if err != nil {
		return okta.Object{}, err
	}
	sent := body.Object("profile")
	if sent.IsZero() {
		return okta.Object{}, invalid("profile", "profile: The field cannot be left blank")
	}
	schema, err := s.groupSchema(everyone)
	if err != nil {
		return okta.Object{}, err
	}
	var causes []string
	for _, name := range sent.Keys() {
		if schema.property(name) == nil {
			causes = append(causes, "Property name '"+printable(name)+"' is not defined in profile")
		}
	}
	if causes != nil {
		return okta.Object{}, invalid("profile", causes...)
	}
	if causes := schema.wrongValue(sent); causes != nil {
		field, _, _ := strings.Cut(causes[0], ": ")
		return okta.Object{}, invalid(field, causes...)
	}
	profile := okta.Object{}
	for _, name := range []string{"name", "description"} {
		v := sent.Get(name)
		if v == nil {
			v = json.RawMessage("null")
		}
		profile = profile.With(name, v)
	}
	for _, p := range schema.Custom {
		if v := sent.Get(p.name); !blank(v) && string(v) != "[]" {
			profile = profile.With(p.name, v)
		}
	}
	return profile, nil
}
