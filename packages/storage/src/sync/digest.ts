import { createHash } from 'node:crypto';
import type { ObjectStore, StoredObject } from '../contract.ts';

/** The MD5 of an object: as listed, as a look at it tells, or by reading it. */
export async function digestOf(store: ObjectStore, object: StoredObject, signal?: AbortSignal): Promise<string> {
  if (object.md5 !== null) return object.md5;
  if (store.capabilities.has('md5')) {
    const { md5 } = await store.head(object.key, { signal });
    if (md5 !== null) return md5;
  }
  const hash = createHash('md5');
  const { body } = await store.get(object.key, { signal });
  for await (const piece of body) hash.update(piece);
  return hash.digest('hex');
}
