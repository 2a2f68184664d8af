import { SampanError } from '@sampan/driver';
import type { ObjectStore, PutResult } from '../contract.ts';
import type { ObjectSource } from '../source.ts';

export interface TransferOptions {
  signal?: AbortSignal | undefined;
  /** Bytes that arrived so far; may start again lower. */
  onProgress?: ((sent: number) => void) | undefined;
}

/**
 * An object of a store as a source for another: read once more from the beginning when sending it has to be repeated.
 * It must stay the same object; with an MD5, what was read is compared with it by the download.
 */
export async function storedSource(
  from: ObjectStore,
  key: string,
  signal?: AbortSignal,
): Promise<ObjectSource & { contentType: string | null; md5: string | null }> {
  const head = await from.head(key, { signal });
  return {
    size: head.size,
    repeatable: true,
    contentType: head.contentType,
    md5: head.md5,
    async *open() {
      const download = await from.get(key, { signal });
      if (download.etag !== head.etag || download.size !== head.size) {
        throw new SampanError('object_changed', `${JSON.stringify(key)} was replaced while it was copied.`, {
          hint: 'Copy it again.',
          parameters: { key },
        });
      }
      yield* download.body;
    },
  };
}

/** Copies one object from one storage to another, streaming. @throws `corrupted_download` when it is not the same there */
export async function transferObject(
  from: ObjectStore,
  fromKey: string,
  to: ObjectStore,
  toKey: string,
  options: TransferOptions = {},
): Promise<PutResult> {
  const { signal, onProgress } = options;
  const source = await storedSource(from, fromKey, signal);
  const { contentType } = source;
  return to.put(toKey, source, { signal, onProgress, ...(contentType !== null && { contentType }) });
}
