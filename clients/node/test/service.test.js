const {test} = require('node:test');
const assert = require('node:assert/strict');
const {service, all, person} = require('../org');

test('a service app signs its token request, reads by its scopes, and no further', async () => {
  const {userApi, groupApi} = service('okta.users.read');
  assert.ok((await all(userApi.listUsers({search: 'profile.login sw "super"'}))).length > 0);
  await assert.rejects(all(groupApi.listGroups({limit: 1})), e => e.status === 403);
  await assert.rejects(userApi.createUser({body: person()}), e => e.status === 403);
});

test('a scope that was not granted gets no token', async () => {
  const {userApi} = service('okta.nonsense.read');
  // This SDK takes the refused token request for an answer, and calls with the token that it has not.
  await assert.rejects(userApi.getUser({userId: 'me'}), e => e.status === 401 && e.errorCode === 'E0000011');
});

test('the role decides where the scope allows', async () => {
  const {userApi} = service('okta.users.manage');
  await assert.rejects(userApi.createUser({body: person()}), e => e.status === 403 && e.errorCode === 'E0000006');
});
