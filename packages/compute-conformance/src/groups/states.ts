import assert from 'node:assert/strict';
import { arrival, type Group, newWish } from '../harness.ts';

export const states: Group = {
  group: 'states',
  tests: (withCloud) => ({
    'a stopped instance starts': withCloud(async (driver, { stoppedId }, signal) => {
      await driver.startInstance(stoppedId, newWish(signal));
      await arrival(driver, stoppedId, 'running', signal);
    }),
    'a running instance stops, and starts again': withCloud(async (driver, { runningId }, signal) => {
      await driver.stopInstance(runningId, { ...newWish(signal), force: false });
      await arrival(driver, runningId, 'stopped', signal);
      await driver.startInstance(runningId, newWish(signal));
      await arrival(driver, runningId, 'running', signal);
    }),
    'a running instance restarts': withCloud(async (driver, { runningId, performed }, signal) => {
      await driver.restartInstance(runningId, { ...newWish(signal), force: false });
      await arrival(driver, runningId, 'running', signal);
      assert.equal(await performed(runningId), 1);
    }),
    'a running instance stops by force': withCloud(async (driver, { runningId }, signal) => {
      await driver.stopInstance(runningId, { ...newWish(signal), force: true });
      await arrival(driver, runningId, 'stopped', signal);
    }),
    'a word that the driver does not know is unknown, and kept': withCloud(
      async (driver, { runningId, setUnknownState }, signal) => {
        await setUnknownState(runningId, 'Melting');
        const instance = await driver.getInstance(runningId, signal);
        assert.deepEqual([instance?.state, instance?.remoteState], ['unknown', 'Melting']);
      },
    ),
  }),
};
