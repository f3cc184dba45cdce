package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// labels are the labels of the apps that a list answers as JSON.
func (p appPages) labels(query string) (out []string) {
	p.Helper()
	a := p.c.send(http.MethodGet, p.s.Console+"/apps"+query, "", "Accept", "application/json")
	var list struct{ Items []struct{ Label string } }
	if err := json.Unmarshal([]byte(a.body), &list); err != nil || a.status != http.StatusOK {
		p.Fatalf("%s: %d %v %s", a, a.status, err, a.body)
	}
	for _, item := range list.Items {
		out = append(out, item.Label)
	}
	slices.Sort(out)
	return out
}

// appID is the id of a seeded app.
func (s *site) appID(t *testing.T, label string) string {
	t.Helper()
	var found []struct{ ID, Label string }
	s.api(t, "GET", "/api/v1/apps?q="+url.QueryEscape(label), nil, &found)
	for _, a := range found {
		if a.Label == label {
			return a.ID
		}
	}
	t.Fatalf("no app %s", label)
	return ""
}

// The list is narrowed by mode, state, words, id and filter, counted on demand, exported,
// and several apps of it are switched off at once.
func TestListOfApps(t *testing.T) {
	p := newAppPages(t)
	crm := p.s.appID(t, "CRM")
	for query, want := range map[string]string{
		"?mode=bookmark":                   "Office map, Status page",
		"?mode=saml&status=INACTIVE":       "Old CRM",
		"?mode=ws-fed&q=doc":               "Document archive",
		"?q=pay":                           "Payroll",
		"?q=" + crm:                        "CRM",
		"?f=name:bookmark":                 "Office map, Status page",
		"?q=status+eq+%22INACTIVE%22":      "Old CRM",
		"?status=INACTIVE&mode=bookmark":   "",
		"?mode=basic&limit=50&c=id&c=name": "Build server, Print portal",
	} {
		if got := strings.Join(p.labels(query), ", "); got != want {
			t.Errorf("%s lists %s, want %s", query, got, want)
		}
	}
	p.says(p.c.get(p.s.Console+"/apps?q=status+eq"), http.StatusBadRequest, "This expression cannot be read")
	p.says(p.c.get(p.s.Console+"/apps?q=label+eq+%22x%22"), http.StatusBadRequest, "The org cannot search for this")
	p.says(p.c.get(p.s.Console+"/apps?q=zzzz"), http.StatusOK, "No app here")

	if plain := p.c.get(p.s.Console + "/apps?q=CRM"); strings.Contains(plain.body, "people, ") {
		t.Error("assignments are counted unasked")
	}
	p.says(p.c.get(p.s.Console+"/apps?q=CRM&count=page"), http.StatusOK, "people, 2 groups")
	if cell := p.c.send(http.MethodGet, p.s.Console+"/apps/"+crm+"/count", "", "HX-Request", "true", "HX-Request-Type", "partial"); !regexp.MustCompile(`^<head><title>Apps · Gatehouse</title></head><bdi[^>]*>\d+ people, 2 groups</bdi>$`).MatchString(cell.body) {
		t.Errorf("the cell is %s", cell.body)
	}
	file := p.c.send(http.MethodGet, p.s.Console+"/apps.csv?mode=bookmark&c=signOnMode&c=name", "")
	p.says(file, http.StatusOK, "Label,Sign-on,Name in the API\r\n", "Status page,BOOKMARK,bookmark\r\n")
	if strings.Count(file.body, "\r\n") != 3 {
		t.Errorf("the file is %q", file.body)
	}

	var ids []string
	for _, label := range []string{"Status page", "Office map", "Old CRM"} {
		ids = append(ids, p.s.appID(t, label))
	}
	form, to := formOf(t, p.c.get(p.s.Console+"/apps"), "/apps/selected")
	form["id"], form["action"] = ids, []string{"deactivate"}
	ask := p.c.send(http.MethodPost, to, form.Encode(), "Origin", p.s.Console)
	p.says(ask, http.StatusOK, "Deactivate: 2 of 3 apps", "Old CRM is inactive already")
	form, to = formOf(t, ask, "/apps/selected/run")
	form["id"], form["action"] = ids[:2], []string{"deactivate"}
	form.Set("confirm", "2")
	p.says(p.c.send(http.MethodPost, to, form.Encode(), "Origin", p.s.Console), http.StatusOK, "Deactivate: 2 of 2 apps done")
	if got := strings.Join(p.labels("?status=INACTIVE"), ", "); got != "Office map, Old CRM, Status page" {
		t.Errorf("inactive are %s", got)
	}
}

// Before an app is switched off or deleted its page says who loses it, what ends and which
// policies name it; deleting wants the name.
func TestWhatEndsWithAnApp(t *testing.T) {
	p := newAppPages(t)
	id, _ := p.c.addApp(p.s, "web", url.Values{"label": {"Tickets"}, "settings.oauthClient.redirect_uris": {"http://localhost:3000/cb"}, "settings.oauthClient.grant_types": {"authorization_code"}})
	p.s.api(t, "POST", "/api/v1/apps/"+id+"/users", map[string]any{"id": p.s.as(t, "end-user").UserID}, nil)
	var sales []struct{ ID string }
	p.s.api(t, "GET", "/api/v1/groups?q=Sales", nil, &sales)
	p.s.api(t, "PUT", "/api/v1/apps/"+id+"/groups/"+sales[0].ID, map[string]any{}, nil)
	p.s.api(t, "POST", "/api/v1/authorizationServers/default/policies", map[string]any{
		"type": "OAUTH_AUTHORIZATION_POLICY", "name": "Tokens for tickets", "description": "x", "status": "ACTIVE", "priority": 1,
		"conditions": map[string]any{"clients": map[string]any{"include": []string{id}}},
	}, nil)
	var discovery []struct{ ID string }
	p.s.api(t, "GET", "/api/v1/policies?type=IDP_DISCOVERY", nil, &discovery)
	p.s.api(t, "POST", "/api/v1/policies/"+discovery[0].ID+"/rules", map[string]any{
		"type": "IDP_DISCOVERY", "name": "Tickets here", "conditions": map[string]any{"app": map[string]any{"include": []any{map[string]any{"type": "APP", "id": id}}}},
		"actions": map[string]any{"idp": map[string]any{"providers": []any{map[string]any{"type": "OKTA"}}}},
	}, nil)

	at := "/apps/" + id
	page := p.c.get(p.s.Console + at + "/deactivate")
	p.says(page, http.StatusOK, "people cannot sign in to it until it is activated again", `<a href="/groups/`+sales[0].ID+`"><bdi>Sales</bdi></a>`, "1 group has it now: ", "No refresh token of it is valid", "2 policies name it", "Tokens for tickets", "Idp Discovery Policy")
	p.says(p.c.get(p.s.Console+at+"/delete"), http.StatusConflict, "deactivate it first")
	p.says(p.post(at+"/deactivate", at+"/deactivate", "reason", "HR-7"), http.StatusOK, "Tickets is inactive.", "Activate")
	p.want(id, map[string]string{"status": `"INACTIVE"`})
	page = p.c.get(p.s.Console + at + "/delete")
	p.says(page, http.StatusOK, "lose it for good", "1 group is unassigned: ", "Admin roles that are limited to it")
	p.says(p.post(at+"/delete", at+"/delete", "confirm", "Ticket"), http.StatusUnprocessableEntity, "Type Tickets or "+id)
	p.says(p.post(at, at+"/activate"), http.StatusOK, "Tickets is active.")
	p.says(p.post(at+"/deactivate", at+"/deactivate"), http.StatusOK, "Tickets is inactive.")
	p.says(p.post(at+"/delete", at+"/delete", "confirm", "Tickets"), http.StatusOK, "Tickets is deleted.")
	p.says(p.c.get(p.s.Console+at), http.StatusNotFound, "App not found")

	own := p.s.appID(t, "Gatehouse")
	p.says(p.c.get(p.s.Console+"/apps/"+own+"/deactivate"), http.StatusOK, "This is the console")
	large := p.s.appID(t, "Wiki")
	p.says(p.c.get(p.s.Console+"/apps/"+large+"/deactivate"), http.StatusOK, "people cannot sign in", "Everyone")
}

// Narrowed and read-only admins see what their role covers, without the buttons that it does not.
func TestAppsOfNarrowedAdmins(t *testing.T) {
	s := startSite(t)
	crm, wiki := s.appID(t, "CRM"), s.appID(t, "Wiki")
	for name, x := range map[string]struct {
		apps            string
		add, edit, list bool
	}{
		"app-admin-crm":               {apps: "CRM", edit: true, list: true},
		"read-only-admin":             {list: true},
		"api-access-management-admin": {add: true, list: true},
		"app-admin":                   {add: true, edit: true, list: true},
		"help-desk-admin":             {},
	} {
		t.Run(name, func(t *testing.T) {
			p := appPages{t, s, newClient(t)}
			home := p.c.signInToRead(s, name, "/")
			list := p.c.get(s.Console + "/apps")
			if shown := strings.Contains(home.body, `href="/apps"`); shown != x.list || (list.status == http.StatusOK) != x.list {
				t.Errorf("in the navigation %t, answers %d", shown, list.status)
			}
			if !x.list {
				return
			}
			if add := strings.Contains(list.body, `href="/apps/new"`); add != x.add {
				t.Errorf("adding is offered: %t", add)
			}
			if x.apps != "" {
				if got := strings.Join(p.labels(""), ", "); got != x.apps {
					t.Errorf("listed are %s", got)
				}
				p.says(p.c.get(s.Console+"/apps/"+wiki), http.StatusNotFound, "App not found")
			}
			kinds := p.c.get(s.Console + "/apps/new")
			switch {
			case !x.add:
				p.says(kinds, http.StatusForbidden, "Super Administrator")
				p.says(p.c.get(s.Console+"/apps/new/bookmark"), http.StatusForbidden, "Super Administrator")
			case name == "api-access-management-admin":
				p.says(kinds, http.StatusOK, "/apps/new/web")
				if strings.Contains(kinds.body, "/apps/new/saml") {
					t.Error("SAML is offered")
				}
				p.says(p.c.get(s.Console+"/apps/new/saml"), http.StatusForbidden, "OpenID Connect only")
				return
			}
			for _, tab := range []string{"", "/sign-on", "/credentials", "/integrate", "/activity", "/history", "/json"} {
				page := p.c.get(s.Console + "/apps/" + crm + tab)
				if page.status != http.StatusOK {
					t.Errorf("%s answers %d", page, page.status)
				}
				if forms := strings.Contains(page.body, `action="/apps/`+crm); forms != x.edit && tab != "/integrate" && tab != "/activity" && tab != "/history" && tab != "/json" {
					t.Errorf("%s has a form: %t", page, forms)
				}
				if button := strings.Contains(page.body, "/apps/"+crm+"/deactivate"); button != x.edit {
					t.Errorf("%s offers to deactivate: %t", page, button)
				}
			}
		})
	}
}
