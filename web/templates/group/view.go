package group

import (
	"github.com/a-h/templ"

	"gatehouse/web/templates/ui"
)

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
	// Export is the address of the members as a file; "" where they may not be exported.
	Export string
	Bulk   ui.Bulk
	// Find is what was searched for, Found who there is, Problem why nobody was looked for.
	Find, Problem string
	Found         []Member
}

// Member is somebody as a line. Present: they are known to be in the group.
type Member struct {
	ID, Name, Login, Status string
	Present                 bool
	// From is where the membership comes from.
	From Origin
}

// Deletion is the question before a group or a rule is deleted.
type Deletion struct {
	ID, Name, Action, Back string
	// Noun is what it is; List and Home are the list that it is in.
	Noun, List, Home string
	// Options are what may become of what hangs on it.
	Options []ui.PickOption
	// Says are sentences of what goes with it.
	Says            []string
	Problem, Reason string
}
