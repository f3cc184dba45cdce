package why

import "gatehouse/web/templates/ui"

// About is what is asked about: a group or an app.
type About struct {
	// Name and Href are the object's, Area the list that it is in, Section its navigation entry.
	Name, Href, Section string
	Area                ui.Crumb
	// Ask is where the box asks. Part, with ID, is the answer's place below a person.
	Ask, Part, ID string
}

// Of is the address of the answer for a person.
func (a About) Of(person string) string {
	return "/people/" + person + "/" + a.Part + "/" + a.ID + "/why"
}

// View is the page.
type View struct {
	About About
	// Why is the answer about Person; nil where nobody was named yet.
	Why    *ui.Why
	Person Person
	// NoBox: this sign-in may not look for people.
	NoBox bool
	// Find is what was searched for, Found who there is, Problem why nobody was looked for.
	Find, Problem string
	Found         []Person
}

// Person is somebody to ask about, with the address of the answer, or of their own page.
type Person struct{ Name, Login, Status, Href string }
