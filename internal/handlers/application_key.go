package handlers

import (
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// makeSigningKey makes a further key; the app signs with it once it is chosen.
func (h *console) makeSigningKey(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	app, err := h.readApp(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	_, err = h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{
			Op: okta.Find("generateApplicationKey"), Args: appArg(app.Text("id")), Query: url.Values{"validityYears": {strings.TrimSpace(c.PostForm("years"))}}, Reason: reason(c),
		})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	if err != nil {
		return nil, err
	}
	return h.appAfter(c, app, credentialsTab, nil, ui.Message{Kind: "ok", Title: "A key was generated."})
}

// useSigningKey makes an app sign with another of its keys.
func (h *console) useSigningKey(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	app, err := h.readApp(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	kid := c.Param("key")
	if err := h.hasKey(c, app, kid); err != nil {
		return nil, err
	}
	resp, err := h.config.Org.Do(ctx, okta.Call{
		Op: okta.Find("updateApplication"), Args: appArg(app.Text("id")), Before: app, Reason: reason(c),
		Body: appBody(app.WithPath(kid, "credentials", "signing", "kid")),
	})
	if err != nil {
		return nil, appError(err)
	}
	if app, err = resp.Object(); err != nil {
		return nil, err
	}
	return h.appAfter(c, withoutSecret(app), credentialsTab, nil, ui.Message{Kind: "ok", Title: app.Text("label") + " signs with the key " + kid + "."})
}

// hasKey refuses a key that the app does not have: the org would pass it over.
func (h *console) hasKey(c *gin.Context, app okta.Object, kid string) error {
	_, err := h.readKey(c, app, kid)
	return err
}

func (h *console) readKey(c *gin.Context, app okta.Object, kid string) (okta.Object, error) {
	resp, err := h.config.Org.Do(c.Request.Context(), okta.Call{Op: okta.Find("getApplicationKey"), Args: map[string]string{"appId": app.Text("id"), "keyId": kid}})
	if p, is := asOrgProblem(err); is && p.Status == http.StatusNotFound {
		return okta.Object{}, notFound("Key")
	}
	if err != nil {
		return okta.Object{}, err
	}
	return resp.Object()
}

// keyCertificate sends the certificate of a key as a PEM file.
func (h *console) keyCertificate(c *gin.Context) (View, error) {
	app, err := h.readApp(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	key, err := h.readKey(c, app, c.Param("key"))
	if err != nil {
		return nil, err
	}
	chain := texts(key.Get("x5c"))
	if len(chain) == 0 {
		return nil, notFound("Certificate")
	}
	der, err := base64.StdEncoding.DecodeString(chain[0])
	if err != nil {
		return nil, err
	}
	c.Header("Content-Disposition", `attachment; filename="certificate-`+app.Text("id")+`.pem"`)
	c.Data(http.StatusOK, "application/x-pem-file", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return nil, nil
}
