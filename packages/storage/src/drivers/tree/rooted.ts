import { SampanError } from '@sampan/driver';
import type { RemoteTree } from './tree.ts';

/** How long the folder of the storage counts as there once it was seen, milliseconds. */
const TRUST_MS = 10_000;

export function folderMissing(): SampanError {
  return new SampanError('bucket_not_found', 'The folder of this storage is not there.', {
    hint: 'Check its name, and make it on the server. Sampan does not make it: a disk that is not mounted would then pass for an empty storage.',
  });
}

/** A tree that tells what is missing from a folder that is missing as a whole: nothing there is not "not found". */
export function rooted(tree: RemoteTree, now: () => number = () => performance.now()): RemoteTree {
  let seenAt = Number.NEGATIVE_INFINITY;

  async function demandRoot(signal: AbortSignal | undefined): Promise<void> {
    if (now() - seenAt < TRUST_MS) return;
    if (!(await tree.find('', signal))?.isFolder) throw folderMissing();
    seenAt = now();
  }

  async function orRoot<Result>(result: Result, signal: AbortSignal | undefined): Promise<Result> {
    if (result === null || result === false) await demandRoot(signal);
    return result;
  }

  return {
    entries: async (folder, signal) => orRoot(await tree.entries(folder, signal), signal),
    find: async (path, signal) => orRoot(await tree.find(path, signal), signal),
    open: async (path, range, signal) => orRoot(await tree.open(path, range, signal), signal),
    write: async (path, content, signal) => orRoot(await tree.write(path, content, signal), signal),
    makeFolder: (path, signal) => tree.makeFolder(path, signal),
    writesInPlace: () => tree.writesInPlace(),
    replace: (from, to, signal) => tree.replace(from, to, signal),
    remove: (path, signal) => tree.remove(path, signal),
    close: () => tree.close(),
  };
}
