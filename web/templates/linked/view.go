package linked

import "gatehouse/web/templates/ui"

// List is the definitions of the org.
type List struct {
	Rows           []Definition
	MayAdd, MayEnd bool
}

// Definition is a relationship between people, by both its sides.
type Definition struct {
	Primary, Associated Side
}

// Side is one side of it.
type Side struct{ Name, Title, Description string }

func (d Definition) dialog() string { return "delete-" + d.Primary.Name }

// New is the form of a new definition.
type New struct {
	// FormID lets the server tell a form that is sent twice.
	FormID              string
	Primary, Associated []ui.Field
	Problem, Reason     string
}
