import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { SampanError } from '@sampan/driver';
import { QingzhouError, type QingzhouErrorCode } from '@sampan/qingzhou-sdk';
import { startQingzhouSimulator } from '@sampan/simulators';
import { fromQingzhou } from './errors.ts';
import { explanations } from './explanations.ts';
import { qingzhouDriverType } from './index.ts';
import { toInstance } from './translate.ts';

const key = { accessKeyId: 'TESTKEY0000000000001', accessKeySecret: 'a-secret-only-for-tests-0000000000000001' };
const { signal } = new AbortController();

async function setUp(context: TestContext, options: Record<string, string | number> = {}) {
  const simulator = await startQingzhouSimulator({ ...key, instances: 60, requestsPerSecond: 10_000 });
  context.after(() => simulator.close());
  let clock = Date.now();
  const driver = qingzhouDriverType.create(
    { endpoint: simulator.url, region: 'cn-north-1', ...key, ...options },
    { fetch: globalThis.fetch, now: () => clock, sleep: async () => undefined },
  );
  return { simulator, driver, pass: (milliseconds: number) => (clock += milliseconds) };
}

describe('the Qingzhou driver', () => {
  test('lists only the instances of the VPC when one is given', async (context) => {
    const vpcId = 'vpc-n27c2e9d4b';
    const { driver } = await setUp(context, { vpcId });
    const listed = (await Array.fromAsync(driver.listInstances(signal))).flat();
    assert.ok(listed.length > 0 && listed.length < 60);
    assert.ok(listed.every((each) => each.networkId === vpcId && each.nics.every((nic) => nic.networkId === vpcId)));
  });

  test('reuses lists for the seconds that are set, and never instances', async (context) => {
    const { simulator, driver, pass } = await setUp(context, { cacheSeconds: 60 });
    const calls = (action: string) => simulator.journal().calls[action]?.OK;
    for (let count = 0; count < 3; count += 1) {
      assert.equal((await Array.fromAsync(driver.listRegions(signal))).flat().length, 3);
      await Array.fromAsync(driver.listImages(signal));
      await Array.fromAsync(driver.listInstances(signal));
    }
    assert.deepEqual([calls('DescribeRegions'), calls('DescribeImages'), calls('DescribeInstances')], [1, 1, 3]);
    pass(60_000);
    await Array.fromAsync(driver.listRegions(signal));
    assert.equal(calls('DescribeRegions'), 2);
  });

  test('reuses nothing when no cache is set', async (context) => {
    const { simulator, driver } = await setUp(context);
    for (let count = 0; count < 2; count += 1) await Array.fromAsync(driver.listFlavors(signal));
    assert.equal(simulator.journal().calls.DescribeFlavors?.OK, 2);
  });

  test('signs with HMAC-SHA256 when told', async (context) => {
    const { driver } = await setUp(context, { signatureMethod: 'HMAC-SHA256' });
    assert.equal((await Array.fromAsync(driver.listRegions(signal))).flat().length, 3);
  });

  test('takes no more calls after its end', async (context) => {
    const { driver } = await setUp(context);
    await driver.close();
    await assert.rejects(driver.getInstance('i-1', signal), { code: 'cancelled' });
    await assert.rejects(Array.fromAsync(driver.listRegions(signal)), { code: 'cancelled' });
  });

  test('every error keeps its code and says cause and remedy', () => {
    for (const code of Object.keys(explanations) as QingzhouErrorCode[]) {
      const error = fromQingzhou(new QingzhouError(code, 'message', { remoteCode: 'X', retryAfterMs: 5 }));
      assert.deepEqual([error.code, error.message, error.retryAfterMs], [code, 'message', 5]);
      assert.ok(error.hint?.includes(explanations[code].remedy));
      assert.equal(error.parameters.remoteCode, 'X');
      assert.equal(error.cause, undefined);
    }
    assert.match(explanations.invalid_signature.cause, /blank.*15 minutes/);
    assert.match(explanations.clock_skew.cause + explanations.clock_skew.remedy, /15 minutes.*Secret/);
    assert.equal(fromQingzhou(new RangeError('x')).code, 'internal_error');
    const ours = new SampanError('mine', 'm');
    assert.equal(fromQingzhou(ours), ours);
  });

  test('a broken connection is explained by what the system says', () => {
    const hint = (systemCode?: string) =>
      fromQingzhou(new QingzhouError('cloud_unreachable', 'm', { systemCode })).hint ?? '';
    assert.match(hint('ENOTFOUND'), /does not resolve/);
    assert.match(hint('ECONNREFUSED'), /Nothing listens/);
    assert.match(hint('CERT_HAS_EXPIRED'), /certificate.*never switched off/);
    assert.match(hint('DEPTH_ZERO_SELF_SIGNED_CERT'), /certificate/);
    assert.match(hint(), /No connection/);
  });

  test('addresses become interfaces', () => {
    const instance = {
      id: 'i-1',
      name: 'n',
      description: '',
      state: 'unknown' as const,
      remoteState: 'Melting',
      regionId: '',
      zoneId: 'z',
      networkId: 'v',
      imageId: 'm',
      flavorId: 'f',
      cpuCount: 1,
      memoryBytes: 1,
      systemDiskBytes: 1,
      privateAddresses: ['10.0.0.1', '10.0.0.2'],
      publicAddresses: ['203.0.113.1'],
      tags: {},
      createdAt: null,
      expiresAt: null,
      lockReason: null,
    };
    const translated = toInstance(instance, 'cn-north-1');
    assert.deepEqual(translated.nics, [
      { networkId: 'v', privateAddress: '10.0.0.1', publicAddress: '203.0.113.1' },
      { networkId: 'v', privateAddress: '10.0.0.2', publicAddress: null },
    ]);
    assert.deepEqual(
      [translated.remoteId, translated.regionId, translated.remoteState],
      ['i-1', 'cn-north-1', 'Melting'],
    );
    assert.equal('id' in translated, false);
  });
});
