package ui

import "github.com/a-h/templ"

// Selection is the question before something is done to each of several objects.
type Selection struct {
	// Title says what to how many: "Suspend 12 people".
	Title string
	// List is what the list is called that the selection was made in, Back its address.
	List, Back string
	// Ask is where the page asks again, Run where it is done.
	Ask, Run string
	Key      string
	Verb     string
	Danger   bool
	// Says are sentences of what happens to each.
	Says []string
	Rows []Selected
	// Fit is how many rows it is possible for now.
	Fit int
	// Confirm is the number to type; "" where a click is enough.
	Confirm string
	Problem string
	FormID  string
	Reason  string
	Hidden  []Hidden
	// Pick is a group to choose; nil where none is needed.
	Pick *Pick
}

// Selected is an object of a selection.
type Selected struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Href   string `json:"-"`
	Note   string `json:"-"`
	Status string `json:"status,omitempty"`
	// Why says why it is not possible for this one; "" where it is.
	Why string `json:"refused,omitempty"`
}

// Pick is a search for objects, of which one or many are picked.
type Pick struct {
	// Name is the field's, Label what is to be picked.
	Name, Label string
	// Find is what was searched for, in the field FindName.
	Find, FindName string
	Many           bool
	// Live, where set, is where to search while somebody types; Ask where the button Find
	// leads, where that is not the form's own address.
	Live, Ask string
	Options   []PickOption
	// Empty are the words where there is nothing to pick; Error is what is wrong.
	Empty, Error string
}

func (p Pick) list() string { return "pick-" + p.Name }

func (p Pick) box() string {
	if p.Many {
		return "checkbox"
	}
	return "radio"
}

// findAttributes are those of the button that searches.
func (p Pick) findAttributes() templ.Attributes {
	if p.Ask != "" {
		return templ.Attributes{"formaction": p.Ask}
	}
	return templ.Attributes{"name": "step", "value": "find"}
}

func (p Pick) liveAttributes() templ.Attributes {
	if p.Live == "" {
		return nil
	}
	return Live(p.Live, p.list())
}

// PickOption is something to pick.
type PickOption struct {
	Value, Label, Note string
	On                 bool
}

// Outcome is what became of a selection.
type Outcome struct {
	Title, Note, List, Back string
	Rows                    []OutcomeRow
	// Again is where the rows that failed can be tried again, as a selection; "" where none can.
	Again, Key string
	Failed     []string
	Hidden     []Hidden
}

// OutcomeRow is what became of one object: Kind colours Result.
type OutcomeRow struct {
	Name, Href, Kind, Result, Why string
}
