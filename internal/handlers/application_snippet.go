package handlers

import (
	"embed"
	"encoding/json"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
)

//go:embed snippet/*.tmpl
var snippetFiles embed.FS

// snippetTemplates write every value as a literal of the language around it, so that no
// label and no address can end one.
var snippetTemplates = template.Must(template.New("").Funcs(template.FuncMap{
	"go": strconv.Quote, "js": jsText, "sh": shellText, "hcl": hclText, "join": strings.Join,
}).ParseFS(snippetFiles, "snippet/*.tmpl"))

// jsText is a text as JSON, which is JavaScript.
func jsText(text string) (string, error) {
	b, err := json.Marshal(text)
	return string(b), err
}

// shellText is a text in single quotes (POSIX shell, section 2.2.2).
func shellText(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// hclText is a text for Terraform, where ${ and %{ begin an expression.
func hclText(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(text))
}

// snippetValues are what the code of an app is written with. Secrets are none of them:
// the code reads them from its environment.
type snippetValues struct {
	Issuer, ClientID, AppID string
	// Auth is how the client proves itself: Secret by a secret, Key by a key.
	Auth        string
	Secret, Key bool
	DPoP        bool
	// Insecure: the org listens on http.
	Insecure bool
	Scopes   []string
	// RedirectURI is one that the code can be tried with on this machine, where there is one;
	// Start is the address that a sign-in begins at, Listen, Host and Port where the code
	// listens, Origin that of its pages.
	RedirectURI, CallbackPath, Start, Listen, Host, Port, Origin string
	// TokenURL and Scope are for client_credentials, DeviceIssuer for the device flow.
	TokenURL, Scope, DeviceIssuer string
	// Resource and Slug are the app in Terraform, AppURL in the API.
	Resource, Slug, AppURL string
	Ellipsis               string
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// snippetValuesOf are those of an app of the org at an address. scope is one of the
// server "default" that a client can ask for by itself, "" where none is known.
func snippetValuesOf(app okta.Object, org, scope string) snippetValues {
	v := snippetValues{
		Issuer: org, ClientID: clientID(app), AppID: app.Text("id"), AppURL: org + "/api/v1/apps/" + url.PathEscape(app.Text("id")),
		Auth: app.Text("credentials", "oauthClient", "token_endpoint_auth_method"), Secret: holdsSecrets(app), Insecure: strings.HasPrefix(org, "http:"),
		DPoP: string(app.Get("settings", "oauthClient", "dpop_bound_access_tokens")) == "true", Scopes: []string{"openid", "profile", "email"},
		TokenURL: org + "/oauth2/default/v1/token", Scope: scope, DeviceIssuer: org + "/oauth2", Ellipsis: "...",
	}
	v.Key = v.Auth == "private_key_jwt"
	if slices.Contains(grantsIn(app), refreshGrant) {
		v.Scopes = append(v.Scopes, "offline_access")
	}
	v.redirect(texts(app.Get("settings", "oauthClient", "redirect_uris")))
	v.Resource = terraformResource(app)
	if v.Slug = strings.Trim(notSlug.ReplaceAllString(strings.ToLower(app.Text("label")), "_"), "_"); v.Slug == "" || v.Slug[0] <= '9' {
		v.Slug = "app_" + v.Slug
	}
	return v
}

func grantsIn(app okta.Object) []string {
	return texts(app.Get("settings", "oauthClient", "grant_types"))
}

// redirect chooses the redirect URI: the first that leads to this machine, else the first.
func (v *snippetValues) redirect(uris []string) {
	for _, text := range uris {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" {
			continue
		}
		host := u.Hostname()
		here := u.Scheme == "http" && (host == "localhost" || net.ParseIP(host).IsLoopback())
		if v.RedirectURI != "" && !here {
			continue
		}
		v.RedirectURI, v.CallbackPath, v.Origin = text, u.EscapedPath(), u.Scheme+"://"+u.Host
		if v.CallbackPath == "" {
			v.CallbackPath = "/"
		}
		v.Start, v.Host, v.Port = v.Origin+"/", host, u.Port()
		switch {
		case !here: // behind whatever ends TLS for this name
			v.Host, v.Port = "127.0.0.1", "8080"
		case v.Port == "":
			v.Port = "80"
		}
		v.Listen = net.JoinHostPort(v.Host, v.Port)
		if here {
			return
		}
	}
}

// terraformResource is the resource of the vendor's provider for an app; "" where it has none.
func terraformResource(app okta.Object) string {
	switch name := app.Text("name"); app.Text("signOnMode") {
	case "OPENID_CONNECT":
		return "okta_app_oauth"
	case "SAML_2_0":
		return "okta_app_saml"
	case "AUTO_LOGIN":
		return "okta_app_auto_login"
	case "SECURE_PASSWORD_STORE":
		return "okta_app_secure_password_store"
	case "BASIC_AUTH":
		return "okta_app_basic_auth"
	case "BOOKMARK":
		return "okta_app_bookmark"
	case "BROWSER_PLUGIN":
		if name == "template_swa3field" {
			return "okta_app_three_field"
		}
		return "okta_app_swa"
	}
	return ""
}

// snippetKind is code in one language for some apps.
type snippetKind struct {
	file, title, note string
	fits              func(app okta.Object, v snippetValues) bool
}

var snippetKinds = []snippetKind{
	{"go.tmpl", "Go: go-oidc and x/oauth2", "Signs people in and shows the claims of the verified ID token.", func(app okta.Object, v snippetValues) bool {
		return signsPeopleIn(app, v) && !isBrowserApp(app) && !v.Key && !v.DPoP && v.Auth != "client_secret_jwt"
	}},
	{"node.tmpl", "Node.js: openid-client", "Signs people in and shows the claims of the verified ID token.", func(app okta.Object, v snippetValues) bool {
		return signsPeopleIn(app, v) && !isBrowserApp(app)
	}},
	{"spa.tmpl", "Browser: oauth4webapi", "Signs people in from a page, without a secret.", func(app okta.Object, v snippetValues) bool {
		return signsPeopleIn(app, v) && isBrowserApp(app)
	}},
	{"device.tmpl", "Command line: device code", "Signs somebody in who opens the address on any device.", func(app okta.Object, v snippetValues) bool {
		return slices.Contains(grantsIn(app), deviceGrant) && !v.Key && !v.DPoP && v.Auth != "client_secret_jwt"
	}},
	{"credentials.tmpl", "Command line: client credentials", "A token of the authorization server default: the org's own server wants a key instead of a secret.", func(app okta.Object, v snippetValues) bool {
		return slices.Contains(grantsIn(app), clientGrant) && v.Secret && !v.DPoP && v.Auth != "client_secret_jwt"
	}},
	{"service.tmpl", "Node.js: client credentials with a key", "A token for the org's own API, with the scopes that the app was granted.", func(app okta.Object, v snippetValues) bool {
		return slices.Contains(grantsIn(app), clientGrant) && v.Key
	}},
	{"terraform.tmpl", "Terraform: import", "Takes the app as it is into a configuration.", func(_ okta.Object, v snippetValues) bool { return v.Resource != "" }},
	{"api.tmpl", "API: this app as JSON", "", func(okta.Object, snippetValues) bool { return true }},
}

func isBrowserApp(app okta.Object) bool {
	return app.Text("settings", "oauthClient", "application_type") == "browser"
}

func signsPeopleIn(app okta.Object, v snippetValues) bool {
	return v.ClientID != "" && v.RedirectURI != "" && slices.Contains(grantsIn(app), codeGrant)
}

// snippetsOf is the code for an app.
func snippetsOf(app okta.Object, v snippetValues) ([]application.Snippet, error) {
	var out []application.Snippet
	for _, k := range snippetKinds {
		if !k.fits(app, v) {
			continue
		}
		var b strings.Builder
		if err := snippetTemplates.ExecuteTemplate(&b, k.file, v); err != nil {
			return nil, err
		}
		out = append(out, application.Snippet{Title: k.title, Note: k.note, Code: b.String()})
	}
	return out, nil
}
