import { setTimeout as delay } from 'node:timers/promises';
import { type ComputeDriver, type DriverEnvironment, qingzhouDriverType } from '@sampan/compute';
import { instanceIdAt, type QingzhouSimulator, startQingzhouSimulator } from '@sampan/simulators';
import type { ComputeHarness } from './harness.ts';

const REGION = 'cn-north-1';
const key = { accessKeyId: 'CONFORMANCE000000001', accessKeySecret: 'a-secret-of-the-conformance-suite-000001' };
const limitedKey = {
  accessKeyId: 'CONFORMANCE000000002',
  accessKeySecret: 'a-secret-of-the-conformance-suite-000002',
  policy: [{ actions: ['ecs:DescribeRegions'] }],
};

/** The real world, but with pauses between attempts cut to a hundredth. */
const environment: DriverEnvironment = {
  fetch: globalThis.fetch,
  now: Date.now,
  sleep: (milliseconds, signal) => delay(milliseconds / 100, undefined, { signal }),
};

/** The Qingzhou driver against a simulator of its own; `reach` may put something in between. */
export async function qingzhouHarness(
  reach?: (simulator: QingzhouSimulator) => Promise<{ url: string; close: () => Promise<void> }>,
): Promise<ComputeHarness> {
  const simulator = await startQingzhouSimulator({
    ...key,
    keys: [limitedKey],
    instances: 230,
    transitionMs: 60,
    requestsPerSecond: 10_000,
  });
  const between = reach ? await reach(simulator) : null;
  const make = (changed: Record<string, string | number> = {}): ComputeDriver =>
    qingzhouDriverType.create(
      { endpoint: between?.url ?? simulator.url, region: REGION, requestsPerSecond: 1000, ...key, ...changed },
      environment,
    );
  const withFault = (fault: string) => async () => {
    simulator.setFaults([fault]);
    return make();
  };
  return {
    driver: () => make(),
    instanceCount: 230,
    runningId: instanceIdAt(REGION, 0),
    stoppedId: instanceIdAt(REGION, 2),
    missingId: 'i-0000000000000000',
    performed: async (id) => {
      const accepted = Object.values(simulator.journal().accepted[id] ?? {});
      return accepted.reduce((sum, count) => sum + count, 0);
    },
    setUnknownState: async (id, word) => simulator.setStatus(id, word),
    situations: {
      invalid_signature: async () => make({ accessKeySecret: `${key.accessKeySecret}x` }),
      unknown_access_key: async () => make({ accessKeyId: 'NOBODY' }),
      permission_denied: async () =>
        make({ accessKeyId: limitedKey.accessKeyId, accessKeySecret: limitedKey.accessKeySecret }),
      // Further off than the driver corrects by itself.
      clock_skew: withFault('skew=+30h'),
      throttled: withFault('throttle'),
      cloud_unavailable: withFault('error=ServiceUnavailable'),
      cloud_unreachable: withFault('drop-before'),
      unexpected_answer: withFault('html'),
    },
    secrets: [key.accessKeySecret, limitedKey.accessKeySecret],
    async dispose() {
      await between?.close();
      await simulator.close();
    },
  };
}
