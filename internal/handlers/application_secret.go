package handlers

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

func secretOnce(value string) *user.Secret {
	return &user.Secret{Label: "Client secret", Value: value, Note: "Give it to the app, and keep it out of code and logs."}
}

// madeSecret is the secret in the answer to a write; nil where there is none.
func madeSecret(app okta.Object) *user.Secret {
	if value := app.Text("credentials", "oauthClient", "client_secret"); value != "" {
		return secretOnce(value)
	}
	return nil
}

// addSecret makes a further secret of a client, shown in this answer only.
func (h *console) addSecret(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	app, err := h.readApp(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	doc, err := h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{
			Op: okta.Find("createNewClientSecretForApplication"), Args: appArg(app.Text("id")), Body: json.RawMessage("{}"), Reason: reason(c),
		})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	if err != nil {
		return nil, err
	}
	return h.appAfter(c, app, credentialsTab, secretOnce(doc.Text("client_secret")), ui.Message{Kind: "ok", Title: "A secret was added."})
}

// secretActs are what can be done to one secret.
var secretActs = map[string]struct{ op, done string }{
	"activate":   {"activateClientSecretForApplication", "The secret is active."},
	"deactivate": {"deactivateClientSecretForApplication", "The secret is inactive."},
	"delete":     {"deleteClientSecretForApplication", "The secret is deleted."},
}

func (h *console) actOnSecret(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	act, known := secretActs[c.Param("act")]
	if !known {
		return nil, notFound("Page")
	}
	app, err := h.readApp(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	_, err = h.config.Org.Do(ctx, okta.Call{
		Op: okta.Find(act.op), Args: map[string]string{"appId": app.Text("id"), "secretId": c.Param("secret")}, Reason: reason(c),
	})
	if p, is := asOrgProblem(err); is && p.Status == http.StatusNotFound {
		return nil, notFound("Secret")
	}
	if err != nil {
		return nil, err
	}
	return h.appAfter(c, app, credentialsTab, nil, ui.Message{Kind: "ok", Title: act.done})
}
