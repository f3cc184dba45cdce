package oidc_test

import (
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// The role of a client that acts for itself reaches the whole org, and no further than the role.
func TestServiceClientChangesPeople(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	id := b.person("served@example.com", `{"password":{"value":"`+password+`"}}`)
	key := jose.SigningKey{Algorithm: jose.RS256, Key: x.service("HELP_DESK_ADMIN")}
	client, _, err := x.OAuthClient(t.Context(), "service")
	x.check(err)
	client.Scopes = append(client.Scopes, "okta.users.manage")
	x.check(x.PutClient(t.Context(), client))
	token := b.clientToken(orgServer, "okta.users.manage", x.assertion(key, nil)).text(t, "access_token")
	for path, want := range map[string]int{"/lifecycle/reset_password?sendEmail=false": 200, "/lifecycle/suspend": 403} {
		if a := x.api("POST", "/api/v1/users/"+id+path, nil, "Authorization", "Bearer "+token); a.status != want {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}
