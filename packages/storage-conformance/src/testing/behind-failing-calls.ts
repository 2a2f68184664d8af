import assert from 'node:assert/strict';
import { type ObjectStore, withRetry } from '@sampan/storage';
import { faultyStore, type StoreFault } from '../faulty-store.ts';
import type { StorageHarness } from '../harness.ts';

const CYCLE: readonly StoreFault[] = [
  'fail_before',
  'pass',
  'fail_after',
  'break_body',
  'pass',
  'delay',
  'break_body',
  'fail_after',
  'pass',
];

/** Storages whose calls fail again and again and are tried again, and whether every kind of fault has struck. */
export function behindFailingCalls(
  makeHarness: (wrap: (store: ObjectStore) => ObjectStore) => Promise<StorageHarness>,
) {
  const struck = new Map<string, number>();
  // Each storage begins at another place of the cycle, so that every kind of call meets every fault.
  let begin = 0;
  return {
    async create(): Promise<StorageHarness> {
      begin += 1;
      const from = begin % CYCLE.length;
      const stores: ReturnType<typeof faultyStore>[] = [];
      const harness = await makeHarness((store) => {
        const faulty = faultyStore(store, [...CYCLE.slice(from), ...CYCLE.slice(0, from)]);
        stores.push(faulty);
        return withRetry(faulty, { retries: 12, sleep: async () => undefined });
      });
      return {
        ...harness,
        async dispose() {
          await harness.dispose();
          for (const store of stores) {
            for (const [fault, count] of Object.entries(store.struck()))
              struck.set(fault, (struck.get(fault) ?? 0) + count);
          }
        },
      };
    },
    assertAllStruck() {
      for (const fault of CYCLE) assert.ok((struck.get(fault) ?? 0) > 5, `${fault} struck ${struck.get(fault)} times`);
    },
  };
}
