import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { CHECKOUT, Started } from './lib/checkout.ts';
import { Cli } from './lib/cli.ts';

const PASSWORD = 'four random words here';

test('a lost secret key comes back by the command line, and a copied server takes over when it is told to', async (t) => {
  const home = mkdtempSync(path.join(tmpdir(), 'sampan-recovery-'));
  const data = path.join(home, 'data');
  const keys = path.join(home, '.config', 'sampan', 'keys');
  let sampan: Started | undefined;
  t.after(async () => {
    await sampan?.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  });
  const start = async (more: Record<string, string> = {}): Promise<Cli> => {
    await sampan?.stop();
    sampan = new Started(CHECKOUT, { HOME: home, SAMPAN_DATA: data, SAMPAN_ADMIN_PASSWORD: PASSWORD, ...more });
    const cli = new Cli(home, { SAMPAN_URL: await sampan.url() });
    const login = await cli.run(['login', '--username', 'admin', '--password-stdin'], { input: PASSWORD });
    assert.equal(login.code, 0, login.stderr);
    return cli;
  };

  let cli = await start();
  assert.match(await cli.good('secret-key', 'show'), /RECOVERY KEY\s+none/);
  const recoveryKey = (await cli.good('recovery-key', 'make')).trim();
  assert.match(recoveryKey, /^AGE-SECRET-KEY-1[A-Z0-9]{58}$/);
  const again = await cli.run(['recovery-key', 'make']);
  assert.deepEqual([again.code, /--replace|replaced/.test(again.stderr)], [1, true], again.stderr);
  const wrong = await cli.run(['recovery-key', 'check', '--key-stdin'], { input: recoveryKey.replace(/.$/, 'B') });
  assert.deepEqual([wrong.code, /a letter is wrong/.test(wrong.stderr)], [1, true], wrong.stderr);
  const right = await cli.run(['recovery-key', 'check'], { env: { SAMPAN_RECOVERY_KEY: recoveryKey.toLowerCase() } });
  assert.equal(right.code, 0, right.stderr);
  assert.match(await cli.good('secret-key', 'show'), /CHECKED\s+2/);
  const before = JSON.parse(await cli.good('secret-key', 'show', '--json')).id;
  const rotated = await cli.run(['secret-key', 'rotate']);
  assert.deepEqual(
    [rotated.code, /secret_key\.rotate Sampan: succeeded/.test(rotated.stderr)],
    [0, true],
    rotated.stderr,
  );
  const present = JSON.parse(await cli.good('secret-key', 'show', '--json')).id;
  assert.notEqual(present, before);
  assert.deepEqual(readdirSync(keys).sort(), [`${before}.key`, `${present}.key`].sort());

  await sampan?.stop();
  rmSync(keys, { recursive: true });
  sampan = new Started(CHECKOUT, { HOME: home, SAMPAN_DATA: data });
  await assert.rejects(sampan.url(), /with which the data are sealed, is not at[\s\S]*SAMPAN_RECOVERY_KEY/);
  // As if the data were a copy that a plan made.
  const database = new DatabaseSync(path.join(data, 'sampan.sqlite'));
  database.exec(`insert into properties (name, value) values ('copied_from', '{"copiedAt":1795000000000}')`);
  database.close();
  cli = await start({ SAMPAN_RECOVERY_KEY: recoveryKey });
  assert.deepEqual(readdirSync(keys), [`${present}.key`]);
  cli = await start();

  const shown = await cli.run(['system', 'show']);
  assert.match(shown.stdout, /\(this one\)/);
  assert.match(shown.stderr, /started from a copy/);
  const asked = await cli.run(['system', 'take-over']);
  assert.deepEqual([asked.code, /--yes/.test(asked.stderr)], [2, true], asked.stderr);
  await cli.good('system', 'take-over', '--yes');
  assert.equal(JSON.parse(await cli.good('system', 'show', '--json')).standby, null);
});
