package group

// Owners is the tab of who answers for a group.
type Owners struct {
	// Group is the path of the group's page.
	Group, Name       string
	MayAdd, MayRemove bool
	Rows              []Owner
	// Find is what was searched for, Found who and what there is, Problem why nobody was looked for.
	Find, Problem string
	Found         []Owner
}

// Owner is a person or a group. Type is as the API has it, Kind for people.
type Owner struct {
	ID, Type, Kind, Name, Note, Href string
	// Present: an owner already.
	Present bool
}
