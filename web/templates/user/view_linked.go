package user

// Linked is the tab of a person's linked objects.
type Linked struct {
	Person, Name string
	MaySet       bool
	// Sides are both sides of each definition, from where the person stands.
	Sides []LinkedSide
	// Definitions is the address of the definitions; "" where the reader may not see them.
	Definitions string
	Partial     string
}

// LinkedSide is one side of a relationship: the primary that the person has, or those
// who have the person as theirs.
type LinkedSide struct {
	// Name is the primary name of the definition, Own that of this side; Side is primary or associated.
	Name, Own, Side string
	// Title is what the people of this side are called, Other those of the other side.
	Title, Other, Description string
	People                    []LinkedPerson
	// More: there are more than are shown.
	More bool
	// Problem stands in place of People that cannot be read, or of Found.
	Problem string
	Find    string
	Finding bool
	Found   []LinkedPerson
}

// LinkedPerson is somebody on a side.
type LinkedPerson struct {
	ID, Name, Login string
	// On: linked already.
	On bool
}

func (p LinkedPerson) href() string { return "/people/" + p.ID }

func (s LinkedSide) one() bool { return s.Side == "primary" }

func (s LinkedSide) at(l Linked) string { return l.Person + "/linked/" + s.Name }

// verb is what picking somebody does.
func (s LinkedSide) verb() string {
	switch {
	case !s.one():
		return "Add"
	case len(s.People) > 0:
		return "Replace"
	}
	return "Set"
}

func (s LinkedSide) empty(name string) string {
	if s.one() {
		return name + " has none."
	}
	return "None: " + name + " is " + s.Other + " of nobody."
}
