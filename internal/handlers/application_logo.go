package handlers

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

const logoTab = "logo"

// appLogo is the tab of the app's picture.
func (h *console) appLogo(c *gin.Context, app okta.Object) (View, error) {
	return h.logoScreen(c, app, ""), nil
}

func (h *console) logoScreen(c *gin.Context, app okta.Object, problem string) Screen {
	return h.appScreen(c, app, logoTab, application.LogoTab(application.Logo{
		App: appPath(app), Name: app.Text("label"), Now: uploadedLogo(app), Problem: problem,
		MayChange: h.mayOn(c.Request.Context(), "uploadApplicationLogo", app.Text("id")),
	}))
}

// uploadedLogo is the address of a logo that was uploaded: those of kinds of apps have names, not ids.
func uploadedLogo(app okta.Object) string {
	var links struct {
		Logo []struct {
			Href string `json:"href"`
		} `json:"logo"`
	}
	if app.Object("_links").Decode(&links) != nil || len(links.Logo) == 0 || !strings.Contains(links.Logo[0].Href, "/fs/") {
		return ""
	}
	return links.Logo[0].Href
}

// uploadAppLogo sends the chosen picture on to the org, as the part that it wants.
func (h *console) uploadAppLogo(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	app, err := h.readApp(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	file, header, err := c.Request.FormFile("file")
	if err != nil {
		return h.refusedLogo(c, app, "Choose a picture first.")
	}
	defer file.Close()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", header.Filename)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(part, file); err != nil { // within the bound of a request
		return nil, err
	}
	if err := form.Close(); err != nil {
		return nil, err
	}
	_, err = h.config.Org.Do(ctx, okta.Call{
		Op: okta.Find("uploadApplicationLogo"), Args: appArg(app.Text("id")), Header: http.Header{"Content-Type": {form.FormDataContentType()}},
		Body: body.Bytes(), Before: app, Reason: reason(c),
	})
	var refusal *okta.Error
	if errors.As(err, &refusal) && (refusal.Status == http.StatusBadRequest || refusal.Status == http.StatusRequestEntityTooLarge) {
		return h.refusedLogo(c, app, strings.TrimPrefix(orgProblem(refusal).Message, "file: ")+".")
	}
	if err != nil {
		return nil, err
	}
	return redirect(appTabPath(app, logoTab), app, ui.Message{Kind: "ok", Title: app.Text("label") + " has the new logo."}), nil
}

func (h *console) refusedLogo(c *gin.Context, app okta.Object, why string) (View, error) {
	if wanted(c.Request) == document {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "E0000001", Title: "Not uploaded", Message: why}
	}
	return refused(h.logoScreen(c, app, why)), nil
}
