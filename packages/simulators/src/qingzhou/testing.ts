import type { QingzhouSimulatorOptions } from './options.ts';
import { type QingzhouSimulator, startQingzhouSimulator } from './simulator.ts';

/** A key for tests; the secret opens nothing anywhere. */
export const testKey = {
  accessKeyId: 'TESTKEY0000000000001',
  accessKeySecret: 'a-secret-only-for-tests-0000000000000001',
};

/** A simulator for one test, ended with it. Fast: changes take 40 ms and the rate limit is out of the way. */
export async function testSimulator(
  test: { after(work: () => Promise<void>): void },
  options: Partial<QingzhouSimulatorOptions> = {},
): Promise<QingzhouSimulator> {
  const simulator = await startQingzhouSimulator({
    ...testKey,
    transitionMs: 40,
    requestsPerSecond: 10_000,
    ...options,
  });
  test.after(() => simulator.close());
  return simulator;
}
