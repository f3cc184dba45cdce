package handlers

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// userColumns are those shown until somebody chooses others. The name always comes first.
var userColumns = []string{"profile.login", "status", "profile.department", "profile.city", "lastLogin"}

// maxColumns bounds the columns of an address.
const maxColumns = 20

// plainColumns are the attributes of a person outside the profile that a list can show.
var plainColumns = []ui.ColumnChoice{
	{Name: "status", Label: "Status"},
	{Name: "lastLogin", Label: "Last sign-in", Unfiltered: true},
	{Name: "created", Label: "Created", Unfiltered: true},
	{Name: "lastUpdated", Label: "Updated", Unfiltered: true},
	{Name: "statusChanged", Label: "Status changed", Unfiltered: true},
	{Name: "passwordChanged", Label: "Password changed", Unfiltered: true},
	{Name: "id", Label: "Id"},
}

// columnChoices are all columns there are: the plain ones and those of a schema.
func columnChoices(plain []ui.ColumnChoice, schema userSchema) []ui.ColumnChoice {
	choices := slices.Clone(plain)
	for _, a := range schema.attributes {
		choices = append(choices, ui.ColumnChoice{Name: "profile." + a.Name, Label: titleOf(a), Custom: a.Custom})
	}
	return choices
}

func titleOf(a attribute) string {
	if a.Title != "" {
		return a.Title
	}
	return a.Name
}

// chosenColumns are the columns with these names, or the usual ones.
func chosenColumns(names, usual []string, choices []ui.ColumnChoice) []ui.ColumnChoice {
	if len(names) == 0 {
		names = usual
	}
	var out []ui.ColumnChoice
	for _, name := range names[:min(len(names), maxColumns)] {
		i := slices.IndexFunc(choices, func(c ui.ColumnChoice) bool { return c.Name == name })
		if i >= 0 && !slices.ContainsFunc(out, func(c ui.ColumnChoice) bool { return c.Name == name }) {
			out = append(out, choices[i])
		}
	}
	return out
}

func sortable(u *url.URL, name, label string) ui.Column {
	c := ui.Column{Label: label}
	next := name
	if q := u.Query(); q.Get("sort") == name {
		c.Sorted = "ascending"
		if q.Get("order") == "desc" {
			c.Sorted, next = "descending", ""
		}
	}
	to := *u
	q := to.Query()
	q.Del("order")
	if c.Sorted == "ascending" {
		q.Set("order", "desc")
	}
	to.RawQuery = q.Encode()
	c.Sort = with(&to, "sort", next)
	return c
}

func userCell(doc okta.Object, name string) ui.Cell {
	text, nested := cellText(doc, name), strings.Contains(name, ".")
	switch {
	case name == "status":
		return ui.Cell{Status: text}
	case name == "id":
		return ui.Cell{Text: text, Code: true}
	case !nested:
		at, _ := time.Parse(time.RFC3339, text)
		return ui.Cell{Time: &at}
	}
	return ui.Cell{Text: text}
}

// cellText is the value of a column, such as profile.city, as the org writes it.
func cellText(doc okta.Object, name string) string {
	head, rest, nested := strings.Cut(name, ".")
	path := []string{head}
	if nested {
		path = append(path, rest)
	}
	return plainText(doc.Get(path...))
}

// plainText writes a JSON value as people read it: a string bare, a list with commas.
func plainText(v json.RawMessage) string {
	var s string
	var list []json.RawMessage
	switch {
	case len(v) == 0 || string(v) == "null":
		return ""
	case json.Unmarshal(v, &s) == nil:
		return s
	case json.Unmarshal(v, &list) == nil:
		words := make([]string, len(list))
		for i, e := range list {
			words[i] = plainText(e)
		}
		return strings.Join(words, ", ")
	}
	return string(v)
}

// personName is the name of a person, or the login of somebody without one.
func personName(doc okta.Object) string {
	name := strings.TrimSpace(doc.Text("profile", "firstName") + " " + doc.Text("profile", "lastName"))
	if name == "" {
		return doc.Text("profile", "login")
	}
	return name
}
