const {test} = require('node:test');
const assert = require('node:assert/strict');
const {admin, all, unique} = require('../org');

const {networkZoneApi} = admin();

test('zones are made, listed, replaced, switched off and deleted', async () => {
  const gateways = [{type: 'CIDR', value: '198.18.0.0/24'}, {type: 'RANGE', value: '198.18.1.5-198.18.1.9'}];
  const zone = await networkZoneApi.createNetworkZone({zone: {type: 'IP', name: unique('Office'), status: 'ACTIVE', usage: 'POLICY', gateways}});
  const zoneId = zone.id;
  assert.equal(zone.system, false);
  assert.deepEqual((await networkZoneApi.getNetworkZone({zoneId})).gateways.map(g => g.value), gateways.map(g => g.value));
  assert.ok((await all(networkZoneApi.listNetworkZones({limit: 2}))).some(z => z.id === zoneId));
  assert.deepEqual((await all(networkZoneApi.listNetworkZones({filter: `id eq "${zoneId}"`}))).map(z => z.name), [zone.name]);

  const blocking = await networkZoneApi.replaceNetworkZone({zoneId, zone: {type: 'IP', name: zone.name, usage: 'BLOCKLIST', gateways: [gateways[0]]}});
  assert.equal(blocking.usage, 'BLOCKLIST');
  await assert.rejects(networkZoneApi.deleteNetworkZone({zoneId}), e => e.status === 400);
  assert.equal((await networkZoneApi.deactivateNetworkZone({zoneId})).status, 'INACTIVE');
  await networkZoneApi.deleteNetworkZone({zoneId});
  await assert.rejects(networkZoneApi.getNetworkZone({zoneId}), e => e.status === 404);
});
