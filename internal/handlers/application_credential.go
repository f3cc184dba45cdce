package handlers

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/url"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
)

// hasCredentials tells which apps have the tab: OAuth clients and those that sign assertions.
func hasCredentials(app okta.Object) bool { return clientID(app) != "" || signsAssertions(app) }

// signsAssertions tells whether an app has signing keys that its other side trusts.
func signsAssertions(app okta.Object) bool {
	return slices.Contains([]string{"SAML_2_0", "SAML_1_1", "WS_FEDERATION"}, app.Text("signOnMode"))
}

// holdsSecrets tells whether a client proves itself by a secret.
func holdsSecrets(app okta.Object) bool {
	method := app.Text("credentials", "oauthClient", "token_endpoint_auth_method")
	return clientID(app) != "" && method != "none" && method != "private_key_jwt"
}

// credentialSections are how a client proves itself.
func credentialSections(app okta.Object) []settingsSection {
	if clientID(app) == "" {
		return nil
	}
	return []settingsSection{
		{title: "Client authentication", note: "How the app proves itself at the token endpoint. Without a secret its secrets are removed.", settings: []setting{clientAuth, publicKeys, keysURI}},
	}
}

func (h *console) credentialForm(ctx context.Context, app okta.Object) appForm {
	return appForm{key: credentialsTab, action: appTabPath(app, credentialsTab), sections: credentialSections(app), locked: h.appLocked(ctx, app)}
}

// appCredentials is the tab Credentials.
func (h *console) appCredentials(c *gin.Context, app okta.Object) (View, error) {
	f := h.credentialForm(c.Request.Context(), app)
	return h.appFormScreen(c, app, f, f.drawn(app, nil, nil))
}

func (h *console) editAppCredentials(c *gin.Context) (View, error) {
	return h.editApp(c, credentialsTab)
}

// credentialScreen is the tab with its form as it was drawn.
func (h *console) credentialScreen(c *gin.Context, app okta.Object, drawn application.Form) (View, error) {
	ctx := c.Request.Context()
	page := application.Credentials{App: appPath(app), Name: app.Text("label"), ClientID: clientID(app), Form: drawn, FormID: rand.Text(), MayChange: drawn.Locked == ""}
	err := together(ctx, func(ctx context.Context) (err error) {
		if holdsSecrets(app) {
			page.Secrets, page.NoSecrets, err = h.readSecrets(ctx, app.Text("id"))
			page.MayAddSecret = len(page.Secrets) < 2 && page.NoSecrets == "" && h.mayOn(ctx, "createNewClientSecretForApplication", app.Text("id"))
			page.HasSecrets = true
		}
		return err
	}, func(ctx context.Context) (err error) {
		if signsAssertions(app) {
			page.Keys, err = h.readSigningKeys(ctx, app)
			page.HasKeys = true
			page.MayMakeKey = h.mayOn(ctx, "generateApplicationKey", app.Text("id"))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	page.PublicKeys = publicKeyRows(app)
	return h.appScreen(c, app, credentialsTab, application.CredentialsTab(page)), nil
}

// readSecrets lists the secrets of a client without their values; problem says why they
// are not shown. The org notes in its System Log that they were read, so that no other
// page asks for them.
func (h *console) readSecrets(ctx context.Context, id string) (rows []application.Secret, problem string, err error) {
	if !h.mayOn(ctx, "listClientSecretsForApplication", id) {
		return nil, "None of your admin roles covers the secrets of clients.", nil
	}
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listClientSecretsForApplication"), Args: appArg(id)})
	if p, is := asOrgProblem(err); is && p.Status < 500 {
		return nil, p.Title + ". " + p.Message, nil
	}
	if err != nil {
		return nil, "", err
	}
	active := 0
	for _, d := range docs {
		if d.Text("status") == "ACTIVE" {
			active++
		}
	}
	for _, d := range docs {
		s := application.Secret{ID: d.Text("id"), Hash: d.Text("secret_hash"), Status: d.Text("status"), Created: d.Text("created")}
		switch {
		case s.Status != "ACTIVE":
			s.MayActivate = h.mayOn(ctx, "activateClientSecretForApplication", id)
			s.MayDelete = h.mayOn(ctx, "deleteClientSecretForApplication", id)
		case active > 1:
			s.MayDeactivate = h.mayOn(ctx, "deactivateClientSecretForApplication", id)
		}
		rows = append(rows, s)
	}
	return rows, "", nil
}

// publicKeyRows are the keys that a client proves itself by.
func publicKeyRows(app okta.Object) (rows []application.PublicKey) {
	var in struct {
		Settings struct {
			Client struct {
				JWKS struct {
					Keys []okta.Object `json:"keys"`
				} `json:"jwks"`
			} `json:"oauthClient"`
		} `json:"settings"`
	}
	if app.Decode(&in) != nil {
		return nil
	}
	for _, k := range in.Settings.Client.JWKS.Keys {
		rows = append(rows, application.PublicKey{Kid: k.Text("kid"), Type: k.Text("kty"), Use: k.Text("use"), Status: cmp.Or(k.Text("status"), "ACTIVE")})
	}
	return rows
}

// readSigningKeys lists the keys of an app with their certificates.
func (h *console) readSigningKeys(ctx context.Context, app okta.Object) (rows []application.SigningKey, err error) {
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listApplicationKeys"), Args: appArg(app.Text("id"))})
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		k := application.SigningKey{Kid: d.Text("kid"), Created: d.Text("created"), Expires: d.Text("expiresAt"), InUse: d.Text("kid") == app.Text("credentials", "signing", "kid")}
		until, err := time.Parse(time.RFC3339, k.Expires)
		now := h.config.Now()
		k.Over = err == nil && until.Before(now)
		k.Soon = err == nil && !k.Over && until.Before(now.AddDate(0, 3, 0))
		k.Download = appPath(app) + "/keys/" + url.PathEscape(k.Kid) + "/certificate.pem"
		rows = append(rows, k)
	}
	slices.SortStableFunc(rows, func(a, b application.SigningKey) int { return cmp.Compare(b.Created, a.Created) })
	return rows, nil
}
