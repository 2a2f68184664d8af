import assert from 'node:assert/strict';
import type { Group } from '../harness.ts';

export const paging: Group = {
  group: 'paging',
  tests: (withCloud) => ({
    'a list of instances is complete, without repeats, in pages that are not empty': withCloud(
      async (driver, { instanceCount }, signal) => {
        const pages = await Array.fromAsync(driver.listInstances(signal));
        assert.ok(pages.length > 1, 'the cloud must have more than one page');
        assert.ok(pages.every((page) => page.length > 0));
        const ids = pages.flat().map((instance) => instance.remoteId);
        assert.equal(ids.length, instanceCount);
        assert.equal(new Set(ids).size, instanceCount);
      },
    ),
    'the order is steady': withCloud(async (driver, _harness, signal) => {
      const read = async () =>
        (await Array.fromAsync(driver.listInstances(signal))).flat().map((each) => each.remoteId);
      assert.deepEqual(await read(), await read());
    }),
    'a reader may stop after the first page': withCloud(async (driver, _harness, signal) => {
      for await (const page of driver.listInstances(signal)) {
        assert.ok(page.length > 0);
        break;
      }
      assert.ok((await Array.fromAsync(driver.listRegions(signal))).length > 0);
    }),
    'regions, networks, images and flavors are listed with what the contract says': withCloud(
      async (driver, _harness, signal) => {
        const regions = (await Array.fromAsync(driver.listRegions(signal))).flat();
        const networks = (await Array.fromAsync(driver.listNetworks(signal))).flat();
        const images = (await Array.fromAsync(driver.listImages(signal))).flat();
        const flavors = (await Array.fromAsync(driver.listFlavors(signal))).flat();
        for (const list of [regions, networks, images, flavors]) {
          assert.ok(list.length > 0);
          assert.ok(list.every((each) => each.remoteId !== '' && each.name !== ''));
        }
        const known = new Set(regions.map((region) => region.remoteId));
        assert.ok([...networks, ...images, ...flavors].every((each) => known.has(each.regionId)));
        assert.ok(images.every((image) => image.sizeBytes >= 0 && image.minimumDiskBytes >= 0));
        assert.ok(flavors.every((flavor) => flavor.cpuCount > 0 && flavor.memoryBytes >= 2 ** 20));
      },
    ),
  }),
};
