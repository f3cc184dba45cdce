package oidc

import (
	"slices"
	"strings"

	"gatehouse/internal/org"
)

// openIDScopes need openid beside them.
var openIDScopes = []string{"profile", "email", "address", "phone"}

// scopesFor returns what a client gets of the scopes it asks for. Of okta.* scopes
// those that an admin granted to the client, whatever the person's role: the operations
// check that. offline_access is dropped for a client without refresh tokens (OpenID
// Connect Core section 11).
func scopesFor(a org.AuthServer, c org.OAuthClient, asked []string) ([]string, error) {
	if len(asked) == 0 {
		return nil, refuse("invalid_scope", "The authorization server resource does not have any configured default scopes, 'scope' must be provided.")
	}
	var granted []string
	for _, s := range asked {
		if !a.Knows(s) {
			return nil, refuse("invalid_scope", "One or more scopes are not configured for the authorization server resource.")
		}
		if slices.Contains(openIDScopes, s) && !slices.Contains(asked, "openid") {
			return nil, refuse("invalid_scope", "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.")
		}
		if !slices.Contains(a.Rule.Scopes, "*") && !slices.Contains(a.Rule.Scopes, s) {
			return nil, refuse("access_denied", "Policy evaluation failed for this request, please check the policy configurations.")
		}
		switch {
		case strings.HasPrefix(s, "okta.") && !slices.Contains(c.Scopes, s):
		case s == "offline_access" && !c.May(org.GrantRefresh):
		default:
			granted = append(granted, s)
		}
	}
	if len(granted) == 0 {
		return nil, refuse("consent_required", "You are not allowed any of the requested scopes.")
	}
	return granted, nil
}
