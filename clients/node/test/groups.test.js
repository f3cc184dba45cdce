const {test} = require('node:test');
const assert = require('node:assert/strict');
const {admin, person, password, all, unique} = require('../org');

const {groupApi, userApi} = admin();

test('a group is made, renamed, filled, owned, listed and deleted', async () => {
  const name = unique('Node group');
  const group = await groupApi.createGroup({group: {profile: {name, description: 'made by a client'}}});
  assert.equal(group.type, 'OKTA_GROUP');
  const groupId = group.id;
  const renamed = await groupApi.replaceGroup({groupId, group: {profile: {name: `${name} 2`, description: 'renamed'}}});
  assert.equal(renamed.profile.name, `${name} 2`);
  assert.equal((await groupApi.getGroup({groupId})).profile.description, 'renamed');

  const people = [];
  for (let i = 0; i < 3; i++) {
    people.push(await userApi.createUser({body: person()}));
    await groupApi.assignUserToGroup({groupId, userId: people[i].id});
  }
  const members = await all(groupApi.listGroupUsers({groupId, limit: 1}));
  assert.deepEqual(members.map(u => u.id).sort(), people.map(u => u.id).sort());
  await groupApi.unassignUserFromGroup({groupId, userId: people[0].id});
  assert.equal((await all(groupApi.listGroupUsers({groupId}))).length, 2);

  const owner = await groupApi.assignGroupOwner({groupId, GroupOwner: {id: people[1].id, type: 'USER'}});
  assert.equal(owner.id, people[1].id);
  assert.equal((await all(groupApi.listGroupOwners({groupId}))).length, 1);
  await groupApi.deleteGroupOwner({groupId, ownerId: owner.id});

  assert.deepEqual((await all(groupApi.listGroups({q: name}))).map(g => g.id), [groupId]);
  assert.deepEqual((await all(groupApi.listGroups({search: `profile.name sw "${name}"`, limit: 1}))).map(g => g.id), [groupId]);
  assert.ok((await all(groupApi.listGroups({limit: 7}))).length > 40, 'the groups of the seed, by pages of 7');
  await assert.rejects(groupApi.createGroup({group: {profile: {name: `${name} 2`}}}), e => e.status >= 400 && e.status < 500 && e.errorCode !== undefined);
  await groupApi.deleteGroup({groupId});
  await assert.rejects(groupApi.getGroup({groupId}), e => e.status === 404 && e.errorCode === 'E0000007');
  for (const {id: userId} of people) {
    await userApi.deactivateUser({userId});
    await userApi.deleteUser({userId});
  }
});

test('a rule is made, activated, fills its group, is changed and deleted', async () => {
  const department = unique('dept');
  const {id: groupId} = await groupApi.createGroup({group: {profile: {name: unique('Rule group')}}});
  const groupRule = {
    type: 'group_rule', name: department,
    conditions: {expression: {type: 'urn:okta:expression:1.0', value: `user.department=="${department}"`}},
    actions: {assignUserToGroups: {groupIds: [groupId]}},
  };
  const rule = await groupApi.createGroupRule({groupRule});
  assert.equal(rule.status, 'INACTIVE');
  const ruleId = rule.id;
  await groupApi.activateGroupRule({ruleId});
  assert.equal((await groupApi.getGroupRule({ruleId})).status, 'ACTIVE');
  const body = person(password);
  body.profile.department = department;
  const {id: userId} = await userApi.createUser({body});
  assert.deepEqual((await all(groupApi.listGroupUsers({groupId}))).map(u => u.id), [userId]);
  assert.ok((await all(groupApi.listGroupRules({limit: 1}))).some(r => r.id === ruleId));
  assert.ok((await all(groupApi.listGroupRules({search: department}))).length === 1);
  await groupApi.deactivateGroupRule({ruleId});
  const changed = await groupApi.replaceGroupRule({ruleId, groupRule: {...groupRule, id: ruleId, name: `${department} 2`}});
  assert.equal(changed.name, `${department} 2`);
  await groupApi.deleteGroupRule({ruleId});
  await groupApi.deleteGroup({groupId});
  await userApi.deactivateUser({userId});
  await userApi.deleteUser({userId});
});
