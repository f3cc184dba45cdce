package org

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/okta"
)

// maxLabel bounds the label of an application in characters (API reference).
const maxLabel = 100

// readOnlyApp are members that a request cannot set; what it sends for them is passed over.
var readOnlyApp = []string{"id", "orn", "name", "status", "created", "lastUpdated", "features", "universalLogout", accessPolicy, logoMember, "_links", "_embedded"}

// appInput is an application as a request describes it.
type appInput struct {
	doc               okta.Object
	name, mode, label string
	// secret and clientID are those that the request asks for, "" for any.
	secret, clientID string
}

// readApp reads the body of a request that creates or replaces an application. mode is
// that of the application that is replaced, "" for a new one.
func readApp(body okta.Object, mode string) (appInput, error) {
	in := appInput{name: body.Text("name"), mode: body.Text("signOnMode"), label: strings.TrimSpace(body.Text("label"))}
	if in.mode == "" {
		in.mode = mode
	}
	if n := utf8.RuneCountInString(in.label); n == 0 {
		return in, invalid("label", "label: The field cannot be left blank")
	} else if n > maxLabel {
		return in, invalid("label", "label: The field is too long")
	}
	if !slices.Contains([]string{modeBookmark, modeBasicAuth, modeBrowserPlugin, modePasswordStore, modeAutoLogin, modeSAML, modeSAML11, modeWSFed, modeOIDC}, in.mode) {
		return in, invalid("signOnMode", "signOnMode: The value must be one of the sign-on modes")
	}
	if in.name != "" && !idPattern.MatchString(in.name) {
		return in, invalid("name", "name: The value must be the name of a catalog app")
	}
	in.doc = body.Without(readOnlyApp...).With("label", in.label).With("signOnMode", in.mode)
	for _, path := range [][]string{
		{"accessibility"},
		{"visibility"},
		{"visibility", "hide"},
		{"visibility", "appLinks"},
		{"credentials"},
		{"credentials", "userNameTemplate"},
		{"credentials", "signing"},
		{"credentials", "oauthClient"},
		{"settings"},
		{"settings", "app"},
		{"settings", "notes"},
		{"settings", "notifications"},
		{"settings", "signOn"},
		{"settings", "oauthClient"},
		{"profile"},
	} {
		if v := in.doc.Get(path...); !isNull(v) && v[0] != '{' {
			return in, invalid(path[0], strings.Join(path, ".")+": The value must be an object")
		}
	}
	in.secret, in.clientID = in.doc.Text("credentials", "oauthClient", "client_secret"), in.doc.Text("credentials", "oauthClient", "client_id")
	return in, nil
}

// checkSecret refuses a secret that could be guessed, or not be sent.
func (in appInput) checkSecret() error {
	if in.secret == "" || clientSecretPattern.MatchString(in.secret) {
		return nil
	}
	return invalid("client_secret", "client_secret: The value must have 14 to 100 characters of ASCII without blanks")
}

// compose lays an input over the defaults of its mode. The result has no id, name or
// state yet; name is the one that it will have.
func (in appInput) compose(name string) (okta.Object, error) {
	own := ownApp(name)
	base, more := appDefaults, modeDefaults(in.mode, name)
	if c := more.Object("credentials"); !c.IsZero() { // in place of the others, which would come first
		base = base.With("credentials", c)
	}
	doc := overlay(overlay(base, more), in.doc)
	c, _ := catalogNamed(name)
	doc = withCatalogSettings(doc, c, own)
	if isNull(doc.Get("visibility", "appLinks")) || string(doc.Get("visibility", "appLinks")) == "{}" {
		doc = doc.WithPath(map[string]bool{appLinkName(name): true}, "visibility", "appLinks")
	}
	doc = withCredentialParts(doc, in.mode)
	switch {
	case in.mode == modeOIDC && name == oidcClient:
		return in.composeClient(doc)
	case in.mode == modeOIDC: // the provider of a catalog app registers its client itself ("recorded")
		doc = doc.With("settings", doc.Object("settings").Without("oauthClient")).With("credentials", doc.Object("credentials").Without("oauthClient"))
	case in.mode == modeSAML:
		return doc, checkSAML(doc, own)
	}
	return doc, nil
}

// appLinkName is the name of the link by which people reach an application.
func appLinkName(name string) string {
	c, known := catalogNamed(name)
	switch {
	case known && c.link != "":
		return c.link
	case known:
		return "login"
	}
	return strings.ToLower(name) + "_link"
}

// withCatalogSettings gives settings.app the keys of the catalog app, null where they
// are not set or empty ("recorded").
func withCatalogSettings(doc okta.Object, c catalogApp, own bool) okta.Object {
	settings := doc.Object("settings", "app")
	for _, key := range c.settings {
		if v := settings.Get(key); v == nil || string(v) == `""` {
			settings = settings.With(key, nil)
		}
	}
	doc = doc.WithPath(settings, "settings", "app")
	signOn := doc.Object("settings", "signOn")
	if signOn.IsZero() {
		return doc
	}
	for _, key := range signOn.Keys() {
		override := strings.HasSuffix(key, "Override")
		if (override || key == "defaultRelayState" && !own) && string(signOn.Get(key)) == `""` {
			signOn = signOn.With(key, nil)
		}
	}
	return doc.WithPath(signOn, "settings", "signOn")
}

// withCredentialParts keeps of the credentials what an answer shows: a shared user name
// only where it is shared, that there is a password but never which ("recorded": {}).
// Nobody signs in by it here, so the password itself is not kept.
func withCredentialParts(doc okta.Object, mode string) okta.Object {
	c := doc.Object("credentials")
	if c.Text("userNameTemplate", "type") == "CUSTOM" && c.Get("userNameTemplate", "pushStatus") == nil {
		c = c.WithPath("DONT_PUSH", "userNameTemplate", "pushStatus")
	}
	if v := c.Get("userNameTemplate", "suffix"); v != nil && (isNull(v) || string(v) == `""`) {
		c = c.With("userNameTemplate", c.Object("userNameTemplate").Without("suffix"))
	}
	if c.Text("scheme") == "SHARED_USERNAME_AND_PASSWORD" {
		c = c.With("password", json.RawMessage("{}"))
	} else {
		c = c.Without("userName", "password")
	}
	if mode != modeOIDC {
		c = c.Without("oauthClient")
	}
	return doc.With("credentials", c)
}

// checkSAML refuses a SAML application that nobody could sign in to.
func checkSAML(doc okta.Object, own bool) error {
	if !own {
		return nil
	}
	var causes []string
	for _, name := range []string{"ssoAcsUrl", "audience", "recipient", "destination"} {
		if doc.Text("settings", "signOn", name) == "" {
			causes = append(causes, "settings.signOn."+name+": The field cannot be left blank")
		}
	}
	if causes != nil {
		return invalid("settings.signOn", causes...)
	}
	return nil
}
