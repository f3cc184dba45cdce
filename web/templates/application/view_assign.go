package application

import "gatehouse/web/templates/ui"

// Assignments is the tab of who has the app.
type Assignments struct {
	// App is the path of the app's page.
	App, Name string
	MayAssign bool
	// Find is what was searched for to assign, Found what there is, Problem why nothing was looked for.
	Find, Problem string
	Found         []Assignable
	Groups        []AssignedGroup
	// MayMove: the order of the groups may be changed. MoreGroups says that not all are shown.
	MayMove    bool
	MoreGroups string
	// Query is what the people were searched for by.
	Query  string
	People []AssignedPerson
	Next   string
}

// Assignable is somebody, or a group, that the app can be assigned to.
type Assignable struct {
	Name, Note, Href string
	Group            bool
	// Why, where set, says that it is assigned already, or cannot be.
	Why string
}

// AssignedGroup is a group that gives the app, the first decides.
type AssignedGroup struct {
	ID, Name string
	Place    int
	Profile  string
	First    bool
	Last     bool
	// Focus is "Up" or "Down", the button that the keyboard stands on; "" for neither.
	Focus string
}

// AssignedPerson is somebody who has the app: of their own, or by Group.
type AssignedPerson struct {
	ID, Name, Login, Status, UserName string
	Direct                            bool
	Group                             Link
}

// Assignment is the page of one assignment, or of a new one.
type Assignment struct {
	// App is the path of the app's page; At that of the assignment.
	App, AppName, At string
	// Name and Href are the person's or the group's.
	Name, Href string
	Group, New bool
	// Says explain what it is, or what assigning does.
	Says  []string
	Form  Form
	Facts []Fact
	// Why is the address of the chain; "" for a group.
	Why string
	// Moves are what else can be done to it.
	Moves []Move
	// Plain: there is nothing to fill in.
	Plain bool
}

// Move is a question before an assignment changes for good.
type Move struct {
	Key, Verb, Title, Action string
	Says                     []string
	Changes                  []ui.Difference
	Danger                   bool
}
