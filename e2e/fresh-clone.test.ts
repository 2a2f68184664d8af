import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { CHECKOUT, Started } from './lib/checkout.ts';

const INSTALL_TIMEOUT_MS = 480_000;
const PASSWORD = 'four random words here';

test('a fresh clone comes up with npm start alone, serves console and API, and the CLI works in it', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sampan-clone-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const clone = path.join(folder, 'sampan');
  const cloned = spawnSync('git', ['clone', '--quiet', '--no-hardlinks', CHECKOUT, clone], { encoding: 'utf8' });
  assert.equal(cloned.status, 0, cloned.stderr);

  const sampan = new Started(clone, { SAMPAN_ADMIN_PASSWORD: PASSWORD });
  t.after(() => sampan.stop());
  const url = await sampan.url(INSTALL_TIMEOUT_MS);
  assert.equal((await fetch(new URL('/healthz', url))).status, 200);
  assert.match(await (await fetch(url)).text(), /<div id="root">/);
  assert.equal(
    ((await (await fetch(new URL('/api/v1/openapi.json', url))).json()) as { openapi: string }).openapi,
    '3.1.0',
  );
  assert.match(await (await fetch(new URL('/api/docs/', url))).text(), /swagger/i);

  const sampanCommand = (args: string[], input = '') =>
    spawnSync('npx', ['--no', 'sampan', ...args], {
      cwd: clone,
      input,
      encoding: 'utf8',
      env: { ...process.env, SAMPAN_URL: url, XDG_CONFIG_HOME: path.join(folder, 'config') },
    });
  const login = sampanCommand(['login', '--username', 'admin', '--password-stdin'], PASSWORD);
  assert.equal(login.status, 0, login.stderr);
  assert.equal(sampanCommand(['host', 'simulate']).status, 0);
  const list = sampanCommand(['host', 'list', '--json']);
  assert.equal(JSON.parse(list.stdout)[0].simulated, true, list.stderr);
  const status = spawnSync('git', ['status', '--porcelain'], { cwd: clone, encoding: 'utf8' });
  assert.equal(status.stdout, '', 'running it leaves nothing behind in the checkout');
});
