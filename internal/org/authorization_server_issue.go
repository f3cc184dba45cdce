package org

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// OrgServer is the id of the org authorization server. It issues the tokens of the management API.
const OrgServer = "org"

// AuthServer is an authorization server as the provider sees it: the org's own or a custom
// one that is active.
type AuthServer struct {
	// ID is OrgServer, or the last part of the issuer: an id, or "default".
	ID, Name string
	// Audience is the aud of its access tokens.
	Audience string
	// Published are the scopes that its metadata names.
	Published []string
	// consents are its scopes by name, as the consent page asks for them. The org server has none:
	// its scopes ask nobody, those of the management API are granted by admins (published).
	consents map[string]ScopeConsent
	// decides has its scopes, claims and policies.
	decides *policy.TokenServer
}

// Refusal is an error of RFC 6749 section 5.2, as a decision on tokens gives it.
type Refusal = policy.Refusal

// orgLives are those of tokens of the org server, which are fixed (okta-semantics C9).
var orgLives = policy.Lives{Access: time.Hour, Refresh: 90 * 24 * time.Hour}

// orgTokens is the org server as decisions see it. It has no documents: every client may have its
// scopes, but for okta.* by what the client was granted (Requested), and claims are the standard ones.
var orgTokens = sync.OnceValue(func() *policy.TokenServer {
	var scopes, claims [][]byte
	for _, name := range slices.Concat(standardScopes, []string{"groups"}, OktaScopes()) {
		scopes = append(scopes, okta.Object{}.With("name", name).Bytes())
	}
	for _, c := range systemClaims() {
		if c.ClaimType == claimIdentity {
			claims = append(claims, c.document(okta.Object{}, "", "", true).Bytes())
		}
	}
	s, err := policy.ParseTokenServer([]byte(`{"name":"org","status":"ACTIVE"}`), scopes, claims, []policy.PolicyDocuments{{
		Policy: []byte(`{"name":"org","type":"OAUTH_AUTHORIZATION_POLICY","status":"ACTIVE"}`),
		Rules:  [][]byte{[]byte(`{"name":"org","status":"ACTIVE","actions":{"token":{"accessTokenLifetimeMinutes":60,"refreshTokenLifetimeMinutes":129600}}}`)},
	}})
	if err != nil {
		panic("org: " + err.Error())
	}
	return s
})

func (o *Org) orgServer() AuthServer {
	return AuthServer{ID: OrgServer, Name: OrgServer, Audience: o.baseURL, Published: append(slices.Clone(standardScopes), "groups"), decides: orgTokens()}
}

// AuthServer finds an authorization server by its id, or by "default". found is false for an
// unknown one, and for one that is not active: it is unavailable to clients (published).
func (o *Org) AuthServer(ctx context.Context, id string) (a AuthServer, found bool, err error) {
	return o.authServer(o.reads(ctx), id)
}

func (o *Org) authServer(s store, id string) (a AuthServer, found bool, err error) {
	if id == OrgServer {
		return o.orgServer(), true, nil
	}
	id = o.serverID(id)
	a, err = o.caches.servers.get(o, s, id, func() (AuthServer, error) { return o.loadServer(s, id) })
	if isCode(err, "E0000007") {
		return AuthServer{}, false, nil
	}
	return a, err == nil && a.decides.Active, err
}

// loadServer reads a server's documents.
func (o *Org) loadServer(s store, id string) (AuthServer, error) {
	doc, err := s.get(authServers, id)
	if err != nil {
		return AuthServer{}, err
	}
	a := AuthServer{ID: o.serverName(id), Name: doc.Text("name"), consents: map[string]ScopeConsent{}}
	var in serverInput
	if err := doc.Decode(&in); err != nil {
		return a, err
	}
	a.Audience = strings.Join(in.Audiences, " ") // there is one
	var parts [2][][]byte
	for i, c := range []*collection{authScopes, authClaims} {
		docs, err := s.allOfServer(c, id)
		if err != nil {
			return a, err
		}
		byName(docs, standardScopes)
		for _, part := range docs {
			parts[i] = append(parts[i], part.Bytes())
			if c != authScopes {
				continue
			}
			a.consents[part.Text("name")] = scopeConsent(part)
			if part.Text("metadataPublish") == "ALL_CLIENTS" {
				a.Published = append(a.Published, part.Text("name"))
			}
		}
	}
	held, err := s.allOfServer(authPolicies, id)
	if err != nil {
		return a, err
	}
	var policies []policy.PolicyDocuments
	for _, p := range held {
		rules, err := s.rulesOfAuthPolicy(p.Text("id"))
		if err != nil {
			return a, err
		}
		d := policy.PolicyDocuments{Policy: p.Bytes()}
		for _, rule := range rules {
			d.Rules = append(d.Rules, rule.Bytes())
		}
		policies = append(policies, d)
	}
	a.decides, err = policy.ParseTokenServer(doc.Bytes(), parts[0], parts[1], policies)
	return a, err
}

// Issuer is the issuer identifier of an authorization server.
func (o *Org) Issuer(server string) string {
	if server == OrgServer {
		return o.baseURL
	}
	return o.baseURL + "/oauth2/" + server
}

// OktaScopes lists the okta.* scopes that the operations need, in order.
var OktaScopes = sync.OnceValue(func() []string {
	var scopes []string
	for _, op := range okta.Operations() {
		if op.Scope != "" {
			scopes = append(scopes, op.Scope)
		}
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
})

// Requested returns the scopes that a client gets of those that it asks for, as far as that can be
// told before anybody is known; a *Refusal otherwise. Of okta.* scopes it gets those that an
// admin granted to it, whatever the person's role: the operations check that.
func (a AuthServer) Requested(c OAuthClient, grantType string, asked []string) ([]string, error) {
	scopes, refused := a.decides.Requested(a.request(c, grantType, asked))
	if refused != nil {
		return nil, refused
	}
	scopes = slices.DeleteFunc(scopes, func(scope string) bool {
		return a.ID == OrgServer && strings.HasPrefix(scope, "okta.") && !slices.Contains(c.Scopes, scope)
	})
	if len(scopes) == 0 {
		return nil, &Refusal{Code: "consent_required", Description: "You are not allowed any of the requested scopes."}
	}
	return scopes, nil
}

func (a AuthServer) request(c OAuthClient, grantType string, scopes []string) policy.TokenRequest {
	return policy.TokenRequest{Client: c.ID, ClientGrants: append([]string{}, c.GrantTypes...), GrantType: grantType, Scopes: scopes}
}

// Permit tells whether the policies of a server give a person tokens for these scopes: it is a
// *Refusal where no rule does, or where the person does not have the app. The System Log is told.
func (o *Org) Permit(r *Request, c OAuthClient, a AuthServer, user, grantType string, scopes []string) error {
	_, err := o.decideGrant(o.reads(r.ctx), c, a, Grant{UserID: user, GrantType: grantType, Scopes: scopes}, r.Client)
	var refused *Refusal
	if !asRefusal(err, &refused) {
		return err
	}
	actor := clientTarget(c)
	if lerr := o.update(r, func(tx *Tx) error {
		tx.log(Event{
			Type: serverEvent(a.ID, "app.oauth2.%sauthorize"), Message: "OAuth2 authorization request", Severity: "WARN", Result: "FAILURE", Reason: reasonOf(refused),
			Actor: &actor, Targets: []Target{{ID: user, Type: "User", AlternateID: user, DisplayName: user}, actor},
			Debug: map[string]string{"clientId": c.ID, "requestedScopes": strings.Join(scopes, ", "), "authorizationServer": a.ID},
		})
		return nil
	}); lerr != nil {
		return lerr
	}
	return err
}

// decideGrant asks the policies of a server for a grant as it is now. Where no rule gives it
// tokens it is a *Refusal.
func (o *Org) decideGrant(s store, c OAuthClient, a AuthServer, g Grant, from Client) (policy.TokenDecision, error) {
	q := a.request(c, g.GrantType, g.Scopes)
	q.ClientGrants = nil // looked at before
	var x policy.Context
	if g.UserID != "" {
		var err error
		if q.Assigned, err = s.assigned(c.AppID, g.UserID); err != nil {
			return policy.TokenDecision{}, err
		}
		x.Person = &policy.Person{ID: g.UserID}
		if a.ID != OrgServer { // whose one rule asks nothing of people
			person, err := s.activePerson(g.UserID)
			if err != nil {
				return policy.TokenDecision{}, err
			}
			if x, err = o.policyContext(s, person, nil, from); err != nil {
				return policy.TokenDecision{}, err
			}
		}
	}
	d, err := a.decides.Decide(q, x)
	if err == nil && d.Refused != nil {
		err = d.Refused
	}
	return d, err
}
