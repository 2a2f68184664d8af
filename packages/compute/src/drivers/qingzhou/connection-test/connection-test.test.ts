import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { ConnectionCheck } from '@sampan/driver';
import { instanceIdAt, type QingzhouSimulatorOptions, startQingzhouSimulator } from '@sampan/simulators';
import { qingzhouDriverType } from '../index.ts';

const key = { accessKeyId: 'TESTKEY0000000000001', accessKeySecret: 'a-secret-only-for-tests-0000000000000001' };
const { signal } = new AbortController();
const environment = { fetch: globalThis.fetch, now: Date.now, sleep: async () => undefined };

type Changes = { simulator?: Partial<QingzhouSimulatorOptions>; options?: Record<string, string> };

async function check(context: TestContext, { simulator: changed, options }: Changes = {}) {
  const simulator = await startQingzhouSimulator({ ...key, requestsPerSecond: 10_000, ...changed });
  context.after(() => simulator.close());
  const values = { endpoint: simulator.url, region: 'cn-north-1', ...key, ...options };
  const driver = qingzhouDriverType.create(values, environment);
  const checks = await Array.fromAsync(driver.testConnection(signal));
  const of = (name: string): Partial<ConnectionCheck> => checks.find((each) => each.name === name) ?? {};
  const states = Object.fromEntries(checks.map((each) => [each.name, each.state]));
  return { simulator, driver, checks, of, states };
}

const sub = (actions: string[], resources?: string[]) => ({
  keys: [{ accessKeyId: 'sub', accessKeySecret: 'sub', policy: [{ actions, ...(resources && { resources }) }] }],
});
const asSub = { accessKeyId: 'sub', accessKeySecret: 'sub' };

describe('Test Connection of a Qingzhou host', () => {
  test('passes every step of a good host, in order, and changes nothing', async (context) => {
    const options = { vpcId: 'vpc-n17c2e9d4b', defaultImage: 'image-n10a51', defaultFlavor: 'flavor-c1large' };
    const { checks, simulator, driver } = await check(context, { options, simulator: { instances: 200 } });
    assert.deepEqual(
      checks.map(({ name, state }) => `${name} ${state}`),
      [
        'resolve passed',
        'connect passed',
        'clock passed',
        'signature passed',
        'region passed',
        'list_instances passed',
        'list_networks passed',
        'list_images passed',
        'list_flavors passed',
        'network passed',
        'default_image passed',
        'default_flavor passed',
        'start_permission passed',
        'stop_permission passed',
        'restart_permission passed',
      ],
    );
    assert.ok(checks.every((each) => each.durationMs >= 0 && each.message !== ''));
    assert.match(checks[1]?.message ?? '', /simulator.*plain HTTP/);
    assert.equal(driver.isSimulated(), true);
    assert.deepEqual(simulator.journal().accepted, {});
  });

  test('a wrong secret fails at the signature, names both causes, and what needs it is skipped', async (context) => {
    const { of, states } = await check(context, { options: { accessKeySecret: 'wrong' } });
    const { state, code, cause } = of('signature');
    assert.deepEqual([state, code], ['failed', 'invalid_signature']);
    assert.match(cause ?? '', /blank.*15 minutes/);
    assert.deepEqual(
      [states.connect, states.region, states.list_images, states.stop_permission],
      ['passed', 'skipped', 'skipped', 'skipped'],
    );
  });

  test('an unknown key, a disabled key and an address outside the allow-list are told apart', async (context) => {
    const keys = [
      { accessKeyId: 'disabled', accessKeySecret: 'x', disabled: true },
      { accessKeyId: 'far', accessKeySecret: 'x', allowedAddresses: ['203.0.113.1'] },
    ];
    for (const [accessKeyId, code] of [
      ['nobody', 'unknown_access_key'],
      ['disabled', 'access_key_disabled'],
      ['far', 'address_not_allowed'],
    ] as const) {
      const { of } = await check(context, { simulator: { keys }, options: { accessKeyId, accessKeySecret: 'x' } });
      assert.deepEqual([of('signature').state, of('signature').code], ['failed', code]);
    }
  });

  test('a clock that is off is shown; one that can be corrected is a warning, further off it fails', async (context) => {
    for (const [fault, state, message] of [
      ['skew=+20m', 'warning', /\+1[12]\d\d s/],
      ['skew=-20m', 'warning', /−1[12]\d\d s/],
      ['skew=+5m', 'warning', /\+(?:29|30)\d s/],
      ['skew=+30h', 'failed', /\+10[78]\d\d\d s/],
    ] as const) {
      const { of, states } = await check(context, { simulator: { faults: [fault] } });
      assert.deepEqual([of('clock').state, of('clock').code], [state, 'clock_skew']);
      assert.match(of('clock').message ?? '', message);
      assert.match(of('clock').remedy ?? '', /ntpdate/);
      assert.equal(states.signature, state === 'failed' ? 'skipped' : 'passed');
    }
  });

  test('an endpoint that answers HTML, that nothing listens at, or that has no such name', async (context) => {
    const { of } = await check(context, { simulator: { faults: ['html'] } });
    assert.deepEqual([of('connect').state, of('connect').code], ['failed', 'unexpected_answer']);
    assert.match(of('connect').message ?? '', /HTML/);
    const gone = await check(context);
    await gone.simulator.close().catch(() => undefined);
    const [, connect] = await Array.fromAsync(gone.driver.testConnection(signal));
    assert.deepEqual([connect?.state, connect?.code], ['failed', 'cloud_unreachable']);
    assert.match(connect?.cause ?? '', /Nothing listens/);
    const nowhere = qingzhouDriverType.create(
      { ...key, region: 'r', endpoint: 'https://nowhere.invalid' },
      environment,
    );
    const [resolve, next] = await Array.fromAsync(nowhere.testConnection(signal));
    assert.deepEqual([resolve?.state, resolve?.code, next?.state], ['failed', 'cloud_unreachable', 'skipped']);
    assert.match(resolve?.cause ?? '', /does not resolve/);
  });

  test('a region that does not exist, with those that do', async (context) => {
    const { of, states } = await check(context, { options: { region: 'cn-nort-1' } });
    assert.deepEqual([of('region').state, of('region').code], ['failed', 'region_not_found']);
    assert.match(of('region').remedy ?? '', /cn-north-1, cn-east-1, cn-south-1/);
    assert.equal(states.list_instances, 'skipped');
  });

  test('each permission that is missing, one by one', async (context) => {
    const reading = ['ecs:Describe*', 'vpc:Describe*'];
    const readOnly = await check(context, { simulator: sub(reading), options: asSub });
    const forbidden = ['failed', 'permission_denied'];
    for (const name of ['start_permission', 'stop_permission', 'restart_permission']) {
      assert.deepEqual([readOnly.of(name).state, readOnly.of(name).code], forbidden);
      assert.match(readOnly.of(name).cause ?? '', /policy.*ARN/);
    }
    assert.equal(readOnly.states.list_networks, 'passed');
    const noVpc = await check(context, { simulator: sub(['ecs:*']), options: { ...asSub, vpcId: 'vpc-n17c2e9d4b' } });
    assert.deepEqual([noVpc.of('list_networks').state, noVpc.of('list_networks').code], forbidden);
    assert.deepEqual([noVpc.states.network, noVpc.states.stop_permission], ['skipped', 'passed']);
    const narrow = sub([...reading, 'ecs:StopInstance'], ['qrn:ecs:cn-north-1:*:image/*']);
    const { of, states } = await check(context, { simulator: narrow, options: asSub });
    assert.deepEqual([states.signature, states.region, states.list_instances], ['warning', 'warning', 'failed']);
    assert.equal(of('list_images').state, 'passed');
    assert.equal(states.start_permission, 'skipped');
  });

  test('without an instance a permission to change is not testable, and no green tick', async (context) => {
    const { of } = await check(context, { simulator: { instances: 0 } });
    assert.equal(of('list_instances').state, 'passed');
    assert.match(of('list_instances').message ?? '', /0 found.*permission is missing/);
    for (const name of ['start_permission', 'stop_permission', 'restart_permission']) {
      assert.deepEqual([of(name).state, of(name).code], ['warning', 'not_testable']);
    }
  });

  test('a default image of another region, deleted or in review, a sold out flavor, a VPC that is not there', async (context) => {
    const image = async (defaultImage: string) =>
      (await check(context, { options: { defaultImage } })).of('default_image');
    assert.deepEqual(
      [(await image('image-e10a51')).state, (await image('image-e10a51')).code],
      ['failed', 'image_not_found'],
    );
    assert.match((await image('image-e10a51')).cause ?? '', /not in this region/);
    assert.match((await image('image-n60a51')).message ?? '', /in review/);
    assert.match((await image('image-n70a51')).message ?? '', /was deleted/);
    const { of } = await check(context, { options: { defaultFlavor: 'flavor-g1xlarge', vpcId: 'vpc-none' } });
    assert.deepEqual([of('default_flavor').state, of('default_flavor').code], ['warning', 'flavor_sold_out']);
    assert.deepEqual([of('network').state, of('network').code], ['failed', 'network_not_found']);
  });

  test('throttling is explained with the cache and the QPS', async (context) => {
    const { of } = await check(context, { simulator: { faults: ['throttle'] } });
    assert.equal(of('signature').code, 'throttled');
    assert.match(of('signature').remedy ?? '', /qingzhou_cache_ttl.*QPS/);
  });

  test('a real cloud is only asked about instances where nothing can happen', async (context) => {
    const simulator = await startQingzhouSimulator({ ...key, requestsPerSecond: 10_000 });
    context.after(() => simulator.close());
    const asked: Record<string, string> = {};
    // The same answers, but nothing in them says "simulator"; and what is asked about is written down.
    const disguised: typeof globalThis.fetch = async (input, init) => {
      const form = new URLSearchParams(typeof init?.body === 'string' ? init.body : '');
      if (form.get('DryRun')) asked[form.get('Action') ?? ''] = form.get('InstanceId') ?? '';
      const answer = await fetch(input, init);
      const headers = new Headers(answer.headers);
      headers.delete('x-sampan-simulator');
      return new Response(answer.body, { status: answer.status, headers });
    };
    const values = { endpoint: simulator.url, region: 'cn-north-1', ...key };
    // A cloud that does not know the filter answers instances of any state.
    const unfiltered: typeof globalThis.fetch = async (input, init) => {
      const answer = await disguised(input, init);
      const text = (await answer.text()).replaceAll('"Status":"Stopped"', '"Status":"Running"');
      return new Response(text, { status: answer.status });
    };
    const careful = qingzhouDriverType.create(values, { ...environment, fetch: unfiltered });
    await Array.fromAsync(careful.testConnection(signal));
    assert.deepEqual(Object.keys(asked), ['StartInstance']);
    const driver = qingzhouDriverType.create(values, { ...environment, fetch: disguised });
    const checks = await Array.fromAsync(driver.testConnection(signal));
    assert.equal(driver.isSimulated(), false);
    assert.ok(
      checks.slice(-3).every((each) => each.state === 'passed'),
      JSON.stringify(checks.slice(-3)),
    );
    const [running, stopped] = [instanceIdAt('cn-north-1', 0), instanceIdAt('cn-north-1', 2)];
    assert.deepEqual(asked, { StartInstance: running, StopInstance: stopped, RebootInstance: stopped });
    for (let index = 0; index < 24; index += 1) simulator.setStatus(instanceIdAt('cn-north-1', index), 'Running');
    const again = await Array.fromAsync(driver.testConnection(signal));
    const verdicts = again.slice(-3).map((each) => `${each.name} ${each.state}`);
    assert.deepEqual(verdicts, ['start_permission passed', 'stop_permission warning', 'restart_permission warning']);
    assert.deepEqual(simulator.journal().accepted, {});
  });

  test('ends quietly when it is cancelled', async (context) => {
    const simulator = await startQingzhouSimulator({ ...key, faults: ['slow=30s'] });
    context.after(() => simulator.close());
    const driver = qingzhouDriverType.create({ endpoint: simulator.url, region: 'cn-north-1', ...key }, environment);
    const controller = new AbortController();
    const names: string[] = [];
    for await (const { name } of driver.testConnection(controller.signal)) {
      names.push(name);
      if (name === 'clock') controller.abort();
    }
    assert.deepEqual(names, ['resolve', 'connect', 'clock']);
  });
});
