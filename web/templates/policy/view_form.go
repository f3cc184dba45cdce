package policy

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"gatehouse/web/templates/ui"
)

// Form is the form of a policy or a rule.
type Form struct {
	// Title is what the page is called, Type and Policy the way to it; Policy is "" for a policy itself.
	Title, Type, TypeHref, Policy, PolicyHref string
	// Action is where it is sent, Back where Cancel leads, Save the word on the button.
	Action, Back, Save   string
	FormID, Base, Reason string
	// Problem is what is wrong with more than one field.
	Problem  string
	Sections []Section
	// Warns are what the reader should know of what the form says.
	Warns []string
	// Changes are what saving changes, once that was asked for; Unchanged: nothing.
	Changes   []ui.Difference
	Unchanged bool
	// Clash are the fields that somebody else changed meanwhile, ClashBy who.
	Clash   []ui.Difference
	ClashBy string
	// Acts lead to what else can be done.
	Acts []MenuItem
	// Lab takes what the form says to the lab; nil where that was not looked at yet.
	Lab *LabDraft
	// Crowd is who is affected; nil where that was not asked.
	Crowd *LabCrowd
}

// LabDraft is what the lab is sent of a form.
type LabDraft struct {
	Action string
	Fields []ui.Hidden
}

func (f Form) crumbs() []ui.Crumb {
	way := []ui.Crumb{{Label: "Policies", Href: "/policies"}, {Label: f.Type, Href: f.TypeHref}}
	if f.Policy != "" {
		way = append(way, ui.Crumb{Label: f.Policy, Href: f.PolicyHref})
	}
	return append(way, ui.Crumb{Label: f.Title})
}

// reviewed tells whether what saving changes is shown.
func (f Form) reviewed() bool { return f.Unchanged || len(f.Changes) > 0 }

// Section is a part of a form with a heading.
type Section struct {
	Title, Help string
	Parts       []Part
	// Note stands in place of the parts where nothing can be changed.
	Note string
}

// Part is one control of a form, or a line of several: exactly one is set.
type Part struct {
	// When shows the part only while a field has one of some values: "network=IN|OUT".
	When   string
	Field  *ui.Field
	Choice *Choice
	Checks *Checks
	Pick   *ui.Pick
	// Line are fields beside each other; Label names them together.
	Line  []ui.Field
	Label string
	Note  string
	// Rare parts are folded away until they say something.
	Rare bool
}

// rare are the parts of a section that are folded away, with whether one says something.
func (s Section) rare() (parts []Part, open bool) {
	for _, p := range s.Parts {
		if p.Rare {
			parts = append(parts, p)
			open = open || p.says()
		}
	}
	return parts, open
}

// says tells whether the part says something, is searched in, or is wrong.
func (p Part) says() bool {
	switch {
	case p.Field != nil && p.Field.Type == "select":
		return len(p.Field.Options) > 0 && p.Field.Value != p.Field.Options[0].Value
	case p.Field != nil:
		return p.Field.Value != "" || p.Field.Error != ""
	case p.Checks != nil:
		return ticked(p.Checks.Options) != "" || p.Checks.Error != ""
	case p.Pick != nil:
		return ticked(p.Pick.Options) != "" || p.Pick.Find != "" || p.Pick.Error != ""
	}
	return false
}

// Choice is one of a few, as radio buttons.
type Choice struct {
	Name, Label, Value, Error string
	Options                   []ChoiceOption
}

// ChoiceOption is a choice with what it means.
type ChoiceOption struct{ Value, Label, Help string }

// Checks are any of a few, as boxes.
type Checks struct {
	Name, Label, Error, Help string
	Options                  []ui.PickOption
	// Empty are the words where there is nothing to tick.
	Empty string
	// Short labels stand beside each other.
	Short bool
}

// Values are the values of a part by their labels, as text.
func (p Part) Values() []ui.Difference {
	switch {
	case p.Field != nil:
		return []ui.Difference{{Field: p.Field.Label, After: fieldText(*p.Field)}}
	case p.Choice != nil:
		for _, o := range p.Choice.Options {
			if o.Value == p.Choice.Value {
				return []ui.Difference{{Field: p.Choice.Label, After: o.Label}}
			}
		}
		return []ui.Difference{{Field: p.Choice.Label}}
	case p.Checks != nil:
		return []ui.Difference{{Field: p.Checks.Label, After: ticked(p.Checks.Options)}}
	case p.Pick != nil:
		return []ui.Difference{{Field: p.Pick.Label, After: ticked(p.Pick.Options)}}
	}
	var texts []string
	for _, f := range p.Line {
		if text := fieldText(f); text != "" {
			texts = append(texts, text)
		}
	}
	return []ui.Difference{{Field: p.Label, After: strings.Join(texts, ", ")}}
}

func ticked(options []ui.PickOption) string {
	var labels []string
	for _, o := range options {
		if o.On {
			labels = append(labels, o.Label)
		}
	}
	slices.Sort(labels)
	return strings.Join(labels, ", ")
}

func fieldText(f ui.Field) string {
	switch f.Type {
	case "select":
		for _, o := range f.Options {
			if o.Value == f.Value {
				return o.Label
			}
		}
	case "checkbox":
		if f.Value == "true" {
			return "yes"
		}
		return "no"
	}
	return f.Value
}

func whenAttributes(when string) templ.Attributes {
	if when == "" {
		return nil
	}
	return templ.Attributes{"data-when": when}
}
