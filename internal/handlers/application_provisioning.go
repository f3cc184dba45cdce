package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

const provisioningTab = "provisioning"

// hasProvisioning tells whether an app may have users of its own that the org keeps in step.
func hasProvisioning(app okta.Object) bool {
	switch app.Text("signOnMode") {
	case "BOOKMARK", "BASIC_AUTH":
		return false
	}
	return true
}

// statusOptions switch a capability.
var statusOptions = []ui.Option{{Value: "ENABLED", Label: "On"}, {Value: "DISABLED", Label: "Off"}}

// capabilitySections are what a feature may do in the app, as far as its document has it.
func capabilitySections(feature okta.Object) []settingsSection {
	known := []setting{
		{path: "capabilities.create.lifecycleCreate.status", label: "Create users", help: "An account in the app for whoever gets it", kind: "select", options: statusOptions},
		{path: "capabilities.update.profile.status", label: "Update profiles", help: "What changes here changes there", kind: "select", options: statusOptions},
		{path: "capabilities.update.lifecycleDeactivate.status", label: "Deactivate users", help: "Who loses the app loses the account", kind: "select", options: statusOptions},
		{path: "capabilities.update.password.status", label: "Send passwords", kind: "select", options: statusOptions},
		{path: "capabilities.update.password.seed", label: "Which password", kind: "select", options: []ui.Option{{Value: "RANDOM", Label: "A random one"}, {Value: "OKTA", Label: "The one of the org"}}},
		{path: "capabilities.update.password.change", label: "When a password changes", kind: "select", options: []ui.Option{{Value: "KEEP_EXISTING", Label: "Keep that of the app"}, {Value: "CHANGE", Label: "Change it in the app, too"}}},
	}
	section := settingsSection{title: "What it does in the app"}
	for _, s := range known {
		if s.raw(feature) != nil {
			section.settings = append(section.settings, s)
		}
	}
	if len(section.settings) == 0 {
		return nil
	}
	return []settingsSection{section}
}

func (h *console) featureForm(ctx context.Context, app, feature okta.Object) appForm {
	f := appForm{
		key: provisioningTab, action: appPath(app) + "/provisioning/features/" + url.PathEscape(feature.Text("name")), sections: capabilitySections(feature),
	}
	if !h.mayOn(ctx, "updateFeatureForApplication", app.Text("id")) {
		f.locked = "Your admin role does not cover the provisioning of this app."
	}
	return f
}

// connectionSections are the credentials of the connection.
var connectionSections = []settingsSection{{title: "Credentials", settings: []setting{
	{path: "profile.authScheme", label: "Signs in by", kind: "select", wide: true, options: []ui.Option{{Value: "TOKEN", Label: "API token"}, {Value: "OAUTH2", Label: "OAuth 2.0"}}},
	{path: "baseUrl", label: "Address of the app's API", help: "Where the integration asks for one", wide: true},
	{path: "profile.token", label: "Token", kind: "password", help: "Never shown", wide: true},
}}}

// provisioningOf is the connection of an app and its features; unread says why they are not shown.
func (h *console) provisioningOf(ctx context.Context, app okta.Object) (connection okta.Object, features []okta.Object, unread string, err error) {
	id := app.Text("id")
	err = together(ctx, func(ctx context.Context) (err error) {
		unread, err = h.told(ctx, "getDefaultProvisioningConnectionForApplication", func() error {
			resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getDefaultProvisioningConnectionForApplication"), Args: appArg(id)})
			if err == nil {
				connection, err = resp.Object()
			}
			return unsupported(err)
		})
		return err
	}, func(ctx context.Context) error {
		_, err := h.told(ctx, "listFeaturesForApplication", func() (err error) {
			features, err = h.objects(ctx, okta.Call{Op: okta.Find("listFeaturesForApplication"), Args: appArg(id)})
			return unsupported(err)
		})
		return err
	})
	return connection, features, unread, err
}

// unsupported takes the refusal of an app that knows no provisioning (400) for an empty answer.
func unsupported(err error) error {
	if p, is := asOrgProblem(err); is && p.Status == http.StatusBadRequest {
		return nil
	}
	return err
}

// appProvisioning is the tab of the connection to the app's own users.
func (h *console) appProvisioning(c *gin.Context, app okta.Object) (View, error) {
	return h.provisioningScreen(c, app, nil)
}

// provisioningScreen draws the tab; form, where given, is drawn in place of the one with its address.
func (h *console) provisioningScreen(c *gin.Context, app okta.Object, form *application.Form) (View, error) {
	ctx, id := c.Request.Context(), app.Text("id")
	connection, features, unread, err := h.provisioningOf(ctx, app)
	if err != nil {
		return nil, err
	}
	t := application.Provisioning{
		App: appPath(app), Name: app.Text("label"), Scheme: connection.Text("profile", "authScheme"), BaseURL: connection.Text("baseUrl"),
		Enabled: connection.Text("status") == "ENABLED", MayChange: h.mayOn(ctx, "setDefaultProvisioningConnectionForApplication", id) && unread == "",
	}
	if unread != "" {
		t.Unread = unread + "."
	}
	drawn := func(f appForm, doc okta.Object) application.Form {
		if form != nil && form.Action == f.action {
			return *form
		}
		return f.drawn(doc, nil, nil)
	}
	connect := appForm{key: provisioningTab, action: appPath(app) + "/provisioning", sections: connectionSections}
	t.Connection = drawn(connect, connection)
	for _, d := range features {
		t.Features = append(t.Features, application.Feature{
			Name: roleWords(d.Text("name")), Status: d.Text("status"), Description: d.Text("description"), Form: drawn(h.featureForm(ctx, app, d), d),
		})
	}
	s := h.appScreen(c, app, provisioningTab, application.ProvisioningTab(t))
	if c.Request.Method == http.MethodGet {
		s.Data = listOf(noneNil(features), "")
	}
	return s, nil
}

// saveAppFeature saves what was changed of a feature, and that alone.
func (h *console) saveAppFeature(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	app, err := h.readApp(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	args := map[string]string{"appId": app.Text("id"), "name": c.Param("feature")}
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getFeatureForApplication"), Args: args})
	if err != nil {
		return nil, err
	}
	feature, err := resp.Object()
	if err != nil {
		return nil, err
	}
	base, err := formBase(c)
	if err != nil {
		return nil, err
	}
	f := h.featureForm(ctx, app, feature)
	next, saved, clash, _ := f.changes(feature, base, c.Request.PostForm)
	switch {
	case len(clash) > 0 && wanted(c.Request) == document:
		return nil, errChanged
	case len(clash) > 0:
		form := f.again(c, feature, nil, nil, clash)
		return withStatus(http.StatusUnprocessableEntity)(h.provisioningScreen(c, app, &form))
	case len(saved) == 0:
		return h.appAfter(c, app, provisioningTab, nil, ui.Message{Kind: "info", Title: "Nothing was changed, so nothing was saved."})
	}
	body := f.changedParts(feature, next).Object("capabilities")
	if _, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("updateFeatureForApplication"), Args: args, Body: body, Before: feature, Reason: reason(c)}); err != nil {
		return nil, err
	}
	return h.appAfter(c, app, provisioningTab, nil, ui.Message{Kind: "ok", Title: "Saved: " + joinWords(saved) + "."})
}

// setAppConnection sets the credentials of the connection.
func (h *console) setAppConnection(c *gin.Context) (View, error) {
	profile := okta.Object{}.With("authScheme", c.PostForm("profile.authScheme"))
	if token := c.PostForm("profile.token"); token != "" {
		profile = profile.With("token", token)
	}
	body := okta.Object{}.With("profile", profile)
	if at := strings.TrimSpace(c.PostForm("baseUrl")); at != "" {
		body = body.With("baseUrl", at)
	}
	app, err := h.changeOfApp(c, "setDefaultProvisioningConnectionForApplication", nil, body)
	f := appForm{key: provisioningTab, action: appPath(app) + "/provisioning", sections: connectionSections}
	if why, fields, rest, is := refusedAssignment(err, f); is {
		if wanted(c.Request) == document {
			return nil, why
		}
		form := f.again(c, okta.Object{}, fields, rest, nil)
		return withStatus(http.StatusUnprocessableEntity)(h.provisioningScreen(c, app, &form))
	}
	if err != nil {
		return nil, err
	}
	return h.appAfter(c, app, provisioningTab, nil, ui.Message{Kind: "ok", Title: "The credentials are set. Turn the connection on to use them."})
}

// switchAppConnection turns the connection on or off.
func (h *console) activateAppConnection(c *gin.Context) (View, error) {
	return h.switchAppConnection(c, "activateDefaultProvisioningConnectionForApplication", "Provisioning is on.")
}

func (h *console) deactivateAppConnection(c *gin.Context) (View, error) {
	return h.switchAppConnection(c, "deactivateDefaultProvisioningConnectionForApplication", "Provisioning is off.")
}

func (h *console) switchAppConnection(c *gin.Context, op, done string) (View, error) {
	app, err := h.changeOfApp(c, op, nil, okta.Object{})
	if err != nil {
		return nil, err
	}
	return h.appAfter(c, app, provisioningTab, nil, ui.Message{Kind: "ok", Title: done})
}
