import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, type TestContext, test } from 'node:test';
import type { QingzhouSimulatorOptions } from './options.ts';
import { instanceIdAt } from './seed.ts';
import { testKey, testSimulator } from './testing.ts';

// Two public clients of the RPC family, written by others: they prove the transport and the signature, not the vendor.
const require = createRequire(import.meta.url);
interface PopCore {
  request(action: string, parameters: object, options?: object): Promise<Record<string, unknown>>;
}
const PopCoreClient: new (config: object) => PopCore = require('@alicloud/pop-core');

const running = instanceIdAt('cn-north-1', 0);
const second = instanceIdAt('cn-north-1', 1);
const stopped = instanceIdAt('cn-north-1', 2);
const locked = instanceIdAt('cn-north-1', 3);
const post = { method: 'POST' };
const RegionId = 'cn-north-1';

async function setUp(context: TestContext, options: Partial<QingzhouSimulatorOptions> = {}) {
  const simulator = await testSimulator(context, options);
  const client = (key: { accessKeyId: string; accessKeySecret: string } = testKey, path = '') =>
    new PopCoreClient({ ...key, endpoint: `${simulator.url}${path}`, apiVersion: '2024-06-01' });
  return { simulator, client: client(), clientOf: client };
}

async function codeOf(call: Promise<unknown>): Promise<[string, number]> {
  try {
    await call;
    return ['OK', 200];
  } catch (error) {
    const thrown = error as { code: string; entry?: { response?: { statusCode?: number } } };
    return [thrown.code, thrown.entry?.response?.statusCode ?? 0];
  }
}

const at = (shiftMs: number) => `${new Date(Date.now() + shiftMs).toISOString().slice(0, 19)}Z`;

describe('@alicloud/pop-core against the simulator', () => {
  test('reads by GET and by POST, on any path', async (context) => {
    const { client, clientOf } = await setUp(context);
    const answer = await client.request('DescribeRegions', {});
    assert.deepEqual(
      (answer.Regions as { RegionId: string }[]).map((region) => region.RegionId),
      ['cn-north-1', 'cn-east-1', 'cn-south-1'],
    );
    assert.equal(answer.Code, undefined);
    assert.match(String(answer.RequestId), /^[0-9A-F-]{36}$/);
    assert.ok((await client.request('DescribeRegions', {}, post)).Regions);
    assert.ok((await clientOf(testKey, '/openapi').request('DescribeRegions', {})).Regions);
    assert.ok((await client.request('DescribeRegions', {}, { method: 'post' })).Regions, 'POST with all in the query');
    const odd = { RegionId, Name: "中文 a+b~c*d'(e)!/?=&%" };
    assert.equal((await client.request('DescribeInstances', odd, post)).TotalCount, 0);
    assert.equal((await client.request('DescribeInstances', odd)).TotalCount, 0);
  });

  test('changes an instance', async (context) => {
    const { simulator, client } = await setUp(context);
    await client.request('StopInstance', { RegionId, InstanceId: running, Force: false }, post);
    await client.request('RebootInstance', { RegionId, InstanceId: second }, post);
    assert.deepEqual(simulator.journal().accepted, {
      [running]: { StopInstance: 1 },
      [second]: { RebootInstance: 1 },
    });
  });

  test('a wrong secret, an unknown key and a disabled key are told apart', async (context) => {
    const disabled = { accessKeyId: 'disabled', accessKeySecret: 'x', disabled: true };
    const { clientOf } = await setUp(context, { keys: [disabled] });
    const ask = (key: typeof testKey) => codeOf(clientOf(key).request('DescribeRegions', {}));
    assert.deepEqual(await ask({ ...testKey, accessKeySecret: `${testKey.accessKeySecret} ` }), [
      'InvalidSignature',
      403,
    ]);
    assert.deepEqual(await ask({ ...testKey, accessKeyId: 'nobody' }), ['InvalidAccessKeyId.NotFound', 401]);
    assert.deepEqual(await ask(disabled), ['InvalidAccessKeyId.Inactive', 401]);
  });

  test('16 minutes off are refused in both directions, 14 are accepted', async (context) => {
    const { client } = await setUp(context);
    const ask = (minutes: number) => codeOf(client.request('DescribeRegions', { Timestamp: at(minutes * 60_000) }));
    assert.deepEqual(await ask(16), ['InvalidTimeStamp.Expired', 400]);
    assert.deepEqual(await ask(-16), ['InvalidTimeStamp.Expired', 400]);
    assert.deepEqual(await ask(14), ['OK', 200]);
    assert.deepEqual(await ask(-14), ['OK', 200]);
    assert.deepEqual(await codeOf(client.request('DescribeRegions', { Timestamp: 'now' })), [
      'InvalidTimeStamp.Format',
      400,
    ]);
  });

  test('a skewed simulator refuses a right clock, and says its own time', async (context) => {
    const { client, simulator } = await setUp(context, { faults: ['skew=+20m'] });
    assert.deepEqual(await codeOf(client.request('DescribeRegions', {})), ['InvalidTimeStamp.Expired', 400]);
    assert.deepEqual(await codeOf(client.request('DescribeRegions', { Timestamp: at(20 * 60_000) })), ['OK', 200]);
    const answer = await fetch(simulator.url);
    const skew = Date.parse(answer.headers.get('date') ?? '') - Date.now();
    assert.ok(Math.abs(skew - 20 * 60_000) < 10_000, String(skew));
  });

  test('the same nonce twice is refused, and a stranger cannot burn one', async (context) => {
    const { client, clientOf } = await setUp(context);
    const SignatureNonce = 'only-once';
    const stranger = clientOf({ ...testKey, accessKeySecret: 'wrong' });
    assert.deepEqual(await codeOf(stranger.request('DescribeRegions', { SignatureNonce })), ['InvalidSignature', 403]);
    assert.deepEqual(await codeOf(client.request('DescribeRegions', { SignatureNonce })), ['OK', 200]);
    assert.deepEqual(await codeOf(client.request('DescribeRegions', { SignatureNonce })), ['SignatureNonceUsed', 400]);
  });

  test('a nonce of a refused call is used up too', async (context) => {
    const { client } = await setUp(context);
    const start = { RegionId, InstanceId: running, SignatureNonce: 'refused' };
    assert.deepEqual(await codeOf(client.request('StartInstance', start, post)), ['IncorrectInstanceStatus', 409]);
    assert.deepEqual(await codeOf(client.request('StartInstance', start, post)), ['SignatureNonceUsed', 400]);
  });

  test('parameters: missing, malformed, unknown action', async (context) => {
    const { client } = await setUp(context);
    const ask = (action: string, parameters: object) => codeOf(client.request(action, { RegionId, ...parameters }));
    assert.deepEqual(await ask('StopInstance', {}), ['MissingParameter', 400]);
    assert.deepEqual(await ask('DescribeInstances', { PageSize: 101 }), ['InvalidParameter.PageSize', 400]);
    assert.deepEqual(await ask('DescribeInstances', { PageNumber: 0 }), ['InvalidParameter.PageNumber', 400]);
    assert.deepEqual(await ask('DescribeInstances', { InstanceIds: 'i-1' }), ['InvalidParameter.InstanceIds', 400]);
    assert.deepEqual(await ask('StopInstance', { InstanceId: 'i-1', Force: 'yes' }), ['InvalidParameter.Force', 400]);
    assert.deepEqual(await ask('ExplodeInstance', {}), ['InvalidAction.NotFound', 404]);
    assert.deepEqual(await ask('DescribeRegions', { SignatureMethod: 'HMAC-MD5' }), ['InvalidSignatureMethod', 400]);
  });

  test('existence and state', async (context) => {
    const { client } = await setUp(context);
    const ask = (action: string, InstanceId: string, region = RegionId) =>
      codeOf(client.request(action, { RegionId: region, InstanceId }, post));
    assert.deepEqual(await ask('StopInstance', 'i-none'), ['InvalidInstanceId.NotFound', 404]);
    assert.deepEqual(await ask('StopInstance', running, 'cn-east-1'), ['InvalidInstanceId.NotFound', 404]);
    assert.deepEqual(await ask('StopInstance', running, 'mars-1'), ['InvalidRegionId.NotFound', 404]);
    assert.deepEqual(await ask('StartInstance', running), ['IncorrectInstanceStatus', 409]);
    assert.deepEqual(await ask('RebootInstance', stopped), ['IncorrectInstanceStatus', 409]);
    assert.deepEqual(await ask('StartInstance', locked), ['IncorrectInstanceStatus', 409]);
  });

  test('a dry run checks everything and does nothing', async (context) => {
    const { client, simulator } = await setUp(context);
    const ask = (action: string, InstanceId: string) =>
      codeOf(client.request(action, { RegionId, InstanceId, DryRun: true }, post));
    assert.deepEqual(await ask('StopInstance', running), ['DryRunOperation', 400]);
    assert.deepEqual(await ask('StartInstance', running), ['IncorrectInstanceStatus', 409]);
    assert.deepEqual(simulator.journal().accepted, {});
  });

  test('a sub-account may do what its policy says, where it says', async (context) => {
    const sub = {
      accessKeyId: 'sub',
      accessKeySecret: 'sub-secret',
      policy: [
        { actions: ['ecs:Describe*'] },
        { actions: ['ecs:StopInstance'], resources: [`qrn:ecs:cn-north-1:*:instance/${running}`] },
      ],
    };
    const { clientOf } = await setUp(context, { keys: [sub] });
    const client = clientOf(sub);
    const ask = (action: string, parameters: object = {}) =>
      codeOf(client.request(action, { RegionId, ...parameters }, post));
    assert.deepEqual(await ask('DescribeInstances'), ['OK', 200]);
    assert.deepEqual(await ask('DescribeVpcs'), ['Forbidden.NoPermission', 403]);
    assert.deepEqual(await ask('StopInstance', { InstanceId: running }), ['OK', 200]);
    assert.deepEqual(await ask('StopInstance', { InstanceId: second }), ['Forbidden.NoPermission', 403]);
    assert.deepEqual(await ask('StopInstance', { InstanceId: 'i-none' }), ['Forbidden.NoPermission', 403]);
  });

  test('an allow-list of addresses is kept', async (context) => {
    const far = { accessKeyId: 'far', accessKeySecret: 'x', allowedAddresses: ['203.0.113.9'] };
    const near = { accessKeyId: 'near', accessKeySecret: 'x', allowedAddresses: ['127.0.0.1'] };
    const { clientOf } = await setUp(context, { keys: [far, near] });
    assert.deepEqual(await codeOf(clientOf(far).request('DescribeRegions', {})), ['IpNotAllowed', 403]);
    assert.deepEqual(await codeOf(clientOf(near).request('DescribeRegions', {})), ['OK', 200]);
  });

  test('more requests than the burst are throttled, and the bucket fills again', async (context) => {
    let clock = Date.now();
    const { client } = await setUp(context, { requestsPerSecond: 2, burst: 3, now: () => clock });
    const ask = () => codeOf(client.request('DescribeRegions', {}));
    for (let count = 0; count < 3; count += 1) assert.deepEqual(await ask(), ['OK', 200]);
    assert.deepEqual(await ask(), ['Throttling', 429]);
    clock += 500;
    assert.deepEqual(await ask(), ['OK', 200]);
    assert.deepEqual(await ask(), ['Throttling', 429]);
  });

  test('the text of a signature error names parameters and no values', async (context) => {
    const { clientOf } = await setUp(context);
    const client = clientOf({ ...testKey, accessKeySecret: 'wrong' });
    const parameters = { RegionId, InstanceId: 'i-1', Password: 'Hunter2-hunter2' };
    await assert.rejects(client.request('StopInstance', parameters, post), (error: { data: { Message: string } }) => {
      assert.match(error.data.Message, /POST, then: AccessKeyId, Action, Format, InstanceId, Password,/);
      assert.doesNotMatch(error.data.Message, /Hunter2|i-1|TESTKEY/);
      return true;
    });
  });
});

describe('@alicloud/openapi-client against the simulator', () => {
  test('signs version 1.0 as POST with everything in the query', async (context) => {
    const { simulator } = await setUp(context);
    const { default: Client, Config } = require('@alicloud/openapi-client');
    const { RuntimeOptions } = require('@alicloud/tea-util');
    const config = new Config({
      ...testKey,
      endpoint: simulator.url.slice('http://'.length),
      protocol: 'HTTP',
      regionId: RegionId,
      signatureAlgorithm: 'v2',
    });
    const client = new Client(config);
    const call = (query: object) =>
      client.doRPCRequest(
        'DescribeInstances',
        '2024-06-01',
        'HTTP',
        'POST',
        'AK',
        'json',
        { query },
        new RuntimeOptions({}),
      );
    const answer = await call({ RegionId, Name: 'web*', 'Tag.1.Key': "o'dd (~*!)" });
    assert.equal(answer.body.TotalCount, 0);
    assert.ok((await call({ RegionId })).body.TotalCount > 0);
    config.accessKeySecret = 'wrong';
    const stranger = new Client(config);
    await assert.rejects(
      stranger.doRPCRequest(
        'DescribeRegions',
        '2024-06-01',
        'HTTP',
        'POST',
        'AK',
        'json',
        { query: {} },
        new RuntimeOptions({}),
      ),
      { code: 'InvalidSignature' },
    );
  });
});
