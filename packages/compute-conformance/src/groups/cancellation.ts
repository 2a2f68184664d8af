import assert from 'node:assert/strict';
import { type Group, newWish } from '../harness.ts';

const cancelled = { name: 'SampanError', code: 'cancelled' };

export const cancellation: Group = {
  group: 'cancellation',
  tests: (withCloud) => ({
    'a call with a signal that has aborted does nothing': withCloud(async (driver, { runningId, performed }) => {
      const aborted = AbortSignal.abort();
      await assert.rejects(driver.getInstance(runningId, aborted), cancelled);
      await assert.rejects(driver.getInstances([runningId], aborted), cancelled);
      await assert.rejects(Array.fromAsync(driver.listInstances(aborted)), cancelled);
      await assert.rejects(Array.fromAsync(driver.listImages(aborted)), cancelled);
      await assert.rejects(driver.stopInstance(runningId, { ...newWish(aborted), force: false }), cancelled);
      assert.equal(await performed(runningId), 0);
    }),
    'a list ends where it is aborted': withCloud(async (driver, { instanceCount }) => {
      const controller = new AbortController();
      let seen = 0;
      await assert.rejects(async () => {
        for await (const page of driver.listInstances(controller.signal)) {
          seen += page.length;
          controller.abort();
        }
      }, cancelled);
      assert.ok(seen > 0 && seen < instanceCount);
    }),
    'the driver works on after a cancelled call': withCloud(async (driver, { runningId }, signal) => {
      await assert.rejects(driver.getInstance(runningId, AbortSignal.abort()), cancelled);
      assert.equal((await driver.getInstance(runningId, signal))?.remoteId, runningId);
    }),
  }),
};
