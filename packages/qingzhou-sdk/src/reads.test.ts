import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { instanceIdAt, startQingzhouSimulator } from '@sampan/simulators';
import {
  flavorsByIds,
  imagesByIds,
  instancesByIds,
  listFlavors,
  listImages,
  listInstances,
  listNetworks,
  listRegions,
  networksByIds,
} from './resources.ts';
import { impatientClient, json, scriptedServer, testKey } from './testing.ts';

const { signal } = new AbortController();

async function setUp(context: TestContext, options: { instances?: number; faults?: string[] } = {}) {
  const simulator = await startQingzhouSimulator({ ...testKey, requestsPerSecond: 10_000, ...options });
  context.after(() => simulator.close());
  return { simulator, ...impatientClient(simulator.url) };
}

async function collect<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  return (await Array.fromAsync(pages)).flat();
}

describe('lists', () => {
  test('every kind is read into our names and units', async (context) => {
    const { client } = await setUp(context);
    assert.equal(client.isSimulated(), null);
    const [region] = await collect(listRegions(client, signal));
    assert.deepEqual(region, { id: 'cn-north-1', name: '华北（北京）', endpoint: 'https://api.qingzhou.cn' });
    assert.equal(client.isSimulated(), true);
    const [network] = await collect(listNetworks(client, signal));
    assert.deepEqual(network, { id: 'vpc-n17c2e9d4b', name: 'production', cidrBlock: '10.0.0.0/16' });
    assert.deepEqual(await networksByIds(client, ['vpc-n17c2e9d4b', 'vpc-none'], signal), [network]);
    const images = await collect(listImages(client, signal));
    assert.deepEqual(images[0], {
      id: 'image-n10a51',
      name: 'Debian 12',
      operatingSystem: 'Debian 12.7 64-bit',
      architecture: 'x86_64',
      minimumDiskBytes: 20 * 1024 ** 3,
      sizeBytes: 2 * 1024 ** 3,
      state: 'available',
      createdAt: Date.parse('2024-09-02T03:00:00Z'),
    });
    assert.deepEqual([...new Set(images.map((image) => image.state))], ['available', 'reviewing', 'deleted']);
    assert.deepEqual(await imagesByIds(client, ['image-n10a51'], signal), [images[0]]);
    const flavors = await collect(listFlavors(client, signal));
    assert.deepEqual(flavors[5], {
      id: 'flavor-g1xlarge',
      name: 'g1.xlarge',
      cpuCount: 16,
      memoryBytes: 128 * 1024 ** 3,
      gpuCount: 1,
      state: 'sold_out',
    });
    assert.deepEqual(await flavorsByIds(client, ['flavor-g1xlarge'], signal), [flavors[5]]);
    const instances = await collect(listInstances(client, {}, signal));
    const locked = instances.find((each) => each.state === 'locked');
    assert.ok(locked?.lockReason && locked.expiresAt && locked.createdAt && locked.createdAt < locked.expiresAt);
    assert.equal(locked.remoteState, 'Locked');
    assert.match(locked.privateAddresses[0] ?? '', /^10\.\d+\.\d+\.\d+$/);
    assert.ok(locked.tags.team);
    assert.ok(locked.systemDiskBytes >= 40 * 1024 ** 3 && locked.memoryBytes >= 1024 ** 3);
  });

  test('pages come one after another, complete and in order', async (context) => {
    const { client, simulator } = await setUp(context, { instances: 250 });
    const pages = await Array.fromAsync(listInstances(client, {}, signal));
    assert.deepEqual(
      pages.map((page) => page.length),
      [100, 100, 50],
    );
    assert.deepEqual(
      pages.flat().map((each) => each.id),
      Array.from({ length: 250 }, (_, at) => instanceIdAt('cn-north-1', at)),
    );
    assert.deepEqual(simulator.journal().calls, { DescribeInstances: { OK: 3 } });
  });

  test('many ids take one request per hundred; those that do not exist are absent', async (context) => {
    const { client, simulator } = await setUp(context, { instances: 150 });
    const ids = Array.from({ length: 150 }, (_, at) => instanceIdAt('cn-north-1', at));
    const found = await instancesByIds(client, [...ids, 'i-none', 'i-none'], signal);
    assert.deepEqual(found.map((each) => each.id).sort(), ids.sort());
    assert.equal(simulator.journal().calls.DescribeInstances?.OK, 2);
    assert.equal((await instancesByIds(client, [...ids.slice(0, 100), ...ids.slice(0, 100)], signal)).length, 100);
    assert.equal(simulator.journal().calls.DescribeInstances?.OK, 3, 'an id that is asked for twice is asked for once');
    assert.deepEqual(await instancesByIds(client, [], signal), []);
  });

  test('an id that makes the whole question fail is found out', async (context) => {
    const gone = json(404, { RequestId: 'r', Code: 'InvalidInstanceId.NotFound' });
    const one = json(200, { RequestId: 'r', TotalCount: 1, Instances: [{ InstanceId: 'i-1', Status: 'Melting' }] });
    const { url } = await scriptedServer(context, [gone, one, gone]);
    const found = await instancesByIds(impatientClient(url).client, ['i-1', 'i-2'], signal);
    assert.deepEqual(
      found.map(({ id, state, remoteState }) => [id, state, remoteState]),
      [['i-1', 'unknown', 'Melting']],
    );
  });

  test('lists may be wrapped, tags a list, totals missing and pages smaller than asked for', async (context) => {
    const page = (ids: string[]) => {
      const Tags = { Tag: [{ Key: 'a', Value: 'b' }] };
      return json(200, {
        RequestId: 'r',
        PageSize: 2,
        Instances: { Instance: ids.map((InstanceId) => ({ InstanceId, Tags })) },
      });
    };
    const { url, received } = await scriptedServer(context, [page(['1', '2']), page(['3', '4']), page(['5'])]);
    const found = await collect(listInstances(impatientClient(url).client, {}, signal));
    assert.deepEqual(
      found.map((each) => each.id),
      ['1', '2', '3', '4', '5'],
    );
    assert.deepEqual(found[0]?.tags, { a: 'b' });
    assert.equal(received.length, 3);
  });

  test('an answer without the list is not an empty list', async (context) => {
    const { url } = await scriptedServer(context, [json(200, { RequestId: 'r' })]);
    await assert.rejects(collect(listInstances(impatientClient(url).client, {}, signal)), {
      code: 'unexpected_answer',
    });
  });
});

describe('a read is repeated', () => {
  for (const fault of ['drop-before:3x', 'drop-after:3x', 'truncate:3x', 'throttle:3x', 'error=InternalError:3x']) {
    test(`after ${fault}`, async (context) => {
      const { client, pauses } = await setUp(context, { faults: [fault] });
      assert.equal((await collect(listRegions(client, signal))).length, 3);
      assert.equal(pauses.length, 3);
      assert.ok(
        pauses.every((pause, at) => pause >= 125 * 2 ** at),
        String(pauses),
      );
    });
  }

  test('at most five times', async (context) => {
    const { client, simulator } = await setUp(context, { faults: ['error=ServiceUnavailable'] });
    await assert.rejects(collect(listRegions(client, signal)), {
      code: 'cloud_unavailable',
      retryable: true,
      httpStatus: 503,
    });
    assert.equal(simulator.journal().calls.DescribeRegions?.ServiceUnavailable, 5);
  });

  test('after throttling with status 400, for as long as the vendor asks', async (context) => {
    const throttled = (wait: string) => json(400, { RequestId: 'r', Code: 'Throttling.User' }, { 'retry-after': wait });
    const { url } = await scriptedServer(context, [throttled('7'), throttled('3600')]);
    const { client, pauses } = impatientClient(url);
    await assert.rejects(collect(listRegions(client, signal)), { code: 'throttled', retryAfterMs: 3_600_000 });
    assert.deepEqual(pauses, [7000]);
  });

  test('but not after a refusal that will stay', async (context) => {
    const { simulator, pauses } = await setUp(context);
    const { client } = impatientClient(simulator.url, { accessKeySecret: 'wrong' });
    await assert.rejects(collect(listRegions(client, signal)), { code: 'invalid_signature', retryable: false });
    assert.deepEqual(pauses, []);
    assert.equal(simulator.journal().calls.DescribeRegions?.InvalidSignature, 1);
  });

  test('with the cloud’s time when the clock is off, which is learned and told', async (context) => {
    for (const [fault, minutes] of [
      ['skew=+20m', 20],
      ['skew=-8h', -480],
    ] as const) {
      const { client } = await setUp(context, { faults: [fault] });
      assert.equal((await collect(listRegions(client, signal))).length, 3);
      assert.equal(Math.round((client.skewMs() ?? 0) / 60_000), minutes);
    }
    const { client } = await setUp(context, { faults: ['skew=+40h'] });
    await assert.rejects(collect(listRegions(client, signal)), { code: 'clock_skew' });
  });
});
