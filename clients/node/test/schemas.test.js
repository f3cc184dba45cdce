const {test} = require('node:test');
const assert = require('node:assert/strict');
const {admin, person, all, unique} = require('../org');

const {schemaApi, userTypeApi, userApi} = admin();
const name = () => unique('attr').replace('-', '');

test('a custom attribute of people is added, written, and removed', async () => {
  const attribute = name();
  const custom = property => ({schemaId: 'default', userSchema: {definitions: {custom: {id: '#custom', type: 'object', properties: {[attribute]: property}, required: []}}}});
  const schema = await schemaApi.updateUserProfile(custom({title: 'Badge', type: 'string', minLength: 2, maxLength: 20, permissions: [{principal: 'SELF', action: 'READ_ONLY'}]}));
  assert.equal(schema.definitions.custom.properties[attribute].title, 'Badge');
  const body = person();
  body.profile[attribute] = 'B-17';
  const made = await userApi.createUser({body});
  assert.equal(made.profile[attribute], 'B-17');
  assert.equal((await userApi.getUser({userId: made.id})).profile[attribute], 'B-17');
  assert.equal((await all(userApi.listUsers({search: `profile.${attribute} eq "B-17"`}))).length, 1);
  await assert.rejects(userApi.updateUser({userId: made.id, user: {profile: {[attribute]: 'x'}}}), e => e.status === 400 && e.errorCode === 'E0000001');
  await userApi.deactivateUser({userId: made.id});
  await userApi.deleteUser({userId: made.id});
  await schemaApi.updateUserProfile(custom(null));
  assert.ok(!(attribute in ((await schemaApi.getUserSchema({schemaId: 'default'})).definitions.custom.properties || {})));
});

test('a custom attribute of groups is added and removed', async () => {
  const attribute = name();
  const groupSchema = property => ({GroupSchema: {definitions: {custom: {id: '#custom', type: 'object', properties: {[attribute]: property}, required: []}}}});
  const schema = await schemaApi.updateGroupSchema(groupSchema({title: 'Cost centre', type: 'string'}));
  assert.equal(schema.definitions.custom.properties[attribute].title, 'Cost centre');
  await schemaApi.updateGroupSchema(groupSchema(null));
  assert.ok(!(attribute in ((await schemaApi.getGroupSchema()).definitions.custom.properties || {})));
});

test('a user type is made, renamed and deleted, with its schema', async () => {
  const made = await userTypeApi.createUserType({userType: {name: name(), displayName: 'Contractor', description: 'from outside'}});
  const typeId = made.id;
  const updated = await userTypeApi.updateUserType({typeId, userType: {displayName: 'Partner'}});
  assert.equal(updated.displayName, 'Partner');
  const replaced = await userTypeApi.replaceUserType({typeId, userType: {name: made.name, displayName: 'Supplier', description: 'again'}});
  assert.equal(replaced.displayName, 'Supplier');
  assert.ok((await all(userTypeApi.listUserTypes())).some(t => t.id === typeId));
  const schemaId = (await userTypeApi.getUserType({typeId}))._links.schema.href.split('/').pop();
  assert.ok((await schemaApi.getUserSchema({schemaId})).definitions.base);
  await userTypeApi.deleteUserType({typeId});
  await assert.rejects(userTypeApi.getUserType({typeId}), e => e.status === 404);
});
