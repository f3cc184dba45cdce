package handlers

import (
	"context"

	"github.com/gin-gonic/gin"

	"gatehouse/web/templates/ui"
)

// people is the list of people.
var people = &directory{
	path: "/people", section: "people", title: "People", op: "listUsers", getOp: "getUser", getArg: "userId", prefix: "00u", addOp: "createUser", addLabel: "Add person",
	placeholder: "Name, e-mail, id or expression", example: `status eq "ACTIVE" and profile.department eq "Sales"`, box: peopleBox,
	name: ui.ColumnChoice{Name: "profile.lastName", Label: "Name"}, named: personName,
	plain: plainColumns, usual: userColumns, unsortable: []string{"lastLogin", "passwordChanged"}, cell: userCell, filterable: attributeName,
	sort: "lastUpdated", order: "desc", note: "Sorted by last update, newest first",
	schema:  func(h *console, ctx context.Context) (userSchema, error) { return h.readSchema(ctx, "default") },
	nothing: ui.Nothing{Title: "Nobody here", Text: "There is nobody yet that you may see."},
	searched: ui.Nothing{
		Title: "Nobody here", Text: "Nobody that you may see matches this search. Words are looked for at the beginning of names, logins and e-mail addresses.",
		Clear: "/people", ClearLabel: "Everybody",
	},
	file: "people", audited: "exportUsers", actions: (*console).peopleActions,
}

// listPeople is the list of people; exportPeople the same as a file.
func (h *console) listPeople(c *gin.Context) (View, error) {
	v, err := h.list(c, people)
	if s, is := v.(Screen); is {
		s.Around.Search = c.Query("q")
		return s, err
	}
	return v, err
}

func (h *console) exportPeople(c *gin.Context) (View, error) { return h.exportDirectory(c, people) }
