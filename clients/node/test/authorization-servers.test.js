const {test} = require('node:test');
const assert = require('node:assert/strict');
const {admin, all, report, unique} = require('../org');

const {applicationApi, authorizationServerApi: servers} = admin();

test('an authorization server with scope, claim, policy and rule gives the token that they describe', async () => {
  const audience = `api://${unique('node')}`;
  const server = await servers.createAuthorizationServer({authorizationServer: {name: unique('Node server'), description: 'Made by the SDK', audiences: [audience]}});
  const authServerId = server.id;
  assert.equal(server.issuer, `${report.org}/oauth2/${authServerId}`);
  await servers.createOAuth2Scope({authServerId, oAuth2Scope: {name: 'orders.read', description: 'Read orders'}});
  await servers.createOAuth2Claim({authServerId, oAuth2Claim: {
    name: 'tier', status: 'ACTIVE', claimType: 'RESOURCE', valueType: 'EXPRESSION', value: '"gold"', alwaysIncludeInToken: true, conditions: {scopes: ['orders.read']},
  }});
  const app = await applicationApi.createApplication({application: {
    name: 'oidc_client', label: unique('Node service'), signOnMode: 'OPENID_CONNECT', credentials: {oauthClient: {token_endpoint_auth_method: 'client_secret_post'}},
    settings: {oauthClient: {application_type: 'service', grant_types: ['client_credentials'], response_types: ['token']}},
  }});
  const {client_id, client_secret} = app.credentials.oauthClient;
  const ask = async () => {
    const body = new URLSearchParams({grant_type: 'client_credentials', scope: 'orders.read', client_id, client_secret});
    const answer = await fetch(`${server.issuer}/v1/token`, {method: 'POST', body, headers: {accept: 'application/json'}});
    return {status: answer.status, ...await answer.json()};
  };
  assert.equal((await ask()).error, 'access_denied', 'no policy yet');

  const policy = await servers.createAuthorizationServerPolicy({authServerId, policy: {
    type: 'OAUTH_AUTHORIZATION_POLICY', name: 'Services', description: 'Made by the SDK', status: 'ACTIVE', priority: 1, conditions: {clients: {include: [client_id]}},
  }});
  const policyId = policy.id;
  const rule = await servers.createAuthorizationServerPolicyRule({authServerId, policyId, policyRule: {
    type: 'RESOURCE_ACCESS', name: 'Orders', priority: 1,
    conditions: {people: {users: {include: [], exclude: []}, groups: {include: ['EVERYONE'], exclude: []}}, grantTypes: {include: ['client_credentials']}, scopes: {include: ['orders.read']}},
    actions: {token: {accessTokenLifetimeMinutes: 7, refreshTokenLifetimeMinutes: 0, refreshTokenWindowMinutes: 10080}},
  }});
  const token = await ask();
  assert.equal(token.status, 200, token.error_description);
  assert.equal(token.expires_in, 7 * 60);
  const claims = JSON.parse(Buffer.from(token.access_token.split('.')[1], 'base64url'));
  assert.deepEqual([claims.iss, claims.aud, claims.cid, claims.scp, claims.tier], [server.issuer, audience, client_id, ['orders.read'], 'gold']);

  await servers.deactivateAuthorizationServerPolicyRule({authServerId, policyId, ruleId: rule.id});
  assert.equal((await ask()).error, 'access_denied');
  await servers.activateAuthorizationServerPolicyRule({authServerId, policyId, ruleId: rule.id});
  const before = (await all(servers.listAuthorizationServerKeys({authServerId}))).find(k => k.status === 'ACTIVE').kid;
  await all(servers.rotateAuthorizationServerKeys({authServerId, use: {use: 'sig'}}));
  const keys = await all(servers.listAuthorizationServerKeys({authServerId}));
  assert.notEqual(keys.find(k => k.status === 'ACTIVE').kid, before);
  assert.ok(keys.some(k => k.kid === before && k.status === 'EXPIRED'));
  assert.equal((await ask()).status, 200);

  await servers.deactivateAuthorizationServer({authServerId});
  assert.notEqual((await ask()).status, 200);
  await servers.deleteAuthorizationServer({authServerId});
  await assert.rejects(servers.getAuthorizationServer({authServerId}), e => e.status === 404);
});
