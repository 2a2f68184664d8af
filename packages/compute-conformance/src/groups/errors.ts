import assert from 'node:assert/strict';
import type { ComputeDriver } from '@sampan/compute';
import { SampanError } from '@sampan/driver';
import { type ComputeHarness, type Group, newWish, type Situation, situations } from '../harness.ts';

const names = Object.keys(situations) as Situation[];

/** What a call throws, or else what it answers. */
async function errorOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

/** What each kind of call throws. */
async function errorsOf(driver: ComputeDriver, harness: ComputeHarness, signal: AbortSignal): Promise<unknown[]> {
  return [
    await errorOf(() => Array.fromAsync(driver.listInstances(signal))),
    await errorOf(() => driver.getInstance(harness.runningId, signal)),
    await errorOf(() => driver.stopInstance(harness.runningId, { ...newWish(signal), force: false })),
  ];
}

function everythingOf(error: unknown): string {
  const own =
    error instanceof SampanError ? JSON.stringify([error.message, error.hint, error.parameters, error.stack]) : '';
  const cause = error instanceof Error && error.cause !== undefined ? everythingOf(error.cause) : '';
  return `${String(error)}\n${own}\n${cause}`;
}

export const errors: Group = {
  group: 'errors',
  tests: (withCloud) =>
    Object.fromEntries(
      names.map((situation) => [
        `${situation} is told apart, explained, and ${situations[situation].retryable ? 'may be tried again' : 'stays'}`,
        withCloud(async (_driver, harness, signal) => {
          const make = harness.situations[situation];
          if ('cannot' in make) return void assert.ok(make.cannot.length > 10, 'a situation is left out with a reason');
          const driver = await make();
          try {
            for (const error of await errorsOf(driver, harness, signal)) {
              // After a fault of the cloud itself nobody knows whether a change was begun: then the second attempt may
              // end with "received before", and the instance shows the rest.
              if (situation === 'cloud_unavailable' && error === 'already_received') continue;
              assert.ok(error instanceof SampanError, `a SampanError, not ${String(error)}`);
              assert.deepEqual([error.code, error.retryable], [situation, situations[situation].retryable]);
              assert.ok((error.hint ?? '').length > 20, 'it says what to do');
            }
          } finally {
            await driver.close();
          }
        }),
      ]),
    ),
};

export const secrets: Group = {
  group: 'secrets',
  tests: (withCloud) => ({
    'no error holds a secret': withCloud(async (_driver, harness, signal) => {
      assert.ok(harness.secrets.length > 0);
      for (const situation of names) {
        const make = harness.situations[situation];
        if ('cannot' in make) continue;
        const driver = await make();
        const thrown = await errorsOf(driver, harness, signal);
        const checks = await Array.fromAsync(driver.testConnection(signal));
        await driver.close();
        const shown = [...thrown.map(everythingOf), JSON.stringify(checks)].join('\n');
        for (const secret of harness.secrets) assert.ok(!shown.includes(secret), `${situation} shows a secret`);
        assert.doesNotMatch(shown, /Signature=|%26/, situation);
      }
    }),
    'Test Connection reports each of these troubles instead of throwing': withCloud(async (driver, harness, signal) => {
      const good = await Array.fromAsync(driver.testConnection(signal));
      assert.ok(good.length > 0 && good.every((check) => check.state !== 'failed'), JSON.stringify(good));
      for (const situation of names) {
        const make = harness.situations[situation];
        if ('cannot' in make) continue;
        const troubled = await make();
        const checks = await Array.fromAsync(troubled.testConnection(signal));
        await troubled.close();
        const bad = checks.filter((check) => check.state === 'failed' || check.state === 'warning');
        assert.ok(bad.length > 0, situation);
        assert.ok(
          bad.every((check) => check.code && check.cause && check.remedy),
          JSON.stringify(bad),
        );
      }
    }),
  }),
};
