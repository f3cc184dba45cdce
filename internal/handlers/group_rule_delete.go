package handlers

import (
	"net/url"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
)

// What may become of the memberships that a rule gave.
const (
	keepMembers   = "keep"
	removeMembers = "remove"
)

// askDeleteRule says what goes with the rule, and asks.
func (h *console) askDeleteRule(c *gin.Context) (View, error) {
	r, err := h.readRule(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	if err := h.permitted(c.Request.Context(), "deleteGroupRule"); err != nil {
		return nil, err
	}
	return ruleDeletion(r, c, ""), nil
}

func ruleDeletion(r groupRule, c *gin.Context, problem string) Screen {
	remove := c.PostForm("memberships") == removeMembers
	d := group.Deletion{
		ID: r.ID, Name: r.Name, Noun: "rule", List: "Group rules", Home: "/group-rules", Back: r.path(), Action: r.path() + "/delete",
		Says: []string{"The rule is removed for good. This cannot be undone; its name becomes free.", "Nobody joins or leaves by it any more."},
		Options: []ui.PickOption{
			{Value: keepMembers, Label: "Keep the memberships", Note: "Who is a member by it stays one, as if added by hand.", On: !remove},
			{Value: removeMembers, Label: "Remove the memberships", Note: "Who is a member by this rule alone leaves the groups, in the background, and with them loses the apps that those give.", On: remove},
		},
		Problem: problem, Reason: c.PostForm("reason"),
	}
	return Screen{
		Around: About{Title: "Delete " + r.Name, Section: "group-rules"},
		Body:   group.DeletePage(d), Part: group.DeleteForm(d), Data: itemOf(r.doc, []string{"deleteGroupRule"}),
	}
}

// deleteRule deletes the rule once its name or id was typed.
func (h *console) deleteRule(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	r, err := h.readRule(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	if !confirmed(c, r.Name, r.ID) {
		why := notConfirmed("Not deleted", "name", r.Name, r.ID)
		if wanted(c.Request) == document {
			return nil, why
		}
		return refused(ruleDeletion(r, c, why.Message)), nil
	}
	call := okta.Call{Op: okta.Find("deleteGroupRule"), Args: ruleArg(r.ID), Before: r.doc, Reason: reason(c)}
	said := ui.Message{Kind: "ok", Title: r.Name + " is deleted.", Text: "Who was a member by it stays one."}
	if c.PostForm("memberships") == removeMembers {
		call.Query = url.Values{"removeUsers": {"true"}}
		said.Text = "Its memberships are removed in the background."
	}
	if _, err := h.config.Org.Do(ctx, call); err != nil {
		return nil, ruleError(err)
	}
	return redirect("/group-rules", r.doc, said), nil
}
