package org

import (
	"encoding/json"
	"net/mail"
	"regexp"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/okta"
)

// validateProfile checks a whole profile (after merging, for a partial update) against
// the schema of its type. It returns one cause a fault, for errorCauses; profileFault
// makes the error of them. What must be unique is checked when it is claimed (claimUnique).
func (o *Org) validateProfile(s store, typeID string, profile okta.Object) (causes []string, err error) {
	u, err := o.schemaOf(s, typeID)
	if err != nil {
		return nil, err
	}
	if causes = u.unknown(profile); causes != nil {
		return causes, nil // an unknown name is found before any value is looked at [assumed]
	}
	all := append(append(properties{}, u.Base...), u.Custom...)
	for _, p := range all {
		if p.Required && blank(profile.Get(p.name)) {
			causes = append(causes, p.name+": The field cannot be left blank")
		}
	}
	for _, p := range all {
		if fault := p.check(p.name, profile.Get(p.name)); fault != "" {
			causes = append(causes, p.name+": "+fault)
		}
	}
	return causes, nil
}

// unknown returns a cause for each name of a profile that the schema lacks ("recorded").
func (u *userSchema) unknown(profile okta.Object) (causes []string) {
	for _, name := range profile.Keys() {
		if u.property(name) == nil {
			causes = append(causes, "Property name '"+printable(name)+"' is not defined in profile")
		}
	}
	return causes
}

// profileFault is E0000001 for the causes that validateProfile found, or nil. It names
// the first field at fault, or the new user where a field is unknown ("recorded").
func profileFault(causes []string) error {
	if len(causes) == 0 {
		return nil
	}
	about := "newUser"
	if field, _, named := strings.Cut(causes[0], ": "); named && !strings.HasPrefix(causes[0], "Property name ") {
		about = field
	}
	return invalid(about, causes...)
}

// blank tells whether a value is absent, null or an empty string.
func blank(v json.RawMessage) bool {
	if len(v) == 0 || string(v) == "null" {
		return true
	}
	s, isText := rawText(v)
	return isText && strings.TrimSpace(s) == ""
}

// check tells what is wrong with a value, or "". A blank login is told as a wrong
// form too, as the cloud does.
func (p *property) check(name string, v json.RawMessage) string {
	if blank(v) {
		if name == "login" && p.Pattern == "" {
			return "Username must be in the form of an email address"
		}
		return ""
	}
	if p.Type == "array" {
		return p.checkArray(v)
	}
	if fault := checkType(p.Type, v); fault != "" {
		return fault
	}
	if !allowed(p.Enum, p.OneOf, v) {
		return "The value must be one of the values that the schema lists"
	}
	if p.Type != "string" {
		return ""
	}
	text, _ := rawText(v)
	if fault := p.checkLength(name, text); fault != "" {
		return fault
	}
	return p.checkForm(name, text)
}

func (p *property) checkArray(v json.RawMessage) string {
	var elements []json.RawMessage
	if json.Unmarshal(v, &elements) != nil {
		return "The value must be an array"
	}
	for _, e := range elements {
		if p.Items == nil {
			break
		}
		if fault := checkType(p.Items.Type, e); fault != "" {
			return "Each element: " + fault
		}
		if !allowed(p.Items.Enum, p.Items.OneOf, e) {
			return "Each element must be one of the values that the schema lists"
		}
	}
	return ""
}

var integerText = regexp.MustCompile(`^-?[0-9]+(\.0+)?$`)

func checkType(want string, v json.RawMessage) string {
	number := v[0] == '-' || v[0] >= '0' && v[0] <= '9'
	switch want {
	case "string":
		if v[0] != '"' {
			return "The value must be a string"
		}
	case "boolean":
		if v[0] != 't' && v[0] != 'f' {
			return "The value must be a boolean"
		}
	case "integer":
		if !number || !integerText.Match(v) {
			return "The value must be an integer"
		}
	case "number":
		if !number {
			return "The value must be a number"
		}
	}
	return ""
}

// allowed tells whether a value is among those listed, when any are.
func allowed(enum []json.RawMessage, oneOf []titled, v json.RawMessage) bool {
	if len(enum) == 0 && len(oneOf) == 0 {
		return true
	}
	for _, e := range enum {
		if sameScalar(e, v) {
			return true
		}
	}
	for _, t := range oneOf {
		if sameScalar(t.Const, v) {
			return true
		}
	}
	return false
}

// sameScalar compares two scalars as JSON values: 1.0 is 1, "\u0041" is "A".
func sameScalar(a, b json.RawMessage) bool {
	x, isScalar := scalarOf(a)
	y, isScalarToo := scalarOf(b)
	if !isScalar || !isScalarToo || x.kind != y.kind {
		return false
	}
	return x.text == y.text || x.kind == '0' && numberKey(x.text) == numberKey(y.text)
}

// checkLength counts characters, not bytes.
func (p *property) checkLength(name, text string) string {
	size := baseSizes[name]
	if p.MinLength != nil {
		size[0] = *p.MinLength
	}
	if p.MaxLength != nil {
		size[1] = *p.MaxLength
	}
	n := utf8.RuneCountInString(text)
	switch {
	case n < size[0]:
		return "The field is too short" // [assumed] wording
	case size[1] > 0 && n > size[1]:
		return "The field is too long"
	}
	return ""
}

// checkForm checks an e-mail address and the pattern of the login.
func (p *property) checkForm(name, text string) string {
	switch {
	case name == "login" && p.Pattern == "":
		if !mailForm(text) {
			return "Username must be in the form of an email address"
		}
	case p.Pattern != "":
		if re, err := regexp.Compile("^(?:" + p.Pattern + ")$"); err != nil || !re.MatchString(text) {
			return "Does not match required pattern"
		}
	case p.Format == "email":
		if !mailForm(text) {
			return "Does not match required pattern"
		}
	}
	return ""
}

// mailForm tells whether a text is one bare address, local part and domain.
func mailForm(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || strings.ContainsAny(s, " \t\r\n<>") {
		return false
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		return false
	}
	domain := s[at+1:]
	return strings.Contains(domain, ".") && !strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}
