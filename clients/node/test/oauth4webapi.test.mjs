import assert from 'node:assert/strict';
import {test} from 'node:test';
import * as oauth from 'oauth4webapi';
import {Browser} from '../browser.mjs';
import {issuers, oidcApp, redirectUri, signIn} from '../app.mjs';

const local = {[oauth.allowInsecureRequests]: true};

for (const [name, issuer] of Object.entries(issuers)) {
  test(`oauth4webapi signs in a public client and refreshes at the ${name} server`, async () => {
    const {id} = await oidcApp('native');
    const at = new URL(issuer), app = {client_id: id};
    const server = await oauth.processDiscoveryResponse(at, await oauth.discoveryRequest(at, local));
    const verifier = oauth.generateRandomCodeVerifier(), state = oauth.generateRandomState(), nonce = oauth.generateRandomNonce();
    const to = new URL(server.authorization_endpoint);
    to.search = new URLSearchParams({
      client_id: id, redirect_uri: redirectUri, response_type: 'code', scope: 'openid email offline_access', state, nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    });
    const person = signIn('END_USER');
    const {url} = await new Browser().signIn(to.href, person, {until: redirectUri});
    const code = oauth.validateAuthResponse(server, app, new URL(url), state);
    const granted = await oauth.processAuthorizationCodeResponse(server, app,
      await oauth.authorizationCodeGrantRequest(server, app, oauth.None(), code, redirectUri, verifier, local),
      {expectedNonce: nonce, requireIdToken: true});
    const {sub} = oauth.getValidatedIdTokenClaims(granted);
    const about = await oauth.processUserInfoResponse(server, app, sub, await oauth.userInfoRequest(server, app, granted.access_token, local));
    assert.equal(about.email, person.login);
    const fresh = await oauth.processRefreshTokenResponse(server, app,
      await oauth.refreshTokenGrantRequest(server, app, oauth.None(), granted.refresh_token, local));
    assert.notEqual(fresh.access_token, granted.access_token);
  });
}

test('oauth4webapi is told that a service asked for a scope that is not there', async () => {
  const {id, secret} = await oidcApp('service');
  const at = new URL(issuers.custom), app = {client_id: id};
  const server = await oauth.processDiscoveryResponse(at, await oauth.discoveryRequest(at, local));
  const answer = await oauth.clientCredentialsGrantRequest(server, app, oauth.ClientSecretBasic(secret), {scope: 'not.there'}, local);
  await assert.rejects(oauth.processClientCredentialsResponse(server, app, answer), e => e.error === 'invalid_scope');
});
