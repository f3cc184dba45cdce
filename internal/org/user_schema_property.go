package org

import (
	"encoding/json"
	"regexp"

	"gatehouse/internal/okta"
)

// property is one attribute of a user schema, in the order in which recorded answers have its keys.
type property struct {
	Title       string            `json:"title"`
	Description string            `json:"description,omitempty"`
	Type        string            `json:"type"`
	Required    bool              `json:"required,omitempty"`
	Format      string            `json:"format,omitempty"`
	Pattern     string            `json:"pattern,omitempty"`
	Mutability  string            `json:"mutability"`
	Scope       string            `json:"scope"`
	Unique      string            `json:"unique,omitempty"`
	MinLength   *int              `json:"minLength,omitempty"`
	MaxLength   *int              `json:"maxLength,omitempty"`
	Enum        []json.RawMessage `json:"enum,omitempty"`
	OneOf       []titled          `json:"oneOf,omitempty"`
	Items       *items            `json:"items,omitempty"`
	Union       string            `json:"union,omitempty"`
	Permissions []permission      `json:"permissions"`
	Master      master            `json:"master"`
}

// items describes the elements of an array attribute.
type items struct {
	Type  string            `json:"type"`
	Enum  []json.RawMessage `json:"enum,omitempty"`
	OneOf []titled          `json:"oneOf,omitempty"`
}

// titled is an allowed value with the words that a form shows for it.
type titled struct {
	Const json.RawMessage `json:"const"`
	Title string          `json:"title"`
}

type permission struct {
	Principal string `json:"principal"`
	Action    string `json:"action"`
}

type master struct {
	Type     string            `json:"type"`
	Priority []json.RawMessage `json:"priority,omitempty"`
}

// The values of property.Unique.
const (
	uniqueValidated = "UNIQUE_VALIDATED"
	uniquePending   = "PENDING_UNIQUENESS_VALIDATION"
	uniqueNot       = "NOT_UNIQUE"
)

// properties are attributes by name, in the order in which they were added.
type properties []namedProperty

type namedProperty struct {
	name string
	property
}

// MarshalJSON writes an object with one key an attribute.
func (p properties) MarshalJSON() ([]byte, error) {
	doc, err := okta.Trusted([]byte("{}"))
	if err != nil {
		return nil, err
	}
	for _, n := range p {
		doc = doc.With(n.name, n.property)
	}
	return doc.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *properties) UnmarshalJSON(b []byte) error {
	doc, err := okta.Trusted(b)
	if err != nil {
		return err
	}
	*p = nil
	for _, name := range doc.Keys() {
		n := namedProperty{name: name}
		if err := json.Unmarshal(doc.Get(name), &n.property); err != nil {
			return err
		}
		*p = append(*p, n)
	}
	return nil
}

// find returns the place of an attribute, or -1.
func (p properties) find(name string) int {
	for i := range p {
		if p[i].name == name {
			return i
		}
	}
	return -1
}

// required lists the names of the attributes that may not be blank.
func (p properties) required() []string {
	names := []string{}
	for _, n := range p {
		if n.Required {
			names = append(names, n.name)
		}
	}
	return names
}

// loginPattern is the form of a pattern that the API accepts: ".+" or "[...]+" (API reference).
var loginPattern = regexp.MustCompile(`^(\.\+|\[.+\]\+)$`)
