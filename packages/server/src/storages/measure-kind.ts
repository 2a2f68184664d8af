import { toSampanError } from '@sampan/driver';
import type { ObjectStore } from '@sampan/storage';
import type { OperationContext, OperationKind } from '../operations/kinds.ts';
import type { StorageConnections } from './connections.ts';
import { prefixOf } from './present.ts';
import type { StorageStates } from './states.ts';
import type { StorageRow } from './tables.ts';
import { dayOf } from './traffic.ts';

export const MEASURE_KIND = 'storage.measure';
/** A restart repeats at most so many pages. */
const SAVE_EVERY_PAGES = 10;

type Checkpoint = { optionsRevision: number; cursor: string | null; objects: number; bytes: number };

/** Counts the objects of a storage and their bytes: by asking where the storage knows, else by listing all of them. */
export function measureKind(parts: { connections: StorageConnections; states: StorageStates }): OperationKind {
  const { connections, states } = parts;

  async function count(store: ObjectStore, row: StorageRow, context: OperationContext) {
    const saved = context.checkpoint as Checkpoint | null;
    let at: Checkpoint =
      saved?.optionsRevision === row.options_revision
        ? saved
        : { optionsRevision: row.options_revision, cursor: null, objects: 0, bytes: 0 };
    for (let pages = 1; ; pages += 1) {
      const page = await store.list({ cursor: at.cursor ?? undefined, signal: context.signal });
      at = {
        ...at,
        cursor: page.nextCursor,
        objects: at.objects + page.objects.length,
        bytes: page.objects.reduce((sum, object) => sum + object.size, at.bytes),
      };
      await context.progress({ done: at.objects, total: null, unit: 'items' });
      if (page.nextCursor === null) return { objects: at.objects, bytes: at.bytes };
      if (pages % SAVE_EVERY_PAGES === 0) await context.save(at);
    }
  }

  return {
    kind: MEASURE_KIND,
    steps: ['measure'],
    run: (context) =>
      context.step('measure', async () => {
        const { storageId } = context.input as { storageId: string };
        const { row, ...storage } = await connections.live(storageId);
        try {
          const store = storage.objects();
          const found =
            store.stats && prefixOf(row) === ''
              ? await store.stats({ signal: context.signal })
              : await count(store, row, context);
          await states.measured(storageId, { objects: found.objects, bytes: found.bytes }, dayOf(Date.now()));
          await context.stepMessage(String(found.objects));
          return { objects: found.objects, bytes: found.bytes };
        } catch (error) {
          // That no bucket is named yet is no state of the storage.
          if (toSampanError(error).code !== 'bucket_needed')
            await states.failed(storageId, row.options_revision, error, context.signal);
          throw error;
        }
      }),
  };
}
