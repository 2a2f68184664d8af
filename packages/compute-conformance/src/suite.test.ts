import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ComputeDriver, createMemoryCloud, createMemoryDriver, type MemoryCloud } from '@sampan/compute';
import { SampanError } from '@sampan/driver';
import type { ComputeHarness } from './harness.ts';
import { computeConformance } from './suite.ts';

type Breaking = (driver: ComputeDriver, cloud: MemoryCloud) => Partial<ComputeDriver>;

/** Names of the tests that a driver with this defect fails. */
async function failuresOf(breaking: Breaking): Promise<string[]> {
  const tests: { name: string; body: () => Promise<void> }[] = [];
  const cannot = { cannot: 'not part of this test of the suite' };
  const create = async (): Promise<ComputeHarness> => {
    const cloud = createMemoryCloud();
    return {
      driver: () => {
        const driver = createMemoryDriver(cloud);
        return { ...driver, ...breaking(driver, cloud) };
      },
      instanceCount: 25,
      runningId: 'memory-00000',
      stoppedId: 'memory-00002',
      missingId: 'memory-99999',
      performed: async (id) => cloud.performed(id),
      setUnknownState: async (id, word) => cloud.setState(id, 'unknown', word),
      situations: {
        invalid_signature: cannot,
        unknown_access_key: cannot,
        permission_denied: cannot,
        clock_skew: cannot,
        throttled: cannot,
        cloud_unavailable: cannot,
        cloud_unreachable: cannot,
        unexpected_answer: cannot,
      },
      secrets: [],
      dispose: async () => undefined,
    };
  };
  computeConformance(
    {
      describe: (_name, body) => body(),
      test: (name, { skip }, body) => void (skip ?? tests.push({ name, body })),
    },
    { name: 'broken', create, skip: { secrets: 'not part of this test of the suite' } },
  );
  const failed: string[] = [];
  for (const { name, body } of tests) await body().catch(() => failed.push(name));
  return failed;
}

const never = new AbortController().signal;
let count = 0;

describe('the suite finds', () => {
  const defects: Record<string, { breaking: Breaking; found: string }> = {
    'a list that misses its last page': {
      breaking: (driver) => ({
        async *listInstances(signal) {
          const all = await Array.fromAsync(driver.listInstances(signal));
          yield* all.slice(0, -1);
        },
      }),
      found: 'paging',
    },
    'a change that is done again under another id': {
      breaking: (driver) => ({
        restartInstance(id, change) {
          count += 1;
          return driver.restartInstance(id, { ...change, requestId: `${change.requestId}-${count}` });
        },
      }),
      found: 'changes',
    },
    'an old wish that is sent all the same': {
      breaking: (driver) => ({
        restartInstance: (id, change) => driver.restartInstance(id, { ...change, issuedAt: Date.now() }),
      }),
      found: 'changes',
    },
    'a signal that nobody looks at': {
      breaking: (driver) => ({ getInstance: (id) => driver.getInstance(id, never) }),
      found: 'cancellation',
    },
    'a missing instance that is invented': {
      breaking: (_driver, cloud) => ({ getInstance: async () => cloud.instances()[0] ?? null }),
      found: 'not_found',
    },
    'errors that all look the same': {
      breaking: () => ({
        startInstance: () => Promise.reject(new SampanError('failed', 'It failed.', { hint: 'Nobody knows.' })),
      }),
      found: 'wrong_state',
    },
    'a state that is guessed': {
      breaking: (driver) => ({
        async getInstance(id, signal) {
          const found = await driver.getInstance(id, signal);
          return found && { ...found, state: found.state === 'unknown' ? ('running' as const) : found.state };
        },
      }),
      found: 'states',
    },
  };
  for (const [defect, { breaking, found }] of Object.entries(defects)) {
    test(defect, async () => {
      const failed = await failuresOf(breaking);
      assert.ok(
        failed.some((name) => name.startsWith(`${found}:`)),
        failed.join('\n'),
      );
    });
  }

  test('nothing in a driver without a defect', async () => assert.deepEqual(await failuresOf(() => ({})), []));

  test('a group that is left out without a reason', () => {
    const runner = { describe: (_name: string, body: () => void) => body(), test: () => undefined };
    const create = () => Promise.reject(new Error('not needed'));
    assert.throws(() => computeConformance(runner, { name: 'x', create, skip: { paging: ' ' } }), /without a reason/);
  });
});
