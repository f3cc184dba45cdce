// Package user holds the pages of people: the list, the page of one person, and the
// forms. Handlers fill its structs; they decide what may be done, templates only show it.
package user
