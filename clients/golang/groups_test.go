package golang

import (
	"testing"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

func TestGroupFromCreationToDeletion(t *testing.T) {
	c, ctx := admin(t), t.Context()
	name := unique("Go group ")
	id := group(t, c, name)
	renamed, _, err := c.GroupAPI.ReplaceGroup(ctx, id).Group(model[okta.Group](t, `{"profile":{"name":%q,"description":"renamed"}}`, name+" 2")).Execute()
	check(t, err)
	if renamed.Profile.GetName() != name+" 2" || renamed.Profile.GetDescription() != "renamed" {
		t.Errorf("renamed to %+v", renamed.Profile)
	}
	var last string
	for range 3 {
		last = create(t, c, person(t, ""))
		_, err = c.GroupAPI.AssignUserToGroup(ctx, id, last).Execute()
		check(t, err)
	}
	members, a, err := c.GroupAPI.ListGroupUsers(ctx, id).Limit(1).Execute()
	if all := rest(t, members, a, err); len(all) != 3 {
		t.Errorf("%d members, want 3", len(all))
	}
	_, err = c.GroupAPI.UnassignUserFromGroup(ctx, id, last).Execute()
	check(t, err)
	owner, _, err := c.GroupOwnerAPI.AssignGroupOwner(ctx, id).AssignGroupOwnerRequestBody(model[okta.AssignGroupOwnerRequestBody](t, `{"id":%q,"type":"USER"}`, last)).Execute()
	check(t, err)
	owners, _, err := c.GroupOwnerAPI.ListGroupOwners(ctx, id).Execute()
	check(t, err)
	if len(owners) != 1 {
		t.Errorf("%d owners, want 1", len(owners))
	}
	_, err = c.GroupOwnerAPI.DeleteGroupOwner(ctx, id, owner.GetId()).Execute()
	check(t, err)
	list, a, err := c.GroupAPI.ListGroups(ctx).Search(`profile.name sw "` + name + `"`).Execute()
	if found := rest(t, list, a, err); len(found) != 1 || found[0].GetId() != id {
		t.Errorf("%d groups found, want 1", len(found))
	}
	list, a, err = c.GroupAPI.ListGroups(ctx).Limit(7).Execute()
	if all := rest(t, list, a, err); len(all) < 40 {
		t.Errorf("%d groups, want those of the seed", len(all))
	}
	_, err = c.GroupAPI.DeleteGroup(ctx, id).Execute()
	check(t, err)
	_, a, err = c.GroupAPI.GetGroup(ctx, id).Execute()
	refused(t, a, err, 404, "E0000007")
}

func TestRuleFillsItsGroup(t *testing.T) {
	c, ctx := admin(t), t.Context()
	department := unique("dept")
	id := group(t, c, unique("Rule group "))
	body := model[okta.GroupRule](t, `{"type":"group_rule","name":%q,"conditions":{"expression":{"type":"urn:okta:expression:1.0","value":%q}},
		"actions":{"assignUserToGroups":{"groupIds":[%q]}}}`, department, `user.department=="`+department+`"`, id)
	rule, _, err := c.GroupAPI.CreateGroupRule(ctx).GroupRule(body).Execute()
	check(t, err)
	_, err = c.GroupAPI.ActivateGroupRule(ctx, rule.GetId()).Execute()
	check(t, err)
	someone := person(t, password)
	someone.Profile.SetDepartment(department)
	create(t, c, someone)
	members, _, err := c.GroupAPI.ListGroupUsers(ctx, id).Execute()
	check(t, err)
	if len(members) != 1 {
		t.Errorf("%d members, want 1", len(members))
	}
	list, a, err := c.GroupAPI.ListGroupRules(ctx).Limit(1).Execute()
	if all := rest(t, list, a, err); len(all) < 1 {
		t.Error("no rule is listed")
	}
	_, err = c.GroupAPI.DeactivateGroupRule(ctx, rule.GetId()).Execute()
	check(t, err)
	body.SetId(rule.GetId())
	body.SetName(department + " 2")
	changed, _, err := c.GroupAPI.ReplaceGroupRule(ctx, rule.GetId()).GroupRule(body).Execute()
	check(t, err)
	if changed.GetName() != department+" 2" {
		t.Errorf("renamed to %s", changed.GetName())
	}
	_, err = c.GroupAPI.DeleteGroupRule(ctx, rule.GetId()).Execute()
	check(t, err)
}
