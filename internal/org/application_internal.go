package org

import (
	"net/http"

	"gatehouse/internal/okta"
)

// idTokenRoutes are not in the published description, but the vendor's Terraform
// provider reads and sets the issuer of a client's ID tokens by them ("recorded").
var idTokenRoutes = []extraRoute{
	{okta.Operation{ID: "getIDTokenSettings", Area: "Application", Method: "GET", Path: "/api/v1/internal/apps/{appId}/settings/oauth/idToken", Scope: "okta.apps.read"}, getIDTokenSettings},
	{okta.Operation{ID: "setIDTokenSettings", Area: "Application", Method: "POST", Path: "/api/v1/internal/apps/{appId}/settings/oauth/idToken", Scope: "okta.apps.manage"}, setIDTokenSettings},
}

// idTokenSettings is the answer, keys in the recorded order.
type idTokenSettings struct {
	Issuer     *string `json:"issuer"`
	OrgURL     *string `json:"orgUrl"`
	CustomURL  *string `json:"customUrl"`
	Audience   *string `json:"audience"`
	IssuerMode string  `json:"issuerMode"`
}

func getIDTokenSettings(o *Org, r *Request) (Reply, error) {
	app, err := o.reads(r.ctx).clientApp(r)
	if err != nil {
		return Reply{}, err
	}
	issuer, audience := o.Issuer(OrgServer), app.Text("credentials", "oauthClient", "client_id")
	doc, err := encodeDocument(idTokenSettings{Issuer: &issuer, Audience: &audience, IssuerMode: app.Text("settings", "oauthClient", "issuer_mode")})
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// setIDTokenSettings sets the issuer mode. This org has one address, so that each mode
// gives the same issuer.
func setIDTokenSettings(o *Org, r *Request) (Reply, error) {
	var in struct {
		IssuerMode string `json:"issuerMode"`
	}
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	switch in.IssuerMode {
	case "ORG_URL", "CUSTOM_URL", "DYNAMIC":
	default:
		return Reply{}, invalid("issuerMode", "issuerMode: The value must be ORG_URL, CUSTOM_URL or DYNAMIC")
	}
	err := o.update(r, func(tx *Tx) error {
		app, err := tx.clientApp(r)
		if err != nil {
			return err
		}
		_, err = tx.putApp(app.WithPath(in.IssuerMode, "settings", "oauthClient", "issuer_mode"))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	doc, err := encodeDocument(idTokenSettings{IssuerMode: in.IssuerMode})
	return Reply{Status: http.StatusOK, Body: doc.Bytes()}, err
}
