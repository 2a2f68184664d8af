import assert from 'node:assert/strict';
import { arrival, type Group, newWish } from '../harness.ts';

const FIFTEEN_MINUTES = 15 * 60_000;

export const changes: Group = {
  group: 'changes',
  tests: (withCloud) => ({
    'the same wish twice is performed once': withCloud(async (driver, { runningId, performed }, signal) => {
      const wish = { ...newWish(signal), force: false };
      const first = await driver.restartInstance(runningId, wish);
      assert.ok(first === 'accepted' || first === 'already_received');
      assert.equal(await driver.restartInstance(runningId, wish), 'already_received');
      assert.equal(await performed(runningId), 1);
    }),
    'the same wish from another process is performed once': withCloud(async (driver, harness, signal) => {
      const wish = { ...newWish(signal), force: false };
      await driver.restartInstance(harness.runningId, wish);
      const another = harness.driver();
      try {
        assert.equal(await another.restartInstance(harness.runningId, wish), 'already_received');
      } finally {
        await another.close();
      }
      assert.equal(await harness.performed(harness.runningId), 1);
    }),
    'the same wish after its end does not begin anew': withCloud(async (driver, { runningId, performed }, signal) => {
      const wish = { ...newWish(signal), force: false };
      await driver.restartInstance(runningId, wish);
      await arrival(driver, runningId, 'running', signal);
      assert.equal(await driver.restartInstance(runningId, wish), 'already_received');
      assert.equal(await performed(runningId), 1);
    }),
    'the same wish many times at once is performed once': withCloud(
      async (driver, { runningId, performed }, signal) => {
        const wish = { ...newWish(signal), force: false };
        const results = await Promise.allSettled(
          Array.from({ length: 8 }, () => driver.restartInstance(runningId, wish)),
        );
        // Where connections break, one of many may give up; it must say that trying again may help.
        for (const result of results) if (result.status === 'rejected') assert.equal(result.reason.retryable, true);
        assert.ok(results.some((result) => result.status === 'fulfilled'));
        assert.equal(await performed(runningId), 1);
      },
    ),
    'another wish is another change': withCloud(async (driver, { runningId, performed }, signal) => {
      for (let count = 0; count < 2; count += 1) {
        await driver.restartInstance(runningId, { ...newWish(signal), force: false });
        await arrival(driver, runningId, 'running', signal);
      }
      assert.equal(await performed(runningId), 2);
    }),
    'a wish that is too old is refused and not performed': withCloud(
      async (driver, { runningId, performed }, signal) => {
        const wish = { ...newWish(signal, Date.now() - FIFTEEN_MINUTES), force: false };
        await assert.rejects(driver.restartInstance(runningId, wish), { code: 'request_expired' });
        assert.equal(await performed(runningId), 0);
      },
    ),
  }),
};
