package ui

import "time"

// Frame is what every page of a signed-in admin shows around its content.
type Frame struct {
	// Title is the page's, for the browser's tab.
	Title string
	// Section is the Key of the navigation entry that the page belongs to.
	Section string
	// Org is the name of the organisation, or its host where the name is not known.
	Org string
	// Theme is "light", "dark" or "" (as the system); Slim folds the navigation.
	Theme string
	Slim  bool
	Nav   []NavGroup
	Admin Admin
	// Search is what the search box holds.
	Search string
	// SearchURL is where the search box leads; without it there is none.
	SearchURL string
	Messages  []Message
}

// Admin is the person signed in to the console.
type Admin struct {
	Name, Login, Role string
	// Until is when the session ends at the latest; Left the time until then.
	Until time.Time
	Left  time.Duration
	// Idle is how long the session lasts without a request.
	Idle time.Duration
}

// NavGroup is a navigation entry, or a label with entries below.
type NavGroup struct {
	Key, Label, Icon, Href string
	Entries                []NavEntry
}

// NavEntry is an entry below a NavGroup.
type NavEntry struct{ Key, Label, Href string }

// Message is a toast: Kind is "ok", "info", "warn" or "bad".
type Message struct {
	Kind, Title, Text string
	// Link and LinkText lead on, where there is somewhere to go.
	Link, LinkText string
}

func current(yes bool) string {
	if yes {
		return "page"
	}
	return "false"
}

func displayName(a Admin) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Login
}
