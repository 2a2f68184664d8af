import { describe, test } from 'node:test';
import { createMemoryCloud, createMemoryDriver } from '@sampan/compute';
import type { ComputeHarness } from './harness.ts';
import { computeConformance } from './suite.ts';

export async function memoryHarness(): Promise<ComputeHarness> {
  const cloud = createMemoryCloud();
  const noNetwork = { cannot: 'the cloud is in this process: there is no key and no network' };
  return {
    driver: () => createMemoryDriver(cloud),
    instanceCount: 25,
    runningId: 'memory-00000',
    stoppedId: 'memory-00002',
    missingId: 'memory-99999',
    performed: async (id) => cloud.performed(id),
    setUnknownState: async (id, word) => cloud.setState(id, 'unknown', word),
    situations: {
      invalid_signature: noNetwork,
      unknown_access_key: noNetwork,
      permission_denied: noNetwork,
      clock_skew: noNetwork,
      throttled: noNetwork,
      cloud_unavailable: noNetwork,
      cloud_unreachable: noNetwork,
      unexpected_answer: noNetwork,
    },
    secrets: [],
    dispose: async () => undefined,
  };
}

computeConformance(
  { describe, test },
  {
    name: 'memory',
    create: memoryHarness,
    skip: {
      errors: 'a cloud in this process has neither keys nor a network to fail',
      secrets: 'a cloud in this process has no secrets',
    },
  },
);
