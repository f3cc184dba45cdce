package org

import "slices"

// catalogApp is an integration that applications are made from by name.
type catalogApp struct {
	name, title, category, website string
	modes                          []string
	// settings are the keys of settings.app, null until set ("recorded").
	settings []string
	// link is the name of its one app link; "" is "login".
	link string
}

// The names that this org gives a meaning of its own.
const (
	oidcClient = "oidc_client"
	bookmark   = "bookmark"
)

// catalog holds the templates and some integrations: those that recorded clients ask for
// and a few that are asked for often. The cloud has thousands; a name that is not here is
// taken as one of them, with the sign-on mode that the request names [assumed].
var catalog = []catalogApp{
	{name: bookmark, title: "Bookmark App", modes: []string{modeBookmark}, settings: []string{"requestIntegration", "url"}},
	{name: "template_basic_auth", title: "Template Basic Auth App", modes: []string{modeBasicAuth}, settings: []string{"loginUrlRegex", "authURL", "url"}},
	{name: "template_swa", title: "Template App", modes: []string{modeBrowserPlugin}, settings: []string{"loginUrlRegex", "usernameField", "redirectUrl", "buttonField", "checkbox", "passwordField", "url"}},
	{name: "template_swa3field", title: "Template App 3 Fields", modes: []string{modeBrowserPlugin}, settings: []string{"loginUrlRegex", "extraFieldSelector", "extraFieldValue", "redirectUrl", "userNameSelector", "passwordSelector", "buttonSelector", "targetURL"}},
	{name: "template_sps", title: "Template Plugin App", modes: []string{modePasswordStore}, settings: []string{"usernameField", "optionalField1", "optionalField2Value", "optionalField3Value", "passwordField", "url", "optionalField1Value", "optionalField2", "optionalField3"}},
	{name: "template_wsfed", title: "Template WS-Fed", modes: []string{modeWSFed}, settings: []string{"audienceRestriction", "groupName", "groupValueFormat", "realm", "wReplyURL", "attributeStatements", "nameIDFormat", "authnContextClassRef", "siteURL", "wReplyOverride", "groupFilter", "usernameAttribute"}},
	{name: oidcClient, title: "OpenID Connect client", modes: []string{modeOIDC}, link: "oidc_client_link"},
	{name: "Applauz", title: "Applauz", modes: []string{modeOIDC}, link: "applauz_link"},
	{name: "Deel", title: "Deel", modes: []string{modeOIDC}, link: "deel_link"},
	{name: "aws_console", title: "AWS Console", category: "INFRASTRUCTURE", modes: []string{modeAutoLogin, modeSAML}, link: "aws_console_login"},
	{name: "deelhr", title: "Deel HR", modes: []string{modeAutoLogin}, link: "deelhr_link"},
	{name: "facebook", title: "Facebook", category: "SOCIAL", website: "http://www.facebook.com/", modes: []string{modeBrowserPlugin}},
	{name: "google", title: "Google Workspace", category: "COLLABORATION", modes: []string{modeSAML, modeBrowserPlugin}, settings: []string{"domain", "rpId"}},
	{name: "office365", title: "Microsoft Office 365", category: "COLLABORATION", modes: []string{modeWSFed, modeAutoLogin}, settings: []string{"domain", "msftTenant", "wsFedConfigureType"}},
	{name: "pagerduty", title: "PagerDuty", category: "INCIDENT", modes: []string{modeSAML, modeAutoLogin}, settings: []string{"adminUserId", "baseUrl", "subdomain"}},
	{name: "salesforce", title: "Salesforce.com", category: "CRM", modes: []string{modeSAML, modeAutoLogin}, settings: []string{"instanceType", "integrationType", "loginUrl", "logoutUrl"}},
	{name: "sharepoint_onpremise", title: "SharePoint (On-Premise)", category: "COLLABORATION", modes: []string{modeSAML11}, settings: []string{"groupFilter", "siteURL", "attributeStatements"}},
	{name: "slack", title: "Slack", category: "COLLABORATION", modes: []string{modeSAML, modeBrowserPlugin}, settings: []string{"domain", "userEmailValue"}},
	{name: "strongdm", title: "strongDM", modes: []string{modeOIDC}, settings: []string{"base_url"}, link: "strongdm_link"},
	{name: "zoomus", title: "Zoom", category: "COLLABORATION", modes: []string{modeSAML}, settings: []string{"subDomain"}},
}

// catalogUpdated is when the catalog was written.
const catalogUpdated = "2026-11-01T00:00:00.000Z"

// catalogNamed finds a catalog app; found is false for one that this catalog lacks.
func catalogNamed(name string) (c catalogApp, found bool) {
	i := slices.IndexFunc(catalog, func(c catalogApp) bool { return c.name == name })
	if i < 0 {
		return catalogApp{name: name, title: name}, false
	}
	return catalog[i], true
}
