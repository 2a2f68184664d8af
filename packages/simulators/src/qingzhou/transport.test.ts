import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeRpcParameters, formatRpcTimestamp, signQingzhou } from '@sampan/accesskey';
import { instanceIdAt } from './seed.ts';
import { testKey, testSimulator } from './testing.ts';

let nonce = 0;
function signed(action: string, more: Record<string, string> = {}): string {
  nonce += 1;
  const parameters = {
    Action: action,
    Version: '2024-06-01',
    AccessKeyId: testKey.accessKeyId,
    SignatureMethod: 'HMAC-SHA256',
    SignatureVersion: '1.0',
    SignatureNonce: `nonce-${nonce}`,
    Timestamp: formatRpcTimestamp(Date.now()),
    RegionId: 'cn-north-1',
    ...more,
  };
  return encodeRpcParameters({ ...parameters, Signature: signQingzhou('GET', parameters, testKey.accessKeySecret) });
}
const read = async (url: string) => (await (await fetch(url)).json()) as Record<string, unknown>;
type Row = {
  InstanceId: string;
  Name: string;
  Status: string;
  VpcId: string;
  Tags: Record<string, string>;
  LockReason?: string;
};
const list = async (url: string, more: Record<string, string> = {}) =>
  (await read(`${url}/?${signed('DescribeInstances', { PageSize: '100', ...more })}`)) as unknown as {
    TotalCount: number;
    Instances: Row[];
  };

describe('the transport of the simulated cloud', () => {
  test('HEAD, the unsigned list of regions and unknown paths are answered, marked and dated', async (context) => {
    const { url } = await testSimulator(context);
    for (const [path, method, status] of [
      ['/', 'HEAD', 200],
      ['/v1/regions', 'GET', 200],
      ['/v1/regions', 'HEAD', 200],
      ['/', 'GET', 400],
      ['/nowhere', 'GET', 404],
      ['/nowhere', 'DELETE', 404],
      ['/?Action=A&Action=B', 'GET', 400],
      ['/?Action=%E4', 'GET', 400],
    ] as const) {
      const answer = await fetch(url + path, { method });
      assert.equal(answer.status, status, `${method} ${path}`);
      assert.equal(answer.headers.get('x-sampan-simulator'), 'qingzhou');
      assert.ok(Math.abs(Date.parse(answer.headers.get('date') ?? '') - Date.now()) < 5000);
      if (method !== 'HEAD') assert.ok(((await answer.json()) as { RequestId: string }).RequestId);
    }
  });

  test('a body that is too large is refused, and an unsigned call names what is missing', async (context) => {
    const { url } = await testSimulator(context);
    const answer = await fetch(url, { method: 'POST', body: new Uint8Array(1024 * 1024 + 1) });
    assert.equal(answer.status, 413);
    await answer.arrayBuffer();
    const missing = await read(`${url}/?Action=DescribeRegions`);
    assert.deepEqual(
      [missing.Code, missing.Message],
      ['MissingParameter', 'The parameter AccessKeyId is needed for this call.'],
    );
  });

  test('pages hold every instance once, in a steady order', async (context) => {
    const { url } = await testSimulator(context, { instances: 57 });
    const seen: string[] = [];
    for (let page = 1; page <= 4; page += 1) {
      const { Instances, TotalCount } = await list(url, { PageSize: '20', PageNumber: String(page) });
      assert.equal(TotalCount, 57);
      seen.push(...Instances.map((each) => each.InstanceId));
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 57 }, (_, index) => instanceIdAt('cn-north-1', index)),
    );
  });

  test('filters: ids, state, VPC, name, tag', async (context) => {
    const { url } = await testSimulator(context, { instances: 120 });
    const all = [...(await list(url)).Instances, ...(await list(url, { PageNumber: '2' })).Instances];
    assert.equal(all.length, 120);
    const expectSame = async (filter: Record<string, string>, fits: (row: Row) => boolean) => {
      const expected = all.filter(fits).map((row) => row.InstanceId);
      const { Instances, TotalCount } = await list(url, filter);
      assert.ok(TotalCount > 0 && TotalCount < 120, JSON.stringify(filter));
      assert.deepEqual(
        Instances.map((row) => row.InstanceId),
        expected.slice(0, 100),
        JSON.stringify(filter),
      );
    };
    const [first] = all;
    assert.ok(first);
    await expectSame({ InstanceIds: JSON.stringify([first.InstanceId, 'i-none']) }, (row) => row === first);
    await expectSame({ Status: 'Stopped' }, (row) => row.Status === 'Stopped');
    await expectSame({ VpcId: first.VpcId }, (row) => row.VpcId === first.VpcId);
    await expectSame({ Name: '主机*' }, (row) => row.Name.startsWith('主机'));
    await expectSame({ Name: first.Name }, (row) => row === first);
    await expectSame({ 'Tag.1.Key': 'team', 'Tag.1.Value': '运维' }, (row) => row.Tags.team === '运维');
    assert.equal((await list(url, { Name: '%' })).TotalCount, 0, 'a wildcard of SQL is an ordinary character');
    assert.equal((await list(url, { InstanceIds: '[]' })).TotalCount, 0);
    const locked = all.filter((row) => row.Status === 'Locked');
    assert.ok(locked.length > 0 && locked.every((row) => row.LockReason));
  });

  test('the same number gives the same instances', async (context) => {
    const now = () => Date.parse('2026-06-01T10:00:00Z');
    const rows = async () => {
      const simulator = await testSimulator(context, { now, instances: 30 });
      const Timestamp = formatRpcTimestamp(now());
      return (await list(simulator.url, { Timestamp })).Instances;
    };
    const first = await rows();
    assert.equal(first.length, 30);
    assert.deepEqual(await rows(), first);
  });

  test('10,000 instances are made and paged', async (context) => {
    const { url } = await testSimulator(context, { instances: 10_000 });
    const { TotalCount, Instances } = await list(url, { PageNumber: '100' });
    assert.deepEqual([TotalCount, Instances.length], [10_000, 100]);
    assert.equal(new Set(Instances.map((row) => row.InstanceId)).size, 100);
  });

  test('the state moves on with the clock, not with the calls', async (context) => {
    let clock = Date.now();
    const { url } = await testSimulator(context, { now: () => clock, transitionMs: 20_000 });
    const id = instanceIdAt('cn-north-1', 0);
    const call = (action: string, more = {}) =>
      read(`${url}/?${signed(action, { InstanceId: id, Timestamp: formatRpcTimestamp(clock), ...more })}`);
    const state = async () =>
      (await list(url, { InstanceIds: JSON.stringify([id]), Timestamp: formatRpcTimestamp(clock) })).Instances[0]
        ?.Status;
    assert.equal((await call('RebootInstance')).Code, undefined);
    assert.equal(await state(), 'Rebooting');
    assert.equal((await call('StopInstance')).Code, 'OperationConflict');
    clock += 20_000;
    assert.equal(await state(), 'Running');
    assert.equal((await call('StopInstance')).Code, undefined);
    assert.equal(await state(), 'Stopping');
    clock += 19_999;
    assert.equal(await state(), 'Stopping');
    clock += 1;
    assert.equal(await state(), 'Stopped');
    assert.equal((await call('StartInstance')).Code, undefined);
    assert.equal(await state(), 'Starting');
    assert.equal((await call('StopInstance', { Force: 'true' })).Code, undefined);
    clock += 20_000;
    assert.equal(await state(), 'Stopped');
  });

  test('faults do what they are called', async (context) => {
    const simulator = await testSimulator(context);
    const { url } = simulator;
    const id = instanceIdAt('cn-north-1', 0);
    const ask = (action: string) => fetch(`${url}/?${signed(action, { InstanceId: id })}`);
    const state = async () => (await list(url, { InstanceIds: JSON.stringify([id]) })).Instances[0]?.Status;
    simulator.setFaults(['drop-before:StopInstance:once', 'html:DescribeRegions']);
    await assert.rejects(ask('StopInstance'));
    assert.equal(await state(), 'Running');
    assert.match(await (await ask('DescribeRegions')).text(), /^<!doctype html>/);
    simulator.setFaults(['throttle:once', 'error=InternalError:DescribeRegions:once']);
    const throttled = await ask('DescribeRegions');
    assert.deepEqual([throttled.status, throttled.headers.get('retry-after')], [429, '1']);
    assert.equal((await ask('DescribeRegions')).status, 500);
    assert.equal((await ask('DescribeRegions')).status, 200);
    simulator.setFaults(['truncate:DescribeRegions']);
    await assert.rejects(async () => (await ask('DescribeRegions')).text());
    simulator.setFaults(['stuck:RebootInstance', 'drop-after:RebootInstance']);
    await assert.rejects(ask('RebootInstance'));
    assert.equal(await state(), 'Rebooting');
    assert.deepEqual(simulator.journal().accepted, { [id]: { RebootInstance: 1 } });
    assert.throws(() => simulator.setFaults(['nonsense']), /not understood/);
  });

  test('another process on this machine can read the journal and set faults', async (context) => {
    const { url } = await testSimulator(context);
    await list(url);
    await read(`${url}/?${signed('StopInstance', { InstanceId: 'i-none' })}`);
    assert.deepEqual(await read(`${url}/_simulator/healthz`), { status: 'ok' });
    assert.deepEqual(await read(`${url}/_simulator/calls`), {
      calls: { DescribeInstances: { OK: 1 }, StopInstance: { 'InvalidInstanceId.NotFound': 1 } },
      accepted: {},
    });
    const set = (body: string) => fetch(`${url}/_simulator/faults`, { method: 'PUT', body });
    assert.equal((await set('["html"]')).status, 200);
    assert.match(await (await fetch(`${url}/?${signed('DescribeRegions')}`)).text(), /^<!doctype html>/);
    assert.equal((await set('["nonsense"]')).status, 400);
    assert.equal((await set('{')).status, 400);
  });
});
