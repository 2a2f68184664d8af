import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { type OptionValues, SampanError } from '@sampan/driver';
import { makeEgress } from '../../platform/egress.ts';
import { type Answer, ChatVendors, SECRETS, VENDORS, type Vendor } from '../../testing/chat-vendors.ts';
import { mailAuthority } from '../../testing/mail-certificates.ts';
import { decoded, MailServer } from '../../testing/mail-server.ts';
import { ChannelTypes } from '../service.ts';
import type { NoticeRow } from '../tables.ts';
import { composeMessage } from '../texts/compose.ts';
import type { Message } from './contract.ts';
import { dingtalkSignature } from './dingtalk.ts';
import { feishuSignature } from './feishu.ts';
import { channelTypes } from './index.ts';
import { webhookSignature } from './webhook.ts';

const types = new ChannelTypes(channelTypes);
const egress = makeEgress();
const environment = { ...egress, now: Date.now };
after(() => egress.close());

/** A name that would be markup, a call to everybody, broken JSON and a second header line, wherever it is not escaped. */
const EVIL =
  'db *bold* _x_ `code` <at user_id="all">all</at> <!channel> <@all> @all [x](https://evil.example)\r\nBcc: evil@example.com "quoted" \\ {hint}';

function notice(event: string, parameters: Record<string, string | number>, name = 'nightly'): NoticeRow {
  return {
    sequence: 1,
    id: 'a'.repeat(32),
    created_at: Date.UTC(2026, 10, 21, 5, 48),
    event,
    severity: 'error',
    subject_kind: 'plan',
    subject_id: 'p1',
    subject_name: name,
    related: '[]',
    repeat_key: 'k',
    resolves: null,
    parameters: JSON.stringify(parameters),
    path: '/plans/p1',
    dispatched_at: null,
  };
}

function message(name = 'nightly', count = 1): Message {
  const one = notice('plan.run_failed', { reason: 'the disk is full', hint: 'Make room.' }, name);
  const channel = { language: 'en' as const, time_zone: 'Asia/Shanghai' };
  return composeMessage(
    'd'.repeat(32),
    Array.from({ length: count }, () => one),
    channel,
    'https://sampan.example.com',
  );
}

function send(type: string, options: OptionValues, sent = message(), timeoutMs = 10_000): Promise<void> {
  const found = types.get(type);
  return found.create(types.validate(found, options), environment).send(sent, AbortSignal.timeout(timeoutMs));
}

async function refused(work: Promise<unknown>): Promise<SampanError> {
  const error = await work.then(
    () => assert.fail('it was taken'),
    (thrown) => thrown,
  );
  assert.ok(error instanceof SampanError, String(error));
  const shown = JSON.stringify({ ...error, message: error.message, cause: String(error.cause) });
  for (const secret of Object.values(SECRETS)) assert.ok(!shown.includes(secret), `${secret} is told: ${shown}`);
  return error;
}

describe('signatures are those of the vendors’ sample programs', () => {
  // Made with the Python programs of the documentation: the vendors publish no vectors.
  test('DingTalk', () => {
    assert.equal(
      dingtalkSignature(1_700_000_000_000, 'SECexample0123456789'),
      'figG6qqCA/lRh0hsGCW2zNtNV5znkAFut5BI0zKhqnQ=',
    );
  });
  test('Feishu', () => {
    assert.equal(
      feishuSignature(1_700_000_000, 'feishu-example-secret'),
      'DS3k1SxyKR0z861XN3jL2+Qg0s5yv7HuVSIWeN5oTKc=',
    );
  });
  test('the web hook', () => {
    assert.equal(
      webhookSignature('a-secret-of-16-characters', 1_700_000_000, '{"a":1}'),
      'sha256=7592166618312ad4ca0011830e0db132825a74941580714eff86c43050ad1b25',
    );
  });
});

describe('chats', () => {
  const chats = new ChatVendors();
  before(() => chats.listen());
  after(() => chats.close());
  afterEach(() => {
    chats.instead = () => undefined;
    chats.received.length = 0;
    chats.asked.length = 0;
  });

  for (const vendor of VENDORS) {
    test(`${vendor} takes a message and shows what happened, what to do, when and where`, async () => {
      await send(vendor, chats.options(vendor));
      const [got] = chats.of(vendor);
      assert.ok(got);
      assert.match(got.text, /Backup failed: nightly/);
      if (['dingtalk', 'feishu', 'wecom'].includes(vendor)) assert.match(got.text, /Sampan/, 'the keyword');
      const all = JSON.stringify(got.body);
      assert.match(all, /the disk is full/);
      assert.match(all, /Make room\./);
      assert.match(all, /https:\/\/sampan\.example\.com\/plans\/p1/);
      if (vendor !== 'webhook') assert.match(all, /2026-11-21 05:48 UTC \(13:48 Asia\/Shanghai\)/);
    });

    test(`${vendor}: a name with markup, calls and line breaks is only text`, async () => {
      await send(vendor, chats.options(vendor), message(EVIL));
      const [got] = chats.of(vendor);
      assert.ok(got, 'it is still taken in the form that the vendor documents');
      if (vendor === 'webhook' || vendor === 'ntfy') return;
      assert.ok(!/[@＠](?!\u200b)/.test(got.text), 'no @ without the invisible character behind it');
      if (vendor === 'slack') assert.ok(!/<!channel>/.test(got.text));
    });

    test(`${vendor}: fifty notices at once fit`, async () => {
      await send(vendor, chats.options(vendor), message('主机'.repeat(60), 50));
      assert.equal(chats.of(vendor).length, 1);
    });

    test(`${vendor}: no answer and no connection are worth another attempt`, async () => {
      const { url } = chats;
      const closed = Object.fromEntries(
        Object.entries(chats.options(vendor)).map(([name, value]) => [name, value.replace(url, 'http://127.0.0.1:1')]),
      );
      const none = await refused(send(vendor, closed));
      assert.equal(none.code, 'channel_unreachable');
      assert.equal(none.retryable, true);
      chats.instead = () => ({ status: 503, body: 'busy', headers: { 'retry-after': '120' } });
      const busy = await refused(send(vendor, chats.options(vendor)));
      assert.equal(busy.code, 'channel_unavailable');
      assert.equal(busy.retryAfterMs, 120_000);
      chats.instead = () => ({ status: 302, body: '', headers: { location: 'http://127.0.0.1:1/elsewhere' } });
      assert.equal((await refused(send(vendor, chats.options(vendor)))).code, 'channel_redirected');
    });
  }

  const REFUSALS: [Vendor, string, Answer, string, boolean, number?][] = [
    [
      'dingtalk',
      'keyword',
      { status: 200, body: '{"errcode":310000,"errmsg":"keywords not in content"}' },
      'channel_keyword_missing',
      false,
    ],
    [
      'dingtalk',
      'signature',
      { status: 200, body: '{"errcode":310000,"errmsg":"sign not match"}' },
      'channel_bad_signature',
      false,
    ],
    [
      'dingtalk',
      'address',
      { status: 200, body: '{"errcode":310000,"errmsg":"ip 10.0.0.1 not in whitelist"}' },
      'channel_address_not_allowed',
      false,
    ],
    [
      'dingtalk',
      'rate',
      { status: 200, body: '{"errcode":130101,"errmsg":"send too fast"}' },
      'channel_throttled',
      true,
      600_000,
    ],
    ['dingtalk', 'gone', { status: 200, body: '{"errcode":400102,"errmsg":"robot disabled"}' }, 'channel_gone', false],
    ['dingtalk', 'busy', { status: 200, body: '{"errcode":-1,"errmsg":"系统繁忙"}' }, 'channel_unavailable', true],
    ['dingtalk', 'nonsense', { status: 200, body: '<html>a portal</html>' }, 'unexpected_answer', false],
    [
      'feishu',
      'keyword',
      { status: 200, body: '{"code":19024,"msg":"Key Words Not Found"}' },
      'channel_keyword_missing',
      false,
    ],
    [
      'feishu',
      'address',
      { status: 200, body: '{"code":19022,"msg":"Ip Not Allowed"}' },
      'channel_address_not_allowed',
      false,
    ],
    [
      'feishu',
      'rate',
      { status: 400, body: '{"code":11232,"msg":"frequency limited psm"}' },
      'channel_throttled',
      true,
      60_000,
    ],
    ['feishu', 'old form', { status: 200, body: '{"msg":"x"}' }, 'unexpected_answer', false],
    [
      'wecom',
      'rate',
      { status: 200, body: '{"errcode":45009,"errmsg":"api freq out of limit"}' },
      'channel_throttled',
      true,
      60_000,
    ],
    [
      'wecom',
      'form',
      { status: 200, body: '{"errcode":40058,"errmsg":"exceed max length"}' },
      'channel_message_refused',
      false,
    ],
    ['slack', 'archived', { status: 410, body: 'channel_is_archived' }, 'channel_gone', false],
    [
      'slack',
      'rate',
      { status: 429, body: 'rate_limited', headers: { 'retry-after': '30' } },
      'channel_throttled',
      true,
      30_000,
    ],
    ['slack', 'not ok', { status: 200, body: 'hello' }, 'unexpected_answer', false],
    [
      'telegram',
      'rate',
      {
        status: 429,
        body: '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 34","parameters":{"retry_after":34}}',
      },
      'channel_throttled',
      true,
      34_000,
    ],
    [
      'telegram',
      'kicked',
      {
        status: 403,
        body: '{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked from the group chat"}',
      },
      'channel_gone',
      false,
    ],
    [
      'telegram',
      'moved',
      {
        status: 400,
        body: '{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-100999}}',
      },
      'channel_gone',
      false,
    ],
    [
      'telegram',
      '200 but not ok',
      { status: 200, body: '{"ok":false,"error_code":400,"description":"Bad Request: message text is empty"}' },
      'channel_message_refused',
      false,
    ],
    [
      'ntfy',
      'rate',
      { status: 429, body: '{"code":42901,"http":429,"error":"limit reached: too many requests"}' },
      'channel_throttled',
      true,
      60_000,
    ],
    ['webhook', 'gone', { status: 410, body: '' }, 'channel_gone', false],
    ['webhook', 'refused', { status: 422, body: 'no' }, 'channel_message_refused', false],
  ];
  for (const [vendor, what, answer, code, retryable, waitMs] of REFUSALS) {
    test(`${vendor} refuses (${what}): ${code}`, async () => {
      chats.instead = () => answer;
      const error = await refused(send(vendor, chats.options(vendor)));
      assert.equal(error.code, code);
      assert.equal(error.retryable, retryable);
      assert.equal(error.retryAfterMs, waitMs);
      assert.ok(error.hint);
    });
  }

  test('a wrong secret or token is told as what it is, by the stand-ins themselves', async () => {
    const wrong = async (vendor: Vendor, more: Record<string, string>) =>
      (await refused(send(vendor, { ...chats.options(vendor), ...more }))).code;
    assert.equal(await wrong('dingtalk', { secret: 'SECwrong' }), 'channel_bad_signature');
    assert.equal(await wrong('feishu', { secret: 'wrong' }), 'channel_bad_signature');
    assert.equal(
      await wrong('dingtalk', { url: `${chats.url}/dingtalk/robot/send?access_token=${'x'.repeat(20)}` }),
      'channel_gone',
    );
    assert.equal(await wrong('feishu', { url: `${chats.url}/feishu/open-apis/bot/v2/hook/gone` }), 'channel_gone');
    assert.equal(await wrong('wecom', { url: `${chats.url}/wecom/send?key=removed-robot` }), 'channel_gone');
    assert.equal(await wrong('slack', { url: `${chats.url}/slack/services/T/B/gone` }), 'channel_gone');
    assert.equal(await wrong('telegram', { botToken: '1:wrong' }), 'channel_login_failed');
    assert.equal(await wrong('telegram', { chatId: '5' }), 'channel_gone');
    assert.equal(await wrong('ntfy', { token: 'tk_wrong' }), 'channel_login_failed');
    assert.equal(await wrong('webhook', { secret: 'another secret of enough length' }), 'channel_login_failed');
  });

  test('what a vendor says is shown without the address that it repeats', async () => {
    const error = await refused(send('wecom', { url: `${chats.url}/wecom/send?key=another-secret-key` }));
    assert.match(error.message, /invalid webhook url/);
    assert.ok(!error.message.includes('another-secret-key'), error.message);
  });

  test('an answer without end is not read to its end', async () => {
    const endless = createServer((_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
      response.on('close', () => response.removeAllListeners('drain'));
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', () => resolve()));
    const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}/x`;
    const error = await refused(send('wecom', { url }));
    assert.equal(error.code, 'unexpected_answer');
    assert.ok(error.message.length < 600);
    endless.closeAllConnections();
    endless.close();
  });

  test('who does not answer in time is given up', async () => {
    const gate = Promise.withResolvers<void>();
    chats.delay = () => gate.promise;
    const error = await refused(send('wecom', chats.options('wecom'), message(), 200));
    assert.equal(error.code, 'channel_timeout');
    assert.equal(error.retryable, true);
    chats.delay = () => undefined;
    gate.resolve();
  });

  test('addresses that Sampan does not call are refused, whoever gives them', async () => {
    for (const url of ['https://169.254.169.254/latest', 'https://[fe80::1]/', 'https://2852039166/'])
      assert.equal((await refused(send('wecom', { url }))).code, 'egress_forbidden', url);
    const mail = { host: '169.254.169.254', from: 'a@example.com', to: 'b@example.com', security: 'none' };
    assert.equal((await refused(send('email', mail))).code, 'egress_forbidden');
  });

  test('plain HTTP needs to be allowed, except to this computer', () => {
    const type = types.get('wecom');
    const problem = (options: OptionValues) => {
      try {
        types.validate(type, options);
        return null;
      } catch (error) {
        const [field] = (error as { fields: { code: string; message: string }[] }).fields;
        assert.ok(!field?.message.includes('secret-key'));
        return field?.code ?? null;
      }
    };
    assert.equal(problem({ url: 'http://gateway.example/?key=secret-key' }), 'plain_http');
    assert.equal(problem({ url: 'http://gateway.example/?key=secret-key', allowPlainHttp: true }), null);
    assert.equal(problem({ url: 'https://user:secret-key@gateway.example/' }), 'bad_format');
    assert.equal(problem({ url: 'secret-key' }), 'bad_format');
  });
});

describe('e-mail', () => {
  const account = { user: 'sampan', password: 'a mail password' };
  const options = (port: number, more: OptionValues = {}): OptionValues => ({
    host: 'localhost',
    port,
    from: 'Sampan <sampan@example.com>',
    to: 'ops@example.com, 值班@example.com',
    caCertificate: mailAuthority.trim(),
    ...account,
    ...more,
  });

  for (const security of ['tls', 'starttls'] as const) {
    test(`goes by ${security}, verified and signed in`, async (t) => {
      const server = new MailServer(security, account);
      const port = await server.listen();
      t.after(() => server.close());
      await send('email', options(port, { security, to: 'ops@example.com, me@example.com' }));
      const [mail] = server.mails;
      assert.ok(mail);
      assert.equal(mail.isSecure, true);
      assert.equal(mail.user, 'sampan');
      assert.deepEqual(mail.to, ['ops@example.com', 'me@example.com']);
      const text = decoded(mail);
      assert.match(text, /Subject: \[Sampan\] Backup failed: nightly/);
      assert.match(text, /the disk is full/);
      assert.match(text, /https:\/\/sampan\.example\.com\/plans\/p1/);
      assert.match(mail.text, new RegExp(`Message-ID: <${'d'.repeat(32)}@example.com>`));
      assert.match(mail.text, /Auto-Submitted: auto-generated/);
    });
  }

  test('has no second header and no markup from a name', async (t) => {
    const server = new MailServer('tls', account);
    const port = await server.listen();
    t.after(() => server.close());
    await send('email', options(port, { to: 'ops@example.com' }), message(EVIL));
    const [mail] = server.mails;
    assert.ok(mail);
    assert.deepEqual(mail.to, ['ops@example.com']);
    const [headers = ''] = mail.text.split(/\r?\n\r?\n/);
    assert.ok(!/^Bcc:/im.test(headers), headers);
    const text = decoded(mail);
    assert.ok(!text.includes('<at user_id="all">all</at></p>'));
    assert.match(text, /&lt;at user_id=&quot;all&quot;&gt;/);
  });

  test('tells a certificate that is not trusted, and sends nothing', async (t) => {
    for (const security of ['tls', 'starttls'] as const) {
      const server = new MailServer(security, account);
      const port = await server.listen();
      t.after(() => server.close());
      const { caCertificate: _, ...untrusting } = options(port, { security });
      assert.equal((await refused(send('email', untrusting))).code, 'channel_tls_failed', security);
      assert.equal(server.mails.length, 0);
    }
  });

  test('does not go without TLS where TLS is demanded', async (t) => {
    const server = new MailServer('none');
    const port = await server.listen();
    t.after(() => server.close());
    const error = await refused(send('email', options(port, { security: 'starttls' })));
    assert.ok(['channel_tls_failed', 'unexpected_answer', 'channel_unreachable'].includes(error.code), error.code);
    assert.equal(server.mails.length, 0);
  });

  test('tells a wrong password, refused recipients, and a server that is busy', async (t) => {
    const server = new MailServer('tls', account);
    const port = await server.listen();
    t.after(() => server.close());
    const to = 'ops@example.com, gone@example.com';
    const wrong = await refused(send('email', options(port, { to, password: 'wrong password' })));
    assert.equal(wrong.code, 'channel_login_failed');
    assert.equal(wrong.retryable, false);
    server.refusedRecipients = new Set(['gone@example.com']);
    const partly = await refused(send('email', options(port, { to })));
    assert.equal(partly.code, 'channel_recipient_refused');
    assert.match(partly.message, /gone@example\.com/);
    assert.equal(server.mails.length, 1, 'the others have got it');
    server.refusedRecipients = new Set();
    server.before = () => {
      throw Object.assign(new Error('Greylisted, try again'), { responseCode: 451 });
    };
    const busy = await refused(send('email', options(port, { to })));
    assert.equal(busy.code, 'channel_unavailable');
    assert.equal(busy.retryable, true);
  });

  test('wants addresses that are some, and no password without TLS', () => {
    const type = types.get('email');
    const problems = (more: OptionValues) => {
      try {
        types.validate(type, { host: 'mail.example.com', from: 'a@example.com', to: 'b@example.com', ...more });
        return '';
      } catch (error) {
        return (error as { fields: { field: string; code: string }[] }).fields.map((each) => each.field).join();
      }
    };
    assert.equal(problems({}), '');
    assert.equal(problems({ to: 'nobody' }), 'options.to');
    assert.equal(problems({ from: 'a@example.com\r\nBcc: x@example.com' }), 'options.from');
    assert.equal(problems({ password: 'x' }), 'options.user');
    assert.equal(problems({ user: 'u', password: 'x', security: 'none' }), 'options.security');
  });
});
