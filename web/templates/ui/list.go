package ui

import (
	"slices"
	"strconv"
	"time"
)

// List is a page of objects that the org searches.
type List struct {
	// Area is the list's address, Title its heading; Note says how it is sorted.
	Area, Title, Note string
	// Add is the address of the form of a new object; "" where none may be made.
	Add, AddLabel string
	// Placeholder stands in the box while it is empty; Example is an expression that works.
	Placeholder, Example string
	// Query is what the box holds; Problem what is wrong with it; Expression what the org was asked.
	Query, Problem, Expression string
	// Warn is what the reader should know of the rows: that there are fewer than asked for, and why.
	Warn string
	// Failed says why the org gave no rows; Retry is the address to try again.
	Failed, Retry string
	// Kinds narrow the list by one click.
	Kinds []Choice
	// Switch changes what the rows show, not which there are.
	Switch Choice
	Chips  []FilterChip
	// Choices are all columns there are, with those shown marked.
	Choices  []ColumnChoice
	Headings []Column
	Rows     []Row
	// Next is the address of the next page. More: this is a further page, not the first.
	Next string
	More bool
	// Compact rows; Density is the address of the other density.
	Compact bool
	Density string
	// Size is how many rows a page has, of Sizes.
	Size  int
	Sizes []int
	// Hidden is the state that forms carry along.
	Hidden []Hidden
	// Export is the address of the list as a file; "" where it may not be exported.
	Export string
	// None says why there are no rows, with the address of the list without search and filters.
	None Nothing
	Bulk Bulk
}

// Choice is a filter or a setting to switch on.
type Choice struct {
	Label, Href string
	On          bool
}

// FilterChip is a filter that is on, with the address without it.
type FilterChip struct{ Name, Value, Without string }

// ColumnChoice is an attribute that can be a column or a filter.
type ColumnChoice struct {
	Name, Label string
	Custom, On  bool
	// Unfiltered attributes are no use for a filter on equality.
	Unfiltered bool
}

// Row is an object of the list.
type Row struct {
	ID, Name, Href string
	Cells          []Cell
	// Updating: the org's search does not show the last change yet, the row does.
	Updating bool
}

// Cell is one value: the status of a person, a time, a pill of a kind, or text.
type Cell struct {
	Text, Status, Pill string
	Code               bool
	// Ask, where set, is the address that puts what Text names into the cell.
	Ask  string
	Time *time.Time
}

// Nothing is what stands where a list has no rows.
type Nothing struct{ Title, Text, Clear, ClearLabel string }

// Bulk is what can be done to the rows that are selected. Without actions none can be.
type Bulk struct {
	// Action is where the selection is sent.
	Action  string
	Actions []BulkAction
	// Hidden goes along with the selection.
	Hidden []Hidden
	// Most is how many rows one run takes.
	Most int
}

// BulkAction is a button of the bar.
type BulkAction struct {
	Key, Label string
	Danger     bool
	// Rare ones are in a menu.
	Rare bool
}

// On tells whether rows can be selected.
func (b Bulk) On() bool { return len(b.Actions) > 0 }

func (b Bulk) rare() bool {
	return slices.ContainsFunc(b.Actions, func(a BulkAction) bool { return a.Rare })
}

// manyKinds tells whether the filters need a row of their own below the box.
func (l List) manyKinds() bool { return len(l.Kinds) > 4 }

func (l List) densityLabel() string {
	if l.Compact {
		return "Roomy rows"
	}
	return "Compact rows"
}

func number(n int) string { return strconv.Itoa(n) }
