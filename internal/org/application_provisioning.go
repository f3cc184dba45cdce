package org

import (
	"net/http"

	"gatehouse/internal/okta"
)

// appProvisioning holds what an application is told of provisioning, by its id, from the
// first change on. This org provisions nothing: the settings are kept and shown.
var appProvisioning = &collection{kind: "appProvisioning", noun: "AppInstance"}

// provisioning is those settings.
type provisioning struct {
	// Scheme is how the connection signs in to the other side, "" for none; the token
	// itself is not kept, since nothing here would use it.
	Scheme  string `json:"scheme"`
	BaseURL string `json:"baseUrl,omitempty"`
	Enabled bool   `json:"enabled"`
	// Features are the capabilities by the name of their feature.
	Features map[string]okta.Object `json:"features"`
}

// userProvisioning is the feature that this org knows, as it is before it is set ("recorded" keys).
const userProvisioning = "USER_PROVISIONING"

var capabilitiesOff = literal(`{
	"create": {"lifecycleCreate": {"status": "DISABLED"}},
	"update": {"profile": {"status": "DISABLED"}, "lifecycleDeactivate": {"status": "DISABLED"}, "password": {"status": "DISABLED", "seed": "RANDOM", "change": "KEEP_EXISTING"}}
}`)

// provisioningOf reads the application of a request, and its settings.
func (s store) provisioningOf(r *Request) (app okta.Object, p provisioning, err error) {
	p.Features = map[string]okta.Object{}
	if app, err = s.get(apps, r.Args["appId"]); err != nil {
		return app, p, err
	}
	doc, err := s.get(appProvisioning, app.Text("id"))
	if isCode(err, "E0000007") {
		return app, p, nil
	}
	if err == nil {
		err = doc.Decode(&p)
	}
	return app, p, err
}

// changeProvisioning changes the settings of the application that a request names.
func (o *Org) changeProvisioning(r *Request, change func(*provisioning) error) (app okta.Object, p provisioning, err error) {
	err = o.update(r, func(tx *Tx) error {
		if app, p, err = tx.provisioningOf(r); err != nil {
			return err
		}
		if err := change(&p); err != nil {
			return err
		}
		doc, err := encodeDocument(p)
		if err != nil {
			return err
		}
		tx.log(appEvent(app, "application.lifecycle.update", "Update application"))
		return tx.put(appProvisioning, app.Text("id"), doc)
	})
	return app, p, err
}

// renderConnection is the provisioning connection as the API answers it (API reference).
func (o *Org) renderConnection(app okta.Object, p provisioning) (okta.Object, error) {
	at := o.appURL(app.Text("id")) + "/connections/default"
	type authScheme struct {
		Scheme string `json:"authScheme"`
	}
	out := struct {
		BaseURL string         `json:"baseUrl,omitempty"`
		Scheme  string         `json:"authScheme"`
		Status  string         `json:"status"`
		Profile *authScheme    `json:"profile,omitempty"`
		Links   map[string]any `json:"_links"`
	}{BaseURL: p.BaseURL, Scheme: "UNKNOWN", Status: "DISABLED", Links: map[string]any{"self": sessionLink(at, "GET", "POST")}}
	if p.Scheme != "" {
		out.Scheme, out.Profile = p.Scheme, &authScheme{p.Scheme}
	}
	if p.Enabled {
		out.Status = "ENABLED"
		out.Links["deactivate"] = sessionLink(at+"/lifecycle/deactivate", "POST")
	} else {
		out.Links["activate"] = sessionLink(at+"/lifecycle/activate", "POST")
	}
	return encodeDocument(out)
}

func getDefaultProvisioningConnectionForApplication(o *Org, r *Request) (Reply, error) {
	app, p, err := o.reads(r.ctx).provisioningOf(r)
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderConnection(app, p)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

func setDefaultProvisioningConnectionForApplication(o *Org, r *Request) (Reply, error) {
	var in struct {
		BaseURL string `json:"baseUrl"`
		Profile struct {
			Scheme string `json:"authScheme"`
			Token  string `json:"token"`
		} `json:"profile"`
	}
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	switch {
	case in.Profile.Scheme != "TOKEN" && in.Profile.Scheme != "OAUTH2":
		return Reply{}, invalid("profile.authScheme", "profile.authScheme: The value must be TOKEN or OAUTH2")
	case in.Profile.Scheme == "TOKEN" && in.Profile.Token == "":
		return Reply{}, invalid("profile.token", "profile.token: The field cannot be left blank")
	}
	app, p, err := o.changeProvisioning(r, func(p *provisioning) error {
		p.Scheme, p.BaseURL = in.Profile.Scheme, in.BaseURL
		p.Enabled = p.Enabled || r.flag("activate", false)
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderConnection(app, p)
	if err != nil {
		return Reply{}, err
	}
	return created(doc)
}

func activateDefaultProvisioningConnectionForApplication(o *Org, r *Request) (Reply, error) {
	return o.switchProvisioning(r, true)
}

func deactivateDefaultProvisioningConnectionForApplication(o *Org, r *Request) (Reply, error) {
	return o.switchProvisioning(r, false)
}

func (o *Org) switchProvisioning(r *Request, on bool) (Reply, error) {
	_, _, err := o.changeProvisioning(r, func(p *provisioning) error {
		if on && p.Scheme == "" {
			return invalid("profile", "profile: The connection has no credentials yet: set them first")
		}
		p.Enabled = on
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// renderFeature is a feature as the API answers it, in the recorded order.
func (o *Org) renderFeature(app okta.Object, p provisioning) (okta.Object, error) {
	status := "DISABLED"
	if p.Enabled {
		status = "ENABLED"
	}
	return encodeDocument(struct {
		Name         string         `json:"name"`
		Status       string         `json:"status"`
		Description  string         `json:"description"`
		Capabilities okta.Object    `json:"capabilities"`
		Links        map[string]any `json:"_links"`
	}{
		userProvisioning, status, "User provisioning settings from Okta to a downstream application", overlay(capabilitiesOff, p.Features[userProvisioning]),
		map[string]any{"self": sessionLink(o.appURL(app.Text("id"))+"/features/"+userProvisioning, "GET", "PUT")},
	})
}

func listFeaturesForApplication(o *Org, r *Request) (Reply, error) {
	app, p, err := o.reads(r.ctx).provisioningOf(r)
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderFeature(app, p)
	return Reply{Status: http.StatusOK, Body: listBody([]okta.Object{doc})}, err
}

func getFeatureForApplication(o *Org, r *Request) (Reply, error) {
	app, p, err := o.reads(r.ctx).provisioningOf(r)
	if err == nil && r.Args["name"] != userProvisioning {
		err = notFound(printable(r.Args["name"]), "ApplicationFeature")
	}
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderFeature(app, p)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// updateFeatureForApplication changes the capabilities that the request names.
func updateFeatureForApplication(o *Org, r *Request) (Reply, error) {
	body, err := r.object()
	if err != nil {
		return Reply{}, err
	}
	app, p, err := o.changeProvisioning(r, func(p *provisioning) error {
		if r.Args["name"] != userProvisioning {
			return notFound(printable(r.Args["name"]), "ApplicationFeature")
		}
		p.Features[userProvisioning] = overlay(overlay(capabilitiesOff, p.Features[userProvisioning]), body)
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderFeature(app, p)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}
