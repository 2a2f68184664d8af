import type { ObjectStore } from '../../contract.ts';
import { bytesSource, type ObjectSource, readSource } from '../../source.ts';

/** Bytes of a stream that are kept, so that a connection that breaks does not end a small upload. */
const KEPT = 4 * 1024 * 1024;

/** What was read already, and then the rest. */
async function* joined(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isEnded = false;
  try {
    yield* first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
    isEnded = true;
  } finally {
    if (!isEnded) await rest.return?.();
  }
}

/** A stream that ends within what may be kept can be sent again; a longer one stays what can be sent once. */
async function replayable(source: ObjectSource, signal: AbortSignal | undefined): Promise<ObjectSource> {
  if (source.repeatable || source.bytes) return source;
  const pieces: Uint8Array[] = [];
  let size = 0;
  const rest = readSource(source, { signal });
  while (size <= KEPT) {
    const next = await rest.next();
    if (next.done) return bytesSource(Buffer.concat(pieces));
    pieces.push(next.value);
    size += next.value.length;
  }
  return { size: source.size, repeatable: false, open: () => joined(pieces, rest) };
}

/** Around a store that sends again what can be read again: makes small streams such. */
export function keepingSmallStreams(store: ObjectStore): ObjectStore {
  return {
    ...store,
    put: async (key, source, options) => store.put(key, await replayable(source, options?.signal), options),
  };
}
