package handlers

import (
	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

const (
	oauthSettings = "settings.oauthClient."
	oauthSecrets  = "credentials.oauthClient."
)

// grantBoxes are the grant types that people know; others that an app has stand behind them.
var grantBoxes = []application.Choice{
	{Value: "authorization_code", Label: "Authorization code", Note: "People sign in in a browser"},
	{Value: "refresh_token", Label: "Refresh token", Note: "The app stays signed in without asking again"},
	{Value: "client_credentials", Label: "Client credentials", Note: "The app acts as itself, without a person"},
	{Value: "urn:ietf:params:oauth:grant-type:device_code", Label: "Device code", Note: "People sign in on another device: televisions, command lines"},
	{Value: "urn:ietf:params:oauth:grant-type:token-exchange", Label: "Token exchange"},
	{Value: "implicit", Label: "Implicit", Note: "Tokens in the address of the page: not for new apps (RFC 9700)"},
	{Value: "password", Label: "Resource owner password", Note: "The app sees the password: not for new apps (RFC 9700)"},
}

var responseBoxes = []application.Choice{
	{Value: "code", Label: "code"}, {Value: "token", Label: "token"}, {Value: "id_token", Label: "id_token"},
}

// clientAuthentications are how a client proves itself at the token endpoint.
var clientAuthentications = []ui.Option{
	{Value: "client_secret_basic", Label: "Secret, in the header (client_secret_basic)"},
	{Value: "client_secret_post", Label: "Secret, in the body (client_secret_post)"},
	{Value: "client_secret_jwt", Label: "Secret, signs an assertion (client_secret_jwt)"},
	{Value: "private_key_jwt", Label: "Key of its own (private_key_jwt)"},
	{Value: "none", Label: "None: a public client with PKCE"},
}

// The settings of an OpenID Connect app that several forms have.
var (
	redirectURIs = setting{
		path: oauthSettings + "redirect_uris", label: "Sign-in redirect URIs", kind: linesKind,
		help: "One a line, in full. The org sends people back to these only, compared character by character.",
	}
	logoutURIs = setting{
		path: oauthSettings + "post_logout_redirect_uris", label: "Sign-out redirect URIs", kind: linesKind, help: "Where people may be sent after they signed out",
	}
	grantTypes = setting{path: oauthSettings + "grant_types", label: "Grant types", kind: boxesKind, boxes: grantBoxes}
	pkce       = setting{path: oauthSecrets + "pkce_required", label: "Require PKCE", kind: boxKind, help: "A stolen code is of no use (RFC 7636)"}
	clientAuth = setting{path: oauthSecrets + "token_endpoint_auth_method", label: "Client authentication", kind: "select", options: clientAuthentications, wide: true}
	publicKeys = setting{
		path: oauthSettings + "jwks", label: "Public keys", kind: jsonKind, help: `A JWK set, {"keys": [...]}: public RSA or EC keys. Needed for private_key_jwt, unless there is an address of keys.`,
	}
	keysURI = setting{path: oauthSettings + "jwks_uri", label: "Address of public keys", help: "The org reads the keys there, so that the app can change them by itself", wide: true}
)

// oidcSections are the settings of how people sign in to an OpenID Connect app.
func oidcSections(app okta.Object) []settingsSection {
	grants := settingsSection{title: "Grants", settings: []setting{
		grantTypes,
		{path: oauthSettings + "response_types", label: "Response types", kind: boxesKind, boxes: responseBoxes},
		{path: oauthSettings + "refresh_token.rotation_type", label: "Refresh token", kind: "select", options: []ui.Option{
			{Value: "", Label: "As the org has it"}, {Value: "ROTATE", Label: "A new one at each use"}, {Value: "STATIC", Label: "Stays the same"},
		}},
		{path: oauthSettings + "refresh_token.leeway", label: "Grace of the previous one, seconds", kind: "number", help: "0 to 60: how long it is still taken after a new one was given"},
	}}
	security := settingsSection{title: "Security", settings: []setting{
		pkce,
		{path: oauthSettings + "dpop_bound_access_tokens", label: "Require DPoP", kind: boxKind, help: "Tokens are bound to a key of the app (RFC 9449)"},
		{path: oauthSettings + "issuer_mode", label: "Issuer", kind: "select", options: []ui.Option{
			{Value: "ORG_URL", Label: "Address of the org"}, {Value: "CUSTOM_URL", Label: "Custom address"}, {Value: "DYNAMIC", Label: "The address that the request came to"},
		}},
	}}
	if app.Text("settings", "oauthClient", "application_type") == "service" {
		return []settingsSection{grants, security}
	}
	return []settingsSection{
		{title: "Redirects", settings: []setting{
			redirectURIs, logoutURIs,
			{path: oauthSettings + "wildcard_redirect", label: "Wildcards in redirect URIs", kind: "select", options: []ui.Option{
				{Value: "DISABLED", Label: "Not allowed"}, {Value: "SUBDOMAIN", Label: "For a subdomain"},
			}},
		}},
		grants,
		{title: "Sign-in begun by the org", settings: []setting{
			{path: oauthSettings + "initiate_login_uri", label: "Initiate login URI", help: "Where the app begins a sign-in: opened from the dashboard (OpenID Connect, section 4 of Core)", wide: true},
			{path: oauthSettings + "idp_initiated_login.mode", label: "From the dashboard", kind: "select", options: []ui.Option{
				{Value: "DISABLED", Label: "Not shown"}, {Value: "SPEC", Label: "Opens the initiate login URI"}, {Value: "OKTA", Label: "Sends tokens to the app"},
			}},
			{path: oauthSettings + "idp_initiated_login.default_scope", label: "Scopes of these tokens", kind: linesKind},
		}},
		{title: "Consent", settings: []setting{
			{path: oauthSettings + "consent_method", label: "Consent", kind: "select", options: []ui.Option{
				{Value: "TRUSTED", Label: "Not asked for"}, {Value: "REQUIRED", Label: "People are asked where a scope wants it"},
			}},
			{path: oauthSettings + "client_uri", label: "Home page"},
			{path: oauthSettings + "logo_uri", label: "Logo"},
			{path: oauthSettings + "tos_uri", label: "Terms of service"},
			{path: oauthSettings + "policy_uri", label: "Privacy policy"},
		}},
		security,
		{title: "Single logout", settings: []setting{
			{path: oauthSettings + "participate_slo", label: "Sign people out of it when they sign out elsewhere", kind: boxKind},
			{path: oauthSettings + "frontchannel_logout_uri", label: "Front-channel logout URI", help: "Opened in the browser at the sign-out"},
			{path: oauthSettings + "frontchannel_logout_session_required", label: "Send issuer and session with it", kind: boxKind},
		}},
	}
}
