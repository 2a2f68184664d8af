import { SampanError } from '@sampan/driver';
import type { ObjectDownload, ObjectStore } from '@sampan/storage';

/** What happens to one call. */
export type StoreFault =
  | 'pass'
  /** A few milliseconds late. */
  | 'delay'
  /** Fails and does nothing. */
  | 'fail_before'
  /** Does it, and fails all the same: the answer is lost. */
  | 'fail_after'
  /** The body of a download breaks in its middle; other calls pass. */
  | 'break_body';

export interface FaultyStore extends ObjectStore {
  /** How often each fault has struck. */
  struck: () => Readonly<Record<StoreFault, number>>;
}

const DELAY_MS = 3;

function lost(): SampanError {
  return new SampanError('storage_unreachable', 'The connection to the storage broke.', {
    hint: 'This storage fails on purpose. Try again.',
    retryable: true,
  });
}

/** Half of the body, then a failure. */
function breaking(download: ObjectDownload): ObjectDownload {
  if (download.contentLength === 0) return download;
  async function* half(): AsyncGenerator<Uint8Array> {
    let left = download.contentLength >> 1;
    for await (const piece of download.body) {
      if (piece.length > left) {
        if (left > 0) yield piece.subarray(0, left);
        throw lost();
      }
      left -= piece.length;
      yield piece;
    }
    throw lost();
  }
  return { ...download, body: half() };
}

/**
 * A store whose calls go wrong one after the other as `cycle` says, as those over a bad network do. For stores that have
 * no network of their own; in front of the others stands `startFaultProxy`.
 */
export function faultyStore(store: ObjectStore, cycle: readonly StoreFault[]): FaultyStore {
  const struck: Record<StoreFault, number> = { pass: 0, delay: 0, fail_before: 0, fail_after: 0, break_body: 0 };
  let count = 0;

  /** `possible` are the faults that this kind of call can meet; instead of others it passes. */
  async function strike<Result>(
    signal: AbortSignal | undefined,
    act: () => Promise<Result>,
    possible: readonly StoreFault[] = ['delay', 'fail_before', 'fail_after'],
  ): Promise<Result> {
    // Of what is cancelled nothing goes over the network that could break.
    if (signal?.aborted) return act();
    const planned = cycle[count % cycle.length] ?? 'pass';
    count += 1;
    const fault = possible.includes(planned) ? planned : 'pass';
    struck[fault] += 1;
    if (fault === 'delay') await new Promise((resolve) => setTimeout(resolve, DELAY_MS));
    if (fault === 'fail_before') throw lost();
    const result = await act();
    if (fault === 'fail_after') throw lost();
    if (fault === 'break_body') return breaking(result as ObjectDownload) as Result;
    return result;
  }

  const { copy, presign, stats, removeUnfinished } = store;
  return {
    capabilities: store.capabilities,
    struck: () => struck,
    head: (key, options) => strike(options?.signal, () => store.head(key, options)),
    get: (key, options) =>
      strike(options?.signal, () => store.get(key, options), ['delay', 'fail_before', 'fail_after', 'break_body']),
    // Nobody could send again what can be read only once.
    put: (key, source, options) =>
      strike(
        options?.signal,
        () => store.put(key, source, options),
        source.repeatable ? ['delay', 'fail_before', 'fail_after'] : ['delay'],
      ),
    list: (request) => strike(request?.signal, () => store.list(request)),
    delete: (key, options) => strike(options?.signal, () => store.delete(key, options)),
    deleteMany: (keys, options) => strike(options?.signal, () => store.deleteMany(keys, options)),
    ...(copy && { copy: (from, to, options) => strike(options?.signal, () => copy(from, to, options)) }),
    ...(presign && { presign: (key, request) => presign(key, request) }),
    ...(stats && { stats: (options) => strike(options?.signal, () => stats(options)) }),
    ...(removeUnfinished && {
      removeUnfinished: (age, options) => strike(options?.signal, () => removeUnfinished(age, options)),
    }),
  };
}
