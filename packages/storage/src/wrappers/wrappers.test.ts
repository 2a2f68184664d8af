import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SampanError } from '@sampan/driver';
import type { ObjectStore } from '../contract.ts';
import { createMemoryStore } from '../drivers/memory/index.ts';
import { bytesSource, orAborted, streamSource } from '../source.ts';
import { RateLimit, withBandwidth } from './bandwidth.ts';
import { Slots, withConcurrency } from './concurrency.ts';
import { withRetry } from './retry.ts';

const busy = () => new SampanError('storage_unavailable', 'Busy.', { retryable: true });
const noSleep = async () => undefined;

/** Fails the first calls of every method. */
function failing(store: ObjectStore, times: number): ObjectStore & { calls: () => number } {
  let calls = 0;
  const maybe =
    <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      calls += 1;
      if (calls <= times) throw busy();
      return call(...args);
    };
  return { ...store, head: maybe(store.head), put: maybe(store.put), get: maybe(store.get), calls: () => calls };
}

test('a retryable error is tried again as often as said, another one is not', async () => {
  const store = createMemoryStore();
  const twice = failing(store, 2);
  await withRetry(twice, { retries: 2, sleep: noSleep }).put('a', bytesSource('1'));
  assert.equal(twice.calls(), 3);
  const thrice = failing(store, 3);
  await assert.rejects(withRetry(thrice, { retries: 2, sleep: noSleep }).head('a'), { code: 'storage_unavailable' });
  const missing = failing(store, 0);
  await assert.rejects(withRetry(missing, { retries: 5, sleep: noSleep }).head('not there'), {
    code: 'object_not_found',
  });
  assert.equal(missing.calls(), 1);
});

test('what can be sent only once is sent only once', async () => {
  const store = failing(createMemoryStore(), 1);
  async function* once() {
    yield Buffer.from('x');
  }
  await assert.rejects(withRetry(store, { retries: 5, sleep: noSleep }).put('a', streamSource(once())));
  assert.equal(store.calls(), 1);
});

test('a body that breaks goes on where it broke, and not when the object was replaced', async () => {
  const store = createMemoryStore();
  const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index & 255));
  await store.put('a', bytesSource(content));
  let replaces = false;
  const breaking: ObjectStore = {
    ...store,
    async get(key, options) {
      const download = await store.get(key, options);
      async function* body() {
        let passed = 0;
        for await (const piece of download.body) {
          if (passed > 0) {
            if (replaces) await store.put('a', bytesSource('other'));
            throw busy();
          }
          passed += piece.length;
          yield piece;
        }
      }
      return { ...download, body: body() };
    },
  };
  const read = async () => {
    const { body } = await withRetry(breaking, { retries: 2, sleep: noSleep }).get('a', { range: { start: 100 } });
    return Buffer.concat(await Array.fromAsync(body));
  };
  assert.deepEqual(await read(), content.subarray(100));
  replaces = true;
  await assert.rejects(read, { code: 'object_changed' });
});

test('a pause before a retry ends when it is cancelled', async () => {
  const controller = new AbortController();
  const never = failing(createMemoryStore(), 100);
  const work = withRetry(never, { retries: 50, random: () => 1 }).head('a', { signal: controller.signal });
  setTimeout(() => controller.abort(), 30);
  await assert.rejects(work, { code: 'cancelled' });
});

test('work that nobody waits for any more may fail without ending the process', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  await assert.rejects(orAborted(Promise.reject(new Error('late')), AbortSignal.abort()), { code: 'cancelled' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', note);
  assert.deepEqual(unhandled, []);
});

test('slots: never more than the limit, first come first served, a raised limit lets several go', async () => {
  let limit = 2;
  let now = 0;
  let most = 0;
  const order: number[] = [];
  const slots = new Slots(() => limit);
  const work = (index: number, ms: number) =>
    slots.take().then(async (giveBack) => {
      order.push(index);
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, ms));
      now -= 1;
      giveBack();
      giveBack();
    });
  await Promise.all(Array.from({ length: 10 }, (_, index) => work(index, 2)));
  assert.equal(most, 2);
  assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  limit = 1;
  const more = Promise.all(Array.from({ length: 9 }, (_, index) => work(index, 5)));
  limit = 4;
  most = 0;
  await more;
  assert.equal(most, 4);
});

test('a slot that is waited for can be given up', async () => {
  const slots = new Slots(() => 1);
  const giveBack = await slots.take();
  const controller = new AbortController();
  const waiting = slots.take(controller.signal);
  controller.abort();
  await assert.rejects(waiting, { code: 'cancelled' });
  const next = slots.take();
  giveBack();
  (await next)();
});

test('a download holds its slot until it was read or given up', async () => {
  const store = withConcurrency(createMemoryStore(), () => 1);
  await store.put('a', bytesSource(Buffer.alloc(300_000)));
  const { body } = await store.get('a');
  let isSecondThere = false;
  const second = store.head('a').then(() => {
    isSecondThere = true;
  });
  const iterator = body[Symbol.asyncIterator]();
  await iterator.next();
  assert.equal(isSecondThere, false);
  await iterator.return?.();
  await second;
});

test('a body that is given up before it was begun lets go of what lies behind it, through all wrappers', async () => {
  const inner = createMemoryStore();
  await inner.put('a', bytesSource('x'));
  let letGo = 0;
  const counting: ObjectStore = {
    ...inner,
    async get(key, options) {
      const download = await inner.get(key, options);
      const body = {
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.reject(new Error('not read')),
          async return() {
            letGo += 1;
            return { done: true as const, value: undefined };
          },
        }),
      };
      return { ...download, body };
    },
  };
  const wrapped = withConcurrency(
    withBandwidth(withRetry(counting, { retries: 1 }), () => ({ up: null, down: 1000 })),
    () => 1,
  );
  for (let reader = 0; reader < 3; reader += 1) {
    const { body } = await wrapped.get('a');
    await body[Symbol.asyncIterator]().return?.();
  }
  assert.equal(letGo, 3);
});

/** A clock that stands still but for those who wait: however slow the machine, the times are the same. */
function standingClock() {
  let time = 0;
  return {
    now: () => time,
    async pause(ms: number) {
      time += ms;
    },
    pass: (ms: number) => {
      time += ms;
    },
  };
}

test('the rate is that of the limit, also when it changes, and none without', async () => {
  const clock = standingClock();
  let limit: number | null = 1000;
  const rate = new RateLimit(() => limit, clock);
  const took = async (bytes: number) => {
    const at = clock.now();
    await rate.pass(bytes, undefined);
    return clock.now() - at;
  };
  assert.equal(await took(100), 100);
  assert.equal(await took(100), 100, 'what was waited for is used up');
  clock.pass(50);
  assert.equal(await took(100), 50, 'time that passed by itself counts');
  clock.pass(10_000);
  assert.equal(await took(1000), 750, 'a silence gathers a quarter of a second');
  limit = 10_000;
  assert.equal(await took(2600), 10, 'a raised limit holds for what was waited for too');
  limit = null;
  assert.equal(await took(1e9), 0);
});

test('bodies keep their bytes under a limit, up and down', async () => {
  const clock = standingClock();
  const store = withBandwidth(createMemoryStore(), () => ({ up: 1e6, down: 1e5 }), clock);
  const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) & 255));
  await store.put('a', bytesSource(content));
  assert.equal(Math.round(clock.now()), 100);
  const { body } = await store.get('a');
  assert.deepEqual(Buffer.concat(await Array.fromAsync(body)), content);
  // On the way up, what may come down gathered for a tenth of a second.
  assert.equal(Math.round(clock.now()), 1000);
});
