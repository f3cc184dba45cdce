package command

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/internal/org"
)

// demoConsole is the client of the console at its embedded org.
func demoConsole(secret, redirectURI string) org.OAuthClient {
	c := consoleClient(demoClientID, secret, redirectURI)
	c.Name = "Gatehouse"
	return c
}

// consoleClient is a confidential client that signs people in and acts for them: what
// the console itself needs, and what --client registers.
func consoleClient(id, secret, redirectURI string) org.OAuthClient {
	return org.OAuthClient{
		ID: id, Name: id, Secret: secret,
		RedirectURIs:   []string{redirectURI},
		PostLogoutURIs: []string{strings.TrimSuffix(redirectURI, "/callback") + "/signed-out"},
		GrantTypes:     []string{org.GrantCode, org.GrantRefresh},
		Scopes:         grantedScopes(),
		Everyone:       true,
	}
}

// grantedScopes are all okta.* scopes that the operations name, read and manage.
func grantedScopes() []string {
	seen := map[string]bool{}
	var out []string
	add := func(s string) {
		if s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	for _, op := range okta.Operations() {
		area := strings.TrimSuffix(strings.TrimSuffix(op.Scope, ".read"), ".manage")
		if area != "" {
			add(area + ".read")
			add(area + ".manage")
		}
	}
	for _, s := range auth.DefaultScopes() {
		if strings.HasPrefix(s, "okta.") {
			add(s)
		}
	}
	return out
}

// seedClients registers the clients of the command line and, for the company, the
// demo clients; it returns the latter with what a program needs to use them.
func seedClients(ctx context.Context, o *org.Org, company bool, clients []org.OAuthClient) ([]reportClient, error) {
	for _, c := range clients {
		if err := o.PutClient(ctx, c); err != nil {
			return nil, fmt.Errorf("register the client %s: %w", c.ID, err)
		}
	}
	if !company {
		return nil, nil
	}
	return demoClients(ctx, o)
}

// demoRedirect is where the demo clients are sent back to: a program of the reader's on this machine.
const demoRedirect = "http://localhost:3000/callback"

// demoClients registers demo-web, demo-spa and demo-service where they are absent.
// demo-service gets a new key at each start, which only the report holds.
func demoClients(ctx context.Context, o *org.Org) ([]reportClient, error) {
	web, found, err := o.OAuthClient(ctx, "demo-web")
	if err != nil {
		return nil, err
	}
	if !found {
		web = consoleClient("demo-web", o.NewSecret(40), demoRedirect)
		web.PKCERequired = true
		if err := o.PutClient(ctx, web); err != nil {
			return nil, err
		}
		spa := consoleClient("demo-spa", "", demoRedirect)
		if err := o.PutClient(ctx, spa); err != nil {
			return nil, err
		}
	}
	service, found, err := o.OAuthClient(ctx, "demo-service")
	if err != nil {
		return nil, err
	}
	if !found {
		service = org.OAuthClient{
			ID: "demo-service", Name: "demo-service", Secret: o.NewSecret(40),
			GrantTypes: []string{org.GrantClientCredentials}, Scopes: grantedScopes(), Roles: []string{"READ_ONLY_ADMIN"},
		}
	}
	private, public, err := newServiceKey()
	if err != nil {
		return nil, err
	}
	service.JWKS = public
	if err := o.PutClient(ctx, service); err != nil {
		return nil, err
	}
	return []reportClient{
		{ID: "demo-web", Secret: web.Secret, RedirectURI: demoRedirect},
		{ID: "demo-spa", RedirectURI: demoRedirect},
		{ID: "demo-service", Secret: service.Secret, PrivateKey: private},
	}, nil
}

// newServiceKey makes a signing key: the private JWK, and the set with the public one.
func newServiceKey() (private, public json.RawMessage, err error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, err
	}
	jwk := jose.JSONWebKey{Key: key, KeyID: "demo-service", Algorithm: "RS256", Use: "sig"}
	if private, err = json.Marshal(jwk); err != nil {
		return nil, nil, err
	}
	public, err = json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{jwk.Public()}})
	return private, public, err
}
