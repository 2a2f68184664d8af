import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const key = { id: 'TESTKEY', secret: 'a-secret-only-for-tests' };

function sign(...given: string[]): { authorization: string; date: string; target: string } {
  const run = spawnSync(process.execPath, [MAIN, 'sign', 'qingstor', '--json', ...given], {
    env: { ...process.env, SAMPAN_ACCESS_KEY_ID: key.id, SAMPAN_ACCESS_KEY_SECRET: key.secret },
    encoding: 'utf8',
    timeout: 90_000,
  });
  assert.equal(run.status, 0, run.stderr);
  return JSON.parse(run.stdout);
}

test('sampan qingstor-server serves what sampan sign qingstor signs, and ends when told to', async (context) => {
  const data = await mkdtemp(join(tmpdir(), 'sampan-cli-'));
  const command = [MAIN, 'qingstor-server', '--json', '--port', '0', '--data', data];
  const child = spawn(process.execPath, command, {
    env: { ...process.env, QINGSTOR_ACCESS_KEY_ID: key.id, QINGSTOR_SECRET_ACCESS_KEY: key.secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(async () => {
    child.kill('SIGKILL');
    await rm(data, { recursive: true, force: true, maxRetries: 10 });
  });
  const [line] = await once(child.stdout, 'data');
  const printed = JSON.parse(String(line));
  assert.deepEqual([printed.accessKeyId, printed.secretAccessKey], [key.id, undefined]);
  const made = sign('--method', 'PUT', '--uri', '/cli-bucket');
  const headers = { Authorization: made.authorization, Date: made.date };
  assert.equal((await fetch(`${printed.url}/cli-bucket`, { method: 'PUT', headers })).status, 201);
  const { target } = sign('--method', 'PUT', '--uri', '/cli-bucket/a%20b', '--expires', '60');
  assert.equal((await fetch(`${printed.url}${target}`, { method: 'PUT', body: new Blob(['hello']) })).status, 201);
  const read = sign('--uri', '/cli-bucket/a%20b', '--expires', '60');
  assert.equal(await (await fetch(`${printed.url}${read.target}`)).text(), 'hello');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});
