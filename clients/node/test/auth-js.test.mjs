// The vendor's SDK for single-page applications, in a real browser and on an origin of its own:
// what it reads from the org, it reads across origins.
import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {once} from 'node:events';
import {after, before, test} from 'node:test';
import {chromium} from 'playwright-core';
import {admin, issuers, oidcApp, report, signIn, unique} from '../app.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const skip = existsSync(executablePath) ? false : `${executablePath} is not installed`;
const script = readFileSync(new URL(import.meta.resolve('@okta/okta-auth-js/package.json')).pathname.replace('package.json', 'dist/okta-auth-js.min.js'));
const page = '<!doctype html><title>Application</title><script src="/sdk.js"></script><p>Application</p>';

let listener, browser, origin, clientId;

before(async () => {
  if (skip) return;
  listener = createServer((q, r) => q.url === '/sdk.js' ? r.end(script) : r.setHeader('content-type', 'text/html').end(page)).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  origin = `http://127.0.0.1:${listener.address().port}`;
  clientId = (await oidcApp('spa', {'settings.oauthClient.redirect_uris': `${origin}/callback`})).id;
  browser = await chromium.launch({executablePath, args: ['--no-sandbox']});
});

after(async () => {
  await browser?.close();
  listener?.close();
});

// application opens the application with the SDK set up in it.
async function application(t, issuer) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const tab = await context.newPage();
  await tab.goto(origin);
  const settings = {issuer, clientId, redirectUri: `${origin}/callback`, scopes: ['openid', 'email', 'offline_access'], devMode: true};
  await tab.addInitScript(settings => { window.settings = settings; }, settings);
  await tab.reload();
  return tab;
}

for (const [name, issuer] of Object.entries(issuers)) {
  test(`okta-auth-js signs in by the pages of the ${name} server, renews and revokes`, {skip}, async t => {
    const tab = await application(t, issuer), person = signIn('END_USER');
    await tab.evaluate(() => new OktaAuth(settings).signInWithRedirect());
    await tab.getByLabel('Username').fill(person.login);
    await tab.getByLabel('Password').fill(person.password);
    await tab.getByRole('button', {name: 'Sign in'}).click();
    await tab.waitForURL(`${origin}/callback?*`);
    const got = await tab.evaluate(async () => {
      const auth = new OktaAuth(settings);
      await auth.handleRedirect();
      const before = await auth.tokenManager.getTokens();
      const about = await auth.getUser();
      const after = await auth.token.renewTokens();
      auth.tokenManager.setTokens(after);
      const revoked = await auth.revokeAccessToken();
      return {about, claims: before.idToken.claims, renewed: before.accessToken.accessToken !== after.accessToken.accessToken, revoked: revoked !== undefined};
    });
    assert.equal(got.about.email, person.login);
    assert.equal(got.claims.aud, clientId);
    assert.ok(got.renewed);
  });
}

test('okta-auth-js checks a password from a trusted origin only, and turns the session token into tokens', {skip}, async t => {
  const tab = await application(t, report.org), person = signIn('END_USER');
  const wrong = () => tab.evaluate(login => new OktaAuth(settings).signInWithCredentials({username: login, password: 'not it'}).then(() => 'in', e => e.errorCode ?? e.message), person.login);
  assert.notEqual(await wrong(), 'E0000004');
  await admin().trustedOriginApi.createTrustedOrigin({trustedOrigin: {name: unique('Application'), origin, scopes: [{type: 'CORS'}]}});
  assert.equal(await wrong(), 'E0000004');
  await tab.evaluate(async ({login, password}) => {
    const auth = new OktaAuth(settings);
    const {status, sessionToken} = await auth.signInWithCredentials({username: login, password});
    if (status !== 'SUCCESS') throw new Error(status);
    await auth.token.getWithRedirect({sessionToken, responseType: 'code'});
  }, person);
  await tab.waitForURL(`${origin}/callback?*`);
  const claims = await tab.evaluate(async () => (await new OktaAuth(settings).token.parseFromUrl()).tokens.idToken.claims);
  assert.equal(claims.preferred_username ?? claims.email, person.login);
});
