import type { ObjectStore } from '@sampan/storage';
import type { OperationContext, OperationKind } from '../operations/kinds.ts';
import { OBJECTS_PATIENCE, patiently } from '../operations/patience.ts';
import type { StorageConnections } from '../storages/connections.ts';
import { addFailure, demandNoFailures, type Failures, noFailures } from './failures.ts';

export const DELETE_KIND = 'object.delete';
const AT_ONCE = 1000;

export type DeleteInput = { storageId: string; bucket: string | null; keys: string[] | null; prefix: string | null };

/** Where a resumed run goes on: deleting what is gone already is no error, so a page may be begun again. */
type Checkpoint = { cursor: string | null; deleted: number; failures: Failures };

/** Deletes objects by name, or all whose names begin alike, page by page. */
export function deleteKind(parts: { connections: StorageConnections }): OperationKind {
  async function deletePage(store: ObjectStore, keys: readonly string[], at: Checkpoint, context: OperationContext) {
    if (keys.length === 0) return;
    const { signal } = context;
    const failed = await patiently(OBJECTS_PATIENCE, context, () => store.deleteMany(keys, { signal }));
    for (const failure of failed) addFailure(at.failures, failure);
    at.deleted += keys.length - failed.length;
  }

  return {
    kind: DELETE_KIND,
    steps: ['delete'],
    run: (context) =>
      context.step('delete', async () => {
        const { storageId, bucket, keys, prefix } = context.input as DeleteInput;
        const store = (await parts.connections.live(storageId)).objects(bucket ?? undefined);
        const saved = context.checkpoint as Checkpoint | null;
        const at: Checkpoint = saved ?? { cursor: null, deleted: 0, failures: noFailures() };
        if (keys) {
          await deletePage(store, keys, at, context);
          await context.progress({ done: keys.length, total: keys.length, unit: 'items' });
        }
        while (prefix !== null) {
          const { signal } = context;
          const request = { prefix, cursor: at.cursor ?? undefined, limit: AT_ONCE, signal };
          const page = await patiently(OBJECTS_PATIENCE, context, () => store.list(request));
          await deletePage(
            store,
            page.objects.map((object) => object.key),
            at,
            context,
          );
          at.cursor = page.nextCursor;
          await context.progress({ done: at.deleted + at.failures.count, total: null, unit: 'items' });
          if (at.cursor === null) break;
          await context.save(at);
        }
        demandNoFailures(at.failures, { objects: at.deleted }, 'deleted');
        return { objects: at.deleted };
      }),
  };
}
