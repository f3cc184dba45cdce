package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-rod/rod"
)

// Make a custom server with a claim, preview it, get the token: preview and real token agree.
func TestMakeAServerPreviewItAndGetTheToken(t *testing.T) {
	s := startSite(t)
	in := s.as(t, "api-access-management-admin")
	client := newShop(t, s, in.UserID)
	p := newVisitor(t).signIn(s, "api-access-management-admin", "/authorization-servers")
	p.follow("Add authorization server")
	p.fill("Name", "Parcels")
	p.fill("Audience", "api://parcels")
	p.follow("Add authorization server")
	p.see("Parcels was added.")
	at, err := url.Parse(p.url())
	p.must(err)
	server := strings.TrimSuffix(s.Console+at.Path, "/scopes")

	p.follow("Add scope")
	p.fill("Name", "parcels:read")
	p.follow("Add scope")
	p.see("parcels:read was added.")
	p.visit(server + "/claims/new")
	p.fill("Name", "contact")
	p.fill("Expression, or", "String.toUpperCase(user.email")
	p.see("Mend:")
	p.fill("Expression, or", "String.toUpperCase(user.email)")
	p.fill("Person", in.Login)
	p.see(strings.ToUpper(in.Login))
	p.accessible("the editor of a claim")
	p.follow("Add claim")
	p.see("contact was added.")
	p.visit(server + "/policies/new")
	p.fill("Name", "Drivers")
	p.fill("Description", "Apps of drivers")
	p.follow("Add access policy")
	p.see("No rules")
	p.follow("Add rule")
	p.fill("Name", "People read")
	p.accessible("the form of a rule")
	p.follow("Add rule")
	p.see("People read was added.")

	preview := server + "/preview?" + url.Values{"client": {client}, "person": {in.Login}, "scope": {"openid", "email", "parcels:read", "offline_access"}}.Encode()
	p.visit(preview)
	p.see("Tokens are given by the rule People read of Drivers")
	p.see(strings.ToUpper(in.Login))
	p.accessible("a token preview")
	p.follow("Allow this page in Shop")
	p.see("Shop takes this console's page as a redirect URI now.")
	p.follow("Run the real flow")
	p.see("The tokens are what the preview says")
	p.see("Signature verified")
	p.see("has revoked it")
	p.accessible("the tokens of a real flow")
	p.visit(p.url())
	p.see("There is nothing to show here")
	p.visit(preview)
	p.follow("Remove this page from Shop")
	p.see("no longer takes this console's page as a redirect URI.")
	if logs := s.logs.String(); strings.Contains(logs, "eyJ") {
		t.Error("a token is in the log")
	}
}

// newShop registers a web app that one person has, and returns its client id.
func newShop(t *testing.T, s *site, person string) string {
	t.Helper()
	var app struct {
		ID          string `json:"id"`
		Credentials struct {
			Client struct {
				ID string `json:"client_id"`
			} `json:"oauthClient"`
		} `json:"credentials"`
	}
	s.api(t, "POST", "/api/v1/apps", map[string]any{
		"name": "oidc_client", "label": "Shop", "signOnMode": "OPENID_CONNECT",
		"credentials": map[string]any{"oauthClient": map[string]any{"token_endpoint_auth_method": "client_secret_basic"}},
		"settings": map[string]any{"oauthClient": map[string]any{
			"application_type": "web", "grant_types": []string{"authorization_code", "refresh_token"}, "response_types": []string{"code"}, "redirect_uris": []string{"https://shop.example/callback"},
		}},
	}, &app)
	s.api(t, "POST", "/api/v1/apps/"+app.ID+"/users", map[string]any{"id": person, "scope": "USER", "credentials": map[string]any{"userName": "shopper"}}, nil)
	return app.Credentials.Client.ID
}

// service is a client of the org that acts for itself.
type service struct{ id, secret, issuer string }

// newService registers one that may ask a server for the scope "probe".
func newService(t *testing.T, s *site) service {
	t.Helper()
	s.api(t, "POST", "/api/v1/authorizationServers/default/scopes", map[string]any{"name": "probe", "consent": "IMPLICIT"}, nil)
	var app struct {
		Credentials struct {
			Client struct {
				ID     string `json:"client_id"`
				Secret string `json:"client_secret"`
			} `json:"oauthClient"`
		} `json:"credentials"`
	}
	s.api(t, "POST", "/api/v1/apps", map[string]any{
		"name": "oidc_client", "label": "Probe", "signOnMode": "OPENID_CONNECT",
		"credentials": map[string]any{"oauthClient": map[string]any{"token_endpoint_auth_method": "client_secret_basic"}},
		"settings":    map[string]any{"oauthClient": map[string]any{"application_type": "service", "grant_types": []string{"client_credentials"}, "response_types": []string{"token"}}},
	}, &app)
	return service{app.Credentials.Client.ID, app.Credentials.Client.Secret, s.Org + "/oauth2/default"}
}

// token asks for an access token.
func (c service) token(ctx context.Context) (string, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"probe"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.issuer+"/v1/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.SetBasicAuth(c.id, c.secret)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var answer struct {
		Token string `json:"access_token"`
		Error string `json:"error_description"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || answer.Token == "" {
		return "", fmt.Errorf("answer %d: %s %v", res.StatusCode, answer.Error, err)
	}
	return answer.Token, nil
}

// Rotate a key with no failed request: while somebody rotates, a client gets tokens, and a
// resource server that keeps the keys it read verifies each of them, and the first one again. (security 56)
func TestRotateAKeyWithNoFailedRequest(t *testing.T) {
	s := startSite(t)
	c := newService(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	first, err := c.token(ctx)
	if err != nil {
		t.Fatal(err)
	}
	keys := oidc.NewRemoteKeySet(ctx, c.issuer+"/v1/keys")
	var mu sync.Mutex
	seen, asked := map[string]bool{}, 0
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			token, err := c.token(ctx)
			if err == nil {
				_, err = keys.VerifySignature(ctx, token)
			}
			if err == nil {
				_, err = keys.VerifySignature(ctx, first)
			}
			if err != nil {
				done <- err
				return
			}
			mu.Lock()
			asked++
			seen[strings.SplitN(token, ".", 2)[0]] = true
			mu.Unlock()
		}
	}()
	p := newVisitor(t).signIn(s, "super-admin", "/authorization-servers")
	p.follow("default")
	p.click("Keys")
	p.see("Signs tokens now")
	p.accessible("the keys of a server")
	p.click("Rotate now")
	p.must(p.holds(`() => window.leaving = true`))
	p.must(p.find("dialog[open] button[type=submit]").Click("left", 1))
	p.must(p.holds(`() => !window.leaving && document.readyState === "complete"`))
	p.see("The keys of default are rotated.")
	err = p.until(func(*rod.Page) (bool, error) {
		mu.Lock()
		defer mu.Unlock()
		return len(seen) == 2 || len(done) > 0, nil
	})
	if err != nil {
		t.Errorf("no token of the new key: %v", err)
	}
	close(stop)
	if err := <-done; err != nil {
		t.Errorf("a request failed while the keys were rotated: %v", err)
	}
	t.Logf("%d tokens, by %d keys", asked, len(seen))
	fresh := oidc.NewRemoteKeySet(ctx, c.issuer+"/v1/keys")
	if _, err := fresh.VerifySignature(ctx, first); err != nil {
		t.Errorf("a token of the key before: %v", err)
	}
}
