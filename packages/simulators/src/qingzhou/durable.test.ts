import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeRpcParameters, formatRpcTimestamp, signQingzhou } from '@sampan/accesskey';
import { instanceIdAt } from './seed.ts';
import { testKey } from './testing.ts';

const PROGRAM = `
  import { startQingzhouSimulator } from ${JSON.stringify(new URL('./simulator.ts', import.meta.url).href)};
  const options = JSON.parse(process.env.SIMULATOR_OPTIONS);
  console.log((await startQingzhouSimulator(options)).url);
`;

async function startProcess(options: object): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    env: { ...process.env, SIMULATOR_OPTIONS: JSON.stringify(options) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { child, url: String(line).trim() };
}

async function call(url: string, nonce: string, more: Record<string, string>) {
  const parameters = {
    Version: '2024-06-01',
    AccessKeyId: testKey.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: nonce,
    Timestamp: formatRpcTimestamp(Date.now()),
    ...more,
  };
  const query = encodeRpcParameters({
    ...parameters,
    Signature: signQingzhou('GET', parameters, testKey.accessKeySecret),
  });
  return (await (await fetch(`${url}/?${query}`)).json()) as { Code?: string; Instances: { Status: string }[] };
}

test('kill -9 loses nothing that was acknowledged: changes, nonces, journal', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  const options = { ...testKey, statePath: join(folder, 'state.sqlite'), instances: 12, transitionMs: 3_600_000 };
  let running = await startProcess(options);
  context.after(() => {
    running.child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const id = instanceIdAt('cn-north-1', 0);
  const ids = JSON.stringify([id]);
  for (let round = 0; round < 3; round += 1) {
    const InstanceId = instanceIdAt('cn-north-1', round);
    const Action = round === 2 ? 'StartInstance' : 'StopInstance';
    assert.equal((await call(running.url, `nonce-${round}`, { Action, InstanceId })).Code, undefined);
    running.child.kill('SIGKILL');
    await once(running.child, 'exit');
    running = await startProcess({ ...options, instances: 99 });
    assert.equal((await call(running.url, `nonce-${round}`, { Action, InstanceId })).Code, 'SignatureNonceUsed');
    const journal = (await (await fetch(`${running.url}/_simulator/calls`)).json()) as { accepted: object };
    assert.equal(Object.keys(journal.accepted).length, round + 1);
  }
  const { Instances } = await call(running.url, 'last', { Action: 'DescribeInstances', InstanceIds: ids });
  assert.equal(Instances[0]?.Status, 'Stopping');
});
