import { SampanError, toSampanError } from '@sampan/driver';
import type { ObjectStore, StoredObject } from '../contract.ts';
import { listPages } from '../list.ts';
import { cancelled } from '../source.ts';
import { compare } from './compare.ts';
import { digestOf } from './digest.ts';
import { type Filters, filterOf } from './filter.ts';
import { KnownObjects } from './known.ts';
import { forEachOf } from './pool.ts';
import { transferObject } from './transfer.ts';

/** Where objects are read from or written to: everything below a prefix of a store. */
export interface SyncSide {
  store: ObjectStore;
  /** '' or ends with `/`. */
  prefix: string;
}

export interface SyncOptions extends Filters {
  /** Objects on their way at once; 8 when not said. */
  concurrency?: number | undefined;
  /** Compare by content wherever the listings do not settle it by MD5. */
  checksum?: boolean | undefined;
  /** Delete what the source does not have. Only when everything was read and copied without an error. */
  delete?: boolean | undefined;
  /** Only say what would be done. */
  dryRun?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onEvent?: ((event: SyncEvent) => void) | undefined;
  /** Instead of `transferObject`, e.g. one that goes on where an earlier attempt broke off. */
  transfer?: typeof transferObject | undefined;
}

export type SyncEvent =
  | { kind: 'listed'; side: 'source' | 'destination'; objects: number; bytes: number; isComplete: boolean }
  | { kind: 'begin'; key: string; size: number }
  | { kind: 'progress'; key: string; sent: number; size: number }
  | { kind: 'copied'; key: string; size: number }
  | { kind: 'same'; key: string; size: number }
  | { kind: 'deleted'; key: string; size: number }
  | { kind: 'failed'; key: string; error: SampanError };

export interface SyncResult {
  copied: number;
  copiedBytes: number;
  same: number;
  deleted: number;
  /** Those that were not copied or deleted; the list is cut at 100. */
  failed: number;
  failures: { key: string; code: string; message: string }[];
  /** Why nothing was deleted although it was asked for; null otherwise. */
  notDeletedBecause: string | null;
}

const DEFAULT_CONCURRENCY = 8;
const MOST_FAILURES = 100;
/** Errors after which going on would only fail again and again. */
const HOPELESS = new Set([
  'unknown_access_key',
  'invalid_signature',
  'login_refused',
  'clock_skew',
  'account_problem',
  'bucket_not_found',
  'wrong_zone',
  'bucket_needed',
  'storage_untrusted',
  'storage_full',
  'egress_forbidden',
  'cancelled',
]);

/**
 * Makes the destination have what the source has. Copies what is missing or different, each object whole or not at all; so
 * it can be stopped anywhere, and does only the rest when it is begun again. Memory does not grow with the number of
 * objects. Single failures are collected while the others go on.
 */
export async function sync(from: SyncSide, to: SyncSide, options: SyncOptions = {}): Promise<SyncResult> {
  const { concurrency = DEFAULT_CONCURRENCY, checksum = false, dryRun = false, signal, onEvent } = options;
  const { transfer = transferObject } = options;
  const takesPart = filterOf(options);
  const known = new KnownObjects();
  const result: SyncResult = {
    ...{ copied: 0, copiedBytes: 0, same: 0, deleted: 0, failed: 0, failures: [], notDeletedBecause: null },
  };
  const isOneStore = from.store === to.store && from.store.copy !== undefined;

  function fail(key: string, thrown: unknown): void {
    const error = toSampanError(thrown);
    if (signal?.aborted) throw cancelled();
    if (HOPELESS.has(error.code)) throw error;
    result.failed += 1;
    if (result.failures.length < MOST_FAILURES) {
      result.failures.push({ key, code: error.code, message: error.message });
    }
    onEvent?.({ kind: 'failed', key, error });
  }

  async function* pages(side: SyncSide, name: 'source' | 'destination'): AsyncGenerator<StoredObject[]> {
    let objects = 0;
    let bytes = 0;
    for await (const page of listPages(side.store, { prefix: side.prefix, signal })) {
      const kept = page.objects
        .map((object) => ({ ...object, key: object.key.slice(side.prefix.length) }))
        // A key that is the prefix itself is the marker that consoles make of a folder.
        .filter(({ key }) => key !== '' && takesPart(key));
      objects += kept.length;
      bytes += kept.reduce((sum, { size }) => sum + size, 0);
      onEvent?.({ kind: 'listed', side: name, objects, bytes, isComplete: page.nextCursor === null });
      yield kept;
    }
  }

  async function* sourceObjects(): AsyncGenerator<StoredObject> {
    for await (const page of pages(from, 'source')) yield* page;
  }

  async function isSame(source: StoredObject, found: StoredObject | undefined): Promise<boolean> {
    const verdict = compare(source, found, { checksum });
    if (verdict !== 'read' || !found) return verdict === 'same';
    const [theirs, ours] = await Promise.all([
      digestOf(from.store, { ...source, key: from.prefix + source.key }, signal),
      digestOf(to.store, { ...found, key: to.prefix + source.key }, signal),
    ]);
    return theirs === ours;
  }

  async function copy(object: StoredObject): Promise<void> {
    const { key, size } = object;
    onEvent?.({ kind: 'begin', key, size });
    if (!dryRun) {
      const [fromKey, toKey] = [from.prefix + key, to.prefix + key];
      if (isOneStore) await from.store.copy?.(fromKey, toKey, { signal });
      else {
        const onProgress = onEvent && ((sent: number) => onEvent({ kind: 'progress', key, sent, size }));
        await transfer(from.store, fromKey, to.store, toKey, {
          signal,
          onProgress,
          known: { ...object, key: fromKey },
        });
      }
    }
    result.copied += 1;
    result.copiedBytes += size;
    onEvent?.({ kind: 'copied', key, size });
  }

  async function handle(object: StoredObject): Promise<void> {
    if (signal?.aborted) throw cancelled();
    try {
      if (await isSame(object, known.take(object.key))) {
        result.same += 1;
        onEvent?.({ kind: 'same', key: object.key, size: object.size });
      } else await copy(object);
    } catch (error) {
      fail(object.key, error);
    }
  }

  async function removeRest(): Promise<void> {
    for (const rows of known.unseen()) {
      if (signal?.aborted) throw cancelled();
      const keys = rows.map(({ key }) => to.prefix + key);
      const failures = dryRun ? [] : await to.store.deleteMany(keys, { signal });
      const notDeleted = new Map(failures.map((failure) => [failure.key.slice(to.prefix.length), failure]));
      for (const { key, size } of rows) {
        const failure = notDeleted.get(key);
        if (failure) fail(key, new SampanError(failure.code, failure.message));
        else {
          result.deleted += 1;
          onEvent?.({ kind: 'deleted', key, size });
        }
      }
    }
  }

  try {
    for await (const page of pages(to, 'destination')) known.add(page);
    await forEachOf(sourceObjects(), concurrency, handle);
    if (options.delete) {
      if (result.failed === 0) await removeRest();
      else result.notDeletedBecause = `${result.failed} objects could not be copied`;
    }
    return result;
  } finally {
    known.close();
  }
}
