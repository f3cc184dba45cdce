package policy

import "gatehouse/web/templates/ui"

// Lab is the page that tries policies out.
type Lab struct {
	// Title heads the page, Says stands below it.
	Title, Says string
	// Action is where the form is sent; Post: as a form that carries a draft.
	Action string
	Post   bool
	Fields LabFields
	// Draft are the hidden fields of the draft, DraftName what it is called, Back its form.
	Draft     []ui.Hidden
	DraftName string
	Result    LabResult
}

// LabFields are the choices of the form.
type LabFields struct{ Type, Person, App, Address, Zone, Platform, Registered, Managed, Risk, Group ui.Field }

// LabResult is what the policies decide.
type LabResult struct {
	// Picks are boxes that name several objects: one has to be chosen.
	Picks []LabPick
	// Problem says why nothing could be decided.
	ProblemTitle, Problem string
	// Person is who it is decided for; nil for nobody named.
	Person *LabPerson
	// Now is what is decided, Then with the draft saved; nil where that was not asked.
	Now, Then *LabDecision
	// Notes are what the reader should know of the answer.
	Notes []string
	Crowd *LabCrowd
}

// LabPick are the objects that a box may mean, each with the address that takes it or, in a
// form that carries a draft, as a button that sends Field.
type LabPick struct {
	Title, Field string
	Options      []LabOption
}

// LabOption is one of them.
type LabOption struct{ Name, Note, Href, Value string }

// LabPerson is somebody with what counts about them.
type LabPerson struct {
	Name, Href, Login, Status string
	// Groups counts their groups, Holds the factors that they hold; "" where that was not asked.
	Groups, Holds string
}

// LabDecision is a verdict with the way there.
type LabDecision struct {
	Why ui.Why
	// Fold hides the way until somebody opens it.
	Fold bool
	// Label says which of two it is.
	Label string
	// Open: nobody was named, and it depends on who it is.
	Open bool
}

// LabCrowd is what people of a group meet.
type LabCrowd struct {
	// Title says who was looked at and how many change.
	Title string
	// Notes are bounds and doubts.
	Notes []string
	// Columns are what people meet with the draft; none without one.
	Columns []LabEffect
	Rows    []LabRow
	Lists   []LabList
	// Export is where the list of people can be had as a file; Hidden is what the form sends there.
	Export string
	Hidden []ui.Hidden
	Post   bool
}

// LabEffect is what people meet: the first line says the most.
type LabEffect struct {
	Lines []string
	Total string
}

// LabRow is what people meet now, and how many of them meet what with the draft.
type LabRow struct {
	LabEffect
	Cells []LabCell
}

// LabCell is how many people go from the effect of its row to that of its column. Kind
// colours it: "" where nothing changes.
type LabCell struct{ Count, Kind string }

// LabList are the people whom a change meets.
type LabList struct {
	Title, Kind, Count string
	Moves              []LabMove
}

// LabMove are those of them who go from one effect to another; More says how many are not shown.
type LabMove struct {
	Says   string
	People []Link
	More   string
}
