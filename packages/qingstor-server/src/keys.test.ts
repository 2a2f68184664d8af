import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { percentEncode, percentEncodePath } from '@sampan/accesskey';
import fc from 'fast-check';
import { md5Hex, sendSigned, temporaryDirectory, testServer } from './testing.ts';

const HOSTILE = [
  '..',
  '../../etc/passwd',
  'a/../../b',
  './a',
  'a/./b',
  '/leading',
  '//two',
  'trailing/',
  'a//b',
  ' blank at both ends ',
  'plus+and%41and%2F',
  '?#&=;:@$,!\'()*"<>\\|^`{}[]~',
  'tab\tand\nline\u0001\u007f\u0000nul',
  '中文/文件 1.txt',
  'é (composed)',
  'é (decomposed)',
  '\u{1f600}\u{1f468}\u200d\u{1f469}',
  'CON',
  'a',
  'a/b',
  'A',
  'x'.repeat(1023),
  '中'.repeat(341),
];

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('keys', () => {
  test('every key is itself: stored, read, listed, copied and deleted; none leaves the directory', async (context) => {
    const outer = await temporaryDirectory(context);
    const server = await testServer(context, { data: join(outer, 'data') });
    assert.equal((await sendSigned(server, { method: 'PUT', target: '/keys-bucket' })).status, 201);
    const target = (key: string, sign: (key: string) => string = percentEncodePath) => `/keys-bucket/${sign(key)}`;
    for (const key of HOSTILE) {
      const put = await sendSigned(server, { method: 'PUT', target: target(key), body: `of ${key}` });
      assert.deepEqual([put.status, put.headers.etag], [201, `"${md5Hex(`of ${key}`)}"`], key);
    }
    for (const key of HOSTILE) {
      // However the client encodes it: %2F in a key is a slash.
      for (const encode of [percentEncodePath, percentEncode]) {
        const got = await sendSigned(server, { method: 'GET', target: target(key, encode) });
        assert.deepEqual([got.status, got.body.toString()], [200, `of ${key}`], key);
      }
      const headers = { 'x-qs-copy-source': `/keys-bucket/${percentEncode(key)}` };
      const copied = await sendSigned(server, { method: 'PUT', target: target('the copy'), headers });
      assert.equal(copied.status, 201, key);
      const copy = await sendSigned(server, { method: 'GET', target: target('the copy') });
      assert.equal(copy.body.toString(), `of ${key}`);
    }
    await sendSigned(server, { method: 'DELETE', target: target('the copy') });
    const listed = (await sendSigned(server, { method: 'GET', target: '/keys-bucket?limit=1000' })).json<{
      keys: { key: string }[];
    }>();
    const inOrder = HOSTILE.map((key) => Buffer.from(key))
      .sort(Buffer.compare)
      .map(String);
    assert.deepEqual(
      listed.keys.map(({ key }) => key),
      inOrder,
    );
    assert.deepEqual(await readdir(outer), ['data']);
    const names = await filesUnder(join(outer, 'data', 'objects'));
    assert.ok(names.length >= HOSTILE.length && names.every((name) => /^\d+$/.test(name)));
    for (const key of HOSTILE)
      assert.equal((await sendSigned(server, { method: 'DELETE', target: target(key) })).status, 204);
    const stats = (await sendSigned(server, { method: 'GET', target: '/keys-bucket?stats' })).json();
    assert.deepEqual([stats.count, stats.size], [0, 0]);
    await server.close();
    assert.deepEqual(await filesUnder(join(outer, 'data', 'objects')), []);
  });

  test('any key at all comes back', async (context) => {
    const server = await testServer(context);
    await sendSigned(server, { method: 'PUT', target: '/keys-bucket' });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), async (key) => {
        const target = `/keys-bucket/${percentEncodePath(key)}`;
        assert.equal((await sendSigned(server, { method: 'PUT', target, body: key })).status, 201);
        const prefix = `/keys-bucket?prefix=${percentEncode(key)}&limit=1`;
        const { keys } = (await sendSigned(server, { method: 'GET', target: prefix })).json<{
          keys: { key: string }[];
        }>();
        assert.equal(keys[0]?.key, key);
        assert.equal((await sendSigned(server, { method: 'GET', target })).body.toString(), key);
      }),
      { numRuns: 60 },
    );
  });

  test('what is no key is refused: too long, not UTF-8, half an escape', async (context) => {
    const server = await testServer(context);
    await sendSigned(server, { method: 'PUT', target: '/keys-bucket' });
    for (const path of ['x'.repeat(1024), '%E4%B8', '%ff', '%', '%zz']) {
      const answer = await sendSigned(server, { method: 'PUT', target: `/keys-bucket/${path}`, body: 'x' });
      assert.deepEqual([answer.status, answer.json().code], [400, 'invalid_object_name'], path.slice(0, 10));
    }
    for (const bucket of [
      'short',
      'UPPERCASE',
      'under_score',
      '-hyphen-',
      'with.dots',
      'x'.repeat(64),
      '..',
      '%2e%2e%2f',
    ]) {
      const answer = await sendSigned(server, { method: 'PUT', target: `/${bucket}` });
      assert.deepEqual([answer.status, answer.json().code], [400, 'invalid_bucket_name'], bucket);
    }
  });
});
