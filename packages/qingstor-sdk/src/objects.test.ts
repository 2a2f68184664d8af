import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isQingStorError } from './index.ts';
import { BUCKET, liveBucket, md5Hex, pattern } from './testing.ts';

const refusedAs = (code: string) => (error: unknown) => {
  assert.ok(isQingStorError(error), String(error));
  assert.equal(error.code, code, error.message);
  return true;
};

describe('objects against the server', () => {
  test('bytes, text and empty objects come back as they were, with type and metadata', async (context) => {
    const { bucket } = await liveBucket(context);
    const bytes = pattern(100_000);
    const result = await bucket.upload('a.bin', bytes, {
      contentType: 'image/x-test',
      cacheControl: 'no-cache',
      contentDisposition: 'attachment; filename="x.bin"',
      contentEncoding: 'identity',
      metadata: { Colour: 'blue and green', 'b.c-d_e': '1' },
    });
    assert.deepEqual(result, { size: 100_000, md5: md5Hex(bytes), etag: md5Hex(bytes), parts: 0, chunkSize: null });
    const head = await bucket.head('a.bin');
    assert.equal(head.size, 100_000);
    assert.equal(head.etag, md5Hex(bytes));
    assert.equal(head.contentType, 'image/x-test');
    assert.equal(head.cacheControl, 'no-cache');
    assert.equal(head.contentDisposition, 'attachment; filename="x.bin"');
    assert.deepEqual(head.metadata, { colour: 'blue and green', 'b.c-d_e': '1' });
    assert.ok(Math.abs((head.lastModified ?? 0) - Date.now()) < 60_000);
    const download = await bucket.download('a.bin');
    assert.equal(download.verifiedBy, 'md5');
    assert.deepEqual(await download.bytes(), bytes);

    await bucket.upload('text', '三板');
    assert.equal((await (await bucket.download('text')).bytes()).toString(), '三板');
    await bucket.upload('empty', new Uint8Array(0));
    const empty = await bucket.download('empty');
    assert.deepEqual([empty.size, (await empty.bytes()).length], [0, 0]);
  });

  test('ranges give their bytes, and the whole size', async (context) => {
    const { bucket } = await liveBucket(context);
    const bytes = pattern(5_000);
    await bucket.upload('r', bytes);
    for (const [range, from, to] of [
      [{ start: 10, end: 19 }, 10, 20],
      [{ start: 4_990 }, 4_990, 5_000],
      [{ last: 7 }, 4_993, 5_000],
      [{ start: 0, end: 4_999 }, 0, 5_000],
    ] as const) {
      const download = await bucket.download('r', { range });
      assert.equal(download.contentLength, to - from);
      assert.equal(download.size, 5_000);
      assert.deepEqual(await download.bytes(), bytes.subarray(from, to));
    }
    await assert.rejects(bucket.download('r', { range: { start: 5_000 } }), refusedAs('invalid_range'));
  });

  test('conditions hold', async (context) => {
    const { bucket } = await liveBucket(context);
    const { etag } = await bucket.upload('c', 'one');
    const [past, future] = [new Date(Date.now() - 86_400_000), new Date(Date.now() + 86_400_000)];
    await (await bucket.download('c', { ifMatch: etag })).bytes();
    await assert.rejects(bucket.download('c', { ifMatch: 'f'.repeat(32) }), refusedAs('precondition_failed'));
    await assert.rejects(bucket.download('c', { ifNoneMatch: etag }), refusedAs('not_modified'));
    await assert.rejects(bucket.head('c', { ifNoneMatch: etag }), refusedAs('not_modified'));
    await assert.rejects(bucket.download('c', { ifModifiedSince: future }), refusedAs('not_modified'));
    await assert.rejects(bucket.download('c', { ifUnmodifiedSince: past }), refusedAs('precondition_failed'));
  });

  test('answers may be given other headers', async (context) => {
    const { bucket } = await liveBucket(context);
    await bucket.upload('o', 'x');
    const download = await bucket.download('o', {
      responseHeaders: { 'content-type': 'a/b', 'content-disposition': 'attachment; filename="中 文.txt"' },
    });
    assert.equal(download.contentType, 'a/b');
    await download.bytes();
  });

  test('copy keeps or replaces what is stored with an object; conditions are about the source', async (context) => {
    const { bucket } = await liveBucket(context);
    const { etag } = await bucket.upload('from', 'content', { contentType: 'x/y', metadata: { a: '1' } });
    assert.equal(await bucket.copy('to', 'from'), etag);
    assert.deepEqual((await bucket.head('to')).metadata, { a: '1' });
    await bucket.copy('to', 'from', { attributes: { contentType: 'z/z', metadata: { b: '2' } }, bucket: BUCKET });
    const head = await bucket.head('to');
    assert.deepEqual([head.metadata, head.contentType], [{ b: '2' }, 'z/z']);
    await assert.rejects(bucket.copy('to', 'from', { ifNoneMatch: etag }), refusedAs('precondition_failed'));
    await assert.rejects(bucket.copy('to', 'gone'), refusedAs('object_not_found'));
  });

  test('move leaves nothing at the old place', async (context) => {
    const { bucket } = await liveBucket(context);
    await bucket.upload('old name +%', 'content');
    await bucket.move('新', 'old name +%');
    assert.equal((await (await bucket.download('新')).bytes()).toString(), 'content');
    await assert.rejects(bucket.head('old name +%'), refusedAs('object_not_found'));
    await assert.rejects(bucket.move('x', 'never was'), refusedAs('object_not_found'));
  });

  test('append grows an object from its end only', async (context) => {
    const { bucket } = await liveBucket(context);
    assert.equal(await bucket.append('log', 0, Buffer.from('one ')), 4);
    assert.equal(await bucket.append('log', 4, Buffer.from('two')), 7);
    assert.equal((await (await bucket.download('log')).bytes()).toString(), 'one two');
    await assert.rejects(bucket.append('log', 3, Buffer.from('x')), isQingStorError);
  });

  test('an object encrypted with a key of one’s own needs it again', async (context) => {
    const { bucket } = await liveBucket(context);
    const encryptionKey = Buffer.alloc(32, 7);
    const bytes = pattern(9 * 1024 * 1024);
    await bucket.upload('secret', bytes, { encryptionKey });
    await bucket.upload('small', 'x', { encryptionKey });
    assert.deepEqual(await (await bucket.download('secret', { encryptionKey })).bytes(), bytes);
    assert.equal((await (await bucket.download('small', { encryptionKey })).bytes()).toString(), 'x');
    await assert.rejects(bucket.download('secret'), isQingStorError);
  });

  test('deleting what is not there is no error; many are deleted at once', async (context) => {
    const { bucket } = await liveBucket(context);
    await bucket.deleteObject('never was');
    const keys = ['a', 'b/c', '中文/文件 1.txt', '<&">'];
    for (const key of keys) await bucket.upload(key, key);
    assert.deepEqual(await bucket.deleteObjects([...keys, 'never was']), []);
    assert.deepEqual((await bucket.list()).objects, []);
  });

  test('what cannot be stored is refused before it is sent', async (context) => {
    const { bucket, client } = await liveBucket(context);
    await assert.rejects(bucket.upload('m', 'x', { metadata: { a: '中文' } }), refusedAs('invalid_option'));
    await assert.rejects(bucket.upload('m', 'x', { metadata: { 'a b': 'x' } }), refusedAs('invalid_option'));
    await assert.rejects(bucket.upload('m', 'x', { contentType: 'a/b\r\nx-qs-evil: 1' }), refusedAs('invalid_option'));
    await assert.rejects(bucket.upload('m', 'x', { encryptionKey: Buffer.alloc(5) }), refusedAs('invalid_option'));
    for (const key of ['', 'k'.repeat(1024), '\ud800'])
      assert.throws(() => bucket.head(key), refusedAs('invalid_option'));
    for (const name of ['', 'short', 'UPPER-CASE', '-begins', 'a_b-cdef', '1.2.3.4', 'b'.repeat(64)]) {
      assert.throws(() => client.bucket(name), refusedAs('invalid_option'));
    }
  });
});

test('hostile keys each name an object of their own', async (context) => {
  const { bucket } = await liveBucket(context);
  const keys = [
    ...[
      'a?b',
      'a#b',
      'a%41',
      'aA',
      'a%2Fb',
      'a/b',
      'a+b',
      'a b',
      ' a',
      'a ',
      'a\\b',
      "!'()*@:;,&=$",
      '\u00e4',
      'a\u0308',
    ],
    ...['emoji 🚢', 'a//b', 'a/', 'a/./b', 'a/../b', '..', '.', './x', '../../etc/passwd', 'tab\there', 'line\nbreak'],
    ...['nul\0l', '\u007f', '"quoted"', '<xml>&amp;', '%', '%%', '%zz', '?acl', '?uploads', 'x'.repeat(1023)],
    ...['中'.repeat(341), 'CON', 'a:b', '/leading', '//two', '__proto__', 'constructor', `$${'{filename}'}`],
  ];
  for (const key of keys) await bucket.upload(key, `content of ${key}`);
  for (const key of keys) {
    assert.equal((await (await bucket.download(key)).bytes()).toString(), `content of ${key}`, JSON.stringify(key));
  }
  const listed: string[] = [];
  for await (const page of bucket.pages({ limit: 7 })) listed.push(...page.objects.map((object) => object.key));
  assert.deepEqual(listed.sort(), [...new Set(keys)].sort());
  for (const [index, key] of keys.entries()) {
    await bucket.copy(`copies/${index}`, key);
    assert.equal((await (await bucket.download(`copies/${index}`)).bytes()).toString(), `content of ${key}`);
  }
  assert.deepEqual(await bucket.deleteObjects(keys), []);
});
