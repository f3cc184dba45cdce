import assert from 'node:assert/strict';
import {test} from 'node:test';
import * as client from 'openid-client';
import {Browser} from '../browser.mjs';
import {issuers, oidcApp, redirectUri, setSignOn, signIn} from '../app.mjs';

for (const [name, issuer] of Object.entries(issuers)) {
  test(`openid-client signs in, refreshes and revokes at the ${name} server`, async () => {
    const {id, secret} = await oidcApp('web');
    const config = await client.discovery(new URL(issuer), id, secret, undefined, {execute: [client.allowInsecureRequests]});
    const verifier = client.randomPKCECodeVerifier(), state = client.randomState(), nonce = client.randomNonce();
    const to = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri, scope: 'openid profile email offline_access', state, nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    });
    const person = signIn('END_USER');
    const {url} = await new Browser().signIn(to.href, person, {until: redirectUri});
    const tokens = await client.authorizationCodeGrant(config, new URL(url), {pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce});
    assert.equal(tokens.claims().preferred_username, person.login);

    const about = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
    assert.equal(about.email, person.login);
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
    assert.notEqual(fresh.access_token, tokens.access_token);
    assert.equal((await client.tokenIntrospection(config, fresh.access_token)).active, true);
    await client.tokenRevocation(config, fresh.access_token, {token_type_hint: 'access_token'});
    assert.equal((await client.tokenIntrospection(config, fresh.access_token)).active, false);
  });
}

test('openid-client signs in a device by its code', async () => {
  const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';
  const {id} = await oidcApp('native', {'settings.oauthClient.grant_types': ['authorization_code', deviceCode]});
  const config = await client.discovery(new URL(issuers.org), id, undefined, client.None(), {execute: [client.allowInsecureRequests]});
  const device = await client.initiateDeviceAuthorization(config, {scope: 'openid email'});
  const browser = new Browser(), person = signIn('END_USER');
  let page = await browser.open(device.verification_uri);
  page = await browser.submit(page, 'input[name=user_code]', {user_code: device.user_code});
  page = await browser.submit(page, 'input[name=username]', {username: person.login, password: person.password});
  page = await browser.submit(page, 'button');
  const tokens = await client.pollDeviceAuthorizationGrant(config, {...device, interval: 0.1});
  assert.equal(tokens.claims().email, person.login);
});

test('openid-client proves its key where the application asks for it (DPoP)', async () => {
  const {id, secret} = await oidcApp('web');
  await setSignOn(id, {'settings.oauthClient.dpop_bound_access_tokens': 'true'});
  const config = await client.discovery(new URL(issuers.org), id, secret, undefined, {execute: [client.allowInsecureRequests]});
  const verifier = client.randomPKCECodeVerifier();
  const to = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri, scope: 'openid email', state: 'state', nonce: 'nonce',
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  });
  const {url} = await new Browser().signIn(to.href, signIn('END_USER'), {until: redirectUri});
  const checks = {pkceCodeVerifier: verifier, expectedState: 'state', expectedNonce: 'nonce'};
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
  const tokens = await client.authorizationCodeGrant(config, new URL(url), checks, undefined, {DPoP});
  assert.equal(tokens.token_type, 'dpop');
  const about = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, {DPoP});
  assert.equal(about.email, signIn('END_USER').login);
  const other = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
  await assert.rejects(client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, {DPoP: other}), e => e.cause[0].parameters.error === 'invalid_dpop_proof');
});
