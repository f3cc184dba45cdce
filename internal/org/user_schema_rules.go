package org

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
)

// propertyName is the form of a custom attribute's name (API reference).
var propertyName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,254}$`)

// maxUnique is how many attributes of a schema may be unique (API reference).
const maxUnique = 5

// wrong tells what the cloud would not accept in the definition of a custom attribute, or "".
func (p *property) wrong(name string) string {
	for _, f := range []struct {
		key, value string
		allowed    []string
	}{
		{"type", p.Type, []string{"string", "boolean", "number", "integer", "array"}},
		{"scope", p.Scope, []string{"NONE", "SELF"}},
		{"mutability", p.Mutability, []string{"READ_WRITE", "READ_ONLY", "WRITE_ONLY", "IMMUTABLE"}},
		{"master", p.Master.Type, []string{"PROFILE_MASTER", "OKTA", "OVERRIDE"}},
		{"unique", p.Unique, []string{"", uniqueValidated, uniquePending, uniqueNot}},
	} {
		if !slices.Contains(f.allowed, f.value) {
			return "The value of " + f.key + " is not allowed"
		}
	}
	for _, g := range p.Permissions {
		if g.Principal != "SELF" || !slices.Contains([]string{"HIDE", "READ_ONLY", "READ_WRITE"}, g.Action) {
			return "The value of permissions is not allowed"
		}
	}
	switch {
	case p.Title == "":
		return "The field title cannot be left blank"
	case p.Type == "array" && (p.Items == nil || !slices.Contains([]string{"string", "number", "integer"}, p.Items.Type)):
		return "Items not present for array property: " + name
	case p.Type != "array" && p.Items != nil:
		return "Only an array has items"
	case p.Pattern != "" && (p.Type != "string" || !compiles(p.Pattern)):
		return "A pattern is a regular expression, and for a string only"
	case p.claimed() && (p.Type == "array" || p.Type == "boolean"):
		return "Only a string or a number can be unique"
	}
	if fault := p.wrongLength(); fault != "" {
		return fault
	}
	if p.Type == "array" {
		return wrongEnum(p.Items.Type, p.Items.Enum, p.Items.OneOf)
	}
	return wrongEnum(p.Type, p.Enum, p.OneOf)
}

func (p *property) wrongLength() string {
	if p.MinLength == nil && p.MaxLength == nil {
		return ""
	}
	least, most := 0, 1<<31-1
	if p.MinLength != nil {
		least = *p.MinLength
	}
	if p.MaxLength != nil {
		most = *p.MaxLength
	}
	switch {
	case p.Type != "string":
		return "Only a string has a length"
	case least < 0 || least > most:
		return "minLength must be between 0 and maxLength"
	}
	return ""
}

// wrongEnum: listed values are of the type, each once; oneOf names the same values in the same order (API reference).
func wrongEnum(kind string, enum []json.RawMessage, oneOf []titled) string {
	for i, v := range enum {
		if len(v) == 0 || checkType(kind, v) != "" {
			return "A value of enum is of the wrong type"
		}
		if slices.ContainsFunc(enum[:i], func(w json.RawMessage) bool { return sameScalar(v, w) }) {
			return "The values of enum must differ"
		}
	}
	if len(oneOf) == 0 {
		return ""
	}
	if len(oneOf) != len(enum) {
		return "oneOf must name the values of enum in their order"
	}
	for i, t := range oneOf {
		if !sameScalar(t.Const, enum[i]) {
			return "oneOf must name the values of enum in their order"
		}
	}
	return ""
}

// wrongBase tells what of a base attribute's change is not allowed: only who may see
// it and where it is mastered may change, whether the names are required, and the
// pattern of the login (API reference).
func wrongBase(name string, old, now property) string {
	old.Permissions, old.Master = now.Permissions, now.Master
	if name == "firstName" || name == "lastName" {
		old.Required = now.Required
	}
	if name == "login" {
		if now.Pattern != "" && (!loginPattern.MatchString(now.Pattern) || !compiles(now.Pattern)) {
			return "The pattern must be .+ or a character class like [a-z0-9]+"
		}
		old.Pattern, old.Format = now.Pattern, now.Format
	}
	if !reflect.DeepEqual(old, now) {
		return "This part of a base attribute cannot be changed"
	}
	kept := now
	kept.Pattern = ""
	return kept.wrong(name)
}

func compiles(pattern string) bool {
	_, err := regexp.Compile(pattern)
	return err == nil
}
