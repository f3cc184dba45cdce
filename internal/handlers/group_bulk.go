package handlers

import (
	"context"
	"net/url"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

var selectedGroups = selection{
	path: "/groups/selected", list: "Groups", back: "/groups", id: groupID, search: "listGroups", get: "getGroup", arg: "groupId",
	one: "group", many: "groups",
	show: func(d okta.Object) ui.Selected {
		return ui.Selected{ID: d.Text("id"), Name: groupName(d), Href: groupPath(d), Note: d.Text("profile", "description")}
	},
	action: (*console).groupsBulk,
	sheet: func(h *console, ctx context.Context) (sheet, error) {
		a, err := groups.read(ctx, h, &url.URL{})
		return groups.sheet(a), err
	},
}

// askGroups and doGroups are the two steps of what is done to several groups.
func (h *console) askGroups(c *gin.Context) (View, error) { return h.askSelected(c, selectedGroups) }

func (h *console) resumeGroups(c *gin.Context) (View, error) {
	return h.resumeSelection(c, selectedGroups)
}
func (h *console) doGroups(c *gin.Context) (View, error) { return h.runSelected(c, selectedGroups) }

// groupActions are the buttons over the list of groups.
func (h *console) groupActions(ctx context.Context) []ui.BulkAction {
	out := exportAction(ctx)
	if h.may(ctx, "deleteGroup") {
		out = append(out, ui.BulkAction{Key: "delete", Label: "Delete", Danger: true})
	}
	return out
}

func exportAction(ctx context.Context) []ui.BulkAction {
	if !mayExport(auth.From(ctx)) {
		return nil
	}
	return []ui.BulkAction{{Key: "export", Label: "Export"}}
}

// groupsBulk is the action of a form on several groups.
func (h *console) groupsBulk(c *gin.Context, key string) (bulkAction, bool) {
	if key != "delete" {
		return bulkAction{}, false
	}
	return bulkAction{
		key: key, op: "deleteGroup", label: "Delete", danger: true, done: "is deleted",
		says: []string{
			"The group is removed for good; its name becomes free. This cannot be undone.",
			"Its members leave it, and with it lose the apps and admin roles that it gives.",
			"Group rules that name it stop working.",
		},
		why: func(d okta.Object) string { return h.groupLocked(c.Request.Context(), d, "deleteGroup") },
		call: func(d okta.Object, reason string) okta.Call {
			return okta.Call{Op: okta.Find("deleteGroup"), Args: groupArg(d.Text("id")), Before: d, Reason: reason}
		},
	}, true
}
