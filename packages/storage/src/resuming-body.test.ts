import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SampanError } from '@sampan/driver';
import type { ByteRange, ObjectDownload } from './contract.ts';
import { resumingBody } from './resuming-body.ts';

const content = Buffer.from('0123456789abcdefghij');
const broken = () => new SampanError('storage_unreachable', 'It broke.', { retryable: true });

interface Made {
  download: (range?: ByteRange) => ObjectDownload;
  letGo: () => number;
  asked: ByteRange[];
}

/** Downloads that break after so many bytes each; then whole ones. */
function breakingAfter(counts: number[], changed: Partial<ObjectDownload> = {}): Made {
  let made = 0;
  let letGo = 0;
  const asked: ByteRange[] = [];
  return {
    asked,
    letGo: () => letGo,
    download(range = { start: 0 }) {
      const bytes = content.subarray(range.start, range.end === undefined ? undefined : range.end + 1);
      const limit = counts[made] ?? bytes.length;
      if (made > 0) asked.push(range);
      let given = 0;
      const body: AsyncIterableIterator<Uint8Array> = {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          if (given >= limit && limit < bytes.length) throw broken();
          if (given >= bytes.length) return { value: undefined, done: true };
          given += 1;
          return { value: bytes.subarray(given - 1, given), done: false };
        },
        async return() {
          letGo += 1;
          return { value: undefined, done: true };
        },
      };
      const other = made > 0 ? changed : {};
      made += 1;
      const head = { key: 'k', size: content.length, modified: 1, md5: null, etag: 'e', contentType: null };
      return { ...head, ...other, contentLength: bytes.length, body };
    },
  };
}

async function readAll(made: Made, retries: number, range?: ByteRange): Promise<string> {
  const get = async (rest: ByteRange) => made.download(rest);
  const body = resumingBody(made.download(range), { request: range ? { range } : {}, retries, get });
  return Buffer.concat(await Array.fromAsync(body)).toString();
}

describe('a body that goes on where it broke', () => {
  test('asks for the rest, and for the rest of that', async () => {
    const made = breakingAfter([3, 4]);
    assert.equal(await readAll(made, 3), content.toString());
    assert.deepEqual(made.asked, [
      { start: 3, end: 19 },
      { start: 7, end: 19 },
    ]);
  });

  test('keeps to the range that was asked for', async () => {
    const made = breakingAfter([2]);
    assert.equal(await readAll(made, 3, { start: 5, end: 9 }), '56789');
    assert.deepEqual(made.asked, [{ start: 7, end: 9 }]);
  });

  test('gives up after so many failures without a byte between them', async () => {
    await assert.rejects(readAll(breakingAfter([3, 0, 0, 0]), 2), { code: 'storage_unreachable' });
    assert.equal(await readAll(breakingAfter([3, 0, 1, 0, 1, 0]), 2), content.toString());
  });

  test('does not go on with another object, and lets that one go', async () => {
    for (const changed of [{ etag: 'f' }, { size: 21 }, { modified: 2 }]) {
      const made = breakingAfter([3], changed);
      await assert.rejects(readAll(made, 3), { code: 'object_changed', retryable: false });
      assert.equal(made.letGo(), 1);
    }
  });

  test('lets go of the connection when nobody begins to read, and when one stops', async () => {
    const made = breakingAfter([]);
    const open = () => resumingBody(made.download(), { request: {}, retries: 0, get: async () => made.download() });
    await open().return?.();
    for await (const _ of open()) break;
    assert.equal(made.letGo(), 2);
    const ended = open();
    await ended.return?.();
    assert.equal((await ended.next()).done, true);
  });

  test('ends when the signal aborts', async () => {
    const made = breakingAfter([3]);
    const controller = new AbortController();
    const body = resumingBody(made.download(), {
      request: { signal: controller.signal },
      retries: 3,
      get: async () => made.download(),
    });
    await body.next();
    controller.abort();
    await assert.rejects(Array.fromAsync(body), { code: 'cancelled' });
  });
});
