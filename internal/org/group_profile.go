package org

import (
	"encoding/json"
	"unicode/utf8"

	"gatehouse/internal/okta"
)

// groupSizes bounds the attributes of a group in characters, least and most (API reference).
var groupSizes = map[string][2]int{"name": {1, 255}, "description": {0, 1024}}

// groupProfile reads the profile of a request that creates or replaces a group. A
// description that is not sent is null.
func groupProfile(r *Request) (okta.Object, error) {
	body, err := r.object()
	if err != nil {
		return okta.Object{}, err
	}
	sent := body.Object("profile")
	if sent.IsZero() {
		return okta.Object{}, invalid("profile", "profile: The field cannot be left blank")
	}
	var causes []string
	for _, name := range sent.Keys() {
		if _, known := groupSizes[name]; !known {
			causes = append(causes, "Property name '"+printable(name)+"' is not defined in profile")
		}
	}
	if causes != nil {
		return okta.Object{}, invalid("profile", causes...)
	}
	if blank(sent.Get("name")) {
		return okta.Object{}, invalid("name", "name: The field cannot be left blank")
	}
	profile := okta.Object{}
	for _, name := range []string{"name", "description"} {
		v := sent.Get(name)
		if fault := groupValueFault(name, v); fault != "" {
			return okta.Object{}, invalid(name, name+": "+fault)
		}
		if v == nil {
			v = json.RawMessage("null")
		}
		profile = profile.With(name, v)
	}
	return profile, nil
}

func groupValueFault(name string, v json.RawMessage) string {
	if v == nil || string(v) == "null" {
		return ""
	}
	text, isText := rawText(v)
	if !isText {
		return "The value must be a string"
	}
	if size := groupSizes[name]; utf8.RuneCountInString(text) > size[1] {
		return "The field is too long"
	}
	return ""
}
