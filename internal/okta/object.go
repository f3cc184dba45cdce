package okta

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Object is a JSON document that Okta owns: its bytes and a small index of its
// top-level keys. Every field comes back as it came, known to us or not: in order,
// numbers as their text, no escaping added. Objects are values: With and Without
// return a new one.
type Object struct {
	raw    []byte
	fields []field
}

type field struct {
	name  string
	value json.RawMessage
}

// maxDepth bounds the nesting of a document (faults 23).
const maxDepth = 100

// ErrDuplicateKey is wrapped by Parse when an object names a key twice.
var ErrDuplicateKey = errors.New("key appears twice")

// Parse reads one JSON object. It refuses duplicate keys at any depth, nesting
// beyond 100 levels, and anything behind the object.
func Parse(b []byte) (Object, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := checkValue(d, 0, true); err != nil {
		return Object{}, err
	}
	if d.More() {
		return Object{}, errors.New("more than one JSON value")
	}
	return parseFields(bytes.TrimSpace(b))
}

// Trusted indexes a document that this program stored or composed itself, without checking it in depth.
func Trusted(b []byte) (Object, error) { return parseFields(b) }

func parseFields(b []byte) (Object, error) {
	o := Object{raw: b}
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return Object{}, errors.New("not a JSON object")
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return Object{}, err
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return Object{}, err
		}
		o.fields = append(o.fields, field{t.(string), v})
	}
	return o, nil
}

func checkValue(d *json.Decoder, depth int, object bool) error {
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return err
	}
	if object && t != json.Delim('{') {
		return errors.New("not a JSON object")
	}
	switch t {
	case json.Delim('{'):
		seen := map[string]bool{}
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return err
			}
			if seen[k.(string)] {
				return fmt.Errorf("%w: %q", ErrDuplicateKey, k)
			}
			seen[k.(string)] = true
			if err := checkValue(d, depth+1, false); err != nil {
				return err
			}
		}
	case json.Delim('['):
		for d.More() {
			if err := checkValue(d, depth+1, false); err != nil {
				return err
			}
		}
	default:
		return nil
	}
	_, err = d.Token()
	return err
}

// IsZero tells an absent document from an empty one.
func (o Object) IsZero() bool { return o.raw == nil }

// Bytes is the document's text. The caller must not change it.
func (o Object) Bytes() []byte { return o.raw }

// MarshalJSON returns the document's text.
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
		keys[i] = f.name
	}
	return keys
}

// Get returns the value at path ("profile", "login"), or nil where there is none.
func (o Object) Get(path ...string) json.RawMessage {
	for i, name := range path {
		v := o.top(name)
		if v == nil || i == len(path)-1 {
			return v
		}
		next, err := Trusted(v)
		if err != nil {
			return nil
		}
		o = next
	}
	return nil
}

func (o Object) top(name string) json.RawMessage {
	for _, f := range o.fields {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// Text returns the string at path, or "" where there is none or it is not a string.
func (o Object) Text(path ...string) string {
	var s string
	if v := o.Get(path...); len(v) > 0 && v[0] == '"' {
		if json.Unmarshal(v, &s) != nil {
			return ""
		}
	}
	return s
}

// Object returns the object at path, or a zero Object where there is none.
func (o Object) Object(path ...string) Object {
	v := o.Get(path...)
	if len(v) == 0 || v[0] != '{' {
		return Object{}
	}
	c, err := Trusted(v)
	if err != nil {
		return Object{}
	}
	return c
}

// Decode reads the document into v, a struct that names the small part it needs.
func (o Object) Decode(v any) error { return json.Unmarshal(o.raw, v) }

// With returns the document with name set to value, in its place or at the end.
// It panics when value cannot be written as JSON: a programming mistake.
func (o Object) With(name string, value any) Object {
	v, err := encode(value)
	if err != nil {
		panic("okta: With " + name + ": " + err.Error())
	}
	fields := make([]field, 0, len(o.fields)+1)
	found := false
	for _, f := range o.fields {
		if f.name == name {
			f.value, found = v, true
		}
		fields = append(fields, f)
	}
	if !found {
		fields = append(fields, field{name, v})
	}
	return compose(fields)
}

// Without returns the document without these top-level keys.
func (o Object) Without(names ...string) Object {
	var fields []field
next:
	for _, f := range o.fields {
		for _, n := range names {
			if f.name == n {
				continue next
			}
		}
		fields = append(fields, f)
	}
	return compose(fields)
}

func compose(fields []field) Object {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _ := encode(f.name) // a string always encodes
		b.Write(name)
		b.WriteByte(':')
		b.Write(f.value)
	}
	b.WriteByte('}')
	return Object{raw: b.Bytes(), fields: fields}
}

// encode writes v as JSON without the HTML escapes of json.Marshal.
func encode(v any) (json.RawMessage, error) {
	switch v := v.(type) {
	case json.RawMessage:
		return v, nil
	case Object:
		return v.MarshalJSON()
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return json.RawMessage(strings.TrimSuffix(b.String(), "\n")), nil
}
