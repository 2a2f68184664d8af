import type { ObjectDownload, ObjectStore, PutResult, PutResume, StoredObject } from '../contract.ts';
import { objectChanged } from '../errors.ts';
import type { ObjectSource } from '../source.ts';

export interface TransferOptions {
  signal?: AbortSignal | undefined;
  /** Bytes that arrived so far; may start again lower. */
  onProgress?: ((sent: number) => void) | undefined;
  /** What a listing told of the object a moment ago: saves a look at it. */
  known?: StoredObject | undefined;
  resume?: PutResume | undefined;
}

/** Lets go of what stands behind a download of another object than was expected. */
async function giveUp({ key, body }: ObjectDownload): Promise<never> {
  await body[Symbol.asyncIterator]().return?.();
  throw objectChanged(key, 'copied');
}

/**
 * An object of a store as a source for another: read once more from the beginning when sending it has to be repeated.
 * It must stay the same object as `head` tells; with an MD5, what was read is compared with it by the download.
 */
export function storedSource(from: ObjectStore, head: StoredObject, signal?: AbortSignal): ObjectSource {
  return {
    size: head.size,
    repeatable: true,
    async *open() {
      const download = await from.get(head.key, { signal });
      if (download.etag !== head.etag || download.size !== head.size) await giveUp(download);
      yield* download.body;
    },
  };
}

/** Smaller ones are read at once and sent as bytes: one request, with nothing to begin anew. */
const SMALL = 1024 * 1024;

/** Copies one object from one storage to another, streaming. @throws `corrupted_download` when it is not the same there */
export async function transferObject(
  from: ObjectStore,
  fromKey: string,
  to: ObjectStore,
  toKey: string,
  options: TransferOptions = {},
): Promise<PutResult> {
  const { signal, onProgress, known, resume } = options;
  if (known && known.size <= SMALL) return transferSmall(from, known, to, toKey, options);
  const head = await from.head(fromKey, { signal });
  const { contentType, modified } = head;
  return to.put(toKey, storedSource(from, head, signal), {
    signal,
    onProgress,
    ...(resume && { resume }),
    ...(contentType !== null && { contentType }),
    ...(modified !== null && { modified }),
  });
}

async function transferSmall(
  from: ObjectStore,
  known: StoredObject,
  to: ObjectStore,
  toKey: string,
  { signal, onProgress }: TransferOptions,
): Promise<PutResult> {
  const download = await from.get(known.key, { signal });
  const { body, contentType, modified, size } = download;
  if (size > SMALL * 2) await giveUp(download);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  const bytes = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  const source: ObjectSource = {
    ...{ size: bytes.length, repeatable: true, bytes },
    async *open() {
      yield bytes;
    },
  };
  return to.put(toKey, source, {
    signal,
    onProgress,
    ...(contentType !== null && { contentType }),
    ...(modified !== null && { modified }),
  });
}
