package user

import "gatehouse/web/templates/ui"

// Roles is the tab of the admin roles of a person or a group.
type Roles struct {
	// Holder is the path of who holds them, Target the element that a write replaces.
	Holder, Target, Name string
	// Confirm is what is typed before a role is given.
	Confirm string
	// Says is what giving one does, Loses what taking one away does, None stands where there is none.
	Says, Loses, None string
	// Me: the reader looks at themselves.
	Me   bool
	Rows []Role
	// Give are the roles that can be given; none where the reader may not, or all are held.
	Give []ui.Option
	// FormID lets the server tell a form that is sent twice.
	FormID string
}

// Role is one admin role.
type Role struct {
	ID, Label, Note string
	// Via is the group that the role comes with; without a name it is held directly.
	Via Party
	// Created is as the API writes it.
	Created string
	// Narrows is what the role can be narrowed to: group, app or "" for nothing.
	Narrows string
	// Targets are what it is narrowed to; none where it covers the whole org.
	Targets []RoleTarget
	// Problem stands in place of Targets that cannot be read.
	Problem  string
	MayAlter bool
	// Find is what was searched for to narrow the role to; Found what there is.
	Find    string
	Finding bool
	Found   []RoleTarget
}

// RoleTarget is a group or an app that a role is narrowed to.
type RoleTarget struct {
	// ID goes into the form: the group's id, or the app's name and id.
	ID, Name, Href string
	// On: the role is narrowed to it already.
	On bool
}

func (r Role) at(t Roles) string { return t.Holder + "/roles/" + r.ID }

func (r Role) dialog() string { return "drop-" + r.ID }

// covers says what a role reaches.
func (r Role) covers() string {
	switch {
	case r.Problem != "":
		return r.Problem
	case len(r.Targets) > 0:
		return "Covers only:"
	case r.Narrows == "":
		return "Covers the whole org. This role cannot be narrowed."
	}
	return "Covers the whole org. The first " + r.Narrows + " narrows it to that " + r.Narrows + "."
}
