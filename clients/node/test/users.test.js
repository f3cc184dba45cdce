const {test} = require('node:test');
const assert = require('node:assert/strict');
const {admin, person, password, all, unique} = require('../org');

const {userApi} = admin();
const refusal = (status, code) => e => e.status === status && e.errorCode === code;

test('a person is made, read, changed, moved through the states and deleted', async () => {
  const body = person(password);
  const made = await userApi.createUser({body, activate: false});
  assert.equal(made.status, 'STAGED');
  assert.ok(made.created instanceof Date);
  const userId = made.id;

  assert.equal((await userApi.getUser({userId: body.profile.login})).id, userId);
  const updated = await userApi.updateUser({userId, user: {profile: {nickName: 'Ōkta 雪', mobilePhone: '+49 30 1234'}}});
  assert.equal(updated.profile.nickName, 'Ōkta 雪');
  assert.equal(updated.profile.firstName, 'Node');
  const {nickName, ...profile} = updated.profile;
  const replaced = await userApi.replaceUser({userId, user: {profile: {...body.profile, title: 'Tester'}}});
  assert.equal(replaced.profile.title, 'Tester');
  assert.ok(nickName && profile && !replaced.profile.nickName);

  await userApi.activateUser({userId, sendEmail: false});
  const status = async () => (await userApi.getUser({userId})).status;
  assert.equal(await status(), 'ACTIVE');
  await userApi.suspendUser({userId});
  assert.equal(await status(), 'SUSPENDED');
  await userApi.unsuspendUser({userId});
  await userApi.expirePassword({userId});
  assert.equal(await status(), 'PASSWORD_EXPIRED');
  await userApi.expirePasswordAndGetTemporaryPassword({userId}); // its model has no field for the password
  assert.ok((await userApi.generateResetPasswordToken({userId, sendEmail: false})).resetPasswordUrl);
  assert.equal(await status(), 'RECOVERY');
  await userApi.revokeUserSessions({userId});
  await userApi.deactivateUser({userId});
  assert.equal(await status(), 'DEPROVISIONED');
  await userApi.deleteUser({userId});
  await assert.rejects(userApi.getUser({userId}), refusal(404, 'E0000007'));
});

test('passwords and recovery questions are changed by their owner', async () => {
  const {id: userId} = await userApi.createUser({body: person(password)});
  await userApi.changePassword({userId, changePasswordRequest: {oldPassword: {value: 'Corr3ct-Horse-7'}, newPassword: {value: 'N3w-Corr3ct-Horse'}}});
  const changed = await userApi.changeRecoveryQuestion({userId, userCredentials: {password: {value: 'N3w-Corr3ct-Horse'}, recovery_question: {question: 'Which street?', answer: 'Elm Street'}}});
  assert.equal(changed.recovery_question.question, 'Which street?');
  await userApi.deactivateUser({userId});
  await userApi.deleteUser({userId});
});

test('people are listed page by page, searched and filtered', async () => {
  const department = unique('dept');
  const made = [];
  for (let i = 0; i < 5; i++) {
    const body = person();
    body.profile.department = department;
    made.push(await userApi.createUser({body}));
  }
  const search = `profile.department eq "${department}"`;
  const found = await all(userApi.listUsers({search, limit: 2}));
  assert.deepEqual(found.map(u => u.id).sort(), made.map(u => u.id).sort());
  const sorted = await all(userApi.listUsers({search, limit: 2, sortBy: 'profile.login', sortOrder: 'desc'}));
  assert.deepEqual(sorted.map(u => u.profile.login), made.map(u => u.profile.login).sort().reverse());
  assert.equal((await all(userApi.listUsers({filter: `profile.login eq "${made[0].profile.login}"`}))).length, 1);
  assert.equal((await all(userApi.listUsers({q: made[0].profile.login}))).length, 1);
  assert.ok((await all(userApi.listUsers({limit: 200}))).length > 1000, 'the company of the seed');
  for (const {id: userId} of made) {
    await userApi.deactivateUser({userId});
    await userApi.deleteUser({userId});
  }
});

test('a refusal tells code and causes', async () => {
  const body = person();
  const {id: userId} = await userApi.createUser({body});
  await assert.rejects(userApi.createUser({body}), e => e.status === 400 && e.errorCode === 'E0000001' && /login/.test(e.errorCauses[0].errorSummary));
  await assert.rejects(all(userApi.listUsers({search: 'profile.login zz "a"'})), e => e.status === 400);
  await assert.rejects(userApi.unsuspendUser({userId}), e => e.status === 403 || e.status === 400);
  await userApi.deactivateUser({userId});
  await userApi.deleteUser({userId});
});

test('linked objects, clients, grants and groups of a person', async () => {
  const {linkedObjectApi} = admin();
  const [boss, name] = [unique('boss').replace('-', ''), unique('report').replace('-', '')];
  await linkedObjectApi.createLinkedObjectDefinition({linkedObject: {
    primary: {name: boss, title: 'Boss', description: 'Who leads', type: 'USER'},
    associated: {name, title: 'Report', description: 'Who follows', type: 'USER'},
  }});
  assert.ok((await all(linkedObjectApi.listLinkedObjectDefinitions())).some(d => d.primary.name === boss));
  const [one, two] = [await userApi.createUser({body: person()}), await userApi.createUser({body: person()})];
  await userApi.setLinkedObjectForUser({associatedUserId: one.id, primaryRelationshipName: boss, primaryUserId: two.id});
  assert.equal((await all(userApi.listLinkedObjectsForUser({userId: one.id, relationshipName: boss}))).length, 1);
  await userApi.deleteLinkedObjectForUser({userId: one.id, relationshipName: boss});
  assert.equal((await all(userApi.listLinkedObjectsForUser({userId: one.id, relationshipName: boss}))).length, 0);
  await linkedObjectApi.deleteLinkedObjectDefinition({linkedObjectName: boss});
  assert.deepEqual(await all(userApi.listUserClients({userId: one.id})), []);
  assert.deepEqual(await all(userApi.listUserGrants({userId: one.id})), []);
  assert.deepEqual((await all(userApi.listUserGroups({userId: one.id}))).map(g => g.profile.name), ['Everyone']);
  for (const {id: userId} of [one, two]) {
    await userApi.deactivateUser({userId});
    await userApi.deleteUser({userId});
  }
});
