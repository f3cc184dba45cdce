package user

import "github.com/a-h/templ"

// Access is the tab of a person's sessions and tokens.
type Access struct {
	Person, Name string
	// LastLogin is as the API writes it; "" for never.
	LastLogin string
	MayClear  bool
	// MayRevoke: grants and tokens may be taken away.
	MayRevoke bool
	Clients   []Client
	// Partial says that there are more, and how many are shown; "" where all are.
	Partial string
}

// Client is an app that the person let act for them.
type Client struct {
	ID, Name string
	Grants   []Grant
	Tokens   []Token
	// Problem stands in place of Tokens that cannot be read.
	Problem string
}

// Grant is a scope that the person allows the client.
type Grant struct {
	ID, Scope, Server string
	// Created is as the API writes it.
	Created string
}

// Token is a refresh token: what it may be used for, never the token itself.
type Token struct {
	ID, Scopes, Server string
	// Created, Used and Expires are as the API writes them.
	Created, Used, Expires string
}

func (a Access) at(path string) string { return a.Person + "/" + path }

func (c Client) href(a Access) string { return a.at("clients/" + c.ID) }

// named gives a button a name of its own where its words are not enough.
func named(label string) templ.Attributes {
	if label == "" {
		return nil
	}
	return templ.Attributes{"aria-label": label}
}
