package user

import "gatehouse/web/templates/ui"

// Factors is the tab of a person's factors.
type Factors struct {
	// Person is the path of the person's page.
	Person, Name string
	Rows         []Factor
	// MayEnrol and MayResetAll tell what is open; the latter's dialog is one of the head's actions.
	MayEnrol, MayResetAll bool
}

// Factor is one factor of a person.
type Factor struct {
	ID, Label, Note, Icon, Provider string
	// Detail is the number, address or question as the org gives it.
	Detail string
	// Created and Updated are as the API writes them.
	Created, Updated string
	Active           bool
	// Todo is what can be done with it: Verify or Activate; "" for neither.
	Todo     string
	MayReset bool
}

func (f Factor) dialog() string { return "reset-" + f.ID }

func (t Factors) href() string { return t.Person + "/factors" }

func (f Factor) href(person string) string { return person + "/factors?factor=" + f.ID }

// FactorKinds are the kinds that a person can enrol, to choose from.
type FactorKinds struct {
	Person, Name string
	Kinds        []FactorKind
	// Elsewhere are kinds that the org has and that are enrolled in another place.
	Elsewhere []string
}

// FactorKind is one kind.
type FactorKind struct {
	// Key is its place in the address: type and provider.
	Key, Label, Note, Icon string
	// Held says that it is enrolled; Closed, that it cannot be enrolled a second time.
	Held, Closed bool
}

// FactorForm is the form that enrols a kind.
type FactorForm struct {
	Person, Name string
	Kind         FactorKind
	// Says are sentences of what will happen.
	Says    []string
	Fields  []ui.Field
	Problem string
	Reason  string
}

// FactorPage is one factor, with what proves it.
type FactorPage struct {
	Person, Name string
	Factor       Factor
	// Once is the key of a new factor and Scan the same for a camera: in one answer only.
	Once *Secret
	Scan string
	// Notes say what just happened.
	Notes []ui.Message
	// Says is what the card tells to do.
	Says string
	// Send has a code or a question sent: its address, its button, to whom. "" where nothing is sent.
	Send, SendVerb string
	// Ask takes the proof; without an Action there is nothing to type.
	Ask FactorAsk
	// Wait is what is waited for; without a Poll nothing is.
	Wait FactorWait
	// Outbox is the address where an embedded org shows its messages; "" for none.
	Outbox string
}

// FactorAsk is the form for a code or an answer.
type FactorAsk struct {
	Action, Verb string
	Field        ui.Field
}

// FactorWait is the state of a question to a phone.
type FactorWait struct {
	// Poll is asked for what replaces this.
	Poll  string
	Words string
	// Done says how it ended, with the address of the factor.
	Done ui.Message
	Href string
}
