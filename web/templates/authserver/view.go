package authserver

import (
	"github.com/a-h/templ"

	"gatehouse/web/templates/ui"
)

// Home is the address of the list.
const Home = "/authorization-servers"

// Head is what stands above the tabs of a server.
type Head struct {
	ID, Name, Status, Audience string
	Tabs                       []ui.Tab
	// Move changes the status; nil where it may not be changed.
	Move *Move
	// Delete is the address of the question; "" where it may not be deleted.
	Delete string
}

// Move changes the status of something: the word on the button, where it is sent, what follows.
type Move struct {
	ID, Verb, Action, Title string
	Says                    []string
	Danger                  bool
}

// Form is a form of the area: sections of fields, boxes and pickers, and Live beside them.
type Form struct {
	// Action is where it is sent, Back where Cancel leads, Target what its answer replaces.
	Action, Verb, Back, Target string
	// FormID lets the server tell a form that adds and is sent twice; Base is the version
	// that a form that edits was drawn with.
	FormID, Base    string
	Problem, Reason string
	// Locked says why nothing can be edited; "" where it can.
	Locked   string
	Sections []Section
	// Clash is what somebody else changed meanwhile: theirs and what was typed here.
	Clash []ui.Difference
	// Live is what stands beside the form and follows it; may be nil.
	Live templ.Component
}

// Section is a part of a form.
type Section struct {
	Title, Note string
	Fields      []ui.Field
	Boxes       []Box
	Picks       []ui.Pick
	// Below stands under the fields; may be nil.
	Below templ.Component
}

// Box is a box or, with One, a choice among those of the same name.
type Box struct {
	Name, Value, Label, Note string
	On, One                  bool
}

// Part is the page of a scope, claim, policy or rule, or of a new one: ID is "" then.
type Part struct {
	Crumbs       []ui.Crumb
	ID, Title    string
	Note         string
	Kind, Status string
	// System: the org made it and keeps it.
	System bool
	Moves  []Move
	Delete *Deletion
	Form   Form
	// Above stands between head and form; may be nil.
	Above templ.Component
	// Times are when it was made and changed.
	Times []Moment
}

// Deletion is the question before something is deleted.
type Deletion struct {
	Action, Name, Noun string
	Says               []string
}

// Moment is a time with its name, as the API writes it.
type Moment struct{ Label, At string }

// Link is another object by its name. Href is "" where it is not there any more.
type Link struct{ Name, Href string }

// Side is what stands beside the settings.
type Side struct {
	Issuer, Mode string
	Links        []Link
	Times        []Moment
	Changes      templ.Component
}

// Table is a tab with rows that lead to pages.
type Table struct {
	Title, Note, Add, AddLabel string
	Columns                    []ui.Column
	Rows                       []Row
	None                       ui.Nothing
	Next                       string
}

// Row is one of them: Moves change its place among the others.
type Row struct {
	Name, Href, Note string
	Place            string
	Up, Down         string
	Cells            []ui.Cell
}

// Keys is the tab of the signing keys.
type Keys struct {
	// Path is the server's address.
	Path string
	Rows []Key
	// Auto: the org rotates by itself, at Next; Last is when it last did.
	Auto       bool
	Last, Next string
	// MayRotate, MayEdit: what the reader may do.
	MayRotate, MayEdit bool
	// Set is the address of the public keys.
	Set string
}

// Key is one of them: Kind colours State, Says what it is for.
type Key struct{ ID, Algorithm, Kind, State, Says string }

// Clients is the tab of the clients that hold refresh tokens.
type Clients struct {
	Path string
	Rows []Client
	Next string
}

// Client is one of them; Href leads to its tokens, App to its app.
type Client struct{ ID, Name, Href, App string }

// Tokens are the refresh tokens of a client at a server.
type Tokens struct {
	Client    Client
	Server    string
	Path      string
	MayRevoke bool
	Rows      []Token
	Next      string
}

// Token is a refresh token; Person is whose it is.
type Token struct {
	ID, Scopes, Created, Used, Expires string
	Person                             Link
}

// Editor is the value of a claim while it is written.
type Editor struct {
	Value, Error string
	// Live is where what it means is asked while somebody types; "" where nothing tells.
	Live string
	// Words are what it can name: attributes and functions.
	Words []Word
}

// Word is a name that an expression may hold, with a note on what it is.
type Word struct{ Text, Note string }

// ClaimCheck is what the value of a claim means, while it is written.
type ClaimCheck struct {
	// Empty: there is no value yet.
	Empty bool `json:"empty"`
	// Fault says why it cannot be read, Mend what would help, at a character from 1.
	Fault string `json:"fault,omitempty"`
	Mend  string `json:"mend,omitempty"`
	At    int    `json:"at,omitempty"`
	// Before, There and After are the value around the fault.
	Before string `json:"-"`
	There  string `json:"-"`
	After  string `json:"-"`
	// Unknown are attributes that the profile lacks.
	Unknown []string `json:"unknown,omitempty"`
	// Who it was tried on; In tells whether they have the claim, with Value, Why if not, and what was read.
	Who   Link     `json:"who"`
	In    bool     `json:"in"`
	Value string   `json:"value,omitempty"`
	Why   string   `json:"why,omitempty"`
	Reads []string `json:"reads,omitempty"`
	// Problem says why nobody was tried.
	Problem string `json:"problem,omitempty"`
}

// ClaimTrial is whom a claim is tried on: the form beside the editor.
type ClaimTrial struct {
	Live, Person, App string
	Apps              []ui.Option
}
