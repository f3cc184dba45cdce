package policy

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"gatehouse/web/templates/ui"
)

// Content is what stands under the head of a policy.
type Content = templ.Component

// Link is another object by its name. Href is "" where it has no page, or is not there.
type Link struct{ Name, Href string }

// Term is one condition in words: Before, then the names that it is about.
type Term struct {
	Before string
	Names  []Link
	// More counts the names that are not shown.
	More int
}

// Text is the condition as plain text.
func (t Term) Text() string {
	names := make([]string, len(t.Names))
	for i, l := range t.Names {
		names[i] = "“" + l.Name + "”"
	}
	text := t.Before
	if len(names) > 0 {
		text += " " + strings.Join(names, ", ")
	}
	if t.More > 0 {
		text += " and " + strconv.Itoa(t.More) + " more"
	}
	return text
}

// Fact is a line of a list of settings.
type Fact struct{ Label, Text string }

// List is the policies of one type.
type List struct {
	// Label names the type, Says what it decides, Order how the one that counts is found.
	Label, Says, Order string
	Tabs               []ui.Tab
	Rows               []Row
	// Add is the address of the form of a new one; "" where none may be made.
	Add string
	// Lab is where policies are tried, Servers where those of authorization servers are; "" where they may not be seen.
	Lab, Servers string
}

// Row is a policy or a rule in its order.
type Row struct {
	ID, Name, Href, Note string
	Kind, Status         string
	// Place is its number, from 1; 0 where there is no order.
	Place int
	// System: the org made it; it stays last and cannot be deleted.
	System bool
	// Terms are its conditions; none is anyone, or anyone else with Else. NoTerms: it has none to show.
	Terms         []Term
	Else, NoTerms bool
	// Outcome is what it does: the first line says the most, in the colour OutcomeKind.
	Outcome     []string
	OutcomeKind string
	// Warn is what is wrong with it.
	Warn string
	// Move is how its place can be changed; nil where it cannot.
	Move *Move
	// News: it was just changed.
	News bool
	// Menu are the other things that can be done to it.
	Menu []MenuItem
}

// MenuItem leads to a page where something is done.
type MenuItem struct{ Icon, Label, Href string }

// Move changes the place of a row: At is where it stands.
type Move struct {
	Action   string
	At       int
	Up, Down bool
}

// Head is what stands above the tabs of a policy's page.
type Head struct {
	ID, Name, Description string
	// Noun is what it is, Type the name of its type with the address of the others.
	Noun, Type, TypeHref string
	Kind, Status         string
	System               bool
	// Place is its priority; 0 where policies of the type have none.
	Place int
	// Used says how many apps use it; "" where that was not asked.
	Used, Updated string
	Tabs          []ui.Tab
	// Add is the address of the form of a new rule; "" where none may be made. Acts are what
	// else can be done.
	Add  string
	Acts []MenuItem
}

// Rules is the tab of a policy's rules.
type Rules struct {
	// Policy is the policy's address.
	Policy string
	Rows   []Row
	// For is whom the policy is for, where ForShown.
	For      []Term
	ForShown bool
	Settings []Fact
	// Apps use the policy, where AppsAsked; AppsMore: not all apps were looked at.
	Apps                []Link
	AppsAsked, AppsMore bool
	Changes             templ.Component
}

// Document is a rule as the org has it.
type Document struct {
	Name string
	JSON []byte
}

// sortable tells whether the order of the rows can be changed.
func sortable(rows []Row) bool {
	for _, r := range rows {
		if r.Move != nil {
			return true
		}
	}
	return false
}

func place(n int) string { return strconv.Itoa(n) }

// Ask is the question before a policy or rule is activated, deactivated or deleted.
type Ask struct {
	Name, Title, Verb string
	// Type and Policy are the way to it; Policy is "" for a policy itself.
	Type, TypeHref, Policy, PolicyHref string
	Action, Back                       string
	// Says are sentences of what will happen, Apps those that use the policy.
	Says []string
	Apps []Link
	// Typed asks for the name.
	Danger, Typed   bool
	Problem, Reason string
}

func (a Ask) crumbs() []ui.Crumb {
	way := []ui.Crumb{{Label: "Policies", Href: "/policies"}, {Label: a.Type, Href: a.TypeHref}}
	if a.Policy != "" {
		way = append(way, ui.Crumb{Label: a.Policy, Href: a.PolicyHref})
	}
	return append(way, ui.Crumb{Label: a.Name, Href: a.Back}, ui.Crumb{Label: a.Verb})
}

// RuleWords is a rule for who may not change it.
type RuleWords struct {
	Name, Kind, Status                 string
	Type, TypeHref, Policy, PolicyHref string
	Terms                              []Term
	Outcome                            []string
	JSON                               []byte
}
