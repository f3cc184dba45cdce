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

// withTick are a list's headings, with that of the boxes in front where there are any.
func withTick(l List) []Column {
	if !l.Bulk.on() {
		return l.Headings
	}
	return append([]Column{tickColumn}, l.Headings...)
}
