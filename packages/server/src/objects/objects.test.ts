import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { contentSha256, formatZStackDate, signZStackHeaders } from '@sampan/accesskey';
import { bytesSource, type ObjectStore } from '@sampan/storage';
import type { Client } from '../testing/client.ts';
import { onBothDatabases } from '../testing/databases.ts';
import { MemoryStorages, refusal } from '../testing/memory-storage.ts';
import { TestServers } from '../testing/start.ts';

const ENDPOINT = 'https://memory.example';
const MIB = 1024 * 1024;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const md5 = (content: Uint8Array | string) => createHash('md5').update(content).digest('hex');

onBothDatabases('objects', (makePlace) => {
  const servers = new TestServers();
  const memory = new MemoryStorages();
  let admin: Client;
  let of: string;
  let store: ObjectStore;

  before(async () => {
    ({ admin } = await servers.startWithAdmin(await makePlace(), {}, { storageTypes: [memory.type] }));
    const options = { endpoint: ENDPOINT, accessKeyId: 'ID', secretAccessKey: 's', bucket: 'objects' };
    const { body } = await admin.post('/storages', { name: 'objects', type: 'memory', options });
    of = `/storages/${body.id}/objects`;
    await admin.until(`/storages/${body.id}`, (storage) => storage.usage.measuredAt !== null);
    store = memory.store(ENDPOINT, 'objects');
  });
  after(() => servers.stopAll());
  beforeEach(() => {
    memory.before = () => undefined;
  });

  const cookie = () => ({ cookie: admin.cookie ?? '' });
  const content = (key: string, more = '') =>
    new URL(`/api/v1${of}/content?key=${encodeURIComponent(key)}${more}`, admin.url);

  function put(key: string, body: BodyInitLike, headers: Record<string, string> = {}, more = ''): Promise<Response> {
    return fetch(content(key, more), {
      method: 'PUT',
      headers: { ...cookie(), ...headers },
      body: body as string,
      ...(typeof body === 'object' && !(body instanceof Uint8Array) && { duplex: 'half' }),
    } as RequestInit);
  }
  type BodyInitLike = string | Uint8Array | ReadableStream;

  const get = (key: string, headers: Record<string, string> = {}) =>
    fetch(content(key), { headers: { ...cookie(), ...headers } });

  /** An upload that the test sends piece by piece. */
  function slowly(key: string, more = ''): { request: ClientRequest; answer: Promise<IncomingMessage> } {
    const request = httpRequest(content(key, more), { method: 'PUT', headers: { ...cookie() } });
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
    });
    answer.catch(() => undefined);
    return { request, answer };
  }

  async function exists(key: string): Promise<boolean> {
    return store.head(key).then(
      () => true,
      () => false,
    );
  }

  test('are uploaded whatever their length and type, and come back byte by byte', async () => {
    const large = randomBytes(5 * MIB + 1);
    const bodies: [string, BodyInitLike, Record<string, string>, Buffer | string][] = [
      ['large', large, {}, large],
      ['unknown length', new Response(large).body ?? '', {}, large],
      ['empty', '', {}, ''],
      ['data.json', '{"not":', { 'content-type': 'application/json' }, '{"not":'],
      ['a b/+%/名字 "x".txt', 'text', { 'content-type': 'text/plain; charset=utf-8' }, 'text'],
    ];
    for (const [key, body, headers, expected] of bodies) {
      const answer = await put(key, body, headers);
      const stored = (await answer.json()) as Record<string, unknown>;
      assert.equal(answer.status, 201, `${key}: ${JSON.stringify(stored)}`);
      assert.deepEqual([stored.key, stored.size, stored.md5], [key, Buffer.byteLength(expected), md5(expected)], key);
      assert.equal('operationId' in stored, false);
      const back = await get(key);
      assert.equal(back.status, 200);
      assert.equal(md5(Buffer.from(await back.arrayBuffer())), md5(expected), key);
      if (headers['content-type']) assert.equal(back.headers.get('content-type'), headers['content-type']);
    }
  });

  test('are saved by browsers, never shown or run', async () => {
    await put('folder/页面 "1".html', '<script>alert(1)</script>', { 'content-type': 'text/html' });
    const { headers } = await get('folder/页面 "1".html');
    assert.equal(
      headers.get('content-disposition'),
      `attachment; filename="__ _1_.html"; filename*=UTF-8''%E9%A1%B5%E9%9D%A2%20%221%22.html`,
    );
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('content-security-policy'), 'sandbox');
    assert.match(headers.get('etag') ?? '', /^"[0-9a-f]{32}"$/);
    assert.ok(headers.get('last-modified'));
    const strange = await store.put('strange', bytesSource('x'), { contentType: 'text/html\r\nset-cookie: a=b' });
    assert.equal((await get('strange')).headers.get('content-type'), 'application/octet-stream');
    assert.equal(strange.size, 1);
  });

  test('are read in ranges', async () => {
    await put('digits', '0123456789');
    const etag = (await get('digits')).headers.get('etag') ?? '';
    const ranges: [Record<string, string>, number, string, string | null][] = [
      [{ range: 'bytes=2-4' }, 206, '234', 'bytes 2-4/10'],
      [{ range: 'bytes=7-' }, 206, '789', 'bytes 7-9/10'],
      [{ range: 'bytes=-3' }, 206, '789', 'bytes 7-9/10'],
      [{ range: 'bytes=-99' }, 206, '0123456789', 'bytes 0-9/10'],
      [{ range: 'bytes=8-99' }, 206, '89', 'bytes 8-9/10'],
      [{ range: 'bytes=0-0' }, 206, '0', 'bytes 0-0/10'],
      [{ range: 'bytes=2-4', 'if-range': etag }, 206, '234', 'bytes 2-4/10'],
      [{ range: 'bytes=2-4', 'if-range': '"older"' }, 200, '0123456789', null],
      [{ range: 'bytes=1-2,4-5' }, 200, '0123456789', null],
      [{ range: 'bytes=4-2' }, 200, '0123456789', null],
      [{ range: 'lines=1-2' }, 200, '0123456789', null],
    ];
    for (const [headers, status, text, contentRange] of ranges) {
      const answer = await get('digits', headers);
      assert.equal(answer.status, status, String(headers.range));
      assert.equal(await answer.text(), text);
      assert.equal(answer.headers.get('content-range'), contentRange);
      assert.equal(answer.headers.get('content-length'), String(text.length));
    }
    for (const range of ['bytes=10-', 'bytes=-0']) {
      const beyond = await get('digits', { range });
      assert.equal(beyond.status, 416);
      assert.equal(beyond.headers.get('content-range'), 'bytes */10');
      assert.equal(((await beyond.json()) as { code: string }).code, 'range_not_satisfiable');
    }
  });

  test('are told about without their content', async () => {
    await put('told', 'content', { 'content-type': 'text/plain' });
    const calls: string[] = [];
    memory.before = (call) => void calls.push(call);
    const answer = await fetch(content('told'), { method: 'HEAD', headers: cookie() });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-length'), '7');
    assert.equal(answer.headers.get('content-type'), 'text/plain');
    const { body } = await admin.get(`${of}/head?key=told`);
    assert.equal(body.size, 7);
    assert.equal(body.md5, md5('content'));
    assert.equal(body.contentType, 'text/plain');
    assert.ok(!Number.isNaN(Date.parse(body.modified)));
    assert.deepEqual(calls, ['head', 'head'], 'nothing was downloaded');
    assert.equal((await admin.get(`${of}/head?key=nothing`)).status, 404);
    assert.equal((await get('nothing')).status, 404);
  });

  test('are listed in pages and by folder', async () => {
    for (const key of ['list/a', 'list/b/1', 'list/b/2', 'list/c', 'list/d/1']) await put(key, key);
    const flat = (await admin.get(`${of}?prefix=list/&limit=2`)).body;
    assert.deepEqual(
      flat.items.map((item: { key: string }) => item.key),
      ['list/a', 'list/b/1'],
    );
    const rest = (await admin.get(`${of}?prefix=list/&cursor=${encodeURIComponent(flat.nextCursor)}`)).body;
    assert.equal(rest.items.length, 3);
    assert.equal(rest.nextCursor, null);
    const folders = (await admin.get(`${of}?prefix=list/&delimiter=/`)).body;
    assert.deepEqual(folders.prefixes, ['list/b/', 'list/d/']);
    assert.deepEqual(
      folders.items.map((item: { key: string; size: number }) => [item.key, item.size]),
      [
        ['list/a', 6],
        ['list/c', 6],
      ],
    );
  });

  test('that break off in the middle never look whole', async () => {
    await store.put('breaks', bytesSource(new Uint8Array(4 * MIB)));
    let pieces = 0;
    memory.before = (call) => {
      if (call !== 'body') return;
      pieces += 1;
      if (pieces > 20) throw refusal('storage_unreachable', true);
    };
    const answer = await get('breaks');
    assert.equal(answer.status, 200);
    await assert.rejects(answer.arrayBuffer());
  });

  test('are read no faster than they are taken, and no further once the reader is gone', async () => {
    await store.put('huge', bytesSource(new Uint8Array(96 * MIB)));
    let pieces = 0;
    memory.before = (call) => {
      if (call === 'body') pieces += 1;
    };
    const reader = new AbortController();
    const answer = await fetch(content('huge'), { headers: cookie(), signal: reader.signal });
    assert.equal(answer.status, 200);
    const standsStill = async (): Promise<void> => {
      for (let before = -1; before !== pieces; ) {
        before = pieces;
        await pause(150);
      }
    };
    await standsStill();
    assert.ok(pieces < 96 * 16 * 0.75, `${pieces} of ${96 * 16} pieces were read though nobody took them`);
    reader.abort();
    await standsStill();
    const atEnd = pieces;
    await pause(200);
    assert.equal(pieces, atEnd);
    await store.delete('huge');
  });

  test('are not stored when the sender goes away', async () => {
    for (const more of ['', '&operation=true']) {
      const { request, answer } = slowly('gone', more);
      request.write(Buffer.alloc(200_000));
      await pause(100);
      request.destroy();
      await assert.rejects(answer);
      await pause(100);
      assert.equal(await exists('gone'), false);
    }
    const { items } = (await admin.get('/operations?kind=object.upload&limit=1')).body;
    const ended = await admin.finished(items[0].id);
    assert.equal(ended.state, 'cancelled', JSON.stringify(ended.error));
  });

  test('keep what they were when an upload over them fails', async () => {
    await put('kept', 'the first');
    const { request, answer } = slowly('kept');
    request.write('the sec');
    await pause(50);
    request.destroy();
    await assert.rejects(answer);
    await pause(50);
    assert.equal(await (await get('kept')).text(), 'the first');
  });

  test('that are refused while they are being sent tell why, and the connection does not hang', async () => {
    memory.before = (call) => {
      if (call === 'put') throw refusal('storage_full');
    };
    const { request, answer } = slowly('refused');
    const closed = new Promise((resolve) => request.once('close', resolve));
    request.on('error', () => undefined);
    request.write(Buffer.alloc(100_000));
    const told = await answer;
    assert.equal(told.statusCode, 507);
    told.resume();
    await closed;
  });

  test('are uploaded as an operation that shows its progress, under an id that the caller may choose', async () => {
    const id = 'd'.repeat(32);
    const { request, answer } = slowly('watched', `&operation=true&operationId=${id}`);
    request.setHeader('content-length', 3_000_000);
    request.write(Buffer.alloc(1_000_000));
    const running = await admin.until(`/operations/${id}`, (body) => Boolean(body.progress));
    assert.equal(running.kind, 'object.upload');
    assert.equal(running.progress.total, 3_000_000);
    assert.equal(running.progress.unit, 'bytes');
    await pause(550);
    request.end(Buffer.alloc(2_000_000));
    const told = await answer;
    assert.equal(told.statusCode, 201);
    const chunks: Buffer[] = [];
    for await (const chunk of told) chunks.push(chunk);
    const stored = JSON.parse(Buffer.concat(chunks).toString());
    assert.equal(stored.operationId, id);
    const ended = await admin.finished(id);
    assert.equal(ended.state, 'succeeded');
    assert.deepEqual(ended.result, { key: 'watched', size: 3_000_000, md5: stored.md5, etag: stored.etag });
    assert.equal(ended.progress.done, 3_000_000);
    assert.equal((await put('watched', 'x', {}, `&operationId=${id}`)).status, 409);
  });

  test('are cancelled by whoever may, and the sender is told', async () => {
    const id = 'e'.repeat(32);
    const { request, answer } = slowly('cancelled', `&operation=true&operationId=${id}`);
    request.on('error', () => undefined);
    request.write(Buffer.alloc(500_000));
    await admin.until(`/operations/${id}`, (body) => body.state === 'running');
    assert.equal((await admin.post(`/operations/${id}/cancel`)).status, 202);
    assert.equal((await answer).statusCode, 503);
    assert.equal((await admin.finished(id)).state, 'cancelled');
    assert.equal(await exists('cancelled'), false);
  });

  test('whose signature covers their bytes are stored only as those bytes', async () => {
    const { body: key } = await admin.post('/access-keys', { scopes: ['object:write'] });
    const send = (body: string, promised: string) => {
      const target = content('signed');
      const signed = signZStackHeaders(key, {
        method: 'PUT',
        path: target.pathname,
        date: formatZStackDate(Date.now()),
        extended: { query: target.search.slice(1), contentSha256: contentSha256(promised), idempotencyKey: '' },
      });
      return fetch(target, { method: 'PUT', headers: { ...signed }, body });
    };
    const wrong = await send('changed on the way', 'as it was signed!!');
    assert.equal(wrong.status, 401);
    assert.equal(((await wrong.json()) as { code: string }).code, 'invalid_signature');
    assert.equal(await exists('signed'), false);
    assert.equal((await send('as it was', 'as it was')).status, 201);
    assert.equal(await exists('signed'), true);
  });

  test('get links that work without keys; the log knows of them, and never the link', async () => {
    const asked = { key: 'a/b.txt', expiresInSeconds: 600, downloadName: 'report.txt' };
    const link = await admin.post(`${of}/presign`, asked);
    assert.equal(link.status, 200, JSON.stringify(link.body));
    assert.match(link.body.url, /a-signed-secret/);
    assert.equal(link.headers.get('cache-control'), 'no-store');
    const left = Date.parse(link.body.expiresAt) - Date.now();
    assert.ok(left > 590_000 && left <= 600_000);
    const { body } = await admin.get('/audit-events?action=object.presign');
    assert.equal(body.items[0].difference.key, 'a/b.txt');
    assert.ok(!JSON.stringify(body).includes('signed-secret'));
    assert.equal((await admin.post(`${of}/presign`, { ...asked, expiresInSeconds: 604_801 })).status, 400);
    const { body: key } = await admin.post('/access-keys', { scopes: ['object:presign', 'object:read'] });
    const wish = JSON.stringify({ key: 'x', method: 'PUT' });
    const path = `/api/v1${of}/presign`;
    const signed = signZStackHeaders(key, { method: 'POST', path, date: formatZStackDate(Date.now()) });
    const refused = await fetch(new URL(path, admin.url), {
      method: 'POST',
      headers: { ...signed, 'content-type': 'application/json' },
      body: wish,
    });
    assert.equal(refused.status, 403);
    const { parameters } = (await refused.json()) as { parameters: object };
    assert.deepEqual(parameters, { permission: 'object:write' });
  });

  test('under way when the server stops end as what they are, and keep it waiting no longer', async () => {
    const second = await servers.startWithAdmin(await makePlace(), {}, { storageTypes: [memory.type] });
    const options = { endpoint: 'https://stops.example', bucket: 'objects' };
    const { body } = await second.admin.post('/storages', { name: 'x', type: 'memory', options });
    const headers = { cookie: second.admin.cookie ?? '' };
    const under = (more: string) => new URL(`/api/v1/storages/${body.id}/objects/content?${more}`, second.server.url);
    const sending = ['key=a', 'key=b&operation=true'].map((more) => {
      const request = httpRequest(under(more), { method: 'PUT', headers });
      request.on('error', () => undefined);
      request.write(Buffer.alloc(100_000));
      return new Promise<number>((resolve) => request.once('response', (told) => resolve(told.statusCode ?? 0)));
    });
    await memory.store('https://stops.example', 'objects').put('c', bytesSource(new Uint8Array(64 * MIB)));
    const reading = await fetch(under('key=c'), { headers });
    await second.admin.until('/operations?kind=object.upload', ({ items }) => items[0]?.state === 'running');
    // Waiting for those who send and read would never end.
    await second.server.stop();
    assert.deepEqual(await Promise.all(sending), [503, 503]);
    await assert.rejects(reading.arrayBuffer());
    const { objects } = await memory.store('https://stops.example', 'objects').list();
    assert.deepEqual(
      objects.map((object) => object.key),
      ['c'],
    );
  });

  test('answer bad input with what is wrong', async () => {
    const id = of.split('/')[2];
    const wrong: [string, string, unknown, string][] = [
      ['GET', `${of}?limit=0`, undefined, 'limit'],
      ['GET', `${of}?delimiter=x`, undefined, 'delimiter'],
      ['GET', `${of}/head`, undefined, 'key'],
      ['GET', `${of}/content?key=`, undefined, 'key'],
      ['PUT', `${of}/content`, 'x', 'key'],
      ['PUT', `${of}/content?key=x&operationId=1`, 'x', 'operationId'],
      ['POST', `${of}/delete`, {}, 'keys'],
      ['POST', `${of}/delete`, { keys: [] }, 'keys'],
      ['POST', `${of}/delete`, { keys: ['a'], prefix: 'b' }, 'prefix'],
      ['POST', `${of}/delete`, { prefix: '' }, 'prefix'],
      ['POST', `${of}/copy`, { keys: ['a'] }, 'target'],
      ['POST', `${of}/copy`, { keys: ['a'], target: { storageId: '0'.repeat(32) } }, 'target.storageId'],
      ['POST', `${of}/copy`, { keys: ['a'], base: 'b', target: { storageId: id } }, 'base'],
      ['POST', `${of}/copy`, { keys: ['a/b'], target: { storageId: id, prefix: 'a/' } }, 'target.prefix'],
      ['POST', `${of}/copy`, { prefix: 'a/', target: { storageId: id, prefix: 'a/b/' } }, 'target.prefix'],
      ['POST', `${of}/copy`, { prefix: '', target: { storageId: id, prefix: 'copy/' } }, 'target.prefix'],
      ['POST', `${of}/presign`, { key: 'x', method: 'DELETE' }, 'method'],
    ];
    for (const [method, path, body, field] of wrong) {
      const answer = await admin.request(method, path, body);
      assert.equal(answer.status, 400, `${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
      assert.equal(answer.body.fields?.[0]?.field, field, `${method} ${path} ${JSON.stringify(answer.body)}`);
    }
    assert.equal((await put('x'.repeat(1023), 'x')).status, 201);
    assert.equal((await put('名'.repeat(342), 'x')).status, 400, 'more than 1,023 bytes');
    const strange = await admin.get(`${of.replace(String(id), '0'.repeat(32))}`);
    assert.equal(strange.status, 404);
  });
});
