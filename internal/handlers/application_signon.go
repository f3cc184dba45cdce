package handlers

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

const appSettings = "settings.app."

// appSettingWords are the labels of settings of templates and catalogue apps; others are
// called what the API calls them.
var appSettingWords = map[string]setting{
	"url":                  {label: "Address", wide: true},
	"authURL":              {label: "Address that asks for the password", wide: true},
	"targetURL":            {label: "Sign-in page", wide: true},
	"redirectUrl":          {label: "Address after the sign-in", wide: true},
	"loginUrlRegex":        {label: "Sign-in pages, as a regular expression", wide: true},
	"usernameField":        {label: "User name field", help: "Name or CSS selector of the input"},
	"passwordField":        {label: "Password field", help: "Name or CSS selector of the input"},
	"buttonField":          {label: "Sign-in button", help: "CSS selector"},
	"checkbox":             {label: "Box to tick", help: "CSS selector"},
	"userNameSelector":     {label: "User name field", help: "CSS selector"},
	"passwordSelector":     {label: "Password field", help: "CSS selector"},
	"buttonSelector":       {label: "Sign-in button", help: "CSS selector"},
	"extraFieldSelector":   {label: "Third field", help: "CSS selector"},
	"extraFieldValue":      {label: "Value of the third field"},
	"optionalField1":       {label: "Further field 1"},
	"optionalField1Value":  {label: "Value of further field 1"},
	"optionalField2":       {label: "Further field 2"},
	"optionalField2Value":  {label: "Value of further field 2"},
	"optionalField3":       {label: "Further field 3"},
	"optionalField3Value":  {label: "Value of further field 3"},
	"requestIntegration":   {label: "Ask the vendor to add this app to the catalogue", kind: boxKind},
	"siteURL":              {label: "Site address", wide: true},
	"realm":                {label: "Realm"},
	"audienceRestriction":  {label: "Audience restriction"},
	"nameIDFormat":         {label: "Name id format"},
	"wReplyURL":            {label: "ReplyTo address"},
	"wReplyOverride":       {label: "The app may name another ReplyTo address (wreply)", kind: boxKind},
	"usernameAttribute":    {label: "User name attribute"},
	"authnContextClassRef": {label: "Authentication context"},
	"attributeStatements":  {label: "Attribute statements"},
	"groupFilter":          {label: "Groups that match", help: "A regular expression"},
	"groupName":            {label: "Name of the groups attribute"},
	"groupValueFormat":     {label: "Format of group names"},
}

// appSettingOf is a setting of settings.app by its name.
func appSettingOf(name string) setting {
	s := appSettingWords[name]
	s.path, s.label = appSettings+name, cmp.Or(s.label, name)
	return s
}

// integrationSettings are all of settings.app that an app has. What is no text, number
// or box is edited as JSON by the API only.
func integrationSettings(app okta.Object) (out []setting) {
	all := app.Object("settings", "app")
	names := all.Keys()
	rank := func(name string) int {
		if s := appSettingWords[name]; s.wide {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	for _, name := range names {
		s := appSettingOf(name)
		switch v := all.Get(name); {
		case string(v) == "true" || string(v) == "false":
			s.kind = boxKind
		case len(v) > 0 && (v[0] == '{' || v[0] == '['):
			continue
		}
		out = append(out, s)
	}
	return out
}

// The settings of what is filled into the sign-in form of an app.
var (
	userNameTemplate = setting{path: "credentials.userNameTemplate.template", label: "User name in the app", help: "Such as ${source.login} or user.email"}
	userNameKind     = setting{path: "credentials.userNameTemplate.type", label: "User name comes from", kind: "select", options: []ui.Option{
		{Value: "BUILT_IN", Label: "One of the usual templates"}, {Value: "CUSTOM", Label: "An expression"}, {Value: "NONE", Label: "Nothing: it is typed for each person"},
	}}
	loginURL         = setting{path: "settings.signOn.loginUrl", label: "Address of the sign-in page", wide: true}
	loginRedirect    = setting{path: "settings.signOn.redirectUrl", label: "Address after the sign-in", wide: true}
	credentialScheme = setting{path: "credentials.scheme", label: "Who sets the credentials", kind: "select", wide: true, options: []ui.Option{
		{Value: "EDIT_USERNAME_AND_PASSWORD", Label: "People set user name and password"},
		{Value: "ADMIN_SETS_CREDENTIALS", Label: "Admins set user name and password"},
		{Value: "EDIT_PASSWORD_ONLY", Label: "Admins set the user name, people the password"},
		{Value: "EXTERNAL_PASSWORD_SYNC", Label: "The password is that of the org"},
		{Value: "SHARED_USERNAME_AND_PASSWORD", Label: "Everybody shares one user name and password"},
	}}
	sharedName     = setting{path: "credentials.userName", label: "Shared user name"}
	sharedPassword = setting{path: "credentials.password", label: "Shared password", kind: passwordKind, help: "Only for a shared account. Leave it empty to keep the one that is set; it is never shown."}
)

// signOnSections are the settings of how people sign in, by mode.
func signOnSections(app okta.Object) []settingsSection {
	var own []settingsSection
	integration := settingsSection{title: "Integration", settings: integrationSettings(app)}
	switch app.Text("signOnMode") {
	case "OPENID_CONNECT":
		if app.Text("name") == "oidc_client" {
			return oidcSections(app)
		}
	case "SAML_2_0", "SAML_1_1":
		own = samlSections(app)
	case "AUTO_LOGIN", "BROWSER_PLUGIN", "SECURE_PASSWORD_STORE", "BASIC_AUTH":
		if app.Get("settings", "signOn", "loginUrl") != nil { // an app of the org's own
			own = []settingsSection{{title: "Sign-in page", settings: []setting{loginURL, loginRedirect}}}
		}
		own = append(own, settingsSection{title: "Credentials", settings: []setting{
			credentialScheme, sharedName, sharedPassword,
			{path: "credentials.revealPassword", label: "People may see their password", kind: boxKind},
		}})
	case "WS_FEDERATION":
		integration.note = "Configuration only: the embedded org keeps these settings and answers them, and signs nobody in by WS-Federation. An org in the cloud does."
	}
	if app.Text("signOnMode") != "BOOKMARK" {
		own = append(own, settingsSection{title: "User name", settings: []setting{userNameKind, userNameTemplate}})
	}
	if len(integration.settings) > 0 {
		own = append([]settingsSection{integration}, own...)
	}
	return own
}

// hasSignOn tells which apps have the tab: of an OpenID Connect app of the catalogue the
// provider registers the client itself.
func hasSignOn(app okta.Object) bool { return len(signOnSections(app)) > 0 }

func (h *console) signOnForm(ctx context.Context, app okta.Object) appForm {
	return appForm{key: signOnTab, action: appTabPath(app, signOnTab), sections: signOnSections(app), locked: h.appLocked(ctx, app)}
}

// appSignOn is the tab Sign-on.
func (h *console) appSignOn(c *gin.Context, app okta.Object) (View, error) {
	f := h.signOnForm(c.Request.Context(), app)
	return h.appFormScreen(c, app, f, f.drawn(app, nil, nil))
}

// editAppSignOn saves the tab.
func (h *console) editAppSignOn(c *gin.Context) (View, error) { return h.editApp(c, signOnTab) }

// signOnScreen is the tab with its form as it was drawn, and what the other side needs to know.
func (h *console) signOnScreen(c *gin.Context, app okta.Object, drawn application.Form) (View, error) {
	side, err := h.signOnSide(c.Request.Context(), app)
	if err != nil {
		return nil, err
	}
	return h.appScreen(c, app, signOnTab, application.SignOn(drawn, side)), nil
}

// signOnSide are the values of the org that the app is configured with.
func (h *console) signOnSide(ctx context.Context, app okta.Object) (application.OtherSide, error) {
	switch app.Text("signOnMode") {
	case "OPENID_CONNECT":
		if clientID(app) == "" {
			return application.OtherSide{}, nil
		}
		org := strings.TrimSuffix(h.config.OrgURL, "/")
		return application.OtherSide{Title: "For the app", Facts: []application.Fact{
			{Label: "Client id", Value: clientID(app), Copy: true},
			{Label: "Issuer", Value: org, Copy: true},
			{Label: "Configuration", Value: org + "/.well-known/openid-configuration", Copy: true},
		}, More: application.Link{Label: "Code for the app", Href: appTabPath(app, integrateTab)}}, nil
	case "SAML_2_0":
		return h.samlSide(ctx, app)
	}
	return application.OtherSide{}, nil
}
