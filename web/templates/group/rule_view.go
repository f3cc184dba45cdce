package group

import (
	"strings"

	"github.com/a-h/templ"

	"gatehouse/web/templates/ui"
)

// RuleHead is what stands above the tabs of a rule's page.
type RuleHead struct {
	ID, Name, Status, Updated string
	Tabs                      []ui.Tab
	// Edit, Delete are addresses; "" where it may not be done now.
	Edit, Delete string
	// Turn is the change of state that is open; nil where none is.
	Turn *Turn
}

// Turn activates or deactivates a rule.
type Turn struct {
	Action, Label, Title string
	// Says are sentences of what will happen.
	Says   []string
	Danger bool
}

// Rule is the tab of what a rule says.
type Rule struct {
	// Path is the rule's address.
	Path, Expression string
	// Invalid says what is wrong with it for good.
	Invalid         string
	Groups, Excepts []Link
	Times           []Moment
	Changes         templ.Component
	// Effect is what activating it would do; nil where that is not asked.
	Effect *Effect
	Check  Check
}

// Link is another object by its name. Href is "" where it is not there any more.
type Link struct{ Name, Href string }

// Effect is who would join.
type Effect struct {
	// Says is the summary, Names some of those who would join, Note what was not looked at.
	Says  string
	Names []Link
	Note  string
}

// Check is what an expression means, while it is written.
type Check struct {
	// Action is where it is asked, Person what was searched for.
	Action, Person string
	// Empty: there is no expression yet.
	Empty bool
	// Fault says why it cannot be read, Mend what would help, at a character from 1.
	Fault, Mend string
	At          int
	// Before, There and After are the expression around the fault.
	Before, There, After string
	// Unknown are attributes that the schema lacks.
	Unknown []string
	// Says counts the people looked at.
	Says  string
	Tried []Tried
	// Problem says why nobody was looked at.
	Problem string
}

// Tried is what the expression says of somebody.
type Tried struct {
	Name, Href, Login string
	// Kind colours Outcome.
	Kind, Outcome string
	// Why says why it cannot be told.
	Why string
	// Folded hides the clauses until somebody opens them.
	Folded bool
	// Clauses are the parts of the expression.
	Clauses []ui.Step
}

// RuleForm is the form of a rule.
type RuleForm struct {
	// Action is where it is sent, Title what the page is called, Back where Cancel leads.
	Action, Title, Back string
	Name, Expression    ui.Field
	Groups, Excepts     ui.Pick
	// Fixed are the groups of a rule that is there already: they cannot be changed.
	Fixed           []Link
	FormID, Base    string
	Problem, Reason string
	Clash           []ui.Difference
	ClashBy         string
	Save            string
	Check           Check
	// Attributes are the names that an expression can read.
	Attributes []string
}

// RuleMembers is who is in the groups of a rule.
type RuleMembers struct {
	Name string
	// Poll is where to ask again; "" where it is known how things stand.
	Poll string
	// State says what the rule is doing.
	Kind, State, Note string
	Groups            []RuleGroup
}

// RuleGroup is a group that the rule fills, with some of its members.
type RuleGroup struct {
	Group  Link
	Count  string
	Rows   []Member
	All    string
	Failed string
}

// Words are the origin as plain text.
func (o Origin) Words() string {
	if o.Kind != "rule" {
		return o.Note
	}
	var names []string
	for _, r := range o.Rules {
		names = append(names, r.Name)
	}
	return strings.Join(names, ", ")
}

// Origin is where a membership comes from: Kind is rule, hand, org, app or unknown.
type Origin struct {
	Kind string
	// Rules are those that give it.
	Rules []Link
	Note  string
}

// RuleLine is a rule in a list.
type RuleLine struct{ Name, Href, Status, Expression, Updated string }
