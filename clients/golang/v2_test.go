package golang

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	v2 "github.com/okta/okta-sdk-golang/v2/okta"
	"github.com/okta/okta-sdk-golang/v2/okta/query"
)

// older acts by the API token of the super admin through the SDK's second version, which Terraform's provider uses.
func older(t *testing.T) (context.Context, *v2.Client, report) {
	t.Helper()
	r, _ := org(t)
	ctx, c, err := v2.NewClient(t.Context(), v2.WithOrgUrl(r.Org), v2.WithToken(r.APIToken), v2.WithTestingDisableHttpsCheck(true), v2.WithCache(false))
	check(t, err)
	return ctx, c, r
}

func TestOlderSDKAssignsAnApp(t *testing.T) {
	ctx, c, _ := older(t)
	app := v2.NewBookmarkApplication()
	app.Label = unique("Older bookmark ")
	app.Settings = &v2.BookmarkApplicationSettings{App: &v2.BookmarkApplicationSettingsApplication{Url: "https://example.com/bookmark.htm"}}
	_, _, err := c.Application.CreateApplication(ctx, app, nil)
	check(t, err)
	in, _, err := c.Group.CreateGroup(ctx, v2.Group{Profile: &v2.GroupProfile{Name: unique("Older group ")}})
	check(t, err)
	_, _, err = c.Application.CreateApplicationGroupAssignment(ctx, app.Id, in.Id, v2.ApplicationGroupAssignment{})
	check(t, err)
	listed, _, err := c.Application.ListApplicationGroupAssignments(ctx, app.Id, query.NewQueryParams(query.WithLimit(20)))
	check(t, err)
	if len(listed) != 1 || listed[0].Id != in.Id {
		t.Errorf("assigned to %+v", listed)
	}
	_, err = c.Application.DeactivateApplication(ctx, app.Id)
	check(t, err)
	_, err = c.Application.DeleteApplication(ctx, app.Id)
	check(t, err)
	_, err = c.Group.DeleteGroup(ctx, in.Id)
	check(t, err)
}

func TestOlderSDKMakesAPolicy(t *testing.T) {
	ctx, c, _ := older(t)
	policy := v2.NewOktaSignOnPolicy()
	policy.Name = unique("Older policy ")
	made, _, err := c.Policy.CreatePolicy(ctx, policy, nil)
	check(t, err)
	id := made.(*v2.OktaSignOnPolicy).Id
	rules, _, err := c.Policy.ListPolicyRules(ctx, id)
	check(t, err)
	if len(rules) != 0 {
		t.Errorf("a new policy has %d rules", len(rules))
	}
	_, err = c.Policy.DeactivatePolicy(ctx, id)
	check(t, err)
	_, err = c.Policy.DeletePolicy(ctx, id)
	check(t, err)
}

func TestOlderSDKMakesAnAuthorizationServer(t *testing.T) {
	ctx, c, _ := older(t)
	as := c.AuthorizationServer
	server, _, err := as.CreateAuthorizationServer(ctx, v2.AuthorizationServer{Name: unique("Older server "), Description: "Made by the SDK", Audiences: []string{"api://older"}})
	check(t, err)
	_, _, err = as.CreateOAuth2Scope(ctx, server.Id, v2.OAuth2Scope{Name: "stock.read"})
	check(t, err)
	_, _, err = as.CreateOAuth2Claim(ctx, server.Id, v2.OAuth2Claim{Name: "depot", ClaimType: "RESOURCE", ValueType: "EXPRESSION", Value: `"north"`, AlwaysIncludeInToken: new(true), Status: "ACTIVE"})
	check(t, err)

	app := v2.NewOpenIdConnectApplication()
	app.Label = unique("Older service ")
	app.Credentials = &v2.OAuthApplicationCredentials{OauthClient: &v2.ApplicationCredentialsOAuthClient{TokenEndpointAuthMethod: "client_secret_post"}}
	app.Settings = &v2.OpenIdConnectApplicationSettings{OauthClient: &v2.OpenIdConnectApplicationSettingsClient{
		ApplicationType: "service", GrantTypes: []*v2.OAuthGrantType{new(v2.OAuthGrantType("client_credentials"))}, ResponseTypes: []*v2.OAuthResponseType{new(v2.OAuthResponseType("token"))},
	}}
	_, _, err = c.Application.CreateApplication(ctx, app, nil)
	check(t, err)
	client := app.Credentials.OauthClient

	policy, _, err := as.CreateAuthorizationServerPolicy(ctx, server.Id, v2.AuthorizationServerPolicy{
		Type: "OAUTH_AUTHORIZATION_POLICY", Name: "Services", Description: "Made by the SDK", PriorityPtr: new(int64(1)),
		Conditions: &v2.PolicyRuleConditions{Clients: &v2.ClientPolicyCondition{Include: []string{client.ClientId}}},
	})
	check(t, err)
	_, _, err = as.CreateAuthorizationServerPolicyRule(ctx, server.Id, policy.Id, v2.AuthorizationServerPolicyRule{
		Type: "RESOURCE_ACCESS", Name: "Stock", PriorityPtr: new(int64(1)),
		Conditions: &v2.AuthorizationServerPolicyRuleConditions{
			GrantTypes: &v2.GrantTypePolicyRuleCondition{Include: []string{"client_credentials"}},
			People:     &v2.PolicyPeopleCondition{Groups: &v2.GroupCondition{Include: []string{"EVERYONE"}}},
			Scopes:     &v2.OAuth2ScopesMediationPolicyRuleCondition{Include: []string{"stock.read"}},
		},
		Actions: &v2.AuthorizationServerPolicyRuleActions{Token: &v2.TokenAuthorizationServerPolicyRuleAction{
			AccessTokenLifetimeMinutesPtr: new(int64(9)), RefreshTokenLifetimeMinutesPtr: new(int64(0)), RefreshTokenWindowMinutesPtr: new(int64(10080)),
		}},
	})
	check(t, err)
	answer, err := http.PostForm(server.Issuer+"/v1/token", url.Values{
		"grant_type": {"client_credentials"}, "scope": {"stock.read"}, "client_id": {client.ClientId}, "client_secret": {client.ClientSecret},
	})
	check(t, err)
	defer answer.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	check(t, json.NewDecoder(answer.Body).Decode(&token))
	if token.ExpiresIn != 9*60 || strings.Count(token.AccessToken, ".") != 2 {
		t.Errorf("status %d: a token for %d s", answer.StatusCode, token.ExpiresIn)
	}
	_, err = as.DeactivateAuthorizationServer(ctx, server.Id)
	check(t, err)
	_, err = as.DeleteAuthorizationServer(ctx, server.Id)
	check(t, err)
}
