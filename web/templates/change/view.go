package change

import (
	"strconv"
	"time"

	"gatehouse/web/templates/ui"
)

// Filter is what the list is narrowed to, as the address has it.
type Filter struct {
	// Who is "me", an id of a person, or "" for everybody.
	Who, Target, Operation string
	// Since and Until are dates as 2026-01-31.
	Since, Until string
}

// List is the page of changes.
type List struct {
	Filter Filter
	// Mine tells that the reader sees only own changes, and why.
	Mine bool
	Rows []Row
	// Next is the address of the next page, "" at the end.
	Next string
	// Chips are the filters that are on.
	Chips []Chip
}

// Chip is a filter and the address of the list without it.
type Chip struct{ Name, Value, Without string }

// Row is one change.
type Row struct {
	Seq       int64
	At        time.Time
	Who       string
	WhoID     string
	Role      string
	Operation string
	// What is the operation in words.
	What    string
	Targets []Target
	Reason  string
	Diff    []ui.Difference
	// Kind and Outcome are the result as a pill; Why is the error of one that failed.
	Kind, Outcome, Why string
	RequestID          string
}

// Target is what was changed; Href is "" where it has no page.
type Target struct{ ID, Name, Href string }

// Detail is the page of one change.
type Detail struct {
	Row
	Facts []Fact
	// Documents are what was before, sent and after, secrets masked.
	Documents []Document
}

// Fact is a line about a change.
type Fact struct{ Label, Value string }

// Document is one of the documents of a change.
type Document struct {
	Title string
	JSON  []byte
}

// Columns are the list's headings.
var columns = []ui.Column{{Label: "When"}, {Label: "Who"}, {Label: "What"}, {Label: "Target"}, {Label: "Outcome"}}

// shownFields is how many fields of a change the list shows.
const shownFields = 3

func (r Row) href() string { return "/changes/" + strconv.FormatInt(r.Seq, 10) }

func (r Row) shown() []ui.Difference { return r.Diff[:min(len(r.Diff), shownFields)] }

func (r Row) hidden() int { return max(0, len(r.Diff)-shownFields) }

func fields(n int) string {
	if n == 1 {
		return "1 more field"
	}
	return ui.Number(n) + " more fields"
}
