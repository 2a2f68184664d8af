import { randomBytes } from 'node:crypto';
import { type ConnectionCheck, SampanError, toSampanError } from '@sampan/driver';
import type { ObjectStore } from '../contract.ts';
import { corruptedDownload } from '../errors.ts';
import { bytesSource, streamSource } from '../source.ts';
import { type Finding, passed, runSteps, type Step } from './steps.ts';

const SMALL = 4096;
const PIECE = 256 * 1024;

/** The steps as they are told when an earlier one, that they need, did not succeed. */
export function* skippedObjectChecks(missing: string): Generator<ConnectionCheck> {
  const message = `not tried, because the step ${missing} did not succeed`;
  for (const name of ['list', 'write', 'read', 'multipart', 'delete']) {
    yield { name, state: 'skipped', durationMs: 0, message };
  }
}

export interface ObjectChecks {
  signal: AbortSignal;
  /** Bytes that make the driver send chunks; without it, or without the capability, chunks are not tried. */
  multipartSize?: number | undefined;
}

/**
 * What a plan will do with the storage, done once: list, write, read back and compare, chunks, delete. What it writes
 * has a name of its own and is deleted, also when a step failed or the test was given up.
 */
export async function* checkObjects(store: ObjectStore, checks: ObjectChecks): AsyncGenerator<ConnectionCheck> {
  const { signal, multipartSize = 0 } = checks;
  const name = `sampan-connection-test-${randomBytes(6).toString('hex')}`;
  const small = { key: `${name}/small`, content: randomBytes(SMALL) };
  const large = { key: `${name}/chunks`, size: multipartSize };
  const written = new Set<string>();
  const isChunked = store.capabilities.has('multipart') && multipartSize > 0;

  async function write(): Promise<Finding> {
    written.add(small.key);
    await store.put(small.key, bytesSource(small.content), { contentType: 'application/octet-stream', signal });
    return passed(`an object of ${SMALL} bytes was written`, { bytes: SMALL });
  }

  async function read(): Promise<Finding> {
    const { body } = await store.get(small.key, { signal });
    const content = Buffer.concat(await Array.fromAsync(body));
    if (!content.equals(small.content)) throw corruptedDownload(small.key, 'the bytes differ');
    const part = await store.get(small.key, { range: { start: 1000, end: 1999 }, signal });
    const middle = Buffer.concat(await Array.fromAsync(part.body));
    if (!middle.equals(small.content.subarray(1000, 2000))) throw corruptedDownload(small.key, 'a range of it differs');
    const { size } = await store.head(small.key, { signal });
    if (size !== SMALL) throw corruptedDownload(small.key, `its size is told as ${size}`);
    return passed('it was read back, whole and in part, and is the same', { bytes: SMALL });
  }

  async function chunks(): Promise<Finding> {
    const piece = randomBytes(Math.min(PIECE, large.size));
    async function* content() {
      for (let at = 0; at < large.size; at += piece.length)
        yield piece.subarray(0, Math.min(piece.length, large.size - at));
    }
    written.add(large.key);
    const { md5 } = await store.put(large.key, streamSource(content()), { signal });
    const head = await store.head(large.key, { signal });
    if (head.size !== large.size || (head.md5 !== null && head.md5 !== md5)) {
      throw corruptedDownload(large.key, 'size or MD5 are not those that were sent');
    }
    return passed(`an object of ${large.size} bytes was written in chunks`, { bytes: large.size });
  }

  async function remove(): Promise<Finding> {
    const failures = await store.deleteMany([...written], { signal });
    const [first] = failures;
    if (first) throw new SampanError(first.code, first.message, { hint: 'Give the key the right to delete objects.' });
    written.clear();
    return passed('what was written is deleted');
  }

  async function cleanup(): Promise<Finding> {
    const { objects } = await store.list({ prefix: `${name}/`, signal });
    if (objects.length === 0) return passed('nothing is left of the test');
    return {
      state: 'warning',
      code: 'left_behind',
      message: `The listing still shows ${objects.length} objects of the test below ${name}/.`,
      cause: 'They could not be deleted, or this storage shows deletions later.',
      remedy: `Look for ${name}/ in a while and delete it by hand if it is still there.`,
      parameters: { name, count: objects.length },
    };
  }

  const list = async (): Promise<Finding> => {
    const page = await store.list({ limit: 1, delimiter: '/', signal });
    const isEmpty = page.objects.length === 0 && page.prefixes.length === 0 && page.nextCursor === null;
    return passed(isEmpty ? 'may list; there is nothing yet' : 'may list');
  };

  const steps: Step[] = [
    { name: 'list', needs: [], run: list },
    { name: 'write', needs: [], run: write },
    { name: 'read', needs: ['write'], run: read },
    ...(isChunked ? [{ name: 'multipart', needs: ['write'], run: chunks }] : []),
    { name: 'delete', needs: ['write'], run: remove },
    { name: 'cleanup', needs: ['list', 'delete'], run: cleanup },
  ];
  try {
    yield* runSteps(steps, signal);
  } finally {
    // Given up in the middle, or deleting failed: tried once more, without a signal that has aborted.
    if (written.size > 0) {
      const limit = AbortSignal.timeout(10_000);
      await store.deleteMany([...written], { signal: limit }).catch((error) => toSampanError(error));
    }
  }
}
