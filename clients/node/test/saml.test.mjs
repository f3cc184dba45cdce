import assert from 'node:assert/strict';
import {createSign, generateKeyPairSync} from 'node:crypto';
import {test} from 'node:test';
import {SAML, ValidateInResponseTo} from '@node-saml/node-saml';
import {Browser, text} from '../browser.mjs';
import {admin, report, signIn, unique} from '../app.mjs';

const {applicationApi, groupApi} = admin();
const call = (path, init) => fetch(report.org + path, {...init, headers: {authorization: `SSWS ${report.apiToken}`, 'content-type': 'application/json'}});
const acs = 'http://127.0.0.1:9/saml', audience = 'https://sp.example/metadata';

// samlApp adds an app that Everyone has, and the service provider that its metadata describes.
async function samlApp(settings = {}, options = {}) {
  // The SDK leaves out settings that its model lacks.
  const app = await (await call('/api/v1/apps', {method: 'POST', body: JSON.stringify({
    label: unique('SAML'), signOnMode: 'SAML_2_0',
    settings: {signOn: {
      ssoAcsUrl: acs, recipient: acs, destination: acs, audience, idpIssuer: 'http://www.okta.com/${org.externalKey}',
      subjectNameIdTemplate: '${user.userName}', subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      responseSigned: true, assertionSigned: true, signatureAlgorithm: 'RSA_SHA256', digestAlgorithm: 'SHA256', honorForceAuthn: true,
      authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
      attributeStatements: [
        {type: 'EXPRESSION', name: 'mail', namespace: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic', values: ['user.email']},
        {type: 'GROUP', name: 'groups', namespace: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic', filterType: 'REGEX', filterValue: 'Every.*'},
      ],
      ...settings,
    }},
  })})).json();
  const everyone = (await (await groupApi.listGroups({q: 'Everyone'})).next()).value;
  await applicationApi.assignGroupToApplication({appId: app.id, groupId: everyone.id});
  const metadata = await (await call(`/api/v1/apps/${app.id}/sso/saml/metadata`)).text();
  return {id: app.id, sp: new SAML({
    callbackUrl: acs, audience, issuer: 'https://sp.example', acceptedClockSkewMs: 2000,
    entryPoint: /SingleSignOnService[^>]*Location="([^"]+)"/.exec(metadata)[1], idpCert: /X509Certificate>([^<]+)</.exec(metadata)[1],
    idpIssuer: /entityID="([^"]+)"/.exec(metadata)[1], wantAuthnResponseSigned: true, wantAssertionsSigned: true,
    validateInResponseTo: ValidateInResponseTo.always, ...options,
  })};
}

// answered is what the page of an answer sends to the service provider.
const answered = page => Object.fromEntries(page.$('#answer').serializeArray().map(({name, value}) => [name, value]));

test('node-saml takes the assertion that it asked for, by either binding', async () => {
  const {sp} = await samlApp(), person = signIn('END_USER'), browser = new Browser();
  const to = await sp.getAuthorizeUrlAsync('state', undefined, {});
  const first = answered(await browser.signIn(to, person));
  assert.equal(first.RelayState, 'state');
  const {profile} = await sp.validatePostResponseAsync(first);
  assert.equal(profile.nameID, person.login);
  assert.equal(profile.mail, person.login);
  assert.equal(profile.groups, 'Everyone');
  await assert.rejects(sp.validatePostResponseAsync(first), /InResponseTo/);

  const html = await sp.getAuthorizeFormAsync('posted', undefined, {});
  const body = new URLSearchParams([...html.matchAll(/name="(SAMLRequest|RelayState)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const posted = await browser.open(sp.options.entryPoint, {method: 'POST', body, headers: {origin: 'https://sp.example'}});
  const second = answered(posted);
  assert.equal(second.RelayState, 'posted');
  assert.equal((await sp.validatePostResponseAsync(second)).profile.nameID, person.login);
});

test('node-saml notices an assertion that was changed, and one of another app', async () => {
  const [one, other] = [await samlApp(), await samlApp()], browser = new Browser();
  const response = answered(await browser.signIn(await one.sp.getAuthorizeUrlAsync('', undefined, {}), signIn('END_USER')));
  const changed = Buffer.from(Buffer.from(response.SAMLResponse, 'base64').toString().replace('Everyone', 'Admins')).toString('base64');
  await assert.rejects(one.sp.validatePostResponseAsync({SAMLResponse: changed}), /signature/i);
  await assert.rejects(other.sp.validatePostResponseAsync(response));
});

test('node-saml signs its requests where the app asks for that', async () => {
  const {privateKey, cert} = selfSigned();
  const {sp} = await samlApp({samlSignedRequestEnabled: true, spCertificate: {x5c: [cert]}}, {privateKey, signatureAlgorithm: 'sha256', digestAlgorithm: 'sha256'});
  const person = signIn('END_USER'), browser = new Browser();
  const to = await sp.getAuthorizeUrlAsync('s', undefined, {});
  assert.equal((await sp.validatePostResponseAsync(answered(await browser.signIn(to, person)))).profile.nameID, person.login);
  const refused = await browser.open(to.replace(/&Signature=[^&]*/, ''));
  assert.equal(refused.status, 400, text(refused));
});

// selfSigned is a key with a certificate.
function selfSigned() {
  const {privateKey, publicKey} = generateKeyPairSync('rsa', {modulusLength: 2048});
  return {privateKey: privateKey.export({type: 'pkcs8', format: 'pem'}), cert: certificate(publicKey, privateKey)};
}

// certificate writes a certificate of version 1 (RFC 5280 section 4.1) in base 64: Node makes none.
function certificate(publicKey, privateKey) {
  const der = (tag, ...parts) => {
    const body = Buffer.concat(parts);
    const size = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
    return Buffer.concat([Buffer.from([tag, ...size]), body]);
  };
  const algorithm = der(0x30, Buffer.from('06092a864886f70d01010b0500', 'hex'));
  const name = der(0x30, der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('sp')))));
  const time = days => der(0x17, Buffer.from(new Date(Date.now() + days * 864e5).toISOString().replace(/^..|[-:T]|\..*/g, '') + 'Z'));
  const body = der(0x30, der(0x02, Buffer.from([1])), algorithm, name, der(0x30, time(-1), time(30)), name, publicKey.export({type: 'spki', format: 'der'}));
  const signature = createSign('sha256').update(body).sign(privateKey);
  return der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature)).toString('base64');
}
