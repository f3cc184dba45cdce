package user

import (
	"strconv"

	"github.com/a-h/templ"
)

// Groups is the tab of a person's groups.
type Groups struct {
	// Person is the path of the person's page.
	Person, Name      string
	MayAdd, MayRemove bool
	Rows              []Group
	// Partial says that there are more, and how many are shown; "" where all are.
	Partial string
	// Find is what was searched for; Found what there is.
	Find  string
	Found []Group
}

// Group is one group as a line.
type Group struct {
	ID, Name, Description, Kind string
	// From says where the membership comes from, in place of Kind.
	From templ.Component
	// Editable: members are added and removed by people.
	Editable, Member bool
}

// Activity is the tab with the System Log of an object.
type Activity struct {
	Days int
	// Noun is what the page is about: person or group.
	Noun   string
	Events []Event
	// Next is the address of the next page.
	Next string
}

// Event is one line of it.
type Event struct {
	// At is as the API writes it.
	At, What, Type, From string
	// By is who did it to the person; without a name the person acted.
	By Party
	// With are the other things that the event is about.
	With []Party
	// Kind and Outcome are the result as a pill; Why the reason of a failure.
	Kind, Outcome, Why string
}

// Party is somebody or something that an event names.
type Party struct{ Name, Kind, Href string }

func days(n int) string { return "last " + strconv.Itoa(n) + " days" }
