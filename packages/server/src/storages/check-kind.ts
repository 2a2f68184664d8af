import { SampanError } from '@sampan/driver';
import type { OperationKind } from '../operations/kinds.ts';
import { orAborted } from '../platform/time.ts';
import type { LiveStorage, StorageConnections } from './connections.ts';
import type { StorageStates } from './states.ts';

export const CHECK_KIND = 'storage.check';
/** A storage that does not answer must not keep a place among the operations that run. */
const TIMEOUT_MS = 60_000;

async function look(storage: LiveStorage, signal: AbortSignal): Promise<void> {
  // Without a bucket in its options, the key and the way there are all that can be looked at.
  if (storage.bucketName === null && storage.hasBuckets) await storage.buckets((buckets) => buckets.list({ signal }));
  else await storage.objects().list({ limit: 1, signal });
}

function tooSlow(): SampanError {
  return new SampanError('storage_timeout', `The storage did not answer within ${TIMEOUT_MS / 1000} s.`, {
    hint: 'Test the connection to see where it stops.',
    retryable: true,
  });
}

/** Looks whether a storage answers and lets itself be listed: one request, no change. */
export function checkKind(parts: { connections: StorageConnections; states: StorageStates }): OperationKind {
  const { connections, states } = parts;
  return {
    kind: CHECK_KIND,
    steps: ['list'],
    run: (context) =>
      context.step('list', async () => {
        const { storageId } = context.input as { storageId: string };
        const storage = await connections.live(storageId);
        const revision = storage.row.options_revision;
        const timeout = AbortSignal.timeout(TIMEOUT_MS);
        const signal = AbortSignal.any([context.signal, timeout]);
        try {
          await orAborted(look(storage, signal), signal);
        } catch (thrown) {
          const error = timeout.aborted ? tooSlow() : thrown;
          await states.failed(storageId, revision, error, context.signal);
          throw error;
        }
        await states.ready(storageId, revision);
        return {};
      }),
  };
}
