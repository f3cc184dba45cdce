const {test} = require('node:test');
const assert = require('node:assert/strict');
const {createHmac} = require('node:crypto');
const {admin, person, password, all} = require('../org');

const {userApi, userFactorApi} = admin();

// totp is the code of a base32 secret for the current half minute (RFC 6238).
const totp = secret => {
  const bits = [...secret.replace(/=+$/, '')].map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
};

test('factors are enrolled, activated, verified, listed and reset', async () => {
  const {id: userId, profile: {email}} = await userApi.createUser({body: person(password)});
  assert.ok((await all(userFactorApi.listSupportedFactors({userId}))).length > 3);
  const questions = await all(userFactorApi.listSupportedSecurityQuestions({userId}));
  assert.ok(questions.length > 5);

  const question = await userFactorApi.enrollFactor({userId, body: {factorType: 'question', provider: 'OKTA', profile: {question: questions[0].question, answer: 'a long answer'}}});
  assert.equal(question.status, 'ACTIVE');
  const right = await userFactorApi.verifyFactor({userId, factorId: question.id, body: {answer: 'a long answer'}});
  assert.equal(right.factorResult, 'SUCCESS');
  await assert.rejects(userFactorApi.verifyFactor({userId, factorId: question.id, body: {answer: 'wrong'}}), e => e.status === 403 && e.errorCode === 'E0000068');

  const app = await userFactorApi.enrollFactor({userId, body: {factorType: 'token:software:totp', provider: 'GOOGLE'}});
  assert.equal(app.status, 'PENDING_ACTIVATION');
  const secret = app._embedded.activation.sharedSecret;
  await assert.rejects(userFactorApi.activateFactor({userId, factorId: app.id, body: {passCode: '000'}}), e => e.status === 403);
  const active = await userFactorApi.activateFactor({userId, factorId: app.id, body: {passCode: totp(secret)}});
  assert.equal(active.status, 'ACTIVE');

  const text = await userFactorApi.enrollFactor({userId, body: {factorType: 'sms', provider: 'OKTA', profile: {phoneNumber: '+4915112345678'}}});
  assert.equal(text.status, 'PENDING_ACTIVATION');
  const mail = await userFactorApi.enrollFactor({userId, activate: true, body: {factorType: 'email', provider: 'OKTA', profile: {email}}});
  assert.equal(mail.status, 'ACTIVE');
  const challenge = await userFactorApi.verifyFactor({userId, factorId: mail.id});
  assert.equal(challenge.factorResult, 'CHALLENGE');

  const held = await all(userFactorApi.listFactors({userId}));
  assert.deepEqual(held.map(f => f.id).sort(), [question, app, text, mail].map(f => f.id).sort());
  assert.equal((await userFactorApi.getFactor({userId, factorId: app.id})).factorType, 'token:software:totp');
  await userFactorApi.unenrollFactor({userId, factorId: text.id});
  await userApi.resetFactors({userId});
  assert.deepEqual(await all(userFactorApi.listFactors({userId})), []);
  await userApi.deactivateUser({userId});
  await userApi.deleteUser({userId});
});
