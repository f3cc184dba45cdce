package oidc_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/internal/org"
	"gatehouse/internal/policy"
)

// randomServer is an authorization server of random policies and claims, whose decisions are
// compared with those that its documents give.
type randomServer struct {
	*server
	r *rand.Rand
	// api and at are its path in the management API and for clients.
	api, at string
	// people are those who ask for tokens, each signed in.
	people []randomPerson
	groups []string
	apps   map[string]okta.Object
}

type randomPerson struct {
	login, id string
	browser   *browser
}

var (
	randomClients = []string{"web", "spa", "robot"}
	randomScopes  = []string{"openid", "profile", "email", "offline_access", "a:read", "a:write", "b:read"}
	randomClaims  = []string{
		`"valueType":"EXPRESSION","value":"user.firstName"`, `"valueType":"EXPRESSION","value":"user.missing"`,
		`"valueType":"EXPRESSION","value":"appuser == null ? app.clientId : appuser.userName"`, `"valueType":"EXPRESSION","value":"access.scope"`,
		`"valueType":"EXPRESSION","value":"org.name + org.subDomain"`,
		`"valueType":"EXPRESSION","value":"isMemberOfGroupName(\"Group 1\") ? Arrays.size(Groups.startsWith(\"OKTA\", \"Group\", 50)) : user.email"`,
		`"valueType":"GROUPS","group_filter_type":"STARTS_WITH","value":"group"`, `"valueType":"GROUPS","group_filter_type":"REGEX","value":".*[12]"`,
		`"valueType":"EXPRESSION","value":"String.substring(user.firstName, 0, 3)"`, // a fault for some
	}
)

// some are random members of a list.
func (x *randomServer) some(list []string) []string {
	var out []string
	for _, v := range list {
		if x.r.IntN(3) == 0 {
			out = append(out, v)
		}
	}
	return out
}

func (x *randomServer) texts(list []string) string {
	if list == nil {
		list = []string{}
	}
	b, err := json.Marshal(list)
	x.check(err)
	return string(b)
}

func (x *randomServer) status() string {
	if x.r.IntN(6) == 0 {
		return "INACTIVE"
	}
	return "ACTIVE"
}

// fill gives the server random scopes, claims, policies and rules.
func (x *randomServer) fill() {
	for _, scope := range randomScopes[4:] {
		x.made(x.api+"/scopes", fmt.Sprintf(`{"name":"%s","default":%t}`, scope, x.r.IntN(3) == 0))
	}
	for i, claim := range randomClaims {
		if x.r.IntN(3) > 0 {
			continue
		}
		x.made(x.api+"/claims", fmt.Sprintf(`{"name":"claim%d","status":"%s","claimType":"%s","alwaysIncludeInToken":%t,"conditions":{"scopes":%s},%s}`,
			i, x.status(), []string{"RESOURCE", "IDENTITY"}[x.r.IntN(2)], x.r.IntN(2) == 0, x.texts(x.some(randomScopes)), claim))
	}
	for i := range 1 + x.r.IntN(3) {
		clients := x.some(randomClients)
		if x.r.IntN(2) == 0 {
			clients = []string{"ALL_CLIENTS"}
		}
		p := x.made(x.api+"/policies", fmt.Sprintf(`{"name":"P%d","status":"%s","priority":%d,"conditions":{"clients":{"include":%s}}}`, i, x.status(), 1+x.r.IntN(3), x.texts(clients)))
		for j := range x.r.IntN(5) {
			include := x.some(x.groups)
			if x.r.IntN(2) == 0 {
				include = []string{"EVERYONE"}
			}
			ids := []string{x.people[0].id, x.people[1].id}
			scopes := x.some(randomScopes)
			if x.r.IntN(2) == 0 {
				scopes = []string{"*"}
			}
			grants := []string{"authorization_code", "client_credentials"}
			if x.r.IntN(3) == 0 {
				grants = x.some(grants)
			}
			x.made(x.api+"/policies/"+p.Text("id")+"/rules", fmt.Sprintf(`{"name":"R%d","status":"%s","priority":%d,"conditions":{"people":{"users":{"include":%s,"exclude":%s},"groups":{"include":%s,"exclude":%s}},
				"grantTypes":{"include":%s},"scopes":{"include":%s}},"actions":{"token":{"accessTokenLifetimeMinutes":%d}}}`, j, x.status(), 1+x.r.IntN(3),
				x.texts(x.some(ids)), x.texts(x.some(ids[:1])), x.texts(include), x.texts(x.some(x.groups[:1])), x.texts(grants), x.texts(scopes), 5+x.r.IntN(50)))
		}
	}
}

// read is a document, or the documents of a list, of the management API.
func (x *randomServer) read(path string, v any) {
	x.t.Helper()
	a := x.server.api("GET", path, nil)
	if a.status != http.StatusOK {
		x.t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	x.check(json.Unmarshal([]byte(a.body), v))
}

// documents is the server as its documents describe it: what a preview reads.
func (x *randomServer) documents() *policy.TokenServer {
	x.t.Helper()
	raw := func(path string) (all [][]byte) {
		var docs []json.RawMessage
		x.read(path, &docs)
		for _, doc := range docs {
			all = append(all, doc)
		}
		return all
	}
	var head json.RawMessage
	x.read(x.api, &head)
	var held []okta.Object
	x.read(x.api+"/policies", &held)
	var policies []policy.PolicyDocuments
	for _, p := range held {
		policies = append(policies, policy.PolicyDocuments{Policy: p.Bytes(), Rules: raw(x.api + "/policies/" + p.Text("id") + "/rules")})
	}
	s, err := policy.ParseTokenServer(head, raw(x.api+"/scopes"), raw(x.api+"/claims"), policies)
	x.check(err)
	return s
}

// subject is a person, or nobody, and a client, as their documents describe them.
func (x *randomServer) subject(p *randomPerson, client string) (policy.Subject, policy.Context) {
	app := x.apps[client]
	at := policy.Subdomain(strings.TrimPrefix(x.BaseURL(), "http://"))
	s := policy.Subject{App: app.Bytes(), OrgName: at, OrgSubdomain: at, AMR: []string{"pwd"}, Now: x.clock.Now()}
	if p == nil {
		return s, policy.Context{}
	}
	var user, appUser json.RawMessage
	x.read("/api/v1/users/"+p.id, &user)
	x.read("/api/v1/apps/"+app.Text("id")+"/users/"+p.id, &appUser)
	s.User, s.AppUser = user, appUser
	var held []okta.Object
	x.read("/api/v1/users/"+p.id+"/groups", &held)
	c := policy.Context{Person: &policy.Person{ID: p.id}}
	for _, g := range held {
		s.Groups = append(s.Groups, expr.Group{ID: g.Text("id"), Name: g.Text("profile", "name"), Type: g.Text("type")})
		c.Person.Groups = append(c.Person.Groups, g.Text("id"))
	}
	return s, c
}

// outcome is what a request for tokens came to.
type outcome struct {
	refused    string
	scopes     string
	life       time.Duration
	access, id map[string]any
}

// standing are the claims that tokens have whatever the server's claims are.
var standing = strings.Fields("ver jti iss aud iat exp cid uid scp auth_time amr idp sid nonce at_hash")

func claimsOf(t testing.TB, token any) map[string]any {
	if token == nil {
		return nil
	}
	claims := payload(t, token)
	for _, name := range standing {
		delete(claims, name)
	}
	return claims
}

// real asks the org.
func (x *randomServer) real(p *randomPerson, client string, scopes []string) outcome {
	b := x.browser()
	var a answer
	switch {
	case p == nil:
		a = b.post(x.at+"/v1/token", form("grant_type", "client_credentials", "scope", strings.Join(scopes, " ")), "Authorization", basic("robot", "a secret of a robot"))
	default:
		to, err := url.Parse(p.browser.get(x.at + "/v1/authorize?" + request("client_id", client, "scope", strings.Join(scopes, " ")).Encode()).header.Get("Location"))
		x.check(err)
		if code := to.Query().Get("error"); code != "" {
			return outcome{refused: code + ": " + to.Query().Get("error_description")}
		}
		v := form("grant_type", "authorization_code", "code", to.Query().Get("code"), "redirect_uri", callback, "code_verifier", verifier)
		if client == "web" {
			a = b.post(x.at+"/v1/token", v, "Authorization", basic("web", x.web.Secret))
		} else {
			v.Set("client_id", client)
			a = b.post(x.at+"/v1/token", v)
		}
	}
	body := a.json(x.t)
	if body["error"] != nil {
		return outcome{refused: fmt.Sprint(body["error"], ": ", body["error_description"])}
	}
	return outcome{"", fmt.Sprint(body["scope"]), time.Duration(body["expires_in"].(float64)) * time.Second, claimsOf(x.t, body["access_token"]), claimsOf(x.t, body["id_token"])}
}

// pure decides by the documents alone.
func (x *randomServer) pure(s *policy.TokenServer, p *randomPerson, client string, scopes []string) outcome {
	q := policy.TokenRequest{Client: client, GrantType: "authorization_code", ClientGrants: []string{"authorization_code", "refresh_token"}, Scopes: scopes, Assigned: true}
	if p == nil {
		q.GrantType, q.ClientGrants = "client_credentials", []string{"client_credentials"}
	}
	subject, c := x.subject(p, client)
	d, err := s.Decide(q, c)
	x.check(err)
	if d.Refused != nil {
		return outcome{refused: d.Refused.Error()}
	}
	subject.Scopes = d.Scopes
	claims := s.Evaluate(subject)
	if claims.Refused != nil {
		return outcome{refused: claims.Refused.Error()}
	}
	out := outcome{scopes: strings.Join(d.Scopes, " "), life: d.Lives.Access, access: map[string]any{}}
	into := func(m map[string]any, outcomes []policy.ClaimOutcome) {
		for _, o := range outcomes {
			if o.In {
				var v any
				x.check(json.Unmarshal(o.Value, &v))
				m[o.Claim.Name] = v
			}
		}
	}
	into(out.access, claims.Access)
	if p != nil && slices.Contains(d.Scopes, "openid") {
		out.id = map[string]any{"sub": p.id}
		into(out.id, claims.ID)
	}
	return out
}

// Property: for random servers, clients, people and scopes the org gives the tokens, and the
// refusals, that the documents promise to whoever reads them.
func TestGrantsAreWhatTheDocumentsPromise(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	x := &randomServer{server: newServer(t), r: rand.New(rand.NewPCG(seed, 0)), apps: map[string]okta.Object{}}
	x.check(x.PutClient(t.Context(), org.OAuthClient{ID: "robot", Name: "Robot", Secret: "a secret of a robot", GrantTypes: []string{org.GrantClientCredentials}}))
	for i := range 3 {
		x.groups = append(x.groups, x.made("/api/v1/groups", fmt.Sprintf(`{"profile":{"name":"Group %d"}}`, i)).Text("id"))
	}
	for i, name := range []string{"Ana", "Bo"} { // of Bo no three letters can be taken
		p := randomPerson{login: strings.ToLower(name) + "@example.com", browser: x.browser()}
		p.id = x.made("/api/v1/users", `{"profile":{"firstName":"`+name+`","lastName":"Ruiz","login":"`+p.login+`","email":"`+p.login+`"},"credentials":{"password":{"value":"`+password+`"}}}`).Text("id")
		for _, g := range x.groups[i:] {
			x.manage("PUT", "/api/v1/groups/"+g+"/users/"+p.id, "")
		}
		p.browser.signIn(defaultServer, request("scope", "openid"), p.login, password)
		x.people = append(x.people, p)
	}
	var apps []okta.Object
	x.read("/api/v1/apps?limit=200", &apps)
	for _, app := range apps {
		x.apps[app.Text("credentials", "oauthClient", "client_id")] = app
	}
	refusals, tokens := 0, 0
	for range 20 {
		doc := x.made(serversPath, `{"name":"random","audiences":["api://random"]}`)
		x.api, x.at = serversPath+"/"+doc.Text("id"), "/oauth2/"+doc.Text("id")
		x.fill()
		documents := x.documents()
		for range 10 {
			var p *randomPerson
			client := randomClients[x.r.IntN(len(randomClients))]
			if client != "robot" {
				p = &x.people[x.r.IntN(len(x.people))]
			}
			scopes := x.some(randomScopes)
			if p == nil && x.r.IntN(3) > 0 {
				scopes = x.some(randomScopes[4:])
			}
			if p != nil && x.r.IntN(4) > 0 && !slices.Contains(scopes, "openid") {
				scopes = append(scopes, "openid")
			}
			got, want := x.real(p, client, scopes), x.pure(documents, p, client, scopes)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: %s asks for %v\n got %+v\nwant %+v\nby %s", seed, client, scopes, got, want, x.server.api("GET", x.api+"/policies", nil).body)
			}
			if got.refused == "" {
				tokens++
			} else {
				refusals++
			}
		}
	}
	t.Logf("%d tokens, %d refusals", tokens, refusals)
	if tokens < 10 || refusals < 10 {
		t.Errorf("seed %d: %d tokens and %d refusals: one of the two is not tried", seed, tokens, refusals)
	}
}
