package oidc_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/org"
	"github.com/go-jose/go-jose/v4"
)

// security 53
func TestClientsMustProveWhoTheyAre(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	for name, c := range map[string]struct {
		form   []string
		header string
		status int
		want   string
	}{
		"right secret":            {nil, basic("web", x.web.Secret), 200, ""},
		"right secret, in body":   {[]string{"client_id", "web", "client_secret", x.web.Secret}, "", 200, ""},
		"wrong secret":            {nil, basic("web", "wrong"), 401, "invalid_client"},
		"wrong secret, in body":   {[]string{"client_id", "web", "client_secret", "wrong"}, "", 401, "invalid_client"},
		"empty secret":            {nil, basic("web", ""), 401, "invalid_client"},
		"prefix of the secret":    {nil, basic("web", x.web.Secret[:5]), 401, "invalid_client"},
		"no secret":               {[]string{"client_id", "web"}, "", 401, "invalid_client"},
		"nothing":                 {nil, "", 401, "invalid_client"},
		"unknown client":          {nil, basic("nobody", x.web.Secret), 401, "invalid_client"},
		"public client, secret":   {nil, basic("spa", "guess"), 401, "invalid_client"},
		"public client, empty":    {nil, basic("spa", ""), 401, "invalid_client"},
		"public client, no colon": {nil, "Basic " + base64.StdEncoding.EncodeToString([]byte("spa")), 200, ""},
		"no secret, no colon":     {nil, "Basic " + base64.StdEncoding.EncodeToString([]byte("web")), 401, "invalid_client"},
		"two ways":                {[]string{"client_id", "web", "client_secret", x.web.Secret}, basic("web", x.web.Secret), 401, "invalid_request"},
		"not an encoded header":   {nil, "Basic !!!", 401, "invalid_client"},
		"assertion of other type": {[]string{"client_assertion", "x", "client_assertion_type", "saml"}, "", 400, "invalid_request"},
		"assertion that is none":  {[]string{"client_assertion", "x", "client_assertion_type", assertionType}, "", 401, "invalid_client"},
	} {
		for _, endpoint := range []string{"token", "introspect", "revoke"} {
			t.Run(endpoint+"/"+name, func(t *testing.T) {
				v := form(append([]string{"token", "x", "grant_type", "refresh_token", "refresh_token", "x"}, c.form...)...)
				a := b.post("/oauth2/v1/"+endpoint, v, "Authorization", c.header)
				if c.want == "" {
					if a.status == http.StatusUnauthorized {
						t.Errorf("%d %s", a.status, a.body)
					}
					return
				}
				if a.status != c.status || a.text(t, "error") != c.want {
					t.Errorf("%d %s, want %d %s", a.status, a.body, c.status, c.want)
				}
			})
		}
	}
}

// security 53: they take the same path too, one comparison each.
func TestWrongSecretAndUnknownClientAreToldAlike(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	for _, endpoint := range []string{"token", "introspect", "revoke"} {
		ask := func(id, secret string) answer {
			before := x.provider.Compared()
			a := b.post("/oauth2/v1/"+endpoint, form("grant_type", "refresh_token", "refresh_token", "x", "token", "x"), "Authorization", basic(id, secret))
			if n := x.provider.Compared() - before; n != 1 {
				t.Errorf("%s, client %s: %d comparisons, want 1", endpoint, id, n)
			}
			return a
		}
		known, unknown := ask("web", "wrong"), ask("nobody", "wrong")
		if known.body != unknown.body || known.status != unknown.status {
			t.Errorf("known client: %d %s; unknown client: %d %s", known.status, known.body, unknown.status, unknown.body)
		}
		ask("spa", "wrong") // has no secret
		ask("web", "")
		ask("web", x.web.Secret)
	}
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// service registers a client with a secret and a key, and returns the key.
func (x *server) service(roles ...string) jose.JSONWebKey {
	x.t.Helper()
	made, err := keyMaker()()
	x.check(err)
	key := jose.JSONWebKey{Key: made, KeyID: "k1", Algorithm: "RS256", Use: "sig"}
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key.Public()}})
	x.check(err)
	x.check(x.PutClient(x.t.Context(), org.OAuthClient{
		ID: "service", Name: "Service", Secret: "service secret", JWKS: set, GrantTypes: []string{org.GrantClientCredentials},
		Scopes: []string{"okta.users.read", "okta.users.manage", "okta.groups.read"}, Roles: roles, Everyone: true,
	}))
	return key
}

// assertion signs the service's assertion with these claims changed.
func (x *server) assertion(key jose.SigningKey, changes map[string]any) string {
	x.t.Helper()
	now := x.clock.Now().Unix()
	claims := map[string]any{"iss": "service", "sub": "service", "aud": x.url + "/oauth2/v1/token", "iat": now, "exp": now + 300, "jti": org.HashSecret(x.t.Name() + time.Now().String())}
	for k, v := range changes {
		claims[k] = v
		if v == nil {
			delete(claims, k)
		}
	}
	text, err := json.Marshal(claims)
	x.check(err)
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	x.check(err)
	signed, err := signer.Sign(text)
	x.check(err)
	out, err := signed.CompactSerialize()
	x.check(err)
	return out
}

func (b *browser) clientToken(server, scope, assertion string) answer {
	b.t.Helper()
	return b.post(server+"/v1/token", form("grant_type", "client_credentials", "scope", scope, "client_assertion_type", assertionType, "client_assertion", assertion))
}

func TestServiceClientsActForThemselvesWithTheirRoles(t *testing.T) {
	x := newServer(t)
	key := jose.SigningKey{Algorithm: jose.RS256, Key: x.service("READ_ONLY_ADMIN")}
	b := x.browser()
	a := b.clientToken(orgServer, "okta.users.read", x.assertion(key, nil))
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	token := a.text(t, "access_token")
	if claims := payload(t, token); claims["sub"] != "service" || claims["uid"] != nil {
		t.Errorf("claims %v", claims)
	}
	if _, refresh := a.json(t)["refresh_token"]; refresh {
		t.Error("client_credentials gave a refresh token")
	}
	if a := x.api("GET", "/api/v1/users", nil, "Authorization", "Bearer "+token); a.status != http.StatusOK {
		t.Errorf("reading people: %d %s", a.status, a.body)
	}
	if a := x.api("GET", "/api/v1/groups", nil, "Authorization", "Bearer "+token); a.status != http.StatusForbidden {
		t.Errorf("without the scope: %d", a.status)
	}
	if a := x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+token); a.status < 400 {
		t.Errorf("a client is nobody: %d %s", a.status, a.body)
	}
	x.service() // the same client without a role
	if a := x.api("GET", "/api/v1/users", nil, "Authorization", "Bearer "+token); a.status != http.StatusForbidden {
		t.Errorf("without a role: %d", a.status)
	}
}

func TestTheSystemLogNamesTheClientThatActed(t *testing.T) {
	x := newServer(t)
	key := jose.SigningKey{Algorithm: jose.RS256, Key: x.service("SUPER_ADMIN")}
	token := x.browser().clientToken(orgServer, "okta.users.manage", x.assertion(key, nil)).text(t, "access_token")
	a := x.api("POST", "/api/v1/users?activate=false", object{"profile": object{
		"firstName": "A", "lastName": "B", "login": "ab@company.example", "email": "ab@company.example",
	}}, "Authorization", "Bearer "+token)
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	log := x.api("GET", `/api/v1/logs?filter=eventType+eq+"user.lifecycle.create"&since=`+x.clock.Now().Add(-time.Minute).Format(time.RFC3339), nil)
	var events []any
	if err := json.Unmarshal([]byte(log.body), &events); err != nil || len(events) == 0 {
		t.Fatalf("%d %s", log.status, log.body)
	}
	if last := events[len(events)-1]; at(last, "actor", "id") != "service" || at(last, "actor", "displayName") != "Service" {
		t.Errorf("actor %v", at(last, "actor"))
	}
}

func TestServiceClientsOnTheTwoServers(t *testing.T) {
	x := newServer(t)
	key := jose.SigningKey{Algorithm: jose.RS256, Key: x.service()}
	b := x.browser()
	secret := func(server, scope string) answer {
		return b.post(server+"/v1/token", form("grant_type", "client_credentials", "scope", scope), "Authorization", basic("service", "service secret"))
	}
	if a := secret(orgServer, "okta.users.read"); a.status != http.StatusUnauthorized || a.text(t, "error") != "invalid_client" {
		t.Errorf("a secret on the org server: %d %s", a.status, a.body)
	}
	if a := secret(defaultServer, "device_sso"); a.status != http.StatusOK || payload(t, a.text(t, "access_token"))["aud"] != "api://default" {
		t.Errorf("a secret on the custom server: %d %s", a.status, a.body)
	}
	for scope, want := range map[string]string{"openid": "invalid_scope", "": "invalid_scope", "okta.users.read": "invalid_scope"} {
		if a := secret(defaultServer, scope); a.text(t, "error") != want {
			t.Errorf("scope %q on the custom server: %s", scope, a.body)
		}
	}
	if a := b.clientToken(orgServer, "okta.apps.read", x.assertion(key, nil)); a.text(t, "error") != "consent_required" {
		t.Errorf("a scope that was not granted: %s", a.body)
	}
}

func TestClientAssertionsAreChecked(t *testing.T) {
	x := newServer(t)
	good := x.service()
	key := jose.SigningKey{Algorithm: jose.RS256, Key: good}
	spare := keyMaker()
	if _, err := spare(); err != nil {
		t.Fatal(err)
	}
	foreign, err := spare()
	x.check(err)
	now := x.clock.Now().Unix()
	for name, text := range map[string]string{
		"another audience":   x.assertion(key, map[string]any{"aud": "https://other.example/token"}),
		"no audience":        x.assertion(key, map[string]any{"aud": nil}),
		"no expiry":          x.assertion(key, map[string]any{"exp": nil}),
		"expired":            x.assertion(key, map[string]any{"exp": now - 120}),
		"expires next month": x.assertion(key, map[string]any{"exp": now + 30*86400}),
		"expires after time": x.assertion(key, map[string]any{"exp": 1e300}),
		"issued tomorrow":    x.assertion(key, map[string]any{"iat": now + 86400, "exp": now + 300}),
		"another issuer":     x.assertion(key, map[string]any{"iss": "web"}),
		"another subject":    x.assertion(key, map[string]any{"sub": "web"}),
		"a foreign key":      x.assertion(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: foreign, KeyID: "k1"}}, nil),
		"an unknown kid":     x.assertion(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: foreign, KeyID: "k2"}}, nil),
		"signed by secret":   x.assertion(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(strings.Repeat("service secret", 4))}, nil),
		"unsigned":           "eyJhbGciOiJub25lIn0." + strings.Split(x.assertion(key, nil), ".")[1] + ".",
	} {
		t.Run(name, func(t *testing.T) {
			if a := x.browser().clientToken(orgServer, "okta.users.read", text); a.status != http.StatusUnauthorized || a.text(t, "error") != "invalid_client" {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
	once := x.assertion(key, map[string]any{"aud": []string{"https://other.example", x.url}})
	if a := x.browser().clientToken(orgServer, "okta.users.read", once); a.status != http.StatusOK {
		t.Errorf("the issuer as one of two audiences: %d %s", a.status, a.body)
	}
	if a := x.browser().clientToken(orgServer, "okta.users.read", once); a.status != http.StatusUnauthorized {
		t.Errorf("the same assertion again: %d %s", a.status, a.body)
	}
}
