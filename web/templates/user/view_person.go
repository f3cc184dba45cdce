package user

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"gatehouse/web/templates/ui"
)

// Content is what stands under the head of a person.
type Content = templ.Component

// Head is what stands above the tabs of a person's page.
type Head struct {
	ID, Name, Login, Status string
	// LastLogin is as the API writes it; "" for never.
	LastLogin string
	// Why says what the status means; "" where it goes without saying.
	Why     string
	Tabs    []ui.Tab
	Actions []Action
}

// Action is something that can be done to the person.
type Action struct {
	Key, Icon, Label, Note, Href string
	// Title heads the dialog.
	Title string
	// Says are sentences of what will happen.
	Says []string
	// Choice is a parameter that is decided in the dialog, with its words; "" where there is none.
	Choice, ChoiceLabel string
	Chosen              bool
	// Danger stands apart, Typed asks for the login, Main has a button of its own.
	Danger, Typed, Main bool
}

// maxMain is how many actions have a button of their own.
const maxMain = 2

// main are the actions with a button; rest and danger those of the menu.
func (h Head) main() []Action {
	var out []Action
	for _, a := range h.Actions {
		if a.Main && len(out) < maxMain {
			out = append(out, a)
		}
	}
	return out
}

func (h Head) menu(danger bool) []Action {
	buttons := map[string]bool{}
	for _, a := range h.main() {
		buttons[a.Key] = true
	}
	var out []Action
	for _, a := range h.Actions {
		if a.Danger == danger && !buttons[a.Key] {
			out = append(out, a)
		}
	}
	return out
}

func (a Action) dialog() string { return "do-" + a.Key }

// Secret is shown in one answer and never again.
type Secret struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Note  string `json:"-"`
}

// Side is what stands beside the profile.
type Side struct {
	Status, Type, Provider string
	Times                  []Moment
	Changes                []Change
	// ChangesProblem stands in place of Changes that cannot be read.
	ChangesProblem string
	// History is the address of all changes.
	History string
}

// Moment is a time with its name, as the API writes it; "" for never.
type Moment struct{ Label, At string }

// Change is an entry of the trail about the person.
type Change struct {
	Seq                              int64
	What, Who, Reason, Kind, Outcome string
	At                               time.Time
	// First is the first field that was changed, nil where none was; More how many there are besides.
	First *ui.Difference
	More  int
}

func (c Change) href() string { return "/changes/" + strconv.FormatInt(c.Seq, 10) }

// Form is the profile as a form.
type Form struct {
	Action, ETag, Base string
	// ReadOnly says why nothing can be edited; "" where it can.
	ReadOnly string
	// Problem is what is wrong with more than one field.
	Problem string
	Reason  string
	// Fields are always shown, More behind a fold.
	Fields, More []ui.Field
}

// Conflict is an edit of a person whom somebody else edited meanwhile.
type Conflict struct {
	Action, ETag, Base, Reason, Name, Updated string
	// Rows are the fields that were edited here; Others those only the other edit changed.
	Rows, Others []Versions
}

// Versions is a field in three versions: before both edits, theirs, mine.
type Versions struct {
	Name, Label, Was, Theirs, Mine string
	// Clash: both edits changed it, to different values.
	Clash bool
}

// New is the form of a new person.
type New struct {
	// FormID lets the server tell a form that is sent twice.
	FormID string
	// Types are the choices where there is more than one; Type the one chosen.
	Types []ui.Option
	Type  string
	// Start is how they come to a password: email, password or staged.
	Start string
	// Change: the password must be changed at the first sign-in.
	Change       bool
	Password     ui.Field
	Fields, More []ui.Field
	Groups       []Group
	// MoreGroups: the org has more than are offered.
	MoreGroups bool
	Problem    string
	Reason     string
}
