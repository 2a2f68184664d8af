import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CHECKOUT, Started } from './lib/checkout.ts';
import { BIN, Cli } from './lib/cli.ts';

const PASSWORD = 'four random words here';

describe('the command line', () => {
  let sampan: Started;
  let url: string;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'sampan-cli-'));
    sampan = new Started(CHECKOUT, { SAMPAN_ADMIN_PASSWORD: PASSWORD });
    url = await sampan.url();
  });
  after(async () => {
    await sampan?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const cli = (): Cli => new Cli(folder, { SAMPAN_URL: url });
  const run: Cli['run'] = (args, options) => cli().run(args, options);

  test('signs as the vendor’s scripts do, the seed’s example included', async () => {
    const key = {
      SAMPAN_ACCESS_KEY_ID: 'vvSZpmj4cnB53qUDmm6E',
      SAMPAN_ACCESS_KEY_SECRET: '8heumeFTvIeZxkTGfEYvVi9qVVPd9ffQNDALSPPb',
    };
    const { stdout, stderr, code } = await run(
      ['sign', 'zstack', '--method', 'GET', '--uri', '/v1/vm-instances', '--date', 'Fri, 06 Aug 2021 17:58:34 PRC'],
      { env: key },
    );
    assert.equal(code, 0);
    assert.deepEqual(stdout.trim().split('\n'), [
      'Fri, 06 Aug 2021 17:58:34 PRC',
      'Signature: hPToRHeHdV49D4u20G8OlE0yJho=',
      'Authoration ZStack vvSZpmj4cnB53qUDmm6E:hPToRHeHdV49D4u20G8OlE0yJho=',
    ]);
    assert.ok(!stdout.includes(key.SAMPAN_ACCESS_KEY_SECRET) && !stderr.includes(key.SAMPAN_ACCESS_KEY_SECRET));
    const now = await run(['sign', 'zstack', '--uri', '/v1/zones'], { env: key });
    assert.match(
      now.stdout,
      /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d PRC\n/,
    );
  });

  test('a secret on the command line warns', async () => {
    const { stderr } = await run([
      'sign',
      'zstack',
      '--uri',
      '/v1/x',
      '--access-key-id',
      'a',
      '--access-key-secret',
      'b',
    ]);
    assert.match(stderr, /warning: a secret on the command line/);
  });

  test('says what to do when not logged in, when the server is gone, and when the line is wrong, each with its exit code', async () => {
    const stranger = await run(['host', 'list']);
    assert.equal(stranger.code, 3);
    assert.match(stranger.stderr, /sampan login/);
    const gone = await run(['host', 'list'], {
      env: { SAMPAN_URL: 'http://127.0.0.1:9', SAMPAN_ACCESS_KEY_ID: 'a', SAMPAN_ACCESS_KEY_SECRET: 'b' },
    });
    assert.equal(gone.code, 4);
    assert.match(gone.stderr, /was not reached/);
    assert.equal((await run(['host', 'fly'])).code, 2);
    assert.equal((await run(['host', 'add'])).code, 2);
    const wrong = await run(['login', '--username', 'admin', '--password-stdin'], { input: 'nonsense' });
    assert.equal(wrong.code, 3);
    assert.match(wrong.stderr, /password is wrong/);
  });

  test('logs in once and keeps an AccessKey that only its owner can read, not the password', async () => {
    const { code, stderr } = await run(['login', '--username', 'admin', '--password-stdin'], {
      input: `${PASSWORD}\n`,
    });
    assert.equal(code, 0, stderr);
    const file = path.join(folder, '.config', 'sampan', 'profiles.json');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(!readFileSync(file, 'utf8').includes(PASSWORD));
    assert.equal((await run(['login', '--username', 'admin', '--password-stdin'], { input: PASSWORD })).code, 0);
    const keys = JSON.parse((await run(['access-key', 'list', '--json'])).stdout);
    assert.equal(keys.length, 1, 'logging in again leaves no forgotten key');
    assert.match((await run(['whoami'])).stdout, /USER\s+admin/);
  });

  test('adds a host by the options of its type, tests it, and waits for its instances', async () => {
    const simulator = spawn(
      process.execPath,
      [BIN, 'simulate', 'qingzhou', '--port', '0', '--instances', '12', '--transition', '300', '--json'],
      {
        env: {
          PATH: process.env.PATH ?? '',
          SAMPAN_SIMULATOR_ACCESS_KEY_ID: 'cli-key',
          SAMPAN_SIMULATOR_ACCESS_KEY_SECRET: 'cli-secret',
        },
      },
    );
    try {
      const cloud = JSON.parse(
        await new Promise<string>((resolve) => simulator.stdout.once('data', (chunk) => resolve(String(chunk)))),
      );
      assert.ok(!JSON.stringify(cloud).includes('cli-secret'), 'a key that was given is not told');
      const types = await run(['host', 'types', 'qingzhou']);
      assert.match(types.stdout, /--access-key-id/);
      assert.match(types.stdout, /SAMPAN_HOST_ACCESS_KEY_SECRET/);
      const flags = [
        '--type',
        'qingzhou',
        '--endpoint',
        cloud.url,
        '--region',
        'cn-north-1',
        '--access-key-id',
        'cli-key',
      ];
      const bad = await run(['host', 'add', 'cloud', ...flags, '--nonsense', '1'], {
        env: { SAMPAN_HOST_ACCESS_KEY_SECRET: 'cli-secret' },
      });
      assert.equal(bad.code, 2);
      const refused = await run(['host', 'add', 'cloud', ...flags], {
        env: { SAMPAN_HOST_ACCESS_KEY_SECRET: 'wrong' },
      });
      assert.equal(refused.code, 1);
      assert.match(refused.stdout, /✖ signature/);
      assert.match(refused.stdout, /remedy:/);
      const added = await run(['host', 'add', 'cloud', ...flags], {
        env: { SAMPAN_HOST_ACCESS_KEY_SECRET: 'cli-secret' },
      });
      assert.equal(added.code, 0, added.stderr);
      assert.match(added.stdout, /INSTANCES\s+12/);

      const running = JSON.parse((await run(['instance', 'list', '--state', 'running', '--json'])).stdout);
      assert.ok(running.length > 3);
      const [one, two] = running;
      const stopped = await run(['instance', 'stop', one.name, two.remoteId]);
      assert.equal(stopped.code, 0, stopped.stderr);
      assert.equal(stopped.stderr.match(/✔ instance\.stop/g)?.length, 2);
      const again = await run(['instance', 'stop', one.name]);
      assert.equal(again.code, 1);
      assert.match(again.stderr, /is stopped; stop needs it to be running/);
      const started = JSON.parse((await run(['instance', 'start', one.id, '--json'])).stdout);
      assert.equal(started.state, 'succeeded');
      assert.match((await run(['instance', 'show', one.name])).stdout, /STATE\s+running/);
      assert.match((await run(['operation', 'list'])).stdout, /instance\.start\s+\S+\s+cloud\s+succeeded/);
      assert.match((await run(['operation', 'show', started.id])).stdout, /succeeded\s+wait/);
      assert.equal((await run(['host', 'remove', 'cloud'])).code, 2, 'removing asks first');
      assert.equal((await run(['host', 'remove', 'cloud', '--yes'])).code, 0);
    } finally {
      simulator.kill('SIGTERM');
    }
  });

  test('makes an AccessKey with scopes that can do just that', async () => {
    const made = JSON.parse(
      (await run(['access-key', 'create', '--description', 'reader', '--scope', 'host:read', '--json'])).stdout,
    );
    const env = { SAMPAN_ACCESS_KEY_ID: made.accessKeyId, SAMPAN_ACCESS_KEY_SECRET: made.accessKeySecret };
    assert.equal((await run(['host', 'list'], { env })).code, 0);
    const denied = await run(['user', 'list'], { env });
    assert.equal(denied.code, 3);
    assert.match(denied.stderr, /do not include user:read/);
    assert.equal((await run(['access-key', 'delete', made.accessKeyId])).code, 0);
    assert.equal((await run(['host', 'list'], { env })).code, 3);
  });

  test('manages users and reads the audit log', async () => {
    assert.equal(
      (
        await run(['user', 'add', 'li.wei', '--role', 'operator', '--password-stdin'], {
          input: 'a good long password',
        })
      ).code,
      0,
    );
    assert.match((await run(['user', 'edit', 'li.wei', '--disable'])).stdout, /disabled/);
    assert.equal((await run(['user', 'remove', 'li.wei'])).code, 0);
    const audit = await run(['audit', 'list', '--action', 'user.delete']);
    assert.match(audit.stdout, /user\.delete\s+li\.wei\s+succeeded/);
    assert.match((await run(['audit', 'verify'])).stdout, /The chain is whole/);
  });

  test('a wrong fault of the simulator is refused with those that exist', async () => {
    const { code, stderr } = await run(['simulate', 'qingzhou', '--port', '0', '--fault', 'nonsense']);
    assert.equal(code, 2);
    assert.match(stderr, /drop-after/);
  });

  test('logs out: profile and key are gone', async () => {
    assert.equal((await run(['logout'])).code, 0);
    assert.equal((await run(['host', 'list'])).code, 3);
  });
});
