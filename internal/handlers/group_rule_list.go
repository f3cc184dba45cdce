package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

var ruleHeadings = []ui.Column{{Label: "Name"}, {Label: "Status"}, {Label: "If"}, {Label: "Groups"}, {Label: "Updated"}}

// ruleQuery asks for the rules whose name holds the words of the box, with the names of their groups.
func ruleQuery(u *url.URL) url.Values {
	q := url.Values{"expand": {"groupIdToGroupNameMap"}}
	if words := searchable(u.Query().Get("q")); words != "" {
		q.Set("search", words)
	}
	return q
}

// listRules is the list of group rules. It costs one call to the org.
func (h *console) listRules(c *gin.Context) (View, error) {
	ctx, u := c.Request.Context(), c.Request.URL
	if !h.may(ctx, "listGroupRules") {
		return nil, h.notPermitted(ctx, "listGroupRules")
	}
	docs, next, err := h.pageOf(ctx, "listGroupRules", u, ruleQuery(u))
	if err != nil {
		return nil, err
	}
	l := ui.List{
		Area: "/group-rules", Title: "Group rules", Placeholder: "Name", AddLabel: "Add rule", Query: u.Query().Get("q"),
		Headings: ruleHeadings, Next: next, More: u.Query().Get("after") != "", Hidden: hiddenState(u, "limit"),
		None: ui.Nothing{Title: "No group rules", Text: "A rule puts people into groups by their profile, and takes them out again."},
	}
	if l.Query != "" {
		l.None = ui.Nothing{Title: "No rule here", Text: "No rule has these words in its name.", Clear: "/group-rules", ClearLabel: "All rules"}
	}
	if h.may(ctx, "createGroupRule") {
		l.Add = "/group-rules/new"
	}
	if mayExport(auth.From(ctx)) {
		l.Export = exportURL("/group-rules.csv", u)
	}
	for _, d := range docs {
		r, err := ruleOf(d)
		if err != nil {
			return nil, err
		}
		kind, status := ui.RuleStatus(r.Status)
		at, _ := time.Parse(time.RFC3339, r.LastUpdated)
		l.Rows = append(l.Rows, ui.Row{ID: r.ID, Name: r.Name, Href: r.path(), Cells: []ui.Cell{
			{Pill: kind, Text: status}, {Text: r.expression(), Code: true}, {Text: strings.Join(groupNamesOf(r), ", ")}, {Time: &at},
		}})
	}
	return listScreen(l, "group-rules", docs, http.StatusOK), nil
}

// groupNamesOf are the names of a rule's groups, as the org sent them along.
func groupNamesOf(r groupRule) []string {
	var names []string
	for _, id := range r.fills() {
		name := r.doc.Text("_embedded", "groupIdToGroupNameMap", id)
		if name == "" {
			name = id
		}
		names = append(names, name)
	}
	return names
}

// exportRules sends the rules of a list as CSV.
func (h *console) exportRules(c *gin.Context) (View, error) {
	q := ruleQuery(c.Request.URL)
	q.Set("limit", exportPage)
	s := sheet{
		file: "group-rules", audited: "exportGroupRules", head: []string{"Name", "Status", "If", "Groups", "Except", "Updated", "Id"},
		detail: map[string]string{"search": q.Get("search")},
		row: func(d okta.Object) []string {
			r, err := ruleOf(d)
			if err != nil {
				return []string{d.Text("name"), d.Text("status"), "", "", "", d.Text("lastUpdated"), d.Text("id")}
			}
			return []string{r.Name, r.Status, r.expression(), strings.Join(groupNamesOf(r), ", "), strings.Join(r.excepts(), " "), r.LastUpdated, r.ID}
		},
	}
	return h.export(c, s, h.exportPages(c.Request.Context(), okta.Call{Op: okta.Find("listGroupRules"), Query: q}))
}
