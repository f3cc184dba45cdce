package golang

import (
	"testing"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

func TestAuthorizationServer(t *testing.T) {
	c, ctx := admin(t), t.Context()
	server, _, err := c.AuthorizationServerAPI.CreateAuthorizationServer(ctx).AuthorizationServer(
		model[okta.AuthorizationServer](t, `{"name":%q,"description":"Made by the SDK","audiences":["api://go"]}`, unique("Go server "))).Execute()
	check(t, err)
	id := server.GetId()
	_, _, err = c.AuthorizationServerScopesAPI.CreateOAuth2Scope(ctx, id).OAuth2Scope(model[okta.OAuth2Scope](t, `{"name":"parts.read","consent":"IMPLICIT"}`)).Execute()
	check(t, err)
	_, _, err = c.AuthorizationServerClaimsAPI.CreateOAuth2Claim(ctx, id).OAuth2Claim(model[okta.OAuth2Claim](t,
		`{"name":"groups","status":"ACTIVE","claimType":"RESOURCE","valueType":"GROUPS","value":"Sales","group_filter_type":"STARTS_WITH","alwaysIncludeInToken":true}`)).Execute()
	check(t, err)
	policy, _, err := c.AuthorizationServerPoliciesAPI.CreateAuthorizationServerPolicy(ctx, id).Policy(model[okta.AuthorizationServerPolicy](t,
		`{"type":"OAUTH_AUTHORIZATION_POLICY","name":"All","description":"Made by the SDK","status":"ACTIVE","priority":1,"conditions":{"clients":{"include":["ALL_CLIENTS"]}}}`)).Execute()
	check(t, err)
	// This version of the SDK has no field for the id of such a policy.
	rule, _, err := c.AuthorizationServerRulesAPI.CreateAuthorizationServerPolicyRule(ctx, id, policy.AdditionalProperties["id"].(string)).PolicyRule(model[okta.AuthorizationServerPolicyRule](t,
		`{"type":"RESOURCE_ACCESS","name":"Parts","priority":1,"status":"ACTIVE",
		"conditions":{"people":{"groups":{"include":["EVERYONE"]}},"grantTypes":{"include":["authorization_code"]},"scopes":{"include":["*"]}},
		"actions":{"token":{"accessTokenLifetimeMinutes":30,"refreshTokenLifetimeMinutes":0,"refreshTokenWindowMinutes":10080}}}`)).Execute()
	check(t, err)
	token := rule.GetActions().Token
	if got := token.GetAccessTokenLifetimeMinutes(); got != 30 {
		t.Errorf("tokens live for %d minutes, want 30", got)
	}
	before, _, err := c.AuthorizationServerKeysAPI.ListAuthorizationServerKeys(ctx, id).Execute()
	check(t, err)
	after, _, err := c.AuthorizationServerKeysAPI.RotateAuthorizationServerKeys(ctx, id).Use(model[okta.JwkUse](t, `{"use":"sig"}`)).Execute()
	check(t, err)
	if was, is := active(before), active(after); was == "" || is == "" || was == is {
		t.Errorf("active key %q after %q", is, was)
	}
	_, err = c.AuthorizationServerAPI.DeactivateAuthorizationServer(ctx, id).Execute()
	check(t, err)
	_, err = c.AuthorizationServerAPI.DeleteAuthorizationServer(ctx, id).Execute()
	check(t, err)
	_, a, err := c.AuthorizationServerAPI.GetAuthorizationServer(ctx, id).Execute()
	refused(t, a, err, 404, "E0000007")
}

// active is the id of the key that signs.
func active(keys []okta.AuthorizationServerJsonWebKey) string {
	for _, k := range keys {
		if k.GetStatus() == "ACTIVE" {
			return k.GetKid()
		}
	}
	return ""
}
