package handlers

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
)

// samlMetadata is what the org says of itself as the identity provider of an app (SAML 2.0
// metadata section 2.4.3).
type samlMetadata struct {
	EntityID string `xml:"entityID,attr"`
	SignOn   []struct {
		Binding  string `xml:"Binding,attr"`
		Location string `xml:"Location,attr"`
	} `xml:"IDPSSODescriptor>SingleSignOnService"`
	// Certificate is DER in base 64.
	Certificate string `xml:"IDPSSODescriptor>KeyDescriptor>KeyInfo>X509Data>X509Certificate"`
}

func (h *console) readMetadata(ctx context.Context, id string) ([]byte, error) {
	resp, err := h.config.Org.Do(ctx, okta.Call{
		Op: okta.Find("previewSAMLAppMetadata"), Args: appArg(id), Header: http.Header{"Accept": {"application/xml"}},
	})
	if err != nil {
		return nil, appError(err)
	}
	return resp.Body, nil
}

// parseMetadata reads it; that of the cloud is declared as ISO-8859-1 and is ASCII.
func parseMetadata(body []byte) (m samlMetadata, err error) {
	if i := strings.Index(string(body), "?>"); i >= 0 && strings.HasPrefix(string(body), "<?xml") {
		body = body[i+2:]
	}
	if err := xml.Unmarshal(body, &m); err != nil {
		return m, fmt.Errorf("%w: metadata: %w", okta.ErrBadAnswer, err)
	}
	return m, nil
}

// place is the address for one of the bindings, such as HTTP-POST.
func (m samlMetadata) place(binding string) string {
	for _, s := range m.SignOn {
		if strings.HasSuffix(s.Binding, ":"+binding) {
			return s.Location
		}
	}
	return ""
}

// certificate reads the signing certificate.
func (m samlMetadata) certificate() (*x509.Certificate, error) { return certificateOf(m.Certificate) }

// certificateOf reads a certificate as DER in base 64.
func certificateOf(text string) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// samlSide is what a service provider is configured with.
func (h *console) samlSide(ctx context.Context, app okta.Object) (application.OtherSide, error) {
	s := application.OtherSide{Title: "For the app", Download: appPath(app) + "/metadata.xml", More: application.Link{Label: "All values", Href: appTabPath(app, integrateTab)}}
	body, err := h.readMetadata(ctx, app.Text("id"))
	if p, is := asOrgProblem(err); is && p.Status < http.StatusInternalServerError {
		return application.OtherSide{Title: s.Title, Problem: p.Title + ". " + p.Message}, nil
	}
	if err != nil {
		return s, err
	}
	m, err := parseMetadata(body)
	if err != nil {
		return s, err
	}
	s.Facts = []application.Fact{
		{Label: "Issuer", Value: m.EntityID, Copy: true},
		{Label: "Sign-on URL", Value: m.place("HTTP-POST"), Copy: true},
	}
	if cert, err := m.certificate(); err == nil {
		s.Facts = append(s.Facts, application.Fact{Label: "Certificate until", At: cert.NotAfter.UTC().Format(time.RFC3339)})
	}
	return s, nil
}

// appMetadata sends the metadata of a SAML app as a file.
func (h *console) appMetadata(c *gin.Context) (View, error) {
	app, err := h.readApp(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	body, err := h.readMetadata(c.Request.Context(), app.Text("id"))
	if err != nil {
		return nil, err
	}
	c.Header("Content-Disposition", `attachment; filename="metadata-`+app.Text("id")+`.xml"`)
	c.Data(http.StatusOK, "application/samlmetadata+xml", body)
	return nil, nil
}
