import assert from 'node:assert/strict';
import { type Group, newWish } from '../harness.ts';

export const wrongState: Group = {
  group: 'wrong_state',
  tests: (withCloud) => ({
    'what the state does not allow is refused as that': withCloud(
      async (driver, { runningId, stoppedId, performed }, signal) => {
        const refused = { name: 'SampanError', code: 'wrong_state', retryable: false };
        await assert.rejects(driver.startInstance(runningId, newWish(signal)), refused);
        await assert.rejects(driver.stopInstance(stoppedId, { ...newWish(signal), force: false }), refused);
        await assert.rejects(driver.restartInstance(stoppedId, { ...newWish(signal), force: false }), refused);
        assert.deepEqual([await performed(runningId), await performed(stoppedId)], [0, 0]);
      },
    ),
  }),
};

export const notFound: Group = {
  group: 'not_found',
  tests: (withCloud) => ({
    'an instance that does not exist is null when asked for': withCloud(async (driver, { missingId }, signal) => {
      assert.equal(await driver.getInstance(missingId, signal), null);
      assert.deepEqual(await driver.getInstances([missingId], signal), []);
    }),
    'and not_found when it is to be changed': withCloud(async (driver, { missingId }, signal) => {
      const gone = { name: 'SampanError', code: 'not_found', retryable: false };
      await assert.rejects(driver.startInstance(missingId, newWish(signal)), gone);
      await assert.rejects(driver.stopInstance(missingId, { ...newWish(signal), force: true }), gone);
      await assert.rejects(driver.restartInstance(missingId, { ...newWish(signal), force: false }), gone);
    }),
  }),
};
