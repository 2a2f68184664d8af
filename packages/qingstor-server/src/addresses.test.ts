import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAddress } from './http/address.ts';
import { BASE_HOST, send, sendSigned, testServer } from './testing.ts';

const options = { baseHost: BASE_HOST, zone: 'pek3a' };

describe('addresses', () => {
  const table: [url: string, host: string, zone: string, bucket: string | undefined, key: string][] = [
    ['/', BASE_HOST, 'pek3a', undefined, ''],
    ['/b/k', `sh1a.${BASE_HOST}:9000`, 'sh1a', 'b', 'k'],
    ['/k/l', `b.sh1a.${BASE_HOST}`, 'sh1a', 'b', 'k/l'],
    ['/b/k', `s3.gd2.${BASE_HOST}`, 'gd2', 'b', 'k'],
    ['/k', `b.s3.gd2.${BASE_HOST}`, 'gd2', 'b', 'k'],
    ['/b/k', '127.0.0.1:9000', 'pek3a', 'b', 'k'],
    ['/b/k', '[::1]:9000', 'pek3a', 'b', 'k'],
    ['/b/k', 'localhost', 'pek3a', 'b', 'k'],
    ['/b/k', 'elsewhere.example', 'pek3a', 'b', 'k'],
    ['/b/k', `notthe${BASE_HOST}`, 'pek3a', 'b', 'k'],
    ['/b/a%2Fb//c', BASE_HOST, 'pek3a', 'b', 'a/b//c'],
    ['/b/?acl', BASE_HOST, 'pek3a', 'b', ''],
    [`http://sh1a.${BASE_HOST}/b/k?acl`, 'proxy:3128', 'sh1a', 'b', 'k'],
    [`http://b.sh1a.${BASE_HOST}:80`, 'proxy:3128', 'sh1a', 'b', ''],
  ];
  for (const [url, host, zone, bucket, key] of table) {
    test(`${host} ${url}`, () => {
      const address = readAddress(url, host, options);
      assert.deepEqual([address.zone, address.bucket, address.key], [zone, bucket, key]);
    });
  }

  test('signed requests work on every form of host, and the zone of the host becomes that of the bucket', async (context) => {
    const server = await testServer(context);
    const zoneHost = `sh1a.${BASE_HOST}:${server.port}`;
    assert.equal((await sendSigned(server, { method: 'PUT', target: '/zoned-bucket', host: zoneHost })).status, 201);
    const inHost = { host: `zoned-bucket.${zoneHost}`, bucketInHost: 'zoned-bucket' };
    assert.equal((await sendSigned(server, { method: 'PUT', target: '/k', body: 'hello', ...inHost })).status, 201);
    // A proxy's form of the request: the path is signed, not the whole.
    const absolute = { method: 'GET', target: `http://${zoneHost}/zoned-bucket/k`, host: 'proxy.example' };
    const parts = await sendSigned(server, { method: 'GET', target: '/zoned-bucket/k', host: zoneHost });
    assert.equal(parts.body.toString(), 'hello');
    const { signQingStorHeaders } = await import('@sampan/accesskey');
    const { testKey } = await import('./testing.ts');
    const headers = signQingStorHeaders(testKey, { method: 'GET', target: '/zoned-bucket/k' }, Date.now());
    assert.equal((await send(server, { ...absolute, headers })).body.toString(), 'hello');
    for (const target of ['/?stats', '/?stats=']) {
      const stats = (await sendSigned(server, { method: 'GET', target, ...inHost })).json();
      assert.deepEqual([stats.location, stats.count], ['sh1a', 1]);
    }
    // Another zone's host serves it as well: redirecting a write would lose it.
    const other = { method: 'PUT', target: '/zoned-bucket/l', host: `gd2.${BASE_HOST}`, body: 'x' };
    assert.equal((await sendSigned(server, other)).status, 201);
    const zones = (await send(server, { method: 'GET', target: '/?location' })).json<{ locations: { id: string }[] }>();
    assert.deepEqual(
      zones.locations.map(({ id }) => id),
      ['pek3a', 'sh1a'],
    );
  });

  test('an unsigned HEAD without a zone is told the zone; a PUT is never redirected', async (context) => {
    const server = await testServer(context);
    await sendSigned(server, { method: 'PUT', target: '/zoned-bucket', host: `sh1a.${BASE_HOST}` });
    const head = (target: string, host: string) => send(server, { method: 'HEAD', target, host });
    const byPath = await head('/zoned-bucket', `${BASE_HOST}:${server.port}`);
    assert.deepEqual(
      [byPath.status, byPath.headers.location],
      [301, `http://sh1a.${BASE_HOST}:${server.port}/zoned-bucket`],
    );
    const byHost = await head('/', `zoned-bucket.${BASE_HOST}:${server.port}`);
    assert.deepEqual(
      [byHost.status, byHost.headers.location],
      [307, `http://zoned-bucket.sh1a.${BASE_HOST}:${server.port}/`],
    );
    assert.equal((await head('/missing-bucket', BASE_HOST)).status, 404);
    assert.equal((await head('/', `missing-bucket.${BASE_HOST}`)).status, 404);
    assert.equal((await head('/zoned-bucket', '127.0.0.1')).status, 403);
    assert.equal(
      (await send(server, { method: 'PUT', target: '/zoned-bucket/k', host: BASE_HOST, body: 'x' })).status,
      403,
    );
    const put = { method: 'PUT', target: '/zoned-bucket/k', host: BASE_HOST, body: 'x' };
    assert.equal((await sendSigned(server, put)).status, 201);
  });
});
