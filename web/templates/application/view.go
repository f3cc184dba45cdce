package application

import (
	"slices"

	"github.com/a-h/templ"

	"gatehouse/web/templates/ui"
)

// Content is what stands under the head of an app.
type Content = templ.Component

// Head is what stands above the tabs of an app's page.
type Head struct {
	ID, Name string
	// Mode is how people sign in to it, in words; Status as the API has it.
	Mode, Status, Updated string
	Tabs                  []ui.Tab
	// Activate is the address that it is activated at; Deactivate and Delete are those of
	// the questions. "" where it is not possible.
	Activate, Deactivate, Delete string
}

// Form is settings of an app that are saved together.
type Form struct {
	Action string
	// FormID lets the server tell a form of a new app that is sent twice.
	FormID string
	// Base is what the form was drawn with, a JSON object by path.
	Base string
	// Locked says why nothing can be edited; "" where it can.
	Locked string
	// Target is the id of the element that the answer replaces; Verb the word on the button;
	// Cancel, where set, the address of the way back without saving.
	Target, Verb, Cancel string
	// Failed is the heading of what went wrong, Problem what is wrong with more than one field.
	Failed, Problem, Reason string
	Sections                []Section
	// Clash are the fields that somebody else changed meanwhile: theirs and what was typed here.
	Clash []ui.Difference
}

// Section is a group of settings under a heading.
type Section struct {
	Title, Note string
	Fields      []Field
}

// Field is one setting. Without choices and rows it is an input.
type Field struct {
	ui.Field
	// Choices are boxes to tick; Single, a single one, has its label beside it.
	Choices []Choice
	Single  bool
	// Rows are attribute statements.
	Rows []Statement
}

// Choice is one box.
type Choice struct {
	Value, Label, Note string
	On                 bool
}

// Statement is a line of attribute statements: names of the inputs are those of the
// field with .name, .format, .type and .values behind.
type Statement struct{ Name, Format, Type, Values string }

// Fact is a value that is only shown.
type Fact struct {
	Label, Value string
	// Copy: it is for copying, such as an address.
	Copy bool
	// At is a time in place of Value.
	At string
}

// nameFormats are the formats of a name of an attribute (SAML 2.0 core section 8.2).
var nameFormats = []ui.Option{
	{Value: "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified", Label: "Unspecified"},
	{Value: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic", Label: "Basic"},
	{Value: "urn:oasis:names:tc:SAML:2.0:attrname-format:uri", Label: "URI"},
}

// statementTypes are what a statement takes its value from: an expression, or the names
// of the groups that fit.
var statementTypes = []ui.Option{
	{Value: "EXPRESSION", Label: "Value"},
	{Value: "GROUP:STARTS_WITH", Label: "Groups that start with"},
	{Value: "GROUP:EQUALS", Label: "Group that is"},
	{Value: "GROUP:CONTAINS", Label: "Groups that contain"},
	{Value: "GROUP:REGEX", Label: "Groups that match"},
}

// Impact is the question before an app is deactivated or deleted.
type Impact struct {
	ID, Name, Verb, Action, Back string
	Effects                      []Effect
	// Unread says what could not be read; "" where everything was.
	Unread string
	// Typed: the name must be typed.
	Typed bool
	// Failed is the heading of Problem.
	Failed, Problem, Reason string
}

// Effect is one thing that happens, with whom it happens to; More stands behind the names.
type Effect struct {
	Text  string
	Names []Link
	More  string
}

// lead is the text before the names.
func (e Effect) lead() string {
	if len(e.Names) == 0 {
		return e.Text
	}
	return e.Text + ": "
}

// Link is a name that leads to a page; without Href it is the name alone.
type Link struct{ Label, Href string }

// OtherSide is what the app is told of the org; zero where there is nothing to tell.
type OtherSide struct {
	Title   string
	Facts   []Fact
	Problem string
	// Download is the address of the metadata, More the page with the rest; "" where there is none.
	Download string
	More     Link
}

// Credentials is the tab of what an app proves itself by, and what it signs with.
type Credentials struct {
	// App is the path of the app's page.
	App, Name, ClientID string
	// FormID lets the server tell what is made twice.
	FormID string
	// Form is how the client proves itself; without sections there is none.
	Form Form
	// HasSecrets: the client proves itself by one; NoSecrets says why they are not shown.
	HasSecrets   bool
	Secrets      []Secret
	NoSecrets    string
	MayAddSecret bool
	PublicKeys   []PublicKey
	// HasKeys: the app signs assertions.
	HasKeys               bool
	Keys                  []SigningKey
	MayMakeKey, MayChange bool
}

// Secret is a client secret, known by its hash.
type Secret struct {
	ID, Hash, Status, Created             string
	MayActivate, MayDeactivate, MayDelete bool
}

// PublicKey is a key that a client proves itself by.
type PublicKey struct{ Kid, Type, Use, Status string }

// SigningKey is a key that an app signs with.
type SigningKey struct {
	Kid, Created, Expires string
	// InUse: assertions are signed with it. Over and Soon tell of its expiry.
	InUse, Over, Soon bool
	// Download is the address of its certificate.
	Download string
}

// KindGroup are kinds of apps under a heading.
type KindGroup struct {
	Title string `json:"title"`
	Kinds []Kind `json:"kinds"`
}

// Kind is a kind of app that can be added.
type Kind struct {
	Label string `json:"label"`
	Says  string `json:"says"`
	Href  string `json:"href"`
}

// New is the form of a new app.
type New struct {
	Title, Kind, Says string
	Form              Form
}

// Added is a new app, and where to go on. Assign is "" where nobody is to be assigned.
type Added struct{ Name, ID, ClientID, Page, Assign, Integrate string }

// Integrate is what the other side of an app needs.
type Integrate struct {
	Snippets []Snippet
	// Facts are values to configure it with by hand, Certificate the signing certificate as
	// PEM, Metadata the address of all of it; empty but for SAML.
	Facts                 []Fact
	Certificate, Metadata string
}

// Snippet is code that runs as it stands.
type Snippet struct {
	Title string `json:"title"`
	Note  string `json:"note"`
	Code  string `json:"code"`
}

// shown leaves out the facts without a value.
func shown(all []Fact) []Fact {
	return slices.DeleteFunc(slices.Clone(all), func(f Fact) bool { return f.Value == "" && f.At == "" })
}
