import assert from 'node:assert/strict';
import type { Group } from '../harness.ts';

export const identity: Group = {
  group: 'identity',
  tests: (withCloud) => ({
    'an instance is the same in the list, alone and among several': withCloud(
      async (driver, { runningId, stoppedId, missingId }, signal) => {
        const listed = (await Array.fromAsync(driver.listInstances(signal))).flat();
        for (const id of [runningId, stoppedId]) {
          const fromList = listed.find((each) => each.remoteId === id);
          assert.ok(fromList, `${id} is in the list`);
          assert.deepEqual(await driver.getInstance(id, signal), fromList);
        }
        const several = await driver.getInstances([stoppedId, missingId, runningId, runningId], signal);
        assert.deepEqual(several.map((each) => each.remoteId).sort(), [runningId, stoppedId].sort());
        assert.deepEqual(await driver.getInstances([], signal), []);
      },
    ),
    'names in Chinese arrive whole': withCloud(async (driver, _harness, signal) => {
      const names = (await Array.fromAsync(driver.listInstances(signal))).flat().map((each) => each.name);
      assert.ok(names.some((name) => name.includes('主机')));
    }),
    'sizes are bytes, times are milliseconds, what is not there is null': withCloud(
      async (driver, _harness, signal) => {
        for (const instance of (await Array.fromAsync(driver.listInstances(signal))).flat()) {
          assert.ok(instance.memoryBytes >= 2 ** 20 && instance.systemDiskBytes >= 2 ** 30, instance.remoteId);
          for (const time of [instance.createdAt, instance.expiresAt]) {
            assert.ok(time === null || (time > Date.UTC(2000) && time < Date.UTC(2100)), String(time));
          }
          assert.ok(instance.lockReason === null || instance.state === 'locked');
          assert.ok(instance.nics.every((nic) => nic.privateAddress !== '' && nic.publicAddress !== ''));
        }
      },
    ),
    'a cloud that is simulated says so once it has answered': withCloud(async (driver, { runningId }, signal) => {
      await driver.getInstance(runningId, signal);
      assert.notEqual(driver.isSimulated(), null);
    }),
  }),
};
