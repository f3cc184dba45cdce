// Applications as an admin makes them on the console's pages.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import {Browser, text} from './browser.mjs';
const {report, admin, unique} = createRequire(import.meta.url)('./org');

export {report, admin, unique};
export const signIn = role => report.signIns.find(s => s.role === role);
export const issuers = {org: report.org, custom: `${report.org}/oauth2/default`};
export const redirectUri = 'http://127.0.0.1:9/callback';

// oidcApp adds an application of a kind ("web", "spa", "native", "service") on the console's form, and gives
// it to everybody. `fields` are of that form, by name.
export async function oidcApp(kind, fields = {}) {
  const browser = new Browser();
  let page = await browser.signIn(`${report.console}/apps/new/${kind}`, signIn('SUPER_ADMIN'));
  const values = {label: unique(`Client ${kind}`), ...kind !== 'service' && {'settings.oauthClient.redirect_uris': redirectUri}, ...fields};
  page = await browser.submit(page, 'input[name=label]', values);
  // The first change asks the org for its scope, and comes back with the form filled.
  if (page.url.includes('draft=')) page = await browser.submit(page, 'input[name=label]');
  assert.ok(!page.$('input[name=form_id]').length, `${page.url}: ${text(page)}`);
  const shown = page.$('code').map((_, e) => page.$(e).text()).get();
  const [secret, id] = page.$('#once').length ? shown : [undefined, shown[0]];

  const {applicationApi, groupApi} = admin();
  const everyone = (await (await groupApi.listGroups({q: 'Everyone'})).next()).value;
  await applicationApi.assignGroupToApplication({appId: id, groupId: everyone.id});
  return {id, secret};
}

// setSignOn changes an application on its Sign-on page.
export async function setSignOn(id, fields) {
  const browser = new Browser();
  let page = await browser.signIn(`${report.console}/apps/${id}/sign-on`, signIn('SUPER_ADMIN'));
  page = await browser.submit(page, 'input[name=base]', fields);
  if (page.url.includes('draft=')) page = await browser.submit(page, 'input[name=base]');
  assert.equal(page.status, 200, text(page));
}
