import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SampanError } from '@sampan/driver';
import { type DeepTestLine, deepTest } from './deep-test.ts';
import { createMemoryStore } from './drivers/memory/index.ts';
import { listObjects } from './list.ts';
import { qingstorStore } from './testing.ts';

test('measures, proposes, and leaves nothing', async (context) => {
  const { store } = await qingstorStore(context);
  const lines = await Array.fromAsync(deepTest(store, { signal: new AbortController().signal, roundMs: 50 }));
  const kinds = new Set(lines.map(({ kind }) => kind));
  assert.deepEqual([...kinds], ['support', 'latency', 'throughput', 'result']);
  const result = lines.at(-1) as Extract<DeepTestLine, { kind: 'result' }>;
  assert.ok(result.uploadConcurrency !== null && result.uploadConcurrency >= 1);
  assert.ok(result.chunkSize !== null && result.chunkSize >= 4 * 1024 * 1024);
  assert.deepEqual(await Array.fromAsync(listObjects(store)), []);
});

test('given up in the middle it leaves nothing either, also of what was on its way', async () => {
  const inner = createMemoryStore();
  // Deaf to the signal, as a request is whose last byte was sent.
  const slow = {
    ...inner,
    async put(...[key, source]: Parameters<typeof inner.put>) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return inner.put(key, source);
    },
  };
  const controller = new AbortController();
  for await (const line of deepTest(slow, { signal: controller.signal, roundMs: 1_000 })) {
    if (line.kind === 'latency') setTimeout(() => controller.abort(), 200);
    if (line.kind === 'throughput') break;
  }
  assert.deepEqual(await Array.fromAsync(listObjects(inner)), []);
});

test('what the storage says ends it with that, and proposes nothing', async () => {
  const refusing = {
    ...createMemoryStore(),
    put: () => Promise.reject(new SampanError('permission_denied', 'No right to write.', { hint: 'Give it.' })),
  };
  const lines = await Array.fromAsync(deepTest(refusing, { signal: new AbortController().signal }));
  assert.deepEqual(
    lines.flatMap((line) => (line.kind === 'error' ? line.code : [])),
    ['permission_denied'],
  );
  const result = lines.at(-1);
  assert.ok(result?.kind === 'result' && result.chunkSize === null);
});
