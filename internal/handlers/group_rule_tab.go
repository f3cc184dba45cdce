package handlers

import (
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
)

// groupRulesTab is the rules that fill a group. The API lists rules by name only, so all are read.
func (h *console) groupRulesTab(c *gin.Context, g okta.Object) (View, error) {
	ctx, id := c.Request.Context(), g.Text("id")
	book, err := h.readRules(ctx)
	if err != nil {
		return nil, err
	}
	lines, docs := []group.RuleLine{}, []okta.Object{}
	for _, r := range book.filling(id) {
		docs = append(docs, r.doc)
		lines = append(lines, group.RuleLine{Name: r.Name, Href: r.path(), Status: r.Status, Expression: r.expression(), Updated: r.LastUpdated})
	}
	slices.SortFunc(lines, func(a, b group.RuleLine) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	note := book.unread
	if len(book.rules) >= rulesRead {
		note = "Only the first 1,000 rules of the org were looked at."
	}
	add := ""
	if h.may(ctx, "createGroupRule") && g.Text("type") == "OKTA_GROUP" {
		add = "/group-rules/new?group=" + id
	}
	v := h.groupScreen(c, g, "rules", group.RulesTab(lines, note, add))
	v.Data = listOf(docs, "")
	return v, nil
}
