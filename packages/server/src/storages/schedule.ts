import type { Log } from '../platform/log.ts';
import { ROUTINES, type StorageWork } from './work.ts';

const LOOK_EVERY_MS = 5_000;

/**
 * Looks for storages that are due to be checked or measured. Each is an operation of its own: one that does not answer keeps
 * no other waiting. Several servers share the work, since taking a turn is one update of the row.
 */
export function startStorageSchedule(work: StorageWork, log: Log): { stop: () => void } {
  let busy = false;
  async function look(): Promise<void> {
    for (const routine of Object.values(ROUTINES)) await work.queueDue(routine, Date.now());
  }
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch((error) => log.error({ err: error }, 'work on storages could not be scheduled'))
      .finally(() => {
        busy = false;
      });
  }, LOOK_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
