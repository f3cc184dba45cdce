const {test} = require('node:test');
const assert = require('node:assert/strict');
const {report, service, all, person} = require('../org');

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

test('an app whose tokens are bound to a key (DPoP) reads by them', async t => {
  const call = async (method, path, body) => (await fetch(report.org + path, {
    method, body: body && JSON.stringify(body), headers: {authorization: `SSWS ${report.apiToken}`, 'content-type': 'application/json'},
  })).json();
  const app = (await call('GET', '/api/v1/apps?limit=200')).find(a => a.settings?.oauthClient?.application_type === 'service');
  const bind = to => {
    app.settings.oauthClient.dpop_bound_access_tokens = to;
    return call('PUT', `/api/v1/apps/${app.id}`, app);
  };
  t.after(() => bind(false));
  await bind(true);
  const {userApi} = service('okta.users.read');
  assert.ok((await all(userApi.listUsers({search: 'profile.login sw "super"', limit: 1}))).length > 0);
});
