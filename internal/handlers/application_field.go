package handlers

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

// The kinds of settings of an app, beside text and the types of ui.Field.
const (
	// linesKind is a list of texts, one a line.
	linesKind = "lines"
	// boxKind is true or false, boxesKind a list of known words.
	boxKind   = "box"
	boxesKind = "boxes"
	// jsonKind is an object as JSON.
	jsonKind = "json"
	// passwordKind is written and never shown; an empty field keeps what is set.
	passwordKind = "password"
	// statementsKind are attribute statements of SAML.
	statementsKind = "statements"
	// attributeKind is an attribute of a schema.
	attributeKind = "attribute"
)

// setting is one value in the document of an app, and how it is typed.
type setting struct {
	// path is where it stands, "settings.oauthClient.redirect_uris", and its name in forms.
	path, label string
	// kind is one of the above, or a type of ui.Field; "" is a line of text.
	kind, help string
	options    []ui.Option
	// boxes are the words of a boxesKind with what each is for.
	boxes    []application.Choice
	required bool
	wide     bool
	most     int
	// fixed says why it cannot be changed; "" where it can.
	fixed string
	// of is what the schema says, for an attributeKind.
	of attribute
}

// at is the path. The name of a password's field ends in its own name, by which drafts
// and the trail leave it out; the document has the value one step deeper.
func (s setting) at() []string {
	at := strings.Split(s.path, ".")
	if s.kind == passwordKind {
		at = append(at, "value")
	}
	return at
}

// raw is its value in doc, nil where there is none.
func (s setting) raw(doc okta.Object) json.RawMessage { return doc.Get(s.at()...) }

// texts are the strings of a JSON array.
func texts(raw json.RawMessage) []string {
	var out []string
	if json.Unmarshal(raw, &out) != nil {
		return nil
	}
	return out
}

// field draws the setting with a value.
func (s setting) field(raw json.RawMessage, locked bool) application.Field {
	f := application.Field{Field: ui.Field{
		Name: s.path, Label: s.label, Help: s.help, Type: s.kind, Value: formText(raw), Required: s.required, MaxLength: s.most, Wide: s.wide,
		ReadOnly: locked || s.fixed != "", Options: s.options, Autocomplete: "off",
	}}
	if s.fixed != "" {
		f.Help = s.fixed
	}
	switch s.kind {
	case "select":
		if f.Value != "" && !slices.ContainsFunc(f.Options, func(o ui.Option) bool { return o.Value == f.Value }) {
			f.Options = append(slices.Clone(f.Options), ui.Option{Value: f.Value, Label: f.Value})
		}
	case passwordKind:
		f.Value, f.Autocomplete = "", "new-password"
	case linesKind:
		f.Type, f.Wide, f.MaxLength = "textarea", true, 0
	case jsonKind:
		f.Type, f.Wide = "textarea", true
		if !bytes.HasPrefix(raw, []byte(`"`)) { // else what was typed is no JSON, and stands as it was typed
			f.Value = indented(raw)
		}
	case boxKind:
		f.Single, f.Choices = true, []application.Choice{{Value: "true", Label: s.label, Note: f.Help, On: string(raw) == "true"}}
	case boxesKind:
		on := texts(raw)
		f.Choices = slices.Clone(s.boxes)
		for i, c := range f.Choices {
			f.Choices[i].On = slices.Contains(on, c.Value)
		}
		for _, word := range on {
			if !slices.ContainsFunc(f.Choices, func(c application.Choice) bool { return c.Value == word }) {
				f.Choices = append(f.Choices, application.Choice{Value: word, Label: word, On: true})
			}
		}
	case statementsKind:
		f.Rows = statementRows(raw, f.ReadOnly)
	case attributeKind:
		of := s.of.field(okta.Object{}.WithPath(raw, "profile", s.of.Name), false)
		of.Name, of.ReadOnly, of.Wide, of.Autocomplete = s.path, f.ReadOnly, of.Type == "textarea", "off"
		if s.help != "" && of.Help == "" {
			of.Help = s.help
		}
		f.Field = of
	}
	return f
}

// typed is the value that a form holds; problem says why it has none.
func (s setting) typed(form url.Values) (raw json.RawMessage, problem string) {
	text := strings.TrimSpace(strings.ReplaceAll(form.Get(s.path), "\r\n", "\n"))
	switch s.kind {
	case linesKind:
		lines := []string{}
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		return encoded(lines), ""
	case boxKind:
		return encoded(form.Get(s.path) == "true"), ""
	case boxesKind:
		return encoded(append([]string{}, form[s.path]...)), ""
	case statementsKind:
		return typedStatements(s.path, form)
	case attributeKind:
		return s.of.chosen(text)
	case jsonKind:
		if text == "" {
			return encoded(nil), ""
		}
		if _, err := okta.Parse([]byte(text)); err != nil {
			return encoded(text), "This is no JSON object"
		}
		return json.RawMessage(text), ""
	case "number":
		if text == "" {
			return encoded(nil), ""
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return encoded(text), "This is no whole number"
		}
		return encoded(n), ""
	}
	if text == "" {
		return encoded(nil), ""
	}
	return encoded(text), ""
}

// sent tells whether a form holds the setting: boxes that are not ticked are not sent.
func (s setting) sent(form url.Values) bool {
	switch s.kind {
	case boxKind, boxesKind:
		return true
	case statementsKind:
		return form.Has(s.path + ".name")
	}
	return form.Has(s.path)
}

// same compares two values as people see them: absent, null and empty are the same.
func (s setting) same(a, b json.RawMessage) bool { return bytes.Equal(s.plain(a), s.plain(b)) }

func (s setting) plain(raw json.RawMessage) []byte {
	switch string(raw) {
	case "null", `""`, "[]", "{}":
		return nil
	case "false":
		if s.kind == boxKind {
			return nil
		}
	}
	if s.kind == boxesKind {
		words := texts(raw)
		slices.Sort(words)
		return encoded(words)
	}
	if s.kind == statementsKind {
		return encoded(statementRows(raw, true))
	}
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return raw
	}
	return b.Bytes()
}

// indented is an object as people edit it; "" for none.
func indented(raw json.RawMessage) string {
	var b bytes.Buffer
	if len(raw) == 0 || string(raw) == "null" || json.Indent(&b, raw, "", "  ") != nil {
		return ""
	}
	return b.String()
}

// settingsSection are settings under a heading.
type settingsSection struct {
	title, note string
	settings    []setting
}

// allSettings are those of a form.
func allSettings(sections []settingsSection) (out []setting) {
	for _, s := range sections {
		out = append(out, s.settings...)
	}
	return out
}
