package ui

import "github.com/a-h/templ"

func sortAttributes(c Column) templ.Attributes {
	if c.Sorted == "" {
		return nil
	}
	return templ.Attributes{"aria-sort": c.Sorted}
}

func chipAttributes(on bool) templ.Attributes {
	if on {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

// tickColumn heads the boxes that select rows.
var tickColumn = Column{Label: "Select all that are shown", Tick: true}

// Ticked are headings, with that of the boxes in front where rows can be selected.
func Ticked(b Bulk, headings []Column) []Column {
	if !b.On() {
		return headings
	}
	return append([]Column{tickColumn}, headings...)
}
