package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// The tabs that other parts of a page lead to; the first has the address of the app.
const (
	firstAppTab    = "general"
	signOnTab      = "sign-on"
	credentialsTab = "credentials"
	assignmentsTab = "assignments"
	integrateTab   = "integrate"
)

func appTabPath(app okta.Object, key string) string {
	at := appsPath + "/" + url.PathEscape(app.Text("id"))
	if key != firstAppTab {
		at += "/" + key
	}
	return at
}

func appPath(app okta.Object) string { return appTabPath(app, firstAppTab) }

// appTabPart is a tab of an app's page: its address, its label, the operation that reads it,
// which apps have it (nil: all), and what draws it under the head.
type appTabPart struct {
	key, label, op string
	fits           func(app okta.Object) bool
	draw           func(h *console, c *gin.Context, app okta.Object) (View, error)
}

// appTabs are the tabs, in their order; the first has the address of the app. A draw
// returns h.appScreen with its key and content.
func appTabs() []appTabPart {
	return []appTabPart{
		{firstAppTab, "General", "getApplication", nil, (*console).appGeneral},
		{signOnTab, "Sign-on", "getApplication", hasSignOn, (*console).appSignOn},
		{credentialsTab, "Credentials", "getApplication", hasCredentials, (*console).appCredentials},
		{assignmentsTab, "Assignments", "listApplicationUsers", nil, (*console).appAssignments},
		{policyTab, "Policy", "getApplication", hasSignOn, (*console).appPolicy},
		{provisioningTab, "Provisioning", "listFeaturesForApplication", hasProvisioning, (*console).appProvisioning},
		{scopesTab, "Scopes", "listScopeConsentGrants", hasClient, (*console).appScopes},
		{tokensTab, "Tokens", "listOAuth2TokensForApplication", hasClient, (*console).appTokens},
		{logoTab, "Logo", "getApplication", nil, (*console).appLogo},
		{integrateTab, "Integrate", "getApplication", nil, (*console).appIntegrate},
		{"activity", "Activity", "getLogs", nil, (*console).appActivity},
		{"history", "History", "", nil, (*console).appHistory},
		{"json", "JSON", "getApplication", nil, (*console).appJSON},
	}
}

// getApp is the first tab of an app.
func (h *console) getApp(c *gin.Context) (View, error) {
	return h.getAppPart(c, firstAppTab)
}

// getAppTab is a tab that has an address of its own.
func (h *console) getAppTab(c *gin.Context) (View, error) {
	if c.Param("tab") == firstAppTab {
		return nil, notFound("Page")
	}
	return h.getAppPart(c, c.Param("tab"))
}

func (h *console) getAppPart(c *gin.Context, key string) (View, error) {
	if !slices.ContainsFunc(appTabs(), func(t appTabPart) bool { return t.key == key }) {
		return nil, notFound("Page")
	}
	app, err := h.readApp(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	v, err := h.appTab(c, app, key)
	if refusal, is := asOrgProblem(err); is && refusal.Status == http.StatusForbidden && wanted(c.Request) != document {
		s := h.appScreen(c, app, key, user.Boxed(ui.NoPermission(refusal.Title, refusal.Message)))
		s.Around.Status = refusal.Status
		return s, nil
	}
	return v, err
}

// appTab draws a tab of an app that was read.
func (h *console) appTab(c *gin.Context, app okta.Object, key string) (View, error) {
	for _, t := range appTabs() {
		if t.key == key && (t.fits == nil || t.fits(app)) {
			return t.draw(h, c, app)
		}
	}
	return nil, notFound("Page")
}

// appScreen puts a tab's content under the head of the app. A swap of the tab gets the
// content, any other fragment the whole app.
func (h *console) appScreen(c *gin.Context, app okta.Object, key string, content application.Content) Screen {
	ctx := c.Request.Context()
	head := h.appHead(ctx, app, key)
	v := Screen{
		Around: About{Title: head.Name, Section: "apps"},
		Body:   application.Page(head, content), Part: content,
		Data: itemOf(app, h.appCan(ctx, app)),
	}
	if c.Request.Method != http.MethodGet {
		v.Part = application.App(head, content)
	}
	return v
}

func (h *console) appHead(ctx context.Context, app okta.Object, key string) application.Head {
	head := application.Head{
		ID: app.Text("id"), Name: app.Text("label"), Mode: appKindWords(app), Status: app.Text("status"), Updated: app.Text("lastUpdated"),
	}
	var parts []part
	for _, t := range appTabs() {
		if t.fits == nil || t.fits(app) {
			parts = append(parts, part{t.key, t.label, t.op})
		}
	}
	head.Tabs = h.tabs(ctx, appsPath+"/", head.ID, key, parts)
	for _, op := range h.appCan(ctx, app) {
		switch op {
		case "activateApplication":
			head.Activate = appPath(app) + "/activate"
		case "deactivateApplication":
			head.Deactivate = appPath(app) + "/deactivate"
		case "deleteApplication":
			head.Delete = appPath(app) + "/delete"
		}
	}
	return head
}

// appCan are the operations that are open on this app now. An active app cannot be deleted (E0000056).
func (h *console) appCan(ctx context.Context, app okta.Object) []string {
	ops := []string{"updateApplication", "deactivateApplication"}
	if app.Text("status") != "ACTIVE" {
		ops = []string{"updateApplication", "activateApplication", "deleteApplication"}
	}
	can := []string{}
	for _, op := range ops {
		if h.mayOn(ctx, op, app.Text("id")) {
			can = append(can, op)
		}
	}
	return can
}

func (h *console) appActivity(c *gin.Context, app okta.Object) (View, error) {
	list, err := h.eventsOf(c, appsPath+"/", app.Text("id"), "app")
	if err != nil {
		return nil, err
	}
	return list.in(c, h.appScreen(c, app, "activity", list.whole)), nil
}

func (h *console) appHistory(c *gin.Context, app okta.Object) (View, error) {
	list, err := h.changesOf(c, appsPath+"/", app.Text("id"))
	if err != nil {
		return nil, err
	}
	return list.in(c, h.appScreen(c, app, "history", list.whole)), nil
}

func (h *console) appJSON(c *gin.Context, app okta.Object) (View, error) {
	return h.appScreen(c, app, "json", ui.JSON("As the org has it", app.Bytes())), nil
}
