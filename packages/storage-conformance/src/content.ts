import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type ListRequest, listObjects, type ObjectDownload, type ObjectStore } from '@sampan/storage';

/** Bytes that look random and are the same in every run. */
export function pattern(length: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

export async function contentOf({ body, contentLength }: ObjectDownload): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  const content = Buffer.concat(pieces);
  assert.equal(content.length, contentLength, 'the body is as long as promised');
  return content;
}

export async function read(store: ObjectStore, key: string): Promise<Buffer> {
  return contentOf(await store.get(key));
}

/** Says where two contents differ instead of printing both. */
export function assertSame(actual: Uint8Array, expected: Uint8Array, what: string): void {
  if (Buffer.compare(actual, expected) === 0) return;
  const at = actual.findIndex((byte, index) => byte !== expected[index]);
  assert.fail(`${what}: ${actual.length} bytes instead of ${expected.length}, different from byte ${at} on`);
}

export async function keysOf(store: ObjectStore, request: ListRequest = {}): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of listObjects(store, request)) found.push(key);
  return found.sort();
}

/** Pieces of a content, as a stream gives them. */
export async function* piecesOf(content: Uint8Array, size = 16 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) {
    await null;
    yield content.subarray(at, at + size);
  }
}

/** Asks until the answer is true, for at most two seconds. */
export async function eventually(question: () => boolean, what: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (question()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`${what} did not come to pass`);
}

/** What a call throws; fails when it does not. */
export async function thrownBy(call: () => Promise<unknown>): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await call();
  } catch (error) {
    return error;
  }
  assert.fail(`it should have failed, and answered ${JSON.stringify(answer)}`);
}

/** The work, or a failure when it takes longer: a call that never ends must not stop the suite. */
export async function within<Result>(work: Promise<Result>, milliseconds = 20_000): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not end within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
