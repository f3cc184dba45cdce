package org

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// How a client may prove itself at the token endpoint (token_endpoint_auth_method).
const (
	authNone       = "none"
	authBasic      = "client_secret_basic"
	authPost       = "client_secret_post"
	authSecretJWT  = "client_secret_jwt"
	authPrivateKey = "private_key_jwt"
)

var (
	authMethods      = []string{authNone, authBasic, authPost, authSecretJWT, authPrivateKey}
	applicationTypes = []string{"web", "native", "browser", "service"}
	// knownGrants are what grant_types may list; the token endpoint answers some of them.
	knownGrants = []string{
		GrantCode, GrantRefresh, GrantClientCredentials, "implicit", "password", "interaction_code",
		GrantDevice, "urn:ietf:params:oauth:grant-type:token-exchange",
		"urn:ietf:params:oauth:grant-type:saml2-bearer", "urn:openid:params:grant-type:ciba",
		"urn:okta:params:oauth:grant-type:otp", "urn:okta:params:oauth:grant-type:oob",
		"http://auth0.com/oauth/grant-type/mfa-otp", "http://auth0.com/oauth/grant-type/mfa-oob",
	}
	clientIDPattern     = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)
	clientSecretPattern = regexp.MustCompile(`^[!-~]{14,100}$`)
)

// isClient tells whether an application is an OAuth client of this org.
func isClient(doc okta.Object) bool {
	return doc.Text("signOnMode") == modeOIDC && doc.Text("name") == oidcClient
}

// clientPart is what behaviour needs of an OpenID Connect application's document.
type clientPart struct {
	Label       string `json:"label"`
	Status      string `json:"status"`
	Credentials struct {
		Client struct {
			ID     string `json:"client_id"`
			Method string `json:"token_endpoint_auth_method"`
			PKCE   bool   `json:"pkce_required"`
		} `json:"oauthClient"`
	} `json:"credentials"`
	Settings struct {
		Client clientSettings `json:"oauthClient"`
	} `json:"settings"`
}

type clientSettings struct {
	Type           string   `json:"application_type"`
	RedirectURIs   []string `json:"redirect_uris"`
	PostLogoutURIs []string `json:"post_logout_redirect_uris"`
	GrantTypes     []string `json:"grant_types"`
	ResponseTypes  []string `json:"response_types"`
	JWKSURI        string   `json:"jwks_uri"`
	Consent        string   `json:"consent_method"`
	DPoP           bool     `json:"dpop_bound_access_tokens"`
	Refresh        struct {
		Rotation string `json:"rotation_type"`
		Leeway   *int   `json:"leeway"`
	} `json:"refresh_token"`
	JWKS *struct {
		Keys []okta.Object `json:"keys"`
	} `json:"jwks"`
}

// The types of refresh token rotation (published, in small letters too). An app that names none rotates [assumed]: the safer one.
const (
	rotationRotate = "ROTATE"
	rotationStatic = "STATIC"
)

// composeClient completes an OpenID Connect application and refuses what no client could use.
func (in appInput) composeClient(doc okta.Object) (okta.Object, error) {
	kind := in.doc.Text("settings", "oauthClient", "application_type")
	credentials, settings := oauthDefaults(kind)
	credentials = overlay(credentials, in.doc.Object("credentials", "oauthClient")).Without("client_secret")
	settings = overlay(settings, in.doc.Object("settings", "oauthClient"))
	if settings.Get("backchannel_custom_authenticator_id") != nil && settings.Get("backchannel_token_delivery_mode") == nil {
		settings = settings.With("backchannel_token_delivery_mode", "poll")
	}
	doc = doc.WithPath(credentials, "credentials", "oauthClient").WithPath(settings, "settings", "oauthClient")
	var c clientPart
	if err := doc.Decode(&c); err != nil {
		return doc, invalid("settings.oauthClient", "settings.oauthClient: A value has the wrong type")
	}
	if causes := c.faults(); causes != nil {
		return doc, invalid("settings.oauthClient", causes...)
	}
	return in.withKeys(doc, c)
}

// faults tells what a client could not work with.
func (c clientPart) faults() (causes []string) {
	s, method := c.Settings.Client, c.Credentials.Client.Method
	refuse := func(field, problem string) { causes = append(causes, field+": "+problem) }
	if !slices.Contains(applicationTypes, s.Type) {
		refuse("application_type", "The value must be web, native, browser or service")
	}
	if !slices.Contains(authMethods, method) {
		refuse("token_endpoint_auth_method", "The value must be none, client_secret_basic, client_secret_post, client_secret_jwt or private_key_jwt")
	}
	if id := c.Credentials.Client.ID; id != "" && !clientIDPattern.MatchString(id) {
		refuse("client_id", "The value may have up to 100 letters, digits, '.', '_' and '-'")
	}
	if len(s.GrantTypes) == 0 {
		refuse("grant_types", "The field cannot be left blank")
	}
	for _, g := range s.GrantTypes {
		if !slices.Contains(knownGrants, g) {
			refuse("grant_types", "'"+printable(g)+"' is no grant type")
		}
	}
	if (slices.Contains(s.GrantTypes, GrantCode) || slices.Contains(s.GrantTypes, "implicit")) && len(s.RedirectURIs) == 0 {
		refuse("redirect_uris", "A sign-in redirect URI is needed for the grant types authorization_code and implicit")
	}
	for _, uri := range slices.Concat(s.RedirectURIs, s.PostLogoutURIs) {
		if u, err := url.Parse(uri); err != nil || u.Scheme == "" || u.Fragment != "" {
			refuse("redirect_uris", "'"+printable(uri)+"' is no absolute URI without a fragment")
		}
	}
	if !slices.Contains([]string{"", rotationRotate, rotationStatic}, strings.ToUpper(s.Refresh.Rotation)) {
		refuse("refresh_token", "The value of rotation_type must be ROTATE or STATIC")
	}
	if n := s.Refresh.Leeway; n != nil && (*n < 0 || *n > maxRefreshLeeway) {
		refuse("refresh_token", "The value of leeway must be from 0 to 60 seconds")
	}
	if method == authPrivateKey && s.JWKSURI == "" && (s.JWKS == nil || len(s.JWKS.Keys) == 0) {
		refuse("jwks", "private_key_jwt needs public keys in jwks, or jwks_uri")
	}
	return causes
}

// withKeys gives each of the client's keys an id and a state, in the recorded order.
// What is not a public key is refused: a private one would be shown to every reader.
func (in appInput) withKeys(doc okta.Object, c clientPart) (okta.Object, error) {
	if c.Settings.Client.JWKS == nil {
		return doc, nil
	}
	keys := make([]okta.Object, len(c.Settings.Client.JWKS.Keys))
	for i, key := range c.Settings.Client.JWKS.Keys {
		if !publicKey(key) {
			return doc, invalid("settings.oauthClient", "jwks: Each key must be a public JSON Web Key of the type RSA or EC")
		}
		k := okta.Object{}.With("kty", key.Text("kty")).With("id", key.Text("id")).With("status", appActive).With("kid", key.Get("kid")).With("use", key.Get("use"))
		if id := key.Text("id"); id == "" {
			k = k.With("id", keyID(key))
		}
		if status := key.Text("status"); status == appInactive {
			k = k.With("status", status)
		}
		for _, name := range key.Keys() {
			if k.Get(name) == nil {
				k = k.With(name, key.Get(name))
			}
		}
		keys[i] = k
	}
	return doc.WithPath(keys, "settings", "oauthClient", "jwks", "keys"), nil
}

// publicKey tells whether a JSON Web Key has the parts of a public key and none of a
// private one. Whether they make a key is seen when it is used: recorded clients send
// some that do not.
func publicKey(key okta.Object) bool {
	has := func(name string) bool { return key.Text(name) != "" }
	for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "k", "oth"} {
		if key.Get(private) != nil {
			return false
		}
	}
	return key.Text("kty") == "RSA" && has("n") && has("e") || key.Text("kty") == "EC" && has("crv") && has("x") && has("y")
}

// newSecretSize is the length of a client secret ("recorded").
const newSecretSize = 64

// putNewClient registers the client of a new application. The secret is "" for one that has none.
func (tx *Tx) putNewClient(doc okta.Object, in appInput) (okta.Object, string, error) {
	id := in.clientID
	if id == "" {
		id = doc.Text("id")
	}
	doc = doc.WithPath(id, "credentials", "oauthClient", "client_id")
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO app_client (id, app, roles) VALUES ($1, $2, '[]')`, id, doc.Text("id"))
	if errors.Is(err, db.ErrDuplicate) {
		return doc, "", invalid("client_id", "client_id: Another application has this client id")
	}
	if err != nil {
		return doc, "", err
	}
	secret, err := tx.settleSecret(doc, in.secret)
	return doc, secret, err
}

// putClientAgain keeps the client_id of an application that is replaced, and its secret
// unless the request names another.
func (tx *Tx) putClientAgain(before, doc okta.Object, in appInput) (okta.Object, string, error) {
	id := before.Text("credentials", "oauthClient", "client_id")
	if in.clientID != "" && in.clientID != id {
		return doc, "", invalid("client_id", "client_id: The client id of an application cannot be changed")
	}
	doc = doc.WithPath(id, "credentials", "oauthClient", "client_id")
	secret, err := tx.settleSecret(doc, in.secret)
	return doc, secret, err
}

// settleSecret sees to it that a client has the secret that it asks for, one of its own
// where it needs one, and none where it proves itself without.
func (tx *Tx) settleSecret(doc okta.Object, asked string) (string, error) {
	app := doc.Text("id")
	switch doc.Text("credentials", "oauthClient", "token_endpoint_auth_method") {
	case authNone, authPrivateKey:
		_, err := tx.q.Exec(tx.ctx, `DELETE FROM app_secret WHERE app = $1`, app)
		return "", err
	}
	held, err := tx.org.appSecrets(tx.store, app)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(held, func(s appSecret) bool { return s.active && (asked == "" || s.value == asked) })
	if i >= 0 {
		return held[i].value, nil
	}
	if asked == "" {
		asked = tx.org.NewSecret(newSecretSize)
	} else if _, err := tx.q.Exec(tx.ctx, `DELETE FROM app_secret WHERE app = $1`, app); err != nil { // in place of those before
		return "", err
	}
	_, err = tx.putSecret(app, asked)
	return asked, err
}
