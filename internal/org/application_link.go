package org

import (
	"encoding/json"
	"net/http"

	"gatehouse/internal/okta"
)

// listAppLinks answers the links by which somebody reaches their applications: those of
// active applications that are shown on the dashboard (API reference).
func listAppLinks(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	person, err := s.argumentUser(r)
	if err != nil {
		return Reply{}, err
	}
	ids, err := s.appsOf(person.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	type appLink struct {
		ID           string `json:"id"`
		Label        string `json:"label"`
		LinkURL      string `json:"linkUrl"`
		LogoURL      string `json:"logoUrl"`
		AppName      string `json:"appName"`
		InstanceID   string `json:"appInstanceId"`
		AssignmentID string `json:"appAssignmentId"`
		Setup        bool   `json:"credentialsSetup"`
		Hidden       bool   `json:"hidden"`
		SortOrder    int    `json:"sortOrder"`
	}
	links := []appLink{}
	for _, id := range ids {
		app, err := s.get(apps, id)
		if err != nil {
			return Reply{}, err
		}
		if app.Text("status") != appActive || string(app.Get("visibility", "hide", "web")) == "true" {
			continue
		}
		for _, name := range shownLinks(app) {
			links = append(links, appLink{
				ID: person.Text("id"), Label: app.Text("label"), LinkURL: o.appEntry(app, name), LogoURL: o.appLogo(app).Href, AppName: app.Text("name"),
				InstanceID: id, AssignmentID: o.appUserID(id, person.Text("id")), SortOrder: len(links),
			})
		}
	}
	body, err := json.Marshal(links)
	return Reply{Status: http.StatusOK, Body: body}, err
}

// shownLinks are the names of an application's links that are switched on.
func shownLinks(app okta.Object) []string {
	var out []string
	all := app.Object("visibility", "appLinks")
	for _, name := range all.Keys() {
		if string(all.Get(name)) == "true" {
			out = append(out, name)
		}
	}
	return out
}
