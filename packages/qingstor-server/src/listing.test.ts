import assert from 'node:assert/strict';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Listing } from './store/listing.ts';
import { openStore, type Store } from './store/store.ts';
import { temporaryDirectory } from './testing.ts';

async function bucketWith(store: Store, name: string, keys: Iterable<string>): Promise<number> {
  const { id } = await store.buckets.create(name, 'pek3a', 'usr-x', []);
  await store.committer.run(() => {
    for (const key of keys) {
      const details = {};
      store.objects.insert({
        bucket: id,
        key,
        size: 0,
        etag: 'e',
        mime: 'a/b',
        storageClass: 'STANDARD',
        details,
        segments: [],
      });
    }
  });
  return id;
}

/** What a page must be, worked out from all keys. */
function expected(keys: readonly string[], prefix: string, delimiter: string): string[] {
  const names = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      return at < 0 ? key : `${key.slice(0, at + delimiter.length)}…`;
    });
  return [...new Set(names)];
}

/** A listing that counts the rows it takes; SQLite finds them by the index, unsorted: the rows are all the work there is. */
function countingRows(database: DatabaseSync): { listing: Listing; read: () => number } {
  let count = 0;
  const prepare = (sql: string) => {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(1, 'a', 'b');
    assert.deepEqual(
      plan.map(({ detail }) => detail),
      ['SEARCH objects USING PRIMARY KEY (bucket=? AND key>? AND key<?)'],
    );
    const statement = database.prepare(sql);
    return {
      *iterate(...values: SQLInputValue[]) {
        for (const row of statement.iterate(...values)) {
          count += 1;
          yield row;
        }
      },
    };
  };
  return { listing: new Listing({ prepare } as unknown as DatabaseSync), read: () => count };
}

const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

describe('listing', () => {
  test('any prefix, delimiter and page size: every name once, in order, the marker exclusive', async (context) => {
    const store = await openStore(await temporaryDirectory(context), Date.now);
    context.after(() => store.close());
    let count = 0;
    const name = fc.string({
      unit: fc.constantFrom('a', 'b', '/', '-', '中', '\u{1f600}'),
      minLength: 1,
      maxLength: 8,
    });
    const some = fc.string({ unit: fc.constantFrom('a', '/', '中'), maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { maxLength: 60 }),
        some,
        some,
        fc.integer({ min: 1, max: 7 }),
        async (given, prefix, delimiter, limit) => {
          const keys = [...given].sort(byBytes);
          count += 1;
          const bucket = await bucketWith(store, `bucket-${count}`, keys);
          const found: string[] = [];
          let marker = '';
          for (let pages = 0; pages < 100; pages += 1) {
            const page = store.listing.objects(bucket, { prefix, delimiter, marker, limit });
            const items = page.items.map(({ key }) => key);
            assert.ok(items.length + page.commonPrefixes.length <= limit);
            found.push(
              ...[...items, ...page.commonPrefixes.map((one) => `${one}…`)].sort((a, b) =>
                byBytes(a.replace('…', ''), b.replace('…', '')),
              ),
            );
            if (!page.hasMore) break;
            assert.notEqual(page.nextMarker, '');
            marker = page.nextMarker;
          }
          assert.deepEqual(found, expected(keys, prefix, delimiter));
        },
      ),
      { numRuns: 150, endOnFailure: true },
    );
  });

  test('a page of 1,000 reads as many rows in a bucket of 100,000 keys as in one of 1,000', async (context) => {
    const store = await openStore(await temporaryDirectory(context), Date.now);
    context.after(() => store.close());
    const keysOf = (count: number) =>
      Array.from({ length: count }, (_, index) => `key/${String(index).padStart(8, '0')}`);
    const small = await bucketWith(store, 'small-bucket', keysOf(1000));
    const large = await bucketWith(store, 'large-bucket', keysOf(100_000));
    const { listing, read } = countingRows(store.database);
    const rowsOf = (bucket: number, marker: string) => {
      const before = read();
      const page = listing.objects(bucket, { prefix: '', delimiter: '', marker, limit: 1000 });
      assert.ok(page.items.length >= 999);
      return read() - before;
    };
    // Reading on from the beginning, or counting with an offset, would be 70 times as much.
    assert.equal(rowsOf(small, ''), 1000);
    assert.equal(rowsOf(large, 'key/00070000'), 1001, 'one more tells whether there is a next page');
    // Nor do the keys under a common prefix cost anything.
    const before = read();
    const page = listing.objects(large, { prefix: '', delimiter: '/', marker: '', limit: 1000 });
    assert.deepEqual([page.commonPrefixes, page.hasMore], [['key/'], false]);
    assert.ok(read() - before < 20, `${read() - before} rows`);
  });
});
