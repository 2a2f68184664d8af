import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createUploadQueue, summaryOf } from './upload-queue.ts';

const place = { storageId: 's1' };

function bench() {
  const sending = new Map<
    string,
    { done: () => void; fail: (error: Error) => void; progress: (sent: number) => void }
  >();
  const begun: string[] = [];
  const queue = createUploadQueue<string>({
    send: ({ key }, onProgress, signal) =>
      new Promise((resolve, reject) => {
        begun.push(key);
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        sending.set(key, { done: resolve, fail: reject, progress: onProgress });
      }),
    toError: (thrown) => ({ code: 'x', message: String(thrown) }),
    later: (tell) => tell(),
    atOnce: 3,
  });
  const add = (...keys: string[]) =>
    queue.add(
      place,
      keys.map((key) => ({ key, size: 10, content: key })),
    );
  const states = () => queue.uploads().map(({ key, state }) => `${key} ${state}`);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { queue, sending, begun, add, states, settle };
}

test('three are on their way at once, and the next begins when one has ended, whatever its end', async () => {
  const { sending, begun, add, states, settle } = bench();
  add('a', 'b', 'c', 'd', 'e');
  assert.deepEqual(begun, ['a', 'b', 'c']);
  sending.get('b')?.done();
  sending.get('c')?.fail(new Error('no'));
  await settle();
  assert.deepEqual(begun, ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(states(), ['a sending', 'b done', 'c failed', 'd sending', 'e sending']);
});

test('what failed is tried again when it is wished', async () => {
  const { queue, sending, begun, add, states, settle } = bench();
  add('a');
  sending.get('a')?.fail(new Error('no'));
  await settle();
  assert.equal(queue.uploads()[0]?.error?.message, 'Error: no');
  queue.retry('s1');
  assert.deepEqual(begun, ['a', 'a']);
  sending.get('a')?.done();
  await settle();
  assert.deepEqual(states(), ['a done']);
});

test('stopping ends what is under way and what waits, of this storage alone; it is no failure', async () => {
  const { queue, begun, add, states, settle } = bench();
  queue.add({ storageId: 's2' }, [{ key: 'other', size: 1, content: '' }]);
  add('a', 'b', 'c');
  queue.stop('s1');
  await settle();
  assert.deepEqual(states(), ['other sending']);
  assert.deepEqual(begun, ['other', 'a', 'b']);
});

test('how far all is, in files and bytes', async () => {
  const { queue, sending, add, settle } = bench();
  add('a', 'b');
  sending.get('a')?.done();
  sending.get('b')?.progress(4);
  await settle();
  const { total, done, unfinished, bytes, bytesSent } = summaryOf(queue.uploads());
  assert.deepEqual([total, done, unfinished, bytes, bytesSent], [2, 1, 1, 20, 14]);
});

test('new work after all is done begins a new count', async () => {
  const { queue, sending, add, states, settle } = bench();
  add('a');
  sending.get('a')?.done();
  await settle();
  add('b');
  assert.deepEqual(states(), ['b sending']);
  queue.clear('s1');
  assert.deepEqual(states(), ['b sending'], 'what is under way is not forgotten');
});
