// Clients of the org that `make clients` started, from its start-up report.
const {readFileSync} = require('node:fs');
const {randomBytes} = require('node:crypto');
const {Client} = require('@okta/okta-sdk-nodejs');

const report = JSON.parse(readFileSync(process.env.ORG_REPORT, 'utf8'));
const local = {orgUrl: report.org, testing: {disableHttpsCheck: true}};

// admin acts by the API token of the super admin.
const admin = () => new Client({...local, token: report.apiToken});

// service signs its token request with its own key (private_key_jwt).
const service = (...scopes) => {
  const {id, privateKey} = report.clients.find(c => c.privateKey);
  return new Client({...local, authorizationMode: 'PrivateKey', clientId: id, scopes, privateKey, keyId: privateKey.kid});
};

// unique keeps what one run makes apart from what another did.
const unique = word => `${word}-${randomBytes(4).toString('hex')}`;

const person = (more = {}) => {
  const name = unique('node');
  return {profile: {firstName: 'Node', lastName: 'Client', login: `${name}@example.com`, email: `${name}@example.com`}, ...more};
};

const password = {credentials: {password: {value: 'Corr3ct-Horse-7'}}};

// all reads a list to its end, by its cursors.
const all = async list => {
  const found = [];
  await (await list).each(item => { found.push(item); });
  return found;
};

module.exports = {report, admin, service, unique, person, password, all};
