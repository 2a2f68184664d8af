import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { instanceIdAt, startQingzhouSimulator } from '@sampan/simulators';
import { CHANGE_LIFETIME_MS, type QingzhouClientOptions } from './client.ts';
import { changeInstance, dryRunInstanceChange, instancesByIds } from './resources.ts';
import { impatientClient, json, scriptedServer, testKey } from './testing.ts';

const running = instanceIdAt('cn-north-1', 0);
const stopped = instanceIdAt('cn-north-1', 2);
const { signal } = new AbortController();
let wishes = 0;
const wish = (issuedAt = Date.now()) => {
  wishes += 1;
  return { requestId: `wish-${wishes}`, issuedAt, signal };
};

async function setUp(context: TestContext, faults: string[] = [], options: Partial<QingzhouClientOptions> = {}) {
  const simulator = await startQingzhouSimulator({
    ...testKey,
    faults,
    transitionMs: 60_000,
    requestsPerSecond: 10_000,
  });
  context.after(() => simulator.close());
  return { simulator, ...impatientClient(simulator.url, options) };
}

describe('a change', () => {
  test('is accepted once; the same wish again is already received, in another process too', async (context) => {
    const { simulator, client } = await setUp(context);
    const stop = wish();
    assert.equal(await changeInstance(client, 'stop', running, stop), 'accepted');
    assert.equal(await changeInstance(client, 'stop', running, stop), 'already_received');
    const { client: another } = impatientClient(simulator.url);
    assert.equal(await changeInstance(another, 'stop', running, stop), 'already_received');
    assert.deepEqual(simulator.journal().accepted, { [running]: { StopInstance: 1 } });
    assert.equal((await instancesByIds(client, [running], signal))[0]?.state, 'stopping');
  });

  test('whose answer was lost is sent again and not done twice', async (context) => {
    const { simulator, client } = await setUp(context, ['drop-after:RebootInstance:once']);
    assert.equal(await changeInstance(client, 'restart', running, wish()), 'already_received');
    assert.deepEqual(simulator.journal().accepted, { [running]: { RebootInstance: 1 } });
  });

  test('that was lost on its way is sent again and done', async (context) => {
    const { simulator, client } = await setUp(context, ['drop-before:RebootInstance:3x']);
    assert.equal(await changeInstance(client, 'restart', running, wish()), 'accepted');
    assert.deepEqual(simulator.journal().accepted, { [running]: { RebootInstance: 1 } });
  });

  test('that is throttled is done once, though throttling uses its nonce up', async (context) => {
    const { simulator, client, pauses } = await setUp(context, ['throttle:RebootInstance:2x']);
    assert.equal(await changeInstance(client, 'restart', running, wish()), 'accepted');
    assert.equal(pauses.length, 2);
    assert.ok(
      pauses.every((pause) => pause >= 1000),
      'Retry-After: 1 is honoured',
    );
    assert.deepEqual(simulator.journal().accepted, { [running]: { RebootInstance: 1 } });
  });

  test('that stays throttled fails as throttled, and can be sent again with the same wish', async (context) => {
    const { simulator, client } = await setUp(context, ['throttle:RebootInstance:7x']);
    const restart = wish();
    await assert.rejects(changeInstance(client, 'restart', running, restart), { code: 'throttled', retryable: true });
    assert.equal(await changeInstance(client, 'restart', running, restart), 'accepted');
    assert.deepEqual(simulator.journal().accepted, { [running]: { RebootInstance: 1 } });
  });

  test('throttled after an attempt without an answer keeps its nonce: better not known than twice', async (context) => {
    const throttled = json(400, { RequestId: 'r', Code: 'Throttling.User', Message: 'slow down' });
    const { url, received } = await scriptedServer(context, [
      (response) => response.destroy(),
      throttled,
      json(400, { RequestId: 'r', Code: 'SignatureNonceUsed', Message: 'used' }),
    ]);
    const { client } = impatientClient(url);
    assert.equal(await changeInstance(client, 'stop', 'i-1', wish()), 'already_received');
    assert.equal(new Set(received.map(({ parameters }) => parameters.get('SignatureNonce'))).size, 1);
    assert.equal(received.length, 3);
  });

  test('from before this process started keeps its nonce when throttled', async (context) => {
    const { url, received } = await scriptedServer(context, [
      json(429, { RequestId: 'r', Code: 'Throttling' }),
      json(200, { RequestId: 'r' }),
    ]);
    const { client } = impatientClient(url);
    assert.equal(await changeInstance(client, 'stop', 'i-1', wish(Date.now() - 60_000)), 'accepted');
    assert.equal(new Set(received.map(({ parameters }) => parameters.get('SignatureNonce'))).size, 1);
  });

  test('is the same signed request at every attempt, in the body and not in the address', async (context) => {
    const { url, received } = await scriptedServer(context, [
      (response) => response.destroy(),
      json(503, { RequestId: 'r', Code: 'ServiceUnavailable' }),
      json(200, { RequestId: 'r' }),
    ]);
    const { client } = impatientClient(url);
    assert.equal(await changeInstance(client, 'stop', 'i-1', { ...wish(), force: true }), 'accepted');
    assert.equal(received.length, 3);
    assert.equal(new Set(received.map(({ parameters }) => parameters.toString())).size, 1);
    for (const { method, url: address, parameters } of received) {
      assert.deepEqual([method, address, parameters.get('Force')], ['POST', '/', 'true']);
    }
  });

  test('is refused here when it is older than 14 minutes, and nothing is sent', async (context) => {
    const { simulator, client } = await setUp(context);
    const old = wish(Date.now() - CHANGE_LIFETIME_MS - 1);
    await assert.rejects(changeInstance(client, 'stop', running, old), { code: 'request_expired', retryable: false });
    assert.deepEqual(simulator.journal().calls, {});
    assert.equal(
      await changeInstance(client, 'stop', running, wish(Date.now() - CHANGE_LIFETIME_MS + 60_000)),
      'accepted',
    );
  });

  test('works with a clock that is 20 minutes off, and once', async (context) => {
    for (const skew of ['skew=+20m', 'skew=-20m']) {
      const { simulator, client } = await setUp(context, [skew, 'drop-after:StopInstance:once']);
      assert.equal(await changeInstance(client, 'stop', running, wish()), 'already_received');
      assert.deepEqual(simulator.journal().accepted, { [running]: { StopInstance: 1 } });
      assert.equal(Math.round((client.skewMs() ?? 0) / 60_000), skew === 'skew=+20m' ? 20 : -20);
    }
  });

  test('that the state does not allow, or of an instance that is gone, is an error of its own', async (context) => {
    const { client } = await setUp(context);
    await assert.rejects(changeInstance(client, 'start', running, wish()), {
      code: 'wrong_state',
      remoteCode: 'IncorrectInstanceStatus',
    });
    await assert.rejects(changeInstance(client, 'start', 'i-none', wish()), {
      code: 'not_found',
      resource: 'instance',
    });
  });

  test('can be asked about without doing it', async (context) => {
    const { simulator, client } = await setUp(context);
    await assert.rejects(dryRunInstanceChange(client, 'stop', running, signal), { code: 'dry_run_allowed' });
    await assert.rejects(dryRunInstanceChange(client, 'stop', stopped, signal), { code: 'wrong_state' });
    assert.deepEqual(simulator.journal().accepted, {});
  });

  test('that is aborted ends at once', async (context) => {
    const { client } = await setUp(context, ['slow=30s:StopInstance']);
    const controller = new AbortController();
    const call = changeInstance(client, 'stop', running, { ...wish(), signal: controller.signal });
    controller.abort();
    await assert.rejects(call, { code: 'cancelled' });
  });
});
