package golang

import (
	"context"
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
