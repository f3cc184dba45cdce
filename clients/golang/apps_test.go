package golang

import (
	"testing"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

func TestAppIsAssigned(t *testing.T) {
	c, ctx := admin(t), t.Context()
	label := unique("Go app ")
	made, _, err := c.ApplicationAPI.CreateApplication(ctx).Application(model[okta.ListApplications200ResponseInner](t,
		`{"name":"bookmark","label":%q,"signOnMode":"BOOKMARK","settings":{"app":{"requestIntegration":false,"url":"https://example.com/bookmark.htm"}}}`, label)).Execute()
	check(t, err)
	id := made.BookmarkApplication.GetId()
	if got := made.BookmarkApplication.GetLabel(); got != label {
		t.Errorf("label %q, want %q", got, label)
	}
	list, a, err := c.ApplicationAPI.ListApplications(ctx).Limit(10).Execute()
	if all := rest(t, list, a, err); len(all) < 2 {
		t.Errorf("%d apps, want those of the seed too", len(all))
	}
	person, in := create(t, c, person(t, "")), group(t, c, unique("App group "))
	_, _, err = c.ApplicationUsersAPI.AssignUserToApplication(ctx, id).AppUser(model[okta.AppUserAssignRequest](t, `{"id":%q,"scope":"USER","credentials":{"userName":"go"}}`, person)).Execute()
	check(t, err)
	_, _, err = c.ApplicationGroupsAPI.AssignGroupToApplication(ctx, id, in).Execute()
	check(t, err)
	users, _, err := c.ApplicationUsersAPI.ListApplicationUsers(ctx, id).Execute()
	check(t, err)
	groups, _, err := c.ApplicationGroupsAPI.ListApplicationGroupAssignments(ctx, id).Execute()
	check(t, err)
	if len(users) != 1 || users[0].GetId() != person || len(groups) != 1 || groups[0].GetId() != in {
		t.Errorf("assigned to %v and %v", users, groups)
	}
	_, err = c.ApplicationGroupsAPI.UnassignApplicationFromGroup(ctx, id, in).Execute()
	check(t, err)
	_, err = c.ApplicationUsersAPI.UnassignUserFromApplication(ctx, id, person).Execute()
	check(t, err)
	_, err = c.ApplicationAPI.DeactivateApplication(ctx, id).Execute()
	check(t, err)
	_, err = c.ApplicationAPI.DeleteApplication(ctx, id).Execute()
	check(t, err)
	_, a, err = c.ApplicationAPI.GetApplication(ctx, id).Execute()
	refused(t, a, err, 404, "E0000007")
}
