package handlers

import (
	"context"
	"net/url"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

var selectedApps = selection{
	path: appsPath + "/selected", list: "Apps", back: appsPath, id: appID, search: "listApplications", get: "getApplication", arg: "appId",
	one: "app", many: "apps",
	show: func(d okta.Object) ui.Selected {
		return ui.Selected{ID: d.Text("id"), Name: d.Text("label"), Href: appPath(d), Note: appKindWords(d)}
	},
	action: (*console).appsBulk,
	sheet:  func(*console, context.Context) (sheet, error) { return appSheet(readApps(&url.URL{})), nil },
}

// askApps and doApps are the two steps of what is done to several apps.
func (h *console) askApps(c *gin.Context) (View, error) { return h.askSelected(c, selectedApps) }

func (h *console) resumeApps(c *gin.Context) (View, error) { return h.resumeSelection(c, selectedApps) }
func (h *console) doApps(c *gin.Context) (View, error)     { return h.runSelected(c, selectedApps) }

// appActions are the buttons over the list of apps.
func (h *console) appActions(ctx context.Context) []ui.BulkAction {
	out := exportAction(ctx)
	if h.may(ctx, "activateApplication") {
		out = append(out, ui.BulkAction{Key: "activate", Label: "Activate"})
	}
	if h.may(ctx, "deactivateApplication") {
		out = append(out, ui.BulkAction{Key: "deactivate", Label: "Deactivate", Danger: true})
	}
	return out
}

// appsBulk is the action of a form on several apps.
func (h *console) appsBulk(_ *gin.Context, key string) (bulkAction, bool) {
	a := bulkAction{key: key}
	status := ""
	switch key {
	case "activate":
		a.op, a.label, a.done, status = "activateApplication", "Activate", "is active", "ACTIVE"
		a.says = []string{"Everybody they are assigned to can sign in to them again."}
	case "deactivate":
		a.op, a.label, a.done, status, a.danger = "deactivateApplication", "Deactivate", "is inactive", "INACTIVE", true
		a.says = []string{
			"Nobody can sign in to them until they are activated again. Assignments, settings, keys and secrets stay.",
			"Every token that they hold ends now.",
		}
	default:
		return a, false
	}
	a.why = func(d okta.Object) string {
		if d.Text("status") == status {
			return "Not possible: " + d.Text("label") + " " + a.done + " already"
		}
		if key == "deactivate" && h.isOwn(d) {
			return "This is the console's own app: deactivate it on its page, which says what that does"
		}
		return ""
	}
	a.call = func(d okta.Object, reason string) okta.Call {
		return okta.Call{Op: okta.Find(a.op), Args: appArg(d.Text("id")), Before: d, Reason: reason, Made: h.appMade(d.Text("id"), status)}
	}
	return a, true
}
