import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { contentSha256, formatZStackDate, signZStack, signZStackHeaders } from '@sampan/accesskey';
import fc from 'fast-check';
import type { RunningServer } from './server.ts';
import type { Client } from './testing/client.ts';
import { besides, onSqlite, type TestPlace } from './testing/databases.ts';
import { TestServers } from './testing/start.ts';

interface Signed {
  method: string;
  target: string;
  headers: Record<string, string | string[]>;
  body: string;
}

/** Sends exactly these bytes of a request: no client may tidy it up. */
function send(url: string, signed: Signed): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        hostname,
        port,
        method: signed.method,
        path: signed.target,
        headers: { ...signed.headers, 'content-length': Buffer.byteLength(signed.body) },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(signed.body);
  });
}

type Mutator = (signed: Signed) => Signed | null;

const header =
  (name: string, change: (value: string) => string | string[]): Mutator =>
  (signed) => {
    const value = signed.headers[name];
    if (typeof value !== 'string') return null;
    return { ...signed, headers: { ...signed.headers, [name]: change(value) } };
  };
const without =
  (name: string): Mutator =>
  (signed) => {
    if (!(name in signed.headers)) return null;
    const { [name]: _, ...headers } = signed.headers;
    return { ...signed, headers };
  };
const target =
  (change: (target: string) => string): Mutator =>
  (signed) => {
    const changed = change(signed.target);
    return changed === signed.target ? null : { ...signed, target: changed };
  };
const flip = (text: string, index: number) => {
  const replacement = text[index] === 'A' ? 'B' : 'A';
  return text.slice(0, index) + replacement + text.slice(index + 1);
};

/** What somebody who sees a signed request could change about it. Each answers null where it does not apply. */
const MUTATORS: Readonly<Record<string, Mutator>> = {
  'another method': (signed) => ({ ...signed, method: signed.method === 'GET' ? 'DELETE' : 'GET', body: '' }),
  'another path': target((text) => text.replace('/hosts', '/users')),
  'a deeper path': target((text) => text.replace('/hosts', `/hosts/${'a'.repeat(32)}`)),
  'path in capitals': target((text) => text.replace('/hosts', '/HOSTS')),
  'a slash doubled': target((text) => text.replace('/v1/', '/v1//')),
  'a slash at the end': target((text) => text.replace(/\/hosts(?=\?|$)/, '/hosts/')),
  'a letter escaped': target((text) => text.replace('/hosts', '/h%6Fsts')),
  'a dot segment': target((text) => text.replace('/v1/', '/v1/./')),
  'path without /api': target((text) => text.replace('/api/v1', '/v1')),
  'path of the compatible API': target((text) => text.replace('/api/v1', '/zstack/v1')),
  'signature with a bit changed': header('Authorization', (value) => flip(value, value.length - 10)),
  'signature with its last bits changed': header('Authorization', (value) =>
    value.replace(/(.)=$/, (_all, last) => `${last === 'Q' ? 'R' : 'Q'}=`),
  ),
  'signature cut short': header('Authorization', (value) => value.slice(0, -4)),
  'signature without padding': header('Authorization', (value) => value.replace(/=$/, '')),
  'signature in base64url': header(
    'Authorization',
    (value) => `${value.slice(0, 28)}${value.slice(28).replaceAll('+', '-').replaceAll('/', '_')}-`,
  ),
  'signature with a blank inside': header('Authorization', (value) => `${value.slice(0, -5)} ${value.slice(-5)}`),
  'signature twice': header('Authorization', (value) => `${value}:${value.split(':')[1]}`),
  'an empty signature': header('Authorization', (value) => `${value.split(':')[0]}:`),
  'another AccessKey ID': header('Authorization', (value) =>
    value.replace(/ZStack (.)/, (_all, first) => `ZStack ${first === 'x' ? 'y' : 'x'}`),
  ),
  'AccessKey ID in the other case': header('Authorization', (value) =>
    value.replace(
      /ZStack ([^:]+)/,
      (_all, id: string) => `ZStack ${id === id.toLowerCase() ? id.toUpperCase() : id.toLowerCase()}`,
    ),
  ),
  'another scheme': header('Authorization', (value) => value.replace('ZStack', 'OAuth')),
  'scheme in small letters': header('Authorization', (value) => value.replace('ZStack', 'zstack')),
  'Authorization twice': header('Authorization', (value) => [value, value]),
  'no Authorization': without('Authorization'),
  'another date within the window': header('Date', (value) => formatZStackDate(Date.parse(value) + 60_000)),
  'a date 16 minutes ago': header('Date', (value) => formatZStackDate(Date.parse(value) - 16 * 60_000)),
  'the same instant written otherwise': header('Date', (value) => value.replace('GMT', 'UTC')),
  'date in small letters': header('Date', (value) => value.toLowerCase()),
  'Date twice': header('Date', (value) => [value, value]),
  'no Date': without('Date'),
  'another query': target((text) => (text.includes('limit=1') ? text.replace('limit=1', 'limit=2') : text)),
  'more query': (signed) =>
    signed.headers['X-Sampan-Content-SHA256']
      ? { ...signed, target: `${signed.target}${signed.target.includes('?') ? '&' : '?'}count=true` }
      : null,
  'no query': (signed) =>
    signed.headers['X-Sampan-Content-SHA256'] && signed.target.includes('?')
      ? { ...signed, target: signed.target.split('?')[0] ?? '' }
      : null,
  'another body': (signed) => (signed.body === '' ? null : { ...signed, body: signed.body.replace('a', 'b') }),
  'no body': (signed) => (signed.body === '' ? null : { ...signed, body: '' }),
  'another body with its own hash': (signed) => {
    if (signed.body === '') return null;
    const body = `${signed.body} `;
    return { ...signed, body, headers: { ...signed.headers, 'X-Sampan-Content-SHA256': contentSha256(body) } };
  },
  'content hash stripped': without('X-Sampan-Content-SHA256'),
  'content hash in capitals': header('X-Sampan-Content-SHA256', (value) => value.toUpperCase()),
  'content hash added': (signed) =>
    signed.headers['X-Sampan-Content-SHA256']
      ? null
      : { ...signed, headers: { ...signed.headers, 'X-Sampan-Content-SHA256': contentSha256(signed.body) } },
  'another Idempotency-Key': header('Idempotency-Key', (value) => `${value}x`),
  'no Idempotency-Key': without('Idempotency-Key'),
};

/** In the plain scheme of ZStack neither query nor body is signed: these do not apply to it. */
const NOT_SIGNED_IN_PLAIN = new Set(['another query', 'another body', 'no body', 'another body with its own hash']);

onSqlite('signed requests', (makePlace) => {
  const servers = new TestServers();
  let server: RunningServer;
  let admin: Client;
  let key: { id: string; accessKeyId: string; accessKeySecret: string };
  let place: TestPlace;

  before(async () => {
    place = await makePlace();
    ({ server, admin } = await servers.startWithAdmin(place));
    key = (await admin.post('/access-keys', { description: 'for tests' })).body;
  });
  after(() => servers.stopAll());

  function plain(method = 'GET', path = '/api/v1/hosts?limit=1', date = formatZStackDate(Date.now())): Signed {
    const signature = signZStack({ method, date, path: path.split('?')[0] ?? '' }, key.accessKeySecret);
    return {
      method,
      target: path,
      headers: { Authorization: `ZStack ${key.accessKeyId}:${signature}`, Date: date },
      body: '',
    };
  }

  function extended(method: string, path: string, body: string, idempotencyKey = ''): Signed {
    const [pathname = '', query = ''] = path.split('?');
    const headers = signZStackHeaders(key, {
      method,
      date: formatZStackDate(Date.now()),
      path: pathname,
      extended: { query, contentSha256: contentSha256(body), idempotencyKey },
    });
    return {
      method,
      target: path,
      headers: { ...headers, ...(body !== '' && { 'content-type': 'application/json' }) },
      body,
    };
  }

  test('are accepted in ZStack’s own scheme, with any zone in the date', async () => {
    assert.equal((await send(server.url, plain())).status, 200);
    const digits = new Date(Date.now() + 8 * 3_600_000).toUTCString().replace('GMT', 'PRC');
    assert.equal((await send(server.url, plain('GET', '/api/v1/hosts', digits))).status, 200);
  });

  test('are accepted with query and body bound', async () => {
    assert.equal((await send(server.url, extended('GET', '/api/v1/hosts?limit=1', ''))).status, 200);
    const made = await send(server.url, extended('POST', '/api/v1/access-keys', '{"description":"made"}', 'key-1'));
    assert.equal(made.status, 201, made.body);
  });

  for (const kind of ['plain', 'extended'] as const) {
    describe(`${kind}, once changed, are refused:`, () => {
      for (const [name, mutate] of Object.entries(MUTATORS)) {
        if (kind === 'plain' && NOT_SIGNED_IN_PLAIN.has(name)) continue;
        test(name, async (t) => {
          const originals =
            kind === 'plain'
              ? [plain()]
              : [
                  extended('GET', '/api/v1/hosts?limit=1', ''),
                  extended('POST', '/api/v1/hosts?x=1', '{"name":"a"}', 'key-2'),
                ];
          const changed = originals.map(mutate).filter((each) => each !== null);
          if (changed.length === 0) return t.diagnostic('does not apply to this form');
          for (const one of changed) {
            const { status, body } = await send(server.url, one);
            assert.ok([400, 401, 403, 404].includes(status), `${status} ${body}`);
            // A path that no route has is refused before anyone looks at the signature.
            if (status === 404) assert.match(body, /There is nothing at/);
            else assert.match(body, /invalid_signature|unknown_access_key|clock_skew|not_signed_in|^$/);
          }
        });
      }
    });
  }

  test('with any one character of signature, date or path changed are refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.constantFrom('Authorization', 'Date', 'target'),
        fc.constantFrom('0', 'z', '+', '/', '=', ' ', ':'),
        async (at, part, put) => {
          const signed = plain('GET', '/api/v1/hosts');
          const text = part === 'target' ? signed.target : String(signed.headers[part]);
          const index = at % text.length;
          if (text[index] === put || (part === 'target' && (put === ' ' || index === 0))) return;
          const changed = text.slice(0, index) + put + text.slice(index + 1);
          // Blanks around a header's value are not part of it.
          if (changed.trim() === text.trim()) return;
          const sent =
            part === 'target'
              ? { ...signed, target: changed }
              : { ...signed, headers: { ...signed.headers, [part]: changed } };
          const { status } = await send(server.url, sent);
          assert.ok(status >= 400 && status < 500, `${part} ${changed} was answered ${status}`);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('sent again with the same Idempotency-Key do not act twice', async () => {
    const signed = extended('POST', '/api/v1/access-keys', '{"description":"once"}', 'replayed');
    const [first, again] = [await send(server.url, signed), await send(server.url, signed)];
    assert.equal(first.status, 201);
    assert.equal(again.body, first.body);
    const { body } = await admin.get('/access-keys?limit=200');
    assert.equal(body.items.filter((each: { description: string }) => each.description === 'once').length, 1);
  });

  test('stop being accepted when the key is deleted, its user disabled, its time over or its address wrong', async () => {
    const elsewhere = (await admin.post('/access-keys', { allowedAddresses: ['10.0.0.0/8'] })).body;
    const mine = key;
    key = elsewhere;
    assert.match((await send(server.url, plain())).body, /address_not_allowed/);
    key = (await admin.post('/access-keys', { expiresAt: new Date(Date.now() + 3_600_000).toISOString() })).body;
    assert.equal((await send(server.url, plain())).status, 200);
    const { query } = besides(place);
    const passed = Date.now() - 1;
    await query.updateTable('access_keys').set({ expires_at: passed }).where('id', '=', key.id).execute();
    await query.destroy();
    assert.match((await send(server.url, plain())).body, /access_key_disabled/);
    const deleted = (await admin.post('/access-keys', {})).body;
    key = deleted;
    assert.equal((await send(server.url, plain())).status, 200);
    await admin.delete(`/access-keys/${deleted.id}`);
    assert.match((await send(server.url, plain())).body, /unknown_access_key/);
    key = mine;
  });

  test('can do what their scopes say and no more', async () => {
    const mine = key;
    key = (await admin.post('/access-keys', { scopes: ['instance:*', 'host:read'] })).body;
    assert.equal((await send(server.url, plain('GET', '/api/v1/instances'))).status, 200);
    assert.equal((await send(server.url, plain('GET', '/api/v1/hosts'))).status, 200);
    assert.match((await send(server.url, plain('GET', '/api/v1/users'))).body, /permission_denied_here/);
    assert.match(
      (await send(server.url, extended('POST', '/api/v1/access-keys', '{}'))).body,
      /permission_denied_here/,
    );
    key = mine;
  });
});
