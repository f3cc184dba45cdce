package user

import (
	"time"

	"gatehouse/web/templates/ui"
)

// List is a page of people.
type List struct {
	// Note says how the list is sorted.
	Note string
	// Query is what the box holds; Problem what is wrong with it; Expression what the org was asked.
	Query, Problem, Expression string
	Chips                      []Chip
	// Choices are all columns there are, Columns those shown, behind the name.
	Choices, Columns []ColumnChoice
	Headings         []ui.Column
	Rows             []Row
	// Next is the address of the next page. More: this is a further page, not the first.
	Next string
	More bool
	// Compact rows; Density is the address of the other density.
	Compact bool
	Density string
	// Hidden is the state that forms carry along.
	Hidden []ui.Hidden
	// Clear is the address of the list without search and filters.
	Clear string
	// Export is the address of the list as a file.
	Export    string
	MayCreate bool
}

// Chip is a filter that is on, with the address without it.
type Chip struct{ Name, Value, Without string }

// ColumnChoice is an attribute that can be a column or a filter.
type ColumnChoice struct {
	Name, Label string
	Custom, On  bool
}

// Row is a person.
type Row struct {
	ID, Name string
	Cells    []Cell
}

// Cell is one value: a status, a time, or text.
type Cell struct {
	Text, Status string
	Code         bool
	Time         *time.Time
}

func (l List) filtered() bool { return l.Query != "" || len(l.Chips) > 0 }
