import { createHash, randomBytes } from 'node:crypto';
import type { PutOptions, PutResult } from '../../contract.ts';
import { corruptedUpload, keyConflict } from '../../errors.ts';
import { type ObjectSource, readSource } from '../../source.ts';
import type { RemoteTree } from './tree.ts';

/** How long removing what a failed upload left may take: the one who waits gave it up already. */
const LIMIT_MS = 30_000;

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

/** What stays when this fails has a name that no list tells, and `removeUnfinished` finds it. */
async function removePart(tree: RemoteTree, part: string): Promise<void> {
  await tree.remove(part, AbortSignal.timeout(LIMIT_MS)).catch(() => undefined);
}

/**
 * Writes a file of a hidden name beside the object, compares its size, and puts it in the object's place; or writes it in
 * place at once where the server does the same by itself.
 */
export async function putFile(
  tree: RemoteTree,
  key: string,
  source: ObjectSource,
  options: PutOptions,
): Promise<PutResult> {
  const { signal, onProgress, modified } = options;
  const folder = parentOf(key);
  const part = `${folder === '' ? '' : `${folder}/`}.sampan-${randomBytes(8).toString('hex')}.part`;
  let md5 = createHash('md5');
  let size = 0;
  async function* open(): AsyncGenerator<Uint8Array> {
    md5 = createHash('md5');
    size = 0;
    for await (const piece of readSource(source, { signal })) {
      md5.update(piece);
      size += piece.length;
      yield piece;
      onProgress?.(size);
    }
  }
  let isPlaced = false;
  try {
    if ((await tree.find(key, signal))?.isFolder) throw keyConflict(key);
    isPlaced = tree.writesInPlace();
    const file = isPlaced ? key : part;
    const content = { open, isRepeatable: source.repeatable, size: source.size, modified };
    if (!(await tree.write(file, content, signal))) {
      await makeParents(tree, key, signal);
      if (!(await tree.write(file, content, signal))) throw keyConflict(key);
    }
    if (!isPlaced) {
      const written = await tree.find(part, signal);
      if (written?.size !== size) throw corruptedUpload(key);
      await tree.replace(part, key, signal);
    }
  } catch (error) {
    if (!isPlaced) await removePart(tree, part);
    throw error;
  }
  const stored = await tree.find(key, signal).catch(() => null);
  return { size, md5: md5.digest('hex'), etag: stored?.size === size ? stored.etag : null };
}
