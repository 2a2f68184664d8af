import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LimitShares } from './limit-shares.ts';

const limits = { uploadBytesPerSecond: 1_200, downloadBytesPerSecond: null, concurrency: 3 };
const storage = { storageId: 's', limits, isOfOneServer: false };

test('whoever works with a storage has a part of its limits, and all together no more than these', () => {
  let servers = 1;
  const shares = new LimitShares(() => servers);
  const gateway = (joining = false) => shares.gatewayPart(storage, joining).uploadBytesPerSecond;
  const own = () => shares.ownPart(storage).uploadBytesPerSecond;
  assert.deepEqual(shares.ownPart(storage), limits);
  assert.equal(gateway(true), 1_200, 'the only one');
  const ends = shares.gatewayBegins('s');
  assert.equal(gateway(), 1_200);
  assert.equal(gateway(true), 600, 'a second one');
  const othersEnd = shares.gatewayBegins('s');
  assert.equal(own(), 400, 'and a request of this server');
  assert.equal(gateway(), 600, 'which is not yet there');
  const requestEnds = [shares.requestBegins('s'), shares.requestBegins('s')];
  assert.equal(gateway(), 400);
  servers = 2;
  assert.deepEqual([gateway(), own()], [200, 200]);
  assert.equal(shares.gatewayPart({ ...storage, isOfOneServer: true }, false).uploadBytesPerSecond, 400);
  for (const end of [...requestEnds, ends, ends, othersEnd]) end();
  servers = 1;
  assert.deepEqual([gateway(), own()], [1_200, 1_200]);
  assert.equal(shares.gatewayPart({ ...storage, storageId: 'another' }, true).uploadBytesPerSecond, 1_200);
});

test('a part is one request at once at least, and no limit stays none', () => {
  const shares = new LimitShares(() => 3);
  for (let index = 0; index < 5; index += 1) shares.gatewayBegins('s');
  assert.deepEqual(shares.gatewayPart(storage, true), {
    uploadBytesPerSecond: 66,
    downloadBytesPerSecond: null,
    concurrency: 1,
  });
});
