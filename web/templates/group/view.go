package group

import (
	"github.com/a-h/templ"

	"gatehouse/web/templates/ui"
)

// List is a page of groups.
type List struct {
	// Query is what the box holds; Problem what is wrong with it; Expression what the org was asked.
	Query, Problem, Expression string
	// Types are the kinds of group to choose from.
	Types    []Choice
	Headings []ui.Column
	Rows     []Row
	// Next is the address of the next page.
	Next string
	// Hidden is the state that the form carries along.
	Hidden    []ui.Hidden
	Filtered  bool
	MayCreate bool
}

// Choice is a filter that can be on.
type Choice struct {
	Label, Href string
	On          bool
}

// Row is a group. Times are as the API writes them.
type Row struct {
	ID, Name, Description, Type, MembersUpdated, Updated string
}

// Head is what stands above the tabs of a group's page.
type Head struct {
	ID, Name, Type, MembersUpdated string
	Tabs                           []ui.Tab
	// Delete is the address of the question; "" where it cannot be deleted.
	Delete string
}

// Content is what stands under the head of a group.
type Content = templ.Component

// Form is the name and the description of a group. Base is the profile it was drawn with.
type Form struct {
	Action, Base, Reason string
	// ReadOnly says why nothing can be edited; "" where it can.
	ReadOnly string
	// Problem is what is wrong with more than one field.
	Problem string
	Fields  []ui.Field
	// Clash are the fields that somebody else changed meanwhile: theirs and what was typed here.
	Clash []ui.Difference
}

// Side is what stands beside the profile.
type Side struct {
	Type, Source string
	Times        []Moment
	// Changes are the latest changes.
	Changes templ.Component
}

// Moment is a time with its name, as the API writes it.
type Moment struct{ Label, At string }

// New is the form of a new group.
type New struct {
	// FormID lets the server tell a form that is sent twice.
	FormID          string
	Fields          []ui.Field
	Problem, Reason string
}

// Members is the tab of a group's people.
type Members struct {
	// Group is the path of the group's page.
	Group, Name string
	// Locked says why members cannot be changed; "" where they can.
	Locked            string
	MayAdd, MayRemove bool
	Rows              []Member
	Next              string
	// Find is what was searched for, Found who there is, Problem why nobody was looked for.
	Find, Problem string
	Found         []Member
}

// Member is somebody as a line. Present: they are known to be in the group.
type Member struct {
	ID, Name, Login, Status string
	Present                 bool
}

// Deletion is the question before a group is deleted.
type Deletion struct {
	ID, Name, Action, Back string
	// Says are sentences of what goes with it.
	Says            []string
	Problem, Reason string
}

// typePill is a type of group as people say it, with the kind of its pill.
func typePill(kind string) (colour, text string) {
	switch kind {
	case "OKTA_GROUP":
		return "info", "Okta group"
	case "BUILT_IN":
		return "off", "Built in"
	case "APP_GROUP":
		return "off", "App group"
	}
	return "off", kind
}
