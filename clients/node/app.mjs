// Applications as an admin makes them.
import {createRequire} from 'node:module';
const {report, admin, unique} = createRequire(import.meta.url)('./org');

export {report, admin, unique};
export const signIn = role => report.signIns.find(s => s.role === role);
export const issuers = {org: report.org, custom: `${report.org}/oauth2/default`};
export const redirectUri = 'http://127.0.0.1:9/callback';

// oidcApp makes an application and gives it to everybody.
export async function oidcApp(kind, {redirectUris = [redirectUri], method = 'client_secret_basic', grants = ['authorization_code', 'refresh_token']} = {}) {
  const {applicationApi, groupApi} = admin();
  const app = await applicationApi.createApplication({application: {
    name: 'oidc_client', label: unique(`Client ${kind}`), signOnMode: 'OPENID_CONNECT',
    credentials: {oauthClient: {token_endpoint_auth_method: method}},
    settings: {oauthClient: {application_type: kind, redirect_uris: redirectUris, grant_types: grants, response_types: ['code']}},
  }});
  const everyone = (await (await groupApi.listGroups({q: 'Everyone'})).next()).value;
  await applicationApi.assignGroupToApplication({appId: app.id, groupId: everyone.id});
  return {id: app.credentials.oauthClient.client_id, secret: app.credentials.oauthClient.client_secret};
}
