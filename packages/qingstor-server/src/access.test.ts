import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { presignQingStor, signQingStorForm } from '@sampan/accesskey';
import { askPolicy, matchesPattern, type PolicyStatement } from './access/policy.ts';
import type { QingStorServer } from './server.ts';
import { send, sendSigned, testKey, testServer } from './testing.ts';

const reader = {
  accessKeyId: 'READER',
  secretAccessKey: 'reader-secret',
  policy: [
    { effect: 'deny', action: '*', resource: 'our-bucket/private/*' },
    { effect: 'allow', action: ['get_object', 'head_object'], resource: 'our-bucket/*' },
    { effect: 'allow', action: 'list_objects', resource: 'our-bucket' },
  ] satisfies PolicyStatement[],
};
const stranger = { accessKeyId: 'STRANGER', secretAccessKey: 'stranger-secret', userId: 'usr-stranger' };
const former = { accessKeyId: 'FORMER', secretAccessKey: 'former-secret', disabled: true };

async function prepare(context: Parameters<typeof testServer>[0]): Promise<QingStorServer> {
  const server = await testServer(context, { accessKeys: [reader, stranger, former] });
  await sendSigned(server, { method: 'PUT', target: '/our-bucket' });
  for (const key of ['open', 'private/x']) {
    assert.equal(
      (await sendSigned(server, { method: 'PUT', target: `/our-bucket/${key}`, body: 'hello' })).status,
      201,
    );
  }
  return server;
}

const outcome = async (answer: ReturnType<typeof send>) => {
  const { status, body } = await answer;
  return status >= 400 && body.length > 0 ? `${status} ${JSON.parse(body.toString()).code}` : `${status}`;
};

describe('who may do what', () => {
  test('a key with a policy does what it says and nothing else', async (context) => {
    const server = await prepare(context);
    const as = (method: string, target: string) => outcome(sendSigned(server, { method, target, key: reader }));
    assert.equal(await as('GET', '/our-bucket/open'), '200');
    assert.equal(await as('GET', '/our-bucket'), '200');
    for (const [method, target] of [
      ['GET', '/our-bucket/private/x'],
      ['PUT', '/our-bucket/new'],
      ['DELETE', '/our-bucket/open'],
      ['GET', '/our-bucket?acl'],
      ['GET', '/our-bucket?stats'],
      ['PUT', '/new-bucket'],
      ['DELETE', '/our-bucket'],
      ['GET', '/'],
    ] as const) {
      assert.equal(await as(method, target), '403 permission_denied', `${method} ${target}`);
    }
    // A copy reads its source: that needs its own permission.
    const headers = { 'x-qs-copy-source': '/our-bucket/private/x' };
    assert.equal(
      await outcome(sendSigned(server, { method: 'PUT', target: '/our-bucket/open', headers, key: reader })),
      '403 permission_denied',
    );
  });

  test('wrong credentials are refused even where none would be needed', async (context) => {
    const server = await prepare(context);
    const acl = JSON.stringify({ acl: [{ grantee: { type: 'group', name: 'QS_ALL_USERS' }, permission: 'READ' }] });
    assert.equal(await outcome(sendSigned(server, { method: 'PUT', target: '/our-bucket?acl', body: acl })), '200');
    const get = { method: 'GET', target: '/our-bucket/open' };
    assert.equal(await outcome(send(server, get)), '200');
    const as = (accessKeyId: string, secretAccessKey: string) =>
      outcome(sendSigned(server, { ...get, key: { accessKeyId, secretAccessKey } }));
    assert.equal(await as('NOBODY', 'x'), '401 invalid_access_key_id');
    assert.equal(await as(former.accessKeyId, former.secretAccessKey), '401 invalid_access_key_id');
    assert.equal(await as(testKey.accessKeyId, 'x'), '401 signature_not_matched');
    const old = { date: new Date(Date.now() - 16 * 60_000).toUTCString() };
    assert.equal(await outcome(sendSigned(server, { ...get, headers: old })), '403 request_expired');
    assert.equal(await outcome(send(server, { ...get, headers: { authorization: 'QS x' } })), '400 invalid_request');
  });

  test('anonymous callers and strangers: what the ACL gives, never lists, deletes or settings', async (context) => {
    const server = await prepare(context);
    const grant = async (...acl: object[]) => {
      const body = JSON.stringify({ acl });
      assert.equal((await sendSigned(server, { method: 'PUT', target: '/our-bucket?acl', body })).status, 200);
    };
    const everyone = (permission: string) => ({ grantee: { type: 'group', name: 'QS_ALL_USERS' }, permission });
    const anonymous = (method: string, target: string) =>
      outcome(send(server, { method, target, body: method === 'PUT' ? 'x' : '' }));
    const foreign = (method: string, target: string) => outcome(sendSigned(server, { method, target, key: stranger }));
    assert.equal(await anonymous('GET', '/our-bucket/open'), '403 permission_denied');
    assert.equal(await foreign('GET', '/our-bucket/open'), '403 permission_denied');
    assert.equal(await foreign('HEAD', '/our-bucket'), '403');
    assert.equal(await foreign('PUT', '/our-bucket'), '409 bucket_already_exists');
    await grant(everyone('FULL_CONTROL'));
    assert.equal(await anonymous('GET', '/our-bucket/open'), '200');
    assert.equal(await anonymous('PUT', '/our-bucket/new'), '201');
    for (const [method, target] of [
      ['GET', '/our-bucket'],
      ['DELETE', '/our-bucket/open'],
      ['POST', '/our-bucket?delete'],
      ['GET', '/our-bucket?stats'],
      ['GET', '/our-bucket?acl'],
      ['PUT', '/our-bucket?policy'],
      ['PUT', '/other-bucket'],
      ['GET', '/'],
      ['GET', '/our-bucket/open?response-content-type=text/html'],
    ] as const) {
      assert.equal(await anonymous(method, target), '403 permission_denied', `${method} ${target}`);
    }
    await grant({ grantee: { type: 'user', id: 'usr-stranger' }, permission: 'READ' });
    assert.equal(await foreign('GET', '/our-bucket'), '200');
    assert.equal(await foreign('PUT', '/our-bucket/new'), '403 permission_denied');
    assert.equal(await foreign('GET', '/our-bucket?acl'), '403 permission_denied');
    assert.equal(await anonymous('GET', '/our-bucket/open'), '403 permission_denied');
  });

  test('the policy of a bucket comes before its ACL, first match first, with its conditions', async (context) => {
    const server = await prepare(context);
    const statement = [
      { id: 'no', user: '*', action: ['get_object'], effect: 'deny', resource: ['our-bucket/private/*'] },
      {
        id: 'yes',
        user: ['*'],
        action: ['get_object', 'list_objects'],
        effect: 'allow',
        resource: ['our-bucket', 'our-bucket/*'],
        condition: { string_like: { Referer: ['*.example.com/*'] }, ip_address: { source_ip: '127.0.0.0/8' } },
      },
    ];
    const put = (body: object) =>
      outcome(sendSigned(server, { method: 'PUT', target: '/our-bucket?policy', body: JSON.stringify(body) }));
    assert.equal(await put({ statement }), '200');
    const get = (target: string, referer = 'http://www.example.com/page') =>
      outcome(send(server, { method: 'GET', target, headers: { referer } }));
    assert.equal(await get('/our-bucket/open'), '200');
    assert.equal(await get('/our-bucket'), '200');
    assert.equal(await get('/our-bucket/open', 'http://evil.example.org/'), '403 permission_denied');
    assert.equal(await get('/our-bucket/private/x'), '403 permission_denied');
    // Not even a policy lets the nameless delete, or see what is kept for the owner.
    const all = { id: 'all', user: '*', action: ['*'], effect: 'allow', resource: ['*'] };
    assert.equal(await put({ statement: [all] }), '200');
    for (const [method, target] of [
      ['DELETE', '/our-bucket/open'],
      ['GET', '/our-bucket?stats'],
      ['GET', '/our-bucket?policy'],
      ['DELETE', '/our-bucket'],
    ] as const) {
      assert.equal(await outcome(send(server, { method, target })), '403 permission_denied', `${method} ${target}`);
    }
    assert.equal(await outcome(send(server, { method: 'GET', target: '/our-bucket?uploads' })), '200');
    for (const bad of [
      {},
      { statement: [{ ...statement[0], id: '' }] },
      { statement: [{ ...statement[0], effect: 'maybe' }] },
      { statement: [{ ...statement[1], condition: { ip_address: { source_ip: '1.2.3.4/99' } } }] },
    ]) {
      assert.equal(await put(bad), '400 invalid_argument', JSON.stringify(bad));
    }
  });

  test('patterns and policies', () => {
    for (const [pattern, text, holds] of [
      ['*', '', true],
      ['a*b', 'ab', true],
      ['a*b', 'aXb', true],
      ['a*b', 'a', false],
      ['a*a', 'a', false],
      ['*x*y*', '-x-y-', true],
      ['*x*y*', '-y-x-', false],
      ['abc', 'abcd', false],
    ] as const) {
      assert.equal(matchesPattern(pattern, text), holds, `${pattern} ${text}`);
    }
    // Trying every way of dividing the text would take longer than any test may.
    assert.equal(matchesPattern(`${'*a'.repeat(500)}b`, 'a'.repeat(10_000)), false);
    const question = {
      userId: null,
      action: 'upload_object_part',
      resource: 'b/k',
      referer: undefined,
      address: '::1',
    };
    const statement = { user: '*', action: 'upload_multipart', effect: 'allow' } as const;
    assert.equal(askPolicy([statement], question), 'allow');
    assert.equal(askPolicy([{ ...statement, user: 'usr-x' }], question), undefined);
    assert.equal(askPolicy([{ ...statement, condition: { is_null: { Referer: true } } }], question), 'allow');
    assert.equal(askPolicy([{ ...statement, condition: { unheard_of: { Referer: 'x' } } }], question), undefined);
  });

  test('presigned URLs put and get; a form from a browser is held to its policy', async (context) => {
    const server = await prepare(context);
    const expires = Math.floor(Date.now() / 1000) + 60;
    const target = presignQingStor(testKey, { method: 'PUT', target: '/our-bucket/pre%20signed', expires });
    assert.equal(await outcome(send(server, { method: 'PUT', target, body: 'hello' })), '201');
    assert.equal(await outcome(send(server, { method: 'DELETE', target })), '401 signature_not_matched');
    assert.equal(
      await outcome(
        send(server, { method: 'PUT', target: target.replace(String(expires), String(expires + 1)), body: 'x' }),
      ),
      '401 signature_not_matched',
    );

    const boundary = 'some-boundary';
    const form = (fields: Record<string, string>, file: string) => ({
      method: 'POST',
      target: '/our-bucket',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: [
        ...Object.entries(fields).map(
          ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
        ),
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="C:\\dir\\pho to.txt"\r\nContent-Type: text/x-form\r\n\r\n${file}\r\n--${boundary}--\r\n`,
      ].join(''),
    });
    const meant = { key: 'forms/$' + '{filename}', redirect: 'http://page.example/done?x=1' };
    const policy = Buffer.from(JSON.stringify(meant)).toString('base64');
    const signed = {
      access_key_id: testKey.accessKeyId,
      policy,
      signature: signQingStorForm(policy, testKey.secretAccessKey),
    };
    const file = `\r\n--not the boundary\r\n${'x'.repeat(100_000)}`;
    const posted = await send(server, form({ ...signed, ...meant }, file));
    assert.equal(posted.status, 302, posted.body.toString());
    assert.match(posted.headers.location ?? '', /^http:\/\/page\.example\/done\?x=1&status=201&code=created/);
    const got = await sendSigned(server, { method: 'GET', target: '/our-bucket/forms/pho%20to.txt' });
    assert.deepEqual([got.body.toString() === file, got.headers['content-type']], [true, 'text/x-form']);
    assert.equal(
      await outcome(send(server, form({ ...signed, ...meant, key: 'elsewhere' }, 'x'))),
      '400 form_policy_violated',
    );
    assert.equal(
      await outcome(send(server, form({ ...signed, ...meant, signature: 'AAAA' }, 'x'))),
      '401 signature_not_matched',
    );
    assert.equal(await outcome(send(server, form({ key: 'anonymous' }, 'x'))), '403 permission_denied');
    const smuggled = form({ ...signed, ...meant, 'x-qs-meta-a': 'b\r\nset-cookie: c' }, 'x');
    assert.equal(await outcome(send(server, smuggled)), '400 form_policy_violated');
    const cut = form({ ...signed, ...meant }, 'x');
    assert.equal(await outcome(send(server, { ...cut, body: cut.body.slice(0, -30) })), '400 incomplete_body');
  });

  test('CORS: preflight and plain requests of pages', async (context) => {
    const server = await prepare(context);
    const rule = {
      allowed_origin: 'http://*.example.com',
      allowed_methods: ['PUT', 'GET'],
      allowed_headers: ['x-qs-*'],
      expose_headers: ['etag'],
      max_age_seconds: 60,
    };
    const body = JSON.stringify({ cors_rules: [rule] });
    await sendSigned(server, { method: 'PUT', target: '/our-bucket?cors', body });
    const preflight = (origin: string, wanted: string) =>
      send(server, {
        method: 'OPTIONS',
        target: '/our-bucket/open',
        headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': wanted },
      });
    const good = await preflight('http://a.example.com', 'x-qs-date');
    assert.deepEqual(
      [good.status, good.headers['access-control-allow-origin'], good.headers['access-control-max-age']],
      [200, 'http://a.example.com', '60'],
    );
    assert.equal((await preflight('http://a.example.org', 'x-qs-date')).status, 403);
    assert.equal((await preflight('http://a.example.com', 'authorization')).status, 403);
    const plain = await sendSigned(server, {
      method: 'GET',
      target: '/our-bucket/open',
      headers: { origin: 'http://a.example.com' },
    });
    assert.equal(plain.headers['access-control-expose-headers'], 'etag');
  });
});
