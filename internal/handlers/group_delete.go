package handlers

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
)

// groupStats counts what hangs on a group (expand=stats).
type groupStats struct {
	Users int  `json:"usersCount"`
	Apps  int  `json:"appsCount"`
	Admin bool `json:"hasAdminPrivilege"`
}

// askDeleteGroup says what goes with the group, and asks.
func (h *console) askDeleteGroup(c *gin.Context) (View, error) {
	ctx, id := c.Request.Context(), c.Param("id")
	var g okta.Object
	var stats *groupStats
	err := together(ctx, func(ctx context.Context) (err error) {
		g, err = h.readGroup(ctx, id)
		return err
	}, func(ctx context.Context) (err error) {
		stats, err = h.groupStats(ctx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := h.undeletable(ctx, g); err != nil {
		return nil, err
	}
	return deletionScreen(g, group.Deletion{Says: deletionWords(stats)}), nil
}

// groupStats asks for the counts; nil where the org does not tell them.
func (h *console) groupStats(ctx context.Context, id string) (*groupStats, error) {
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listGroups"), Query: url.Values{"search": {"id eq " + expr.Quote(id)}, "expand": {"stats"}}})
	if p, is := asOrgProblem(err); is && p.Status < http.StatusInternalServerError {
		return nil, nil
	}
	if err != nil || len(docs) != 1 {
		return nil, err
	}
	stats := docs[0].Object("_embedded", "stats")
	if stats.IsZero() {
		return nil, nil
	}
	var s groupStats
	return &s, stats.Decode(&s)
}

// undeletable refuses a group that may not be deleted, with the reason.
func (h *console) undeletable(ctx context.Context, g okta.Object) error {
	if why := h.groupLocked(ctx, g, "deleteGroup"); why != "" {
		return problem{Status: http.StatusForbidden, Code: "not_permitted", Title: "Not deleted", Message: why}
	}
	return nil
}

// deletionWords say what goes with a group.
func deletionWords(s *groupStats) []string {
	says := []string{"The group is removed for good. This cannot be undone; its name becomes free."}
	switch {
	case s == nil:
		says = append(says, "Its members leave it, and with it lose the apps that it gives.")
	case s.Users == 0:
		says = append(says, "It has no members.")
	default:
		says = append(says, counted(s.Users, "person leaves", "people leave")+" it. The people themselves stay.")
	}
	if s != nil && s.Apps > 0 {
		says = append(says, "Its members lose "+counted(s.Apps, "app that it gives", "apps that it gives")+".")
	}
	if s != nil && s.Admin {
		says = append(says, "Its members lose the admin roles that it gives.")
	}
	return append(says, "Admin roles that are limited to it lose it as a target, and group rules that name it stop working.")
}

// counted is a number with the word that fits it.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return ui.Number(n) + " " + many
}

func deletionScreen(g okta.Object, d group.Deletion) Screen {
	d.ID, d.Name, d.Back = g.Text("id"), groupName(g), groupPath(g)
	d.Action, d.Noun, d.List, d.Home = d.Back+"/delete", "group", "Groups", "/groups"
	return Screen{
		Around: About{Title: "Delete " + d.Name, Section: "groups"},
		Body:   group.DeletePage(d), Part: group.DeleteForm(d), Data: itemOf(g, []string{"deleteGroup"}),
	}
}

// deleteGroup deletes the group once its name or id was typed.
func (h *console) deleteGroup(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	g, err := h.readGroup(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	if err := h.undeletable(ctx, g); err != nil {
		return nil, err
	}
	if !confirmed(c, groupName(g), g.Text("id")) {
		return h.unconfirmed(c, g)
	}
	_, err = h.config.Org.Do(ctx, okta.Call{Op: okta.Find("deleteGroup"), Args: groupArg(g.Text("id")), Before: g, Reason: reason(c)})
	if err != nil {
		return nil, groupError(err)
	}
	return redirect("/groups", g, ui.Message{Kind: "ok", Title: groupName(g) + " is deleted."}), nil
}

// unconfirmed asks again: what was typed is not the name.
func (h *console) unconfirmed(c *gin.Context, g okta.Object) (View, error) {
	why := notConfirmed("Not deleted", "name", groupName(g), g.Text("id"))
	if wanted(c.Request) == document {
		return nil, why
	}
	stats, err := h.groupStats(c.Request.Context(), g.Text("id"))
	if err != nil {
		return nil, err
	}
	return refused(deletionScreen(g, group.Deletion{Says: deletionWords(stats), Problem: why.Message, Reason: c.PostForm("reason")})), nil
}
