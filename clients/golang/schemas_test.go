package golang

import (
	"testing"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

func TestCustomAttributeOfPeople(t *testing.T) {
	c, ctx := admin(t), t.Context()
	name := unique("attr")
	schema, _, err := c.SchemaAPI.UpdateUserProfile(ctx, "default").UserSchema(model[okta.UserSchema](t,
		`{"definitions":{"custom":{"id":"#custom","type":"object","properties":{%q:{"title":"Badge","type":"string","minLength":2,"maxLength":20}},"required":[]}}}`, name)).Execute()
	check(t, err)
	if custom := schema.Definitions.Custom.GetProperties(); custom[name].Title == nil {
		t.Errorf("the attribute is not in the schema: %v", custom)
	}
	body := person(t, "")
	body.Profile.AdditionalProperties = map[string]any{name: "B-17"}
	id := create(t, c, body)
	read, _, err := c.UserAPI.GetUser(ctx, id).Execute()
	check(t, err)
	if got := read.Profile.AdditionalProperties[name]; got != "B-17" {
		t.Errorf("the attribute is %v", got)
	}
	found, _, err := c.UserAPI.ListUsers(ctx).Search(`profile.` + name + ` eq "B-17"`).Execute()
	check(t, err)
	if len(found) != 1 {
		t.Errorf("%d people found, want 1", len(found))
	}
}

func TestCustomAttributeOfGroups(t *testing.T) {
	c, ctx := admin(t), t.Context()
	name := unique("attr")
	schema, _, err := c.SchemaAPI.UpdateGroupSchema(ctx).GroupSchema(model[okta.GroupSchema](t,
		`{"definitions":{"custom":{"id":"#custom","type":"object","properties":{%q:{"title":"Cost centre","type":"string"}},"required":[]}}}`, name)).Execute()
	check(t, err)
	if custom := schema.Definitions.Custom.GetProperties(); custom[name].Title == nil {
		t.Errorf("the attribute is not in the schema: %v", custom)
	}
	_, _, err = c.SchemaAPI.GetGroupSchema(ctx).Execute()
	check(t, err)
}

func TestUserType(t *testing.T) {
	c, ctx := admin(t), t.Context()
	name := unique("type")
	made, _, err := c.UserTypeAPI.CreateUserType(ctx).UserType(model[okta.UserType](t, `{"name":%q,"displayName":"Contractor","description":"from outside"}`, name)).Execute()
	check(t, err)
	id := made.GetId()
	_, _, err = c.UserTypeAPI.UpdateUserType(ctx, id).UserType(model[okta.UserTypePostRequest](t, `{"displayName":"Partner"}`)).Execute()
	check(t, err)
	_, _, err = c.UserTypeAPI.ReplaceUserType(ctx, id).UserType(model[okta.UserTypePutRequest](t, `{"name":%q,"displayName":"Supplier","description":"again"}`, name)).Execute()
	check(t, err)
	list, _, err := c.UserTypeAPI.ListUserTypes(ctx).Execute()
	check(t, err)
	if len(list) < 2 {
		t.Errorf("%d types, want the new one beside the default", len(list))
	}
	_, err = c.UserTypeAPI.DeleteUserType(ctx, id).Execute()
	check(t, err)
	_, a, err := c.UserTypeAPI.GetUserType(ctx, id).Execute()
	refused(t, a, err, 404, "E0000007")
}
