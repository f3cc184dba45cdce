package org

import (
	"bytes"
	"encoding/json"

	"gatehouse/internal/okta"
)

// set changes one key of an attribute's definition. null is the same as leaving the
// key out of a new definition. A key that a user schema has not is left out.
func (p *property) set(key string, v json.RawMessage) error {
	switch key {
	case "title":
		return assign(&p.Title, v)
	case "description":
		return assign(&p.Description, v)
	case "type":
		return assign(&p.Type, v)
	case "required":
		return assign(&p.Required, v)
	case "format":
		return assign(&p.Format, v)
	case "pattern":
		return assign(&p.Pattern, v)
	case "mutability":
		return assign(&p.Mutability, v)
	case "scope":
		return assign(&p.Scope, v)
	case "unique":
		return p.setUnique(v)
	case "minLength":
		return assign(&p.MinLength, v)
	case "maxLength":
		return assign(&p.MaxLength, v)
	case "enum":
		return assign(&p.Enum, v)
	case "oneOf":
		return assign(&p.OneOf, v)
	case "items":
		return assign(&p.Items, v)
	case "union":
		return assign(&p.Union, v)
	case "permissions":
		return assign(&p.Permissions, v)
	case "master":
		return assign(&p.Master, v)
	}
	return nil
}

func assign[T any](at *T, v json.RawMessage) error {
	var value T
	if err := json.Unmarshal(v, &value); err != nil {
		return err
	}
	*at = value
	return nil
}

// setUnique takes the state (UNIQUE_VALIDATED, as API 2.16 has it) or a boolean, as newer clients send.
func (p *property) setUnique(v json.RawMessage) error {
	switch string(bytes.TrimSpace(v)) {
	case "null", "false":
		if p.Unique != "" {
			p.Unique = uniqueNot
		}
		return nil
	case "true", `"` + uniqueValidated + `"`, `"` + uniquePending + `"`:
		if !p.claimed() {
			p.Unique = uniqueValidated
		}
		return nil
	}
	return json.Unmarshal(v, &p.Unique)
}

// with returns the definition changed by what a request says of it, its defaults filled in.
func (p property) with(change okta.Object) (property, string) {
	for _, key := range change.Keys() {
		if err := p.set(key, change.Get(key)); err != nil {
			return p, "The value of " + printable(key) + " is of the wrong type"
		}
	}
	orElse(&p.Mutability, "READ_WRITE")
	orElse(&p.Scope, "NONE")
	orElse(&p.Master.Type, "PROFILE_MASTER")
	if len(p.Permissions) == 0 {
		p.Permissions = []permission{{"SELF", "READ_ONLY"}}
	}
	return p, ""
}

func orElse(s *string, otherwise string) {
	if *s == "" {
		*s = otherwise
	}
}
