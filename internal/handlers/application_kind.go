package handlers

import (
	"slices"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

// appKind is a kind of app that can be added: what it begins as, and the settings that it
// cannot do without. Everything else is set on its page.
type appKind struct {
	key, group, label, says string
	// base is the document before anything is typed.
	base     okta.Object
	sections []settingsSection
	// complete, where set, derives what the form does not ask for.
	complete func(okta.Object) okta.Object
}

// The headings that kinds stand under.
const (
	oidcGroup   = "OpenID Connect"
	samlGroup   = "SAML 2.0"
	swaGroup    = "Secure web authentication: the org fills in the app's own sign-in form"
	othersGroup = "Without single sign-on"
)

func appBase(mode, name string, more map[string]any) okta.Object {
	doc := okta.Object{}
	if name != "" {
		doc = doc.With("name", name)
	}
	doc = doc.With("signOnMode", mode)
	for _, key := range []string{"credentials", "settings", "visibility"} {
		if v, has := more[key]; has {
			doc = doc.With(key, v)
		}
	}
	return doc
}

// oidcBase is an OpenID Connect app of a type with grants, PKCE and a way to prove itself.
func oidcBase(kind, auth string, pkce bool, grants ...string) okta.Object {
	responses := []string{"code"}
	if kind == "service" {
		responses = []string{"token"}
	}
	client := map[string]any{"application_type": kind, "grant_types": grants, "response_types": responses, "consent_method": "TRUSTED", "issuer_mode": "ORG_URL"}
	if slices.Contains(grants, "refresh_token") {
		client["refresh_token"] = map[string]any{"rotation_type": "ROTATE", "leeway": 30}
	}
	return appBase("OPENID_CONNECT", "oidc_client", map[string]any{
		"credentials": map[string]any{"oauthClient": map[string]any{"autoKeyRotation": true, "token_endpoint_auth_method": auth, "pkce_required": pkce}},
		"settings":    map[string]any{"oauthClient": client},
	})
}

// labelSetting is the first field of every new app.
var labelSetting = setting{path: "label", label: "Label", help: "The name that people see on their dashboard", required: true, most: 100, wide: true}

func named(more ...setting) []settingsSection {
	return []settingsSection{{settings: append([]setting{labelSetting}, more...)}}
}

// grantsOf offers some of the grant types.
func grantsOf(values ...string) setting {
	s := grantTypes
	s.boxes = slices.DeleteFunc(slices.Clone(grantBoxes), func(b application.Choice) bool { return !slices.Contains(values, b.Value) })
	return s
}

// clientAuthOf offers some of the ways to prove itself.
func clientAuthOf(values ...string) setting {
	s := clientAuth
	s.options = slices.DeleteFunc(slices.Clone(clientAuthentications), func(o ui.Option) bool { return !slices.Contains(values, o.Value) })
	return s
}

// fields are settings of settings.app by name, of which the required ones come first.
func fields(required int, names ...string) (out []setting) {
	for i, name := range names {
		s := appSettingOf(name)
		s.required = i < required
		out = append(out, s)
	}
	return out
}

func need(s setting) setting {
	s.required = true
	return s
}

const (
	codeGrant, refreshGrant, deviceGrant = "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"
	clientGrant                          = "client_credentials"
)

// appKinds are the kinds, in the order that they are offered.
var appKinds = []appKind{
	{
		key: "web", group: oidcGroup, label: "Web application", says: "Runs on a server and keeps a secret: Go, Java, .NET, Node.js, PHP, Python.",
		base:     oidcBase("web", "client_secret_basic", true, codeGrant, refreshGrant),
		sections: named(need(redirectURIs), logoutURIs, grantsOf(codeGrant, refreshGrant, clientGrant, deviceGrant), clientAuthOf("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"), publicKeys, pkce),
	},
	{
		key: "spa", group: oidcGroup, label: "Single-page application", says: "Runs in the browser and keeps no secret: React, Angular, Vue.",
		base:     oidcBase("browser", "none", true, codeGrant, refreshGrant),
		sections: named(need(redirectURIs), logoutURIs, grantsOf(codeGrant, refreshGrant)),
	},
	{
		key: "native", group: oidcGroup, label: "Native application", says: "Runs on a phone, a desktop or a command line and keeps no secret.",
		base:     oidcBase("native", "none", true, codeGrant, refreshGrant),
		sections: named(need(redirectURIs), logoutURIs, grantsOf(codeGrant, refreshGrant, deviceGrant)),
	},
	{
		key: "service", group: oidcGroup, label: "Service", says: "A program that acts as itself, without a person: jobs, daemons, command line tools.",
		base:     oidcBase("service", "client_secret_basic", false, clientGrant),
		sections: named(clientAuthOf("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"), publicKeys),
	},
	{
		key: "saml", group: samlGroup, label: "SAML 2.0", says: "The app trusts signed assertions of the org.",
		base: appBase("SAML_2_0", "", map[string]any{"settings": map[string]any{"signOn": map[string]any{
			"subjectNameIdTemplate": "${user.userName}", "subjectNameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
			"responseSigned": true, "assertionSigned": true, "signatureAlgorithm": "RSA_SHA256", "digestAlgorithm": "SHA256", "honorForceAuthn": true,
			"authnContextClassRef": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
			"idpIssuer":            "http://www.okta.com/${org.externalKey}",
		}}}),
		sections: named(acsURL, samlAudience, nameIDFormat, nameIDTemplate, relayState, statements), complete: withACS,
	},
	{
		key: "swa", group: swaGroup, label: "SWA", says: "The org's plugin opens the sign-in page and fills it in.",
		base: appBase("AUTO_LOGIN", "", nil), sections: named(need(loginURL), loginRedirect, credentialScheme, sharedName, sharedPassword),
	},
	{
		key: "swa-plugin", group: swaGroup, label: "SWA, browser plugin", says: "For sign-in pages whose fields have to be named.",
		base:     appBase("BROWSER_PLUGIN", "template_swa", nil),
		sections: named(append(fields(4, "url", "usernameField", "passwordField", "buttonField", "checkbox", "redirectUrl", "loginUrlRegex"), credentialScheme, sharedName, sharedPassword)...),
	},
	{
		key: "swa-3-fields", group: swaGroup, label: "SWA, three fields", says: "For sign-in pages that ask for one thing more, such as a company id.",
		base:     appBase("BROWSER_PLUGIN", "template_swa3field", nil),
		sections: named(append(fields(6, "targetURL", "userNameSelector", "passwordSelector", "buttonSelector", "extraFieldSelector", "extraFieldValue", "loginUrlRegex"), credentialScheme, sharedName, sharedPassword)...),
	},
	{
		key: "swa-form", group: swaGroup, label: "SWA, form post", says: "The org posts user name and password to the app, without a plugin.",
		base:     appBase("SECURE_PASSWORD_STORE", "template_sps", nil),
		sections: named(append(fields(3, "url", "usernameField", "passwordField", "optionalField1", "optionalField1Value", "optionalField2", "optionalField2Value", "optionalField3", "optionalField3Value"), credentialScheme, sharedName, sharedPassword)...),
	},
	{
		key: "basic", group: swaGroup, label: "Basic authentication", says: "For pages that ask in the browser's own window.",
		base: appBase("BASIC_AUTH", "template_basic_auth", nil), sections: named(append(fields(2, "url", "authURL"), credentialScheme, sharedName, sharedPassword)...),
	},
	{
		key: "bookmark", group: othersGroup, label: "Bookmark", says: "A link on the dashboard.",
		base: appBase("BOOKMARK", "bookmark", nil), sections: named(fields(1, "url")...),
	},
	{
		key: "ws-fed", group: othersGroup, label: "WS-Federation", says: "Configuration only: the embedded org keeps it and signs nobody in by it. An org in the cloud does.",
		base: appBase("WS_FEDERATION", "template_wsfed", nil), sections: named(fields(2, "siteURL", "audienceRestriction", "realm", "nameIDFormat", "usernameAttribute", "wReplyURL", "wReplyOverride", "attributeStatements", "groupFilter", "groupName")...),
	},
}

func findAppKind(key string) (appKind, bool) {
	i := slices.IndexFunc(appKinds, func(k appKind) bool { return k.key == key })
	if i < 0 {
		return appKind{}, false
	}
	return appKinds[i], true
}

// withACS takes the single sign-on URL for recipient and destination, as nearly every
// app has it; the page of the app can tell them apart.
func withACS(doc okta.Object) okta.Object {
	url := doc.Get("settings", "signOn", "ssoAcsUrl")
	return doc.WithPath(url, "settings", "signOn", "recipient").WithPath(url, "settings", "signOn", "destination")
}
