package handlers

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/okta"
)

const (
	ordersID  = "aus1orders000000001a"
	orders    = `{"id":"` + ordersID + `","name":"Orders <b>","description":"","audiences":["api://orders"],"issuer":"http://org.example/oauth2/` + ordersID + `","issuerMode":"ORG_URL","status":"ACTIVE","created":"2026-01-01T00:00:00.000Z","lastUpdated":"2026-01-02T00:00:00.000Z","credentials":{"signing":{"kid":"k1","rotationMode":"AUTO"}},"vendor":{"kept":true},"_links":{}}`
	readScope = `{"id":"scp1read00000000001a","name":"orders:read","displayName":"","description":"","system":false,"metadataPublish":"ALL_CLIENTS","consent":"IMPLICIT","optional":false,"default":true,"vendor":7}`
	openID    = `{"id":"scp1openid000000001a","name":"openid","system":true,"metadataPublish":"ALL_CLIENTS","consent":"IMPLICIT","optional":false,"default":false}`
	cityClaim = `{"id":"ocl1city00000000001a","name":"city","status":"ACTIVE","claimType":"RESOURCE","valueType":"EXPRESSION","value":"user.city","conditions":{"scopes":["orders:read"]},"system":false,"alwaysIncludeInToken":true}`
	offClaim  = `{"id":"ocl1off000000000001a","name":"level","status":"INACTIVE","claimType":"RESOURCE","valueType":"EXPRESSION","value":"user.level","conditions":{"scopes":[]},"system":false,"alwaysIncludeInToken":true}`
	shop      = `{"id":"00p1shop00000000001a","type":"OAUTH_AUTHORIZATION_POLICY","name":"Shop","description":"d","status":"ACTIVE","priority":1,"system":false,"conditions":{"clients":{"include":["shop"]}},"vendor":"x"}`
	rest      = `{"id":"00p1rest00000000001a","type":"OAUTH_AUTHORIZATION_POLICY","name":"Rest","description":"d","status":"ACTIVE","priority":2,"system":false,"conditions":{"clients":{"include":["ALL_CLIENTS"]}}}`
	salesRule = `{"id":"0pr1sales00000000001","type":"RESOURCE_ACCESS","name":"Sales write","status":"ACTIVE","priority":1,"system":false,"conditions":{"people":{"users":{"include":[],"exclude":[]},"groups":{"include":["` + salesID + `"],"exclude":[]}},"grantTypes":{"include":["authorization_code"]},"scopes":{"include":["*"]},"vendor":{"z":1}},"actions":{"token":{"accessTokenLifetimeMinutes":30,"refreshTokenLifetimeMinutes":0,"refreshTokenWindowMinutes":10080,"vendor":1}}}`
	restRule  = `{"id":"0pr1rest000000000001","type":"RESOURCE_ACCESS","name":"All read","status":"ACTIVE","priority":1,"system":false,"conditions":{"people":{"groups":{"include":["EVERYONE"]}},"grantTypes":{"include":["authorization_code","client_credentials"]},"scopes":{"include":["openid","orders:read"]}},"actions":{"token":{"accessTokenLifetimeMinutes":60,"refreshTokenLifetimeMinutes":0,"refreshTokenWindowMinutes":10080}}}`
	shopApp   = `{"id":"0oa1shop00000000001a","name":"oidc_client","label":"Shop app","status":"ACTIVE","signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"client_id":"shop","token_endpoint_auth_method":"client_secret_basic"}},"settings":{"oauthClient":{"redirect_uris":["https://shop.example/cb"%s],"grant_types":["authorization_code","client_credentials"]}}}`
	shopUser  = `{"id":"` + anaID + `","scope":"USER","credentials":{"userName":"ana@shop"},"profile":{}}`
)

// serverOrg is an org with an authorization server and a client.
type serverOrg struct {
	mu     sync.Mutex
	calls  []string
	bodies []string
	// refuse is the cause of a refusal of writes; unassigned: Ana lacks the app; tried: the app has the console's page.
	refuse            string
	unassigned, tried bool
}

func (o *serverOrg) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	o.calls = append(o.calls, r.Method+" "+path)
	app := fmt.Sprintf(shopApp, map[bool]string{true: `,"http://console.example/try"`}[o.tried])
	if r.Method != http.MethodGet {
		b, _ := io.ReadAll(r.Body)
		o.bodies = append(o.bodies, string(b))
		switch {
		case o.refuse != "":
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"errorCode":"E0000001","errorSummary":"Api validation failed: claim","errorCauses":[{"errorSummary":%q}]}`, o.refuse)
		case r.Method == http.MethodDelete || strings.Contains(path, "/lifecycle/") && !strings.Contains(path, "keyRotate"):
			w.WriteHeader(http.StatusNoContent)
		case strings.HasSuffix(path, "keyRotate"):
			answerJSON(w, "[]")
		case len(b) > 0:
			if !strings.HasPrefix(string(b), `{"id":`) {
				b = []byte(strings.Replace(string(b), "{", `{"id":"new1",`, 1))
			}
			answerJSON(w, string(b))
		}
		return
	}
	answers := map[string]string{
		"/authorizationServers": "[" + orders + "]", "/authorizationServers/" + ordersID: orders,
		"/authorizationServers/" + ordersID + "/scopes": "[" + openID + "," + readScope + "]", "/authorizationServers/" + ordersID + "/scopes/scp1read00000000001a": readScope,
		"/authorizationServers/" + ordersID + "/claims": "[" + cityClaim + "," + offClaim + "]", "/authorizationServers/" + ordersID + "/claims/ocl1city00000000001a": cityClaim,
		"/authorizationServers/" + ordersID + "/policies":                                                 "[" + rest + "," + shop + "]",
		"/authorizationServers/" + ordersID + "/policies/00p1shop00000000001a":                            shop,
		"/authorizationServers/" + ordersID + "/policies/00p1shop00000000001a/rules":                      "[" + salesRule + "]",
		"/authorizationServers/" + ordersID + "/policies/00p1rest00000000001a/rules":                      "[" + restRule + "]",
		"/authorizationServers/" + ordersID + "/policies/00p1shop00000000001a/rules/0pr1sales00000000001": salesRule,
		"/authorizationServers/" + ordersID + "/credentials/keys":                                         `[{"kid":"k2","status":"NEXT","alg":"RS256"},{"kid":"k1","status":"ACTIVE","alg":"RS256"}]`,
		"/apps":                      "[" + app + "]",
		"/apps/0oa1shop00000000001a": app,
		"/apps/0oa1shop00000000001a/credentials/secrets": `[{"id":"s1","status":"INACTIVE","client_secret":"old"},{"id":"s2","status":"ACTIVE","client_secret":"the-client-secret"}]`,
		"/meta/schemas/user/default":                     `{"definitions":{"base":{"properties":{"city":{"title":"City","type":"string"}}}}}`,
		"/groups":                                        "[" + sales + "]", "/users": "[" + strings.Replace(ana, `"login"`, `"city":"Lisbon","login"`, 1) + "]", "/users/" + anaID + "/groups": "[]",
	}
	if path == "/apps/0oa1shop00000000001a/users/"+anaID {
		if o.unassigned {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"errorCode":"E0000007","errorSummary":"Not found","errorCauses":[]}`)
			return
		}
		answerJSON(w, shopUser)
		return
	}
	if body, found := answers[path]; found {
		answerJSON(w, body)
		return
	}
	answerJSON(w, "[]")
}

func (o *serverOrg) fixture(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t, o.ServeHTTP)
	f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.groups.read", "okta.apps.read", "okta.apps.manage", "okta.authorizationServers.read", "okta.authorizationServers.manage", "okta.schemas.read")
	return f
}

func (o *serverOrg) sent(t *testing.T) okta.Object {
	t.Helper()
	if len(o.bodies) != 1 {
		t.Fatalf("the org was sent %d bodies: %v", len(o.bodies), o.bodies)
	}
	doc, err := okta.Parse([]byte(o.bodies[0]))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

const ordersPath = "/authorization-servers/" + ordersID

func ruleFormFields(more ...string) url.Values {
	v := url.Values{
		"form_token": {"the-form-token"}, "step": {"save"}, "name": {"Sales only"}, "grant": {"client_credentials"}, "people": {"some"}, "groups_include": {salesID}, "scopes": {"some"}, "scope": {"orders:read"},
		"accessTokenLifetimeMinutes": {"15"}, "refreshTokenLifetimeMinutes": {"0"}, "refreshTokenWindowMinutes": {"10080"},
	}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

// Forms change their fields of a document and nothing else.
func TestFormsOfAServerKeepWhatTheyDoNotKnow(t *testing.T) {
	rulePath := ordersPath + "/policies/00p1shop00000000001a/rules/0pr1sales00000000001"
	for name, c := range map[string]struct {
		path   string
		fields url.Values
		want   map[string]string // JSON by dotted path
	}{
		"a rule": {rulePath, ruleFormFields(), map[string]string{
			"name": `"Sales only"`, "conditions.grantTypes.include": `["client_credentials"]`, "conditions.scopes.include": `["orders:read"]`, "conditions.people.groups.include": `["` + salesID + `"]`, "conditions.vendor": `{"z":1}`,
			"actions.token.accessTokenLifetimeMinutes": "15", "actions.token.vendor": "1", "priority": "1", "type": `"RESOURCE_ACCESS"`,
		}},
		"a rule for anybody":    {rulePath, ruleFormFields("people", "all", "scopes", "any"), map[string]string{"conditions.people.groups.include": `["EVERYONE"]`, "conditions.scopes.include": `["*"]`}},
		"a number that is none": {rulePath, ruleFormFields("accessTokenLifetimeMinutes", "soon"), map[string]string{"actions.token.accessTokenLifetimeMinutes": `"soon"`}},
		"settings": {ordersPath, url.Values{"form_token": {"the-form-token"}, "name": {"Orders"}, "audiences": {"api://o"}, "description": {"d"}, "issuerMode": {"DYNAMIC"}}, map[string]string{
			"audiences": `["api://o"]`, "issuerMode": `"DYNAMIC"`, "vendor": `{"kept":true}`, "credentials.signing.rotationMode": `"AUTO"`,
		}},
		"a scope": {ordersPath + "/scopes/scp1read00000000001a", url.Values{"form_token": {"the-form-token"}, "step": {"save"}, "name": {"orders:read"}, "consent": {"FLEXIBLE"}, "optional": {"true"}}, map[string]string{
			"consent": `"FLEXIBLE"`, "optional": "true", "default": "false", "metadataPublish": `"NO_CLIENTS"`, "vendor": "7",
		}},
		"a policy": {ordersPath + "/policies/00p1shop00000000001a", url.Values{"form_token": {"the-form-token"}, "step": {"save"}, "name": {"Shop"}, "description": {"d"}, "clients": {"all"}}, map[string]string{
			"conditions.clients.include": `["ALL_CLIENTS"]`, "vendor": `"x"`, "priority": "1",
		}},
		"a claim": {ordersPath + "/claims/ocl1city00000000001a", url.Values{"form_token": {"the-form-token"}, "step": {"save"}, "name": {"city"}, "status": {"ACTIVE"}, "claimType": {"IDENTITY"}, "always": {"false"}, "valueType": {"GROUPS"}, "filter": {"CONTAINS"}, "value": {"S"}, "scopes": {"any"}}, map[string]string{
			"group_filter_type": `"CONTAINS"`, "alwaysIncludeInToken": "false", "conditions.scopes": "[]", "system": "false",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o := &serverOrg{}
			w := o.fixture(t).ask(t, formRequest(c.path, c.fields))
			if w.Code != http.StatusSeeOther {
				t.Fatalf("answer %d:\n%s", w.Code, w.Body)
			}
			doc := o.sent(t)
			for path, want := range c.want {
				if got := compact(doc.Get(strings.Split(path, ".")...)); got != want {
					t.Errorf("%s is %s, want %s", path, got, want)
				}
			}
		})
	}
}

// fault 16: what somebody else saved meanwhile is not lost.
func TestPartOfAServerThatChangedMeanwhile(t *testing.T) {
	o := &serverOrg{}
	w := o.fixture(t).ask(t, formRequest(ordersPath+"/scopes/scp1read00000000001a", url.Values{
		"form_token": {"the-form-token"}, "step": {"save"}, "name": {"orders:see"}, "consent": {"IMPLICIT"}, "base": {`{"name":"another"}`},
	}))
	if w.Code != http.StatusPreconditionFailed || len(o.bodies) != 0 {
		t.Fatalf("answer %d, sent %v", w.Code, o.bodies)
	}
	has(t, w, "somebody else changed this meanwhile", "orders:see", "orders:read")
}

// fault 17: a form that is sent twice adds once. A refusal stands at its field, what was typed is kept.
func TestAddingAClaim(t *testing.T) {
	o := &serverOrg{}
	f := o.fixture(t)
	fields := url.Values{"form_token": {"the-form-token"}, "step": {"save"}, "form_id": {"once"}, "name": {"dept"}, "status": {"ACTIVE"}, "claimType": {"RESOURCE"}, "valueType": {"EXPRESSION"}, "value": {"user.department <i>"}, "scopes": {"any"}}
	for range 2 {
		if w := f.ask(t, formRequest(ordersPath+"/claims/new", fields)); w.Code != http.StatusSeeOther {
			t.Fatalf("answer %d:\n%s", w.Code, w.Body)
		}
	}
	if doc := o.sent(t); doc.Text("value") != "user.department <i>" || !isTrue(doc, "alwaysIncludeInToken") {
		t.Errorf("sent %s", doc.Bytes())
	}
	o = &serverOrg{refuse: "name: The name is reserved"}
	fields.Set("form_id", "again")
	f = o.fixture(t)
	w := f.ask(t, formRequest(ordersPath+"/claims/new", fields))
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("answer %d\n%s", w.Code, f.log)
	}
	has(t, w, "The name is reserved", `value="dept"`, "user.department &lt;i&gt;")
}

// security 38: nothing is deleted before its name is typed.
func TestDeletingPartsOfAServer(t *testing.T) {
	for path, name := range map[string]string{
		"": "Orders <b>", "/scopes/scp1read00000000001a": "orders:read", "/claims/ocl1city00000000001a": "city", "/policies/00p1shop00000000001a": "Shop",
		"/policies/00p1shop00000000001a/rules/0pr1sales00000000001": "Sales write",
	} {
		o := &serverOrg{}
		f := o.fixture(t)
		fields := url.Values{"form_token": {"the-form-token"}, "confirm": {"something"}}
		if w := f.ask(t, formRequest(ordersPath+path+"/delete", fields)); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: another name is answered %d", name, w.Code)
		}
		fields.Set("confirm", name)
		if w := f.ask(t, formRequest(ordersPath+path+"/delete", fields)); w.Code != http.StatusSeeOther {
			t.Errorf("%s: answer %d:\n%s", name, w.Code, w.Body)
		}
		if n := strings.Count(strings.Join(o.calls, "\n"), "DELETE "); n != 1 {
			t.Errorf("%s: %d deletions: %v", name, n, o.calls)
		}
	}
}

// Policies stand in their order, and change it.
func TestOrderOfAccessPolicies(t *testing.T) {
	o := &serverOrg{}
	f := o.fixture(t)
	w := f.ask(t, request(http.MethodGet, ordersPath+"/policies"))
	if body := w.Body.String(); strings.Index(body, ">Shop<") > strings.Index(body, ">Rest<") {
		t.Error("the second policy stands before the first")
	}
	has(t, w, "Shop app", "All clients", "/policies/00p1shop00000000001a/move?to=2")
	if w := f.ask(t, formRequest(ordersPath+"/policies/00p1shop00000000001a/move?to=2", url.Values{"form_token": {"the-form-token"}})); w.Code != http.StatusSeeOther {
		t.Fatalf("answer %d", w.Code)
	}
	if got := string(o.sent(t).Get("priority")); got != "2" {
		t.Errorf("priority %s", got)
	}
	if w := f.ask(t, formRequest(ordersPath+"/policies/00p1shop00000000001a/move?to=-1", url.Values{"form_token": {"the-form-token"}})); w.Code != http.StatusBadRequest {
		t.Errorf("a place that is none is answered %d", w.Code)
	}
}

// Who may only read sees pages without buttons, and is told why a form is closed.
func TestServerForWhoMayOnlyRead(t *testing.T) {
	o := &serverOrg{}
	f := o.fixture(t)
	f.desk.session.Scopes = []string{"okta.users.read", "okta.groups.read", "okta.apps.read", "okta.authorizationServers.read"}
	for _, path := range []string{"", "/scopes", "/scopes/scp1read00000000001a", "/claims", "/policies", "/policies/00p1shop00000000001a", "/keys", "/preview?client=shop&person=ana"} {
		w := f.ask(t, request(http.MethodGet, ordersPath+path))
		if w.Code != http.StatusOK {
			t.Fatalf("%s is answered %d:\n%s", path, w.Code, w.Body)
		}
		for _, button := range []string{">Save<", "Add scope", "Add claim", "Add rule", "Rotate now", "Deactivate", "Delete", "/move?to=", "Allow this page"} {
			if contains(w, button) {
				t.Errorf("%s shows %q", path, button)
			}
		}
	}
	has(t, f.ask(t, request(http.MethodGet, ordersPath+"/scopes/scp1read00000000001a")), "Read only")
}

func TestRotatingKeys(t *testing.T) {
	o := &serverOrg{}
	f := o.fixture(t)
	w := f.ask(t, request(http.MethodGet, ordersPath+"/keys"))
	if body := w.Body.String(); strings.Index(body, "k1") > strings.Index(body, "k2") {
		t.Error("the next key stands before the active one")
	}
	has(t, w, "Signs tokens now", "signs after the next rotation", "The org rotates the keys by itself")
	if w := f.ask(t, formRequest(ordersPath+"/keys/rotate", url.Values{"form_token": {"the-form-token"}, "reason": {"SEC-1"}})); w.Code != http.StatusSeeOther {
		t.Fatalf("answer %d", w.Code)
	}
	if got := o.sent(t).Text("use"); got != "sig" {
		t.Errorf("use is %q", got)
	}
	if w := f.ask(t, formRequest(ordersPath+"/keys/mode", url.Values{"form_token": {"the-form-token"}, "mode": {"SOMETIMES"}})); w.Code != http.StatusBadRequest {
		t.Errorf("a mode that is none is answered %d", w.Code)
	}
}
