package handlers

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// userColumns are those shown until somebody chooses others. The name always comes first.
var userColumns = []string{"profile.login", "status", "profile.department", "profile.city", "lastLogin"}

// maxColumns bounds the columns of an address.
const maxColumns = 20

// plainColumns are the attributes of a person outside the profile that a list can show.
var plainColumns = []user.ColumnChoice{
	{Name: "status", Label: "Status"},
	{Name: "lastLogin", Label: "Last sign-in"},
	{Name: "created", Label: "Created"},
	{Name: "lastUpdated", Label: "Updated"},
	{Name: "statusChanged", Label: "Status changed"},
	{Name: "passwordChanged", Label: "Password changed"},
	{Name: "id", Label: "Id"},
}

// unsortable are the columns that the org's search cannot sort by (okta-semantics C3).
var unsortable = []string{"lastLogin", "passwordChanged"}

// columnChoices are all columns there are, with those of the address marked.
func columnChoices(schema userSchema, chosen []string) []user.ColumnChoice {
	choices := slices.Clone(plainColumns)
	for _, a := range schema.attributes {
		choices = append(choices, user.ColumnChoice{Name: "profile." + a.Name, Label: titleOf(a), Custom: a.Custom})
	}
	for i := range choices {
		choices[i].On = slices.Contains(chosen, choices[i].Name)
	}
	return choices
}

func titleOf(a attribute) string {
	if a.Title != "" {
		return a.Title
	}
	return a.Name
}

// chosenColumns are the columns that the address names, or the usual ones.
func chosenColumns(q url.Values, choices []user.ColumnChoice) []user.ColumnChoice {
	names := q["c"]
	if len(names) == 0 {
		names = userColumns
	}
	var out []user.ColumnChoice
	for _, name := range names[:min(len(names), maxColumns)] {
		i := slices.IndexFunc(choices, func(c user.ColumnChoice) bool { return c.Name == name })
		if i >= 0 && !slices.ContainsFunc(out, func(c user.ColumnChoice) bool { return c.Name == name }) {
			out = append(out, choices[i])
		}
	}
	return out
}

// headings are the table's, each with the address that sorts by it.
func headings(u *url.URL, columns []user.ColumnChoice) []ui.Column {
	out := []ui.Column{sortable(u, "profile.lastName", "Name")}
	for _, c := range columns {
		if slices.Contains(unsortable, c.Name) {
			out = append(out, ui.Column{Label: c.Label})
			continue
		}
		out = append(out, sortable(u, c.Name, c.Label))
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

// userRow is a person as a line of the list.
func userRow(doc okta.Object, columns []user.ColumnChoice) user.Row {
	r := user.Row{ID: doc.Text("id"), Name: personName(doc)}
	for _, c := range columns {
		r.Cells = append(r.Cells, userCell(doc, c.Name))
	}
	return r
}

func userCell(doc okta.Object, name string) user.Cell {
	text, nested := cellText(doc, name), strings.Contains(name, ".")
	switch {
	case name == "status":
		return user.Cell{Status: text}
	case name == "id":
		return user.Cell{Text: text, Code: true}
	case !nested:
		at, _ := time.Parse(time.RFC3339, text)
		return user.Cell{Time: &at}
	}
	return user.Cell{Text: text}
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
