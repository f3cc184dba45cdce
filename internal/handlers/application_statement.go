package handlers

import (
	"encoding/json"
	"net/url"
	"strings"

	"gatehouse/web/templates/application"
)

const (
	// spareStatements is how many empty lines a form has for further attribute statements.
	spareStatements = 2
	// maxStatements bounds those of a form.
	maxStatements = 100
	// unspecifiedName is the format of a name that says nothing of it (SAML 2.0 core section 8.2.1).
	unspecifiedName = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"
)

// statement is an attribute statement of a SAML app (API reference). Several values are
// separated by commas in the form.
type statement struct {
	Type        string   `json:"type"`
	Name        string   `json:"name"`
	Namespace   string   `json:"namespace"`
	Values      []string `json:"values,omitempty"`
	FilterType  string   `json:"filterType,omitempty"`
	FilterValue string   `json:"filterValue,omitempty"`
}

// statementRows are the lines of a form; with room for more unless they are only read.
func statementRows(raw json.RawMessage, readOnly bool) []application.Statement {
	var all []statement
	if len(raw) > 0 && json.Unmarshal(raw, &all) != nil {
		return nil
	}
	var rows []application.Statement
	for _, s := range all {
		row := application.Statement{Name: s.Name, Format: s.Namespace, Type: s.Type, Values: strings.Join(s.Values, ", ")}
		if s.Type == "GROUP" {
			row.Type, row.Values = "GROUP:"+s.FilterType, s.FilterValue
		}
		rows = append(rows, row)
	}
	if !readOnly {
		for range spareStatements {
			rows = append(rows, application.Statement{Format: unspecifiedName, Type: "EXPRESSION"})
		}
	}
	return rows
}

// typedStatements reads the lines of a form; those without a name and a value are left out.
func typedStatements(path string, form url.Values) (json.RawMessage, string) {
	names, out := form[path+".name"], []statement{}
	part := func(name string, i int) string {
		if all := form[path+name]; i < len(all) {
			return strings.TrimSpace(all[i])
		}
		return ""
	}
	problem := ""
	for i := range min(len(names), maxStatements) {
		name, value := strings.TrimSpace(names[i]), part(".values", i)
		if name == "" && value == "" {
			continue
		}
		if name == "" || value == "" {
			problem = "Each line needs a name and a value"
		}
		s := statement{Type: "EXPRESSION", Name: name, Namespace: part(".format", i)}
		if filter, group := strings.CutPrefix(part(".type", i), "GROUP:"); group {
			s.Type, s.FilterType, s.FilterValue = "GROUP", filter, value
		} else {
			s.Values = expressions(value)
		}
		out = append(out, s)
	}
	return encoded(out), problem
}

// expressions splits values at the commas that are in no parentheses and no quotes: an
// expression holds commas of its own.
func expressions(text string) (out []string) {
	depth, quoted, begin := 0, false, 0
	for i, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			out, begin = append(out, strings.TrimSpace(text[begin:i])), i+1
		}
	}
	return append(out, strings.TrimSpace(text[begin:]))
}
