package oidc_test

import (
	"net/http"
	"net/url"
	"testing"

	"gatehouse/internal/org"
)

// appOf is the path of the application with this client_id.
func (x *server) appOf(client string) string {
	x.t.Helper()
	c, found, err := x.OAuthClient(x.t.Context(), client)
	x.check(err)
	if !found {
		x.t.Fatalf("no client %s", client)
	}
	return "/api/v1/apps/" + c.AppID
}

func (x *server) unassignEveryone(client string) {
	x.t.Helper()
	for _, group := range x.groupsOf(x.appOf(client)) {
		if a := x.api("DELETE", x.appOf(client)+"/groups/"+group, nil); a.status != http.StatusNoContent {
			x.t.Fatalf("unassign: %d %s", a.status, a.body)
		}
	}
}

func (x *server) groupsOf(app string) (ids []string) {
	x.t.Helper()
	rows, err := x.DB().Reader().Query(x.t.Context(), `SELECT grp FROM app_group WHERE app = $1`, app[len("/api/v1/apps/"):])
	x.check(err)
	defer rows.Close()
	for rows.Next() {
		var id string
		x.check(rows.Scan(&id))
		ids = append(ids, id)
	}
	x.check(rows.Err())
	return ids
}

// What is set on an application is what the endpoints obey: its secret, redirect URIs,
// grant types and PKCE (security 48, 50, 53).
func TestAnApplicationIsAClient(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		made := x.api("POST", "/api/v1/apps", map[string]any{
			"name": "oidc_client", "label": "New", "signOnMode": "OPENID_CONNECT",
			"credentials": map[string]any{"oauthClient": map[string]any{"pkce_required": true}},
			"settings":    map[string]any{"oauthClient": map[string]any{"redirect_uris": []string{callback}, "grant_types": []string{"authorization_code", "refresh_token"}}},
		}).json(t)
		credentials := made["credentials"].(map[string]any)["oauthClient"].(map[string]any)
		id, secret := credentials["client_id"].(string), credentials["client_secret"].(string)
		ask := request("client_id", id, "scope", "openid offline_access")
		if got := x.browser().signIn(orgServer, ask, admin, password).location(t); got.Get("error") != "access_denied" {
			t.Errorf("nobody is assigned, and got %v", got)
		}
		me := x.api("GET", "/api/v1/users/me", nil).text(t, "id")
		app := x.appOf(id)
		x.api("POST", app+"/users", map[string]any{"id": me})
		b := x.browser()
		code := b.code(orgServer, ask)
		exchange := func(secret string) answer {
			return b.post(orgServer+"/v1/token", url.Values{
				"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {verifier}, "client_id": {id}, "client_secret": {secret},
			})
		}
		if a := exchange("wrong"); a.status != http.StatusUnauthorized {
			t.Errorf("a wrong secret: %d %s", a.status, a.body)
		}
		tokens := exchange(secret).json(t)
		if tokens["refresh_token"] == nil {
			t.Fatalf("%v", tokens)
		}
		without := request("client_id", id, "scope", "openid")
		without.Del("code_challenge")
		without.Del("code_challenge_method")
		if got := b.get(orgServer + "/v1/authorize?" + without.Encode()).location(t); got.Get("error") != "invalid_request" {
			t.Errorf("without a challenge: %v", got)
		}
		elsewhere := request("client_id", id, "redirect_uri", callback+"/other")
		if a := b.get(orgServer + "/v1/authorize?" + elsewhere.Encode()); a.status != http.StatusBadRequest || a.header.Get("Location") != "" {
			t.Errorf("another redirect URI: %d to %q", a.status, a.header.Get("Location"))
		}
		if a := b.post(orgServer+"/v1/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"okta.users.read"}, "client_id": {id}, "client_secret": {secret}}); a.text(t, "error") != "unauthorized_client" {
			t.Errorf("a grant type that is not listed: %s", a.body)
		}
	})
}

// An application that is deactivated, or taken away from somebody, ends the tokens
// (okta-semantics C9) and gives no new ones.
func TestTokensEndWithTheAssignment(t *testing.T) {
	for name, take := range map[string]struct {
		do   func(*testing.T, *server)
		want string
	}{
		"app deactivated":  {func(t *testing.T, x *server) { x.api("POST", x.appOf("web")+"/lifecycle/deactivate", nil) }, "invalid_client"},
		"group unassigned": {func(t *testing.T, x *server) { x.unassignEveryone("web") }, "invalid_grant"},
		"left the group": {func(t *testing.T, x *server) {
			group := x.api("POST", "/api/v1/groups", map[string]any{"profile": map[string]any{"name": "Users"}}).text(t, "id")
			me := x.api("GET", "/api/v1/users/me", nil).text(t, "id")
			x.api("PUT", x.appOf("web")+"/groups/"+group, map[string]any{})
			x.api("PUT", "/api/v1/groups/"+group+"/users/"+me, nil)
			x.unassignOthers("web", group)
			x.api("DELETE", "/api/v1/groups/"+group+"/users/"+me, nil)
		}, "invalid_grant"},
		"group deleted": {func(t *testing.T, x *server) {
			group := x.api("POST", "/api/v1/groups", map[string]any{"profile": map[string]any{"name": "Users"}}).text(t, "id")
			me := x.api("GET", "/api/v1/users/me", nil).text(t, "id")
			x.api("PUT", "/api/v1/groups/"+group+"/users/"+me, nil)
			x.api("PUT", x.appOf("web")+"/groups/"+group, map[string]any{})
			x.unassignOthers("web", group)
			x.api("DELETE", "/api/v1/groups/"+group, nil)
		}, "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			x := newServer(t)
			b := x.browser()
			tokens := b.tokens(orgServer, request())
			access, refresh := tokens["access_token"].(string), tokens["refresh_token"].(string)
			code := x.browser().code(orgServer, request())
			if a := x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+access); a.status != http.StatusOK {
				t.Fatalf("before: %d", a.status)
			}
			take.do(t, x)
			if a := x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+access); a.status != http.StatusUnauthorized {
				t.Errorf("the access token still works: %d", a.status)
			}
			if a := b.refresh(orgServer, refresh); a.text(t, "error") != take.want {
				t.Errorf("refreshed: %d %s", a.status, a.body)
			}
			if a := b.exchange(orgServer, code); a.text(t, "error") != take.want {
				t.Errorf("a code from before: %d %s", a.status, a.body)
			}
		})
	}
}

// unassignOthers leaves an application to one group.
func (x *server) unassignOthers(client, group string) {
	x.t.Helper()
	for _, id := range x.groupsOf(x.appOf(client)) {
		if id != group {
			x.api("DELETE", x.appOf(client)+"/groups/"+id, nil)
		}
	}
}

// A client that is registered again keeps what an admin changed beyond its settings.
func TestRegisteringAClientAgain(t *testing.T) {
	x := newServer(t)
	app := x.appOf("web")
	doc := x.api("GET", app, nil).json(t)
	doc["label"] = "Renamed"
	if a := x.api("PUT", app, doc); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	again := x.web
	again.RedirectURIs = []string{callback + "2"}
	x.check(x.PutClient(t.Context(), again))
	c, _, err := x.OAuthClient(t.Context(), "web")
	x.check(err)
	if c.Name != "Renamed" || len(c.RedirectURIs) != 1 || c.RedirectURIs[0] != callback+"2" || c.Secret != x.web.Secret || !c.May(org.GrantRefresh) {
		t.Errorf("%+v", c)
	}
}
