import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type QingStorServer, startQingStorServer } from '@sampan/qingstor-server';
import type { Client } from '../testing/client.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { TestServers } from '../testing/start.ts';

const KEY = { accessKeyId: 'TESTKEY0000000000001', secretAccessKey: 'a-secret-only-for-tests-0000000000000001' };

onBothDatabases('a QingStor storage', (makePlace) => {
  const servers = new TestServers();
  const data = mkdtempSync(path.join(tmpdir(), 'sampan-buckets-'));
  let cloud: QingStorServer;
  let admin: Client;
  let of: string;

  const options = (more: object = {}) => ({ endpoint: cloud.url, zone: 'pek3a', ...KEY, ...more });

  async function lines(path: string, body: unknown): Promise<Record<string, never>[]> {
    const { body: text, status } = await admin.post(path, body);
    assert.equal(status, 200, JSON.stringify(text));
    return String(text)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  before(async () => {
    cloud = await startQingStorServer({ ...KEY, data, zone: 'pek3a' });
    ({ admin } = await servers.startWithAdmin(await makePlace()));
    const { body, status } = await admin.post('/storages', { name: 'qs', type: 'qingstor', options: options() });
    assert.equal(status, 201, JSON.stringify(body));
    of = `/storages/${body.id}`;
  });
  after(async () => {
    await servers.stopAll();
    await cloud.close();
    rmSync(data, { recursive: true, force: true, maxRetries: 10 });
  });

  test('without a bucket is looked at all the same, and says what it needs', async () => {
    await admin.until(of, (storage) => storage.state === 'ready');
    const answer = await admin.get(`${of}/objects`);
    assert.equal(answer.status, 400);
    assert.equal(answer.body.code, 'bucket_needed');
    assert.ok(answer.body.hint);
  });

  test('makes, lists and deletes buckets; each is in the audit log, refusals too', async () => {
    const made = await admin.post(`${of}/buckets`, { name: 'sampan-test', zone: 'pek3a' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const again = await admin.post(`${of}/buckets`, { name: 'sampan-test' });
    assert.equal(again.status, 409);
    assert.equal(again.body.code, 'bucket_exists');
    const wrong = await admin.post(`${of}/buckets`, { name: 'Not A Bucket' });
    assert.equal(wrong.status, 400, JSON.stringify(wrong.body));
    await admin.post(`${of}/buckets`, { name: 'sampan-second', access: 'public_read' });
    const { items } = (await admin.get(`${of}/buckets`)).body;
    assert.deepEqual(
      items.map((bucket: { name: string; zone: string }) => [bucket.name, bucket.zone]),
      [
        ['sampan-second', 'pek3a'],
        ['sampan-test', 'pek3a'],
      ],
    );
    assert.equal((await admin.delete(`${of}/buckets/sampan-second?zone=pek3a`)).status, 204);
    const gone = await admin.delete(`${of}/buckets/sampan-second`);
    assert.equal(gone.status, 404);
    assert.equal(gone.body.code, 'bucket_not_found');
    const { body } = await admin.get('/audit-events?limit=50');
    const told = body.items
      .filter((item: { action: string }) => item.action.startsWith('bucket.'))
      .map((item: { action: string; result: string; code: string | null }) => [item.action, item.result, item.code]);
    assert.deepEqual(told.slice(0, 2), [
      ['bucket.delete', 'failed', 'bucket_not_found'],
      ['bucket.delete', 'succeeded', null],
    ]);
    assert.ok(told.some(([action, result]: string[]) => action === 'bucket.create' && result === 'failed'));
  });

  test('proposes the policy that its key needs', async () => {
    const { body, status } = await admin.get(`${of}/buckets/sampan-test/policy?prefix=backups/`);
    assert.equal(status, 200, JSON.stringify(body));
    assert.match(body.document, /sampan-test/);
    assert.ok(JSON.parse(body.document));
    assert.ok(body.note.en && body.note.zh);
  });

  test('works with a bucket once it is named, in chunks too, and is counted', async () => {
    const edited = await admin.patch(of, { options: { bucket: 'sampan-test', prefix: 'p', uploadCutoff: '4Mi' } });
    assert.equal(edited.body.bucket, 'sampan-test');
    const content = randomBytes(9 * 1024 * 1024);
    const target = new URL(`/api/v1${of}/objects/content?key=big`, admin.url);
    const headers = { cookie: admin.cookie ?? '' };
    const put = await fetch(target, { method: 'PUT', headers, body: content });
    assert.equal(put.status, 201, await put.text());
    const back = Buffer.from(await (await fetch(target, { headers })).arrayBuffer());
    assert.ok(back.equals(content));
    const { totals } = (await admin.get(`${of}/usage?days=1`)).body;
    assert.ok(totals.bytesSent >= content.length, JSON.stringify(totals));
    assert.ok(totals.bytesReceived >= content.length);
    assert.ok(totals.requests.write >= 3, 'each chunk is a request');
    const measured = await admin.post(`${of}/measure`);
    assert.deepEqual((await admin.finished(measured.body.id)).result, { objects: 1, bytes: content.length });
  });

  test('gives links that work by themselves', async () => {
    const { body } = await admin.post(`${of}/objects/presign`, { key: 'big', downloadName: 'x.bin' });
    assert.equal((await (await fetch(body.url)).arrayBuffer()).byteLength, 9 * 1024 * 1024);
  });

  test('passes its test, fails it with a wrong secret, and its bucket is not deleted while it is full', async () => {
    assert.equal((await lines(`${of}/test`, {})).at(-1)?.state, 'passed');
    const wrong = await lines('/storages/test', {
      type: 'qingstor',
      options: options({ secretAccessKey: 'nonsense' }),
    });
    assert.equal(wrong.at(-1)?.state, 'failed');
    assert.ok(!JSON.stringify(wrong).includes('nonsense'));
    const full = await admin.delete(`${of}/buckets/sampan-test`);
    assert.equal(full.status, 409);
    assert.equal(full.body.code, 'bucket_not_empty');
  });

  test('tells how far away its zones are, before it is saved', async () => {
    const found = await lines('/storages/zones/test', { type: 'qingstor', options: { endpoint: cloud.url } });
    assert.equal(found[0]?.kind, 'zone');
    assert.ok(Number(found[0]?.latencyMs) >= 0);
    assert.equal(found.at(-1)?.kind, 'result');
    assert.equal(found.at(-1)?.zone, found[0]?.zone);
    const closed = await lines('/storages/zones/test', {
      type: 'qingstor',
      options: { endpoint: 'http://127.0.0.1:1' },
    });
    assert.equal(closed.at(-1)?.zone, null);
    const forbidden = await admin.post('/storages/zones/test', {
      type: 'qingstor',
      options: { endpoint: 'http://169.254.169.254' },
    });
    assert.match(JSON.stringify(forbidden.body), /egress_forbidden/);
    const local = await lines('/storages/zones/test', { type: 'local' });
    assert.deepEqual(
      local.map((line) => [line.kind, line.zone]),
      [['result', null]],
    );
    const { items } = (await admin.get('/audit-events?action=storage.measure_zones')).body;
    const told = items.map((item: { actor: { name: string }; result: string; difference: { endpoint: string } }) => [
      item.actor.name,
      item.result,
      item.difference.endpoint,
    ]);
    assert.deepEqual(told, [
      ['admin', 'failed', '169.254.169.254:80'],
      ['admin', 'failed', '127.0.0.1:1'],
      ['admin', 'succeeded', new URL(cloud.url).host],
    ]);
  });

  test('that leads to a metadata service is refused', async () => {
    for (const endpoint of [
      'http://169.254.169.254',
      'http://[64:ff9b::a9fe:a9fe]',
      'http://[::ffff:169.254.169.254]',
    ]) {
      const found = await lines('/storages/test', {
        type: 'qingstor',
        options: options({ endpoint, bucket: 'abcdef' }),
      });
      assert.ok(
        found.some((line) => line.code === 'egress_forbidden'),
        JSON.stringify(found),
      );
    }
  });
});
