package origin

import "gatehouse/web/templates/ui"

// Page is a trusted origin, or the form of a new one: ID is "" then.
type Page struct {
	ID, Name string
	// Kind and Status are its status, coloured and in words.
	Kind, Status string
	Form         Form
	// Move is what the status can be changed to; zero where it cannot.
	Move Move
	// MayDelete: it can be deleted.
	MayDelete bool
}

// Form is its name, its address and what it is trusted for.
type Form struct {
	// FormID lets the server tell a form of a new origin that is sent twice.
	FormID, Action, Verb string
	// Base is the version of a stored one that the form was drawn with.
	Base           string
	Fields, Scopes []ui.Field
	// Locked: nothing can be edited.
	Locked          bool
	Problem, Reason string
}

// Move changes the status: the word on the button, where it is sent, what it does.
type Move struct{ Verb, Action, Says string }

func (p Page) path() string { return "/trusted-origins/" + p.ID }
