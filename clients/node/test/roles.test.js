const {test} = require('node:test');
const assert = require('node:assert/strict');
const {admin, person, all, unique} = require('../org');

const {groupApi, userApi, roleAssignmentApi, roleTargetApi, subscriptionApi} = admin();

test('a role is given to a person, narrowed to groups, and taken back', async () => {
  const {id: userId} = await userApi.createUser({body: person()});
  const [one, two] = [await groupApi.createGroup({group: {profile: {name: unique('Target')}}}), await groupApi.createGroup({group: {profile: {name: unique('Target')}}})];
  const role = await roleAssignmentApi.assignRoleToUser({userId, assignRoleRequest: {type: 'HELP_DESK_ADMIN'}});
  assert.equal(role.type, 'HELP_DESK_ADMIN');
  const at = {userId, roleAssignmentId: role.id, roleId: role.id};
  await roleTargetApi.assignGroupTargetToUserRole({...at, groupId: one.id});
  await roleTargetApi.assignGroupTargetToUserRole({...at, groupId: two.id});
  assert.equal((await all(roleTargetApi.listGroupTargetsForRole({...at, limit: 1}))).length, 2);
  await roleTargetApi.unassignGroupTargetFromUserAdminRole({...at, groupId: two.id});
  assert.deepEqual((await all(roleTargetApi.listGroupTargetsForRole(at))).map(g => g.id), [one.id]);
  assert.equal((await roleAssignmentApi.getUserAssignedRole(at)).id, role.id);
  assert.deepEqual((await all(roleAssignmentApi.listAssignedRolesForUser({userId}))).map(r => r.type), ['HELP_DESK_ADMIN']);
  await assert.rejects(roleAssignmentApi.assignRoleToUser({userId, assignRoleRequest: {type: 'HELP_DESK_ADMIN'}}), e => e.status === 409 && e.errorCode === 'E0000090');

  await assert.rejects(all(subscriptionApi.listUserSubscriptions({userId})), e => e.status === 403, 'subscriptions are their owner\'s');
  assert.ok((await all(subscriptionApi.listRoleSubscriptions({roleTypeOrRoleId: 'SUPER_ADMIN'}))).length > 0);
  await roleAssignmentApi.unassignRoleFromUser(at);
  assert.deepEqual(await all(roleAssignmentApi.listAssignedRolesForUser({userId})), []);
  for (const {id: groupId} of [one, two]) {
    await groupApi.deleteGroup({groupId});
  }
  await userApi.deactivateUser({userId});
  await userApi.deleteUser({userId});
});

test('a role is given to a group, narrowed to groups, and taken back', async () => {
  const {id: groupId} = await groupApi.createGroup({group: {profile: {name: unique('Admins')}}});
  const target = await groupApi.createGroup({group: {profile: {name: unique('Target')}}});
  await roleAssignmentApi.assignRoleToGroup({groupId, assignRoleRequest: {type: 'USER_ADMIN'}});
  const [role] = await all(roleAssignmentApi.listGroupAssignedRoles({groupId}));
  assert.equal(role.type, 'USER_ADMIN');
  const at = {groupId, roleAssignmentId: role.id, roleId: role.id};
  assert.equal((await roleAssignmentApi.getGroupAssignedRole(at)).id, role.id);
  await roleTargetApi.assignGroupTargetToGroupAdminRole({...at, targetGroupId: target.id});
  assert.deepEqual((await all(roleTargetApi.listGroupTargetsForGroupRole(at))).map(g => g.id), [target.id]);
  await assert.rejects(roleTargetApi.unassignGroupTargetFromGroupAdminRole({...at, targetGroupId: target.id}), e => e.status === 400);
  await roleAssignmentApi.unassignRoleFromGroup(at);
  await groupApi.deleteGroup({groupId});
  await groupApi.deleteGroup({groupId: target.id});
});
