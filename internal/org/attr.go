package org

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/okta"
	"golang.org/x/text/cases"
)

// maxAttr is the length in bytes at which a searched value is cut; a hit on a cut value is checked on the document.
const maxAttr = 256

// fold makes the case-folded form that searches compare. Diacritics stay significant (okta-semantics C3).
func fold(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return cases.Fold().String(s)
		}
	}
	return strings.ToLower(s)
}

// cut shortens a searched value to maxAttr bytes, at a character's border.
func cut(s string) string {
	if len(s) <= maxAttr {
		return s
	}
	end := maxAttr
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// profileAttrs are the searched values of the named top-level fields, of type.id and of
// every field of the profile, custom ones included. An array gives a value for each
// element, an object none.
func profileAttrs(doc okta.Object, top ...string) []attr {
	profile := doc.Object("profile")
	names := profile.Keys()
	out := make([]attr, 0, len(top)+len(names)+4)
	for _, name := range top {
		out = appendAttrs(out, name, valueAt(doc, name))
	}
	out = appendAttrs(out, "type.id", valueAt(doc, "type.id"))
	for _, name := range names {
		out = appendAttrs(out, "profile."+name, profile.Get(name))
	}
	return out
}

// valueAt is the value that an attribute's name stands for, or nil.
func valueAt(doc okta.Object, name string) json.RawMessage {
	head, rest, nested := strings.Cut(name, ".")
	switch {
	case !nested:
		return doc.Get(name)
	case head == "profile" || !strings.Contains(rest, "."): // the name of a custom attribute may have dots
		return doc.Get(head, rest)
	case name == "settings.slo.enabled": // the published filter leaves a step out
		return doc.Get("settings", "signOn", "slo", "enabled")
	}
	return doc.Get(strings.Split(name, ".")...)
}

func appendAttrs(out []attr, name string, v json.RawMessage) []attr {
	eachScalar(v, func(s scalar) bool {
		if key := s.key(); key != "" {
			out = append(out, attr{name, cut(key)})
		}
		return true
	})
	return out
}

// eachScalar calls f for the value, or for each element of an array, until f says
// false. Objects and null are passed over.
func eachScalar(v json.RawMessage, f func(scalar) bool) {
	if len(v) > 0 && v[0] == '[' {
		var elements []json.RawMessage
		if json.Unmarshal(v, &elements) != nil {
			return // stored documents are valid JSON
		}
		for _, e := range elements {
			if s, ok := scalarOf(e); ok && !f(s) {
				return
			}
		}
		return
	}
	if s, ok := scalarOf(v); ok {
		f(s)
	}
}
