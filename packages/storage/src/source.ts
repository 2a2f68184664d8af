import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { SampanError, toSampanError } from '@sampan/driver';

/** What is to be stored. */
export interface ObjectSource {
  /** Bytes; null when the end is not known beforehand. */
  readonly size: number | null;
  /** Whether `open` may be called again after it failed or was given up. */
  readonly repeatable: boolean;
  /** From the first byte. Stopping to read it lets go of what it holds. */
  open(): AsyncIterable<Uint8Array>;
  /** All of it, where it is in memory anyway. */
  readonly bytes?: Uint8Array;
  /** MD5 of all of it, lower-case hex, where it is known anyway: saves a driver that needs it first from reading twice. */
  readonly md5?: string;
}

/** Bytes in memory, or a text as UTF-8. */
export function bytesSource(content: Uint8Array | string): ObjectSource {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    size: bytes.length,
    repeatable: true,
    bytes,
    async *open() {
      if (bytes.length > 0) yield bytes;
    },
  };
}

/** A stream that can be read once. `size` in bytes when it is known: another length then fails with `size_mismatch`. */
export function streamSource(stream: AsyncIterable<Uint8Array>, size: number | null = null): ObjectSource {
  let isOpened = false;
  return {
    size,
    repeatable: false,
    open() {
      if (isOpened) throw new SampanError('source_failed', 'A stream can be sent once only.');
      isOpened = true;
      return stream;
    },
  };
}

/** A file as it is now; when it changes its length meanwhile, sending it fails with `size_mismatch`. */
export async function fileSource(file: string): Promise<ObjectSource> {
  const { size } = await stat(file);
  return sizedFileSource(file, size);
}

/** A file whose size is known already. */
export function sizedFileSource(file: string, size: number): ObjectSource {
  return { size, repeatable: true, open: () => createReadStream(file, { highWaterMark: 256 * 1024 }) };
}

/** What was thrown while a source was read, as the error of the contract. */
export function sourceFailed(thrown: unknown): SampanError {
  if (thrown instanceof SampanError) return toSampanError(thrown);
  const why = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
  return new SampanError('source_failed', `What was to be stored could not be read${why}.`, {
    hint: 'Nothing was stored. Look at the source and try again.',
    cause: thrown,
  });
}

export function sizeMismatch(expected: number, actual: number | null): SampanError {
  const found = actual === null ? 'it went on' : `it ended after ${actual}`;
  return new SampanError('size_mismatch', `The source was said to have ${expected} bytes, but ${found}.`, {
    hint: 'It changed while it was read. Nothing was stored; try again when it is at rest.',
    parameters: { expected },
  });
}

/**
 * Reads a source once: checks its length, tells its errors from those of the storage, and stops when the signal aborts.
 * `onBytes` sees each piece.
 */
export async function* readSource(
  source: ObjectSource,
  options: { signal?: AbortSignal | undefined; onBytes?: (piece: Uint8Array) => void } = {},
): AsyncGenerator<Uint8Array> {
  const { signal, onBytes } = options;
  let seen = 0;
  let stream: AsyncIterator<Uint8Array>;
  try {
    stream = source.open()[Symbol.asyncIterator]();
  } catch (error) {
    throw sourceFailed(error);
  }
  let ended = false;
  try {
    for (;;) {
      if (signal?.aborted) throw cancelled();
      let next: IteratorResult<Uint8Array>;
      try {
        next = await orAborted(stream.next(), signal);
      } catch (error) {
        if (!(error instanceof SampanError && error.code === 'cancelled')) ended = true;
        throw sourceFailed(error);
      }
      if (next.done) break;
      seen += next.value.length;
      if (source.size !== null && seen > source.size) throw sizeMismatch(source.size, null);
      onBytes?.(next.value);
      yield next.value;
    }
    ended = true;
    if (source.size !== null && seen < source.size) throw sizeMismatch(source.size, seen);
  } finally {
    // Not awaited: a source that hangs must not keep who gave it up.
    if (!ended) void Promise.resolve(stream.return?.()).catch(() => undefined);
  }
}

export function cancelled(): SampanError {
  return new SampanError('cancelled', 'It was cancelled.');
}

/** Whatever comes first: the result, or `cancelled`. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  if (signal.aborted) {
    // Nobody waits for the work any more: that it fails then must not end the process.
    work.catch(() => undefined);
    return Promise.reject(cancelled());
  }
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(cancelled());
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
