const {test} = require('node:test');
const assert = require('node:assert/strict');
const {admin, all, unique} = require('../org');

const {policyApi, groupApi} = admin();

test('a sign-on policy with rules is made for a group, ordered, changed and deleted', async () => {
  const {id: groupId} = await groupApi.createGroup({group: {profile: {name: unique('Policy group')}}});
  const policy = await policyApi.createPolicy({policy: {
    type: 'OKTA_SIGN_ON', name: unique('Node policy'), description: 'Made by the SDK', status: 'ACTIVE',
    conditions: {people: {groups: {include: [groupId]}}},
  }});
  const policyId = policy.id;
  assert.deepEqual(policy.conditions.people.groups.include, [groupId]);
  const rule = name => ({
    name, type: 'SIGN_ON', conditions: {network: {connection: 'ANYWHERE'}, authContext: {authType: 'ANY'}},
    actions: {signon: {access: 'ALLOW', requireFactor: false, session: {maxSessionIdleMinutes: 60, maxSessionLifetimeMinutes: 0, usePersistentCookie: false}}},
  });
  const first = await policyApi.createPolicyRule({policyId, policyRule: rule('First')});
  const second = await policyApi.createPolicyRule({policyId, policyRule: {...rule('Second'), priority: 1}});
  const names = async () => (await all(policyApi.listPolicyRules({policyId}))).map(r => [r.priority, r.name]);
  assert.deepEqual(await names(), [[1, 'Second'], [2, 'First']]);
  const denied = await policyApi.replacePolicyRule({policyId, ruleId: second.id, policyRule: {...rule('Second'), priority: 2, actions: {signon: {access: 'DENY'}}}});
  assert.equal(denied.actions.signon.access, 'DENY');
  assert.deepEqual(await names(), [[1, 'First'], [2, 'Second']]);
  await policyApi.deactivatePolicyRule({policyId, ruleId: first.id});
  assert.equal((await policyApi.getPolicyRule({policyId, ruleId: first.id})).status, 'INACTIVE');
  await policyApi.deletePolicyRule({policyId, ruleId: first.id});
  assert.deepEqual(await names(), [[1, 'Second']]);

  await policyApi.deactivatePolicy({policyId});
  assert.ok(!(await all(policyApi.listPolicies({type: 'OKTA_SIGN_ON', status: 'ACTIVE'}))).some(p => p.id === policyId));
  await policyApi.deletePolicy({policyId});
  await assert.rejects(policyApi.getPolicy({policyId}), e => e.status === 404);
  await groupApi.deleteGroup({groupId});
});

test('the policy of the system stays', async () => {
  const system = (await all(policyApi.listPolicies({type: 'OKTA_SIGN_ON'}))).find(p => p.system);
  await assert.rejects(policyApi.deletePolicy({policyId: system.id}), e => e.status >= 400 && e.status < 500);
  assert.equal((await policyApi.getPolicy({policyId: system.id})).system, true);
});
