package session

import (
	"strings"
	"time"
)

// DraftView is a form that could not be sent, back on its page.
type DraftView struct {
	ID, Action string
	// What is the operation in words, or "what you entered".
	What string
	// InForm: it stands in its own form again, whose button says Button. Without, it is
	// shown and sent from here.
	InForm bool
	Button string
	// Granted and Refused are the scopes that were asked for since.
	Granted, Refused []string
	// Omitted are the names of the secrets that were not kept.
	Omitted []string
	Fields  []DraftField
	// Until is how long it is kept.
	Until time.Time
}

// DraftField is one value of it; those not Shown are for the console alone.
type DraftField struct {
	Name, Value string
	Shown       bool
}

func (v DraftView) kind() string {
	if len(v.Refused) > 0 {
		return "bad"
	}
	return "info"
}

func (v DraftView) title() string {
	switch {
	case len(v.Refused) > 0:
		return "Not sent: the org did not grant " + strings.Join(v.Refused, " and ")
	case v.InForm && v.Button != "":
		return "Ready, not sent yet: press " + v.Button
	}
	return "Ready, not sent yet"
}

func (v DraftView) words() string {
	var say []string
	switch {
	case len(v.Refused) > 0:
		say = append(say, "A super admin can grant it to the console's application, under Okta API scopes. Then sign out and in, and come back to this address: what you entered is kept for a day.")
	case len(v.Granted) > 0:
		say = append(say, "The org has given this sign-in "+strings.Join(v.Granted, " and ")+".")
	default:
		say = append(say, "You have signed in again.")
	}
	if v.InForm && len(v.Refused) == 0 {
		say = append(say, "What you entered is back in the form.")
	}
	if len(v.Omitted) > 0 && v.InForm {
		say = append(say, "Enter again what is secret: it was not kept.")
	}
	return strings.Join(say, " ")
}
