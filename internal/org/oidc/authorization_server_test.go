package oidc_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/internal/org"
)

const serversPath = "/api/v1/authorizationServers"

// made is the document that the management API answers to a request that makes something.
func (x *server) made(path string, body string) okta.Object {
	x.t.Helper()
	a := x.api("POST", path, json.RawMessage(body))
	if a.status != http.StatusCreated && a.status != http.StatusOK {
		x.t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	doc, err := okta.Parse([]byte(a.body))
	x.check(err)
	return doc
}

// manage fails the test unless a request to the management API succeeds.
func (x *server) manage(method, path, body string) {
	x.t.Helper()
	var sent any
	if body != "" {
		sent = json.RawMessage(body)
	}
	if a := x.api(method, path, sent); a.status >= 300 {
		x.t.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
	}
}

// authServer makes an authorization server with a scope and a policy for all clients, and
// returns its path for clients and in the management API, and the path of the policy's rules.
func (x *server) authServer(rule string) (path, api, rules string) {
	x.t.Helper()
	doc := x.made(serversPath, `{"name":"parcels","description":"Parcels","audiences":["api://parcels"]}`)
	api = serversPath + "/" + doc.Text("id")
	x.made(api+"/scopes", `{"name":"parcels:read","description":"Read parcels","metadataPublish":"ALL_CLIENTS"}`)
	p := x.made(api+"/policies", `{"name":"All","conditions":{"clients":{"include":["ALL_CLIENTS"]}}}`)
	rules = api + "/policies/" + p.Text("id") + "/rules"
	if rule != "" {
		x.made(rules, rule)
	}
	return "/oauth2/" + doc.Text("id"), api, rules
}

// everybody is a rule that allows everything to everybody.
const everybody = `{"name":"Everybody","conditions":{"people":{"groups":{"include":["EVERYONE"]}},"grantTypes":{"include":["authorization_code","client_credentials"]},"scopes":{"include":["*"]}},
	"actions":{"token":{"accessTokenLifetimeMinutes":10,"refreshTokenLifetimeMinutes":120,"refreshTokenWindowMinutes":60}}}`

func TestTokensOfACustomServer(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		at, api, _ := x.authServer(everybody)
		x.made(api+"/claims", `{"name":"given","claimType":"RESOURCE","valueType":"EXPRESSION","value":"user.firstName + \"@\" + org.subDomain","conditions":{"scopes":["parcels:read"]}}`)
		x.made(api+"/claims", `{"name":"teams","claimType":"IDENTITY","valueType":"GROUPS","group_filter_type":"STARTS_WITH","value":"every","alwaysIncludeInToken":true}`)
		x.made(api+"/claims", `{"name":"later","claimType":"IDENTITY","valueType":"EXPRESSION","value":"\"userinfo\"","alwaysIncludeInToken":false}`)
		b := x.browser()
		tokens := x.browser().tokens(at, request("scope", "openid profile offline_access parcels:read"))
		access, id := payload(t, tokens["access_token"]), payload(t, tokens["id_token"])
		issuer := x.BaseURL() + at
		for name, got := range map[string][2]any{
			"iss": {access["iss"], issuer}, "aud": {access["aud"], "api://parcels"}, "sub": {access["sub"], admin}, "given": {access["given"], "Super@127"},
			"life": {access["exp"].(float64) - access["iat"].(float64), 600.0}, "expires_in": {tokens["expires_in"], 600.0},
			"iss of the ID token": {id["iss"], issuer}, "name": {id["name"], "Super Admin"}, "preferred_username": {id["preferred_username"], admin},
			"teams": {fmt.Sprint(id["teams"]), "[Everyone]"}, "later": {id["later"], nil}, "given_name": {id["given_name"], nil}, "teams of the access token": {access["teams"], nil},
		} {
			if got[0] != got[1] {
				t.Errorf("%s is %v, want %v", name, got[0], got[1])
			}
		}
		told := b.userOf(at, tokens["access_token"].(string)).json(t)
		if told["later"] != "userinfo" || told["given_name"] != "Super" || told["sub"] != id["sub"] || told["email"] != nil {
			t.Errorf("userinfo: %v", told)
		}

		// A refresh token lives two hours, and one hour unused; the claims are those of now.
		x.manage("PUT", "/api/v1/users/"+id["sub"].(string), `{"profile":{"firstName":"Sam","lastName":"Admin","login":"`+admin+`","email":"`+admin+`"}}`)
		x.clock.forward(50 * time.Minute)
		renewed := b.refresh(at, tokens["refresh_token"].(string)).json(t)
		if got := payload(t, renewed["access_token"]); got["given"] != "Sam@127" {
			t.Errorf("renewed: %v", got)
		}
		narrowed := b.refresh(at, renewed["refresh_token"].(string), "scope", "openid").json(t)
		if got := payload(t, narrowed["access_token"]); got["given"] != nil || fmt.Sprint(got["scp"]) != "[openid]" {
			t.Errorf("narrowed: %v", got)
		}
		x.clock.forward(61 * time.Minute)
		if a := b.refresh(at, narrowed["refresh_token"].(string)); a.text(t, "error") != "invalid_grant" {
			t.Errorf("unused for an hour: %s", a.body)
		}

		// The System Log names the rule that decided.
		log := x.api("GET", "/api/v1/logs?limit=1000&filter="+url.QueryEscape(`eventType eq "app.oauth2.as.token.grant.access_token"`), nil)
		if !strings.Contains(log.body, `"policyRule":"Everybody"`) || !strings.Contains(log.body, `"policy":"All"`) {
			t.Errorf("log: %s", log.body)
		}

		// Metadata names what clients may know; introspection and revocation answer for the server.
		meta := b.get(at + "/.well-known/openid-configuration").json(t)
		if meta["issuer"] != issuer || !strings.Contains(fmt.Sprint(meta["scopes_supported"]), "parcels:read") {
			t.Errorf("metadata: %v", meta)
		}
		last := x.browser().tokens(at, request("scope", "openid parcels:read"))["access_token"].(string)
		about := func() map[string]any {
			return b.post(at+"/v1/introspect", form("token", last), "Authorization", basic("web", x.web.Secret)).json(t)
		}
		if got := about(); got["active"] != true || got["aud"] != "api://parcels" || got["scope"] != "openid parcels:read" {
			t.Errorf("introspection: %v", got)
		}
		if a := b.post(at+"/v1/revoke", form("token", last), "Authorization", basic("web", x.web.Secret)); a.status != http.StatusOK || about()["active"] != false {
			t.Errorf("revocation: %d", a.status)
		}
	})
}

// The policies are asked when somebody authorizes, when a code is used, and at each refresh.
func TestPoliciesOfACustomServerDecide(t *testing.T) {
	x := newServer(t)
	at, api, rules := x.authServer("")
	denied := func(what string, got url.Values) {
		t.Helper()
		if got.Get("error") != "access_denied" || got.Get("error_description") != "Policy evaluation failed for this request, please check the policy configurations." {
			t.Errorf("%s: %v", what, got)
		}
	}
	ask := func(scope string) url.Values {
		b := x.browser()
		return b.signIn(at, request("scope", scope), admin, password).location(t)
	}
	denied("without a rule", ask("openid"))
	if n := x.events("app.oauth2.as.authorize"); n != 1 {
		t.Errorf("%d events of the refusal", n)
	}
	group := x.made("/api/v1/groups", `{"profile":{"name":"Drivers"}}`).Text("id")
	rule := x.made(rules, `{"name":"Drivers","conditions":{"people":{"groups":{"include":["`+group+`"]}},"grantTypes":{"include":["authorization_code"]},"scopes":{"include":["openid","parcels:read","offline_access"]}}}`).Text("id")
	denied("in no group", ask("openid"))
	me := x.adminID()
	x.manage("PUT", "/api/v1/groups/"+group+"/users/"+me, "")
	denied("a scope too many", ask("openid profile"))
	b := x.browser()
	tokens := x.browser().tokens(at, request("scope", "openid parcels:read offline_access"))
	code := x.browser().code(at, request("scope", "openid"))

	x.manage("POST", rules+"/"+rule+"/lifecycle/deactivate", "")
	if a := b.exchange(at, code); a.status != http.StatusBadRequest || a.text(t, "error") != "access_denied" {
		t.Errorf("a code after the rule was deactivated: %d %s", a.status, a.body)
	}
	if a := b.refresh(at, tokens["refresh_token"].(string)); a.text(t, "error") != "access_denied" {
		t.Errorf("a refresh after the rule was deactivated: %s", a.body)
	}
	x.manage("POST", rules+"/"+rule+"/lifecycle/activate", "")
	renewed := b.refresh(at, tokens["refresh_token"].(string)).json(t)
	if renewed["access_token"] == nil {
		t.Fatalf("a refresh after the rule was activated: %v", renewed)
	}
	x.manage("DELETE", "/api/v1/groups/"+group+"/users/"+me, "")
	if a := b.refresh(at, renewed["refresh_token"].(string)); a.text(t, "error") != "access_denied" {
		t.Errorf("a refresh of somebody who left the group: %s", a.body)
	}
	x.manage("PUT", "/api/v1/groups/"+group+"/users/"+me, "")

	// A server that is not active is not there.
	x.manage("POST", api+"/lifecycle/deactivate", "")
	for _, path := range []string{"/.well-known/openid-configuration", "/v1/keys", "/v1/authorize?" + request("scope", "openid").Encode()} {
		if a := b.get(at + path); a.status != http.StatusNotFound {
			t.Errorf("%s of an inactive server: %d", path, a.status)
		}
	}
	if a := b.refresh(at, renewed["refresh_token"].(string)); a.status != http.StatusNotFound {
		t.Errorf("a refresh of an inactive server: %d", a.status)
	}
	x.manage("POST", api+"/lifecycle/activate", "")
	if a := b.refresh(at, renewed["refresh_token"].(string)); a.json(t)["access_token"] == nil {
		t.Errorf("a refresh after the server was activated: %s", a.body)
	}
}

func TestDefaultScopesAndServices(t *testing.T) {
	x := newServer(t)
	at, api, rules := x.authServer(everybody)
	x.check(x.PutClient(t.Context(), org.OAuthClient{ID: "robot", Name: "Robot", Secret: "a secret of a robot", GrantTypes: []string{org.GrantClientCredentials}}))
	x.made(api+"/claims", `{"name":"kind","claimType":"RESOURCE","valueType":"EXPRESSION","value":"appuser == null ? \"service\" : \"person\""}`)
	b := x.browser()
	robot := func(scope string) answer {
		return b.post(at+"/v1/token", form("grant_type", "client_credentials", "scope", scope), "Authorization", basic("robot", "a secret of a robot"))
	}
	token := payload(t, robot("parcels:read").json(t)["access_token"])
	if token["sub"] != "robot" || token["kind"] != "service" || token["cid"] != "robot" || token["uid"] != nil || token["exp"].(float64)-token["iat"].(float64) != 600 {
		t.Errorf("a service: %v", token)
	}
	if a := robot(""); a.text(t, "error") != "invalid_scope" || !strings.Contains(a.body, "any configured default scopes") {
		t.Errorf("no scope: %s", a.body)
	}
	x.made(api+"/scopes", `{"name":"parcels:list","default":true}`)
	if got := robot("").json(t); got["scope"] != "parcels:list" {
		t.Errorf("the default scope: %v", got)
	}
	x.made(rules, `{"name":"Lists","priority":1,"conditions":{"people":{"groups":{"include":["EVERYONE"]}},"grantTypes":{"include":["client_credentials"]},"scopes":{"include":["parcels:list"]}},
		"actions":{"token":{"accessTokenLifetimeMinutes":5,"refreshTokenLifetimeMinutes":0,"refreshTokenWindowMinutes":10}}}`)
	if got := robot("").json(t); got["expires_in"] != 300.0 {
		t.Errorf("by the first rule: %v", got)
	}
	if got := robot("parcels:read parcels:list").json(t); got["expires_in"] != 600.0 {
		t.Errorf("by the second rule: %v", got)
	}
}

// A claim that nobody can evaluate stops the token, says which one it is, and uses nothing up.
func TestClaimsThatCannotBeEvaluated(t *testing.T) {
	x := newServer(t)
	at, api, _ := x.authServer(everybody)
	claim := x.made(api+"/claims", `{"name":"test","claimType":"RESOURCE","valueType":"EXPRESSION","value":"cool"}`).Text("id")
	b := x.browser()
	code := x.browser().code(at, request("scope", "openid"))
	if a := b.exchange(at, code); a.status != http.StatusBadRequest || a.text(t, "error") != "server_error" || a.text(t, "error_description") != "The 'test' user claim could not be evaluated." {
		t.Errorf("%d %s", a.status, a.body)
	}
	if n := x.events("app.oauth2.as.evaluate.claim"); n != 1 {
		t.Errorf("%d events", n)
	}
	x.manage("PUT", api+"/claims/"+claim, `{"name":"test","claimType":"RESOURCE","valueType":"EXPRESSION","value":"\"cool\""}`)
	if got := payload(t, b.exchange(at, code).json(t)["access_token"]); got["test"] != "cool" {
		t.Errorf("mended: %v", got)
	}
	// What a token has anyway no claim replaces; the subject only as the claim sub says.
	sub := x.claims(api)[0]
	x.manage("PUT", api+"/claims/"+sub.Text("id"), `{"name":"sub","claimType":"RESOURCE","valueType":"EXPRESSION","value":"user.getInternalProperty(\"id\")"}`)
	tokens := x.browser().tokens(at, request("scope", "openid"))
	if got := payload(t, tokens["access_token"]); got["sub"] != x.adminID() || got["uid"] != x.adminID() {
		t.Errorf("subject: %v", got)
	}
	// A claim that differs by its case is another one.
	for name, value := range map[string]string{"EXP": "99999999999", "Uid": `\"00uSomebody\"`, "Cid": `\"spa\"`, "Scp": `{\"okta.users.manage\"}`} {
		x.made(api+"/claims", `{"name":"`+name+`","claimType":"RESOURCE","valueType":"EXPRESSION","value":"`+value+`"}`)
	}
	access := x.browser().tokens(at, request("scope", "openid"))["access_token"].(string)
	if got := payload(t, access); got["EXP"] != 99999999999.0 || got["cid"] != "web" {
		t.Errorf("claims of other case: %v", got)
	}
	got := b.post(at+"/v1/introspect", form("token", access), "Authorization", basic("web", x.web.Secret)).json(t)
	if got["client_id"] != "web" || got["uid"] != x.adminID() || got["scope"] != "openid" || got["exp"] == 99999999999.0 {
		t.Errorf("introspection: %v", got)
	}
	x.manage("PUT", api+"/claims/"+sub.Text("id"), `{"name":"sub","claimType":"RESOURCE","valueType":"EXPRESSION","value":"user.missing"}`)
	if a := b.exchange(at, x.browser().code(at, request("scope", "openid"))); a.text(t, "error_description") != "The 'sub' system claim could not be evaluated." {
		t.Errorf("no subject: %s", a.body)
	}
}

func (x *server) claims(api string) (docs []okta.Object) {
	x.t.Helper()
	x.check(json.Unmarshal([]byte(x.api("GET", api+"/claims", nil).body), &docs))
	return docs
}

func TestClientsAndTokensOfAServer(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		at, api, _ := x.authServer(everybody)
		b := x.browser()
		first := x.browser().tokens(at, request("scope", "openid offline_access parcels:read"))
		second := x.browser().tokens(at, request("scope", "openid offline_access"))
		x.browser().tokens(defaultServer, request("scope", "openid offline_access"))
		list := func(path string) (docs []okta.Object) {
			t.Helper()
			x.check(json.Unmarshal([]byte(x.api("GET", api+path, nil).body), &docs))
			return docs
		}
		clients := list("/clients")
		if len(clients) != 1 || clients[0].Text("client_id") != "web" || clients[0].Text("client_name") != "Web" || clients[0].Text("_links", "tokens", "href") != x.BaseURL()+api+"/clients/web/tokens" {
			t.Fatalf("clients: %v", clients)
		}
		tokens := list("/clients/web/tokens")
		if len(tokens) != 2 {
			t.Fatalf("tokens: %v", tokens)
		}
		i := slices.IndexFunc(tokens, func(doc okta.Object) bool { return strings.Contains(string(doc.Get("scopes")), "parcels:read") })
		one, path := tokens[i], "/clients/web/tokens/"+tokens[i].Text("id")
		if one.Text("issuer") != x.BaseURL()+at || one.Text("userId") != x.adminID() || one.Text("status") != "ACTIVE" || one.Text("_links", "self", "href") != x.BaseURL()+api+path {
			t.Errorf("token: %s", one.Bytes())
		}
		if strings.Contains(string(one.Bytes()), first["refresh_token"].(string)) {
			t.Error("the token itself is told")
		}
		shown, err := okta.Parse([]byte(x.api("GET", api+path+"?expand=scope", nil).body))
		x.check(err)
		if !strings.Contains(string(shown.Get("_embedded", "scopes")), `"parcels:read"`) {
			t.Errorf("expanded: %s", shown.Bytes())
		}
		for _, missing := range []string{"/clients/nobody/tokens", "/clients/spa/tokens/" + one.Text("id"), "/clients/web/tokens/oar00000000000000000"} {
			if a := x.api("GET", api+missing, nil); a.status != http.StatusNotFound {
				t.Errorf("%s: %d", missing, a.status)
			}
		}
		if a := x.api("GET", serversPath+"/default"+path, nil); a.status != http.StatusNotFound {
			t.Errorf("the token of another server: %d", a.status)
		}
		x.manage("DELETE", api+path, "")
		if a := b.refresh(at, first["refresh_token"].(string)); a.text(t, "error") != "invalid_grant" {
			t.Errorf("a revoked token: %s", a.body)
		}
		if a := x.api("DELETE", api+path, nil); a.status != http.StatusNotFound {
			t.Errorf("revoked again: %d", a.status)
		}
		x.manage("DELETE", api+"/clients/web/tokens", "")
		if a := b.refresh(at, second["refresh_token"].(string)); a.text(t, "error") != "invalid_grant" {
			t.Errorf("all revoked: %s", a.body)
		}
		if n := len(list("/clients")); n != 0 {
			t.Errorf("%d clients are left", n)
		}
	})
}
