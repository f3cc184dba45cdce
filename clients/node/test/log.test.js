const {test} = require('node:test');
const assert = require('node:assert/strict');
const {admin, all, person} = require('../org');

const {systemLogApi, userApi} = admin();

test('what was done is read back from the System Log', async () => {
  const {id: userId} = await userApi.createUser({body: person()});
  const events = await all(systemLogApi.listLogEvents({filter: `target.id eq "${userId}"`, until: new Date(Date.now() + 60000).toISOString(), limit: 1}));
  assert.ok(events.some(e => e.eventType === 'user.lifecycle.create' && e.published instanceof Date && e.outcome.result === 'SUCCESS'));
  await userApi.deactivateUser({userId});
  await userApi.deleteUser({userId});
});
