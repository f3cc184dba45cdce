package ui

import "github.com/a-h/templ"

// Field is one input of a form, with what is known about its value.
type Field struct {
	// Name is the input's name and the end of its id.
	Name, Label string
	// Type is text, email, password, number, date, textarea, select or checkbox.
	Type  string
	Value string
	// Help stands below, Error instead of it.
	Help, Error string
	Required    bool
	// ReadOnly shows the value; why is in Help.
	ReadOnly  bool
	MaxLength int
	// Options are the choices of a select.
	Options      []Option
	Autocomplete string
	// Wide takes both columns of a grid.
	Wide bool
}

// Option is one choice of a select.
type Option struct{ Value, Label string }

func (f Field) id() string { return "field-" + f.Name }

// attributes are those that every kind of input takes.
func (f Field) attributes() templ.Attributes {
	a := templ.Attributes{"id": f.id(), "name": f.Name}
	if f.Required {
		a["required"] = true
		a["aria-required"] = "true"
	}
	if f.ReadOnly && f.Type != "select" && f.Type != "checkbox" {
		a["readonly"] = true
	} else if f.ReadOnly {
		a["disabled"] = true
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
		a["aria-describedby"] = f.id() + "-error"
	} else if f.Help != "" {
		a["aria-describedby"] = f.id() + "-help"
	}
	if f.MaxLength > 0 {
		a["maxlength"] = f.MaxLength
	}
	if f.Autocomplete != "" {
		a["autocomplete"] = f.Autocomplete
	}
	return a
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func sendIf(action, target string) templ.Attributes {
	if target == "" {
		return nil
	}
	return Send(action, target)
}
