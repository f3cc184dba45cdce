package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// usualAttributes lead the form, in this order, filled in or not.
var usualAttributes = []string{"firstName", "lastName", "login", "email", "title", "department", "mobilePhone", "secondEmail"}

// profilePrefix stands before an attribute's name in the form.
const profilePrefix = "profile."

// profileForm is the profile as a form. typed and fields, where not nil, are what was
// sent and refused, and why.
func (h *console) profileForm(ctx context.Context, p person, typed url.Values, fields map[string]string) user.Form {
	f := user.Form{Action: "/people/" + p.id(), ETag: p.etag, Base: string(p.doc.Get("profile"))}
	why := ""
	switch {
	case len(p.schema.attributes) == 0:
		why = "The schema of the profile cannot be read with this sign-in, so it is shown as it is."
	case p.status() == "DEPROVISIONED":
		why = "Somebody deactivated cannot be edited."
	case !h.mayOn(ctx, "partialUpdateUser", p.id()):
		why = cmp.Or(h.config.SignIn.Can(ctx, auth.From(ctx), okta.Find("partialUpdateUser"), p.id()).Reason, "You may not edit this person.")
	}
	f.ReadOnly = why
	schema := p.schema.attributes
	if len(schema) == 0 {
		for _, name := range p.doc.Object("profile").Keys() {
			schema = append(schema, attribute{Name: name, Type: "string", Mutability: "READ_ONLY"})
		}
	}
	f.Fields, f.More = fieldsOf(schema, p.doc, why != "", false, typed, fields)
	f.Problem = otherErrors(schema, fields)
	return f
}

// fieldsOf are the form's fields: those that are usual, required or filled in, and the rest.
func fieldsOf(schema []attribute, doc okta.Object, readOnly, creating bool, typed url.Values, errors map[string]string) (first, more []ui.Field) {
	for _, a := range ordered(schema) {
		f := a.field(doc, creating)
		f.ReadOnly = f.ReadOnly || readOnly
		if typed.Has(f.Name) && !f.ReadOnly {
			f.Value = typed.Get(f.Name)
		}
		f.Error = errors[a.Name]
		if f.Required || f.Value != "" || f.Error != "" || slices.Contains(usualAttributes, a.Name) || a.Custom && len(schema) < 60 {
			first = append(first, f)
		} else {
			more = append(more, f)
		}
	}
	return first, more
}

// ordered puts the usual attributes first and keeps the schema's order for the others.
func ordered(schema []attribute) []attribute {
	rank := func(a attribute) int {
		if i := slices.Index(usualAttributes, a.Name); i >= 0 {
			return i
		}
		return len(usualAttributes)
	}
	out := slices.Clone(schema)
	slices.SortStableFunc(out, func(a, b attribute) int { return rank(a) - rank(b) })
	return out
}

// field is an attribute as an input, with the value that doc has.
func (a attribute) field(doc okta.Object, creating bool) ui.Field {
	raw := doc.Get("profile", a.Name)
	f := ui.Field{
		Name: profilePrefix + a.Name, Label: titleOf(a), Required: a.Required, Help: a.help(),
		Value: formText(raw), MaxLength: a.MaxLength, Autocomplete: "off",
	}
	switch {
	case a.Type == "array":
		f.Type, f.MaxLength = "textarea", 0
	case a.Type == "boolean":
		f.Type = "select"
		f.Options = []ui.Option{{Label: "Not set"}, {Value: "true", Label: "Yes"}, {Value: "false", Label: "No"}}
	case len(a.OneOf) > 0 || len(a.Enum) > 0:
		f.Type, f.Options = "select", a.options(f.Value)
	}
	if why := a.readOnly(doc, creating); why != "" {
		f.ReadOnly, f.Help = true, why
	}
	return f
}

// readOnly says why an attribute cannot be written; "" where it can.
func (a attribute) readOnly(doc okta.Object, creating bool) string {
	provider := doc.Text("credentials", "provider", "type")
	switch {
	case a.Mutability == "READ_ONLY":
		return "Read-only in the schema"
	case a.Mutability == "IMMUTABLE" && !creating:
		return "Can only be set when somebody is created"
	case a.Master.Type == "PROFILE_MASTER" && (provider == "ACTIVE_DIRECTORY" || provider == "LDAP"):
		return "Kept by " + providerWords(doc)
	}
	return ""
}

// help says what a value must be like.
func (a attribute) help() string {
	var words []string
	switch {
	case a.Type == "array":
		words = append(words, "One a line")
	case a.Type == "integer":
		words = append(words, "A whole number")
	case a.Type == "number":
		words = append(words, "A number")
	}
	switch {
	case a.MinLength > 1 && a.MaxLength > 0:
		words = append(words, strconv.Itoa(a.MinLength)+" to "+strconv.Itoa(a.MaxLength)+" characters")
	case a.MinLength > 1:
		words = append(words, "At least "+strconv.Itoa(a.MinLength)+" characters")
	}
	return strings.Join(words, ", ")
}

// options are the values that an attribute may have, and the one it has.
func (a attribute) options(now string) []ui.Option {
	out := []ui.Option{{Label: "Not set"}}
	for _, o := range a.OneOf {
		out = append(out, ui.Option{Value: formText(o.Const), Label: o.Title})
	}
	if len(a.OneOf) == 0 {
		for _, v := range a.Enum {
			out = append(out, ui.Option{Value: formText(v), Label: formText(v)})
		}
	}
	if !slices.ContainsFunc(out, func(o ui.Option) bool { return o.Value == now }) {
		out = append(out, ui.Option{Value: now, Label: now + " (no longer a choice)"})
	}
	return out
}

// formText is a JSON value as an input shows it: a list has a line for each element.
func formText(raw json.RawMessage) string {
	var list []json.RawMessage
	if len(raw) > 0 && raw[0] == '[' && json.Unmarshal(raw, &list) == nil {
		lines := make([]string, len(list))
		for i, e := range list {
			lines[i] = plainText(e)
		}
		return strings.Join(lines, "\n")
	}
	return plainText(raw)
}

// value reads what was typed for an attribute; problem says what is wrong with it. An
// emptied field is null.
func (a attribute) value(text string) (raw json.RawMessage, problem string) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if text == "" {
		return json.RawMessage("null"), ""
	}
	if a.Type != "array" {
		return scalar(a.Type, text)
	}
	list := []json.RawMessage{}
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		v, problem := scalar(a.Items.Type, line)
		if problem != "" {
			return nil, problem
		}
		list = append(list, v)
	}
	return encoded(list), ""
}

// chosen is value for an attribute that only one of its choices fits, where it has any.
// What cannot be read stays as it was typed.
func (a attribute) chosen(text string) (raw json.RawMessage, problem string) {
	if raw, problem = a.value(text); problem != "" {
		return encoded(text), problem
	}
	if text == "" || len(a.OneOf)+len(a.Enum) == 0 || a.Type == "array" {
		return raw, problem
	}
	fits := slices.ContainsFunc(a.Enum, func(v json.RawMessage) bool { return formText(v) == text })
	for _, o := range a.OneOf {
		fits = fits || formText(o.Const) == text
	}
	if !fits {
		return raw, "Choose one of the values that the schema lists"
	}
	return raw, ""
}

// scalar reads one value of a JSON type. Numbers keep the text that was typed.
func scalar(kind, text string) (json.RawMessage, string) {
	switch kind {
	case "integer":
		if !wholeNumber.MatchString(text) {
			return nil, "Must be a whole number"
		}
		return json.RawMessage(text), ""
	case "number":
		if !json.Valid([]byte(text)) || !strings.ContainsAny(text[:1], "-0123456789") {
			return nil, "Must be a number, such as 12 or 0.5"
		}
		return json.RawMessage(text), ""
	case "boolean":
		if text != "true" && text != "false" {
			return nil, "Must be true or false"
		}
		return json.RawMessage(text), ""
	}
	return encoded(text), ""
}

// otherErrors are messages about something that is no field of the form.
func otherErrors(schema []attribute, errors map[string]string) string {
	var words []string
	for _, name := range sortedKeys(errors) {
		if !slices.ContainsFunc(schema, func(a attribute) bool { return a.Name == name }) {
			if name != "" {
				words = append(words, name+": "+errors[name])
			} else {
				words = append(words, errors[name])
			}
		}
	}
	return strings.Join(words, " ")
}
