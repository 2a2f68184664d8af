import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { withRetry } from '@sampan/storage';
import { faultyStore, type StoreFault } from './faulty-store.ts';
import { storageConformance } from './suite.ts';
import { memoryHarness } from './testing/memory.ts';

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
const struck = new Map<string, number>();
// Each storage begins at another place of the cycle, so that every kind of call meets every fault.
let begin = 0;

storageConformance(
  { describe, test },
  {
    name: 'memory behind calls that fail, with retries',
    create: async () => {
      begin += 1;
      const from = begin % CYCLE.length;
      const stores: ReturnType<typeof faultyStore>[] = [];
      const harness = await memoryHarness((store) => {
        const faulty = faultyStore(store, [...CYCLE.slice(from), ...CYCLE.slice(0, from)]);
        stores.push(faulty);
        return withRetry(faulty, { retries: 12, sleep: async () => undefined });
      });
      return {
        ...harness,
        async dispose() {
          for (const store of stores) {
            for (const [fault, count] of Object.entries(store.struck()))
              struck.set(fault, (struck.get(fault) ?? 0) + count);
          }
        },
      };
    },
    skip: {
      errors: 'a storage in this process has neither keys nor a network to fail',
      secrets: 'a storage in this process has no secrets',
    },
  },
);

after(() => {
  for (const fault of CYCLE) assert.ok((struck.get(fault) ?? 0) > 5, `${fault} struck ${struck.get(fault)} times`);
});
