package handlers

import (
	"context"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/user"
)

// generalSections are what an app is called and where it is shown.
func generalSections(okta.Object) []settingsSection {
	return []settingsSection{
		{settings: []setting{
			{path: "label", label: "Label", help: "The name that people see on their dashboard", required: true, most: 100, wide: true},
		}},
		{title: "Where it is shown", settings: []setting{
			{path: "visibility.hide.web", label: "Hide from the dashboard in the browser", kind: boxKind},
			{path: "visibility.hide.iOS", label: "Hide from the mobile app", kind: boxKind},
			{path: "visibility.autoLaunch", label: "Open as soon as somebody signs in to the org", kind: boxKind},
			{path: "visibility.autoSubmitToolbar", label: "Sign in by itself when its page is opened", kind: boxKind, help: "With the browser plugin"},
			{path: "accessibility.selfService", label: "People may ask for it themselves", kind: boxKind},
			{path: "accessibility.errorRedirectUrl", label: "Error page", help: "Where people are sent when their sign-in to the app fails"},
			{path: "accessibility.loginRedirectUrl", label: "Sign-in page", help: "Where people are sent who open the app before they signed in"},
		}},
		{title: "Notes", settings: []setting{
			{path: "settings.notes.admin", label: "For admins", kind: "textarea", wide: true},
			{path: "settings.notes.enduser", label: "For the people who use it", kind: "textarea", wide: true},
		}},
		{title: "Profile", note: "Values of the app's own that claims and integrations can read, as a JSON object.", settings: []setting{
			{path: "profile", label: "Profile", kind: jsonKind},
		}},
	}
}

func (h *console) generalForm(ctx context.Context, app okta.Object) appForm {
	return appForm{key: firstAppTab, action: appPath(app), sections: generalSections(app), locked: h.appLocked(ctx, app)}
}

// appGeneral is the tab General.
func (h *console) appGeneral(c *gin.Context, app okta.Object) (View, error) {
	f := h.generalForm(c.Request.Context(), app)
	return h.appFormScreen(c, app, f, f.drawn(app, nil, nil))
}

// generalScreen is the tab with its form as it was drawn.
func (h *console) generalScreen(c *gin.Context, app okta.Object, drawn application.Form) Screen {
	changes, problem := h.lastChanges(c.Request.Context(), app.Text("id"))
	facts := []application.Fact{{Label: "Sign-on", Value: appKindWords(app)}, {Label: "Name in the API", Value: app.Text("name"), Copy: true}}
	if id := app.Text("credentials", "oauthClient", "client_id"); id != "" {
		facts = append(facts, application.Fact{Label: "Client id", Value: id, Copy: true})
	}
	facts = append(facts, application.Fact{Label: "Created", At: app.Text("created")}, application.Fact{Label: "Changed", At: app.Text("lastUpdated")})
	return h.appScreen(c, app, firstAppTab, application.General(drawn, facts, user.LastChanges(changes, problem, appTabPath(app, "history"))))
}

// editAppGeneral saves the tab General.
func (h *console) editAppGeneral(c *gin.Context) (View, error) { return h.editApp(c, firstAppTab) }
