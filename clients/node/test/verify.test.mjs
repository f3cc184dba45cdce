import assert from 'node:assert/strict';
import {test} from 'node:test';
import OktaJwtVerifier from '@okta/jwt-verifier';
import {createRemoteJWKSet, jwtVerify} from 'jose';
import * as client from 'openid-client';
import {Browser} from '../browser.mjs';
import {issuers, oidcApp, redirectUri, signIn} from '../app.mjs';

const nonce = 'nonce-of-the-test';

// tokens signs somebody in and gives what a client holds then.
async function tokens(issuer, {id, secret}) {
  const config = await client.discovery(new URL(issuer), id, secret, undefined, {execute: [client.allowInsecureRequests]});
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const to = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri, scope: 'openid email', nonce, state: 'state',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256',
  });
  const {url} = await new Browser().signIn(to.href, signIn('END_USER'), {until: redirectUri});
  return client.authorizationCodeGrant(config, new URL(url), {pkceCodeVerifier, expectedNonce: nonce, expectedState: 'state'});
}

test('jose verifies access and ID token by the published keys', async () => {
  const app = await oidcApp('web'), issuer = issuers.custom;
  const {access_token, id_token} = await tokens(issuer, app);
  const keys = createRemoteJWKSet(new URL(`${issuer}/v1/keys`));
  const access = await jwtVerify(access_token, keys, {issuer, audience: 'api://default', requiredClaims: ['jti', 'exp', 'cid', 'uid', 'scp']});
  assert.equal(access.payload.cid, app.id);
  assert.equal(access.payload.sub, signIn('END_USER').login);
  const identity = await jwtVerify(id_token, keys, {issuer, audience: app.id});
  assert.equal(identity.payload.email, signIn('END_USER').login);
  await assert.rejects(jwtVerify(id_token, keys, {issuer, audience: 'somebody else'}), {code: 'ERR_JWT_CLAIM_VALIDATION_FAILED'});
});

test('@okta/jwt-verifier verifies access and ID token', async () => {
  const app = await oidcApp('web'), issuer = issuers.custom;
  const {access_token, id_token} = await tokens(issuer, app);
  const verifier = new OktaJwtVerifier({issuer, clientId: app.id, assertClaims: {'scp.includes': ['email']}, testing: {disableHttpsCheck: true}});
  const access = await verifier.verifyAccessToken(access_token, 'api://default');
  assert.equal(access.claims.uid, signIn('END_USER').userId);
  await verifier.verifyAccessToken(access_token, ['api://default']);
  await assert.rejects(verifier.verifyAccessToken(access_token, 'api://another'), /audience/);
  const plain = new OktaJwtVerifier({issuer, clientId: app.id, testing: {disableHttpsCheck: true}});
  assert.equal((await plain.verifyIdToken(id_token, app.id, nonce)).claims.email, signIn('END_USER').login);
});
