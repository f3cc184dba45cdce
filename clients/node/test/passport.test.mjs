import assert from 'node:assert/strict';
import {once} from 'node:events';
import {test} from 'node:test';
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';
import {Browser, text} from '../browser.mjs';
import {issuers, oidcApp, signIn, unique} from '../app.mjs';

test('passport-openidconnect signs somebody in to an Express application', async t => {
  const server = express(), listener = server.listen(0, '127.0.0.1');
  t.after(() => listener.close());
  await once(listener, 'listening');
  const self = `http://127.0.0.1:${listener.address().port}`, callbackURL = `${self}/callback`;
  const {id, secret} = await oidcApp('web', {'settings.oauthClient.redirect_uris': callbackURL, 'credentials.oauthClient.pkce_required': []}), issuer = issuers.custom;

  const guard = new passport.Passport();
  guard.use('oidc', new OpenIDConnectStrategy({
    issuer, clientID: id, clientSecret: secret, callbackURL, scope: 'profile email',
    authorizationURL: `${issuer}/v1/authorize`, tokenURL: `${issuer}/v1/token`, userInfoURL: `${issuer}/v1/userinfo`,
  }, (_, profile, done) => done(null, profile)));
  guard.serializeUser((user, done) => done(null, user));
  guard.deserializeUser((user, done) => done(null, user));
  server.use(session({secret: unique('session'), resave: false, saveUninitialized: false}), guard.initialize(), guard.session());
  server.get('/', (q, r) => r.send(q.user ? `Hello ${q.user.username}` : 'Nobody'));
  server.get('/in', guard.authenticate('oidc'));
  server.get('/callback', guard.authenticate('oidc', {failureMessage: true, successRedirect: '/', failureRedirect: '/failed'}));

  const browser = new Browser(), person = signIn('END_USER');
  assert.equal(text(await browser.open(`${self}/`)), 'Nobody');
  assert.equal(text(await browser.signIn(`${self}/in`, person)), `Hello ${person.login}`);
});
