package group

// Apps is the tab of the apps that a group gives its members.
type Apps struct {
	// Group is the path of the group's page.
	Group, Name          string
	MayAssign, MayRemove bool
	Rows                 []App
	// Next is the address of the next page.
	Next string
	// Find is what was searched for; Found what there is.
	Find  string
	Found []App
}

// App is one app as a line.
type App struct {
	ID, Label, Mode  string
	Active, Assigned bool
}
