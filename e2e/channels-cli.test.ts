import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ChatVendors, SECRETS } from '../packages/server/src/testing/chat-vendors.ts';
import { CHECKOUT, Started } from './lib/checkout.ts';
import { Cli } from './lib/cli.ts';

const PASSWORD = 'four random words here';

describe('channels by the command line', () => {
  const chats = new ChatVendors();
  let sampan: Started;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sampan-channels-cli-'));
    await chats.listen();
    sampan = new Started(CHECKOUT, { SAMPAN_ADMIN_PASSWORD: PASSWORD });
    const url = await sampan.url(60_000);
    const done = await run(['login', '--url', url, '--username', 'admin', '--password-stdin'], { input: PASSWORD });
    assert.equal(done.code, 0, done.stderr);
  });
  after(async () => {
    await sampan?.stop();
    await chats.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const cli = (): Cli => new Cli(folder);
  const run: Cli['run'] = (args, options) => cli().run(args, options);
  const good: Cli['good'] = (...args) => cli().good(...args);

  test('types tell their flags and where their secrets are read from', async () => {
    assert.match(await good('channel', 'types'), /dingtalk +DingTalk/);
    const telegram = await good('channel', 'types', 'telegram');
    assert.match(telegram, /--chat-id <value>/);
    assert.match(telegram, /SAMPAN_CHANNEL_BOT_TOKEN/);
    assert.match(await good('channel', 'events'), /plan\.overdue +error/);
  });

  test('a channel is created after its test message arrived, with rules, and shown without secrets', async () => {
    const { baseUrl = '', botToken = '', chatId = '' } = chats.options('telegram');
    const env = { SAMPAN_CHANNEL_BOT_TOKEN: botToken };
    const create = (...more: string[]) =>
      run(['channel', 'create', 'phone', '--type', 'telegram', '--base-url', baseUrl, ...more], { env });
    const refused = await create('--chat-id=5');
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /✖ send/);
    assert.deepEqual(JSON.parse(await good('channel', 'list', '--json')), []);
    const made = await create(
      `--chat-id=${chatId}`,
      ...['--language', 'zh-CN', '--digest', 'daily@09:30', '--time-zone', 'Asia/Shanghai', '--repeat', 'never'],
      ...['--rule', 'severity=error events=plan.overdue,plan.run_failed about=plan:p1', '--rule', 'severity=warning'],
    );
    assert.equal(made.code, 0, made.stderr);
    assert.equal(chats.of('telegram').length, 1);
    assert.match(
      made.stdout,
      /RULES +severity=error events=plan\.overdue,plan\.run_failed about=plan:p1; severity=warning/,
    );
    assert.match(made.stdout, /DIGEST +daily@09:30/);
    assert.match(made.stdout, /SECRETS +botToken is set/);
    const shown = JSON.parse(await good('channel', 'show', 'phone', '--json'));
    assert.equal(shown.repeatAfterHours, null);
    assert.deepEqual(shown.rules[0].resources, [{ kind: 'plan', id: 'p1' }]);
    for (const text of [made.stdout, made.stderr, JSON.stringify(shown)])
      assert.ok(!text.includes(SECRETS.telegramToken));
  });

  test('it is updated, tested, listed and deleted', async () => {
    const updated = await good(
      'channel',
      'update',
      'phone',
      '--preset',
      'everything',
      '--digest',
      'immediately',
      '--disable',
    );
    assert.match(updated, /RULES +severity=info$/m);
    assert.match(updated, /ENABLED +no/);
    assert.match(await good('channel', 'test', 'phone'), /✔ send/);
    assert.match(await good('channel', 'list'), /phone +telegram +-1001234 +no/);
    assert.deepEqual(JSON.parse(await good('channel', 'deliveries', 'phone', '--json')), []);
    const wrong = await run(['channel', 'update', 'phone', '--rule', 'loud']);
    assert.equal(wrong.code, 2);
    assert.equal((await run(['channel', 'delete', 'phone'])).code !== 0, true);
    await good('channel', 'delete', 'phone', '--yes');
    assert.equal((await run(['channel', 'show', 'phone'])).code, 1);
  });
});
