package application

import "gatehouse/web/templates/ui"

// Policy is the tab of the policy that a sign-in to the app obeys.
type Policy struct {
	// App is the path of the app's page.
	App, Name string
	// Now is the policy, ID its id; Unread says why it is not shown.
	ID     string
	Now    Link
	Note   string
	Unread string
	Rules  []PolicyRule
	// Choices are all that it can have; MayChange: another may be chosen.
	Choices   []ui.Option
	MayChange bool
	// Lab is the address of the policy lab for this app.
	Lab string
}

// PolicyRule is a rule by its place.
type PolicyRule struct{ Name, Says, Status string }

// Scopes is the tab of the scopes of the management API that the app's client holds.
type Scopes struct {
	App, Name string
	Granted   []Granted
	// Choices are the scopes that may be granted, none where the reader may not.
	Choices   []ui.Option
	MayGrant  bool
	MayRevoke bool
}

// Granted is a scope that was granted.
type Granted struct {
	ID, Scope, Created string
	By                 Link
	// Says is what it allows.
	Says string
}

// Tokens is the tab of the refresh tokens of an app's client.
type Tokens struct {
	App, Name string
	Rows      []Token
	MayRevoke bool
	Next      string
}

// Token is a refresh token: never the token itself.
type Token struct {
	ID, Scopes, Server, Created, Used, Expires string
	Person                                     Link
}

// Provisioning is the tab of the connection to the app's own user store.
type Provisioning struct {
	App, Name string
	// Scheme is how the connection signs in, "" for none; Enabled: it is on.
	Scheme, BaseURL string
	Enabled         bool
	MayChange       bool
	// Connection is the form that sets the credentials, Features are those of each feature.
	Connection Form
	Features   []Feature
	// Unread says what is not shown.
	Unread string
}

// Feature is what the connection may do in the app.
type Feature struct {
	Name, Status, Description string
	Form                      Form
}

// Logo is the tab of the app's picture.
type Logo struct {
	App, Name string
	// Now is the address of the picture that it has, at the org.
	Now       string
	MayChange bool
	Problem   string
}
