package zone

import "gatehouse/web/templates/ui"

// Page is a network zone, or the form of a new one: ID is "" then.
type Page struct {
	ID, Name string
	// Pills are its status, its type and what it is used for.
	Pills []Pill
	// Says is what a reader should know before anything else; "" for nothing.
	Says string
	Form Form
	// Kinds are the types that a new zone can have.
	Kinds []ui.Choice
	// Ask is whether an address is in it.
	Ask Ask
	// Uses are the rules that name it; UsesUnknown: the reader may not see policies.
	Uses        []Use
	UsesUnknown bool
	// Move is what the status can be changed to; zero where it cannot.
	Move Move
	// MayDelete: it can be deleted. Kept says why it cannot be, where the reader else could.
	MayDelete bool
	Kept      string
}

// Pill is a word with its colour.
type Pill struct{ Kind, Text string }

// Form is what a zone is told by.
type Form struct {
	// FormID lets the server tell a form of a new zone that is sent twice.
	FormID, Action, Verb, Type string
	// Base is the version of a stored one that the form was drawn with.
	Base   string
	Fields []ui.Field
	// Blocks: every request from the zone is refused. Fixed: that cannot be changed.
	Blocks, Fixed bool
	// Locked: nothing can be edited.
	Locked          bool
	Problem, Reason string
}

// Ask is the question whether an address is in the zone, with its answer: Kind is "" before it.
type Ask struct{ Action, Address, Kind, Answer string }

// Use is a rule that names the zone.
type Use struct{ Policy, Href, Rule, How string }

// Move changes the status: the word on the button, where it is sent, what it does.
type Move struct{ Verb, Action, Says string }

func (p Page) path() string { return "/network-zones/" + p.ID }
