import { createHash, randomBytes } from 'node:crypto';
import { SampanError } from '@sampan/driver';
import type { PutOptions, PutResult } from '../../contract.ts';
import { corruptedUpload, keyConflict } from '../../errors.ts';
import { type ObjectSource, readSource } from '../../source.ts';
import type { RemoteTree } from './tree.ts';

/** How long removing what a failed upload left may take: the one who waits gave it up already. */
const LIMIT_MS = 30_000;
const REMOVALS = 4;

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The folders above a key, made where they are missing. */
async function makeParents(tree: RemoteTree, key: string, signal: AbortSignal | undefined): Promise<void> {
  const parts = key.split('/').slice(0, -1);
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const folder = parts.slice(0, depth).join('/');
    const found = await tree.find(folder, signal);
    if (found && !found.isFolder) throw keyConflict(key);
    if (!found) await tree.makeFolder(folder, signal);
  }
}

/** Tries a few times: the connection that broke the upload may still be broken. */
async function removePart(tree: RemoteTree, part: string): Promise<void> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  for (let attempt = 1; attempt <= REMOVALS; attempt += 1) {
    try {
      await tree.remove(part, signal);
      return;
    } catch (error) {
      // What stays has a name that no list tells, and `removeUnfinished` finds it.
      if (!(error instanceof SampanError && error.retryable)) return;
    }
  }
}

/** Writes a file of a hidden name beside the object, compares its size, and puts it in the object's place. */
export async function putFile(
  tree: RemoteTree,
  key: string,
  source: ObjectSource,
  options: PutOptions,
): Promise<PutResult> {
  const { signal, onProgress, modified } = options;
  const folder = parentOf(key);
  const part = `${folder === '' ? '' : `${folder}/`}.sampan-${randomBytes(8).toString('hex')}.part`;
  const md5 = createHash('md5');
  let size = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of readSource(source, { signal })) {
      md5.update(piece);
      size += piece.length;
      yield piece;
      onProgress?.(size);
    }
  }
  try {
    if ((await tree.find(key, signal))?.isFolder) throw keyConflict(key);
    const content = { pieces: pieces(), size: source.size, modified };
    if (!(await tree.write(part, content, signal))) {
      await makeParents(tree, key, signal);
      if (!(await tree.write(part, content, signal))) throw keyConflict(key);
    }
    const written = await tree.find(part, signal);
    if (written?.size !== size) throw corruptedUpload(key);
    await tree.replace(part, key, signal);
  } catch (error) {
    await removePart(tree, part);
    throw error;
  }
  const stored = await tree.find(key, signal).catch(() => null);
  return { size, md5: md5.digest('hex'), etag: stored?.size === size ? stored.etag : null };
}
