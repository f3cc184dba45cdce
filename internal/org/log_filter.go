package org

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
)

// logFilter is the filter of a request for the log. All operators of the language may
// be used; values are compared without regard to case (okta-semantics C3).
type logFilter struct{ node expr.Node }

// parseLogFilter reads the parameter filter; nil for an empty one. What the log does not offer is E0000053.
func parseLogFilter(text string) (*logFilter, error) {
	if text == "" {
		return nil, nil
	}
	node, err := expr.Parse(text)
	if err != nil {
		var fault *expr.Error
		if errors.As(err, &fault) {
			return nil, fail("E0000053", printable(text), fault.Error())
		}
		return nil, err
	}
	for _, t := range expr.Terms(node) {
		if t.Attr == "published" {
			return nil, fail("E0000053", printable(text), "published: use since and until")
		}
		if t.Op == expr.Co && (t.Attr == "debugContext.debugData.url" || t.Attr == "debugContext.debugData.requestUri") {
			return nil, fail("E0000053", printable(text), t.Attr+": co is not offered here")
		}
	}
	return &logFilter{node}, nil
}

// matches tells whether an entry fulfils the filter.
func (f *logFilter) matches(doc okta.Object) bool {
	return expr.Match(f.node, func(t *expr.Term) bool { return termMatches(t, doc) })
}

// termMatches compares each value at the term's path; ne is true when none is equal.
func termMatches(t *expr.Term, doc okta.Object) bool {
	want, found := fold(t.Value.Text), false
	eachLeaf(doc.Bytes(), strings.Split(t.Attr, "."), func(v string) {
		v = fold(v)
		switch t.Op {
		case expr.Eq, expr.Ne:
			found = found || v == want
		case expr.Pr:
			found = found || v != ""
		case expr.Sw:
			found = found || strings.HasPrefix(v, want)
		case expr.Ew:
			found = found || strings.HasSuffix(v, want)
		case expr.Co:
			found = found || strings.Contains(v, want)
		case expr.Gt:
			found = found || v > want
		case expr.Ge:
			found = found || v >= want
		case expr.Lt:
			found = found || v < want
		case expr.Le:
			found = found || v <= want
		}
	})
	return found != (t.Op == expr.Ne)
}

// eachLeaf calls f with the text of every scalar at a path, through arrays.
func eachLeaf(v json.RawMessage, path []string, f func(string)) {
	v = bytes.TrimSpace(v)
	switch {
	case len(v) == 0 || string(v) == "null":
	case v[0] == '[':
		var elements []json.RawMessage
		if json.Unmarshal(v, &elements) == nil {
			for _, e := range elements {
				eachLeaf(e, path, f)
			}
		}
	case v[0] == '{':
		if len(path) == 0 {
			return
		}
		if o, err := okta.Trusted(v); err == nil {
			eachLeaf(o.Get(path[0]), path[1:], f)
		}
	case len(path) > 0:
	case v[0] == '"':
		var s string
		if json.Unmarshal(v, &s) == nil {
			f(s)
		}
	default:
		f(string(v))
	}
}

// key is a value that every entry of the answer has and that the index holds, where
// the filter names one at its top; "" else.
func (f *logFilter) key() (name, value string) {
	if f == nil {
		return "", ""
	}
	terms := []expr.Node{f.node}
	if all, ok := f.node.(expr.And); ok {
		terms = all
	}
	for _, want := range []string{"target.id", "actor.id", "eventType"} { // the rarest first
		for _, n := range terms {
			if t, ok := n.(*expr.Term); ok && t.Op == expr.Eq && t.Attr == want && t.Value.Kind == expr.String {
				return want, fold(t.Value.Text)
			}
		}
	}
	return "", ""
}
