package policy

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gatehouse/internal/expr"
)

// Statement is an attribute statement of a SAML app, as its document holds it.
type Statement struct {
	// Type is EXPRESSION, with Values, or GROUP, with a filter on the names of groups.
	Type      string   `json:"type"`
	Name      string   `json:"name"`
	Namespace string   `json:"namespace"`
	Values    []string `json:"values"`
	Filter    string   `json:"filterType"`
	Pattern   string   `json:"filterValue"`
}

// Attribute is what a statement becomes for a person.
type Attribute struct {
	Name, Namespace string
	Values          []string
}

// Attributes are the statements of a SAML app for a person. One without a value is left
// out; one that cannot be evaluated is an error, and then there is no assertion at all.
func (x Subject) Attributes(statements []Statement) ([]Attribute, error) {
	read := x.reader()
	var out []Attribute
	for _, s := range statements {
		a := Attribute{Name: s.Name, Namespace: s.Namespace}
		var err error
		switch s.Type {
		case "EXPRESSION":
			for _, text := range s.Values {
				var values []string
				if values, err = read.values(text); err != nil {
					break
				}
				a.Values = append(a.Values, values...)
			}
		case "GROUP":
			var fits func(string) bool
			if fits, err = groupFilter(s.Filter, s.Pattern); err == nil {
				for _, g := range x.Groups {
					if fits(g.Name) {
						a.Values = append(a.Values, g.Name)
					}
				}
			}
		default:
			err = fmt.Errorf("there is no statement of the type %q", s.Type)
		}
		if err != nil {
			return nil, fmt.Errorf("attribute %s: %w", s.Name, err)
		}
		if len(a.Values) > 0 {
			out = append(out, a)
		}
	}
	return out, nil
}

// values is what an expression gives, as texts. What names no object and calls no function
// is itself: admins write a fixed value as it is ("recorded").
func (r *subjectReader) values(text string) ([]string, error) {
	if !strings.ContainsAny(text, `.("`) {
		return []string{text}, nil
	}
	claim, err := expr.ParseClaim(text)
	if err != nil {
		return nil, err
	}
	v := claim.Evaluate(r.context())
	if v.Err != nil {
		return nil, v.Err
	}
	all, isList := v.Value.([]any)
	if !isList {
		all = []any{v.Value}
	}
	var out []string
	for _, one := range all {
		if one != nil {
			out = append(out, plainText(one))
		}
	}
	return out, nil
}

// plainText writes a value as JSON does, a text without quotes.
func plainText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return strconv.FormatInt(int64(v), 10)
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// maxTemplate bounds a template in bytes, and what it becomes.
const maxTemplate = 4 << 10

// NameID fills in the template of a SAML app's subject: "${user.userName}" is the user name
// in the app, "${user.NAME}" the app's profile and else the person's, "${source.NAME}" the
// person's, "${fn:...}" a function. A name without a value is "".
func (x Subject) NameID(template string) (string, error) {
	if len(template) > maxTemplate {
		return "", fmt.Errorf("the template is longer than %d bytes", maxTemplate)
	}
	read := x.reader()
	var b strings.Builder
	for rest := template; rest != ""; {
		before, after, found := strings.Cut(rest, "${")
		b.WriteString(before)
		if !found {
			break
		}
		inner, next, closed := strings.Cut(after, "}")
		if !closed {
			return "", fmt.Errorf("the template %q lacks a }", template)
		}
		rest = next
		value, err := read.templated(strings.TrimSpace(inner))
		if err != nil {
			return "", err
		}
		b.WriteString(value)
	}
	return b.String()[:min(b.Len(), maxTemplate)], nil
}

// templated is what stands in a template between braces.
func (r *subjectReader) templated(inner string) (string, error) {
	if call, is := strings.CutPrefix(inner, "fn:"); is {
		values, err := r.values("String." + strings.ReplaceAll(call, "source.", "user."))
		return strings.Join(values, ""), err
	}
	object, name, _ := strings.Cut(inner, ".")
	var v any
	switch object {
	case "source":
		v = r.attr("user." + name)
	case "user":
		if v = r.attr("appuser." + name); v == nil {
			v = r.attr("user." + name)
		}
	default:
		return "", fmt.Errorf("the template reads %q: it can read user. and source", inner)
	}
	if v == nil {
		return "", nil
	}
	return plainText(v), nil
}
