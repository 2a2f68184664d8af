import assert from 'node:assert/strict';
import { SampanError } from '@sampan/driver';
import { bytesSource, listObjects } from '@sampan/storage';
import { assertSame, contentOf, md5Of, pattern, read, thrownBy } from '../content.ts';
import type { Group } from '../harness.ts';

const codeOf = (error: unknown) => (error instanceof SampanError ? error.code : String(error));

export const objects: Group = {
  group: 'objects',
  tests: (withStore) => ({
    'what is put comes back byte by byte, to another process too': withStore(async (store, harness) => {
      const content = pattern(200_001);
      const result = await store.put('folder/object.bin', bytesSource(content));
      assert.deepEqual([result.size, result.md5], [content.length, md5Of(content)]);
      for (const each of [store, harness.store()]) {
        const download = await each.get('folder/object.bin');
        assert.deepEqual([download.key, download.size], ['folder/object.bin', content.length]);
        assertSame(await contentOf(download), content, 'content');
      }
    }),
    'head tells what list and get tell': withStore(async (store) => {
      const content = pattern(1000);
      const before = Date.now();
      const { etag } = await store.put('one', bytesSource(content), { contentType: 'text/x-sampan' });
      const head = await store.head('one');
      const download = await store.get('one');
      await contentOf(download);
      const listed = (await Array.fromAsync(listObjects(store)))[0];
      assert.deepEqual([head.key, head.size], ['one', 1000]);
      assert.equal(head.etag, etag);
      assert.ok(head.md5 === null || head.md5 === md5Of(content), `md5 ${head.md5}`);
      // Clocks of two machines, and file systems that keep whole seconds.
      assert.ok(head.modified === null || Math.abs(head.modified - before) < 60_000, `modified ${head.modified}`);
      for (const other of [download, listed]) {
        assert.ok(other);
        assert.deepEqual([other.key, other.size, other.etag], [head.key, head.size, head.etag]);
        // A listing may tell the time more precisely than a header does.
        assert.ok(Math.abs((other.modified ?? 0) - (head.modified ?? 0)) < 1000);
        assert.ok(other.md5 === null || other.md5 === md5Of(content));
      }
      if (store.capabilities.has('md5')) assert.equal(listed?.md5, md5Of(content));
    }),
    'the type of the content is kept, or is told to be unknown': withStore(async (store) => {
      await store.put('page', bytesSource('x'), { contentType: 'text/html; charset=utf-8' });
      const { contentType } = await store.head('page');
      assert.ok(contentType === null || contentType === 'text/html; charset=utf-8', String(contentType));
      const download = await store.get('page');
      await contentOf(download);
      assert.equal(download.contentType, contentType);
    }),
    'an object is replaced whole, and its ETag with it': withStore(async (store, harness) => {
      const other = harness.store();
      const first = await store.put('one', bytesSource(pattern(5000, 1)));
      const second = await other.put('one', bytesSource(pattern(300, 2)));
      assertSame(await read(store, 'one'), pattern(300, 2), 'content');
      assert.equal((await store.head('one')).size, 300);
      if (first.etag !== null) assert.notEqual(first.etag, second.etag);
      assert.equal((await Array.fromAsync(listObjects(store))).length, 1);
    }),
    'an empty object is one': withStore(async (store) => {
      await store.put('empty', bytesSource(''));
      assert.equal((await read(store, 'empty')).length, 0);
      assert.equal((await store.head('empty')).size, 0);
    }),
    'what is not there is object_not_found': withStore(async (store) => {
      await store.put('folder/here', bytesSource('x'));
      for (const key of ['absent', 'folder', 'folder/absent', 'absent/absent']) {
        const gone = { name: 'SampanError', code: 'object_not_found', retryable: false };
        await assert.rejects(store.head(key), gone, key);
        await assert.rejects(store.get(key), gone, key);
      }
    }),
    'what would lie in an object is not there, or a conflict in a file system': withStore(async (store) => {
      await store.put('folder/here', bytesSource('x'));
      const error = await thrownBy(() => store.head('folder/here/deeper'));
      await assert.rejects(store.get('folder/here/deeper'), { code: codeOf(error) });
      const codes = store.capabilities.has('keys.any') ? ['object_not_found'] : ['object_not_found', 'key_conflict'];
      assert.ok(codes.includes(codeOf(error)), codeOf(error));
    }),
    'a time that is given with an object is kept, where the storage can': withStore(async (store) => {
      if (!store.capabilities.has('modified')) return;
      const modified = Date.UTC(2020, 1, 29, 12, 34, 56);
      await store.put('old', bytesSource('x'), { modified });
      assert.equal((await store.head('old')).modified, modified);
      assert.equal((await Array.fromAsync(listObjects(store)))[0]?.modified, modified);
    }),
    'progress goes up to the size': withStore(async (store) => {
      const sent: number[] = [];
      await store.put('one', bytesSource(pattern(300_000)), { onProgress: (count) => sent.push(count) });
      assert.equal(sent.at(-1), 300_000);
      assert.ok(sent.every((count) => count >= 0 && count <= 300_000));
    }),
  }),
};
