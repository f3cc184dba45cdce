package org

import (
	"bytes"
	"encoding/json"
	"strings"

	"gatehouse/internal/okta"
)

// The sign-on modes.
const (
	modeBookmark      = "BOOKMARK"
	modeBasicAuth     = "BASIC_AUTH"
	modeBrowserPlugin = "BROWSER_PLUGIN"
	modePasswordStore = "SECURE_PASSWORD_STORE"
	modeAutoLogin     = "AUTO_LOGIN"
	modeSAML          = "SAML_2_0"
	modeSAML11        = "SAML_1_1"
	modeWSFed         = "WS_FEDERATION"
	modeOIDC          = "OPENID_CONNECT"
)

// appDefaults are the members of every application, in the recorded order.
var appDefaults = literal(`{
	"id": "", "orn": "", "name": "", "label": "", "status": "", "lastUpdated": "", "created": "",
	"accessibility": {"selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null},
	"visibility": {"autoLaunch": false, "autoSubmitToolbar": false, "hide": {"iOS": false, "web": false}, "appLinks": {}},
	"features": [], "signOnMode": "",
	"credentials": {"userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"}, "signing": {}},
	"universalLogout": null,
	"settings": {
		"app": {},
		"notifications": {"vpn": {"network": {"connection": "DISABLED"}, "message": null, "helpUrl": null}},
		"manualProvisioning": false, "implicitAssignment": false, "emOptInStatus": "NONE",
		"notes": {"admin": null, "enduser": null}
	}
}`)

// passwordCredentials are those of the modes that fill in a form.
var passwordCredentials = literal(`{
	"scheme": "EDIT_USERNAME_AND_PASSWORD", "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"},
	"revealPassword": false, "signing": {}
}`)

// globalLogout is the state of universal logout where the org's own apps could have it.
var globalLogout = literal(`{"status": "DISABLED", "supportType": "FULL", "identityStack": "NOT_SHARED", "protocol": "GLOBAL_TOKEN_REVOCATION"}`)

// modeDefaults are what a mode has beyond appDefaults, for an application with this name.
func modeDefaults(mode, name string) okta.Object {
	d, own := okta.Object{}, ownApp(name)
	template := name == bookmark || name == oidcClient || strings.HasPrefix(name, "template_")
	switch mode {
	case modeBasicAuth, modeBrowserPlugin, modePasswordStore:
		d = d.With("credentials", passwordCredentials)
	case modeAutoLogin:
		d = d.With("credentials", passwordCredentials)
		if own {
			d = d.WithPath(literal(`{"redirectUrl": null, "loginUrl": null}`), "settings", "signOn")
		}
	case modeSAML:
		signOn := catalogSAML
		if own {
			signOn = ownSAML
			d = d.With("universalLogout", globalLogout)
		}
		d = d.WithPath(signOn, "settings", "signOn")
	case modeSAML11, modeWSFed:
		d = d.WithPath(literal(`{"defaultRelayState": null, "ssoAcsUrlOverride": null, "audienceOverride": null, "recipientOverride": null}`), "settings", "signOn")
	case modeOIDC:
		d = d.WithPath(literal(`{"iOS": true, "web": true}`), "visibility", "hide").With("universalLogout", globalLogout)
	}
	if !own && !template {
		d = d.With("universalLogout", literal(`{"status": "UNSUPPORTED"}`))
	}
	return d
}

// ownSAML are the sign-on settings of a SAML application of the org's own, catalogSAML
// those of a catalog app, which fixes the rest ("recorded").
var (
	ownSAML = literal(`{
		"defaultRelayState": "", "ssoAcsUrl": null, "idpIssuer": "http://www.okta.com/${org.externalKey}", "audience": null, "recipient": null, "destination": null,
		"subjectNameIdTemplate": "${user.userName}", "subjectNameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
		"responseSigned": true, "assertionSigned": true, "signatureAlgorithm": "RSA_SHA256", "digestAlgorithm": "SHA256", "honorForceAuthn": true,
		"authnContextClassRef": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", "spIssuer": null, "requestCompressed": false,
		"attributeStatements": [], "inlineHooks": [], "assertionEncryption": {"enabled": false}, "allowMultipleAcsEndpoints": false, "acsEndpoints": [],
		"samlSignedRequestEnabled": false, "slo": {"enabled": false}
	}`)
	catalogSAML = literal(`{
		"defaultRelayState": null, "ssoAcsUrlOverride": null, "audienceOverride": null, "recipientOverride": null, "destinationOverride": null,
		"attributeStatements": []
	}`)
)

// oauthDefaults are the client settings of an OpenID Connect application of the org's own, by application_type.
func oauthDefaults(kind string) (credentials, settings okta.Object) {
	credentials = literal(`{"autoKeyRotation": true, "client_id": "", "token_endpoint_auth_method": "client_secret_basic", "pkce_required": false}`)
	settings = literal(`{
		"client_uri": null, "logo_uri": null, "redirect_uris": [], "response_types": ["code"], "grant_types": ["authorization_code"],
		"application_type": "web", "consent_method": "TRUSTED", "issuer_mode": "ORG_URL",
		"idp_initiated_login": {"mode": "DISABLED", "default_scope": []}, "wildcard_redirect": "DISABLED", "dpop_bound_access_tokens": false, "participate_slo": false
	}`)
	switch kind {
	case "native":
		credentials = credentials.With("pkce_required", true)
	case "browser":
		credentials = credentials.With("pkce_required", true).With("token_endpoint_auth_method", authNone)
	case "service":
		settings = settings.With("response_types", []string{"token"}).With("grant_types", []string{GrantClientCredentials})
	}
	return credentials, settings
}

// literal parses a document of this program.
func literal(text string) okta.Object {
	var b bytes.Buffer
	err := json.Compact(&b, []byte(text))
	if err == nil {
		var doc okta.Object
		if doc, err = okta.Parse(b.Bytes()); err == nil {
			return doc
		}
	}
	panic("org: " + err.Error()) // a programming mistake
}

// overlay lays a document over another: its values win, objects are joined member by
// member, and null is the same as absent.
func overlay(base, over okta.Object) okta.Object {
	for _, name := range over.Keys() {
		v := over.Get(name)
		if isNull(v) {
			if base.Get(name) == nil {
				base = base.With(name, nil)
			}
			continue
		}
		inner, below := over.Object(name), base.Object(name)
		if !inner.IsZero() && !below.IsZero() {
			base = base.With(name, overlay(below, inner))
			continue
		}
		base = base.With(name, v)
	}
	return base
}
