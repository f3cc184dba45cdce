package user

// Apps is the tab of a person's apps.
type Apps struct {
	// Person is the path of the person's page.
	Person, Name         string
	MayAssign, MayRemove bool
	Rows                 []App
	// Partial says that there are more than are shown; "" where all are.
	Partial string
	// Find is what was searched for; Found what there is.
	Find  string
	Found []App
}

// App is one app as a line.
type App struct {
	ID, Label, Mode string
	Active          bool
	// UserName is what the person is called there.
	UserName string
	// Direct: assigned to the person; else Group gives it, by GroupID.
	Direct         bool
	Group, GroupID string
}
