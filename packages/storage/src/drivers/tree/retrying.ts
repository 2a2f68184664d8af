import type { ByteRange, ObjectStore, StorageCapability } from '../../contract.ts';
import { retrying } from '../../pause.ts';
import { resumingBody } from '../../resuming-body.ts';
import { treeObjects } from './objects.ts';
import { keepingSmallStreams } from './replayable.ts';
import type { RemoteTree } from './tree.ts';

/**
 * Each request tried again by itself: a long walk does not begin anew, nor an upload because a look before it was lost.
 */
function patient(tree: RemoteTree, retries: number): RemoteTree {
  return {
    ...tree,
    entries: (folder, signal) => retrying(retries, signal, () => tree.entries(folder, signal)),
    find: (path, signal) => retrying(retries, signal, () => tree.find(path, signal)),
    makeFolder: (path, signal) => retrying(retries, signal, () => tree.makeFolder(path, signal)),
    remove: (path, signal) => retrying(retries, signal, () => tree.remove(path, signal)),
    write: (path, content, signal) =>
      retrying(content.isRepeatable ? retries : 0, signal, () => tree.write(path, content, signal)),
    async replace(from, to, signal) {
      let mayBeDone = false;
      const noteRetry = (): void => {
        mayBeDone = true;
      };
      try {
        await retrying(retries, signal, () => tree.replace(from, to, signal), noteRetry);
      } catch (error) {
        const find = (path: string) => retrying(retries, signal, () => tree.find(path, signal));
        // Done, only the answer was lost: then there is nothing to move any more.
        if (!mayBeDone || (await find(from)) !== null || (await find(to)) === null) throw error;
      }
    },
  };
}

/** The store over a remote file system, with what breaks tried again; a download goes on where it broke. */
export function retryingObjects(
  tree: RemoteTree,
  capabilities: ReadonlySet<StorageCapability>,
  retries: number,
): ObjectStore {
  const store = treeObjects(patient(tree, retries), capabilities);
  return keepingSmallStreams({
    ...store,
    async get(key, request = {}) {
      const get = (range: ByteRange | undefined) =>
        retrying(retries, request.signal, () => store.get(key, { ...request, range }));
      const first = await get(request.range);
      return { ...first, body: resumingBody(first, { request, retries, get }) };
    },
  });
}
