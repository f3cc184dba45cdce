package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
)

// appPage is how many apps a page of the tab holds.
const appPage = "50"

// groupAppsScreen is the apps that the group gives its members, with a search for one to assign (find).
func (h *console) groupAppsScreen(c *gin.Context, g okta.Object) (View, error) {
	ctx, at := c.Request.Context(), *c.Request.URL
	t := group.Apps{
		Group: groupPath(g), Name: groupName(g),
		MayAssign: h.may(ctx, "createApplicationGroupAssignment"), MayRemove: h.may(ctx, "deleteApplicationGroupAssignment"),
	}
	if c.Request.Method == http.MethodGet {
		t.Find = searchable(c.Query("find"))
	} else {
		at = url.URL{Path: t.Group + "/apps"} // a write comes back to the first page
	}
	var docs, found []okta.Object
	err := together(ctx, func(ctx context.Context) (err error) {
		docs, t.Next, err = h.further(ctx, okta.Call{
			Op: okta.Find("listAssignedApplicationsForGroup"), Args: groupArg(g.Text("id")), Query: url.Values{"limit": {appPage}},
		}, &at)
		return err
	}, func(ctx context.Context) (err error) {
		found, err = h.findApps(ctx, t.Find, "createApplicationGroupAssignment")
		return err
	})
	if err != nil {
		return nil, err
	}
	var assigned []string
	for _, d := range docs {
		assigned = append(assigned, d.Text("id"))
		t.Rows = append(t.Rows, groupAppRow(d))
	}
	slices.SortFunc(t.Rows, func(a, b group.App) int { return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	for _, d := range found {
		row := groupAppRow(d)
		row.Assigned = slices.Contains(assigned, row.ID)
		t.Found = append(t.Found, row)
	}
	return tabList{
		rows: group.AppRows(t), further: c.Query("after") != "", data: listOf(noneNil(docs), t.Next),
	}.in(c, h.groupScreen(c, g, "apps", group.AppsTab(t))), nil
}

func groupAppRow(d okta.Object) group.App {
	return group.App{ID: d.Text("id"), Label: d.Text("label"), Mode: modeWords(d), Active: d.Text("status") == "ACTIVE"}
}

// assignGroupApp and unassignGroupApp change what the group gives, by the app's id.
func (h *console) assignGroupApp(c *gin.Context) (View, error) {
	return h.changeGroupApp(c, c.PostForm("app"), "createApplicationGroupAssignment", "is assigned to")
}

func (h *console) unassignGroupApp(c *gin.Context) (View, error) {
	return h.changeGroupApp(c, c.Param("app"), "deleteApplicationGroupAssignment", "is no longer assigned to")
}

func (h *console) changeGroupApp(c *gin.Context, app, op, verb string) (View, error) {
	ctx := c.Request.Context()
	var g, doc okta.Object
	err := together(ctx, func(ctx context.Context) (err error) {
		g, err = h.readGroup(ctx, c.Param("id"))
		return err
	}, func(ctx context.Context) (err error) {
		doc, err = h.readApp(ctx, app)
		return err
	})
	if err != nil {
		return nil, err
	}
	call := okta.Call{
		Op: okta.Find(op), Args: map[string]string{"appId": app, "groupId": g.Text("id")}, Before: doc, Reason: reason(c),
	}
	if op == "createApplicationGroupAssignment" {
		call.Body = okta.Object{}.Without() // {}: priority and profile as the org has them
	}
	if _, err := h.config.Org.Do(ctx, call); err != nil {
		return nil, err
	}
	done := ui.Message{Kind: "ok", Title: doc.Text("label") + " " + verb + " " + groupName(g) + "."}
	if wanted(c.Request) != fragment {
		return redirect(groupPath(g)+"/apps", g, done), nil
	}
	v, err := h.groupAppsScreen(c, g)
	if err != nil {
		return nil, err
	}
	s := v.(Screen)
	s.Around.Messages = []ui.Message{done}
	return s, nil
}
