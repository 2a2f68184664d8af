import type { OperationKind } from '../operations/kinds.ts';
import { OBJECTS_PATIENCE, patiently } from '../operations/patience.ts';
import type { StorageConnections } from '../storages/connections.ts';

export const CLEANUP_KIND = 'object.cleanup';

export type CleanupInput = { storageId: string; bucket: string | null; olderThanMs: number };

/** Removes what uploads left behind that were never finished. Asked for only: others may share the bucket. */
export function cleanupKind(parts: { connections: StorageConnections }): OperationKind {
  return {
    kind: CLEANUP_KIND,
    steps: ['cleanup'],
    run: (context) =>
      context.step('cleanup', async () => {
        const { storageId, bucket, olderThanMs } = context.input as CleanupInput;
        const store = (await parts.connections.live(storageId)).objects(bucket ?? undefined);
        const { signal } = context;
        // A storage without such a method leaves nothing behind.
        const remove = async (): Promise<number> => (await store.removeUnfinished?.(olderThanMs, { signal })) ?? 0;
        const removed = await patiently(OBJECTS_PATIENCE, context, remove);
        await context.stepMessage(String(removed));
        return { removed };
      }),
  };
}
