import { toSampanError } from '@sampan/driver';
import type { AuditEntry } from '../audit/store.ts';
import type { Changes } from './changes.ts';

/**
 * Does something that cannot be part of a change, since it happens elsewhere, and records how it ended. Within the request
 * that asked for it: what takes long is an operation.
 */
export async function audited<T>(
  changes: Changes,
  entry: Omit<AuditEntry, 'result' | 'code'>,
  work: () => Promise<T>,
): Promise<T> {
  let done: T;
  try {
    done = await work();
  } catch (error) {
    const { code } = toSampanError(error);
    await changes.run(async (change) => change.audit({ ...entry, result: 'failed', code }));
    throw error;
  }
  await changes.run(async (change) => change.audit({ ...entry, result: 'succeeded' }));
  return done;
}
