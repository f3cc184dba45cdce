const {test} = require('node:test');
const assert = require('node:assert/strict');
const {admin, person, all, unique} = require('../org');

const {applicationApi, groupApi, userApi} = admin();

test('an app is made, assigned to a person and a group, listed and deleted', async () => {
  const label = unique('Node app');
  const app = await applicationApi.createApplication({application: {
    name: 'bookmark', label, signOnMode: 'BOOKMARK',
    settings: {app: {requestIntegration: false, url: 'https://example.com/bookmark.htm'}},
  }});
  const appId = app.id;
  assert.equal(app.status, 'ACTIVE');
  assert.equal((await applicationApi.getApplication({appId})).label, label);
  assert.ok((await all(applicationApi.listApplications({limit: 10}))).some(a => a.id === appId));
  assert.deepEqual((await all(applicationApi.listApplications({q: label}))).map(a => a.id), [appId]);

  const {id: userId, profile} = await userApi.createUser({body: person()});
  const assigned = await applicationApi.assignUserToApplication({appId, appUser: {id: userId, scope: 'USER', credentials: {userName: profile.login}}});
  assert.equal(assigned.id, userId);
  assert.deepEqual((await all(applicationApi.listApplicationUsers({appId}))).map(u => u.id), [userId]);
  const {id: groupId} = await groupApi.createGroup({group: {profile: {name: unique('App group')}}});
  await applicationApi.assignGroupToApplication({appId, groupId});
  assert.deepEqual((await all(applicationApi.listApplicationGroupAssignments({appId}))).map(g => g.id), [groupId]);
  assert.deepEqual((await all(groupApi.listAssignedApplicationsForGroup({groupId}))).map(a => a.id), [appId]);

  await applicationApi.unassignApplicationFromGroup({appId, groupId});
  await applicationApi.unassignUserFromApplication({appId, userId});
  assert.deepEqual(await all(applicationApi.listApplicationUsers({appId})), []);
  const replaced = await applicationApi.replaceApplication({appId, application: {...app, label: `${label} 2`}});
  assert.equal(replaced.label, `${label} 2`);
  await applicationApi.deactivateApplication({appId});
  await applicationApi.deleteApplication({appId});
  await assert.rejects(applicationApi.getApplication({appId}), e => e.status === 404);
  await groupApi.deleteGroup({groupId});
  await userApi.deactivateUser({userId});
  await userApi.deleteUser({userId});
});
