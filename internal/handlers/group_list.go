package handlers

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// groupID is an id of a group as the org mints them (okta-semantics C4).
var groupID = regexp.MustCompile(`^00g[0-9A-Za-z]{17}$`)

// groupBox finds words in names and descriptions. Less than three characters are looked
// for at the beginning of the name: no index holds shorter pieces.
var groupBox = searchBox{id: groupID, word: func(word string) string {
	if utf8.RuneCountInString(word) < 3 {
		return anyOf("sw", word, "profile.name")
	}
	return anyOf("co", word, "profile.name", "profile.description")
}}

// groups is the list of groups.
var groups = &directory{
	path: "/groups", section: "groups", title: "Groups", op: "listGroups", getOp: "getGroup", getArg: "groupId", prefix: "00g", addOp: "createGroup", addLabel: "Add group",
	placeholder: "Name, description, id or expression", example: `type eq "OKTA_GROUP" and profile.name sw "Sales"`, box: groupBox,
	name: ui.ColumnChoice{Name: "profile.name", Label: "Name"}, named: groupName,
	plain: []ui.ColumnChoice{
		{Name: "profile.description", Label: "Description"},
		{Name: "type", Label: "Type"},
		{Name: usersCount, Label: "Members", Unfiltered: true},
		{Name: appsCount, Label: "Apps", Unfiltered: true},
		{Name: "lastMembershipUpdated", Label: "Members changed", Unfiltered: true},
		{Name: "lastUpdated", Label: "Updated", Unfiltered: true},
		{Name: "created", Label: "Created", Unfiltered: true},
		{Name: "id", Label: "Id"},
	},
	usual:      []string{"profile.description", "type", "lastMembershipUpdated", "lastUpdated"},
	unsortable: []string{usersCount, appsCount}, cell: groupCell,
	filterable: regexp.MustCompile(`^(type|id|profile\.\w{1,100})$`),
	sort:       "profile.name",
	kinds: []struct{ key, label string }{
		{"", "All"}, {"OKTA_GROUP", "Okta groups"}, {"APP_GROUP", "App groups"}, {"BUILT_IN", "Built in"},
	},
	schema: (*console).groupSchema, more: groupExpand,
	nothing: ui.Nothing{Title: "No groups", Text: "There is no group that you may see."},
	searched: ui.Nothing{
		Title: "No group here", Text: "No group that you may see matches this search. Words are looked for in names and descriptions.",
		Clear: "/groups", ClearLabel: "All groups",
	},
	file: "groups", audited: "exportGroups", actions: (*console).groupActions,
}

// usersCount and appsCount are the columns that the org counts when it is asked to (expand=stats).
const (
	usersCount = "stats.usersCount"
	appsCount  = "stats.appsCount"
)

// listGroups is the list of groups; exportGroups the same as a file.
func (h *console) listGroups(c *gin.Context) (View, error)   { return h.list(c, groups) }
func (h *console) exportGroups(c *gin.Context) (View, error) { return h.exportDirectory(c, groups) }

// groupSchema has the custom attributes of groups: name and description are plain columns.
func (h *console) groupSchema(ctx context.Context) (userSchema, error) {
	s, err := h.keptSchema(ctx, okta.Call{Op: okta.Find("getGroupSchema")}, "group")
	s.attributes = slices.DeleteFunc(slices.Clone(s.attributes), func(a attribute) bool { return !a.Custom })
	return s, err
}

// groupExpand asks for the counts where a column shows them.
func groupExpand(columns []ui.ColumnChoice) url.Values {
	if slices.ContainsFunc(columns, func(c ui.ColumnChoice) bool { return strings.HasPrefix(c.Name, "stats.") }) {
		return url.Values{"expand": {"stats"}}
	}
	return nil
}

func groupCell(doc okta.Object, name string) ui.Cell {
	text := groupText(doc, name)
	switch name {
	case "type":
		kind, words := ui.GroupType(text)
		return ui.Cell{Pill: kind, Text: words}
	case "id":
		return ui.Cell{Text: text, Code: true}
	case "lastMembershipUpdated", "lastUpdated", "created":
		at, _ := time.Parse(time.RFC3339, text)
		return ui.Cell{Time: &at}
	}
	return ui.Cell{Text: text}
}

// groupText is the value of a column as the org writes it.
func groupText(doc okta.Object, name string) string {
	if count, is := strings.CutPrefix(name, "stats."); is {
		return plainText(doc.Get("_embedded", "stats", count))
	}
	return cellText(doc, name)
}
