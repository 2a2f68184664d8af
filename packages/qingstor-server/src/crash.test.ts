import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startQingStorServer } from './server.ts';
import { openStore } from './store/store.ts';
import { md5Hex, pattern, sendSigned, startProcess, temporaryDirectory, testKey, testServer } from './testing.ts';

async function dataFiles(data: string): Promise<number> {
  const entries = await readdir(join(data, 'objects'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

describe('a server that is killed', () => {
  test('kill -9 in the middle of many puts: every acknowledged object is whole, no half one is visible', async (context) => {
    const data = join(await temporaryDirectory(context), 'data');
    const acknowledged = new Map<string, string>();
    const sent = new Map<string, Set<string>>();
    for (let round = 0; round < 3; round += 1) {
      const running = await startProcess({ data });
      context.after(async () => void running.child.kill('SIGKILL'));
      if (round === 0) await sendSigned(running, { method: 'PUT', target: '/crash-bucket' });
      let isRunning = true;
      const put = async (worker: number) => {
        for (let index = 0; isRunning; index += 1) {
          // Some keys are overwritten again and again, most are new; some bodies have several flushes.
          const key = index % 4 === 0 ? `same-${worker}` : `${round}-${worker}-${index}`;
          const body = pattern(index % 9 === 8 ? 3_000_000 : 200 + index * 37, round * 1000 + worker * 100 + index + 1);
          const md5 = md5Hex(body);
          sent.set(key, (sent.get(key) ?? new Set()).add(md5));
          const answer = await sendSigned(running, { method: 'PUT', target: `/crash-bucket/${key}`, body }).catch(
            () => null,
          );
          if (answer?.status === 201) acknowledged.set(key, md5);
          if (answer === null) return;
        }
      };
      const workers = Array.from({ length: 8 }, (_, worker) => put(worker));
      await delay(500 + round * 137);
      running.child.kill('SIGKILL');
      await once(running.child, 'exit');
      isRunning = false;
      await Promise.all(workers);
    }
    assert.ok(acknowledged.size > 50, `${acknowledged.size}`);
    const server = await testServer(context, { data });
    let marker = '';
    const seen = new Set<string>();
    for (;;) {
      const target = `/crash-bucket?limit=1000&marker=${encodeURIComponent(marker)}`;
      const page = (await sendSigned(server, { method: 'GET', target })).json<{
        keys: { key: string; etag: string }[];
        has_more: boolean;
        next_marker: string;
      }>();
      for (const { key, etag } of page.keys) {
        seen.add(key);
        const got = await sendSigned(server, { method: 'GET', target: `/crash-bucket/${key}` });
        const md5 = md5Hex(got.body);
        assert.equal(etag, `"${md5}"`, key);
        // An unacknowledged overwrite may have happened or not; never anything else.
        assert.ok(sent.get(key)?.has(md5), key);
        if (!key.startsWith('same-')) assert.ok(!acknowledged.has(key) || acknowledged.get(key) === md5, key);
      }
      if (!page.has_more) break;
      marker = page.next_marker;
    }
    for (const key of acknowledged.keys()) assert.ok(seen.has(key), `${key} is lost`);
    const stats = (await sendSigned(server, { method: 'GET', target: '/crash-bucket?stats' })).json();
    assert.equal(stats.count, seen.size);
    await server.close();
    assert.equal(await dataFiles(data), seen.size);
    assert.deepEqual(await readdir(join(data, 'incoming')), []);
  });

  test('what is in the directory without being in the index is removed at the start, and only that', async (context) => {
    const data = await temporaryDirectory(context);
    const store = await openStore(data, Date.now);
    const { id } = await store.buckets.create('some-bucket', 'pek3a', 'usr-x', []);
    const writer = async () => {
      const blob = await store.blobs.create(0);
      await blob.write(Buffer.from('hello'));
      await blob.seal();
      return blob.id;
    };
    const kept = await writer();
    await writer();
    const segments = [{ blob: kept, size: 5, nonce: null }];
    await store.objects.put({
      bucket: id,
      key: 'k',
      size: 5,
      etag: 'e',
      mime: 'a/b',
      storageClass: 'STANDARD',
      details: {},
      segments,
    });
    const unfinished = await store.blobs.create(0);
    await unfinished.write(Buffer.from('never finished'));
    assert.equal(await dataFiles(data), 2);
    // As a crash leaves it: nothing is closed, the lock is gone with the process.
    store.database.close();
    const again = await openStore(data, Date.now);
    assert.equal(await dataFiles(data), 1);
    assert.deepEqual(await readdir(join(data, 'incoming')), []);
    assert.equal(again.objects.get(id, 'k')?.size, 5);
    await again.close();
    // Files that are only forgotten end the process when they are collected as garbage.
    await unfinished.abort();
    await assert.rejects(store.close());
  });

  test('a directory is served by one process; the second is told so', async (context) => {
    const data = await temporaryDirectory(context);
    const { child } = await startProcess({ data });
    context.after(async () => void child.kill('SIGKILL'));
    await assert.rejects(startQingStorServer({ ...testKey, data }), /Another process serves this data directory/);
  });
});
