import assert from 'node:assert/strict';
import {test} from 'node:test';
import * as client from 'openid-client';
import {Browser} from '../browser.mjs';
import {issuers, oidcApp, redirectUri, signIn} from '../app.mjs';

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
