package golang

import (
	"testing"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

func TestRoleOfAPerson(t *testing.T) {
	c, ctx := admin(t), t.Context()
	id, one, two := create(t, c, person(t, "")), group(t, c, unique("Target ")), group(t, c, unique("Target "))
	ask := model[okta.AssignRoleRequest](t, `{"type":"HELP_DESK_ADMIN"}`)
	role, _, err := c.RoleAssignmentAPI.AssignRoleToUser(ctx, id).AssignRoleRequest(ask).Execute()
	check(t, err)
	for _, target := range []string{one, two} {
		_, err = c.RoleTargetAPI.AssignGroupTargetToUserRole(ctx, id, role.GetId(), target).Execute()
		check(t, err)
	}
	_, err = c.RoleTargetAPI.UnassignGroupTargetFromUserAdminRole(ctx, id, role.GetId(), two).Execute()
	check(t, err)
	targets, a, err := c.RoleTargetAPI.ListGroupTargetsForRole(ctx, id, role.GetId()).Execute()
	if all := rest(t, targets, a, err); len(all) != 1 || all[0].GetId() != one {
		t.Errorf("%d targets, want 1", len(all))
	}
	_, a, err = c.RoleAssignmentAPI.AssignRoleToUser(ctx, id).AssignRoleRequest(ask).Execute()
	if a == nil || a.StatusCode != 409 {
		t.Errorf("the same role again: %v", err)
	}
	_, err = c.RoleAssignmentAPI.UnassignRoleFromUser(ctx, id, role.GetId()).Execute()
	check(t, err)
	roles, _, err := c.RoleAssignmentAPI.ListAssignedRolesForUser(ctx, id).Execute()
	check(t, err)
	if len(roles) != 0 {
		t.Errorf("%d roles, want none", len(roles))
	}
}

func TestRoleOfAGroup(t *testing.T) {
	c, ctx := admin(t), t.Context()
	id, target := group(t, c, unique("Admins ")), group(t, c, unique("Target "))
	role, _, err := c.RoleAssignmentAPI.AssignRoleToGroup(ctx, id).AssignRoleRequest(model[okta.AssignRoleRequest](t, `{"type":"USER_ADMIN"}`)).Execute()
	check(t, err)
	_, err = c.RoleTargetAPI.AssignGroupTargetToGroupAdminRole(ctx, id, role.GetId(), target).Execute()
	check(t, err)
	targets, _, err := c.RoleTargetAPI.ListGroupTargetsForGroupRole(ctx, id, role.GetId()).Execute()
	check(t, err)
	if len(targets) != 1 {
		t.Errorf("%d targets, want 1", len(targets))
	}
	_, err = c.RoleAssignmentAPI.UnassignRoleFromGroup(ctx, id, role.GetId()).Execute()
	check(t, err)
}
