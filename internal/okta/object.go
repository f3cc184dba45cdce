package okta

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Object is a JSON document that Okta owns: its bytes and a small index of its
// top-level keys. Every field comes back as it came, known to us or not: in order,
// numbers as their text, no escaping added. Objects are values: With and Without
// return a new one.
type Object struct {
	raw    []byte
	fields []field
}

// Parse reads one JSON object. It refuses duplicate keys at any depth, nesting
// beyond 100 levels, text that is not UTF-8, and anything behind the object. The
// Object keeps b.
func Parse(b []byte) (Object, error) {
	s, err := newScanner(b)
	if err != nil {
		return Object{}, err
	}
	if s.space() != '{' {
		return Object{}, errNotObject
	}
	fields := make([]field, 0, 12)
	if err := s.object(0, func(f field) { fields = append(fields, f) }); err != nil {
		return Object{}, err
	}
	if err := s.end(); err != nil {
		return Object{}, err
	}
	return Object{raw: bytes.TrimSpace(b), fields: fields}, nil
}

// Trusted indexes a document that this program stored or composed itself, without
// checking it in depth. The Object keeps b.
func Trusted(b []byte) (Object, error) {
	fields := make([]field, 0, 12)
	err := walkFields(b, func(f field) bool {
		fields = append(fields, f)
		return true
	})
	if err != nil {
		return Object{}, err
	}
	return Object{raw: bytes.TrimSpace(b), fields: fields}, nil
}

// NewObject writes v, a struct or a map, as a document, without the HTML escapes of
// json.Marshal.
func NewObject(v any) (Object, error) {
	b, err := encode(v)
	if err != nil {
		return Object{}, err
	}
	return Parse(b)
}

// IsZero tells an absent document from an empty one.
func (o Object) IsZero() bool { return o.raw == nil }

// Bytes is the document's text. The caller must not change it.
func (o Object) Bytes() []byte { return o.raw }

// MarshalJSON returns the document's text; null for an absent document. (json.Marshal
// of a struct that holds an Object compacts it and escapes <, > and &.)
func (o Object) MarshalJSON() ([]byte, error) {
	if o.raw == nil {
		return []byte("null"), nil
	}
	return o.raw, nil
}

// UnmarshalJSON reads a document as Parse does.
func (o *Object) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*o = Object{}
		return nil
	}
	p, err := Parse(bytes.Clone(b))
	*o = p
	return err
}

// Keys lists the top-level keys in order.
func (o Object) Keys() []string {
	keys := make([]string, len(o.fields))
	for i, f := range o.fields {
		keys[i] = f.name()
	}
	return keys
}

// Get returns the value at path ("profile", "login"), or nil where there is none.
func (o Object) Get(path ...string) json.RawMessage {
	if len(path) == 0 {
		return nil
	}
	var v json.RawMessage
	for _, f := range o.fields {
		if f.is(path[0]) {
			v = f.value
			break
		}
	}
	for _, name := range path[1:] {
		v = member(v, name)
	}
	return v
}

// member returns a member of the object v, or nil.
func member(v json.RawMessage, name string) (found json.RawMessage) {
	err := walkFields(v, func(f field) bool {
		if f.is(name) {
			found = f.value
			return false
		}
		return true
	})
	if err != nil {
		return nil // not an object
	}
	return found
}

// Text returns the string at path, or "" where there is none or it is not a string.
func (o Object) Text(path ...string) string {
	v := o.Get(path...)
	if len(v) < 2 || v[0] != '"' {
		return ""
	}
	return field{key: v}.name()
}

// Object returns the object at path, or a zero Object where there is none.
func (o Object) Object(path ...string) Object {
	c, err := Trusted(o.Get(path...))
	if err != nil {
		return Object{} // not an object
	}
	return c
}

// Decode reads the document into v, a struct that names the small part it needs.
func (o Object) Decode(v any) error {
	if o.raw == nil {
		return errors.New("no document")
	}
	return json.Unmarshal(o.raw, v)
}

// With returns the document with name set to value, in its place or at the end.
// It panics when value cannot be written as JSON: a programming mistake.
func (o Object) With(name string, value any) Object {
	v, err := encode(value)
	if err != nil {
		panic("okta: With " + name + ": " + err.Error())
	}
	return o.WithTrusted(name, v)
}

// WithTrusted is With for the text of one JSON value that this program composed itself: it
// is not checked.
func (o Object) WithTrusted(name string, v json.RawMessage) Object {
	fields := make([]field, 0, len(o.fields)+1)
	found := false
	for _, f := range o.fields {
		if f.is(name) {
			f.value, found = v, true
		}
		fields = append(fields, f)
	}
	if !found {
		fields = append(fields, field{quoted(name), v})
	}
	return compose(fields)
}

// quoted writes a key as JSON.
func quoted(name string) []byte {
	b := append(append(append(make([]byte, 0, len(name)+2), '"'), name...), '"')
	for _, c := range b[1 : len(b)-1] {
		if !plain[c] || c >= utf8.RuneSelf {
			b, _ = encode(name) // a string always encodes
			break
		}
	}
	return b
}

// WithPath is With for a field inside objects of the document, ("profile", "city").
// What is absent on the way, or not an object, becomes one.
func (o Object) WithPath(value any, path ...string) Object {
	switch len(path) {
	case 0:
		panic("okta: WithPath without a path")
	case 1:
		return o.With(path[0], value)
	}
	return o.With(path[0], o.Object(path[0]).WithPath(value, path[1:]...))
}

// Without returns the document without these top-level keys.
func (o Object) Without(names ...string) Object {
	fields := make([]field, 0, len(o.fields))
next:
	for _, f := range o.fields {
		for _, n := range names {
			if f.is(n) {
				continue next
			}
		}
		fields = append(fields, f)
	}
	return compose(fields)
}

// compose writes fields as a document whose index points into its own text.
func compose(fields []field) Object {
	size := 2
	for _, f := range fields {
		size += len(f.key) + len(f.value) + 2
	}
	b := make([]byte, 0, size)
	b = append(b, '{')
	for i, f := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		start := len(b)
		b = append(b, f.key...)
		colon := len(b)
		b = append(b, ':')
		b = append(b, f.value...)
		fields[i] = field{b[start:colon:colon], b[colon+1 : len(b) : len(b)]}
	}
	b = append(b, '}')
	return Object{raw: b, fields: fields}
}

// encode writes v as JSON without the HTML escapes of json.Marshal.
func encode(v any) (json.RawMessage, error) {
	switch v := v.(type) {
	case Object:
		return v.MarshalJSON()
	case json.RawMessage:
		if v == nil {
			return json.RawMessage("null"), nil
		}
		if err := Valid(v); err != nil {
			return nil, fmt.Errorf("raw JSON: %w", err)
		}
		return bytes.TrimSpace(v), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
