package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/expr"
)

// parcels is an authorization server with two policies: partners are served by one rule, all
// others by rules for people, then for services.
func parcels(t *testing.T, change ...func(*TokenServer)) *TokenServer {
	t.Helper()
	rule := func(name string, priority int, people, grants, scopes, token string) []byte {
		return fmt.Appendf(nil, `{"id":"%s","name":"%s","status":"ACTIVE","priority":%d,"conditions":{"people":%s,"grantTypes":{"include":%s},"scopes":{"include":%s}},"actions":{"token":%s}}`,
			name, name, priority, people, grants, scopes, token)
	}
	lives := `{"accessTokenLifetimeMinutes":60,"refreshTokenLifetimeMinutes":0,"refreshTokenWindowMinutes":10080}`
	scope := func(name, more string) []byte { return []byte(`{"name":"` + name + `"` + more + `}`) }
	s, err := ParseTokenServer([]byte(`{"name":"parcels","status":"ACTIVE"}`),
		[][]byte{
			scope("openid", ""), scope("profile", ""), scope("email", ""), scope("offline_access", ""), scope("parcels:read", `,"default":true`),
			scope("parcels:write", ""), scope("parcels:delete", `,"consent":"REQUIRED"`),
		}, nil,
		[]PolicyDocuments{
			{[]byte(`{"id":"all","name":"all","type":"OAUTH_AUTHORIZATION_POLICY","status":"ACTIVE","priority":2,"conditions":{"clients":{"include":["ALL_CLIENTS"]}}}`), [][]byte{
				rule("drivers", 1, `{"users":{"include":["00uBen"],"exclude":["00uEve"]},"groups":{"include":["00gDrivers"]}}`, `["authorization_code"]`, `["openid","parcels:read","offline_access"]`,
					`{"accessTokenLifetimeMinutes":5,"refreshTokenLifetimeMinutes":600,"refreshTokenWindowMinutes":10}`),
				rule("services", 2, `{"users":{"exclude":[]}}`, `["client_credentials"]`, `["parcels:read","parcels:delete"]`, lives),
				rule("everybody", 3, `{"groups":{"include":["EVERYONE"]}}`, `["authorization_code"]`, `["*"]`, lives),
			}},
			{[]byte(`{"id":"partners","name":"partners","type":"OAUTH_AUTHORIZATION_POLICY","status":"ACTIVE","priority":1,"conditions":{"clients":{"include":["partner"]}}}`), [][]byte{
				rule("partner", 1, `{"groups":{"include":["00gPartners"]}}`, `["authorization_code"]`, `["*"]`, lives),
			}},
		})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(s)
	}
	return s
}

func TestTokenDecision(t *testing.T) {
	const code, own = "authorization_code", "client_credentials"
	person := func(id string, groups ...string) *Person { return &Person{ID: id, Groups: groups} }
	words := strings.Fields
	for name, c := range map[string]struct {
		request TokenRequest
		person  *Person
		// rule is the one that applies, else code begins the refusal. scopes are those granted.
		rule, refusal, scopes string
	}{
		"a driver":                    {TokenRequest{Client: "web", GrantType: code, Scopes: words("openid parcels:read"), Assigned: true}, person("00uAna", "00gDrivers"), "drivers", "", "openid parcels:read"},
		"named, in no group":          {TokenRequest{Client: "web", GrantType: code, Scopes: words("openid"), Assigned: true}, person("00uBen"), "drivers", "", "openid"},
		"left out by the first rule":  {TokenRequest{Client: "web", GrantType: code, Scopes: words("openid"), Assigned: true}, person("00uEve", "00gDrivers"), "everybody", "", "openid"},
		"a scope of the second rule":  {TokenRequest{Client: "web", GrantType: code, Scopes: words("openid parcels:write"), Assigned: true}, person("00uAna", "00gDrivers"), "everybody", "", "openid parcels:write"},
		"the default scopes":          {TokenRequest{Client: "web", GrantType: code, Assigned: true}, person("00uAna", "00gDrivers"), "drivers", "", "parcels:read"},
		"each scope once":             {TokenRequest{Client: "web", GrantType: code, Scopes: words("openid openid"), Assigned: true}, person("00uAna"), "everybody", "", "openid"},
		"no refresh tokens":           {TokenRequest{Client: "web", ClientGrants: words(code), GrantType: code, Scopes: words("openid offline_access"), Assigned: true}, person("00uAna"), "everybody", "", "openid"},
		"refresh tokens":              {TokenRequest{Client: "web", ClientGrants: words(code + " refresh_token"), GrantType: code, Scopes: words("openid offline_access"), Assigned: true}, person("00uAna", "00gDrivers"), "drivers", "", "openid offline_access"},
		"a partner":                   {TokenRequest{Client: "partner", GrantType: code, Scopes: words("parcels:write"), Assigned: true}, person("00uAna", "00gPartners"), "partner", "", "parcels:write"},
		"a partner's client":          {TokenRequest{Client: "partner", GrantType: code, Scopes: words("parcels:write"), Assigned: true}, person("00uAna", "00gDrivers"), "everybody", "", "parcels:write"},
		"a service":                   {TokenRequest{Client: "cron", GrantType: own, Scopes: words("parcels:read")}, nil, "services", "", "parcels:read"},
		"a service with too much":     {TokenRequest{Client: "cron", GrantType: own, Scopes: words("parcels:read parcels:write")}, nil, "", "access_denied: Policy evaluation failed", "parcels:read parcels:write"},
		"a service for people":        {TokenRequest{Client: "cron", GrantType: own, Scopes: words("openid")}, nil, "", "invalid_scope: Cannot request 'openid'", ""},
		"a service without consent":   {TokenRequest{Client: "cron", GrantType: own, Scopes: words("parcels:delete")}, nil, "", "consent_required: ", ""},
		"a grant type of no rule":     {TokenRequest{Client: "web", GrantType: "password", Scopes: words("openid"), Assigned: true}, person("00uAna"), "", "access_denied: Policy evaluation failed", "openid"},
		"a grant type not of the app": {TokenRequest{Client: "web", ClientGrants: words(code), GrantType: "password", Scopes: words("openid"), Assigned: true}, person("00uAna"), "", "unauthorized_client: ", ""},
		"no such scope":               {TokenRequest{Client: "web", GrantType: code, Scopes: words("openid nothing"), Assigned: true}, person("00uAna"), "", "invalid_scope: One or more scopes", ""},
		"profile without openid":      {TokenRequest{Client: "web", GrantType: code, Scopes: words("profile"), Assigned: true}, person("00uAna"), "", "invalid_scope: Requests for ID tokens", ""},
		"without the app":             {TokenRequest{Client: "web", GrantType: code, Scopes: words("openid")}, person("00uAna"), "", "access_denied: User is not assigned", "openid"},
	} {
		d, err := parcels(t).Decide(c.request, Context{Person: c.person})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		rule, refusal := "", ""
		if d.Rule != nil {
			rule = d.Rule.Name
		}
		if d.Refused != nil {
			refusal = d.Refused.Error()
		}
		if rule != c.rule || (c.refusal == "") != (refusal == "") || !strings.HasPrefix(refusal, c.refusal) || strings.Join(d.Scopes, " ") != c.scopes {
			t.Errorf("%s: rule %q, %q, scopes %v", name, rule, refusal, d.Scopes)
		}
	}
	d, err := parcels(t).Decide(TokenRequest{Client: "web", GrantType: code, Scopes: []string{"openid"}, Assigned: true}, Context{Person: person("00uBen")})
	if want := (Lives{5 * time.Minute, 10 * time.Hour, 10 * time.Minute}); err != nil || d.Lives != want {
		t.Errorf("lives %v, %v, want %v", d.Lives, err, want)
	}
	// The trace names what failed with what was read.
	trace := d.Policies[0]
	if trace.Policy.Name != "partners" || trace.Outcome != Failed || len(trace.Clauses) != 1 || trace.Clauses[0] != (Clause{"clients.include", Failed, "partner", "web", ""}) {
		t.Errorf("trace: %+v", trace)
	}
	for _, s := range []*TokenServer{
		parcels(t, func(s *TokenServer) { s.Active = false }), parcels(t, func(s *TokenServer) { s.Policies = nil }),
		parcels(t, func(s *TokenServer) { s.Policies[1].Status = "INACTIVE" }),
	} {
		if d, err := s.Decide(TokenRequest{Client: "web", GrantType: code, Scopes: []string{"openid"}, Assigned: true}, Context{Person: person("00uBen")}); err != nil || d.Refused == nil {
			t.Errorf("%+v gives tokens: %+v, %v", s, d, err)
		}
	}
	s := parcels(t, func(s *TokenServer) { s.Scopes[4].Default = false })
	if d, err := s.Decide(TokenRequest{Client: "web", GrantType: code, Assigned: true}, Context{Person: person("00uBen")}); err != nil || d.Refused == nil || d.Refused.Code != "invalid_scope" {
		t.Errorf("no scopes at all: %+v, %v", d, err)
	}
	// Without a token request such conditions are unknown.
	if d := Evaluate(parcels(t).Policies, Context{Person: person("00uBen")}); d.Policy != nil || d.Certain {
		t.Errorf("without a request: %+v", d)
	}
}

// withClaims is a server with these claims, from their documents.
func withClaims(t *testing.T, documents ...string) *TokenServer {
	t.Helper()
	s := &TokenServer{Active: true}
	for _, document := range documents {
		c, err := ParseClaim([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		s.Claims = append(s.Claims, c)
	}
	return s
}

// claimSubject is Ana, who has the app CRM.
func claimSubject(scopes string) Subject {
	return Subject{
		User:    []byte(`{"id":"00uAna","status":"ACTIVE","lastUpdated":"2026-03-02T09:00:00.000Z","profile":{"login":"ana@example.com","email":"ana@example.com","firstName":"Ana","lastName":"Ruiz","department":"Sales","level":3,"city":"Oslo"}}`),
		AppUser: []byte(`{"id":"00uAna","credentials":{"userName":"ana.ruiz"},"profile":{"role":"editor"}}`),
		App:     []byte(`{"id":"0oa1","name":"oidc_client","label":"CRM","credentials":{"oauthClient":{"client_id":"0oa1"}},"profile":{"tier":"gold"}}`),
		OrgName: "company", Groups: []expr.Group{{ID: "00g1", Name: "Team Red", Type: "OKTA_GROUP"}, {ID: "00g2", Name: "Sales", Type: "OKTA_GROUP"}, {ID: "00g3", Name: "team blue", Type: "OKTA_GROUP"}},
		Scopes: strings.Fields(scopes), AMR: []string{"pwd"}, Now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	}
}

const subClaim = `{"name":"sub","status":"ACTIVE","claimType":"RESOURCE","valueType":"EXPRESSION","value":"(appuser != null) ? appuser.userName : app.clientId","system":true,"alwaysIncludeInToken":true,"conditions":{"scopes":[]}}`

// value is the claim's JSON in the token of its kind, "-" where it is not in it.
func value(outcomes []ClaimOutcome, name string) string {
	for _, o := range outcomes {
		if o.Claim.Name == name && o.In {
			return string(o.Value)
		}
	}
	return "-"
}

func TestClaimValues(t *testing.T) {
	for rest, want := range map[string]string{
		`"valueType":"EXPRESSION","value":"user.department"`:                                                  `"Sales"`,
		`"valueType":"EXPRESSION","value":"user.level"`:                                                       `3`,
		`"valueType":"EXPRESSION","value":"user.level + 0.5"`:                                                 `3.5`,
		`"valueType":"EXPRESSION","value":"user.missing"`:                                                     `-`,
		`"valueType":"EXPRESSION","value":"appuser.role + \"<\" + app.profile.tier"`:                          `"editor<gold"`,
		`"valueType":"EXPRESSION","value":"access.scope"`:                                                     `["openid","email"]`,
		`"valueType":"EXPRESSION","value":"{session.amr, org.name, app.label}"`:                               `[["pwd"],"company","CRM"]`,
		`"valueType":"EXPRESSION","value":"user.getInternalProperty(\"status\")"`:                             `"ACTIVE"`,
		`"valueType":"GROUPS","group_filter_type":"STARTS_WITH","value":"team"`:                               `["Team Red","team blue"]`,
		`"valueType":"GROUPS","group_filter_type":"EQUALS","value":"SALES"`:                                   `["Sales"]`,
		`"valueType":"GROUPS","group_filter_type":"CONTAINS","value":"AM "`:                                   `["Team Red","team blue"]`,
		`"valueType":"GROUPS","group_filter_type":"REGEX","value":"[Tt]eam .*"`:                               `["Team Red","team blue"]`,
		`"valueType":"GROUPS","group_filter_type":"REGEX","value":"/^Team.*$/"`:                               `["Team Red"]`,
		`"valueType":"GROUPS","group_filter_type":"EQUALS","value":"none"`:                                    `-`,
		`"valueType":"EXPRESSION","value":"user.department","status":"INACTIVE"`:                              `-`,
		`"valueType":"EXPRESSION","value":"user.department","conditions":{"scopes":["parcels:read","email"]}`: `"Sales"`,
		`"valueType":"EXPRESSION","value":"user.department","conditions":{"scopes":["parcels:read"]}`:         `-`,
	} {
		if !strings.Contains(rest, `"status"`) {
			rest += `,"status":"ACTIVE"`
		}
		document := `{"name":"x","claimType":"RESOURCE",` + rest + `}`
		got := withClaims(t, document).Evaluate(claimSubject("openid email"))
		if value(got.Access, "x") != want || got.Refused != nil || got.Access[0].Why == "" {
			t.Errorf("%s: %s (%s), %v; want %s", rest, value(got.Access, "x"), got.Access[0].Why, got.Refused, want)
		}
	}
}

func TestSubdomain(t *testing.T) {
	for host, want := range map[string]string{"company.okta.example": "company", "127.0.0.1:8081": "127", "localhost:8081": "localhost", "": ""} {
		if got := Subdomain(host); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

func TestWhereClaimsGo(t *testing.T) {
	identity := func(name, more string) string {
		return `{"name":"` + name + `","status":"ACTIVE","claimType":"IDENTITY","valueType":"SYSTEM","value":"` + name + `"` + more + `}`
	}
	s := withClaims(t, subClaim, identity("name", `,"alwaysIncludeInToken":true,"conditions":{"scopes":["profile"]}`),
		identity("given_name", `,"conditions":{"scopes":["profile"]}`), identity("address", `,"conditions":{"scopes":["address"]}`), identity("updated_at", ""))
	got := s.Evaluate(claimSubject("openid profile"))
	for _, c := range []struct{ where, name, got, want string }{
		{"access", "sub", value(got.Access, "sub"), `"ana.ruiz"`},
		{"ID token", "name", value(got.ID, "name"), `"Ana Ruiz"`},
		{"ID token", "given_name", value(got.ID, "given_name"), `-`},
		{"userinfo", "given_name", value(got.Userinfo, "given_name"), `"Ana"`},
		{"userinfo", "name", value(got.Userinfo, "name"), `"Ana Ruiz"`},
		{"userinfo", "address", value(got.Userinfo, "address"), `-`},
		{"userinfo", "updated_at", value(got.Userinfo, "updated_at"), `1772442000`},
		{"access", "name", value(got.Access, "name"), `-`},
	} {
		if c.got != c.want {
			t.Errorf("%s of the %s is %s, want %s", c.name, c.where, c.got, c.want)
		}
	}
	if got := s.Evaluate(claimSubject("openid address")); value(got.Userinfo, "address") != `{"locality":"Oslo"}` {
		t.Errorf("address: %s", value(got.Userinfo, "address"))
	}
	if got := s.Evaluate(claimSubject("parcels:read")); value(got.Userinfo, "name") != "-" || value(got.Access, "sub") != `"ana.ruiz"` {
		t.Errorf("without openid: %+v", got)
	}
	number := withClaims(t, strings.Replace(subClaim, "(appuser != null) ? appuser.userName : app.clientId", "user.level", 1))
	if got := number.Evaluate(claimSubject("openid")); value(got.Access, "sub") != `"3"` {
		t.Errorf("a number as the subject: %+v", got.Access)
	}
	own := claimSubject("parcels:read")
	own.User, own.AppUser, own.AMR = nil, nil, nil
	if got := s.Evaluate(own); value(got.Access, "sub") != `"0oa1"` || got.Refused != nil {
		t.Errorf("a client of its own: %+v", got)
	}
}

// A claim that cannot be evaluated stops the tokens that would hold it, and no other.
func TestClaimsThatCannotBeEvaluated(t *testing.T) {
	many := claimSubject("openid")
	for i := range maxGroups + 1 {
		many.Groups = append(many.Groups, expr.Group{ID: fmt.Sprint(i), Name: fmt.Sprintf("many %d", i), Type: "OKTA_GROUP"})
	}
	claim := func(rest string) string {
		return `{"name":"x","status":"ACTIVE","claimType":"RESOURCE",` + rest + `}`
	}
	for document, want := range map[string]string{
		claim(`"valueType":"EXPRESSION","value":"cool"`):                                                                             "server_error: The 'x' user claim could not be evaluated.",
		claim(`"valueType":"EXPRESSION","value":"Convert.toNum(user.login)"`):                                                        "server_error: The 'x' user claim could not be evaluated.",
		claim(`"valueType":"GROUPS","group_filter_type":"REGEX","value":"("`):                                                        "server_error: The 'x' user claim could not be evaluated.",
		claim(`"valueType":"GROUPS","group_filter_type":"CONTAINS","value":"many"`):                                                  "server_error: The groups claim matched too many groups and must be configured to match fewer groups.",
		strings.Replace(subClaim, "(appuser != null) ? appuser.userName : app.clientId", "user.missing", 1):                          "server_error: The 'sub' system claim could not be evaluated.",
		strings.Replace(subClaim, "(appuser != null) ? appuser.userName : app.clientId", "access.scope", 1):                          "server_error: The 'sub' system claim could not be evaluated.",
		claim(`"valueType":"EXPRESSION","value":"cool","conditions":{"scopes":["parcels:read"]}`):                                    "",
		strings.Replace(claim(`"valueType":"EXPRESSION","value":"cool","alwaysIncludeInToken":true`), `"RESOURCE"`, `"IDENTITY"`, 1): "server_error: The 'x' user claim could not be evaluated.",
		// Userinfo would have it, the token does not.
		strings.Replace(claim(`"valueType":"EXPRESSION","value":"cool"`), `"RESOURCE"`, `"IDENTITY"`, 1):                 "",
		strings.Replace(claim(`"valueType":"EXPRESSION","value":"cool"`), `"status":"ACTIVE"`, `"status":"INACTIVE"`, 1): "",
	} {
		got := withClaims(t, document).Evaluate(many)
		refused := ""
		if got.Refused != nil {
			refused = got.Refused.Error()
		}
		if refused != want {
			t.Errorf("%s: %q, want %q", document, refused, want)
		}
	}
	if s := withClaims(t, subClaim); s.AsksGroups() {
		t.Error("the subject needs no groups")
	}
	if s := withClaims(t, claim(`"valueType":"EXPRESSION","value":"isMemberOfGroupName(\"a\")"`)); !s.AsksGroups() {
		t.Error("the claim needs groups")
	}
	if !slices.Contains(expr.ClaimFunctions(), "Groups.startsWith") {
		t.Error("Groups.startsWith is not offered")
	}
}
