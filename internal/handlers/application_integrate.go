package handlers

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
)

// appIntegrate is the tab with what the other side needs: code that runs as it stands, or values.
func (h *console) appIntegrate(c *gin.Context, app okta.Object) (View, error) {
	ctx, org := c.Request.Context(), strings.TrimSuffix(h.config.OrgURL, "/")
	p := application.Integrate{}
	var scope string
	if holdsSecrets(app) && h.may(ctx, "listOAuth2Scopes") {
		var err error
		if scope, err = h.ownScope(ctx); err != nil {
			return nil, err
		}
	}
	v := snippetValuesOf(app, org, scope)
	var err error
	if p.Snippets, err = snippetsOf(app, v); err != nil {
		return nil, err
	}
	if app.Text("signOnMode") == "SAML_2_0" {
		if p.Facts, p.Certificate, err = h.samlValues(ctx, app); err != nil {
			return nil, err
		}
		p.Metadata = appPath(app) + "/metadata.xml"
	}
	s := h.appScreen(c, app, integrateTab, application.IntegrateTab(p))
	s.Data = listOf(p.Snippets, "")
	return s, nil
}

// ownScope is a scope of the server "default" that somebody made, for a client that acts as
// itself: those of OpenID Connect are about people. "" where there is none, or the server is not there.
func (h *console) ownScope(ctx context.Context) (string, error) {
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listOAuth2Scopes"), Args: map[string]string{"authServerId": "default"}})
	if p, is := asOrgProblem(err); is && p.Status < 500 {
		return "", nil
	}
	for _, d := range docs {
		if string(d.Get("system")) != "true" {
			return d.Text("name"), err
		}
	}
	return "", err
}

// samlValues are what a service provider without metadata is configured with by hand, and
// the certificate as PEM.
func (h *console) samlValues(ctx context.Context, app okta.Object) (facts []application.Fact, certificate string, err error) {
	body, err := h.readMetadata(ctx, app.Text("id"))
	if err != nil {
		return nil, "", err
	}
	m, err := parseMetadata(body)
	if err != nil {
		return nil, "", err
	}
	signOn := app.Object("settings", "signOn")
	facts = []application.Fact{
		{Label: "Identity provider issuer (entity id)", Value: m.EntityID, Copy: true},
		{Label: "Sign-on URL, HTTP-POST", Value: m.place("HTTP-POST"), Copy: true},
		{Label: "Sign-on URL, HTTP-Redirect", Value: m.place("HTTP-Redirect"), Copy: true},
		{Label: "Name id format", Value: signOn.Text("subjectNameIdFormat"), Copy: true},
		{Label: "Assertion consumer service", Value: signOn.Text("ssoAcsUrl"), Copy: true},
		{Label: "Audience", Value: signOn.Text("audience"), Copy: true},
	}
	cert, err := m.certificate()
	if err != nil {
		return facts, "", nil // shown without: the metadata has what there is
	}
	facts = append(facts, application.Fact{Label: "Certificate until", At: cert.NotAfter.UTC().Format(time.RFC3339)})
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(m.Certificate), ""))
	return facts, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), err
}
