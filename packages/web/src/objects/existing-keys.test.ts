import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../api/problem.ts';
import { existingKeys } from './existing-keys.ts';

function look(there: readonly string[]) {
  const asked: string[] = [];
  return {
    asked,
    head: async (key: string) => {
      asked.push(`head ${key}`);
      if (!there.includes(key)) throw new ApiError(404, { code: 'object_not_found' });
    },
    list: async (prefix: string, cursor: string | null) => {
      asked.push(`list ${prefix} ${cursor}`);
      const at = Number(cursor ?? 0);
      const items = there.slice(at, at + 2).map((key) => ({ key, size: 0, modified: null, md5: null, etag: null }));
      return { items, prefixes: [], nextCursor: at + 2 < there.length ? String(at + 2) : null };
    },
  };
}

test('a few names are asked for one by one', async () => {
  const there = look(['a/1']);
  assert.deepEqual(await existingKeys(['a/1', 'a/2', 'top'], there), ['a/1']);
  assert.deepEqual(there.asked, ['head a/1', 'head a/2', 'head top']);
});

test('for many of one folder it is listed, to its last page', async () => {
  const keys = Array.from({ length: 30 }, (_, at) => `a/${at}`);
  const there = look(['a/3', 'a/4', 'a/29']);
  assert.deepEqual(await existingKeys(keys, there), ['a/3', 'a/4', 'a/29']);
  assert.deepEqual(there.asked, ['list a/ null', 'list a/ 2']);
});

test('another error is no answer', async () => {
  const failing = { ...look([]), head: () => Promise.reject(new ApiError(503, { code: 'storage_unavailable' })) };
  await assert.rejects(existingKeys(['a'], failing), { code: 'storage_unavailable' });
});
