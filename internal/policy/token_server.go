package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// TokenServer is what the documents of an authorization server say of the tokens that it
// gives. It holds everything that decides, so that the org and a preview of the console
// decide alike; it is not changed once it is parsed, and may be shared.
type TokenServer struct {
	Name   string
	Active bool
	Scopes []Scope
	Claims []Claim
	// Policies are in the order in which they are looked at.
	Policies []Policy
}

// Scope is the part of a scope's document that decides.
type Scope struct {
	Name    string `json:"name"`
	Consent string `json:"consent"`
	// Default is whether it is granted to requests that name no scope, Publish "ALL_CLIENTS"
	// where the server's metadata names it.
	Default bool   `json:"default"`
	Publish string `json:"metadataPublish"`
}

// PolicyDocuments are a policy of an authorization server and its rules.
type PolicyDocuments struct {
	Policy []byte
	Rules  [][]byte
}

// ParseTokenServer reads the documents of an authorization server as the API answers them.
func ParseTokenServer(server []byte, scopes, claims [][]byte, policies []PolicyDocuments) (*TokenServer, error) {
	var head struct {
		Name   string `json:"name"`
		Status string `json:"status"`
	}
	if err := json.Unmarshal(server, &head); err != nil {
		return nil, fmt.Errorf("authorization server: %w", err)
	}
	s := &TokenServer{Name: head.Name, Active: head.Status == active}
	for _, document := range scopes {
		var scope Scope
		if err := json.Unmarshal(document, &scope); err != nil {
			return nil, fmt.Errorf("scope: %w", err)
		}
		s.Scopes = append(s.Scopes, scope)
	}
	for _, document := range claims {
		claim, err := ParseClaim(document)
		if err != nil {
			return nil, err
		}
		s.Claims = append(s.Claims, claim)
	}
	for _, d := range policies {
		p, err := Parse(d.Policy, d.Rules...)
		if err != nil {
			return nil, err
		}
		s.Policies = append(s.Policies, p)
	}
	Sort(s.Policies)
	return s, nil
}

// Scope finds a scope by name; nil for one that the server does not have.
func (s *TokenServer) Scope(name string) *Scope {
	i := slices.IndexFunc(s.Scopes, func(scope Scope) bool { return scope.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Scopes[i]
}

// TokenRequest is who asks an authorization server for tokens, and for which.
type TokenRequest struct {
	// Client is the client_id. ClientGrants are the grant types that its app may use; nil is
	// not looked at.
	Client       string
	ClientGrants []string
	// GrantType is the grant type that the tokens come of: "authorization_code" at the
	// authorization endpoint, and still that when they are refreshed.
	GrantType string
	// Scopes are those asked for; none for the default ones.
	Scopes []string
	// Assigned tells whether the person has the app. It does not count where nobody signs in.
	Assigned bool
}

// Refusal is why no token is given: an error of RFC 6749 section 5.2 in the words of the cloud
// (its published catalogue).
type Refusal struct{ Code, Description string }

func (r *Refusal) Error() string { return r.Code + ": " + r.Description }

// TokenDecision is what a request for tokens is given, and why.
type TokenDecision struct {
	// Decision has the policy and the rule that apply, and the trace. Nothing is evaluated, and
	// the trace is empty, where the request is refused before.
	Decision
	// Scopes are those granted, Lives how long the tokens live.
	Scopes []string
	Lives  Lives
	// Refused is nil where tokens are given.
	Refused *Refusal
}

// Lives are how long the tokens of a rule live.
type Lives struct {
	Access time.Duration
	// Refresh counts from the grant on, 0 without an end; RefreshIdle is how long a refresh
	// token may lie unused.
	Refresh, RefreshIdle time.Duration
}

// LivesOf decodes the lives that a rule of an authorization server gives.
func LivesOf(r *Rule) (Lives, error) {
	var in struct {
		Token struct {
			Access  int `json:"accessTokenLifetimeMinutes"`
			Refresh int `json:"refreshTokenLifetimeMinutes"`
			Window  int `json:"refreshTokenWindowMinutes"`
		} `json:"token"`
	}
	if err := decode(r.Actions, &in); err != nil {
		return Lives{}, fmt.Errorf("rule %s: actions: %w", r.ID, err)
	}
	return Lives{minutes(in.Token.Access), minutes(in.Token.Refresh), minutes(in.Token.Window)}, nil
}

// ErrPolicy is the refusal of a request that no rule allows.
var ErrPolicy = &Refusal{"access_denied", "Policy evaluation failed for this request, please check the policy configurations."}

// Decide tells which tokens a request gets. c is who asks and from where; its Grant is filled
// in here. Unknown conditions are not met: deny by default.
func (s *TokenServer) Decide(q TokenRequest, c Context) (TokenDecision, error) {
	var d TokenDecision
	if d.Scopes, d.Refused = s.Requested(q); d.Refused != nil {
		return d, nil
	}
	if c.Person != nil && !q.Assigned {
		d.Refused = &Refusal{"access_denied", "User is not assigned to the client application."}
		return d, nil
	}
	c.Grant = &Grant{Client: q.Client, Type: q.GrantType, Scopes: d.Scopes}
	d.Decision = Evaluate(s.Policies, c)
	if d.Rule == nil {
		d.Refused = ErrPolicy
		return d, nil
	}
	var err error
	d.Lives, err = LivesOf(d.Rule)
	return d, err
}

// openIDScopes need openid beside them (OpenID Connect Core section 5.4).
var openIDScopes = []string{"profile", "email", "address", "phone"}

// Requested are the scopes that a request asks for and may ask for, whatever the policies say.
func (s *TokenServer) Requested(q TokenRequest) ([]string, *Refusal) {
	switch {
	case !s.Active:
		return nil, &Refusal{"invalid_request", "The authorization server is not active."}
	case q.ClientGrants != nil && !slices.Contains(q.ClientGrants, q.GrantType):
		return nil, &Refusal{"unauthorized_client", "The client is not authorized to use the provided grant type. Configured grant types: [" + strings.Join(q.ClientGrants, ", ") + "]."}
	}
	asked := slices.Clone(q.Scopes)
	for _, scope := range s.Scopes {
		if len(q.Scopes) == 0 && scope.Default {
			asked = append(asked, scope.Name)
		}
	}
	if len(asked) == 0 {
		return nil, &Refusal{"invalid_scope", "The authorization server resource does not have any configured default scopes, 'scope' must be provided."}
	}
	var granted, required []string
	for _, name := range asked {
		own := q.GrantType == clientCredentials
		switch {
		case s.Scope(name) == nil:
			return nil, &Refusal{"invalid_scope", "One or more scopes are not configured for the authorization server resource."}
		case own && (name == "openid" || name == "offline_access" || slices.Contains(openIDScopes, name)):
			return nil, &Refusal{"invalid_scope", "Cannot request 'openid' scopes using client credentials."}
		case slices.Contains(openIDScopes, name) && !slices.Contains(asked, "openid"):
			return nil, &Refusal{"invalid_scope", "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope."}
		case own && s.Scope(name).Consent == "REQUIRED":
			required = append(required, name)
		case name == "offline_access" && q.ClientGrants != nil && !slices.Contains(q.ClientGrants, "refresh_token"):
			// Dropped: nobody could use it (OpenID Connect Core section 11).
		case !slices.Contains(granted, name):
			granted = append(granted, name)
		}
	}
	if len(required) > 0 {
		return nil, &Refusal{"consent_required", "The following scopes require user consent and cannot be granted for the client credentials grant type: [" + strings.Join(required, ", ") + "]."}
	}
	if len(granted) == 0 {
		return nil, &Refusal{"consent_required", "You are not allowed any of the requested scopes."}
	}
	return granted, nil
}
