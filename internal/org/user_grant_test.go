package org

import (
	"context"
	"errors"
	"net/http"
	"testing"
)

// tokens are what a person got from a client at the org server.
type tokens struct{ access, refresh, grant string }

// authorize signs a person in to a client, which is made where it is missing, and returns its tokens.
func (x *testOrg) authorize(user, clientID string, scopes ...string) tokens {
	x.t.Helper()
	ctx := context.Background()
	client := OAuthClient{ID: clientID, Name: "The " + clientID, Secret: "s", RedirectURIs: []string{"http://client.example"}, GrantTypes: []string{GrantCode, GrantRefresh}, Scopes: scopes, Everyone: true}
	must := func(err error) {
		x.t.Helper()
		if err != nil {
			x.t.Fatal(err)
		}
	}
	must(x.PutClient(ctx, client))
	client, _, err := x.OAuthClient(ctx, clientID)
	must(err)
	r := &Request{ctx: ctx, Now: second(x.now())}
	session, err := x.StartSession(r, Pending{UserID: user}.Proved("pwd"))
	must(err)
	server := x.orgServer()
	code, err := x.IssueCode(r, Authorization{Client: client, Server: server, Session: session, RedirectURI: "http://client.example", Scopes: scopes})
	must(err)
	got, err := x.RedeemCode(r, Redemption{Client: client, Server: server, Code: code, Check: func(string, string) error { return nil }})
	must(err)
	access, err := x.NewAccessToken(r, server, client, got.Grant)
	must(err)
	return tokens{access, got.Refresh, got.Grant.ID}
}

// reads is the status of a call with an access token.
func (x *testOrg) statusWith(token string) int {
	x.t.Helper()
	h, err := http.NewRequestWithContext(x.t.Context(), "GET", x.url+"/api/v1/users/me", http.NoBody)
	if err != nil {
		x.t.Fatal(err)
	}
	h.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(h)
	if err != nil {
		x.t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// refreshes tells whether a refresh token of a client still works.
func (x *testOrg) refreshes(clientID, token string) bool {
	x.t.Helper()
	client, _, err := x.OAuthClient(context.Background(), clientID)
	if err != nil {
		x.t.Fatal(err)
	}
	_, _, err = x.Refresh(&Request{ctx: context.Background(), Now: second(x.now())}, client, x.orgServer(), token, func(*Grant) error { return nil })
	if err != nil && !errors.Is(err, ErrGrant) {
		x.t.Fatal(err)
	}
	return err == nil
}

func TestGrantsOfAUser(t *testing.T) {
	x := newTestOrg(t)
	id := x.person("ann@org.example")
	self := "/api/v1/users/" + id
	for _, path := range []string{"/clients", "/grants", "/appLinks", "/idps"} {
		if got := string(x.call("GET", self+path, "").want(200).body); got != "[]" {
			t.Errorf("%s of a new person: %s", path, got)
		}
		x.call("GET", "/api/v1/users/nobody"+path, "").refused(404, "E0000007", "")
	}
	a := x.authorize(id, "web", "offline_access", "okta.users.read")
	x.authorize(id, "web", "okta.users.read")
	x.authorize(id, "spa", "openid")
	if got := string(x.call("GET", self+"/clients", "").want(200).body); got != `[{"client_id":"spa","client_name":"The spa","client_uri":null,"logo_uri":null,`+
		`"_links":{"grants":{"href":"http://org.example`+self+`/clients/spa/grants"},"tokens":{"href":"http://org.example`+self+`/clients/spa/tokens"}}},`+
		`{"client_id":"web","client_name":"The web","client_uri":null,"logo_uri":null,`+
		`"_links":{"grants":{"href":"http://org.example`+self+`/clients/web/grants"},"tokens":{"href":"http://org.example`+self+`/clients/web/tokens"}}}]` {
		t.Errorf("clients %s", got)
	}
	for path, want := range map[string]int{
		"/grants": 3, "/grants?scopeId=openid": 1, "/clients/web/grants": 2, "/clients/spa/grants": 1, "/clients/web/tokens": 1, "/clients/spa/tokens": 0,
	} {
		if n := len(x.call("GET", self+path, "").want(200).docs()); n != want {
			t.Errorf("%s: %d, want %d", path, n, want)
		}
	}
	if docs, pages := x.pages(self + "/grants?limit=2"); len(docs) != 3 || pages != 2 {
		t.Errorf("%d grants on %d pages", len(docs), pages)
	}
	g := x.call("GET", self+"/clients/spa/grants", "").docs()[0]
	if g.Text("id")[:3] != "oag" || len(g.Text("id")) != 20 || g.Text("scopeId") != "openid" || g.Text("issuer") != "http://org.example" || g.Text("status") != "ACTIVE" {
		t.Errorf("grant %s", g.Bytes())
	}
	if got := x.call("GET", self+"/grants/"+g.Text("id"), "").want(200).doc(); string(got.Bytes()) != string(g.Bytes()) {
		t.Errorf("read %s", got.Bytes())
	}
	token := x.call("GET", self+"/clients/web/tokens/"+a.grant, "").want(200).doc()
	if token.Text("clientId") != "web" || token.Text("userId") != id || string(token.Get("scopes")) != `["offline_access","okta.users.read"]` || token.Text("expiresAt") != "2026-05-31T09:00:00.000Z" {
		t.Errorf("token %s", token.Bytes())
	}
	x.call("GET", self+"/clients/spa/tokens/"+a.grant, "").refused(404, "E0000007", "")
	x.call("GET", self+"/clients/none/tokens", "").refused(404, "E0000007", "")
	x.call("GET", self+"/grants/oagnone", "").refused(404, "E0000007", "")
}

// What is revoked ends at the next request: access tokens, refresh tokens, and with them the sessions of clients.
func TestRevokedGrantsEndTokens(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		id, other := x.person("ann@org.example"), x.person("ben@org.example")
		self := "/api/v1/users/" + id
		consentOf := func(client, scope string) string {
			for _, g := range x.call("GET", self+"/clients/"+client+"/grants", "").want(200).docs() {
				if g.Text("scopeId") == scope {
					return g.Text("id")
				}
			}
			t.Fatalf("no grant of %s", scope)
			return ""
		}
		for name, c := range map[string]struct {
			path func(tokens) string
			// web and spa tell whether the tokens of that client outlive it.
			web, spa bool
			event    string
		}{
			"all grants":            {func(tokens) string { return "/grants" }, false, false, "app.oauth2.token.revoke.implicit.user"},
			"grants of a client":    {func(tokens) string { return "/clients/web/grants" }, false, true, "app.oauth2.token.revoke.implicit.client"},
			"tokens of a client":    {func(tokens) string { return "/clients/web/tokens" }, false, true, "app.oauth2.token.revoke.implicit.client"},
			"one grant":             {func(tokens) string { return "/grants/" + consentOf("web", "okta.users.read") }, false, true, "app.oauth2.token.revoke"},
			"one refresh token":     {func(a tokens) string { return "/clients/web/tokens/" + a.grant }, false, true, "app.oauth2.token.revoke"},
			"tokens of one without": {func(tokens) string { return "/clients/none/tokens" }, true, true, ""},
		} {
			t.Run(name, func(t *testing.T) {
				x := *x
				x.t = t
				web := x.authorize(id, "web", "openid", "offline_access", "okta.users.read")
				spa := x.authorize(id, "spa", "okta.users.read")
				strangers := x.authorize(other, "web", "okta.users.read")
				before := 0
				status := http.StatusNotFound
				if c.event != "" {
					before, status = x.events(c.event), http.StatusNoContent
				}
				if x.statusWith(web.access) == 401 {
					t.Fatal("the token does not work before")
				}
				x.call("DELETE", self+c.path(web), "").want(status)
				if got := x.statusWith(web.access) != 401; got != c.web {
					t.Errorf("access token of the client works: %v", got)
				}
				if got := x.statusWith(spa.access) != 401; got != c.spa {
					t.Errorf("access token of the other client works: %v", got)
				}
				if x.statusWith(strangers.access) == 401 {
					t.Error("somebody else's token ended")
				}
				if got := x.refreshes("web", web.refresh); got != c.web {
					t.Errorf("refresh token works: %v", got)
				}
				if c.event != "" && x.events(c.event) != before+1 {
					t.Errorf("%d events told", x.events(c.event)-before)
				}
				x.call("DELETE", self+"/grants", "").want(204)
			})
		}
		reader := x.as("reader@example.com", "READ_ONLY_ADMIN")
		reader.call("GET", self+"/grants", "").want(200)
		reader.call("DELETE", self+"/grants", "").refused(403, "E0000006", "")
	})
}
