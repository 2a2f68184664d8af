import { randomBytes } from 'node:crypto';
import { SampanError, toSampanError } from '@sampan/driver';
import type { ObjectStore, StorageCapability } from './contract.ts';
import { bytesSource } from './source.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const SMALL = 4 * KIB;
const LATENCY_SAMPLES = 12;
const CONCURRENCIES = [1, 2, 4, 8, 16] as const;
/** How long one measurement sends; the test is over in about a minute whatever the line. */
const ROUND_MS = 3_000;
const MOST_BYTES_PER_ROUND = 256 * MIB;
/** More at once is proposed only for a gain that a person would notice. */
const WORTHWHILE = 1.15;
/** Chunks should take about so long: short enough to be sent again, long enough that the way there and back is small. */
const CHUNK_MS = 2_000;
const CHUNK_SIZES = [4, 8, 16, 32, 64].map((size) => size * MIB);

export type DeepTestLine =
  | {
      kind: 'latency';
      request: 'write' | 'read' | 'head' | 'list' | 'delete';
      medianMs: number;
      p95Ms: number;
      samples: number;
    }
  | {
      kind: 'throughput';
      direction: 'upload' | 'download';
      concurrency: number;
      objectBytes: number;
      bytesPerSecond: number;
      objectsPerSecond: number;
    }
  | { kind: 'support'; capability: StorageCapability; isThere: boolean }
  | { kind: 'error'; code: string; message: string; hint: string | null }
  | {
      kind: 'result';
      /** Null where objects are not sent in chunks, or where the test failed. */
      chunkSize: number | null;
      uploadConcurrency: number | null;
      uploadBytesPerSecond: number | null;
      downloadBytesPerSecond: number | null;
      durationMs: number;
    };

export interface DeepTestOptions {
  signal: AbortSignal;
  /** Milliseconds of each measurement. */
  roundMs?: number;
  now?: () => number;
}

const SHOWN: readonly StorageCapability[] = [
  'multipart',
  'copy',
  'presign',
  'stats',
  'md5',
  'buckets',
  'zones',
  'keys.any',
  'listing.ordered',
];

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

/**
 * Measures a storage as a plan would use it: how long single requests take, how much goes through at each concurrency,
 * and proposes chunk size and concurrency. Writes up to some gigabytes on a fast line, and deletes all of it.
 */
export async function* deepTest(store: ObjectStore, options: DeepTestOptions): AsyncGenerator<DeepTestLine> {
  const { signal, roundMs = ROUND_MS, now = () => performance.now() } = options;
  const startedAt = now();
  const name = `sampan-deep-test-${randomBytes(6).toString('hex')}`;
  const written = new Set<string>();
  const upload = new Map<number, number>();
  let download = 0;
  let chunkSize: number | null = null;
  let uploadConcurrency: number | null = null;

  /** What is still on its way when the test is given up must have ended before anything is deleted. */
  const underway = new Set<Promise<unknown>>();

  async function put(key: string, content: Uint8Array): Promise<void> {
    written.add(key);
    const sending = store.put(key, bytesSource(content), { signal });
    underway.add(sending);
    try {
      await sending;
    } finally {
      underway.delete(sending);
    }
  }

  async function drain(key: string): Promise<number> {
    let bytes = 0;
    const { body } = await store.get(key, { signal });
    for await (const piece of body) bytes += piece.length;
    return bytes;
  }

  async function* latencies(): AsyncGenerator<DeepTestLine> {
    const content = randomBytes(SMALL);
    const key = (index: number) => `${name}/latency-${index}`;
    const calls = {
      write: (index: number) => put(key(index), content),
      head: (index: number) => store.head(key(index), { signal }),
      read: (index: number) => drain(key(index)),
      list: () => store.list({ prefix: `${name}/`, limit: 100, signal }),
      delete: (index: number) => store.delete(key(index), { signal }),
    } as const;
    for (const request of ['write', 'head', 'read', 'list', 'delete'] as const) {
      const times: number[] = [];
      for (let index = 0; index < LATENCY_SAMPLES; index += 1) {
        const at = now();
        await calls[request](index);
        times.push(now() - at);
      }
      times.sort((a, b) => a - b);
      const [medianMs, p95Ms] = [tenth(quantile(times, 0.5)), tenth(quantile(times, 0.95))];
      yield { kind: 'latency', request, medianMs, p95Ms, samples: times.length };
    }
  }

  /** Bytes per second of `concurrency` workers that go on until the time is over; each finishes what it began. */
  async function round(concurrency: number, work: (worker: number, turn: number) => Promise<number>) {
    const begun = now();
    let bytes = 0;
    let objects = 0;
    await Promise.all(
      Array.from({ length: concurrency }, async (_, worker) => {
        for (let turn = 0; turn === 0 || (now() - begun < roundMs && bytes < MOST_BYTES_PER_ROUND); turn += 1) {
          bytes += await work(worker, turn);
          objects += 1;
        }
      }),
    );
    const seconds = Math.max(0.001, (now() - begun) / 1000);
    return { bytesPerSecond: Math.round(bytes / seconds), objectsPerSecond: tenth(objects / seconds) };
  }

  /** An object that takes about half a second, so that a round has several. */
  async function suitableSize(): Promise<number> {
    let size = MIB;
    while (size < 16 * MIB) {
      const at = now();
      await put(`${name}/probe`, randomBytes(size));
      if (now() - at > 150) break;
      size *= 4;
    }
    return Math.min(size, 16 * MIB);
  }

  async function* throughput(): AsyncGenerator<DeepTestLine> {
    const objectBytes = await suitableSize();
    const content = randomBytes(objectBytes);
    for (const concurrency of CONCURRENCIES) {
      const measured = await round(concurrency, async (worker) => {
        await put(`${name}/load-${worker}`, content);
        return objectBytes;
      });
      upload.set(concurrency, measured.bytesPerSecond);
      yield { kind: 'throughput', direction: 'upload', concurrency, objectBytes, ...measured };
      if (signal.aborted) return;
    }
    for (const concurrency of CONCURRENCIES) {
      const measured = await round(concurrency, (worker) => drain(`${name}/load-${worker}`));
      download = Math.max(download, measured.bytesPerSecond);
      yield { kind: 'throughput', direction: 'download', concurrency, objectBytes, ...measured };
      if (signal.aborted) return;
    }
  }

  function propose(): void {
    let best: number = CONCURRENCIES[0];
    for (const concurrency of CONCURRENCIES) {
      if ((upload.get(concurrency) ?? 0) > (upload.get(best) ?? 0) * WORTHWHILE) best = concurrency;
    }
    uploadConcurrency = best;
    const perChunk = ((upload.get(best) ?? 0) / best) * (CHUNK_MS / 1000);
    chunkSize = CHUNK_SIZES.findLast((size) => size <= perChunk) ?? CHUNK_SIZES[0] ?? null;
  }

  try {
    for (const capability of SHOWN) yield { kind: 'support', capability, isThere: store.capabilities.has(capability) };
    yield* latencies();
    yield* throughput();
    if (store.capabilities.has('multipart')) propose();
  } catch (error) {
    if (signal.aborted) return;
    const { code, message, hint } = toSampanError(error);
    yield { kind: 'error', code, message, hint: hint ?? null };
  } finally {
    await Promise.allSettled(underway);
    await store.deleteMany([...written], { signal: AbortSignal.timeout(30_000) }).catch((error) => {
      if (!(error instanceof SampanError)) throw error;
    });
  }
  yield {
    kind: 'result',
    chunkSize,
    uploadConcurrency,
    uploadBytesPerSecond: upload.size > 0 ? Math.max(...upload.values()) : null,
    downloadBytesPerSecond: download > 0 ? download : null,
    durationMs: Math.round(now() - startedAt),
  };
}
